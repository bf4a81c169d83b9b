package source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"golang.org/x/time/rate"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// restFetcher pulls from an HTTP API.
type restFetcher struct {
	name     string
	config   RESTConfig
	target   *url.URL
	program  *program
	window   *window // nil: everything, each time
	exchange *exchange
	clock
	temp      string
	partBytes int64
}

func newREST(s Source, d Deps) (*restFetcher, error) {
	c := s.REST.withDefaults()
	f := &restFetcher{
		name: s.Name, config: c, temp: d.Temp, clock: d.clock(),
		partBytes: sheet.DefaultLimits().FileBytes * 4 / 5,
	}
	var err error
	if f.target, err = url.Parse(c.URL); err != nil {
		return nil, err
	}
	if f.program, err = compileProgram(c); err != nil {
		return nil, err
	}
	if f.window, err = newWindow(c.Since); err != nil {
		return nil, err
	}
	guard, err := newDialGuard(s, d)
	if err != nil {
		return nil, err
	}
	transport := newTransport(guard)
	creds := &credentials{AuthConfig: c.Auth, getenv: d.Getenv, now: f.now}
	creds.tokens = &http.Client{Transport: transport, Timeout: c.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error {
		return gatehouse.Errorf(gatehouse.Forbidden, "the token server redirects: give its final address in token_url")
	}}
	f.exchange = &exchange{
		http: &http.Client{Transport: transport, CheckRedirect: creds.redirect}, creds: creds, limiter: rate.NewLimiter(rate.Limit(c.Rate), 1),
		retries: *c.Retries, timeout: c.Timeout, maxBytes: c.MaxBytes, clock: f.clock,
	}
	return f, nil
}

// progress is the cursor of a pull.
type progress struct {
	Since  string `json:"since,omitempty"` // greatest value of the cursor's field
	SHA256 string `json:"sha256"`          // of the records that came last
}

// Fetch reads all pages of the window and yields them as one file, or as few
// as the loader's limit allows; none when the records are those of the last
// pull. A list that changes while it is read is read once more.
func (f *restFetcher) Fetch(ctx context.Context, before State, yield func(Item) error) error {
	defer f.exchange.http.CloseIdleConnections()
	var last progress
	if before.Cursor != "" {
		if err := json.Unmarshal([]byte(before.Cursor), &last); err != nil {
			return gatehouse.Errorf(gatehouse.Internal, "the cursor %q on record cannot be read: %w", before.Cursor, err)
		}
	}
	s, err := f.read(ctx, last)
	var drifted *drift
	if errors.As(err, &drifted) {
		s, err = f.read(ctx, last)
	}
	if errors.As(err, &drifted) {
		return gatehouse.Errorf(gatehouse.Unavailable, "%s; it was read twice, nothing of it was loaded", drifted.message)
	}
	if err != nil {
		return err
	}
	defer s.close()
	sum := s.arrange(f.program.key != nil)
	if len(s.lines) == 0 || sum == last.SHA256 {
		return nil
	}
	now := progress{Since: last.Since, SHA256: sum}
	if err := s.note(last.Since); err == nil || now.Since == "" {
		now.Since = s.newest
	}
	return f.offer(s, now, before.Turn+1, yield)
}

// offer yields the finished file.
func (f *restFetcher) offer(s *spool, now progress, pull uint64, yield func(Item) error) error {
	file, err := os.CreateTemp(f.temp, "gatehouse-pull-*")
	if err != nil {
		return full(err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // a leftover of the temporary directory
	defer file.Close()
	parts, err := s.finish(file, pull, f.partBytes)
	if err != nil {
		return err
	}
	cursor, err := json.Marshal(now)
	if err != nil {
		return err
	}
	for i, p := range parts {
		item := Item{Name: f.fileName(now, i, len(parts)), Version: now.SHA256[:16], Content: io.NewSectionReader(file, p.offset, p.size), Size: p.size}
		if i == len(parts)-1 {
			item.Cursor = string(cursor)
		}
		if err := yield(item); err != nil {
			return err
		}
	}
	return nil
}

func (f *restFetcher) fileName(now progress, index, parts int) string {
	stamp := f.now().Format("20060102")
	if now.Since != "" {
		stamp = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '.' || r == '-' {
				return r
			}
			return -1
		}, now.Since)
	}
	if parts > 1 {
		stamp += fmt.Sprintf("-%dof%d", index+1, parts)
	}
	return f.name + "-" + stamp + ".ndjson"
}

// read goes through all pages once.
func (f *restFetcher) read(ctx context.Context, last progress) (_ *spool, err error) {
	r := &reader{restFetcher: f, total: -1, seen: map[string]bool{}}
	if f.window != nil {
		if r.since, err = f.window.ask(last.Since); err != nil {
			return nil, err
		}
	}
	s, err := newSpool(f.temp, f.window)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if err := r.all(ctx, s); err != nil {
		return nil, err
	}
	if found := int64(len(s.lines)); r.total >= 0 && found != r.total {
		return nil, driftf("the server says that there are %d records, and gave %d different ones", r.total, found)
	}
	return s, nil
}

func (r *reader) all(ctx context.Context, s *spool) error {
	var previous call
	var keys map[string]bool // of the previous page
	for more := true; more; {
		if r.number >= r.config.MaxPages {
			return gatehouse.Errorf(gatehouse.Invalid, "there are more than %d pages: raise max_pages, or ask for larger ones", r.config.MaxPages)
		}
		c, err := r.call()
		if err != nil {
			return err
		}
		p, err := r.fetch(ctx, c)
		if err != nil {
			return fmt.Errorf("page %d: %w", r.number+1, err)
		}
		if err := r.keep(s, p); err != nil {
			return err
		}
		if r.overlaps() && r.number > 0 {
			if err := r.again(ctx, previous, keys, s); err != nil {
				return err
			}
		}
		previous, keys = c, keysOf(p.records)
		if more, err = r.advance(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// keep writes the records of a page down; the same page twice is no page.
func (r *reader) keep(s *spool, p page) error {
	if len(p.records) > 0 {
		if err := r.once("page ", digest(p.records), fmt.Sprintf("page %d has the records of an earlier page: does the server heed the parameter %q?", r.number+1, r.config.Pages.Param)); err != nil {
			return err
		}
	}
	size := s.size
	for _, record := range p.records {
		if err := s.add(record); err != nil {
			return err
		}
	}
	if r.overlaps() && len(p.records) > 0 && s.size == size {
		return driftf("page %d has records of earlier pages only", r.number+1)
	}
	return nil
}

// overlaps tells whether pages can shift unnoticed: they are counted, and no
// total says how many records there should be.
func (r *reader) overlaps() bool {
	by := r.config.Pages.By
	return r.program.key != nil && (by == "page" || by == "offset") && !r.config.Pages.Total.given()
}

// again reads the previous page once more, after the one that follows it. What
// was deleted meanwhile has moved records back over the border between the
// two, where only this finds them; a page that shares nothing with what it was
// has moved too far for that.
func (r *reader) again(ctx context.Context, c call, keys map[string]bool, s *spool) error {
	p, err := r.fetch(ctx, c)
	if err != nil {
		return fmt.Errorf("page %d again: %w", r.number, err)
	}
	common := len(keys) == 0
	for _, record := range p.records {
		common = common || keys[record.key]
		if err := s.add(record); err != nil {
			return err
		}
	}
	if !common {
		return driftf("page %d changed altogether while the list was read", r.number)
	}
	return nil
}

func keysOf(records []record) map[string]bool {
	keys := map[string]bool{}
	for _, r := range records {
		keys[r.key] = true
	}
	return keys
}
