package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/ingest"
)

type ingestCommand struct {
	Files     []string `arg:"" name:"file" help:"Spreadsheets, texts and archives, or folders of them." type:"path"`
	Feed      string   `help:"What the files hold, instead of guessing by their headers: ${feeds}." placeholder:"FEED"`
	Project   string   `help:"Code or name of the project of rows that name none." placeholder:"PROJECT"`
	Mapping   string   `help:"Mapping by which the files are read: a name, or name@version." placeholder:"NAME"`
	JSON      bool     `name:"json" help:"Print one JSON object a file."`
	DryRun    bool     `help:"Tell what loading would do, and load nothing."`
	NoRefresh bool     `help:"Leave the KPIs to the next refresh."`
}

// Run loads the files. It ends with exit status 1 when one was refused, 3 when
// rows were quarantined.
func (c *ingestCommand) Run(ctx context.Context, s streams, set *settings) error {
	if c.Feed != "" {
		if err := checkFeed(c.Feed); err != nil {
			return err
		}
	}
	paths, err := spreadsheets(c.Files)
	if err != nil {
		return err
	}
	return set.with(ctx, func(st *site) error {
		batch := batch{site: st, streams: s, paths: paths, feed: c.Feed, project: c.Project, mapping: c.Mapping, json: c.JSON}
		if c.DryRun {
			return batch.preview(ctx)
		}
		total, err := batch.load(ctx)
		if err != nil {
			return err
		}
		if !c.NoRefresh {
			if err := st.refreshed(ctx); err != nil {
				return err
			}
		}
		switch {
		case total.refused > 0:
			return status(exitFailed)
		case total.quarantined > 0:
			return status(exitQuarantined)
		}
		return nil
	})
}

func checkFeed(name string) error {
	if names := ingest.FeedNames(); !slices.Contains(names, name) {
		return gatehouse.Errorf(gatehouse.Invalid, "there is no feed %q: choose one of %s", name, strings.Join(names, ", "))
	}
	return nil
}

// spreadsheets lists files, and those in folders, in order. One that cannot be
// read is an error now, before others are loaded.
func spreadsheets(names []string) ([]string, error) {
	var paths []string
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", name, cause(err))
		}
		if !info.IsDir() {
			paths = append(paths, name)
			continue
		}
		err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && path != name && strings.HasPrefix(d.Name(), "."):
				return fs.SkipDir
			case d.Type().IsRegular() && ingest.Takes(d.Name()):
				paths = append(paths, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("there is no spreadsheet in %s", strings.Join(names, ", "))
	}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", path, cause(err))
		}
		f.Close()
	}
	return paths, nil
}

// batch is many files to load.
type batch struct {
	*site
	streams
	paths                  []string
	feed, project, mapping string
	json                   bool
	quiet                  bool // only the totals
}

// totals of a batch.
type totals struct {
	files, refused, already                     int
	rows, loaded, quarantined, skipped, orphans uint64
	sums                                        map[string]gatehouse.Money
}

// loadsAtOnce keeps both the reader and ClickHouse busy.
const loadsAtOnce = 2

