package source

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
)

// letter is a message of the mailbox.
type letter struct {
	uid    imap.UID
	size   int64
	from   string
	wanted bool
}

// list looks at the senders of all messages behind from. It asks by number,
// since searching is what servers differ in most.
func (s *imapSession) list(ctx context.Context, from imap.UID, before State) ([]letter, error) {
	if s.messages == 0 {
		return nil, nil
	}
	cmd := s.Fetch(imap.UIDSet{imap.UIDRange{Start: from + 1}}, &imap.FetchOptions{
		UID: true, Flags: true, RFC822Size: true,
		BodySection: []*imap.FetchItemBodySection{{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"From", "Authentication-Results"}, Peek: true}},
	})
	var found []letter
	var foreign, unproven int
	for data := cmd.Next(); data != nil; data = cmd.Next() {
		buffer, err := data.Collect()
		if err != nil {
			break // Close gives the cause
		}
		done := slices.ContainsFunc([]imap.Flag{flagDone, flagFailed, imap.FlagDeleted}, func(f imap.Flag) bool { return hasFlag(buffer.Flags, f) })
		if buffer.UID <= from || done { // n:* names the last message even when its number is below n
			continue
		}
		l := letter{uid: buffer.UID, size: buffer.RFC822Size}
		var known, proven bool
		if len(buffer.BodySection) > 0 {
			header, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(buffer.BodySection[0].Bytes)))
			if err == nil {
				l.from, known, proven = s.m.senders.judge(message.Header{Header: header})
			}
		}
		switch l.wanted = known && proven; {
		case !known:
			foreign++
		case !proven:
			unproven++
		}
		found = append(found, l)
	}
	if err := cmd.Close(); err != nil {
		return nil, s.m.failed(ctx, err, "cannot list the messages in "+s.m.c.Mailbox, "the next run tries again")
	}
	if foreign > 0 {
		before.note("imap %s: %d messages in %s of senders who are not in allowed_senders left alone", s.m.c.Address, foreign, s.m.c.Mailbox)
	}
	if unproven > 0 {
		before.note("imap %s: %d messages in %s of allowed senders left alone, since %s does not vouch for the sender", s.m.c.Address, unproven, s.m.c.Mailbox, s.m.senders.authority)
	}
	slices.SortFunc(found, func(a, b letter) int { return cmp.Compare(a.uid, b.uid) })
	return found, nil
}

// hasFlag knows that servers write flags in letters of either size.
func hasFlag(flags []imap.Flag, flag imap.Flag) bool {
	return slices.ContainsFunc(flags, func(f imap.Flag) bool { return strings.EqualFold(string(f), string(flag)) })
}
