package source

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"

	"gatehouse"
	"gatehouse/ingest"
)

// attachment is a file that came with a message.
type attachment struct {
	name    string
	content *localCopy
}

// attachments gives the spreadsheets of a message: all of them, or an error.
func (s *imapSession) attachments(ctx context.Context, l letter) ([]attachment, error) {
	if l.size > s.m.limit {
		return nil, &letterFault{fmt.Errorf("it has %d bytes, at most %d are taken", l.size, s.m.limit)}
	}
	raw, err := s.download(ctx, l)
	if _, answer := errors.AsType[*imap.Error](err); answer {
		return nil, &letterFault{fmt.Errorf("the server does not give it: %w", err)}
	}
	if err != nil {
		return nil, s.m.failed(ctx, err, fmt.Sprintf("cannot read message %d in %s", l.uid, s.m.c.Mailbox), "the next run tries again")
	}
	defer raw.close()
	w := walker{ctx: ctx, limit: s.m.limit}
	err = w.message(io.NewSectionReader(raw.file, 0, raw.size), 0)
	if err == nil {
		return w.found, nil
	}
	closeAll(w.found)
	if ours, ok := errors.AsType[*gatehouse.Error](err); ok || ctx.Err() != nil {
		if ok {
			return nil, ours
		}
		return nil, ctx.Err()
	}
	return nil, &letterFault{err}
}

// download copies the message as it is; the part that reads it must not keep
// the server waiting.
func (s *imapSession) download(ctx context.Context, l letter) (*localCopy, error) {
	ctx, cancel := context.WithTimeout(ctx, letterTime)
	defer cancel()
	defer context.AfterFunc(ctx, s.abort)()
	cmd := s.Fetch(imap.UIDSetNum(l.uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
	var content *localCopy
	var err error
	for data := cmd.Next(); data != nil; data = cmd.Next() {
		for item := data.Next(); item != nil; item = data.Next() {
			if body, ok := item.(imapclient.FetchItemDataBodySection); ok && body.Literal != nil && content == nil && err == nil {
				if content, err = copyOf(ctx, body.Literal, s.m.limit, nil); err == nil && content.size != body.Literal.Size() {
					err = io.ErrUnexpectedEOF
				}
			}
		}
	}
	if closed := cmd.Close(); err == nil {
		err = closed
	}
	if err == nil && content == nil {
		err = &letterFault{errors.New("it is gone")}
	}
	if err != nil && content != nil {
		content.close()
	}
	return content, err
}

// walker collects the spreadsheets of a message.
type walker struct {
	ctx   context.Context
	limit int64
	found []attachment
}

const nesting = 10 // parts within parts, and messages within messages

func (w *walker) message(r io.Reader, depth int) error {
	buffered := bufio.NewReader(r)
	header, err := textproto.ReadHeader(buffered)
	if err != nil {
		return fmt.Errorf("the header is damaged: %w", err)
	}
	return w.part(message.Header{Header: header}, buffered, depth)
}

func (w *walker) part(h message.Header, body io.Reader, depth int) error {
	if depth > nesting {
		return fmt.Errorf("its parts are nested more than %d deep", nesting)
	}
	kind, params, _ := h.ContentType()
	if strings.HasPrefix(kind, "multipart/") {
		parts := textproto.NewMultipartReader(body, params["boundary"])
		for {
			p, err := parts.NextPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("the message is cut short or damaged: %w", err)
			}
			if err := w.part(message.Header{Header: p.Header}, p, depth+1); err != nil {
				return err
			}
		}
	}
	name := attachmentName(h)
	if kind != "message/rfc822" && !isAttachment(name) {
		return nil
	}
	// Text must stay as it was sent, in its own encoding: only the transfer encoding is undone.
	h.Set("Content-Type", "application/octet-stream")
	entity, err := message.New(h, body)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if kind == "message/rfc822" {
		return w.message(entity.Body, depth+1)
	}
	content, err := copyOf(w.ctx, entity.Body, w.limit, nil)
	if err != nil {
		return fmt.Errorf("%s is cut short or damaged: %w", name, err)
	}
	w.found = append(w.found, attachment{w.unique(name), content})
	return nil
}

// isAttachment leaves out the pages and notes that mail programs attach by themselves.
func isAttachment(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".txt", ".html", ".htm", ".xml", ".json", ".ndjson":
		return false
	}
	return ingest.Takes(name)
}

// unique tells apart attachments of one name.
func (w *walker) unique(name string) string {
	extension := path.Ext(name)
	candidate := name
	for n := 2; ; n++ {
		taken := false
		for _, file := range w.found {
			taken = taken || file.name == candidate
		}
		if !taken {
			return candidate
		}
		candidate = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, extension), n, extension)
	}
}
