package paper

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/hubcap-dev/hubcap/backend/child"
)

// Facts are what is known of a file.
type Facts struct {
	Media   string `json:"media"`             // by its content
	Width   int    `json:"width,omitempty"`   // of its picture as it is shown; 0 is none
	Height  int    `json:"height,omitempty"`  //
	Pages   int    `json:"pages,omitempty"`   // of a PDF
	Trouble string `json:"trouble,omitempty"` // why something of it is not there, for a person: "it is locked with a password"
}

// Result is what was read of a file.
type Result struct {
	Facts
	Small []byte // JPEG that fits into SmallSide; nil is none
	View  []byte // JPEG that fits into ViewSide
	Text  []string
}

// Reader reads files in a child process. Its methods may be called from many
// goroutines; one child runs at a time.
type Reader struct {
	runner *child.Runner
}

// wallTime is how long a child may take, waiting for the processor included.
const wallTime = 40 * time.Second

// NewReader returns a reader whose children are started by command, a program
// that calls Serve with its last argument as name. No command: nothing but the
// media type is read.
func NewReader(command []string) *Reader {
	return &Reader{runner: child.NewRunner(command, Child, wallTime, 1)}
}

// Read reads a file. Its error is ctx's, or one of in; what is wrong with the
// file is a result with Trouble.
func (r *Reader) Read(ctx context.Context, in io.ReadSeeker, name string) (Result, error) {
	head := make([]byte, DetectBytes)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Result{}, err
	}
	out := Result{Facts: Facts{Media: Detect(head[:n], name)}}
	if !r.runner.Able() || !Readable(out.Media) {
		return out, nil
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return out, err
	}
	return r.child(ctx, in, name, out)
}

func (r *Reader) child(ctx context.Context, in io.Reader, name string, out Result) (Result, error) {
	p, err := r.runner.Start(ctx, in, name)
	if err != nil {
		return out, err
	}
	ended := take(p, &out)
	if err := p.Close(ended); err != nil {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		out.Trouble = err.Error()
	}
	return out, nil
}

// Child is the variable that a child finds in its environment.
const Child = "HUBCAP_READS_PAPER"

// take gathers frames; it reports whether the last one came.
func take(p *child.Process, out *Result) (ended bool) {
	text := 0
	for {
		kind, b, err := p.Next()
		if err != nil {
			return false
		}
		switch kind {
		case frameFacts:
			f := Facts{}
			if json.Unmarshal(b, &f) == nil && f.Media == out.Media {
				out.Facts = f
			}
		case frameSmall:
			out.Small = b
		case frameView:
			out.View = b
		case frameText:
			if text += len(b); text <= 2*maxText && len(out.Text) <= maxPages {
				out.Text = append(out.Text, clean(string(b)))
			}
		case frameTrouble:
			out.Trouble = cut(clean(string(b)), 300)
		case frameEnd:
			return true
		}
	}
}
