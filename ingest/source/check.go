package source

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"gatehouse/ingest"
)

var sourceName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// check finds the first fault of a declaration.
func (s *Source) check() error {
	if !sourceName.MatchString(s.Name) {
		return wrong("name", "%q is no name: use a-z, 0-9 and -, at most 63 of them", s.Name)
	}
	if s.Feed != "" && !slices.Contains(ingest.FeedNames(), s.Feed) {
		return wrong("feed", "there is no feed %q: choose one of %s, or leave it out to have it guessed", s.Feed, strings.Join(ingest.FeedNames(), ", "))
	}
	if s.Every != 0 && s.Cron != "" {
		return wrong("cron", "give either every or cron")
	}
	if s.Every != 0 && s.Every < time.Second {
		return wrong("every", "%s is too short: give at least 1s", s.Every)
	}
	if s.Cron != "" {
		if _, err := cron.ParseStandard(s.Cron); err != nil {
			return wrong("cron", "%q is not minute, hour, day, month and weekday: %v", s.Cron, err)
		}
	}
	if _, err := parseAllowed(s.Allow); err != nil {
		return err
	}
	if err := s.checkSections(); err != nil {
		return err
	}
	switch s.Kind {
	case REST:
		return s.REST.check()
	case Push:
		if s.Push.Token.IsZero() {
			return wrong("push.token", "is missing")
		}
	}
	return nil
}

// checkSections wants the section of the kind, and no other.
func (s *Source) checkSections() error {
	sections := []struct {
		kind  Kind
		there bool
	}{
		{Folder, s.Folder != nil}, {REST, s.REST != nil}, {Push, s.Push != nil},
		{S3, s.S3 != nil}, {SFTP, s.SFTP != nil}, {IMAP, s.IMAP != nil},
	}
	known := false
	for _, section := range sections {
		if s.Kind == section.kind {
			known = true
			if !section.there {
				return wrong("kind", "the section %s is missing", s.Kind)
			}
		} else if section.there {
			return wrong(string(section.kind), "a source of kind %q has no section %s", s.Kind, section.kind)
		}
	}
	if !known {
		return wrong("kind", "there is no kind %q: choose folder, rest, push, s3, sftp or imap", s.Kind)
	}
	return nil
}
