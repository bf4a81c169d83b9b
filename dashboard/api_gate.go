package dashboard

import (
	"context"
	"net/http"
	"sync"

	"gatehouse"
)

const (
	pushesLoading = 2  // at once, of all sources; more would only share the database
	pushesWaiting = 32 // of one source, those loading included
)

// pushGate lets bodies in one after the other and turns away a source that
// sends faster than they are loaded.
type pushGate struct {
	slots chan struct{}

	mu      sync.Mutex
	waiting map[string]int // by source
}

func newPushGate() *pushGate {
	return &pushGate{slots: make(chan struct{}, pushesLoading), waiting: map[string]int{}}
}

// enter counts a request of the source; leave uncounts it.
func (g *pushGate) enter(source string) (leave func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting[source] == pushesWaiting {
		p := problemf(http.StatusTooManyRequests, gatehouse.Text{ZH: "请求过多，请稍后再发", EN: "Too many requests at once: send it again later"}, "")
		p.header.Set("Retry-After", "5")
		return nil, p
	}
	g.waiting[source]++
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.waiting[source]--; g.waiting[source] == 0 {
			delete(g.waiting, source)
		}
	}, nil
}

// load waits for a turn.
func (g *pushGate) load(ctx context.Context, do func() error) error {
	select {
	case g.slots <- struct{}{}:
		defer func() { <-g.slots }()
		return do()
	case <-ctx.Done():
		return ctx.Err()
	}
}
