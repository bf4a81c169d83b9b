package source

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/emersion/go-imap/v2"

	"gatehouse"
	"gatehouse/ingest"
)

// mailbox takes the spreadsheets attached to the mail of known senders.
type mailbox struct {
	c       IMAPConfig
	dial    dialFunc
	getenv  func(string) string
	senders senders
	limit   int64
	roots   *x509.CertPool // nil: the system's
}

func newIMAP(c IMAPConfig, dial dialFunc, getenv func(string) string) (*mailbox, error) {
	c.TLS, c.Mailbox = cmp.Or(c.TLS, "implicit"), cmp.Or(c.Mailbox, "INBOX")
	switch {
	case c.Address == "" || c.User == "" || c.Password.IsZero():
		return nil, gatehouse.Errorf(gatehouse.Invalid, "imap %s: address, user and password are needed", c.Address)
	case c.TLS != "implicit" && c.TLS != "starttls":
		return nil, gatehouse.Errorf(gatehouse.Invalid, "imap %s: tls is implicit or starttls, not %q; a password never travels in the clear", c.Address, c.TLS)
	case c.Done == c.Mailbox || c.Failed == c.Mailbox:
		return nil, gatehouse.Errorf(gatehouse.Invalid, "imap %s: done and failed must be other mailboxes than %s", c.Address, c.Mailbox)
	}
	if _, _, err := net.SplitHostPort(c.Address); err != nil {
		port := "993"
		if c.TLS == "starttls" {
			port = "143"
		}
		c.Address = net.JoinHostPort(strings.Trim(c.Address, "[]"), port)
	}
	from, err := newSenders(c.AllowedSenders, c.RequireAuth)
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "imap %s: %w", c.Address, err)
	}
	return &mailbox{c: c, dial: dial, getenv: getenv, senders: from, limit: maxFile}, nil
}

// Fetch yields the attachments of messages that bear no mark of ours, in the
// order of their arrival. Whether somebody has read a message says nothing.
func (m *mailbox) Fetch(ctx context.Context, before State, yield func(Item) error) error {
	s, err := m.connect(ctx)
	if err != nil {
		return err
	}
	defer s.end()
	from := s.position(before.Cursor)
	letters, err := s.list(ctx, from, before)
	if err != nil {
		return err
	}
	var wrong problems
	// The cursor never passes a message that is not settled yet.
	through, held := from, false
	for _, l := range letters {
		settled, err := s.take(ctx, l, through, held, before, yield)
		if fault, ok := errors.AsType[*letterFault](err); ok {
			wrong.add(gatehouse.Errorf(gatehouse.Invalid, "imap %s: message %d in %s from %s: %w; move it away and have its files sent again", m.c.Address, l.uid, m.c.Mailbox, l.from, fault.err))
		} else if err != nil {
			return err
		}
		held = held || !settled
		if !held {
			through = l.uid
		}
	}
	return wrong.err()
}

// letterFault is what is wrong with one message; the others may be fine.
type letterFault struct{ err error }

func (f *letterFault) Error() string { return f.err.Error() }

// take yields the attachments of a message and tells whether nothing of it is left to do.
func (s *imapSession) take(ctx context.Context, l letter, through imap.UID, held bool, before State, yield func(Item) error) (bool, error) {
	if !l.wanted {
		return true, nil
	}
	files, err := s.attachments(ctx, l)
	if err != nil {
		return false, err
	}
	defer closeAll(files)
	if len(files) == 0 {
		before.note("imap %s: message %d in %s from %s has no spreadsheet attached, left alone", s.m.c.Address, l.uid, s.m.c.Mailbox, l.from)
		return true, nil
	}
	open, refused := len(files), false
	for i, file := range files {
		cursor := s.cursor(through)
		if i == len(files)-1 && open == 1 && !held {
			cursor = s.cursor(l.uid)
		}
		told := false
		err := yield(Item{
			Name: fmt.Sprintf("%s/%d/%s", s.m.c.Mailbox, l.uid, file.name), Version: fmt.Sprintf("uidvalidity %d", s.validity), Cursor: cursor,
			Content: file.content.file, Size: file.content.size,
			Settle: func(_ context.Context, became ingest.State) error {
				if _, ok := destination(became, "", ""); !ok || told {
					return nil
				}
				told, refused = true, refused || became == ingest.Refused
				if open--; open > 0 {
					return nil
				}
				return s.mark(l.uid, refused)
			},
		})
		if err != nil {
			return false, err
		}
	}
	return open == 0, nil
}

func closeAll(files []attachment) {
	for _, file := range files {
		file.content.close()
	}
}

// cursor is good for this numbering of the mailbox and these senders only:
// with other ones, all messages are looked at again.
func (s *imapSession) cursor(through imap.UID) string {
	return fmt.Sprintf("%d/%s/%d", s.validity, s.m.senders.digest, through)
}

func (s *imapSession) position(cursor string) imap.UID {
	var through uint32
	number, ok := strings.CutPrefix(cursor, strings.TrimSuffix(s.cursor(0), "0"))
	if _, err := fmt.Sscan(number, &through); !ok || err != nil {
		return 0
	}
	return imap.UID(through)
}
