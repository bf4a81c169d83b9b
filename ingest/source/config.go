package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/robfig/cron/v3"

	"gatehouse"
)

// Kind is how a source gives its data.
type Kind string

const (
	Folder Kind = "folder"
	REST   Kind = "rest"
	Push   Kind = "push" // others send to us; nothing is fetched
	S3     Kind = "s3"
	SFTP   Kind = "sftp"
	IMAP   Kind = "imap"
)

// Source is one declared source. Exactly the section of its kind is there.
type Source struct {
	Name     string         `yaml:"name"` // unique; a-z, 0-9 and -
	Kind     Kind           `yaml:"kind"`
	Title    gatehouse.Text `yaml:"title"`   // default: the name
	Feed     string         `yaml:"feed"`    // one of ingest.FeedNames; default: guessed for each sheet
	Project  string         `yaml:"project"` // code or name, for rows that name none
	Mapping  string         `yaml:"mapping"` // name of a stored mapping of columns
	Every    time.Duration  `yaml:"every"`   // pause between the starts of two runs
	Cron     string         `yaml:"cron"`    // or five fields: minute hour day month weekday; neither: by hand only
	Disabled bool           `yaml:"disabled"`
	Allow    []string       `yaml:"allow"` // networks or host:port that are not public and may be dialled

	Folder *FolderConfig `yaml:"folder"`
	REST   *RESTConfig   `yaml:"rest"`
	Push   *PushConfig   `yaml:"push"`
	S3     *S3Config     `yaml:"s3"`
	SFTP   *SFTPConfig   `yaml:"sftp"`
	IMAP   *IMAPConfig   `yaml:"imap"`
}

// PushConfig is a source that others send files to.
type PushConfig struct {
	Token    Secret   `yaml:"token"`    // what the sender shows as its bearer token
	Projects []string `yaml:"projects"` // codes for which it may load; default: all
}

// Scope is the projects for which the sender may load.
func (c *PushConfig) Scope() gatehouse.Scope {
	if len(c.Projects) == 0 {
		return gatehouse.AllProjects()
	}
	return gatehouse.Projects(c.Projects...)
}

// Next is when the source is due after an instant, in that instant's time
// zone; false when it runs by hand only.
func (s *Source) Next(after time.Time) (time.Time, bool) {
	switch {
	case s.Disabled || s.Kind == Push:
		return time.Time{}, false
	case s.Every > 0:
		// Its multiples, as the scheduler has them, so that all processes agree.
		return after.Truncate(s.Every).Add(s.Every), true
	case s.Cron != "":
		times, err := cron.ParseStandard(s.Cron)
		if err != nil {
			return time.Time{}, false // Parse has refused it
		}
		next := times.Next(after)
		return next, !next.IsZero()
	}
	return time.Time{}, false
}

// Parse reads the declarations of a file; its name is for messages, which name
// the line. A key that is none of ours is an error: a misspelt setting must not
// silently be the default.
func Parse(file string, content []byte) ([]Source, error) {
	var declared struct {
		Sources []Source `yaml:"sources"`
	}
	err := yaml.NewDecoder(bytes.NewReader(content), yaml.Strict()).Decode(&declared)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "%s: %s", file, explainYAML(err))
	}
	tree, err := parser.ParseBytes(content, 0)
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "%s: %s", file, explainYAML(err))
	}
	names := map[string]bool{}
	for i := range declared.Sources {
		s := &declared.Sources[i]
		err := s.check()
		if err == nil && names[s.Name] {
			err = wrong("name", "another source is called %s already", s.Name)
		}
		if err == nil && s.Kind != Push {
			_, err = New(*s, Deps{})
		}
		if err != nil {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "%s line %d: source %s: %w", file, lineOf(tree, i, err), s.Name, err)
		}
		names[s.Name] = true
		if s.Title.ZH == "" && s.Title.EN == "" {
			s.Title = gatehouse.Text{ZH: s.Name, EN: s.Name}
		}
	}
	return declared.Sources, nil
}

var position = regexp.MustCompile(`^\[(\d+):\d+\] `)

// explainYAML leaves the quoted source out, since a secret may stand there.
func explainYAML(err error) string {
	if ours, ok := errors.AsType[*gatehouse.Error](err); ok {
		return ours.Message
	}
	first, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
	return position.ReplaceAllString(first, "line $1: ")
}

// settingError is a fault of one setting, by its path below the source.
type settingError struct{ path, message string }

func (e *settingError) Error() string { return e.path + ": " + e.message }

func wrong(path, format string, args ...any) error {
	return &settingError{path, fmt.Sprintf(format, args...)}
}

// lineOf finds the setting at fault, or the nearest thing that contains it.
func lineOf(tree *ast.File, index int, err error) int {
	var fault *settingError
	path := ""
	if errors.As(err, &fault) {
		path = "." + fault.path
	}
	for {
		if p, err := yaml.PathString(fmt.Sprintf("$.sources[%d]%s", index, path)); err == nil {
			if node, err := p.FilterFile(tree); err == nil && node != nil {
				return node.GetToken().Position.Line
			}
		}
		cut := strings.LastIndexByte(path, '.')
		if cut < 0 {
			return 1
		}
		path = path[:cut]
	}
}
