package source

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"gatehouse"
)

// Marks of messages that stay where they are.
const (
	flagDone   imap.Flag = "$GatehouseDone"
	flagFailed imap.Flag = "$GatehouseFailed"
)

// imapSession is a connection with the mailbox open, which ends with its context.
type imapSession struct {
	*imapclient.Client
	m        *mailbox
	validity uint32 // of the numbers of messages
	messages uint32
	stop     func() bool
	conn     net.Conn
}

// abort makes every call that waits for the server return.
func (s *imapSession) abort() { s.conn.Close() }

func (s *imapSession) end() {
	s.stop()
	_ = s.Client.Close() // it also tells how the connection ended before
}

func (m *mailbox) connect(ctx context.Context) (*imapSession, error) {
	password, err := m.c.Password.Read(m.getenv)
	if err != nil {
		return nil, err
	}
	conn, err := m.dial(ctx, "tcp", m.c.Address)
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Unavailable, "imap %s: no connection: %w; check address and network", m.c.Address, err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	client, err := m.greet(ctx, conn)
	if err != nil {
		stop()
		conn.Close()
		return nil, m.failed(ctx, err, "no encrypted connection", "check address, tls and the server's certificate")
	}
	s := &imapSession{Client: client, m: m, stop: stop, conn: conn}
	if err := s.open(ctx, password); err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

// greet encrypts the connection before anything else is said.
func (m *mailbox) greet(ctx context.Context, conn net.Conn) (*imapclient.Client, error) {
	host, _, err := net.SplitHostPort(m.c.Address)
	if err != nil {
		return nil, err
	}
	secure := &tls.Config{ServerName: host, RootCAs: m.roots, MinVersion: tls.VersionTLS12}
	ctx, cancel := context.WithTimeout(ctx, handshake)
	defer cancel()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if m.c.TLS == "starttls" {
		return imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: secure})
	}
	encrypted := tls.Client(conn, secure)
	if err := encrypted.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	client := imapclient.New(encrypted, nil)
	return client, client.WaitGreeting()
}

func (s *imapSession) open(ctx context.Context, password string) error {
	c := s.m.c
	if err := s.Login(c.User, password).Wait(); err != nil {
		return s.m.failed(ctx, err, "cannot sign in as "+c.User, "check user and password; many providers want a separate password for programs, and IMAP switched on")
	}
	// Some providers (163.com among them) open no mailbox to who does not say what he is.
	if s.Caps().Has(imap.CapID) {
		if _, err := s.ID(&imap.IDData{Name: "gatehouse", Version: "1"}).Wait(); err != nil {
			return s.m.failed(ctx, err, "the server does not want to know this program", "ask the provider which programs it lets in")
		}
	}
	selected, err := s.Select(c.Mailbox, nil).Wait()
	if err != nil {
		return s.m.failed(ctx, err, "cannot open the mailbox "+c.Mailbox, "correct mailbox")
	}
	s.validity, s.messages = selected.UIDValidity, selected.NumMessages
	kept := selected.PermanentFlags
	keywords := hasFlag(kept, imap.FlagWildcard) || hasFlag(kept, flagDone) && hasFlag(kept, flagFailed)
	if !keywords && (c.Done == "" || c.Failed == "") {
		return gatehouse.Errorf(gatehouse.Invalid, "imap %s: the server keeps no marks of ours on messages in %s; name mailboxes for done and failed", c.Address, c.Mailbox)
	}
	return nil
}

// mark keeps a message from being taken again.
func (s *imapSession) mark(uid imap.UID, refused bool) error {
	to, flag := s.m.c.Done, flagDone
	if refused {
		to, flag = s.m.c.Failed, flagFailed
	}
	one := imap.UIDSetNum(uid)
	if to == "" {
		if err := s.flag(one, flag); err != nil {
			return gatehouse.Errorf(gatehouse.Unavailable, "imap %s: message %d in %s cannot be marked as %s: %w; let the user write to the mailbox, or name mailboxes for done and failed", s.m.c.Address, uid, s.m.c.Mailbox, flag, err)
		}
		return nil
	}
	err := s.move(one, to)
	if answer, ok := errors.AsType[*imap.Error](err); ok && (answer.Code == imap.ResponseCodeTryCreate || answer.Code == imap.ResponseCodeNonExistent) {
		if err = s.Create(to, nil).Wait(); err == nil {
			err = s.move(one, to)
		}
	}
	if err != nil {
		return gatehouse.Errorf(gatehouse.Unavailable, "imap %s: message %d in %s cannot be moved to %s: %w; create that mailbox, or let the user write to it", s.m.c.Address, uid, s.m.c.Mailbox, to, err)
	}
	return nil
}

// move is like the library's own, which without MOVE sends the deletion along
// with the copy and so loses the message when it cannot be copied.
func (s *imapSession) move(uid imap.UIDSet, to string) error {
	if s.Caps().Has(imap.CapMove) {
		_, err := s.Move(uid, to).Wait()
		return err
	}
	if _, err := s.Copy(uid, to).Wait(); err != nil {
		return err
	}
	if err := s.flag(uid, imap.FlagDeleted); err != nil {
		return err
	}
	if s.Caps().Has(imap.CapUIDPlus) { // a plain EXPUNGE would remove what others have marked
		return s.UIDExpunge(uid).Close()
	}
	return nil
}

func (s *imapSession) flag(uid imap.UIDSet, flag imap.Flag) error {
	return s.Store(uid, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close()
}

// failed says what was not possible and what to do; the end of the context goes first.
func (m *mailbox) failed(ctx context.Context, err error, what, do string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return gatehouse.Errorf(gatehouse.Unavailable, "imap %s: %s: %w; %s", m.c.Address, what, err, do)
}

// letterTime bounds the transfer of one message.
const letterTime = 10 * time.Minute
