package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gatehouse"
	"gatehouse/dashboard/auth"
	"gatehouse/ingest/demo"
)

type demoCommand struct {
	serveFlags
	Seed    uint64 `help:"Another seed makes up another portfolio." default:"1"`
	NoServe bool   `help:"Only write and load."`
}

// demoState is what a demo's data directory holds; it is written when all of it is loaded.
type demoState struct {
	Seed uint64 `json:"seed"`
	Last string `json:"last"`
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
	location := st.db.Calendar().Location
	last := gatehouse.DateOf(time.Now().In(location)).Month() - 1
	want := demoState{c.Seed, last.String()}
	marker := filepath.Join(set.Data, "demo.json")
	folder := filepath.Join(set.Data, "portfolio")
	var have demoState
	raw, err := os.ReadFile(marker)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	at, err2 := st.kpis.Latest(ctx)
	if err2 != nil {
		return err2
	}
	if json.Unmarshal(raw, &have) == nil && have.Seed == want.Seed && !at.Empty() {
		// Another month would be another portfolio: a demo stays what it was made as.
		fmt.Fprintf(s.out, "The demo portfolio up to %s is loaded already.\n", have.Last)
		return nil
	}
	begin := time.Now()
	files, err := demo.Generate(demo.Options{Seed: c.Seed, Last: last}).Write(folder)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Wrote %d spreadsheets to %s.\n", len(files), folder)
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
	fmt.Fprintf(s.out, "%s; all in %s.\n", refreshedText(len(r.Projects), r.Took), time.Since(begin).Round(time.Second))
	raw, err = json.Marshal(want)
	if err != nil {
		return err
	}
	return os.WriteFile(marker, append(raw, '\n'), 0o644)
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
	fmt.Fprintf(s.out, `
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
