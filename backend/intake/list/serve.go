package list

import (
	"io"
	"time"

	"github.com/hubcap-dev/hubcap/backend/child"
)

// Child is the variable that a child finds in its environment.
const Child = "HUBCAP_READS_LIST"

// A child may be waited for so long, in all, and so many run at a time: an
// open list holds its place until it is closed.
const (
	wallTime = 2 * time.Minute
	places   = 8
)

// NewRunner returns a runner for Open, whose children are started by command: a
// program that calls Serve with its last argument as options.
func NewRunner(command []string) *child.Runner {
	return child.NewRunner(command, Child, wallTime, places)
}

// Serve is the child: it reads a file from in and tells its rows on out.
// options is what the parent gave as the last argument.
func Serve(in io.Reader, out io.Writer, options string) error { return nil }
