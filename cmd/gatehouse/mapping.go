package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/ingest"
)

type mappingCommand struct {
	List  mappingListCommand  `cmd:"" help:"List the mappings, each with its newest version."`
	Show  mappingShowCommand  `cmd:"" help:"Print a mapping as YAML, to keep or to change."`
	Save  mappingSaveCommand  `cmd:"" help:"Keep a mapping as a new version, unless the newest is the same."`
	Draft mappingDraftCommand `cmd:"" help:"Print the mapping that describes how files would be read, to be changed and saved."`
}

type mappingListCommand struct{}

// Run lists the mappings.
func (mappingListCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		list, err := st.loader.Mappings(ctx)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			s.err.println("there are no mappings yet: run gatehouse mapping draft FILE, change what it prints, and save it")
		}
		for _, m := range list {
			s.out.printf("%s@%d\t%s\t%s\t%s\n", m.Name, m.Version, m.At.In(st.db.Calendar().Location).Format(time.DateTime), m.By, m.Title)
		}
		return nil
	})
}

type mappingShowCommand struct {
	Name string `arg:"" help:"Name of the mapping, or name@version."`
}

// Run prints a mapping.
func (c *mappingShowCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		m, err := st.loader.MappingByRef(ctx, c.Name)
		if err != nil {
			return err
		}
		s.out.printf("%s", m.Definition)
		return nil
	})
}

type mappingSaveCommand struct {
	File string `arg:"" help:"File with the mapping as YAML, - for standard input."`
}

// Run saves a mapping.
func (c *mappingSaveCommand) Run(ctx context.Context, s streams, set *settings) error {
	definition, err := c.read(s.in)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", c.File, cause(err))
	}
	m, err := ingest.ParseMapping(definition)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	return set.with(ctx, func(st *site) error {
		v, err := st.loader.SaveMapping(ctx, m, whoami())
		if err != nil {
			return err
		}
		s.out.printf("mapping %s@%d\n", v.Name, v.Version)
		return nil
	})
}

func (c *mappingSaveCommand) read(in io.Reader) ([]byte, error) {
	if c.File == "-" {
		return io.ReadAll(in)
	}
	return os.ReadFile(c.File)
}

type mappingDraftCommand struct {
	Files   []string `arg:"" name:"file" help:"Files of one source." type:"existingfile"`
	Name    string   `help:"Name of the mapping." default:"draft"`
	Feed    string   `help:"What the files hold: ${feeds}." placeholder:"FEED"`
	Mapping string   `help:"Mapping to go on from: a name, or name@version." placeholder:"NAME"`
}

// Run prints a draft of all the files together.
func (c *mappingDraftCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		var all ingest.Preview
		for i, path := range c.Files {
			p, err := c.preview(ctx, st, path)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if len(p.Sheets) == 0 {
				return gatehouse.Errorf(gatehouse.Invalid, "%s has no sheet to draft a mapping from: %s", path, p.Errors[0].Message.EN)
			}
			c.advise(s.err, path, p)
			if i == 0 {
				all = p
			} else {
				all.Sheets = append(all.Sheets, p.Sheets...)
			}
		}
		s.out.printf("%s", all.Draft(c.Name).YAML())
		return nil
	})
}

func (c *mappingDraftCommand) preview(ctx context.Context, st *site, path string) (ingest.Preview, error) {
	f, err := os.Open(path)
	if err != nil {
		return ingest.Preview{}, cause(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return ingest.Preview{}, err
	}
	return st.loader.Preview(ctx, ingest.Request{Name: filepath.Base(path), Content: f, Size: info.Size(), Feed: c.Feed, Mapping: c.Mapping, By: whoami()})
}

// advise says what the columns that nobody knows may mean.
func (c *mappingDraftCommand) advise(out *output, path string, p ingest.Preview) {
	for _, sheet := range p.Sheets {
		for _, column := range sheet.Columns {
			for _, s := range column.Suggestions {
				out.printf("%s %s%s: %s may be %s (%s)\n", path, sheetPrefix(sheet.Name), column.Column, column.Header, s.Field, s.Reason.EN)
			}
		}
		for _, group := range sheet.Missing {
			out.printf("%s %sstill needs %s\n", path, sheetPrefix(sheet.Name), strings.Join(group, " or "))
		}
	}
}

func sheetPrefix(name string) string {
	if name == "" {
		return ""
	}
	return name + "!"
}
