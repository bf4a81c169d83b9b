package ingest

import (
	"context"
	"slices"
	"sync"
)

// mostAhead is how many projects are asked about at once at most: enough for
// their questions to cost little, and no more than come while those are answered.
const mostAhead = 8

// rowsAhead is how many rows one question is to be answered with at most, where
// there are more of one project: a million bills take 80 MB until they are sorted out.
const rowsAhead = 1_000_000

// asking puts questions about projects to the database while rows are read on.
// One about many projects takes little longer than one about a single one, most
// of which ClickHouse takes to understand it.
type asking struct {
	order []string // codes of all published projects, ascending
	most  int      // projects asked about ahead at once
	refs  func(project string) []string

	group  sync.WaitGroup
	cancel context.CancelFunc
	ctx    context.Context // of questions under way, nil before the first
}

// close ends what is still asked for projects that never came.
func (k *asking) close() {
	if k.cancel != nil {
		k.cancel()
		k.group.Wait()
	}
}

// ahead gives one kind of what is published of each project. Exports are in the
// order of projects mostly, so from the second project of a file on it asks for
// the next ones before their rows come: twice as many each time one of them did.
type ahead[T any] struct {
	*asking
	ask    ask[T]
	places map[string]place[T]
}

// ask asks about projects by what files call each. It gives one answer a
// project, and how many rows they were made of.
type ask[T any] = func(ctx context.Context, refs [][]string) (found []T, rows int, err error)

// answers are those to one question.
type answers[T any] struct {
	size  int // projects
	used  bool
	ready chan struct{}
	found []T
	rows  int
	err   error
}

// place is where the answer for a project is, and what files called it when it was asked.
type place[T any] struct {
	of   *answers[T]
	at   int
	refs []string
}

func newAhead[T any](k *asking, question ask[T]) ahead[T] {
	return ahead[T]{asking: k, ask: question, places: map[string]place[T]{}}
}

// of gives what is published of a project. It must be asked once for each.
func (a *ahead[T]) of(ctx context.Context, project string) (T, error) {
	p, asked := a.places[project]
	// A name that the file itself has given the project meanwhile asks anew.
	if !asked || !slices.Equal(p.refs, a.refs(project)) {
		a.put(ctx, []string{project})
		p = a.places[project]
	}
	<-p.of.ready
	var none T
	if p.of.err != nil {
		return none, p.of.err
	}
	if !p.of.used && len(a.places) > 1 {
		fit := rowsAhead * p.of.size / max(p.of.rows, 1)
		a.put(ctx, a.next(project, min(2*p.of.size, a.most, max(fit, 1))))
	}
	found := p.of.found[p.at]
	p.of.used, p.of.found[p.at] = true, none
	return found, nil
}

// next are projects behind one that nothing was asked for yet.
func (a *ahead[T]) next(project string, most int) []string {
	var list []string
	from, _ := slices.BinarySearch(a.order, project)
	for i := range a.order {
		code := a.order[(from+i)%len(a.order)]
		if _, asked := a.places[code]; !asked && len(list) < most {
			list = append(list, code)
		}
	}
	return list
}

// put puts a question.
func (a *ahead[T]) put(ctx context.Context, projects []string) {
	if len(projects) == 0 {
		return
	}
	if a.ctx == nil {
		a.ctx, a.cancel = context.WithCancel(ctx)
	}
	to := &answers[T]{size: len(projects), ready: make(chan struct{})}
	refs := make([][]string, len(projects))
	for i, code := range projects {
		refs[i] = a.refs(code)
		a.places[code] = place[T]{of: to, at: i, refs: refs[i]}
	}
	a.group.Go(func() {
		defer close(to.ready)
		to.found, to.rows, to.err = a.ask(a.ctx, refs)
	})
}
