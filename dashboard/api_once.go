package dashboard

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/sql/clickhouse"
)

const (
	keyHeader  = "Idempotency-Key"
	longestKey = 255
)

// claim is what an idempotency key stands for, as its first request said.
type claim struct {
	Request string    `ch:"request"`
	LoadID  string    `ch:"load_id"`
	At      time.Time `ch:"at"`

	replay bool // this is a later request
}

// state is what the first request with the key was answered: that it loaded
// the rows itself, unless they were there before it came.
func (c claim) state(r ingest.Result) ingest.State {
	if c.replay && !r.Began().Before(c.At) {
		return ingest.Published
	}
	return r.Status
}

// claimKey puts on record which load the key of a request stands for. It is a
// conflict if that is another one. Of two that come at once the database takes
// one, and both read which.
//
// The key is not what keeps rows from counting twice: a load's id is made of
// the content. It keeps a sender from meaning two things by one key.
func (s *Server) claimKey(ctx context.Context, source, key string, req ingest.Request, sha256 string) (claim, error) {
	if key == "" {
		return claim{}, nil
	}
	if !isKey(key) {
		return claim{}, problemf(http.StatusBadRequest, gatehouse.Text{ZH: "Idempotency-Key 无效", EN: "The Idempotency-Key is not one"}, "it has 1 to 255 visible ASCII characters")
	}
	params := clickhouse.Params{"source": source, "key": key}
	known, err := clickhouse.Select[claim](ctx, s.db, "push.Request", clickhouse.Asked{}, params)
	if err != nil {
		return claim{}, err
	}
	own := rand.Text()
	if len(known) == 0 {
		// A key has no space, so no two pairs make one token.
		err := s.db.Insert(ctx, "push_request", source+" "+key, []clickhouse.Column{
			{Name: "source", Values: []string{source}}, {Name: "key", Values: []string{key}}, {Name: "request", Values: []string{own}},
			{Name: "feed", Values: []string{req.Feed}}, {Name: "sha256", Values: []string{sha256}}, {Name: "load_id", Values: []string{req.LoadID(sha256)}},
		})
		if err != nil {
			return claim{}, err
		}
		if known, err = clickhouse.Select[claim](ctx, s.db, "push.Request", clickhouse.Asked{}, params); err != nil {
			return claim{}, err
		}
	}
	if len(known) == 0 || known[0].LoadID != req.LoadID(sha256) {
		return claim{}, problemf(http.StatusConflict, gatehouse.Text{ZH: "该 Idempotency-Key 已用于其他内容", EN: "This Idempotency-Key stands for another body"}, "take a new key for each body")
	}
	known[0].replay = known[0].Request != own
	return known[0], nil
}

func isKey(key string) bool {
	for _, c := range []byte(key) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(key) <= longestKey
}
