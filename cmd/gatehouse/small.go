package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gatehouse"
	"gatehouse/ingest"
)

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(s streams) error { //nolint:unparam // kong wants an error of every command
	s.out.println("gatehouse", version)
	return nil
}

type templateCommand struct {
	Feed   string `arg:"" help:"Feed: ${feeds}."`
	Output string `short:"o" help:"File to write, not to be there yet; default: FEED.xlsx." type:"path" placeholder:"FILE"`
}

// Run writes the template.
func (c *templateCommand) Run(s streams) error {
	if c.Output == "" {
		c.Output = c.Feed + ".xlsx"
	}
	if err := checkFeed(c.Feed); err != nil {
		return err
	}
	if _, err := os.Lstat(c.Output); err == nil { // it may be a template that somebody has filled in
		return fmt.Errorf("%s is there already: move it away, or name another file with -o", c.Output)
	}
	if err := writeFile(c.Output, func(w io.Writer) error { return ingest.WriteTemplate(w, c.Feed) }); err != nil {
		return err
	}
	s.out.println(c.Output)
	return nil
}

// writeFile writes a file that appears only when it is whole.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, cause(err))
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // whatever is left is of no use
		}
	}()
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, cause(err))
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, cause(err))
	}
	return nil
}

// cause is what the operating system says, for messages that name the file themselves.
func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		return l.Err
	}
	return err
}

type refreshCommand struct {
	All bool `help:"Compute all projects, also those that did not change."`
}

// Run refreshes the KPIs.
func (c *refreshCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		r, err := st.kpis.Refresh(ctx, c.All)
		if err != nil {
			return err
		}
		s.out.println(refreshedText(len(r.Projects), r.Took))
		return nil
	})
}

func refreshedText(projects int, took time.Duration) string { return refreshedWords(projects, took).EN }

func refreshedWords(projects int, took time.Duration) gatehouse.Text {
	if projects == 0 {
		return gatehouse.Text{ZH: "没有项目变动", EN: "no project changed"}
	}
	return gatehouse.Text{ZH: "已计算 %d 个项目，用时 %s", EN: "%d projects refreshed in %s"}.With(projects, took.Round(time.Millisecond))
}
