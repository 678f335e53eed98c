//go:build worker

package main

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// server reads requests on one goroutine, so that Cancel and the end of
// input are seen while the other one is computing.
type server struct {
	out   io.Writer
	outMu sync.Mutex

	mu      sync.Mutex
	current uint32 // the request being served, 0 for none
	cancel  context.CancelFunc
	ahead   map[uint32]bool // canceled before their turn came

	model    *model    // nil until loaded; touched by the working goroutine alone
	embedder *embedder // loaded instead of model where only Embed is asked for
	requests int
}

func newServer(out io.Writer) *server { return &server{out: out, ahead: map[uint32]bool{}} }

// queued is how many requests may wait; the hub sends one at a time, so
// more than a few is a broken hub.
const queued = 4

func (s *server) serve(in io.Reader) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	work := make(chan wire.Frame, queued)
	readErr := make(chan error, 1)
	go func() {
		defer close(work)
		for {
			f, err := wire.Read(in)
			if err != nil {
				// The hub is gone or talks nonsense: stop what is being
				// computed and leave. Nothing here needs saving.
				readErr <- err
				stop()
				return
			}
			if f.Kind == wire.Cancel {
				var c wire.CancelRequest
				if f.Decode(&c) == nil {
					s.stop(c.Request)
				}
				continue
			}
			select {
			case work <- f:
			default:
				s.fail(f.Request, wire.Failure{Reason: wire.BadInput, Message: "too many requests wait for the worker"})
			}
		}
	}()
	for f := range work {
		if done := s.one(ctx, f); done {
			return nil
		}
	}
	return <-readErr
}

func (s *server) stop(request uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == request && s.cancel != nil {
		s.cancel()
	} else if len(s.ahead) < queued*4 {
		s.ahead[request] = true
	}
}

// one serves a request and reports whether it was the last.
func (s *server) one(ctx context.Context, f wire.Frame) (last bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	s.current, s.cancel = f.Request, cancel
	if s.ahead[f.Request] {
		delete(s.ahead, f.Request)
		cancel()
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.current, s.cancel = 0, nil
		s.mu.Unlock()
	}()
	s.requests++
	reply, err := s.answer(ctx, f)
	if err != nil {
		var fail wire.Failure
		if !errors.As(err, &fail) {
			fail = wire.Failure{Reason: wire.Engine, Message: err.Error()}
		}
		if ctx.Err() != nil {
			fail = wire.Failure{Reason: wire.Canceled, Message: "canceled"}
		}
		s.fail(f.Request, fail)
		return false
	}
	s.send(wire.Result, f.Request, reply)
	return f.Kind == wire.Unload
}

func (s *server) answer(ctx context.Context, f wire.Frame) (any, error) {
	if s.model == nil && (f.Kind == wire.Walk || f.Kind == wire.Generate || f.Kind == wire.Score || f.Kind == wire.Chat) {
		return nil, wire.Failure{Reason: wire.NotLoaded, Message: "no model that writes is loaded"}
	}
	if s.embedder == nil && f.Kind == wire.Embed {
		return nil, wire.Failure{Reason: wire.NotLoaded, Message: "no model of meanings is loaded"}
	}
	bad := func(err error) error { return wire.Failure{Reason: wire.BadInput, Message: err.Error()} }
	switch f.Kind {
	case wire.Hello:
		return hello(), nil
	case wire.Load:
		var r wire.LoadRequest
		if err := f.Decode(&r); err != nil {
			return nil, bad(err)
		}
		if s.model != nil || s.embedder != nil {
			return nil, wire.Failure{Reason: wire.BadInput, Message: "a model is already loaded"}
		}
		if r.Embed {
			e, reply, err := loadEmbedder(r)
			if err != nil {
				return nil, err
			}
			s.embedder = e
			return reply, nil
		}
		m, reply, err := load(r)
		if err != nil {
			return nil, err
		}
		s.model = m
		return reply, nil
	case wire.Walk:
		var r wire.WalkRequest
		if err := f.Decode(&r); err != nil {
			return nil, bad(err)
		}
		if err := r.Lattice.Check(); err != nil {
			return nil, bad(err)
		}
		ctx, cancel := limit(ctx, r.TimeoutMS)
		defer cancel()
		return s.model.walk(ctx, r, func(p wire.WalkProgress) { s.send(wire.Progress, f.Request, p) })
	case wire.Generate:
		var r wire.GenerateRequest
		if err := f.Decode(&r); err != nil {
			return nil, bad(err)
		}
		ctx, cancel := limit(ctx, r.TimeoutMS)
		defer cancel()
		return s.model.generate(ctx, r, func(text string) { s.send(wire.Progress, f.Request, wire.GenerateProgress{Text: text}) })
	case wire.Chat:
		var r wire.ChatRequest
		if err := f.Decode(&r); err != nil {
			return nil, bad(err)
		}
		ctx, cancel := limit(ctx, r.TimeoutMS)
		defer cancel()
		return s.model.chat(ctx, r, func(text string) { s.send(wire.Progress, f.Request, wire.GenerateProgress{Text: text}) })
	case wire.Embed:
		var r wire.EmbedRequest
		if err := f.Decode(&r); err != nil {
			return nil, bad(err)
		}
		ctx, cancel := limit(ctx, r.TimeoutMS)
		defer cancel()
		return s.embedder.embed(ctx, r)
	case wire.Score:
		var r wire.ScoreRequest
		if err := f.Decode(&r); err != nil {
			return nil, bad(err)
		}
		return s.model.score(ctx, r)
	case wire.Stats:
		return wire.StatsReply{Requests: s.requests, CPUMS: cpuMS(), Loaded: s.model != nil || s.embedder != nil}, nil
	case wire.Unload:
		return nil, nil
	default:
		return nil, wire.Failure{Reason: wire.BadInput, Message: f.Kind.String() + " is not a request"}
	}
}

// limit puts the request's own deadline on ctx.
func limit(ctx context.Context, ms int64) (context.Context, context.CancelFunc) {
	if ms <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Duration(ms)*time.Millisecond)
}

func (s *server) fail(request uint32, f wire.Failure) { s.send(wire.Failed, request, f) }

// send ignores write errors: the hub's end of the pipe is gone then, and
// the end of standard input follows.
func (s *server) send(kind wire.Kind, request uint32, payload any) {
	s.outMu.Lock()
	defer s.outMu.Unlock()
	_ = wire.Write(s.out, kind, request, payload)
}
