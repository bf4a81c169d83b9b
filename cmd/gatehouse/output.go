package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"
)

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err *output
}

// output remembers that it could not be written, so that a full disk is an
// error of the command without every line asking for it.
type output struct {
	file   *os.File
	failed error
}

func (o *output) Write(b []byte) (int, error) {
	n, err := o.file.Write(b)
	if err != nil && o.failed == nil {
		o.failed = err
	}
	return n, err
}

func (o *output) printf(format string, args ...any) { _, _ = fmt.Fprintf(o, format, args...) }
func (o *output) println(args ...any)               { _, _ = fmt.Fprintln(o, args...) }

// table writes rows with their columns aligned.
func (o *output) table(rows [][]string) error {
	w := tabwriter.NewWriter(o, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				cell = "\t" + cell
			}
			if _, err := io.WriteString(w, cell); err != nil {
				return err
			}
		}
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
	}
	return w.Flush()
}
