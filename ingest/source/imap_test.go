package source

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/google/go-cmp/cmp"

	"gatehouse/ingest"
)

// post is an IMAP server with the mailbox INBOX of one user.
type post struct {
	t       *testing.T
	user    *imapmemserver.User
	address string
	roots   *x509.CertPool
	line    *line
}

func newPost(t *testing.T, starttls bool, caps ...imap.Cap) *post {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(web.Close)
	p := &post{t: t, user: imapmemserver.NewUser("data@example.com", testPassword), roots: x509.NewCertPool(), line: newLine()}
	p.roots.AddCert(web.Certificate())
	p.create("INBOX")
	memory := imapmemserver.New()
	memory.AddUser(p.user)
	secure := &tls.Config{Certificates: web.TLS.Certificates}
	known := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, c := range caps {
		known[c] = struct{}{}
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps: known, TLSConfig: secure, Logger: silent{},
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address = listener.Addr().String()
	if !starttls {
		listener = tls.NewListener(listener, secure)
	}
	t.Cleanup(func() { server.Close() })
	go func() { _ = server.Serve(listener) }()
	return p
}

type silent struct{}

func (silent) Printf(string, ...any) {}

func (p *post) create(name string) {
	p.t.Helper()
	if err := p.user.Create(name, nil); err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) deliver(messages ...string) {
	p.t.Helper()
	for _, m := range messages {
		if _, err := p.user.Append("INBOX", bytes.NewReader([]byte(m)), &imap.AppendOptions{}); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *post) holds(mailbox string, want uint32) {
	p.t.Helper()
	status, err := p.user.Status(mailbox, &imap.StatusOptions{NumMessages: true})
	if err != nil {
		p.t.Fatal(err)
	}
	if *status.NumMessages != want {
		p.t.Errorf("%s holds %d messages, want %d", mailbox, *status.NumMessages, want)
	}
}

func (p *post) config() IMAPConfig {
	return IMAPConfig{Address: p.address, User: "data@example.com", Password: secret(p.t, testPassword), AllowedSenders: []string{"erp@example.com", "@branch.example.com"}}
}

func (p *post) mailbox(change func(*IMAPConfig)) *mailbox {
	p.t.Helper()
	c := p.config()
	if change != nil {
		change(&c)
	}
	m, err := newIMAP(c, p.line.dial, noEnv)
	if err != nil {
		p.t.Fatal(err)
	}
	m.roots = p.roots
	return m
}

func intoFolders(c *IMAPConfig) { c.Done, c.Failed = "已处理", "被拒绝" }

// letterFrom is a message with files attached, given as name, content, name, content.
func letterFrom(from string, files ...string) string {
	var m strings.Builder
	fmt.Fprintf(&m, "From: %s\r\nSubject: export\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nHello\r\n", from)
	for i := 0; i < len(files); i += 2 {
		fmt.Fprintf(&m, "--B\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=%q\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n",
			files[i], base64.StdEncoding.EncodeToString([]byte(files[i+1])))
	}
	return m.String() + "--B--\r\n"
}

func TestIMAPTakesEachAttachmentOnce(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]func(*IMAPConfig){"marked in place": nil, "moved": intoFolders} {
		for capability, caps := range map[string][]imap.Cap{"bare": nil, "UIDPLUS": {imap.CapUIDPlus}, "MOVE": {imap.CapMove}} {
			t.Run(name+" "+capability, func(t *testing.T) {
				t.Parallel()
				p, l := newPost(t, false, caps...), newLedger(t)
				m := p.mailbox(place)
				l.takes(m)
				p.deliver(letterFrom("ERP <erp@Example.com>", "a.xlsx", "A", "logo.png", "-", "ATT00001.txt", "-", "b.csv", "B"), letterFrom("x@branch.example.com", "a.xlsx", "C"))
				l.takes(m, "INBOX/1/a.xlsx", "INBOX/1/b.csv", "INBOX/2/a.xlsx")
				want := map[string]string{"INBOX/1/a.xlsx": "A", "INBOX/1/b.csv": "B", "INBOX/2/a.xlsx": "C"}
				if diff := cmp.Diff(want, l.content); diff != "" {
					t.Errorf("content (-want +got):\n%s", diff)
				}
				l.takes(m)
				l.cursor = "" // lost, or of another numbering
				l.seen = map[string]bool{}
				l.takes(m)
				p.deliver(letterFrom("erp@example.com", "d.csv", "D"))
				l.takes(m, "INBOX/3/d.csv")
				l.takes(m)
				if place != nil {
					p.holds("已处理", 3)
				}
			})
		}
	}
}

func TestIMAPSettlesAMessageWithItsLastAttachment(t *testing.T) {
	t.Parallel()
	p, l := newPost(t, false, imap.CapMove), newLedger(t)
	m := p.mailbox(intoFolders)
	p.create("已处理")
	p.create("被拒绝")
	p.deliver(
		letterFrom("erp@example.com", "good.csv", "1", "later.csv", "2"),
		letterFrom("erp@example.com", "bad.csv", "3", "good.csv", "4"),
		letterFrom("erp@example.com", "good.csv", "5"),
	)
	l.became["later.csv"], l.became["bad.csv"] = ingest.Abandoned, ingest.Refused
	l.takes(m, "INBOX/1/good.csv", "INBOX/1/later.csv", "INBOX/2/bad.csv", "INBOX/2/good.csv", "INBOX/3/good.csv")
	p.holds("INBOX", 1)
	p.holds("被拒绝", 1)
	p.holds("已处理", 1)
	delete(l.became, "later.csv")
	l.takes(m, "INBOX/1/good.csv", "INBOX/1/later.csv") // the cursor has not passed it
	l.takes(m)
	p.holds("INBOX", 0)
	p.holds("已处理", 2)
}

func TestIMAPLeavesForeignMailAlone(t *testing.T) {
	t.Parallel()
	p, l := newPost(t, false, imap.CapMove), newLedger(t)
	p.deliver(
		letterFrom("stranger@example.com", "a.csv", "1"),
		letterFrom("erp@example.com.evil.test", "a.csv", "1"),
		letterFrom(`"erp@example.com" <stranger@evil.test>`, "a.csv", "1"),
		letterFrom("erp@example.com, stranger@evil.test", "a.csv", "1"),
		letterFrom("erp@example.com\r\nFrom: stranger@evil.test", "a.csv", "1"),
		letterFrom("x@sub.branch.example.com", "a.csv", "1"),
		letterFrom("erp@example.com", "a.csv", "1"),
		letterFrom("erp@example.com"),
	)
	l.takes(p.mailbox(intoFolders), "INBOX/7/a.csv")
	l.noted("6 messages in INBOX of senders who are not in allowed_senders left alone")
	l.noted("message 8 in INBOX from erp@example.com has no spreadsheet attached")
	p.holds("INBOX", 7)
	l.takes(p.mailbox(intoFolders)) // those before the cursor are not looked at again
	l.takes(p.mailbox(func(c *IMAPConfig) {
		intoFolders(c)
		c.AllowedSenders = append(c.AllowedSenders, "stranger@example.com")
	}), "INBOX/1/a.csv")
}

func TestIMAPAsksTheServerForProof(t *testing.T) {
	t.Parallel()
	p, l := newPost(t, false), newLedger(t)
	proven := func(results string) string {
		return "Authentication-Results: " + results + "\r\n" + letterFrom("erp@example.com", "a.csv", "1")
	}
	p.deliver(
		letterFrom("erp@example.com", "a.csv", "1"),
		proven("mx.example.net;\r\n dkim=pass (2048-bit key) header.d=example.com header.s=s1;\r\n spf=pass smtp.mailfrom=erp@example.com"),
		proven("mx.evil.test; dkim=pass header.d=example.com"),
	)
	l.takes(p.mailbox(func(c *IMAPConfig) { c.RequireAuth = "mx.example.net" }), "INBOX/2/a.csv")
	l.noted("2 messages in INBOX of allowed senders left alone, since mx.example.net does not vouch")
}

func TestIMAPNumbersStartAgain(t *testing.T) {
	t.Parallel()
	p, l := newPost(t, false), newLedger(t)
	p.deliver(letterFrom("erp@example.com", "a.csv", "1"), letterFrom("erp@example.com", "b.csv", "2"))
	l.takes(p.mailbox(nil), "INBOX/1/a.csv", "INBOX/2/b.csv")
	if err := p.user.Delete("INBOX"); err != nil {
		t.Fatal(err)
	}
	p.create("INBOX")
	p.deliver(letterFrom("erp@example.com", "c.csv", "3"))
	l.takes(p.mailbox(nil), "INBOX/1/c.csv")
	l.takes(p.mailbox(nil))
}

func TestIMAPCutConnection(t *testing.T) {
	t.Parallel()
	p, l := newPost(t, false), newLedger(t)
	large := strings.Repeat("0123456789\n", 100_000)
	p.deliver(letterFrom("erp@example.com", "a.csv", "1", "b.csv", large))
	p.line.cutAfter(700_000)
	if got := l.fails(p.mailbox(nil), p.address, "message 1 in INBOX", "the next run tries again"); len(got) != 0 {
		t.Errorf("took %q", got)
	}
	p.line.mend()
	l.takes(p.mailbox(nil), "INBOX/1/a.csv", "INBOX/1/b.csv")
	if l.content["INBOX/1/b.csv"] != large {
		t.Errorf("%d bytes", len(l.content["INBOX/1/b.csv"]))
	}
	l.takes(p.mailbox(nil))
}

func TestIMAPDamagedMessageHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	p, l := newPost(t, false), newLedger(t)
	whole := letterFrom("erp@example.com", "a.csv", "1", "b.csv", strings.Repeat("2", 1000))
	p.deliver(whole[:len(whole)-600], letterFrom("erp@example.com", "c.csv", strings.Repeat("3", 3000)), letterFrom("erp@example.com", "d.csv", "4"))
	m := p.mailbox(nil)
	m.limit = 3000
	for _, want := range []string{"INBOX/3/d.csv", ""} {
		got := l.fails(m, "message 1 in INBOX from erp@example.com", "cut short", "message 2 in INBOX", "at most 3000", "sent again")
		if strings.Join(got, " ") != want {
			t.Errorf("took %q, want %q", got, want)
		}
	}
}

