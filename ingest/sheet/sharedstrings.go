package sheet

import "context"

// sharedStrings is the workbook's table of texts, held as one string with the
// end of each, so that a million texts are two objects to the collector.
type sharedStrings struct {
	all  string
	ends []uint32 // a part is limited to far less than 4 GB
}

// at gives a text of the table.
func (s *sharedStrings) at(i int) string {
	start := uint32(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.all[start:s.ends[i]]
}

func (w *workbook) readStrings(ctx context.Context, part string) error {
	var all []byte
	err := w.document(ctx, part, mainSpace, "sst", func(x *scanner) (err error) {
		if !x.is("si") { // to pass over one would shift all that follow
			return x.unexpected("si")
		}
		if len(w.strings.ends) == w.limits.Cells {
			return faultf(TooLarge, "the workbook has more than %d texts; split it", w.limits.Cells)
		}
		all, err = x.appendRich(all)
		w.strings.ends = append(w.strings.ends, uint32(len(all)))
		return err
	})
	w.strings.all = string(all)
	return err
}
