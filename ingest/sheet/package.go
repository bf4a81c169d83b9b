package sheet

import (
	"context"
	"io"
	"strings"
)

// openPackage finds out which of the formats that are zip archives a file has.
func openPackage(ctx context.Context, r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	a, err := openArchive(r, size, limits)
	if err != nil {
		return nil, err
	}
	if !a.has(contentTypes) {
		if a.has(odsContent) && a.has("mimetype") {
			return openODS(ctx, a)
		}
		return nil, faultf(NotASpreadsheet, "this is a zip archive, not a workbook; upload the .xlsx itself")
	}
	main, kind, err := a.mainPart(ctx)
	switch {
	case err != nil:
		return nil, err
	case strings.Contains(kind, "sheet.binary"):
		return openXLSB(ctx, a, main)
	case strings.Contains(kind, "wordprocessingml"), strings.Contains(kind, "presentationml"),
		strings.Contains(kind, "ms-word"), strings.Contains(kind, "ms-powerpoint"):
		return nil, faultf(NotASpreadsheet, "this is a document or a presentation, not a workbook")
	}
	return openWorkbook(ctx, a, main)
}

// mainPart finds the workbook part and its declared type.
func (a *archive) mainPart(ctx context.Context) (name, kind string, err error) {
	relationships, err := a.relationships(ctx, "")
	if err != nil {
		return "", "", err
	}
	main, found, err := one(relationships, "officeDocument")
	if err != nil {
		return "", "", err
	}
	if !found {
		return "", "", faultf(MissingPart, "the file does not say which part is the workbook; it is damaged")
	}
	kind, err = a.contentType(ctx, main.target)
	return main.target, kind, err
}
