package source

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"gatehouse/ingest"
)

// store is an S3 server with one bucket.
type store struct {
	t       *testing.T
	backend *s3mem.Backend
	address string
	line    *line
}

func newStore(t *testing.T, options ...gofakes3.Option) *store {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("exports"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend, options...).Server())
	t.Cleanup(server.Close)
	return &store{t: t, backend: backend, address: server.URL, line: newLine()}
}

func (s *store) put(keys ...string) {
	s.t.Helper()
	for _, key := range keys {
		s.putContent(key, []byte("content of "+key))
	}
}

func (s *store) putContent(key string, content []byte) {
	s.t.Helper()
	meta := map[string]string{"Last-Modified": morning.Format(http.TimeFormat)}
	if _, err := s.backend.PutObject("exports", key, meta, bytes.NewReader(content), int64(len(content)), nil); err != nil {
		s.t.Fatal(err)
	}
}

func (s *store) want(keys ...string) {
	s.t.Helper()
	list, err := s.backend.ListBucket("exports", nil, gofakes3.ListBucketPage{})
	if err != nil {
		s.t.Fatal(err)
	}
	got := []string{}
	for _, object := range list.Contents {
		got = append(got, object.Key)
	}
	if diff := cmp.Diff(keys, got); diff != "" {
		s.t.Errorf("objects (-want +got):\n%s", diff)
	}
}

func (s *store) bucket(change func(*S3Config)) *bucket {
	s.t.Helper()
	c := S3Config{Endpoint: s.address, AllowHTTP: true, Bucket: "exports", AccessKey: secret(s.t, "gatehouse"), SecretKey: secret(s.t, testPassword), PathStyle: true}
	if change != nil {
		change(&c)
	}
	b, err := newS3(c, s.line.dial, noEnv)
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

func TestS3TakesEachObjectOnce(t *testing.T) {
	t.Parallel()
	s, l := newStore(t), newLedger(t)
	s.put("in/阳光花园/a b.csv", "in/~$c.csv", "in/c.csv.part", "in/bad.csv", "other/d.csv")
	l.became["bad.csv"] = ingest.Refused
	b := s.bucket(func(c *S3Config) { c.Prefix = "in/" })
	got, err := l.run(b)
	if err != nil || len(got) != 2 {
		t.Fatalf("took %q: %v", got, err)
	}
	if name := "in/阳光花园/a b.csv"; l.content[name] != "content of "+name || l.folders[name] != "阳光花园" || l.folders["in/bad.csv"] != "" {
		t.Errorf("content %q, folders %q", l.content, l.folders)
	}
	s.want("in/c.csv.part", "in/done/阳光花园/a b.csv", "in/failed/bad.csv", "in/~$c.csv", "other/d.csv")
	l.takes(b)
}

func TestS3NamesTheBucketInTheHost(t *testing.T) {
	t.Parallel()
	s, l := newStore(t, gofakes3.WithHostBucketBase("s3.test")), newLedger(t)
	s.put("a.csv")
	b := s.bucket(func(c *S3Config) { c.Endpoint, c.PathStyle = "http://s3.test", false })
	b.transport.(*http.Transport).DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != "exports.s3.test:80" {
			t.Errorf("dialled %s", address)
		}
		return s.line.dial(ctx, network, strings.TrimPrefix(s.address, "http://"))
	}
	l.takes(b, "a.csv")
	l.takes(b)
}

func TestS3InPlace(t *testing.T) {
	t.Parallel()
	s, l := newStore(t), newLedger(t)
	s.put("a.csv")
	b := s.bucket(func(c *S3Config) { c.InPlace = true })
	l.takes(b, "a.csv")
	l.takes(b)
	s.putContent("a.csv", []byte("changed"))
	l.takes(b, "a.csv")
	l.takes(b)
	s.want("a.csv")
}

