package child

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// Runner starts children. Its methods may be called from many goroutines.
type Runner struct {
	command  []string
	variable string
	wall     time.Duration
	turns    chan struct{}
}

// NewRunner returns a runner whose children are started by command, and find
// variable=1 in an environment that holds nothing else of ours. wall is how
// long its parent waits for one in all, places how many run at a time. No
// command: the Runner is nil, which Able tells.
func NewRunner(command []string, variable string, wall time.Duration, places int) *Runner {
	if len(command) == 0 {
		return nil
	}
	return &Runner{command: command, variable: variable, wall: wall, turns: make(chan struct{}, places)}
}

// Able reports whether the runner can start a child.
func (r *Runner) Able() bool { return r != nil }

// Start waits for a place and starts a child that reads in as its standard
// input, with arguments after the runner's own. The caller closes the process.
func (r *Runner) Start(ctx context.Context, in io.Reader, args ...string) (*Process, error) {
	select {
	case r.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p, err := r.start(ctx, in, args)
	if err != nil {
		<-r.turns
		return nil, err
	}
	p.free = func() { <-r.turns }
	return p, nil
}

func (r *Runner) start(ctx context.Context, in io.Reader, args []string) (*Process, error) {
	limited, cancel := context.WithCancelCause(ctx)
	cmd := exec.CommandContext(limited, r.command[0], append(r.command[1:len(r.command):len(r.command)], args...)...)
	cmd.Stdin = in
	cmd.Env = []string{"GOMAXPROCS=1", "GOTRACEBACK=none", r.variable + "=1"}
	cmd.Dir = "/"
	cmd.WaitDelay = 2 * time.Second
	tie(cmd)
	p := &Process{cmd: cmd, said: &tail{most: 4 << 10}, parent: ctx, limited: limited, cancel: cancel, left: r.wall}
	cmd.Stderr = p.said
	var err error
	if p.pipe, err = cmd.StdoutPipe(); err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel(err)
		return nil, fmt.Errorf("start the reader of files: %w", err)
	}
	return p, nil
}

// Process is a running child. It belongs to one goroutine.
type Process struct {
	cmd             *exec.Cmd
	pipe            io.Reader
	said            *tail
	parent, limited context.Context // of one call of Start, which the process does not outlive
	cancel          context.CancelCauseFunc
	left            time.Duration
	forged          bool
	free            func()
}

var errLate = errors.New("the child took too long")

// Next returns the next frame. Only the time in which somebody waits here
// counts against the runner's wall time. Whatever its error is, Close knows
// what became of the child.
func (p *Process) Next() (kind byte, b []byte, err error) {
	began := time.Now()
	watch := time.AfterFunc(p.left, func() { p.cancel(errLate) })
	kind, b, err = readFrame(p.pipe)
	watch.Stop()
	p.left -= time.Since(began)
	p.forged = p.forged || errors.Is(err, ErrForged)
	return kind, b, err
}

// The reasons why a child came to no end of its own, in words for a person.
var (
	ErrTime   = errors.New("reading it took too long and was stopped")
	ErrMemory = errors.New("reading it took too much memory and was stopped")
	ErrBroken = errors.New("it could not be read: its content is broken")
)

// Close ends the child and waits for it. ended is whether the caller got all
// it wanted; if not, or if the child failed, the error is one of ErrTime,
// ErrMemory and ErrBroken, or that of the context which Start was given.
func (p *Process) Close(ended bool) error {
	defer p.free()
	late := errors.Is(context.Cause(p.limited), errLate)
	if p.forged {
		p.cancel(ErrForged)
	}
	watch := time.AfterFunc(p.left, func() { p.cancel(errLate) })
	err := p.cmd.Wait()
	watch.Stop()
	p.cancel(nil)
	switch {
	case p.parent.Err() != nil:
		return p.parent.Err()
	case p.forged:
		return ErrBroken
	case !ended || err != nil:
		return p.why(err, late)
	}
	return nil
}

// Drop ends a child of which no more is wanted, and waits for it.
func (p *Process) Drop() {
	p.cancel(nil)
	_ = p.Close(true)
}

func (p *Process) why(err error, late bool) error {
	var exit *exec.ExitError
	said := p.said.String()
	switch {
	case late, errors.As(err, &exit) && outOfTime(exit):
		return ErrTime
	case strings.Contains(said, "out of memory"), strings.Contains(said, "cannot allocate"), strings.Contains(said, "stack exceeds"),
		strings.Contains(said, "segmentation violation"): // the collector's own words for it
		return ErrMemory
	}
	return ErrBroken
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
