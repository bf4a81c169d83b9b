package sheet

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/klauspost/compress/zip"
)

// archive is a workbook's zip, its parts found by name. Names are compared
// without regard to case, as the format demands; some writers use backslashes.
type archive struct {
	parts  map[string]*zip.File
	limits Limits
}

func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// errEntries stops the reading of a directory that is too long.
var errEntries = errors.New("too many entries")

func openArchive(r io.ReaderAt, size int64, limits Limits) (*archive, error) {
	files, err := openZip(r, size, limits)
	if err != nil {
		return nil, err
	}
	a := &archive{parts: make(map[string]*zip.File, len(files)), limits: limits}
	for _, f := range files {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		key := partKey(f.Name)
		if a.parts[key] != nil {
			// Programs disagree on which of two counts, so a check of one
			// would not hold for the other.
			return nil, inPart(faultf(DuplicatePart, "the part is in the file twice; save the file again as .xlsx"), f.Name)
		}
		a.parts[key] = f
	}
	return a, nil
}

// openZip reads the directory of a zip.
func openZip(r io.ReaderAt, size int64, limits Limits) ([]*zip.File, error) {
	seen := 0
	// The section gives the end of the file where a damaged directory points
	// outside of it; r itself might call that anything.
	zr, err := zip.NewReaderWithOptions(io.NewSectionReader(r, 0, size), size, zip.ReaderOptions{
		NameDecoder: func(*zip.FileHeader) error {
			if seen++; seen > limits.Entries {
				return errEntries
			}
			return nil
		},
	})
	switch {
	case errors.Is(err, errEntries):
		return nil, faultf(TooLarge, "the file consists of more than %d parts", limits.Entries)
	case err != nil:
		return nil, zipFault(err)
	}
	room := limits.UnzippedBytes
	for _, f := range zr.File {
		if f.UncompressedSize64 > uint64(room) {
			return nil, faultf(TooLarge, "the file unpacks to more than %d MB", limits.UnzippedBytes>>20)
		}
		room -= int64(f.UncompressedSize64)
	}
	return zr.File, nil
}

// has says whether the workbook contains a part.
func (a *archive) has(name string) bool { return a.parts[partKey(name)] != nil }

// open starts reading a part. Reading it to the end checks its sum.
func (a *archive) open(ctx context.Context, name string) (*part, error) {
	f := a.parts[partKey(name)]
	switch {
	case f == nil:
		return nil, faultf(MissingPart, "the part is missing; the file is damaged")
	case f.UncompressedSize64 > uint64(a.limits.PartBytes):
		return nil, faultf(TooLarge, "the part unpacks to more than %d MB; split the workbook", a.limits.PartBytes>>20)
	}
	return openPart(ctx, f)
}

// document reads one XML part from its first to its last byte. visit is called
// for each child of the root element.
func (a *archive) document(ctx context.Context, name string, space namespace, root string, visit func(*scanner) error) error {
	p, err := a.open(ctx, name)
	if err != nil {
		return inPart(err, name)
	}
	defer p.close()
	src, _, err := decodeUTF16(p)
	if err != nil {
		return inPart(err, name)
	}
	x := newScanner(src, p.size)
	if err := x.root(space, root); err != nil {
		return inPart(err, name)
	}
	if err := x.each(func() error { return visit(x) }); err != nil {
		return inPart(err, name)
	}
	return inPart(x.finish(), name)
}
