package insight

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Models gives jobs to models that have earned them. *route.Router is one.
type Models interface {
	// Do gives a job to the first engine in its order that can take it. With
	// nobody there it is Unavailable.
	Do(ctx context.Context, s store.Scope, c llm.Capability, ask func(context.Context, *route.Engine) error) error
	// For lists the engines that a job goes to, in order.
	For(ctx context.Context, s store.Scope, c llm.Capability) ([]route.Engine, error)
	// Engines lists every engine, whatever it has earned.
	Engines(ctx context.Context, s store.Scope) ([]route.Engine, error)
	// Verdict is what an engine's check came to; false where it was not made.
	Verdict(ctx context.Context, e *route.Engine, c llm.Capability) (route.Verdict, bool, error)
	// Bench makes an engine's checks and saves the verdicts.
	Bench(ctx context.Context, e *route.Engine, jobs []llm.Capability, progress func(c llm.Capability, done, total int)) ([]route.Verdict, error)
}

// Shown are told what a reader may see while a model is at work. Each may be
// nil.
type Shown struct {
	Sentence func(Sentence) // the next sentence, checked
	Again    func()         // what was shown so far is taken back: the text as a whole did not hold
}

func (s Shown) sentence(x Sentence) {
	if s.Sentence != nil {
		s.Sentence(x)
	}
}

func (s Shown) again() {
	if s.Again != nil {
		s.Again()
	}
}

// Word has a model put the findings into words, the best way first: one that
// has earned to write, else one that has earned to choose between phrasings.
// It tells shown of each sentence once it is checked, saves the result and
// returns it. With an error the briefing is the plain one, which stays good:
// the error is for the log and for a line under the text.
func (d *Draft) Word(ctx context.Context, shown Shown) (Briefing, error) {
	if d.Final {
		return d.Briefing, nil
	}
	s := d.service
	start := time.Now()
	b := d.Briefing
	err := s.models.Do(ctx, d.caller.Scope, llm.Write, func(ctx context.Context, e *route.Engine) error {
		if e.Away && !d.away {
			return notAsked(e)
		}
		a, err := newWriter(d.plan.findings, d.seed()).write(ctx, e.Chatter, shown.sentence, shown.again)
		if err != nil {
			return err
		}
		b.Sentences, b.Way = a.text, Written
		b.by(e)
		return nil
	})
	if err != nil && ctx.Err() == nil {
		s.log.Debug("no model writes the briefing", "err", err)
		err = d.choose(ctx, &b, shown)
	}
	if err != nil {
		return d.Briefing, err
	}
	b.Dropped = leftOut(&b)
	b.MS.Model = ceilMS(time.Since(start))
	d.Briefing = b
	if d.saved != nil {
		d.saved.Briefing, d.saved.Label = b, b.Label()
		if err := s.reword(ctx, d.caller, d.saved, d.rev); err != nil {
			return b, fmt.Errorf("save briefing: %w", err)
		}
	}
	return b, nil
}

// notAsked passes a model over that is away: nobody has said that the text may
// leave.
func notAsked(e *route.Engine) error {
	return fault.New(fault.Denied, "%s is away, and nobody has let it be asked", e.Title).WithRemedy("open the vehicle's insights, and read there what it would be sent")
}

// by notes whose words they are.
func (b *Briefing) by(e *route.Engine) {
	title := e.Title
	b.Model, b.Where = &title, ""
	if e.Away {
		b.Where = e.Where
	}
}

// leftOut counts the findings that only the last sentence counts.
func leftOut(b *Briefing) int {
	if n := len(b.Sentences); n > 0 && isCount(b.Sentences[n-1].Text) {
		return len(b.Sentences[n-1].Findings)
	}
	return 0
}

func (d *Draft) seed() uint64 {
	return seed(d.Briefing.Subject+d.Briefing.VIN, d.plan.findings, d.service.now())
}

// choose is way 2: a model walks the lattice.
func (d *Draft) choose(ctx context.Context, b *Briefing, shown Shown) error {
	if err := d.service.Prepare(ctx, d.caller.Scope); err != nil {
		return err
	}
	return d.service.models.Do(ctx, d.caller.Scope, llm.Word, func(ctx context.Context, e *route.Engine) error {
		text, err := d.walk(ctx, e.Worder, shown)
		if err != nil {
			return err
		}
		b.Sentences, b.Way = text, Worded
		b.by(e)
		return nil
	})
}

