package remote

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Op is one of a bucket's calls.
type Op string

const (
	OpPut      Op = "put"
	OpGet      Op = "get"
	OpStat     Op = "stat"
	OpList     Op = "list"
	OpDelete   Op = "delete"
	OpLock     Op = "lock"
	OpClock    Op = "clock"
	OpFeatures Op = "features"
)

// Call is one call of a Faulty bucket. N counts them from 1.
type Call struct {
	N    int
	Op   Op
	Name string // the prefix for a listing
}

// Trouble is what befalls a call. The zero Trouble is none.
type Trouble struct {
	Err   error         // the call fails with it
	After bool          // with Err: the call is carried out, and its answer lost
	Cut   int64         // greater than 0: a body read or a listing breaks off after so many bytes or names
	Delay time.Duration // the call waits before it begins
}

// Away is the error of a bucket that does not answer.
func Away() error {
	return fault.New(fault.Unavailable, "the bucket does not answer")
}

// Faulty is a bucket that fails as a test or a drill says.
type Faulty struct {
	Bucket Bucket

	mu      sync.Mutex
	calls   []Call
	trouble func(Call) Trouble
}

var _ Bucket = (*Faulty)(nil)

// NewFaulty returns b with the troubles that trouble gives for each call; nil
// gives none.
func NewFaulty(b Bucket, trouble func(Call) Trouble) *Faulty {
	return &Faulty{Bucket: b, trouble: trouble}
}

// Script changes what befalls the calls from now on.
func (f *Faulty) Script(trouble func(Call) Trouble) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.trouble = trouble
}

// Calls are the calls so far, in order.
func (f *Faulty) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Call(nil), f.calls...)
}

// FailFrom fails every call from the n-th (counted from 1) on.
func FailFrom(n int, err error) func(Call) Trouble {
	return func(c Call) Trouble {
		if c.N < n {
			return Trouble{}
		}
		return Trouble{Err: err}
	}
}

// FailAt fails the n-th call alone; after says that it is carried out first.
func FailAt(n int, err error, after bool) func(Call) Trouble {
	return func(c Call) Trouble {
		if c.N != n {
			return Trouble{}
		}
		return Trouble{Err: err, After: after}
	}
}

// begin counts a call and returns its trouble.
func (f *Faulty) begin(ctx context.Context, op Op, name string) (Trouble, error) {
	f.mu.Lock()
	c := Call{N: len(f.calls) + 1, Op: op, Name: name}
	f.calls = append(f.calls, c)
	trouble := f.trouble
	f.mu.Unlock()
	if trouble == nil {
		return Trouble{}, nil
	}
	t := trouble(c)
	if t.Delay > 0 {
		timer := time.NewTimer(t.Delay)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return t, ctx.Err()
		case <-timer.C:
		}
	}
	if t.Err != nil && !t.After {
		return t, t.Err
	}
	return t, nil
}

// Put implements Bucket. A cut body is a call that failed half-way: nothing
// is written.
func (f *Faulty) Put(ctx context.Context, name string, body io.Reader, size int64, o Put) (Info, error) {
	t, err := f.begin(ctx, OpPut, name)
	if err != nil {
		return Info{}, err
	}
	if t.Cut > 0 && t.Cut < size {
		_, _ = io.CopyN(io.Discard, body, t.Cut)
		return Info{}, Away()
	}
	i, err := f.Bucket.Put(ctx, name, body, size, o)
	if t.Err != nil {
		return Info{}, t.Err
	}
	return i, err
}

// Get implements Bucket.
func (f *Faulty) Get(ctx context.Context, name string) (io.ReadCloser, Info, error) {
	t, err := f.begin(ctx, OpGet, name)
	if err != nil || t.Err != nil {
		return nil, Info{}, either(err, t.Err)
	}
	r, i, err := f.Bucket.Get(ctx, name)
	if err == nil && t.Cut > 0 {
		r = &cutReader{r, t.Cut}
	}
	return r, i, err
}

// cutReader breaks off after left bytes.
type cutReader struct {
	io.ReadCloser
	left int64
}

func (c *cutReader) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, Away()
	}
	n, err := c.ReadCloser.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// Stat implements Bucket.
func (f *Faulty) Stat(ctx context.Context, name string) (Info, error) {
	t, err := f.begin(ctx, OpStat, name)
	if err != nil || t.Err != nil {
		return Info{}, either(err, t.Err)
	}
	return f.Bucket.Stat(ctx, name)
}

// List implements Bucket.
func (f *Faulty) List(ctx context.Context, prefix, after string, fn func(Info) error) error {
	t, err := f.begin(ctx, OpList, prefix)
	if err != nil || t.Err != nil {
		return either(err, t.Err)
	}
	seen := int64(0)
	return f.Bucket.List(ctx, prefix, after, func(i Info) error {
		if seen++; t.Cut > 0 && seen > t.Cut {
			return Away()
		}
		return fn(i)
	})
}

// Delete implements Bucket.
func (f *Faulty) Delete(ctx context.Context, name string) error {
	t, err := f.begin(ctx, OpDelete, name)
	if err != nil {
		return err
	}
	return either(t.Err, f.Bucket.Delete(ctx, name))
}

// Lock implements Bucket.
func (f *Faulty) Lock(ctx context.Context, name string, until time.Time) error {
	t, err := f.begin(ctx, OpLock, name)
	if err != nil {
		return err
	}
	return either(t.Err, f.Bucket.Lock(ctx, name, until))
}

// Clock implements Bucket.
func (f *Faulty) Clock(ctx context.Context) (time.Time, error) {
	if t, err := f.begin(ctx, OpClock, ""); err != nil || t.Err != nil {
		return time.Time{}, either(err, t.Err)
	}
	return f.Bucket.Clock(ctx)
}

// Features implements Bucket.
func (f *Faulty) Features(ctx context.Context) (Features, error) {
	if t, err := f.begin(ctx, OpFeatures, ""); err != nil || t.Err != nil {
		return Features{}, either(err, t.Err)
	}
	return f.Bucket.Features(ctx)
}

func either(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
