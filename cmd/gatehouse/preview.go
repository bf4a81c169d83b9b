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
	for _, path := range b.paths {
		var p ingest.Preview
		err := b.site.preview(ctx, b, path, &p)
		if err != nil {
			return err
		}
		switch {
		case p.Status == ingest.Refused:
			end = exitFailed
		case p.Quarantined > 0 && end == 0:
			end = exitQuarantined
		}
		if b.json {
			err = json.NewEncoder(b.out).Encode(p)
		} else {
			err = b.printPreview(path, p)
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

func (st *site) preview(ctx context.Context, b *batch, path string, p *ingest.Preview) error {
	return b.open(path, func(req ingest.Request) (err error) {
		*p, err = st.loader.Preview(ctx, req)
		return err
	})
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
