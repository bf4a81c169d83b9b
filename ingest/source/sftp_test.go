package source

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"gatehouse/ingest"
)

// sshServer serves a folder by SFTP to the user "export".
type sshServer struct {
	t       *testing.T
	dir     string
	address string
	host    ssh.PublicKey
	line    *line
}

func newSSHServer(t *testing.T, userKey ssh.PublicKey) *sshServer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{
		PasswordCallback: func(conn ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			if conn.User() == "export" && string(password) == testPassword {
				return nil, nil
			}
			return nil, errors.New("no")
		},
		PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if userKey != nil && bytes.Equal(key.Marshal(), userKey.Marshal()) {
				return nil, nil
			}
			return nil, errors.New("no")
		},
	}
	config.AddHostKey(signer)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveSFTP(conn, config)
		}
	}()
	return &sshServer{t: t, dir: t.TempDir(), address: listener.Addr().String(), host: signer.PublicKey(), line: newLine()}
}

func serveSFTP(conn net.Conn, config *ssh.ServerConfig) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				_ = r.Reply(r.Type == "subsystem", nil)
			}
		}()
		server, err := sftp.NewServer(channel)
		if err != nil {
			return
		}
		go func() {
			_ = server.Serve()
			channel.Close()
		}()
	}
}

func (s *sshServer) config() SFTPConfig {
	return SFTPConfig{Address: s.address, User: "export", Password: secret(s.t, testPassword), HostKey: ssh.FingerprintSHA256(s.host), Path: s.dir}
}

func (s *sshServer) folder(change func(*SFTPConfig)) *sftpFolder {
	s.t.Helper()
	c := s.config()
	if change != nil {
		change(&c)
	}
	f, err := newSFTP(c, s.line.dial, noEnv)
	if err != nil {
		s.t.Fatal(err)
	}
	f.quiet.now = (&testClock{morning.Add(24 * time.Hour)}).now
	return f
}

func TestSFTPTakesEachFileOnce(t *testing.T) {
	t.Parallel()
	s, l := newSSHServer(t, nil), newLedger(t)
	put(t, s.dir, "阳光花园/a.csv", "bad.csv", "~$bad.csv", ".b.csv", "c.csv.part")
	l.became["bad.csv"] = ingest.Refused
	f := s.folder(func(c *SFTPConfig) { c.Recursive = true })
	l.takes(f, "阳光花园/a.csv", "bad.csv")
	if name := "阳光花园/a.csv"; l.content[name] != "content of "+name || l.folders[name] != "阳光花园" {
		t.Errorf("content %q, folders %q", l.content, l.folders)
	}
	wantTree(t, s.dir, ".b.csv", "c.csv.part", "done/阳光花园/a.csv", "failed/bad.csv", "~$bad.csv")
	l.takes(f)
}

func TestSFTPInPlace(t *testing.T) {
	t.Parallel()
	s, l := newSSHServer(t, nil), newLedger(t)
	put(t, s.dir, "a.csv", "below/b.csv")
	f := s.folder(func(c *SFTPConfig) { c.InPlace = true })
	l.takes(f, "a.csv")
	l.takes(f)
	putAt(t, s.dir, "a.csv", "changed", morning.Add(time.Hour))
	f = s.folder(func(c *SFTPConfig) { c.InPlace = true })
	l.takes(f, "a.csv")
	l.takes(f)
}

func TestSFTPKeepsEarlierFilesOfTheSameName(t *testing.T) {
	t.Parallel()
	s, l, archive := newSSHServer(t, nil), newLedger(t), t.TempDir()
	for _, content := range []string{"1", "2"} {
		putAt(t, s.dir, "a.csv", content, morning)
		l.takes(s.folder(func(c *SFTPConfig) { c.Done = archive }), "a.csv")
	}
	wantTree(t, archive, "a-20260305T083000Z.csv", "a.csv")
}

func TestSFTPLeavesWhatChangesUnderway(t *testing.T) {
	t.Parallel()
	s, l := newSSHServer(t, nil), newLedger(t)
	put(t, s.dir, "a.csv", "b.csv")
	var names []string
	err := s.folder(nil).Fetch(t.Context(), State{}, func(item Item) error {
		names = append(names, item.Name)
		putAt(t, s.dir, "a.csv", "grown while loaded", morning.Add(time.Hour))
		putAt(t, s.dir, "b.csv", "grown since listed", morning.Add(time.Hour))
		return item.Settle(t.Context(), ingest.Published)
	})
	if err != nil || strings.Join(names, " ") != "a.csv" {
		t.Errorf("took %q: %v", names, err)
	}
	wantTree(t, s.dir, "a.csv", "b.csv")
	putAt(t, s.dir, "c.csv", "being uploaded", morning.Add(24*time.Hour-time.Second))
	l.takes(s.folder(nil), "a.csv", "b.csv")
	l.noted("1 files changed less than 30s ago")
}

