// Package fault names the kinds of failure that a caller can act on.
//
// A function that fails in a way its caller may handle returns an error of
// one of these kinds; every other error is internal: logged in full and
// shown to people as a reference number only. backend/api/problem alone maps
// kinds to HTTP.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of failure an error is.
type Kind string

const (
	Internal    Kind = "internal"    // a broken program or machine; details stay in the log
	NotFound    Kind = "not_found"   // the thing named does not exist in the caller's scope
	Conflict    Kind = "conflict"    // the state changed since the caller read it
	Invalid     Kind = "invalid"     // the input is wrong; Fields say where
	Denied      Kind = "denied"      // the caller may not do this
	Limited     Kind = "limited"     // too much or too often
	Full        Kind = "full"        // there is no room left to store anything
	Unavailable Kind = "unavailable" // try again later: a part is down, full or starting
)

// Field is one wrong part of an input.
type Field struct {
	Pointer string // JSON pointer into the input, such as "/odometer/value"; "" is the whole
	Problem string // what is wrong, without the value (it may be secret)
	Remedy  string // what to do instead
}

// Error is a failure with a kind. Message is a sentence for a person.
type Error struct {
	Kind       Kind
	Type       string // a URI that names this failure for programs that must tell it from others of its kind; mostly empty
	Message    string
	Remedy     string        // what to do next; may be empty
	Fields     []Field       // for Invalid
	RetryAfter time.Duration // for Limited and Unavailable; 0 is unknown
	Err        error         // the cause, for the log; may be nil
}

func (e *Error) Error() string {
	s := e.Message
	for _, f := range e.Fields {
		s += fmt.Sprintf("; %s: %s", f.Pointer, f.Problem)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Of returns the kind of the first *Error in err's chain, Internal if there
// is none, and "" for nil.
func Of(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the kind k.
func Is(err error, k Kind) bool { return err != nil && Of(err) == k }

// New returns an error of the kind k with a formatted message.
func New(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Wrap returns an error of the kind k whose cause is err.
func Wrap(k Kind, err error, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...), Err: err}
}

// InvalidField returns an Invalid error about one field.
func InvalidField(pointer, problem, remedy string) *Error {
	return &Error{Kind: Invalid, Message: "the input is not valid", Fields: []Field{{pointer, problem, remedy}}}
}

// WithRemedy sets what to do next and returns e.
func (e *Error) WithRemedy(format string, args ...any) *Error {
	e.Remedy = fmt.Sprintf(format, args...)
	return e
}
