package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gatehouse"
	"gatehouse/dashboard/auth"
	"gatehouse/ingest"
	"gatehouse/ingest/demo"
)

type demoCommand struct {
	serveFlags
	Seed    uint64 `help:"Another seed makes up another portfolio." default:"1"`
	NoServe bool   `help:"Only write and load."`
}

// demoState is what a demo's data directory holds. It is written before
// anything is loaded, and once more after all is.
type demoState struct {
	Seed   uint64 `json:"seed"`
	Last   string `json:"last"` // month
	Loaded bool   `json:"loaded"`
}

// Run writes, loads and serves. What an earlier run has done is not done again.
func (c *demoCommand) Run(ctx context.Context, s streams, set *settings) error {
	if set.Data == "data" { // a real portfolio's place is not the demo's
		set.Data = "demo-data"
	}
	if err := os.MkdirAll(set.Data, 0o700); err != nil {
		return err
	}
	return set.with(ctx, func(st *site) error {
		if err := c.prepare(ctx, s, set, st); err != nil {
			return err
		}
		if c.NoServe {
			return nil
		}
		return c.serve(ctx, s, set, st, func(address string, users *auth.Users) error {
			return c.welcome(ctx, s, set, users, address)
		})
	})
}

// prepare writes and loads the portfolio, unless that is done.
func (c *demoCommand) prepare(ctx context.Context, s streams, set *settings, st *site) error {
	marker := filepath.Join(set.Data, "demo.json")
	folder := filepath.Join(set.Data, "portfolio")
	state, err := c.state(ctx, marker, st)
	if err != nil {
		return err
	}
	if state.Loaded {
		s.out.printf("The demo portfolio up to %s is loaded already.\n", state.Last)
		return nil
	}
	last, err := gatehouse.ParseMonth(state.Last)
	if err != nil {
		return fmt.Errorf("%s: %w", marker, err)
	}
	if err := state.write(marker); err != nil {
		return err
	}
	begin := time.Now()
	files, err := demo.Generate(demo.Options{Seed: c.Seed, Last: last}).Write(folder)
	if err != nil {
		return err
	}
	s.out.printf("Wrote %d spreadsheets to %s; loading them takes about a minute.\n", len(files), folder)
	// Projects and rooms first, so that nothing waits for them. Any order gives the same KPIs.
	order := ingest.FeedNames()
	slices.SortStableFunc(files, func(a, b demo.File) int {
		return slices.Index(order, a.Feeds[0]) - slices.Index(order, b.Feeds[0])
	})
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.Path
	}
	load := batch{site: st, streams: s, paths: paths, quiet: true}
	if _, err := load.load(ctx); err != nil {
		return err
	}
	r, err := st.kpis.Refresh(ctx, false)
	if err != nil {
		return err
	}
	s.out.printf("%s; all in %s.\n", refreshedText(len(r.Projects), r.Took), time.Since(begin).Round(time.Second))
	state.Loaded = true
	return state.write(marker)
}

// state is what an earlier run has left, which another month does not change,
// or what is to be made. What is not this demo is left alone.
func (c *demoCommand) state(ctx context.Context, marker string, st *site) (demoState, error) {
	folder := filepath.Dir(marker)
	raw, err := os.ReadFile(marker)
	if err == nil {
		var have demoState
		if err := json.Unmarshal(raw, &have); err != nil {
			return have, fmt.Errorf("%s is damaged: name another directory with --data (%w)", marker, err)
		}
		if have.Seed != c.Seed {
			return have, gatehouse.Errorf(gatehouse.Conflict, "%s has the demo of --seed %d: name another directory with --data", folder, have.Seed)
		}
		return have, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return demoState{}, err
	}
	loads, err := ingest.Loads(ctx, st.db, gatehouse.AllProjects(), ingest.LoadFilter{Limit: 1})
	if err != nil {
		return demoState{}, err
	}
	if len(loads) > 0 {
		return demoState{}, gatehouse.Errorf(gatehouse.Conflict, "%s holds data that is not the demo's: name another directory with --data", folder)
	}
	today := gatehouse.DateOf(time.Now().In(st.db.Calendar().Location))
	return demoState{Seed: c.Seed, Last: (today.Month() - 1).String()}, nil
}

func (d demoState) write(path string) error {
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return writeFile(path, func(w io.Writer) error {
		_, err := w.Write(append(raw, '\n'))
		return err
	})
}

// welcome makes the users and says where to look first.
func (c *demoCommand) welcome(ctx context.Context, s streams, set *settings, users *auth.Users, address string) error {
	password, err := secret(filepath.Join(set.Data, "demo-password"), 12)
	if err != nil {
		return err
	}
	for _, u := range []auth.User{
		{Name: "head", Role: auth.HeadOffice}, {Name: "finance", Role: auth.Finance},
		{Name: "manager", Role: auth.Manager, Projects: []string{demo.Showcase}},
	} {
		if _, err := users.Find(ctx, u.Name); err == nil {
			continue
		} else if gatehouse.KindOf(err) != gatehouse.NotFound {
			return err
		}
		if err := users.Put(ctx, u, password, "demo"); err != nil {
			return err
		}
	}
	s.out.printf(`
Gatehouse serves on %s
Sign in as head (head office), finance, or manager (of project %s); the password is %s
Look first at:
  %s/portfolio    which project's collection slides, and whose energy leaks?
  %s/project?project=%s    the one whose collection slides, as its manager sees it
  %s/collections  the collection report; download it as a workbook
  %s/loads        what was loaded, and which cells were quarantined
Ctrl-C stops everything.
`, address, demo.Showcase, password, address, address, demo.Showcase, address, address)
	return nil
}
