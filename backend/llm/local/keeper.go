package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// verified remembers which file has been checked, by what changes when it
// is replaced.
type verified struct {
	path string
	size int64
	mod  time.Time
}

// keep is the keeper's life.
func (c *Client) keep(ctx context.Context) {
	defer c.drain(fault.New(fault.Unavailable, "the local model is shut down"))
	if err := c.opts.CheckCPU(); err != nil {
		c.set(func(s *llm.State) { s.Condition, s.Reason = llm.Failed, err.Error() })
		<-ctx.Done()
		return
	}
	var ok verified
	failures := 0
	var first *job // a request that woke an idle model
	for ctx.Err() == nil {
		program, pack, found := c.find(ctx)
		if !found {
			break
		}
		c.set(func(s *llm.State) { s.Condition, s.Reason = llm.Starting, "" })
		p, err := c.start(ctx, program, pack, &ok)
		if err == nil {
			c.set(func(s *llm.State) { s.Condition, s.Reason, s.Loaded = llm.Ready, "", true })
			var served int
			served, err = c.serve(ctx, p, first)
			first = nil
			p.end(c.opts.Grace)
			c.set(func(s *llm.State) { s.Loaded, s.RSSBytes = false, 0 })
			if served > 0 {
				failures = 0
			}
		}
		if ctx.Err() != nil {
			break
		}
		if errors.Is(err, errIdle) {
			c.opts.Log.Info("model unloaded after idling")
			if first = c.wait(ctx); first == nil {
				break
			}
			continue
		}
		failures++
		if first != nil {
			first.finish(wire.Frame{}, fault.Wrap(fault.Unavailable, err, "the local model did not start"))
			first = nil
		}
		c.opts.Log.Warn("model worker replaced", "err", err, "failures", failures)
		c.set(func(s *llm.State) {
			s.Condition, s.Reason = llm.Failed, err.Error()
			s.Restarts++
		})
		c.drain(fault.Wrap(fault.Unavailable, err, "the local model failed and is being replaced"))
		if !pause(ctx, c.backoff(failures)) {
			break
		}
	}
	if first != nil {
		first.finish(wire.Frame{}, fault.New(fault.Unavailable, "the local model is shut down"))
	}
}

// backoff grows from BackoffLeast to BackoffMost; a start that has failed
// ten times in a row is hardly healed by hammering, so then it grows on to
// eight times that.
func (c *Client) backoff(failures int) time.Duration {
	most := c.opts.BackoffMost
	if failures > 10 {
		most *= 8
	}
	d := c.opts.BackoffLeast
	for range min(failures-1, 16) {
		d *= 2
	}
	return min(d, most)
}

// find waits for the program and the pack, whichever comes last. It reports
// false when ctx ended first.
func (c *Client) find(ctx context.Context) (program, pack string, found bool) {
	for {
		program = ""
		for _, p := range c.opts.Programs {
			if fi, err := os.Stat(p); err == nil && fi.Mode().IsRegular() {
				program = p
				break
			}
		}
		path, err := c.opts.Locate()
		if program != "" && err == nil {
			return program, path, true
		}
		condition, reason := llm.Missing, "the model worker is not built; run: make worker"
		if c.opts.Building {
			condition, reason = llm.Building, "the model worker is being built; until then briefings are worded by rules"
		}
		if program != "" {
			condition, reason = llm.Missing, err.Error()
		}
		c.set(func(s *llm.State) { s.Condition, s.Reason = condition, reason })
		c.drain(c.unavailable(c.State()))
		if !pause(ctx, c.opts.Poll) {
			return "", "", false
		}
	}
}

// start spawns a worker and loads the model into it.
func (c *Client) start(ctx context.Context, program, pack string, ok *verified) (*process, error) {
	if c.opts.Verify != nil {
		fi, err := os.Stat(pack)
		if err != nil {
			return nil, fmt.Errorf("look at model pack: %w", err)
		}
		if v := (verified{pack, fi.Size(), fi.ModTime()}); v != *ok {
			if err := c.opts.Verify(pack); err != nil {
				return nil, err
			}
			*ok = v
		}
	}
	ctx, cancel := context.WithTimeout(ctx, c.opts.StartTimeout)
	defer cancel()
	p, err := spawn(c.opts.Command(program))
	if err != nil {
		return nil, fmt.Errorf("start model worker: %w", err)
	}
	var hello wire.HelloReply
	f, err := p.call(ctx, wire.Hello, nil)
	if err == nil {
		err = f.Decode(&hello)
	}
	if err != nil {
		p.end(0)
		return nil, fmt.Errorf("the model worker did not say hello: %w%s", err, p.lastWords())
	}
	start := time.Now()
	f, err = p.call(ctx, wire.Load, wire.LoadRequest{
		Path: pack, Threads: c.opts.Threads, Context: c.opts.Context, Prefix: c.opts.Prefix, Embed: c.opts.Embed,
	})
	var loaded wire.LoadReply
	if err == nil {
		err = f.Decode(&loaded)
	}
	if err != nil {
		p.end(0)
		return nil, fmt.Errorf("load the model: %w%s", err, p.lastWords())
	}
	c.opts.Log.Info("model loaded", "engine", hello.Engine, "threads", c.opts.Threads,
		"prefix_tokens", loaded.PrefixTokens, "took_ms", time.Since(start).Milliseconds())
	return p, nil
}

// drain fails every waiting job: nothing may hang on a model that is not
// there.
func (c *Client) drain(err error) {
	for {
		select {
		case j := <-c.queue:
			j.finish(wire.Frame{}, err)
		default:
			return
		}
	}
}

// wait returns the next request to an unloaded model, nil when ctx ended.
func (c *Client) wait(ctx context.Context) *job {
	for {
		select {
		case <-ctx.Done():
			return nil
		case j := <-c.queue:
			if j.take() {
				return j
			}
		}
	}
}

// pause reports false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
