package main

import (
	"context"
	"encoding/json"

	"gatehouse/ingest"
)

// preview tells what loading each file would do. It ends with the exit status
// that loading would end with.
func (b *batch) preview(ctx context.Context) error {
	end := status(0)
	show := func(path string, p ingest.Preview) error {
		switch {
		case p.Status == ingest.Refused:
			end = exitFailed
		case p.Quarantined > 0 && end == 0:
			end = exitQuarantined
		}
		if b.json {
			return json.NewEncoder(b.out).Encode(p)
		}
		return b.printPreview(path, p)
	}
	for _, path := range b.paths {
		refused, err := b.open(ctx, path, func(path string, req ingest.Request) error {
			p, err := b.loader.Preview(ctx, req)
			if err != nil {
				return err
			}
			return show(path, p)
		})
		if err == nil && refused != nil {
			err = show(path, ingest.Preview{Result: *refused, Sheets: []ingest.SheetPreview{}, Changes: []ingest.KeyChanges{}})
		}
		if err != nil {
			return err
		}
	}
	if end != 0 {
		return end
	}
	return nil
}

func (b *batch) printPreview(path string, p ingest.Preview) error {
	for _, s := range p.Sheets {
		if s.Feed == "" {
			b.out.printf("%s: sheet %q would be left out\n", path, s.Name)
			continue
		}
		b.out.printf("%s: sheet %q is %s, header in row %d\n", path, s.Name, s.Feed, s.Header)
		for _, c := range s.Columns {
			use := string(c.Use)
			if c.Field != "" {
				use = c.Field
			}
			b.out.printf("  %s %q: %s\n", c.Column, c.Header, use)
		}
	}
	if err := b.report(path, p.Result); err != nil {
		return err
	}
	for _, c := range p.Changes {
		b.out.printf("  %s: %d new, %d changed, %d unchanged\n", c.Table, c.New, c.Changed, c.Unchanged)
	}
	return nil
}
