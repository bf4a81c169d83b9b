package analytics

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Share is what the rows of one load add to a KPI of one project and month, as
// it stands. The KPI differs by as much from what it would be without those
// rows, but for what they do to other rows: a bill that is withdrawn sets free
// what was paid on it.
type Share struct {
	KPI         *KPI
	Project     string // code, empty while it is not known
	Month       gatehouse.Month
	Rows        uint64
	Numerator   decimal.Decimal
	Denominator decimal.Decimal
}

// Moved gives the KPIs in which rows of a load's file count, those that a
// correction carried over included; rows that later loads superseded count in
// none. KPIs made of others are left out.
func (s *Service) Moved(ctx context.Context, scope gatehouse.Scope, at Snapshot, load string) ([]Share, error) {
	if at.Empty() {
		return nil, nil
	}
	type loaded struct {
		Attempts []uint64 `ch:"attempts"`
		Feeds    []string `ch:"feeds"`
		Codes    []string `ch:"codes"`
	}
	own, err := clickhouse.First[loaded](ctx, s.db, "analytics.LoadFacts", at.asked(scope), clickhouse.Params{"load_id": load})
	if err != nil {
		return nil, err
	}
	codes := slices.DeleteFunc(own.Codes, func(code string) bool { return !scope.Allows(code) })
	facts := factsOf(own.Feeds)
	if len(codes) == 0 || len(facts) == 0 {
		return nil, nil
	}
	asked := at.asked(gatehouse.Projects(codes...))
	var months []gatehouse.Period
	kept, err := s.keptPeriods(ctx, asked)
	if err != nil {
		return nil, err
	}
	for _, p := range kept {
		if p.Months() == 1 {
			months = append(months, p)
		}
	}
	all := s.registry.All()
	shares := make([][]Share, len(all))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(kpisAtOnce)
	for i, k := range all {
		if used := k.facts(facts); len(used) > 0 && len(k.Parts) == 0 {
			group.Go(func() (err error) {
				shares[i], err = s.shares(ctx, k, used, own.Attempts, asked, months)
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(shares...), nil
}

func (s *Service) shares(ctx context.Context, k *KPI, facts []string, attempts []uint64, asked clickhouse.Asked, months []gatehouse.Period) ([]Share, error) {
	type row struct {
		Project     string          `ch:"project"`
		Month       gatehouse.Month `ch:"month"`
		Rows        uint64          `ch:"rows"`
		Numerator   decimal.Decimal `ch:"numerator"`
		Denominator decimal.Decimal `ch:"denominator"`
	}
	rows, err := clickhouse.SelectShares[row](ctx, s.db, k.query(), facts, attempts, asked, spans(months))
	if err != nil {
		return nil, err
	}
	shares := make([]Share, len(rows))
	for i, r := range rows {
		shares[i] = Share{k, r.Project, r.Month, r.Rows, r.Numerator, r.Denominator}
	}
	return shares, nil
}

// factsOf are the tables that feeds fill.
func factsOf(feeds []string) []string {
	var facts []string
	for _, feed := range feeds {
		if feed == "fee_ledger" {
			facts = append(facts, "fee_bill", "fee_payment")
		} else if _, ok := shownFields()[feed]; ok {
			facts = append(facts, feed)
		}
	}
	slices.Sort(facts)
	return slices.Compact(facts)
}

// facts are those of some that may stand behind lines of the KPI.
func (k *KPI) facts(some []string) []string {
	var behind []string
	for _, source := range k.Sources {
		switch source {
		case "fee_entry":
			behind = append(behind, "fee_bill", "fee_payment")
		case "usage":
			behind = append(behind, "energy_reading")
		case "request":
			behind = append(behind, "service_request")
		default:
			behind = append(behind, source)
		}
	}
	return slices.DeleteFunc(slices.Clone(some), func(fact string) bool { return !slices.Contains(behind, fact) })
}
