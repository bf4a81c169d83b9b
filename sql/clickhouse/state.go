package clickhouse

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"gatehouse"
)

// KeepStates is how long a state stays after it was last asked for.
const KeepStates = 48 * time.Hour

// A program relies on a state for stateKnown, and takes over none that was last
// asked for longer ago than staleState: both well within KeepStates, so that
// nobody reads a state that is just being removed.
const (
	stateKnown = time.Hour
	staleState = 24 * time.Hour
)

// stateTries is how often a state is worked out before publications are said
// to come in too fast.
const stateTries = 5

// manyStates bounds what is remembered; then all is asked anew.
const manyStates = 1000

// states remembers which states are prepared. To prepare one is to work out, for
// all queries about an instant, which attempts are visible and what files call
// projects: that takes five times as long as most of these queries themselves.
type states struct {
	preparing sync.Mutex // one at a time; a second would mostly do the same work

	mu       sync.Mutex
	prepared map[uint64]preparedState // by fingerprint of the publications
	settled  map[int64]uint64         // fingerprint by instant, in microseconds
}

type preparedState struct {
	state uint64
	since time.Time
}

func newStates() states {
	return states{prepared: map[uint64]preparedState{}, settled: map[int64]uint64{}}
}

// known is the state prepared for publications, 0 when it is not known to be.
func (s *states) known(publications uint64) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.prepared[publications]; ok && time.Since(p.since) < stateKnown {
		return p.state
	}
	return 0
}

func (s *states) remember(publications, state uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.prepared) > manyStates {
		clear(s.prepared)
	}
	s.prepared[publications] = preparedState{state, time.Now()}
}

// stateAt is the prepared state of an instant.
func (db *DB) stateAt(ctx context.Context, knownAt time.Time) (uint64, error) {
	// What the query is run with, read-only or with a token, is not meant for this.
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"async_insert": 0}))
	publications, err := db.publications(ctx, knownAt)
	if err != nil {
		return 0, err
	}
	if state := db.states.known(publications); state != 0 {
		return state, nil
	}
	db.states.preparing.Lock()
	defer db.states.preparing.Unlock()
	for range stateTries {
		if state := db.states.known(publications); state != 0 {
			return state, nil
		}
		state, err := db.findState(ctx, publications)
		if err != nil {
			return 0, err
		}
		if state == 0 {
			if state, err = db.prepare(ctx, knownAt); err != nil {
				return 0, err
			}
			// What was published meanwhile with an earlier stamp may be in it or not.
			after, err := db.publications(ctx, knownAt)
			if err != nil {
				return 0, err
			}
			if after != publications {
				publications = after
				continue
			}
		}
		// The row also says that a state that was found is still asked for.
		err = db.Insert(ctx, "state", "", []Column{{"publications", []uint64{publications}}, {"state", []uint64{state}}})
		if err != nil {
			return 0, err
		}
		db.states.remember(publications, state)
		return state, nil
	}
	return 0, gatehouse.Errorf(gatehouse.Unavailable, "files are published faster than they can be read: try again in a minute")
}

// publications is a fingerprint of the publications up to an instant. One may
// show a moment after its stamp, so only that of an instant a minute ago stays.
func (db *DB) publications(ctx context.Context, knownAt time.Time) (uint64, error) {
	s := &db.states
	s.mu.Lock()
	fingerprint, ok := s.settled[knownAt.UnixMicro()]
	s.mu.Unlock()
	if ok {
		return fingerprint, nil
	}
	var settled bool
	err := db.conn.QueryRow(ctx, `SELECT groupBitXor(cityHash64(attempt, load_id, action, replaces, at)),
		now64(6) > {known_at:DateTime64(6, 'UTC')} + INTERVAL 1 MINUTE FROM publication WHERE at <= {known_at:DateTime64(6, 'UTC')}`,
		clickhouse.DateNamed("known_at", knownAt, clickhouse.MicroSeconds)).Scan(&fingerprint, &settled)
	if err != nil {
		return 0, explain(err)
	}
	if settled {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.settled) > manyStates {
			clear(s.settled)
		}
		s.settled[knownAt.UnixMicro()] = fingerprint
	}
	return fingerprint, nil
}

// findState is a state that somebody has prepared of the same publications, 0 for none.
func (db *DB) findState(ctx context.Context, publications uint64) (uint64, error) {
	var state uint64
	err := db.conn.QueryRow(ctx, "SELECT max(state) FROM state WHERE publications = {publications:UInt64} AND at > now64(6) - toIntervalSecond({stale:UInt32})",
		clickhouse.Named("publications", publications), clickhouse.Named("stale", uint32(staleState.Seconds()))).Scan(&state)
	return state, explain(err)
}

// prepare works a state out under a new name.
func (db *DB) prepare(ctx context.Context, knownAt time.Time) (uint64, error) {
	state := rand.Uint64() | 1
	for _, statement := range []string{
		`INSERT INTO state_attempt (state, replaced, attempt, load_id, published)
			SELECT {state:UInt64}, false, attempt, load_id, published FROM published_at(` + atInstant + `)
			UNION ALL SELECT {state:UInt64}, true, attempt, '', published FROM replaced_at(` + atInstant + `)`,
		`INSERT INTO state_project_ref (state, ref, code) SELECT {state:UInt64}, ref, code FROM project_ref_at(` + atInstant + `)`,
	} {
		err := db.conn.Exec(ctx, statement, clickhouse.Named("state", state), clickhouse.DateNamed("known_at", knownAt, clickhouse.MicroSeconds))
		if err != nil {
			return 0, explain(err)
		}
	}
	return state, nil
}
