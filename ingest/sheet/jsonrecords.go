package sheet

import (
	"context"
	"errors"
	"io"
)

// each goes through the objects of the file to its last byte. visit reads the
// object whose opening brace was read; number is the row it makes.
func (s *jsonSource) each(ctx context.Context, visit func(j *jsonReader, number int) error) error {
	j := newJSONReader(s.open())
	one := func(number int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return visit(j, number)
	}
	var err error
	switch s.shape {
	case jsonLines:
		err = j.lines(one)
	case jsonWrapped:
		err = j.wrapped(s.wrapper, one)
	default:
		if _, err = j.next(); err == nil {
			err = j.array(one)
		}
	}
	if err == nil && s.shape != jsonLines {
		err = j.finish()
	}
	if errors.Is(err, errStopped) {
		return j.stopped
	}
	return j.place(err)
}

// lines reads objects to the end of the file; the number of each is its line.
func (j *jsonReader) lines(one func(int) error) error {
	for last := 0; ; {
		token, err := j.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case token.Kind() != '{':
			return faultf(IllFormedJSON, "a line holds %s where an object is expected", kindName(token.Kind()))
		}
		line := j.line()
		if line == last {
			return faultf(IllFormedJSON, "two objects stand on one line; put each on a line of its own")
		}
		last = line
		if err := one(line); err != nil {
			return err
		}
	}
}

// array reads the array whose bracket was read. Its first object is row 2,
// below the header.
func (j *jsonReader) array(one func(int) error) error {
	for number := 2; ; number++ {
		token, err := j.next()
		switch {
		case err != nil:
			return err
		case token.Kind() == ']' && number == 2:
			return faultf(EmptyFile, "the array holds no objects")
		case token.Kind() == ']':
			return nil
		case token.Kind() != '{':
			return faultf(IllFormedJSON, "the array holds %s where objects are expected", kindName(token.Kind()))
		}
		if err := one(number); err != nil {
			return err
		}
	}
}

// wrapped reads the array of that name in an object. What else the object says
// is about the answer, unless it is another array of objects.
func (j *jsonReader) wrapped(name string, one func(int) error) error {
	if _, err := j.next(); err != nil {
		return err
	}
	for {
		token, err := j.next()
		if err != nil {
			return err
		}
		if token.Kind() == '}' {
			return nil
		}
		if token.String() == name {
			if _, err = j.next(); err == nil {
				err = j.array(one)
			}
		} else {
			err = j.aside(token.String(), name)
		}
		if err != nil {
			return err
		}
	}
}

// aside passes over a member that is not the rows.
func (j *jsonReader) aside(name, rows string) error {
	if j.d.PeekKind() != '[' {
		return j.d.SkipValue()
	}
	if _, err := j.next(); err != nil {
		return err
	}
	if j.d.PeekKind() == '{' {
		return faultf(UnexpectedContent, "%s and %s are both arrays of objects; keep the one to load", excerpt([]byte(rows)), excerpt([]byte(name)))
	}
	for depth := j.d.StackDepth(); j.d.StackDepth() >= depth; {
		if _, err := j.next(); err != nil {
			return err
		}
	}
	return nil
}

// finish makes sure that nothing follows.
func (j *jsonReader) finish() error {
	_, err := j.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err == nil:
		return faultf(UnexpectedContent, "more follows behind the end of the JSON text; a file holds one array")
	}
	return err
}
