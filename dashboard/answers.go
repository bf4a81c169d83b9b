package dashboard

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"

	"gatehouse/ingest"
)

// answers keeps what was read of the loads until anything is loaded, published
// or withdrawn: the stamp then differs, and all of it is forgotten. A key names
// whose scope the answer is for, so none is ever given to another.
type answers struct {
	mu    sync.Mutex
	stamp ingest.Stamp
	kept  map[string]any
	once  singleflight.Group
}

// answersKept bounds the answers: scopes, filters and pages of the list.
const answersKept = 500

// answersNow are the answers as of one look at what is on record. An answer
// computed after that look may know of a later load; the next look forgets it.
type answersNow struct {
	*answers
	at ingest.Stamp
}

func (s *Server) answersNow(ctx context.Context) (answersNow, error) {
	stamp, err := ingest.ReadStamp(ctx, s.db)
	return answersNow{s.answers, stamp}, err
}

func (a answersNow) find(key string) (any, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, ok := a.kept[key]
	return v, ok && a.stamp == a.at
}

func (a answersNow) keep(key string, v any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stamp != a.at || len(a.kept) >= answersKept {
		a.stamp, a.kept = a.at, map[string]any{}
	}
	a.kept[key] = v
}

// kept gives the answer to a question, read once while many ask the same.
func kept[T any](ctx context.Context, a answersNow, read func(context.Context) (T, error), question ...any) (T, error) {
	key := fmt.Sprintf("%T %+v %#v", *new(T), a.at, question)
	if v, ok := a.find(key); ok {
		return v.(T), nil //nolint:forcetypeassert // the type is part of the key
	}
	v, err, _ := a.once.Do(key, func() (any, error) {
		// Whoever asked first may leave; the others wait on.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pageTime)
		defer cancel()
		v, err := read(ctx)
		if err == nil {
			a.keep(key, v)
		}
		return v, err
	})
	if err != nil {
		return *new(T), err
	}
	return v.(T), nil //nolint:forcetypeassert // as above
}
