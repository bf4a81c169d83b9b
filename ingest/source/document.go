package source

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"gatehouse"
)

// decode reads a body as a document for jq. What is cut off or garbled is a
// failure that may pass.
func decode(format string, body []byte) (any, error) {
	if !utf8.Valid(body) {
		return nil, garbled("the response is not UTF-8")
	}
	if format == "csv" {
		return decodeCSV(bytes.TrimPrefix(body, []byte("\ufeff")))
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // amounts keep their digits
	var document any
	if err := d.Decode(&document); err != nil {
		return nil, garbled("the response is not whole JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, garbled("the response goes on after its JSON")
	}
	return document, nil
}

func garbled(format string, args ...any) error {
	return &failure{error: gatehouse.Errorf(gatehouse.Unavailable, format, args...), retry: true}
}

// decodeCSV gives a list of objects of texts, named by the first line.
func decodeCSV(body []byte) (any, error) {
	r := csv.NewReader(bytes.NewReader(body))
	list := []any{}
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return list, nil
	}
	for err == nil {
		var line []string
		if line, err = r.Read(); err != nil {
			break
		}
		object := map[string]any{}
		for i, name := range header {
			object[name] = line[i]
		}
		if len(object) < len(header) {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "the CSV response has two columns of one name: %q", header)
		}
		list = append(list, object)
	}
	if !errors.Is(err, io.EOF) {
		return nil, garbled("the response is not whole CSV: %w", err)
	}
	return list, nil
}
