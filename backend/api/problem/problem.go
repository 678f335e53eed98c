// Package problem maps the kinds of fault to HTTP and back: the one place
// that knows both. Bodies are application/problem+json (RFC 9457).
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// ContentType is the media type of a Problem.
const ContentType = "application/problem+json"

// Problem is the body of every answer that is not a success.
type Problem struct {
	Type      string  `json:"type" doc:"URI reference of the problem's kind; about:blank has none"`
	Title     string  `json:"title" doc:"the kind in words"`
	Status    int     `json:"status"`
	Detail    string  `json:"detail,omitempty" doc:"what happened, for a person"`
	Remedy    string  `json:"remedy,omitempty" doc:"what to do next"`
	Reference string  `json:"reference,omitempty" doc:"number under which the log holds the details"`
	Errors    []Field `json:"errors,omitempty" doc:"the wrong parts of the input"`

	retryAfter time.Duration
}

// Field is one wrong part of an input.
type Field struct {
	Pointer string `json:"pointer" doc:"JSON pointer into the body, or the parameter's name"`
	Problem string `json:"problem"`
	Remedy  string `json:"remedy,omitempty"`
}

var statuses = map[fault.Kind]int{
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.Denied:      http.StatusForbidden,
	fault.Limited:     http.StatusTooManyRequests,
	fault.Full:        http.StatusInsufficientStorage,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// From returns the problem that says err. An internal error shows only its
// reference.
func From(err error, reference string) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		err = fault.Wrap(fault.Unavailable, err, "the request was ended before it was answered").WithRemedy("Try again.")
	}
	var e *fault.Error
	if !errors.As(err, &e) || e.Kind == fault.Internal {
		p := New(http.StatusInternalServerError, "Hubcap met an error of its own.")
		p.Reference, p.Remedy = reference, "Try again; if it stays, send the log lines with this reference."
		return p
	}
	p = New(statuses[e.Kind], e.Message)
	p.Remedy, p.retryAfter = e.Remedy, e.RetryAfter
	if e.Type != "" {
		p.Type = e.Type
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, Field(f))
	}
	if e.Kind == fault.Unavailable && p.retryAfter == 0 {
		p.retryAfter = time.Second
	}
	return p
}

// New returns a problem with a status and what happened.
func New(status int, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

func (p *Problem) Error() string {
	s := p.Detail
	for _, f := range p.Errors {
		s += "; " + f.Pointer + ": " + f.Problem
	}
	return s
}

// GetStatus and ContentType make a *Problem an error of huma's.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType answers with problem+json whatever was negotiated.
func (p *Problem) ContentType(string) string { return ContentType }

// Headers sets Retry-After where there is one.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.retryAfter+time.Second-1)/time.Second)))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	return h
}

// Write answers a request with p.
func (p *Problem) Write(w http.ResponseWriter) {
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", ContentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	// The client may be gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(p)
}

// Fault turns a problem that a client received back into a fault.
func (p *Problem) Fault() *fault.Error {
	e := &fault.Error{Kind: fault.Internal, Message: p.Detail, Remedy: p.Remedy}
	if p.Type != "about:blank" {
		e.Type = p.Type
	}
	for k, s := range statuses {
		if s == p.Status {
			e.Kind = k
		}
	}
	if p.Status == http.StatusPreconditionFailed {
		e.Kind = fault.Conflict
	}
	for _, f := range p.Errors {
		e.Fields = append(e.Fields, fault.Field(f))
	}
	return e
}
