package sheet

import "io"

// OpenAs opens text that is known to be JSON or CSV. What is neither well
// formed nor complete is then a fault with its line, where Open would take it
// for the other.
func OpenAs(format Format, r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	switch {
	case size == 0:
		return nil, faultf(EmptyFile, "the file is empty")
	case size > limits.FileBytes:
		return nil, faultf(TooLarge, "the file is larger than %d MB; split it", limits.FileBytes>>20)
	}
	s, err := newText(r, size, limits)
	if err != nil {
		return nil, err
	}
	if format == CSV {
		return openCSV(s)
	}
	shape, wrapper := findJSON(s.reader())
	if shape == noJSON {
		shape = jsonLines
		if token, err := newJSONReader(s.reader()).next(); err == nil && token.Kind() == '[' {
			shape = jsonArray
		}
	}
	return openJSON(s, shape, wrapper), nil
}