func TestS3KeepsEarlierObjectsOfTheSameName(t *testing.T) {
	t.Parallel()
	s, l := newStore(t), newLedger(t)
	b := s.bucket(func(c *S3Config) { c.DonePrefix = "archive" })
	s.put("a.csv")
	l.takes(b, "a.csv")
	s.putContent("a.csv", []byte("next month"))
	l.takes(b, "a.csv")
	list, err := s.backend.ListBucket("exports", nil, gofakes3.ListBucketPage{})
	if err != nil || len(list.Contents) != 2 {
		t.Fatalf("%d objects: %v", len(list.Contents), err)
	}
	if first, second := list.Contents[0].Key, list.Contents[1].Key; !strings.HasPrefix(first, "archive/a-20") || !strings.HasSuffix(first, "Z.csv") || second != "archive/a.csv" {
		t.Errorf("objects %s, %s", first, second)
	}
}

func TestS3LeavesWhatChangesUnderway(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	s.put("a.csv", "b.csv", "c.csv")
	var names []string
	err := s.bucket(nil).Fetch(t.Context(), State{}, func(item Item) error {
		names = append(names, item.Name)
		if len(names) > 1 {
			return nil
		}
		s.putContent(item.Name, []byte("changed while it was loaded"))
		for _, other := range []string{"a.csv", "b.csv", "c.csv"} {
			if other != item.Name {
				s.putContent(other, []byte("changed since it was listed"))
			}
		}
		return item.Settle(t.Context(), ingest.Published)
	})
	if err != nil || len(names) != 1 {
		t.Errorf("took %q: %v", names, err)
	}
	s.want("a.csv", "b.csv", "c.csv")
}

func TestS3CutConnection(t *testing.T) {
	t.Parallel()
	s, l := newStore(t), newLedger(t)
	s.putContent("a.csv", bytes.Repeat([]byte("0123456789\n"), 100_000))
	b := s.bucket(nil)
	s.line.cutAfter(300_000)
	if got := l.fails(b, "exports", "a.csv", "the next run tries again"); len(got) != 0 {
		t.Errorf("took %q", got)
	}
	s.want("a.csv")
	s.line.mend()
	l.takes(b, "a.csv")
	if len(l.content["a.csv"]) != 1_100_000 {
		t.Errorf("%d bytes", len(l.content["a.csv"]))
	}
}

func TestS3SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	s, l := newStore(t), newLedger(t)
	s.put("a longer name.csv", "a.csv")
	b := s.bucket(nil)
	b.limit = 16
	if got := l.fails(b, "a longer name.csv has 28 bytes, at most 16", "split it"); len(got) != 1 {
		t.Errorf("took %q, the other object is fine", got)
	}
	l.fails(s.bucket(func(c *S3Config) { c.Bucket = "elsewhere" }), "elsewhere", "check endpoint, bucket")
	for name, change := range map[string]func(*S3Config){
		"plain http":       func(c *S3Config) { c.AllowHTTP = false },
		"no scheme":        func(c *S3Config) { c.Endpoint = "s3.example.com" },
		"no key":           func(c *S3Config) { c.SecretKey = Secret{} },
		"no bucket":        func(c *S3Config) { c.Bucket = "" },
		"password in it":   func(c *S3Config) { c.Endpoint = "https://user:pass@s3.example.com" },
		"bucket in it":     func(c *S3Config) { c.Endpoint = "https://s3.example.com/exports" },
		"prefix in done":   func(c *S3Config) { c.Prefix, c.DonePrefix = "done/in/", "done/" },
		"prefix in failed": func(c *S3Config) { c.Prefix, c.FailedPrefix = "x/in/", "x" },
	} {
		c := b.c
		change(&c)
		if _, err := newS3(c, s.line.dial, noEnv); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestS3OfThousandObjects(t *testing.T) {
	t.Parallel()
	s, l := newStore(t), newLedger(t)
	s.put(thousand()...)
	s.put("one-more.csv") // a second page of the listing
	b := s.bucket(func(c *S3Config) { c.InPlace = true })
	if got, err := l.run(b); err != nil || len(got) != 1001 {
		t.Fatalf("%d items: %v", len(got), err)
	}
	l.takes(b)
}
