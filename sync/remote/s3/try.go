package s3

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// errStalled is the cause of an attempt that was given up.
var errStalled = errors.New("nothing has moved for a while")

// pulse ends an attempt when nothing moves for the stall time. Reading from it
// tells that something did: it stands in for minio's progress hook.
type pulse struct {
	ctx   context.Context
	timer *time.Timer
	stall time.Duration
	pace  *remote.Pace
}

func (p *pulse) beat() { p.timer.Reset(p.stall) }
func (p *pulse) rest() { p.timer.Stop() }

// moved waits as long as the bandwidth wants for n bytes, and beats.
func (p *pulse) moved(n int) error {
	p.rest()
	err := p.pace.Wait(p.ctx, n)
	p.beat()
	return err
}

func (p *pulse) Read(b []byte) (int, error) { return len(b), p.moved(len(b)) }

// watched is ctx with a pulse; stop must be called.
func (b *Bucket) watched(ctx context.Context) (_ context.Context, p *pulse, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	p = &pulse{ctx: ctx, stall: b.o.Stall, pace: b.pace}
	p.timer = time.AfterFunc(b.o.Stall, func() { cancel(errStalled) })
	return ctx, p, func() { p.timer.Stop(); cancel(nil) }
}

// try makes a request, again where that may help, and turns its error into a
// kind.
func (b *Bucket) try(ctx context.Context, doing, name string, request func(context.Context, *pulse) error) error {
	for n := 1; ; n++ {
		err := b.once(ctx, doing, name, request)
		if err == nil || !fault.Is(err, fault.Unavailable) || n >= b.o.Tries {
			return err
		}
		if err := b.pause(ctx, n); err != nil {
			return err
		}
	}
}

// once makes one attempt.
func (b *Bucket) once(ctx context.Context, doing, name string, request func(context.Context, *pulse) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	watched, p, stop := b.watched(ctx)
	defer stop()
	err := request(watched, p)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if context.Cause(watched) == errStalled {
		return fault.Wrap(fault.Unavailable, errStalled, "%s: the bucket at %s does not answer", what(doing, name), b.o.Endpoint)
	}
	return b.fault(err, doing, name)
}

// pause waits before the n+1-th try.
func (b *Bucket) pause(ctx context.Context, n int) error {
	d := min(b.o.Pause<<(n-1), 10*time.Second)
	d = d/2 + rand.N(d/2+1)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
