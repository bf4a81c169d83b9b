package report

import (
	"context"
	"errors"
	"iter"

	"gatehouse"
	"gatehouse/analytics"
)

// billStream hands out the bills of one query to several sheets.
type billStream struct {
	pull  func() (analytics.BillLine, error, bool)
	stop  func()
	cells []cell // of a row, used again
}

func newBillStream(ctx context.Context, r *collection) *billStream {
	s := &billStream{cells: make([]cell, 0, len(r.detailHeads()))}
	s.pull, s.stop = iter.Pull2(func(yield func(analytics.BillLine, error) bool) {
		errStopped := errors.New("nobody reads on")
		err := r.kpis.Bills(ctx, r.Scope, r.Snapshot, r.Period, func(l analytics.BillLine) error {
			if !yield(l, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(analytics.BillLine{}, err)
		}
	})
	return s
}

// next hands out so many bills.
func (s *billStream) next(n uint64, yield func(analytics.BillLine) error) error {
	for range n {
		l, err, ok := s.pull()
		if err == nil && !ok {
			err = gatehouse.Errorf(gatehouse.Internal, "there are fewer bills than were counted; run gatehouse refresh --all and write the report again")
		}
		if err == nil {
			err = yield(l)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// end tells that no bill is left.
func (s *billStream) end() error {
	if _, err, ok := s.pull(); err != nil || !ok {
		return err
	}
	return gatehouse.Errorf(gatehouse.Internal, "there are more bills than were counted; run gatehouse refresh --all and write the report again")
}
