package analytics

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/singleflight"

	"gatehouse/sql/clickhouse"
)

// maxAnswers bounds the cache; beyond it everything is forgotten.
const maxAnswers = 4096

// cache keeps answers to questions about snapshots. What a snapshot shows never
// changes, so an answer is right for ever; a refresh makes a new snapshot.
type cache struct {
	mu      sync.Mutex
	answers map[string]any
	group   singleflight.Group
}

// answer runs a named query about a snapshot, unless its answer is known.
func answer[T any](ctx context.Context, s *Service, name string, a clickhouse.Asked, p clickhouse.Params) ([]T, error) {
	return remembered(ctx, s, fmt.Sprintf("%s %+v %v", name, a, p), func(ctx context.Context) ([]T, error) {
		return clickhouse.Select[T](ctx, s.db, name, a, p)
	})
}

// remembered asks, unless the answer of that key is known.
func remembered[T any](ctx context.Context, s *Service, key string, ask func(context.Context) ([]T, error)) ([]T, error) {
	s.cache.mu.Lock()
	known, ok := s.cache.answers[key]
	s.cache.mu.Unlock()
	if !ok {
		// Whoever asks the same meanwhile waits for this answer, so it must not end with one request.
		found, err, _ := s.cache.group.Do(key, func() (any, error) { return ask(context.WithoutCancel(ctx)) })
		if err != nil {
			return nil, err
		}
		s.cache.mu.Lock()
		if s.cache.answers == nil || len(s.cache.answers) >= maxAnswers {
			s.cache.answers = map[string]any{}
		}
		s.cache.answers[key] = found
		s.cache.mu.Unlock()
		known = found
	}
	return slices.Clone(known.([]T)), ctx.Err()
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
