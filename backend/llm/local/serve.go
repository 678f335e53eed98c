package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// errIdle ends serve for the one good reason.
var errIdle = errors.New("idle")

// serve hands requests to a loaded worker until the worker must go. It
// returns how many were answered and why it ended. woke, if not nil, is a
// taken request to begin with.
func (c *Client) serve(ctx context.Context, p *process, woke *job) (served int, err error) {
	first := woke
	tick := time.NewTicker(c.opts.Poll)
	defer tick.Stop()
	idle := time.NewTimer(c.opts.IdleAfter)
	defer idle.Stop()
	for {
		j := first
		first = nil
		if j == nil {
			select {
			case <-ctx.Done():
				return served, ctx.Err()
			case <-idle.C:
				return served, errIdle
			case <-tick.C:
				if err := c.checkMemory(p); err != nil {
					return served, err
				}
				continue
			case f := <-p.frames:
				return served, fmt.Errorf("%w: the worker spoke without being asked (%s)", wire.ErrBroken, f.Kind)
			case <-p.exited:
				return served, fmt.Errorf("the model worker ended: %w%s", p.err, p.lastWords())
			case j = <-c.queue:
			}
		}
		if j != woke && !j.take() {
			continue
		}
		c.set(func(s *llm.State) { s.Condition = llm.Busy; s.Requests++ })
		if err := c.one(ctx, p, j, tick); err != nil {
			return served, err
		}
		served++
		c.set(func(s *llm.State) { s.Condition = llm.Ready })
		idle.Reset(c.opts.IdleAfter)
	}
}

// one runs a job. Its error means that the worker must be replaced; a
// request that the worker itself refused is no reason for that.
func (c *Client) one(ctx context.Context, p *process, j *job, tick *time.Ticker) (err error) {
	j.queued = time.Since(j.asked)
	id, err := p.send(j.kind, j.payload)
	defer func() {
		if err != nil {
			j.finish(wire.Frame{}, fault.Wrap(fault.Unavailable, err, "the local model failed"))
		}
	}()
	if err != nil {
		return fmt.Errorf("send to the model worker: %w", err)
	}
	// The worker keeps the same deadline itself; ours, a little later, is for
	// one that hangs.
	timeout := time.NewTimer(c.opts.Timeout + c.opts.Grace)
	defer timeout.Stop()
	canceled, grace := j.ctx.Done(), (<-chan time.Time)(nil)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-canceled:
			canceled = nil
			if err := p.cancel(id); err != nil {
				return fmt.Errorf("send to the model worker: %w", err)
			}
			t := time.NewTimer(c.opts.Grace)
			defer t.Stop()
			grace = t.C
		case <-grace:
			return fmt.Errorf("the model worker hangs: it did not stop within %s of a cancel", c.opts.Grace)
		case <-timeout.C:
			return fmt.Errorf("the model worker hangs: no answer within %s", c.opts.Timeout+c.opts.Grace)
		case <-tick.C:
			if err := c.checkMemory(p); err != nil {
				return err
			}
		case <-p.exited:
			return fmt.Errorf("the model worker ended: %w%s", p.err, p.lastWords())
		case f := <-p.frames:
			if f.Request != id {
				return fmt.Errorf("%w: the worker answered request %d instead of %d", wire.ErrBroken, f.Request, id)
			}
			switch f.Kind {
			case wire.Progress:
				if j.progress == nil || j.ctx.Err() != nil {
					continue
				}
				if err := j.progress(f); err != nil {
					return err
				}
			case wire.Result:
				j.finish(f, nil)
				return nil
			case wire.Failed:
				var why wire.Failure
				if err := f.Decode(&why); err != nil {
					return err
				}
				if why.Reason == wire.Engine {
					return why
				}
				j.finish(wire.Frame{}, refusal(j.ctx, why))
				return nil
			default:
				return fmt.Errorf("%w: the worker sent a %s", wire.ErrBroken, f.Kind)
			}
		}
	}
}

// refusal turns what the worker says about a request into an error for the
// caller.
func refusal(ctx context.Context, why wire.Failure) error {
	switch why.Reason {
	case wire.Canceled:
		if err := ctx.Err(); err != nil {
			return err
		}
		return context.Canceled
	case wire.TooLong:
		return fault.Wrap(fault.Limited, why, "the local model's answer would be too long")
	default:
		return fault.Wrap(fault.Internal, why, "the local model refused the request")
	}
}

func (c *Client) checkMemory(p *process) error {
	rss, err := c.opts.ResidentBytes(p.pid())
	if err != nil {
		return nil // the process is ending: p.exited says so
	}
	c.set(func(s *llm.State) { s.RSSBytes = rss })
	if rss > c.opts.MemoryLimit {
		return fmt.Errorf("the model worker outgrew its memory: %d MiB of %d", rss>>20, c.opts.MemoryLimit>>20)
	}
	return nil
}
