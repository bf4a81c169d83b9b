package source

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// RESTConfig is an HTTP API that gives records page by page.
type RESTConfig struct {
	URL       string            `yaml:"url"`
	AllowHTTP bool              `yaml:"allow_http"` // without TLS everyone on the way reads the secrets and may change the numbers
	Method    string            `yaml:"method"`     // GET (default) or POST
	Query     map[string]string `yaml:"query"`      // fixed parameters
	Headers   map[string]string `yaml:"headers"`    // fixed headers; nothing secret
	Body      map[string]any    `yaml:"body"`       // of POST, sent as JSON; parameters then go into it
	Auth      AuthConfig        `yaml:"auth"`

	Format string            `yaml:"format"` // of responses: json (default) or csv
	Check  string            `yaml:"check"`  // jq: must be true of a response, for APIs that answer 200 to everything
	Rows   string            `yaml:"rows"`   // jq: the records of a response; default "."
	Fields map[string]string `yaml:"fields"` // header to jq over a record; none: the record as it is
	Key    string            `yaml:"key"`    // jq: what identifies a record
	Pages  PagesConfig       `yaml:"pages"`
	Since  *SinceConfig      `yaml:"since"` // none: everything, each time

	Timeout  time.Duration `yaml:"timeout"`   // of one request; default 1m
	Retries  *int          `yaml:"retries"`   // after a failed request; default 5
	Rate     float64       `yaml:"rate"`      // requests a second; default 5
	MaxBytes int64         `yaml:"max_bytes"` // of one response; default 32 MiB
	MaxPages int           `yaml:"max_pages"` // more is an error; default 10,000
}

// PagesConfig says how a list is cut into pages.
type PagesConfig struct {
	By     string `yaml:"by"`     // none (default), page, offset, cursor or link
	Param  string `yaml:"param"`  // parameter with the number, offset or cursor; default: page, offset or cursor
	Size   string `yaml:"size"`   // parameter with the size of a page; none: not sent
	Limit  int    `yaml:"limit"`  // records a page; default 100
	First  *int   `yaml:"first"`  // number of the first page, default 1
	Short  bool   `yaml:"short"`  // page and offset: a page with fewer than limit records is the last
	Cursor Place  `yaml:"cursor"` // where a response has the next cursor
	Next   Place  `yaml:"next"`   // link: where a response has the address of the next page; default: its Link header
	More   string `yaml:"more"`   // jq: whether more pages follow
	Total  Place  `yaml:"total"`  // where a response says how many records there are
}

// Place is somewhere in a response.
type Place struct {
	Header string `yaml:"header"`
	JQ     string `yaml:"jq"`
}

func (p Place) given() bool { return p != Place{} }

// SinceConfig asks for what has changed since the last run.
type SinceConfig struct {
	Field   string `yaml:"field"`   // jq: when, or at which number, a record changed
	Param   string `yaml:"param"`   // parameter that asks for records from there on
	First   string `yaml:"first"`   // its value in the first run; default: not sent
	Overlap string `yaml:"overlap"` // read again before it: a duration (default 1h), or a number (default 0)
	Format  string `yaml:"format"`  // rfc3339 (default), number, or a layout such as "2006-01-02 15:04:05"
	Zone    string `yaml:"zone"`    // of a layout without offset; default Asia/Shanghai
}

// withDefaults fills in what is left out.
func (c RESTConfig) withDefaults() RESTConfig {
	c.Method = or(c.Method, "GET")
	c.Format = or(c.Format, "json")
	c.Rows = or(c.Rows, ".")
	c.Timeout = or(c.Timeout, time.Minute)
	c.Rate = or(c.Rate, 5)
	c.MaxBytes = or(c.MaxBytes, 32<<20)
	c.MaxPages = or(c.MaxPages, 10_000)
	c.Pages.By = or(c.Pages.By, "none")
	c.Pages.Param = or(c.Pages.Param, c.Pages.By)
	c.Pages.Limit = or(c.Pages.Limit, 100)
	if c.Retries == nil {
		c.Retries = new(5)
	}
	if c.Pages.First == nil {
		c.Pages.First = new(1)
	}
	return c
}

func or[T comparable](given, otherwise T) T {
	var zero T
	if given == zero {
		return otherwise
	}
	return given
}

// check finds the first fault of the section.
func (c *RESTConfig) check() error {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return wrong("rest.url", "must be of the form https://host/path")
	case u.Scheme == "http" && !c.AllowHTTP:
		return wrong("rest.url", "%s is not encrypted: use https, or say allow_http: true if every network on the way is yours", c.URL)
	case u.User != nil:
		return wrong("rest.url", "a user does not stand here: give auth with basic")
	case !slices.Contains([]string{"", "GET", "POST"}, c.Method):
		return wrong("rest.method", "%q is neither GET nor POST", c.Method)
	case c.Body != nil && c.Method != "POST":
		return wrong("rest.body", "goes with method POST only")
	case !slices.Contains([]string{"", "json", "csv"}, c.Format):
		return wrong("rest.format", "%q is neither json nor csv", c.Format)
	case c.Timeout < 0, c.Rate < 0, c.MaxBytes < 0, c.MaxPages < 0, c.Retries != nil && *c.Retries < 0:
		return wrong("rest", "timeout, rate, max_bytes, max_pages and retries cannot be negative")
	}
	for name := range c.Headers {
		if strings.EqualFold(name, "Authorization") {
			return wrong("rest.headers", "%s does not stand here: give auth", name)
		}
	}
	if err := c.Auth.check(c.AllowHTTP); err != nil {
		return err
	}
	if err := c.Pages.check(); err != nil {
		return err
	}
	if _, err := newWindow(c.Since); err != nil {
		return err
	}
	_, err = compileProgram(c.withDefaults())
	return err
}

func (p *PagesConfig) check() error {
	switch {
	case !slices.Contains([]string{"", "none", "page", "offset", "cursor", "link"}, p.By):
		return wrong("rest.pages.by", "%q is none of none, page, offset, cursor and link", p.By)
	case p.Limit < 0:
		return wrong("rest.pages.limit", "cannot be negative")
	case p.By == "cursor" && !p.Cursor.given():
		return wrong("rest.pages.cursor", "is missing: say by header or jq where a response has the next cursor")
	case p.By != "cursor" && p.Cursor.given():
		return wrong("rest.pages.cursor", "goes with by: cursor only")
	case p.By != "link" && p.Next.given():
		return wrong("rest.pages.next", "goes with by: link only")
	case p.Short && p.By != "page" && p.By != "offset":
		return wrong("rest.pages.short", "goes with by: page or by: offset only")
	}
	for path, place := range map[string]Place{"cursor": p.Cursor, "next": p.Next, "total": p.Total} {
		if place.Header != "" && place.JQ != "" {
			return wrong("rest.pages."+path, "give either header or jq")
		}
	}
	return nil
}
