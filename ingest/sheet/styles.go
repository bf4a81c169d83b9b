package sheet

import "context"

// readStyles learns which cell formats show a number as a date. A cell names
// its format by position in cellXfs, which names a number format by id.
func (w *workbook) readStyles(ctx context.Context, part string) error {
	custom := make(map[int]bool)
	var formats []int
	err := w.document(ctx, part, mainSpace, "styleSheet", func(x *scanner) error {
		switch {
		case x.is("numFmts"):
			return x.each(func() error {
				if !x.is("numFmt") {
					return nil
				}
				id, err := formatID(x)
				custom[id] = isDateFormat(string(x.attr("formatCode")))
				return err
			})
		case x.is("cellXfs"):
			return x.each(func() error {
				if !x.is("xf") {
					return x.unexpected("xf")
				}
				id, err := formatID(x)
				formats = append(formats, id)
				return err
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.dates = make([]bool, max(1, len(formats)))
	for i, id := range formats {
		date, known := custom[id]
		w.dates[i] = date || !known && isBuiltinDate(id)
	}
	return nil
}

// formatID reads the id of a number format; none means General.
func formatID(x *scanner) (int, error) {
	value := x.attr("numFmtId")
	if value == nil {
		return 0, nil
	}
	id, ok := parseIndex(value)
	if !ok {
		return 0, faultf(BadIndex, "number format id %s is not a number; the file is damaged", excerpt(value))
	}
	return id, nil
}

// isBuiltinDate knows the formats that every workbook has without spelling
// them out. 27 to 36 and 50 to 58 are the dates of the East Asian editions; 46
// is [h]:mm:ss, a duration.
func isBuiltinDate(id int) bool {
	switch {
	case 14 <= id && id <= 22, 27 <= id && id <= 36, id == 45, id == 47, 50 <= id && id <= 58:
		return true
	}
	return false
}
