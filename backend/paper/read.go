package paper

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
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
	command []string
	turn    chan struct{}
}

// wallTime is how long a child may take, waiting for the processor included.
const wallTime = 40 * time.Second

// NewReader returns a reader whose children are started by command, a program
// that calls Serve with its last argument as name. No command: nothing but the
// media type is read.
func NewReader(command []string) *Reader {
	return &Reader{command: command, turn: make(chan struct{}, 1)}
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
	if len(r.command) == 0 || !Readable(out.Media) {
		return out, nil
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return out, err
	}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return out, ctx.Err()
	}
	return r.child(ctx, in, name, out)
}

func (r *Reader) child(ctx context.Context, in io.Reader, name string, out Result) (Result, error) {
	limited, cancel := context.WithTimeout(ctx, wallTime)
	defer cancel()
	cmd := exec.CommandContext(limited, r.command[0], append(r.command[1:len(r.command):len(r.command)], name)...)
	cmd.Stdin = in
	cmd.Env = []string{"GOMAXPROCS=1", "GOTRACEBACK=none", Child + "=1"}
	cmd.Dir = "/"
	cmd.WaitDelay = 2 * time.Second
	tie(cmd)
	said := &tail{most: 4 << 10}
	cmd.Stderr = said
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return out, err
	}
	if err := cmd.Start(); err != nil {
		return out, fmt.Errorf("start the reader of files: %w", err)
	}
	ended, forged := take(pipe, &out)
	late := limited.Err() != nil
	if forged {
		cancel()
	}
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return out, ctx.Err()
	case forged:
		out.Trouble = broken
	case !ended || err != nil:
		out.Trouble = why(err, late, said.String())
	}
	return out, nil
}

const broken = "it could not be read: its content is broken"

// Child is the variable that a child finds in its environment.
const Child = "HUBCAP_READS_PAPER"

// take gathers frames; it reports whether the last one came, and whether one
// came that no child of ours sends.
func take(pipe io.Reader, out *Result) (ended, forged bool) {
	text := 0
	for {
		kind, b, err := readFrame(pipe)
		if err != nil {
			return false, errors.Is(err, errForged)
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
			return true, false
		}
	}
}

// why says in words for a person what stopped a child.
func why(err error, late bool, said string) string {
	var exit *exec.ExitError
	switch {
	case late, errors.As(err, &exit) && outOfTime(exit):
		return "reading it took too long and was stopped"
	case strings.Contains(said, "out of memory"), strings.Contains(said, "cannot allocate"), strings.Contains(said, "stack exceeds"),
		strings.Contains(said, "segmentation violation"): // the collector's own words for it
		return "reading it took too much memory and was stopped"
	}
	return broken
}

// tail keeps the beginning of what a child says: a dying runtime names the
// cause first.
type tail struct {
	bytes.Buffer
	most int
}

func (t *tail) Write(p []byte) (int, error) {
	if room := t.most - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
