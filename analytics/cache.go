package analytics

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Bounds of the cache; beyond one of them everything is forgotten.
const (
	maxAnswers = 4096
	maxRows    = 400_000 // of all answers together
)

// cache keeps answers to questions about snapshots. What a snapshot shows never
// changes, so an answer is right for ever; a refresh makes a new snapshot.
type cache struct {
	mu      sync.Mutex
	answers map[string]any
	rows    int
	flights map[string]*flight
}

// flight is a question being asked. Whoever asks the same meanwhile waits for
// its answer; when all of them have left, it is broken off.
type flight struct {
	waiting int
	leave   context.CancelFunc
	done    chan struct{}
	answer  any
	err     error
}

// Remembered keeps what is made of answers about a snapshot within a scope,
// such as a panel of a page. question must name all else that it depends on;
// definitions, scope and snapshot are added here, so that nothing is ever given
// to another scope. What is found is shared: nobody may change it. Its rows are
// counted by Weight where they have one.
func Remembered[T any](ctx context.Context, s *Service, scope gatehouse.Scope, at Snapshot, question string, find func(context.Context) ([]T, error)) ([]T, error) {
	if at.Empty() {
		return find(ctx)
	}
	key := fmt.Sprintf("%T %s rules %x %s", *new(T), question, s.rules(), named(at.asked(scope)))
	return remembered(ctx, s, key, find)
}

// answer runs a named query about a snapshot, unless its answer is known.
func answer[T any](ctx context.Context, s *Service, name string, a clickhouse.Asked, p clickhouse.Params) ([]T, error) {
	return remembered(ctx, s, fmt.Sprintf("%s %s %#v", name, named(a), p), func(ctx context.Context) ([]T, error) {
		return clickhouse.Select[T](ctx, s.db, name, a, p)
	})
}

// named tells askings apart: a code may hold a space, so they stand in quotes.
func named(a clickhouse.Asked) string {
	return fmt.Sprintf("%t %q %d %d %d %d", a.Scope.All(), a.Scope.Codes(), a.KnownAt.UnixMicro(), a.AsOf, a.Series, a.Run)
}

// remembered asks, unless the answer of that key is known.
func remembered[T any](ctx context.Context, s *Service, key string, ask func(context.Context) ([]T, error)) ([]T, error) {
	known, err := s.cache.get(ctx, key, func(ctx context.Context) (any, int, error) {
		found, err := ask(ctx)
		return found, weight(found), err
	})
	if err != nil {
		return nil, err
	}
	return slices.Clone(known.([]T)), ctx.Err()
}

func weight[T any](found []T) int {
	rows := 1
	for _, one := range found {
		if heavy, ok := any(one).(interface{ Weight() int }); ok {
			rows += heavy.Weight()
		} else {
			rows++
		}
	}
	return rows
}

func (c *cache) get(ctx context.Context, key string, ask func(context.Context) (any, int, error)) (any, error) {
	c.mu.Lock()
	if known, ok := c.answers[key]; ok {
		c.mu.Unlock()
		return known, nil
	}
	f := c.flights[key]
	if f == nil {
		if c.flights == nil {
			c.flights = map[string]*flight{}
		}
		// It must not end with the request that asked first, so it ends with the last.
		flying, leave := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight{leave: leave, done: make(chan struct{})}
		c.flights[key] = f
		go c.fly(flying, key, f, ask)
	}
	f.waiting++
	c.mu.Unlock()
	select {
	case <-f.done:
		return f.answer, f.err
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		f.leave()
		c.land(key, f)
	}
	return nil, ctx.Err()
}

// land lets the next who asks begin anew.
func (c *cache) land(key string, f *flight) {
	if c.flights[key] == f {
		delete(c.flights, key)
	}
}

func (c *cache) fly(ctx context.Context, key string, f *flight, ask func(context.Context) (any, int, error)) {
	defer f.leave()
	defer close(f.done)
	found, rows, err := func() (found any, rows int, err error) {
		defer func() { // in a goroutine of its own a panic would end the process
			if p := recover(); p != nil {
				err = gatehouse.Errorf(gatehouse.Internal, "panic: %v", p)
			}
		}()
		return ask(ctx)
	}()
	c.mu.Lock()
	defer c.mu.Unlock()
	f.answer, f.err = found, err
	c.land(key, f)
	if err != nil {
		return
	}
	if c.rows += rows; c.answers == nil || len(c.answers) >= maxAnswers || c.rows > maxRows {
		c.answers, c.rows = map[string]any{}, rows
	}
	c.answers[key] = found
}

// onlyAnswer gives the only row of such a query.
func onlyAnswer[T any](ctx context.Context, s *Service, name string, a clickhouse.Asked, p clickhouse.Params) (T, error) {
	rows, err := answer[T](ctx, s, name, a, p)
	if err == nil && len(rows) != 1 {
		err = fmt.Errorf("%s: %d rows in place of one", name, len(rows))
	}
	if err != nil {
		var none T
		return none, err
	}
	return rows[0], nil
}
