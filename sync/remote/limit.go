package remote

import (
	"context"
	"io"

	"golang.org/x/time/rate"
)

// Throttled is a bucket that keeps to a bandwidth by itself, because it alone
// knows when bytes travel.
type Throttled interface {
	// Throttle returns the same bucket with a limit of its own.
	Throttle(bytesPerSecond int64) Bucket
}

// Limit is b with its bodies, up and down together, kept to so many bytes a
// second; 0 and less is no limit.
func Limit(b Bucket, bytesPerSecond int64) Bucket {
	if bytesPerSecond <= 0 {
		return b
	}
	if t, ok := b.(Throttled); ok {
		return t.Throttle(bytesPerSecond)
	}
	return limited{b, NewPace(bytesPerSecond)}
}

type limited struct {
	Bucket
	pace *Pace
}

func (l limited) Put(ctx context.Context, name string, body io.Reader, size int64, o Put) (Info, error) {
	return l.Bucket.Put(ctx, name, &paced{ctx, body, l.pace}, size, o)
}

func (l limited) Get(ctx context.Context, name string) (io.ReadCloser, Info, error) {
	r, i, err := l.Bucket.Get(ctx, name)
	if err != nil {
		return nil, i, err
	}
	return struct {
		io.Reader
		io.Closer
	}{&paced{ctx, r, l.pace}, r}, i, nil
}

type paced struct {
	ctx  context.Context
	r    io.Reader
	pace *Pace
}

func (p *paced) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if werr := p.pace.Wait(p.ctx, n); werr != nil {
		return n, werr
	}
	return n, err
}

// Pace is a bandwidth that several bodies share. A nil Pace is no limit.
type Pace struct{ l *rate.Limiter }

// NewPace returns a bandwidth of so many bytes a second.
func NewPace(bytesPerSecond int64) *Pace {
	// A tenth of a second may go at once, and what a copy reads at a time.
	return &Pace{rate.NewLimiter(rate.Limit(bytesPerSecond), int(max(bytesPerSecond/10, 32<<10)))}
}

// Wait waits until n bytes may have gone.
func (p *Pace) Wait(ctx context.Context, n int) error {
	for p != nil && n > 0 {
		some := min(n, p.l.Burst())
		if err := p.l.WaitN(ctx, some); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return context.DeadlineExceeded // it would come before the bytes
		}
		n -= some
	}
	return nil
}