// load loads the files, several at once, and reports them in their order.
func (b *batch) load(ctx context.Context) (totals, error) {
	bar := newProgress(b.err, len(b.paths))
	defer bar.close()
	results := make([][]loaded, len(b.paths))
	done := make([]chan struct{}, len(b.paths))
	for i := range done {
		done[i] = make(chan struct{})
	}
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range loadsAtOnce {
		group.Go(func() error {
			for i := int(next.Add(1)) - 1; i < len(b.paths); i = int(next.Add(1)) - 1 {
				r, err := b.loadFile(ctx, b.paths[i], bar)
				if err != nil {
					return err
				}
				results[i] = r
				close(done[i])
			}
			return nil
		})
	}
	total := totals{sums: map[string]gatehouse.Money{}}
	group.Go(func() error {
		for i := range results {
			select {
			case <-done[i]:
			case <-ctx.Done():
				return ctx.Err()
			}
			bar.clear()
			for _, r := range results[i] {
				if err := b.report(r.path, r.Result); err != nil {
					return err
				}
				if err := total.add(r.Result); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return total, err
	}
	bar.close()
	if !b.json && total.files > 1 {
		total.print(b.out)
	}
	return total, nil
}

// loaded is what became of a file, perhaps one of an archive.
type loaded struct {
	path string
	ingest.Result
}

func (b *batch) loadFile(ctx context.Context, path string, bar *progress) ([]loaded, error) {
	var results []loaded
	refused, err := b.open(ctx, path, func(path string, req ingest.Request) error {
		req.Progress = func(rows int) { bar.rows(req.Name, rows) }
		r, err := b.loader.Load(ctx, req)
		results = append(results, loaded{path, r})
		return err
	})
	if refused != nil {
		results = append(results, loaded{path, *refused})
	}
	if err == nil {
		bar.done()
	}
	return results, err
}

// open makes a request of a file, or of each file in an archive.
func (b *batch) open(ctx context.Context, path string, do func(path string, req ingest.Request) error) (refused *ingest.Result, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, cause(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	whole := ingest.Request{Name: filepath.Base(path), Content: f, Size: info.Size(), Feed: b.feed, Project: b.project, Mapping: b.mapping, By: whoami()}
	refused, err = b.loader.ForEach(ctx, whole, func(req ingest.Request) error {
		return do(filepath.Join(filepath.Dir(path), req.Name), req)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return refused, nil
}

// whoami is the user of the operating system, for the list of loads.
func whoami() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}

// shownErrors is how many bad cells of a file are printed.
const shownErrors = 5

func (b *batch) report(path string, r ingest.Result) error {
	if b.json {
		return json.NewEncoder(b.out).Encode(r)
	}
	if r.Status == ingest.Refused {
		for _, e := range r.Errors {
			b.err.printf("gatehouse: %s is refused: %s\n", path, strings.TrimPrefix(cell(e)+": "+e.Message.EN, ": "))
		}
		return nil
	}
	if b.quiet {
		return nil
	}
	b.out.printf("%s: %s %s, %d rows: %d loaded, %d quarantined, %d skipped, %d orphans%s\n",
		path, strings.ReplaceAll(string(r.Status), "_", " "), r.Feed, r.Rows, r.Loaded, r.Quarantined, r.Skipped, r.Orphans, sumsText(r.Sums))
	b.details(r)
	return nil
}

// details prints what is beside the counts: the first errors, sums that do not
// tie out, notes.
func (b *batch) details(r ingest.Result) {
	for _, e := range r.Errors[:min(len(r.Errors), shownErrors)] {
		b.out.printf("  %s %s %q: %s (%s)\n", cell(e), e.Field, e.Value, e.Message.EN, e.Code)
	}
	if more := r.ErrorCount - shownErrors; more > 0 {
		b.out.printf("  and %d more, listed on the Loads page\n", more)
	}
	if r.Warnings > 0 {
		b.out.printf("  %d warnings: gatehouse quarantine %s\n", r.Warnings, r.LoadID)
	}
	for _, c := range r.Control {
		if c.Differs() {
			b.out.printf("  total rows say %s %s, the cells add up to %s\n", c.Name, *c.Claimed, c.Cells)
		}
	}
	if r.Corrects != "" {
		b.out.printf("  corrects load %s\n", r.Corrects)
	}
	for _, n := range r.Notes {
		b.out.printf("  note: %s\n", n.EN)
	}
}

// cell is where an error is, as Excel writes it: 收费!F12.
func cell(e ingest.RowError) string { return strings.Trim(e.Sheet+"!"+e.Cell, "!") }

func sumsText(sums map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&b, ", %s %s", name, sums[name])
	}
	return b.String()
}

func (t *totals) add(r ingest.Result) error {
	t.files++
	switch r.Status {
	case ingest.Refused:
		t.refused++
		return nil
	case ingest.AlreadyLoaded:
		t.already++
		t.quarantined += r.Quarantined
		return nil
	}
	t.rows += r.Rows
	t.loaded += r.Loaded
	t.quarantined += r.Quarantined
	t.skipped += r.Skipped
	t.orphans += r.Orphans
	for name, sum := range r.Sums {
		m, err := gatehouse.ParseMoney(sum)
		if err != nil {
			return err
		}
		t.sums[name] += m
	}
	return nil
}

func (t *totals) print(out *output) {
	sums := map[string]string{}
	for name, m := range t.sums {
		sums[name] = m.String()
	}
	out.printf("%d files: %d published, %d already loaded, %d refused; %d rows: %d loaded, %d quarantined, %d skipped, %d orphans when loaded%s\n",
		t.files, t.files-t.already-t.refused, t.already, t.refused, t.rows, t.loaded, t.quarantined, t.skipped, t.orphans, sumsText(sums))
}
