package local

import (
	"context"
	"log/slog"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// Options says which model and how. Programs, Model and Locate are required;
// the zero value of everything else works.
type Options struct {
	Programs []string               // where the worker's program may be, tried in order
	Building bool                   // somebody is building the program: Missing reads Building
	Model    string                 // the model's title, for people
	Locate   func() (string, error) // the pack's path now; its error is shown as the reason
	Verify   func(string) error     // checks a located pack once a change; nil trusts it

	Embed   bool     // the model gives meanings: it is asked for Embed and nothing else
	Form    llm.Form // in which Chat speaks to it
	Prefix  string   // read once when the model is loaded; every prompt of Word, Generate and Score starts behind it
	Threads int      // 0 is cores - 1, at least 1: with every core busy the engine falls 20-fold
	Context int      // tokens; 0 is 1024, and 256 for a model that embeds, which must not be asked for more than it was trained for

	MemoryLimit   int64         // resident bytes of the worker; 0 is 768 MiB
	IdleAfter     time.Duration // 0 is 15 minutes
	StartTimeout  time.Duration // for hello and load; 0 is 30 s
	Timeout       time.Duration // for a request once taken up; 0 is 15 s
	Grace         time.Duration // for the answer to a cancel before the worker counts as hung; 0 is 1 s
	Poll          time.Duration // how often to look for missing files and at memory; 0 is 500 ms
	BackoffLeast  time.Duration // 0 is 100 ms
	BackoffMost   time.Duration // 0 is 4 s, so that a healed cause is noticed within 5
	Queue         int           // requests that may wait; 0 is 4
	Log           *slog.Logger
	Command       func(program string) *exec.Cmd // nil is exec.Command; tests put a script here
	CheckCPU      func() error                   // nil asks this CPU
	ResidentBytes func(pid int) (int64, error)   // nil reads /proc
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&o.IdleAfter, 15*time.Minute)
	set(&o.StartTimeout, 30*time.Second)
	set(&o.Timeout, 15*time.Second)
	set(&o.Grace, time.Second)
	set(&o.Poll, 500*time.Millisecond)
	set(&o.BackoffLeast, 100*time.Millisecond)
	set(&o.BackoffMost, 4*time.Second)
	if o.Threads == 0 {
		o.Threads = defaultThreads()
	}
	if o.Context == 0 {
		o.Context = 1024
		if o.Embed {
			o.Context = 256
		}
	}
	if o.MemoryLimit == 0 {
		o.MemoryLimit = 768 << 20
	}
	if o.Queue == 0 {
		o.Queue = 4
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Command == nil {
		o.Command = func(program string) *exec.Cmd { return exec.Command(program) }
	}
	if o.CheckCPU == nil {
		o.CheckCPU = checkCPU
	}
	if o.ResidentBytes == nil {
		o.ResidentBytes = residentBytes
	}
	return o
}

// Client is a local model. It is safe for concurrent use.
type Client struct {
	opts  Options
	queue chan *job
	stop  context.CancelFunc
	done  chan struct{} // closed when the keeper has ended

	mu      sync.Mutex
	state   llm.State
	changed chan struct{} // closed and replaced at every change of state
}

// Open starts the keeper and returns at once; whether the model is there is
// a matter of State. Close ends it.
func Open(o Options) *Client {
	o = o.withDefaults()
	ctx, stop := context.WithCancel(context.Background())
	c := &Client{
		opts:    o,
		queue:   make(chan *job, o.Queue),
		stop:    stop,
		done:    make(chan struct{}),
		changed: make(chan struct{}),
		state:   llm.State{Condition: llm.Starting, Model: o.Model},
	}
	go func() {
		defer close(c.done)
		c.keep(ctx)
	}()
	return c
}

// Close ends the worker and returns when it is gone. Requests in flight
// fail.
func (c *Client) Close() {
	c.stop()
	<-c.done
}

// State is what the model is doing now.
func (c *Client) State() llm.State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Changed returns a channel that is closed at the next change of State.
// Take it before reading State, so that no change is missed.
func (c *Client) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}

// set changes the state and wakes whoever watches it.
func (c *Client) set(change func(*llm.State)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.state
	change(&c.state)
	if c.state.Condition != before.Condition || c.state.Reason != before.Reason || c.state.Loaded != before.Loaded {
		close(c.changed)
		c.changed = make(chan struct{})
	}
}

// job is one request on its way through the keeper.
type job struct {
	ctx      context.Context // of the caller; the keeper looks at it while the job waits and runs
	kind     wire.Kind
	payload  any
	progress func(wire.Frame) error
	asked    time.Time

	turn   atomic.Int32  // queued, taken or abandoned
	done   chan struct{} // closed when err and the rest are set
	result wire.Frame
	queued time.Duration
	err    error
}

// Where a job stands. Whoever moves it away from queued owns it.
const (
	queued int32 = iota
	taken
	abandoned // the caller left before its turn
)

// take claims a queued job for the keeper, and reports false for one whose
// caller has left.
func (j *job) take() bool {
	if j.ctx.Err() != nil && j.turn.CompareAndSwap(queued, abandoned) {
		return false
	}
	return j.turn.CompareAndSwap(queued, taken)
}

func (j *job) finish(f wire.Frame, err error) {
	j.result, j.err = f, err
	close(j.done)
}

// ask sends one request and waits for its result or for ctx.
func (c *Client) ask(ctx context.Context, kind wire.Kind, payload any, progress func(wire.Frame) error) (*job, error) {
	s := c.State()
	if !s.Usable() {
		return nil, c.unavailable(s)
	}
	j := &job{ctx: ctx, kind: kind, payload: payload, progress: progress, asked: time.Now(), done: make(chan struct{})}
	select {
	case c.queue <- j:
	default:
		e := fault.New(fault.Limited, "the local model has too many requests waiting")
		e.RetryAfter = 2 * time.Second
		return nil, e
	}
	select {
	case <-j.done:
		return j, j.err
	case <-ctx.Done():
		if j.turn.CompareAndSwap(queued, abandoned) || j.turn.Load() == abandoned {
			return nil, ctx.Err()
		}
		// The keeper has it: it is stopped within the grace, and progress
		// must not be called after this returns.
		select {
		case <-j.done:
			return j, j.err
		case <-c.done:
			return nil, ctx.Err()
		}
	case <-c.done:
		// The keeper may have finished the job just before it ended.
		select {
		case <-j.done:
			return j, j.err
		default:
			return nil, fault.New(fault.Unavailable, "the local model is shut down")
		}
	}
}

func (c *Client) unavailable(s llm.State) error {
	e := fault.New(fault.Unavailable, "the local model is not ready (%s)", s.Condition)
	e.Remedy = s.Reason
	e.RetryAfter = c.opts.BackoffMost
	return e
}
