package shelf

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"gatehouse/sql/clickhouse"
)

// cacheFor is how long a change made by another process may go unnoticed.
const cacheFor = 5 * time.Second

// Shelf is both tables.
type Shelf struct {
	db    *clickhouse.DB
	now   func() time.Time
	views kept[View]
	notes kept[Note]
}

// New opens the shelf; now is the clock of its caches.
func New(db *clickhouse.DB, now func() time.Time) *Shelf {
	return &Shelf{db: db, now: now, views: kept[View]{query: "shelf.Views"}, notes: kept[Note]{query: "shelf.Notes"}}
}

// kept is the rows of a query, read again when they are old.
type kept[T any] struct {
	query string

	mu     sync.Mutex
	rows   []T
	readAt time.Time
}

func (k *kept[T]) all(ctx context.Context, s *Shelf) ([]T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if age := s.now().Sub(k.readAt); k.readAt.IsZero() || age < 0 || age >= cacheFor {
		rows, err := clickhouse.Select[T](ctx, s.db, k.query, clickhouse.Asked{}, nil)
		if err != nil {
			return nil, err
		}
		k.rows, k.readAt = rows, s.now()
	}
	return slices.Clone(k.rows), nil
}

func (k *kept[T]) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.readAt = time.Time{}
}

// newID names a thing; it cannot be guessed.
func newID() string { return rand.Text() }

// insert adds a version of a thing. The token is its own: without one ClickHouse
// would take two versions that say the same for one sent twice.
func (s *Shelf) insert(ctx context.Context, table string, columns ...clickhouse.Column) error {
	return s.db.Insert(ctx, table, rand.Text(), columns)
}
