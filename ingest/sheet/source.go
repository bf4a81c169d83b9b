package sheet

import "context"

// Source gives the rows of a sheet that is read elsewhere, such as in another
// process. It keeps the promises of the methods of Sheet.
type Source interface {
	Rows(ctx context.Context, yield func(Row) error) error
	Merged(ctx context.Context) ([]Range, error)
}

// NewSheet makes the sheet at a position of a Book from its source.
func NewSheet(name string, hidden bool, index int, from Source) *Sheet {
	return &Sheet{Name: name, Hidden: hidden, Index: index, source: outside{from}}
}

// outside is a source from outside the package.
type outside struct{ from Source }

func (o outside) rows(ctx context.Context, yield func(Row) error) error {
	return o.from.Rows(ctx, yield)
}

func (o outside) merged(ctx context.Context) ([]Range, error) { return o.from.Merged(ctx) }
