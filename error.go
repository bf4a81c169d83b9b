package gatehouse

import (
	"errors"
	"fmt"
)

// Kind says what an error means to the one who asked, independent of where it arose.
type Kind string

const (
	Internal    Kind = "internal"    // our fault; details go to the log, not to the user
	Invalid     Kind = "invalid"     // the request or the data is wrong; the message says what to change
	NotFound    Kind = "not_found"   // there is no such thing
	Forbidden   Kind = "forbidden"   // there is, but not for you
	Conflict    Kind = "conflict"    // it is taken, or has changed meanwhile
	Unavailable Kind = "unavailable" // try again later, or mend the surroundings the message names
)

// Error is an error that the user may read: one line that says what to do.
type Error struct {
	Kind    Kind
	Message string
	Err     error // cause, for the log; may be nil
}

// Errorf makes an Error; a wrapped %w is kept as its cause.
func Errorf(kind Kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Message: err.Error(), Err: errors.Unwrap(err)}
}

func (e *Error) Error() string { return e.Message }
func (e *Error) Unwrap() error { return e.Err }

// KindOf classifies any error; one that nobody classified is Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
