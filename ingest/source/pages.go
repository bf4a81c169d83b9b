package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gatehouse"
)

// page is what one response held.
type page struct {
	response
	document any
	records  []record
}

// reader goes through the pages of one pull.
type reader struct {
	*restFetcher
	since string // value of the parameter that asks for changes

	number int // pages read
	offset int // records read
	cursor string
	next   *url.URL // link: of the next page

	total int64 // as the newest response has it; -1: unknown
	seen  map[string]bool
}

// call makes the request for the page that is due.
func (r *reader) call() (call, error) {
	c := call{method: r.config.Method, header: http.Header{"Accept": {"application/json"}}}
	if r.config.Format == "csv" {
		c.header.Set("Accept", "text/csv")
	}
	for name, value := range r.config.Headers {
		c.header.Set(name, value)
	}
	if r.next != nil {
		c.url = r.next
		return c, r.setBody(&c, map[string]any{})
	}
	params := map[string]any{}
	for name, value := range r.config.Query {
		params[name] = value
	}
	if r.since != "" {
		params[r.config.Since.Param] = r.since
	}
	pages := &r.config.Pages
	if pages.Size != "" {
		params[pages.Size] = pages.Limit
	}
	switch {
	case pages.By == "page":
		params[pages.Param] = *pages.First + r.number
	case pages.By == "offset":
		params[pages.Param] = r.offset
	case pages.By == "cursor" && r.cursor != "":
		params[pages.Param] = r.cursor
	}
	target := *r.target
	c.url = &target
	if r.config.Body == nil {
		query := target.Query()
		for name, value := range params {
			query.Set(name, fmt.Sprint(value))
		}
		c.url.RawQuery = query.Encode()
		params = nil
	}
	return c, r.setBody(&c, params)
}

// setBody puts the configured body and the parameters into a POST.
func (r *reader) setBody(c *call, params map[string]any) error {
	if r.config.Body == nil {
		return nil
	}
	body := maps.Clone(r.config.Body)
	maps.Copy(body, params)
	c.header.Set("Content-Type", "application/json")
	var err error
	if c.body, err = json.Marshal(body); err != nil {
		return gatehouse.Errorf(gatehouse.Invalid, "rest.body cannot be sent as JSON: %w", err)
	}
	return nil
}

func bodyOf(b []byte) io.Reader {
	if b == nil {
		return nil
	}
	return bytes.NewReader(b)
}

// fetch makes a call and takes the response apart.
func (r *reader) fetch(ctx context.Context, c call) (page, error) {
	var p page
	err := r.exchange.do(ctx, c, func(got response) error {
		ctx, cancel := context.WithTimeout(ctx, evaluation)
		defer cancel()
		document, err := decode(r.config.Format, got.body)
		if err != nil {
			return err
		}
		if err := r.program.passes(ctx, document); err != nil {
			return err
		}
		records, err := r.program.records(ctx, document)
		p = page{response: got, document: document, records: records}
		return err
	})
	return p, err
}

// once tells of something that came before that it must not come again.
func (r *reader) once(kind, value, message string) error {
	if r.seen[kind+value] {
		return driftf("%s", message)
	}
	r.seen[kind+value] = true
	return nil
}

// digest is the same for pages with the same records.
func digest(records []record) string {
	h := sha256.New()
	for _, r := range records {
		h.Write(r.line)
		h.Write([]byte{'\n'})
	}
	return string(h.Sum(nil))
}

// advance looks for the page after p; false when p was the last.
func (r *reader) advance(ctx context.Context, p page) (bool, error) {
	if err := r.noteTotal(ctx, p); err != nil {
		return false, err
	}
	r.number++
	r.offset += len(p.records)
	pages := &r.config.Pages
	if r.program.more != nil {
		more, err := r.program.more.one(ctx, p.document)
		if err != nil {
			return false, err
		}
		flag, ok := more.(bool)
		if !ok && more != nil {
			return false, gatehouse.Errorf(gatehouse.Invalid, "pages.more: %s gives %s instead of true or false", pages.More, typeOf(more))
		}
		if !flag {
			return false, nil
		}
	}
	switch pages.By {
	case "page", "offset":
		if len(p.records) == 0 && r.program.more != nil {
			return false, driftf("page %d is empty, but says that more follow", r.number)
		}
		short := pages.Short && r.program.more == nil && len(p.records) < pages.Limit
		return len(p.records) > 0 && !short, nil
	case "cursor":
		cursor, err := r.place(ctx, p, pages.Cursor, r.program.cursor)
		if err != nil || cursor == "" {
			return false, err
		}
		r.cursor = cursor
		return true, r.once("cursor ", cursor, fmt.Sprintf("page %d gives a cursor that was used before: the pages would never end", r.number))
	case "link":
		return r.follow(ctx, p)
	}
	return false, nil
}

func (r *reader) follow(ctx context.Context, p page) (bool, error) {
	text := ""
	if r.config.Pages.Next.given() {
		var err error
		if text, err = r.place(ctx, p, r.config.Pages.Next, r.program.next); err != nil {
			return false, err
		}
	} else {
		text = nextLink(p.header.Values("Link"))
	}
	if text == "" {
		return false, nil
	}
	next, err := p.url.Parse(text)
	if err != nil {
		return false, gatehouse.Errorf(gatehouse.Invalid, "page %d gives an address of the next that is none", r.number)
	}
	if next.Scheme != r.target.Scheme || next.Host != r.target.Host {
		return false, gatehouse.Errorf(gatehouse.Forbidden, "page %d says that the next is at %s://%s, another server than url: give the address under which the server knows itself", r.number, next.Scheme, next.Host)
	}
	r.next = next
	return true, r.once("link ", next.String(), fmt.Sprintf("page %d names a next page that was read before: the pages would never end", r.number))
}

// place reads a text from a response, "" for none.
func (r *reader) place(ctx context.Context, p page, where Place, e *expression) (string, error) {
	if where.Header != "" {
		return strings.TrimSpace(p.header.Get(where.Header)), nil
	}
	value, err := e.one(ctx, p.document)
	if err != nil || value == nil || value == false || value == "" {
		return "", err
	}
	switch value.(type) {
	case bool, float64, map[string]any, []any:
		return "", gatehouse.Errorf(gatehouse.Invalid, "the expression %s gives %s instead of a text", e.text, typeOf(value))
	}
	return fmt.Sprint(value), nil
}

func (r *reader) noteTotal(ctx context.Context, p page) error {
	if !r.config.Pages.Total.given() {
		return nil
	}
	text, err := r.place(ctx, p, r.config.Pages.Total, r.program.total)
	if err != nil {
		return err
	}
	if r.total, err = strconv.ParseInt(text, 10, 64); err != nil || r.total < 0 {
		return gatehouse.Errorf(gatehouse.Invalid, "pages.total: a response gives %q, which is no number of records", text)
	}
	return nil
}