func TestSFTPTalksToTheRightServerOnly(t *testing.T) {
	t.Parallel()
	s, l := newSSHServer(t, nil), newLedger(t)
	put(t, s.dir, "a.csv")
	other := newSSHServer(t, nil)
	for name, key := range map[string]string{
		"fingerprint": ssh.FingerprintSHA256(other.host),
		"known_hosts": knownhosts.Line([]string{s.address}, other.host),
		"public key":  string(ssh.MarshalAuthorizedKey(other.host)),
	} {
		if got := l.fails(s.folder(func(c *SFTPConfig) { c.HostKey = key }), s.address, ssh.FingerprintSHA256(s.host), "Ask the server's operator"); len(got) != 0 {
			t.Errorf("%s: took %q", name, got)
		}
	}
	for _, key := range []string{"", "# nothing", "SHA256:tooshort", "@revoked " + knownhosts.Line([]string{"*"}, s.host), "anything else"} {
		c := s.config()
		c.HostKey = key
		if _, err := newSFTP(c, s.line.dial, noEnv); err == nil || !strings.Contains(err.Error(), "host_key") {
			t.Errorf("host_key %q: %v", key, err)
		}
	}
	both := knownhosts.Line([]string{"sftp.example.com"}, other.host) + "\n" + knownhosts.Line([]string{s.address}, s.host) + "\n"
	l.takes(s.folder(func(c *SFTPConfig) { c.HostKey = both }), "a.csv")
}

func TestSFTPSignsInByKey(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	user, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	s, l := newSSHServer(t, user), newLedger(t)
	put(t, s.dir, "a.csv")
	l.takes(s.folder(func(c *SFTPConfig) {
		c.Password, c.Key = Secret{}, secret(t, string(pem.EncodeToMemory(block)))
	}), "a.csv")
	l.fails(s.folder(func(c *SFTPConfig) { c.Key = secret(t, "no key") }), "ssh-keygen")
	l.fails(s.folder(func(c *SFTPConfig) { c.User = "somebody" }), "cannot sign in as somebody", "check user, password or key")
}

func TestSFTPCutConnection(t *testing.T) {
	t.Parallel()
	s, l := newSSHServer(t, nil), newLedger(t)
	putAt(t, s.dir, "a.csv", strings.Repeat("0123456789\n", 300_000), morning)
	s.line.cutAfter(1_000_000)
	if got := l.fails(s.folder(nil), "a.csv", "the next run tries again"); len(got) != 0 {
		t.Errorf("took %q", got)
	}
	s.line.mend()
	l.takes(s.folder(nil), "a.csv")
	if len(l.content["a.csv"]) != 3_300_000 {
		t.Errorf("%d bytes", len(l.content["a.csv"]))
	}
}

func TestSFTPSaysWhatItCannotTake(t *testing.T) {
	t.Parallel()
	s, l := newSSHServer(t, nil), newLedger(t)
	put(t, s.dir, "a longer name.csv", "a.csv")
	f := s.folder(nil)
	f.limit = 16
	if got := l.fails(f, s.address, "a longer name.csv has 28 bytes, at most 16", "split it"); len(got) != 1 {
		t.Errorf("took %q, the other file is fine", got)
	}
	l.fails(s.folder(func(c *SFTPConfig) { c.Path += "/missing" }), "missing", "create it")
	for name, change := range map[string]func(*SFTPConfig){
		"no user":      func(c *SFTPConfig) { c.User = "" },
		"no secret":    func(c *SFTPConfig) { c.Password = Secret{} },
		"done is path": func(c *SFTPConfig) { c.Done = "." },
	} {
		c := s.config()
		change(&c)
		if _, err := newSFTP(c, s.line.dial, noEnv); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestSFTPEndsWithItsContext(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // takes calls and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s := newSSHServer(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			_, _ = io.ReadFull(conn, make([]byte, 1))
			cancel()
		}
	}()
	f := s.folder(func(c *SFTPConfig) { c.Address = listener.Addr().String() })
	if err := f.Fetch(ctx, State{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

func TestSFTPOfThousandFiles(t *testing.T) {
	t.Parallel()
	s, l := newSSHServer(t, nil), newLedger(t)
	names := thousand()
	put(t, s.dir, names...)
	f := s.folder(nil)
	l.takes(f, names...)
	l.takes(f)
}