func TestIMAPByStartTLS(t *testing.T) {
	t.Parallel()
	p, l := newPost(t, true), newLedger(t)
	p.deliver(letterFrom("erp@example.com", "a.csv", "1"))
	l.takes(p.mailbox(func(c *IMAPConfig) { c.TLS = "starttls" }), "INBOX/1/a.csv")
}

func TestIMAPSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	p, l := newPost(t, false), newLedger(t)
	stranger := p.mailbox(nil)
	stranger.roots = nil
	l.fails(stranger, p.address, "no encrypted connection", "certificate")
	l.fails(p.mailbox(func(c *IMAPConfig) { c.User = "nobody" }), "cannot sign in as nobody", "check user and password")
	l.fails(p.mailbox(func(c *IMAPConfig) { c.Mailbox = "Exports" }), "cannot open the mailbox Exports", "correct mailbox")
	for name, change := range map[string]func(*IMAPConfig){
		"no user":         func(c *IMAPConfig) { c.User = "" },
		"no password":     func(c *IMAPConfig) { c.Password = Secret{} },
		"no encryption":   func(c *IMAPConfig) { c.TLS = "none" },
		"nobody allowed":  func(c *IMAPConfig) { c.AllowedSenders = nil },
		"no address":      func(c *IMAPConfig) { c.AllowedSenders = []string{"example.com"} },
		"done is mailbox": func(c *IMAPConfig) { c.Done = "INBOX" },
	} {
		c := p.config()
		change(&c)
		if _, err := newIMAP(c, p.line.dial, noEnv); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestIMAPOfThousandMessages(t *testing.T) {
	t.Parallel()
	p, l := newPost(t, false), newLedger(t)
	for i, name := range thousand() {
		sender := "erp@example.com"
		if i%10 == 0 {
			sender = "stranger@example.com"
		}
		p.deliver(letterFrom(sender, name, name))
	}
	if got, err := l.run(p.mailbox(nil)); err != nil || len(got) != 900 {
		t.Fatalf("%d items: %v", len(got), err)
	}
	l.noted("100 messages")
	l.takes(p.mailbox(nil))
}