func (d *Draft) walk(ctx context.Context, w route.Worder, shown Shown) ([]Sentence, error) {
	sent := 0
	bad := error(nil)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reply, err := w.Word(ctx, d.plan.request(d.seed()), func(ch llm.Chunk) {
		for _, x := range d.plan.soFar(ch.Path)[sent:] {
			sent++
			if problems := CheckSentence(x, d.plan.findings); len(problems) > 0 {
				bad = fmt.Errorf("a sentence does not hold: %s", strings.Join(problems, "; "))
				cancel()
				return
			}
			shown.sentence(x)
		}
	})
	switch {
	case bad != nil:
		return nil, bad
	case err != nil:
		return nil, err
	case !d.plan.valid(reply.Path):
		return nil, fmt.Errorf("the model left the lattice")
	}
	text := d.plan.sentences(reply.Path)
	if problems := Check(text, d.plan.findings, len(d.plan.dropped)); len(problems) > 0 {
		return nil, fmt.Errorf("the text does not hold: %s", strings.Join(problems, "; "))
	}
	if n := repeats(text); n > repeats(d.Briefing.Sentences)+1 {
		return nil, fmt.Errorf("the model repeats itself %d times", n)
	}
	for _, x := range text[min(sent, len(text)):] {
		shown.sentence(x)
	}
	return text, nil
}

// soFar is sentences for a path that a worker says it has taken: a broken
// one is read up to where it breaks.
func (p *plan) soFar(path []int) []Sentence {
	at := 0
	for n, i := range path {
		if i < 0 || i >= len(p.lattice.Arcs) || p.lattice.Arcs[i].From != at {
			return p.sentences(path[:n])
		}
		at = p.lattice.Arcs[i].To
	}
	return p.sentences(path)
}

// State is the state of the model that would put a briefing into words now,
// with its verdict for that; of the first one here that could, where none has
// earned it. ok is false where there is no model at all.
func (s *Service) State(ctx context.Context, scope store.Scope) (st llm.State, verdict *route.Verdict, ok bool) {
	if s.models == nil {
		return llm.State{}, nil, false
	}
	for _, job := range []llm.Capability{llm.Write, llm.Word} {
		engines, err := s.models.For(ctx, scope, job)
		if err != nil {
			continue
		}
		for _, e := range engines {
			if st := stateOf(&e); st.Usable() {
				v, _, _ := s.models.Verdict(ctx, &e, job) // For has read it
				return st, &v, true
			}
		}
	}
	engines, err := s.models.Engines(ctx, scope)
	if err != nil {
		return llm.State{}, nil, false
	}
	i := slices.IndexFunc(engines, func(e route.Engine) bool { return !e.Away && e.Can(llm.Word) })
	if i < 0 {
		if s.own == nil {
			return llm.State{}, nil, false
		}
		return s.own(), nil, true
	}
	if v, made, err := s.models.Verdict(ctx, &engines[i], llm.Word); err == nil && made {
		verdict = &v
	}
	return stateOf(&engines[i]), verdict, true
}

func stateOf(e *route.Engine) llm.State {
	if e.State == nil {
		return llm.State{Condition: llm.Ready, Model: e.Title}
	}
	st := e.State()
	st.Model = e.Title
	return st
}

// Prepare has the models of this machine checked for wording if they never
// were with these phrases, which takes some 10 s of one core once; the hub
// calls it when a model turns ready. Its error says why briefings stay at
// rules. The check for writing takes minutes: it is made when asked for.
func (s *Service) Prepare(ctx context.Context, scope store.Scope) error {
	if s.models == nil {
		return fault.New(fault.Unavailable, "there is no local model")
	}
	select {
	case s.checking <- struct{}{}:
		defer func() { <-s.checking }()
	case <-ctx.Done():
		return ctx.Err()
	}
	engines, err := s.models.Engines(ctx, scope)
	if err != nil {
		return err
	}
	err = fault.New(fault.Unavailable, "there is no local model that could choose words")
	if s.own != nil && !s.own().Usable() {
		err = notReady(s.own())
	}
	for _, e := range engines {
		if e.Away || !e.Can(llm.Word) {
			continue
		}
		if e := s.prepare(ctx, &e); e != nil {
			err = e
			continue
		}
		return nil
	}
	return err
}

func (s *Service) prepare(ctx context.Context, e *route.Engine) error {
	if st := stateOf(e); !st.Usable() {
		return notReady(st)
	}
	v, made, err := s.models.Verdict(ctx, e, llm.Word)
	if err != nil {
		return err
	}
	if !made {
		vs, err := s.models.Bench(ctx, e, []llm.Capability{llm.Word}, nil)
		if err != nil {
			return fmt.Errorf("check the model: %w", err)
		}
		if len(vs) == 0 {
			return errors.New("there is no check for wording")
		}
		v = vs[0]
	}
	if !v.Report.Earned {
		return fault.New(fault.Unavailable, "the local model is not let near the wording: %s", v.Report.Reason)
	}
	return nil
}

func notReady(st llm.State) error {
	f := fault.New(fault.Unavailable, "the local model is not ready (%s)", st.Condition)
	f.Remedy = st.Reason
	return f
}
