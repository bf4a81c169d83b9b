package sheet

// cellHead is what the attributes of a cell say.
type cellHead struct {
	col   int
	kind  string // attribute t; a constant, so that it outlives the tag
	style int
}

// cell reads one cell of the row.
func (w *worksheet) cell() error {
	if !w.x.is("c") {
		return w.x.unexpected("c")
	}
	head, err := w.cellHead()
	if err != nil {
		return err
	}
	formula, hasValue := false, false
	w.value = w.value[:0]
	for depth := len(w.x.path); ; {
		ev, err := w.x.next()
		if err != nil {
			return err
		}
		switch {
		case ev == endElement && len(w.x.path) < depth:
			return w.store(head, formula, hasValue)
		case ev == textData && !isBlank(w.x.text):
			return unexpectedText(w.x.text)
		case ev != startElement:
			continue
		}
		inline := w.x.is("is")
		switch {
		case w.x.is("f"):
			formula = true
			err = w.x.skipTo(depth)
		case inline != (head.kind == "inlineStr") || !inline && !w.x.is("v"):
			if err = w.x.unexpected("v"); err == nil {
				err = w.x.skipTo(depth)
			}
		case hasValue:
			err = faultf(UnexpectedContent, "the cell has two values; the file is damaged")
		case inline:
			hasValue = true
			w.value, err = w.x.appendRich(w.value)
		default:
			hasValue = true
			w.value, err = w.x.appendText(w.value)
		}
		if err != nil {
			return err
		}
	}
}

// cellHead reads and checks the attributes. A cell without a reference follows
// the one before it.
func (w *worksheet) cellHead() (cellHead, error) {
	head := cellHead{col: w.lastCol + 1, kind: "n"}
	for i := range w.x.attrs {
		a := &w.x.attrs[i]
		if len(a.prefix) > 0 || len(a.name) != 1 {
			continue
		}
		switch a.name[0] {
		case 'r':
			row, col, ok := parseRef(a.value)
			switch {
			case !ok:
				return head, faultf(BadRef, "cell reference %s is not one; the file is damaged", excerpt(a.value))
			case row != w.row.Number:
				return head, faultf(BadRef, "cell %s stands in row %d; the file is damaged", a.value, w.row.Number)
			case col <= w.lastCol:
				return head, faultf(CellOrder, "cell %s comes after %s; the file is damaged", a.value, Ref(row, w.lastCol))
			}
			head.col = col
		case 's':
			style, ok := parseIndex(a.value)
			if !ok || style >= len(w.book.dates) {
				return head, faultf(BadIndex, "style %s is none of the %d there are; the file is damaged", excerpt(a.value), len(w.book.dates))
			}
			head.style = style
		case 't':
			if head.kind = cellType(a.value); head.kind == "" {
				return head, faultf(BadType, "cell type %s is unknown; the file is damaged", excerpt(a.value))
			}
		}
	}
	if head.col >= excelColumns {
		return head, faultf(BadRef, "the row has more than %d cells; the file is damaged", excelColumns)
	}
	w.lastCol = head.col
	return head, nil
}

// cellType gives the constant for a known type of cell, else nothing.
func cellType(b []byte) string {
	switch string(b) {
	case "n":
		return "n"
	case "s":
		return "s"
	case "str":
		return "str"
	case "inlineStr":
		return "inlineStr"
	case "b":
		return "b"
	case "d":
		return "d"
	case "e":
		return "e"
	}
	return ""
}

// store puts the value into the row. Cells that hold nothing, as formatting
// leaves them behind, do not widen it.
func (w *worksheet) store(head cellHead, formula, hasValue bool) error {
	c := Cell{Formula: formula}
	text := len(w.text)
	if hasValue {
		if err := w.interpret(&c, head); err != nil {
			return err
		}
	}
	if c.Kind == Empty && !formula {
		return nil
	}
	if head.col >= w.book.limits.Columns {
		return tooWide(w.book.limits)
	}
	w.row.Cells = padded(w.row.Cells, head.col+1)
	w.row.Cells[head.col] = c
	if len(w.text) > text {
		w.texts = append(w.texts, textSpan{col: head.col, start: text, end: len(w.text)})
	}
	return nil
}
