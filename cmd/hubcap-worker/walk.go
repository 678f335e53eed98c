//go:build worker

package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// A thread is one way that the text so far can be read as a path: the same
// words may be the beginning of several arcs.
type thread struct {
	path []int  // arcs; the last one is being read
	at   int    // tokens of the last arc already read
	used uint64 // bits of all arcs in path
}

// maxThreads bounds a lattice that is ambiguous beyond reason.
const maxThreads = 2048

// walker reads a lattice as a trie of tokens, expanded as it goes. Each
// step offers the tokens that some thread can read next. A step with one
// token is forced and costs no reading of logits: forced tokens collect and
// go to the engine in one batch at the next real choice.
type walker struct {
	lat    wire.Lattice
	out    [][]int // state: arcs that leave
	tokens [][]int // arc: its tokens
	open   []thread
	ended  *thread // a thread that has read its path to an end
}

func (m *model) newWalker(lat wire.Lattice) (*walker, error) {
	w := &walker{lat: lat, out: make([][]int, lat.States), tokens: make([][]int, len(lat.Arcs))}
	cache := map[string][]int{}
	for i, a := range lat.Arcs {
		w.out[a.From] = append(w.out[a.From], i)
		if a.Text == "" {
			continue
		}
		ids, ok := cache[a.Text]
		if !ok {
			var err error
			if ids, err = m.m.Tokenize(a.Text, false, false); err != nil {
				return nil, fmt.Errorf("tokenize arc %d: %w", i, err)
			}
			cache[a.Text] = ids
		}
		w.tokens[i] = ids
	}
	if err := w.leave(thread{}, 0); err != nil {
		return nil, err
	}
	return w, nil
}

// leave puts a thread on each arc that it may take from state, passing
// through arcs without text.
func (w *walker) leave(t thread, state int) error {
	if len(w.out[state]) == 0 {
		if w.ended == nil {
			w.ended = &thread{path: t.path}
		}
		return nil
	}
	for _, i := range w.out[state] {
		a := w.lat.Arcs[i]
		if a.Uses&t.used != 0 {
			continue
		}
		n := thread{path: append(t.path[:len(t.path):len(t.path)], i), used: t.used | a.Uses}
		if len(w.tokens[i]) == 0 {
			if err := w.leave(n, a.To); err != nil {
				return err
			}
			continue
		}
		if len(w.open) >= maxThreads {
			return wire.Failure{Reason: wire.BadInput, Message: "the lattice is too ambiguous"}
		}
		w.open = append(w.open, n)
	}
	return nil
}

// next returns the tokens that may follow, each once, in lattice order.
func (w *walker) next() []int {
	var out []int
	seen := map[int]bool{}
	for _, t := range w.open {
		tok := w.tokens[t.path[len(t.path)-1]][t.at]
		if !seen[tok] {
			seen[tok] = true
			out = append(out, tok)
		}
	}
	return out
}

// take reads one token on every thread that can and drops the others.
func (w *walker) take(token int) error {
	before := w.open
	w.open, w.ended = nil, nil
	for _, t := range before {
		last := t.path[len(t.path)-1]
		if w.tokens[last][t.at] != token {
			continue
		}
		t.at++
		if t.at < len(w.tokens[last]) {
			w.open = append(w.open, t)
			continue
		}
		if err := w.leave(t, w.lat.Arcs[last].To); err != nil {
			return err
		}
	}
	return nil
}

// sure is the part of the path on which all threads agree.
func (w *walker) sure() []int {
	var paths [][]int
	for _, t := range w.open {
		paths = append(paths, t.path)
	}
	if w.ended != nil {
		paths = append(paths, w.ended.path)
	}
	if len(paths) == 0 {
		return nil
	}
	n := len(paths[0])
	for _, p := range paths[1:] {
		n = min(n, len(p))
		for i := range n {
			if p[i] != paths[0][i] {
				n = i
				break
			}
		}
	}
	return paths[0][:n]
}

// walk lets the model choose a path. Only the logits of the tokens that the
// lattice allows are looked at.
func (m *model) walk(ctx context.Context, r wire.WalkRequest, report func(wire.WalkProgress)) (wire.WalkReply, error) {
	start, cpu := time.Now(), cpuMS()
	w, err := m.newWalker(r.Lattice)
	if err != nil {
		return wire.WalkReply{}, err
	}
	logits, promptTokens, err := m.begin(ctx, r.Prompt)
	if err != nil {
		return wire.WalkReply{}, err
	}
	u := wire.Usage{PromptTokens: promptTokens, PromptMS: time.Since(start).Milliseconds()}
	rng := rand.New(rand.NewPCG(r.Seed, 0x9e3779b97f4a7c15))
	var pending []int
	told := 0
	for {
		if ctx.Err() != nil {
			return wire.WalkReply{}, timedOut(ctx)
		}
		options := w.next()
		if len(options) == 0 {
			break
		}
		token := options[0]
		if len(options) > 1 {
			if len(pending) > 0 {
				if logits, err = m.read(ctx, pending); err != nil {
					return wire.WalkReply{}, err
				}
				pending = pending[:0]
			}
			u.Choices++
			token = choose(logits, options, r.Temperature, rng)
		}
		if err := w.take(token); err != nil {
			return wire.WalkReply{}, err
		}
		pending = append(pending, token)
		u.OutputTokens++
		if r.MaxTokens > 0 && u.OutputTokens > r.MaxTokens {
			return wire.WalkReply{}, wire.Failure{Reason: wire.TooLong, Message: "the wording is longer than it may be"}
		}
		if sure := w.sure(); len(sure) > told && breaks(r.Lattice, sure[told:]) {
			told = len(sure)
			report(wire.WalkProgress{Path: sure, MS: time.Since(start).Milliseconds()})
		}
	}
	if w.ended == nil {
		return wire.WalkReply{}, wire.Failure{Reason: wire.BadInput, Message: "the lattice led to no end"}
	}
	u.OutputMS = time.Since(start).Milliseconds() - u.PromptMS
	u.CPUMS = cpuMS() - cpu
	return wire.WalkReply{Path: w.ended.path, Usage: u}, nil
}

func breaks(l wire.Lattice, arcs []int) bool {
	for _, i := range arcs {
		if l.Arcs[i].Break {
			return true
		}
	}
	return false
}

// choose draws one of the options by their share of the likelihood among
// themselves; temperature 0 takes the likeliest.
func choose(logits []float32, options []int, temperature float32, rng *rand.Rand) int {
	best := options[0]
	for _, o := range options {
		if logits[o] > logits[best] {
			best = o
		}
	}
	if temperature <= 0 {
		return best
	}
	weights := make([]float64, len(options))
	var sum float64
	for i, o := range options {
		weights[i] = math.Exp(float64(logits[o]-logits[best]) / float64(temperature))
		sum += weights[i]
	}
	x := rng.Float64() * sum
	for i, o := range options {
		if x -= weights[i]; x <= 0 {
			return o
		}
	}
	return best
}
