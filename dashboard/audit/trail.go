package audit

import (
	"context"
	"crypto/rand"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Action is what was done.
type Action string

// These are recorded by Record.
const (
	SignIn       Action = "sign_in"
	SignInFailed Action = "sign_in_failed"
	SignInLocked Action = "sign_in_locked" // tries are not looked at for a while
	SignOut      Action = "sign_out"
	Download     Action = "download"
)

// These are told by the tables that they changed.
const (
	UserMade        Action = "user_made"
	UserChanged     Action = "user_changed" // role or projects
	UserDisabled    Action = "user_disabled"
	UserEnabled     Action = "user_enabled"
	UserPassword    Action = "user_password"
	UserSignedOut   Action = "user_signed_out" // everywhere, by an administrator
	Load            Action = "load"
	LoadRefused     Action = "load_refused"
	LoadWithdrawn   Action = "load_withdrawn"
	LoadRestored    Action = "load_restored"
	PeriodClosed    Action = "period_closed"
	PeriodReopened  Action = "period_reopened"
	JobRun          Action = "job_run" // by hand
	JobCancelled    Action = "job_cancelled"
	MappingSaved    Action = "mapping_saved"
	SourceRestarted Action = "source_restarted"
	ViewSaved       Action = "view_saved"
	ViewRemoved     Action = "view_removed"
	NoteAdded       Action = "note_added"
	NoteRemoved     Action = "note_removed"
)

// Actions lists them all, in the order in which one looks for them.
func Actions() []Action {
	return []Action{
		SignIn, SignInFailed, SignInLocked, SignOut, Download,
		Load, LoadRefused, LoadWithdrawn, LoadRestored, PeriodClosed, PeriodReopened,
		UserMade, UserChanged, UserDisabled, UserEnabled, UserPassword, UserSignedOut,
		JobRun, JobCancelled, MappingSaved, SourceRestarted, ViewSaved, ViewRemoved, NoteAdded, NoteRemoved,
	}
}

// Scan reads the action from the database.
func (a *Action) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return gatehouse.Errorf(gatehouse.Internal, "cannot read %T as an action", src)
	}
	*a = Action(text)
	return nil
}

// Entry is a line of the trail.
type Entry struct {
	At       time.Time `ch:"at"`
	Person   string    `ch:"person"` // empty where nobody is known by the name that was given
	Action   Action    `ch:"action"`
	Subject  string    `ch:"subject"` // what it was done to: a user, a load, a path
	Detail   string    `ch:"detail"`
	Projects []string  `ch:"projects"`
	Address  string    `ch:"address"` // where the request came from
	Total    uint64    `ch:"total"`   // entries that match, of a list
}

// Filter chooses entries. Zero values choose all.
type Filter struct {
	Person      string // a part of the name
	Action      Action
	From, Until time.Time // [From, Until)
	Offset      int
	Limit       int // zero: as many as a download holds
}

// mostEntries is how many a download holds: what a worksheet can, with a heading.
const mostEntries = 1<<20 - 1

func (f Filter) params() clickhouse.Params {
	if f.From.IsZero() {
		f.From = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	if f.Until.IsZero() {
		f.Until = time.Date(2200, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	if f.Limit == 0 {
		f.Limit = mostEntries
	}
	return clickhouse.Params{
		"person": f.Person, "action": string(f.Action), "from": f.From, "until": f.Until, "offset": uint64(max(f.Offset, 0)), "limit": uint64(f.Limit),
	}
}

// Trail is the record of what was done.
type Trail struct{ db *clickhouse.DB }

// NewTrail opens the trail.
func NewTrail(db *clickhouse.DB) Trail { return Trail{db} }

// Record adds an entry, at the server's time. The token is its own: without one
// ClickHouse would take two entries that say the same for one sent twice.
func (t Trail) Record(ctx context.Context, e Entry) error {
	return t.db.Insert(ctx, "audit", rand.Text(), []clickhouse.Column{
		{Name: "person", Values: []string{e.Person}}, {Name: "action", Values: []string{string(e.Action)}},
		{Name: "subject", Values: []string{e.Subject}}, {Name: "detail", Values: []string{e.Detail}},
		{Name: "projects", Values: [][]string{append([]string{}, e.Projects...)}}, {Name: "address", Values: []string{e.Address}},
	})
}

// Entries lists what was done, newest first.
func (t Trail) Entries(ctx context.Context, f Filter) ([]Entry, error) {
	return clickhouse.Select[Entry](ctx, t.db, "audit.Entries", clickhouse.Asked{}, f.params())
}

// Each streams what was done, newest first.
func (t Trail) Each(ctx context.Context, f Filter, yield func(Entry) error) error {
	return clickhouse.EachRow(ctx, t.db, "audit.Entries", clickhouse.Asked{}, f.params(), yield)
}

// SignIns tells when each person last signed in.
func (t Trail) SignIns(ctx context.Context) (map[string]time.Time, error) {
	type last struct {
		Person string    `ch:"person"`
		At     time.Time `ch:"at"`
	}
	rows, err := clickhouse.Select[last](ctx, t.db, "audit.SignIns", clickhouse.Asked{}, nil)
	when := map[string]time.Time{}
	for _, r := range rows {
		when[r.Person] = r.At
	}
	return when, err
}
