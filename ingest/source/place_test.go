package source

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gatehouse/ingest"
)

func TestProblemsAreNamedUpToTen(t *testing.T) {
	t.Parallel()
	var p problems
	if p.err() != nil {
		t.Error("no problems make an error")
	}
	for range 12 {
		p.add(errors.New("bad"))
	}
	if got := p.err().Error(); got != strings.Repeat("bad\n", 10)+"and 2 more" {
		t.Errorf("said %q", got)
	}
}

// Each kind of place, with two files that wait.
func TestEveryPlaceEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir, server, store, post := t.TempDir(), newSSHServer(t, nil), newStore(t), newPost(t, false)
	put(t, dir, "a.csv", "b.csv")
	put(t, server.dir, "a.csv", "b.csv")
	store.put("a.csv", "b.csv")
	post.deliver(letterFrom("erp@example.com", "a.csv", "1"), letterFrom("erp@example.com", "b.csv", "2"))
	for name, f := range map[string]Fetcher{
		"folder": watch(t, FolderConfig{Path: dir}), "sftp": server.folder(nil), "s3": store.bucket(nil), "imap": post.mailbox(nil),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			items := 0
			err := f.Fetch(ctx, State{}, func(Item) error {
				items++
				cancel()
				return nil
			})
			if !errors.Is(err, context.Canceled) || items != 1 {
				t.Errorf("%d items, then %v", items, err)
			}
			stopped := errors.New("the loader is full")
			err = f.Fetch(t.Context(), State{}, func(Item) error { items++; return stopped })
			if !errors.Is(err, stopped) || items != 2 {
				t.Errorf("%d items, then %v", items, err)
			}
			l := newLedger(t)
			l.became["a.csv"] = ingest.Refused
			if got, err := l.run(f); err != nil || len(got) != 2 {
				t.Errorf("afterwards %q: %v", got, err)
			}
			l.takes(f)
		})
	}
}

func TestTransferThatStandsStillIsBrokenOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		begin := time.Now()
		go func() {
			for range 3 { // slow, but it moves
				<-time.After(stallAfter - time.Second)
				_, _ = w.Write([]byte("x"))
			}
		}()
		if _, err := copyOf(t.Context(), r, maxFile, func() { r.Close() }); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("ended with %v", err)
		}
		if took := time.Since(begin); took != 4*stallAfter-3*time.Second {
			t.Errorf("broken off after %s", took)
		}
	})
}

func TestNamesInGBK(t *testing.T) {
	t.Parallel()
	dir, server := t.TempDir(), newSSHServer(t, nil)
	for _, f := range []struct {
		Fetcher
		dir string
	}{{watch(t, FolderConfig{Path: dir}), dir}, {server.folder(nil), server.dir}} {
		l := newLedger(t)
		put(t, f.dir, gbk("应收.csv"))
		l.takes(f, "应收.csv")
		wantTree(t, f.dir, "done/"+gbk("应收.csv"))
		l.takes(f)
	}
}

func TestQuietForgetsWhatIsGone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "a.csv")
	f := watch(t, FolderConfig{Path: dir, SettleFor: time.Second})
	newLedger(t).takes(f, "a.csv")
	newLedger(t).takes(f)
	if len(f.quiet.known) != 0 {
		t.Errorf("remembers %d files", len(f.quiet.known))
	}
}
