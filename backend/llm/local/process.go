package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// process is one life of the worker.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	frames chan wire.Frame
	quit   chan struct{} // closed when nobody reads frames any more
	exited chan struct{} // closed after the process is reaped; err is set then
	err    error
	stderr *tail
	next   uint32
	once   sync.Once
}

func spawn(cmd *exec.Cmd) (*process, error) {
	tieToUs(cmd)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, stdin: stdin, frames: make(chan wire.Frame), quit: make(chan struct{}), exited: make(chan struct{}), stderr: &tail{}}
	cmd.Stderr = p.stderr
	// Should the worker leave a child behind that holds the pipes, Wait
	// still returns.
	cmd.WaitDelay = time.Second
	started := make(chan error, 1)
	go func() {
		// The kernel takes the end of the thread that starts the worker for the
		// end of the hub (tieToUs): this one stays as long as the worker.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if started <- err; err == nil {
			<-p.exited
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	lowerPriority(cmd.Process.Pid)
	go p.read(stdout)
	return p, nil
}

// read passes frames on until the stream ends or breaks, then reaps the
// process.
func (p *process) read(stdout io.Reader) {
	var readErr error
	for readErr == nil {
		var f wire.Frame
		if f, readErr = wire.Read(stdout); readErr == nil {
			select {
			case p.frames <- f:
			case <-p.quit:
				readErr = io.EOF
			}
		}
	}
	if !errors.Is(readErr, io.EOF) {
		_ = p.cmd.Process.Kill()
	}
	waitErr := p.cmd.Wait()
	switch {
	case errors.Is(readErr, wire.ErrBroken):
		p.err = readErr
	case waitErr != nil:
		p.err = waitErr
	default:
		p.err = errors.New("it closed its output")
	}
	close(p.exited)
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) send(kind wire.Kind, payload any) (uint32, error) {
	p.next++
	return p.next, wire.Write(p.stdin, kind, p.next, payload)
}

func (p *process) cancel(request uint32) error {
	p.next++
	return wire.Write(p.stdin, wire.Cancel, p.next, wire.CancelRequest{Request: request})
}

// call sends a request and waits for its one answer.
func (p *process) call(ctx context.Context, kind wire.Kind, payload any) (wire.Frame, error) {
	id, err := p.send(kind, payload)
	if err != nil {
		return wire.Frame{}, err
	}
	select {
	case <-ctx.Done():
		return wire.Frame{}, ctx.Err()
	case <-p.exited:
		return wire.Frame{}, p.err
	case f := <-p.frames:
		if f.Request != id {
			return wire.Frame{}, fmt.Errorf("%w: answer to request %d instead of %d", wire.ErrBroken, f.Request, id)
		}
		if f.Kind == wire.Failed {
			var why wire.Failure
			if err := f.Decode(&why); err != nil {
				return wire.Frame{}, err
			}
			return wire.Frame{}, why
		}
		return f, nil
	}
}

// end closes the worker's input, which ends a healthy one, and kills it
// after grace. It returns when the process is reaped.
func (p *process) end(grace time.Duration) {
	p.once.Do(func() { close(p.quit) })
	_ = p.stdin.Close()
	if grace > 0 {
		t := time.NewTimer(grace)
		defer t.Stop()
		select {
		case <-p.exited:
			return
		case <-t.C:
		}
	}
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// lastWords is what the worker wrote to standard error before it ended,
// ready to be appended to a message; empty if it wrote nothing.
func (p *process) lastWords() string {
	s := p.stderr.String()
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailBytes = 400

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, b...)
	if len(t.buf) > tailBytes {
		t.buf = append(t.buf[:0], t.buf[len(t.buf)-tailBytes:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(strings.Fields(strings.ToValidUTF8(string(t.buf), "?")), " ")
}
