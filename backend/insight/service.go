package insight

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Service writes briefings. Its methods may be called from many goroutines.
type Service struct {
	db       store.DB
	vehicles *vehicle.Hub
	model    Model // nil: rules only
	now      func() time.Time
	ids      *store.IDs
	log      *slog.Logger
	unit     func(context.Context, vehicle.Caller) string

	checking chan struct{} // holds a value while the model is being checked
	mu       sync.Mutex
	verdict  *Report // of model; nil until its check has run
}

// Options change what New does; the zero value works.
type Options struct {
	Model Model // nil: every briefing is worded by rules
	Now   func() time.Time
	IDs   *store.IDs
	Log   *slog.Logger
	// Unit is the unit that a caller wants distances in, "km" or "mi"; nil or
	// "" is the one that the vehicle's own odometer speaks.
	Unit func(context.Context, vehicle.Caller) string
}

// New returns a service over an open store whose schemas include Schemas.
func New(db store.DB, vehicles *vehicle.Hub, o Options) *Service {
	s := &Service{db: db, vehicles: vehicles, model: o.Model, now: o.Now, ids: o.IDs, log: o.Log, unit: o.Unit, checking: make(chan struct{}, 1)}
	if s.now == nil {
		s.now = time.Now
	}
	if s.ids == nil {
		s.ids = &store.IDs{Now: s.now}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

// Draft is a briefing in plain wording, ready to be shown, that a model may
// word again.
type Draft struct {
	Briefing Briefing
	// Final: a model has worded these findings before, or none ever will.
	Final bool

	service *Service
	caller  vehicle.Caller
	plan    plan
	saved   *Saved // nil for a VIN that is not saved
	rev     int64
}

// Vehicle writes the briefing of a saved vehicle by rules and saves it. The
// same findings are saved once; if a model has worded them already, that
// wording is returned.
func (s *Service) Vehicle(ctx context.Context, c vehicle.Caller, id string) (*Draft, error) {
	start := time.Now()
	f, err := s.gather(ctx, c, id)
	if err != nil {
		return nil, err
	}
	b, p, err := s.rules(&f, id)
	if err != nil {
		return nil, err
	}
	b.MS.Rules = ceilMS(time.Since(start))
	d := &Draft{Briefing: b, service: s, caller: c, plan: p, Final: s.model == nil}
	print := fingerprint(&b)
	old, ok, err := s.last(ctx, c, id)
	if err != nil {
		return nil, err
	}
	if ok && old.Value.Fingerprint == print {
		d.saved, d.rev, d.Briefing = &old.Value, old.Rev, old.Value.Briefing
		d.Final = d.Final || d.Briefing.Way != Rules
		return d, nil
	}
	d.saved = &Saved{ID: s.ids.New(), VehicleID: id, Fingerprint: print, Label: b.Label(), Briefing: b, Created: store.Moment(s.now()), Placed: f.History.Vehicle.Placed}
	if d.rev, err = s.save(ctx, c, d.saved); err != nil {
		return nil, fmt.Errorf("save briefing: %w", err)
	}
	return d, nil
}

// VIN writes the briefing of a VIN that need not be saved: findings of its
// decode alone. Nothing is saved.
func (s *Service) VIN(ctx context.Context, input string, yearHint int) (*Draft, error) {
	if strings.TrimSpace(input) == "" {
		return nil, fault.InvalidField("/vin", "is empty", "give the VIN, or the part of it that is known with * for the rest")
	}
	r := s.vehicles.Decode(input, yearHint)
	f := Facts{VIN: r.VIN, Decode: DecodeOf(&r, yearHint), Now: s.now(), Unit: "km"}
	b, p, err := s.rules(&f, "")
	if err != nil {
		return nil, err
	}
	return &Draft{Briefing: b, service: s, plan: p, Final: s.model == nil}, nil
}

// Find returns the id of the saved vehicle that a person means by its id or
// its VIN, "" if there is none.
func (s *Service) Find(ctx context.Context, c vehicle.Caller, ref string) (string, error) {
	doc, err := s.vehicles.Get(ctx, c, ref)
	if err == nil {
		return doc.Key, nil
	}
	if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Invalid) {
		return "", err
	}
	p, err := s.vehicles.WithVIN(ctx, c, ref)
	if err != nil || len(p.Items) == 0 {
		return "", err
	}
	return p.Items[0].Key, nil
}

// Brief is Vehicle or VIN, whichever ref is, with the model's wording if it
// arrives before ctx ends.
func (s *Service) Brief(ctx context.Context, c vehicle.Caller, ref string, yearHint int) (Briefing, error) {
	id, err := s.Find(ctx, c, ref)
	if err != nil {
		return Briefing{}, err
	}
	var d *Draft
	if id != "" {
		d, err = s.Vehicle(ctx, c, id)
	} else {
		d, err = s.VIN(ctx, ref, yearHint)
	}
	if err != nil {
		return Briefing{}, err
	}
	b, err := d.Word(ctx, nil)
	if err != nil {
		s.log.Debug("briefing stays at rules", "err", err)
	}
	return b, nil
}

// rules makes the plain wording. A text that does not hold against its own
// findings is a bug in the phrases; it is not shown.
func (s *Service) rules(f *Facts, subject string) (Briefing, plan, error) {
	b, p, problems := byRules(f, subject)
	if len(problems) > 0 {
		return b, p, fmt.Errorf("briefing does not hold against its findings: %s", strings.Join(problems, "; "))
	}
	return b, p, nil
}

// Word asks the model to choose the words, calls each with every sentence
// once it is checked, saves the result and returns it. With an error the
// briefing is the plain one, which stays good: the error is for the log and
// for a line under the text.
func (d *Draft) Word(ctx context.Context, each func(Sentence)) (Briefing, error) {
	if d.Final {
		return d.Briefing, nil
	}
	s := d.service
	if err := s.Prepare(ctx); err != nil {
		return d.Briefing, err
	}
	start := time.Now()
	sent := 0
	bad := error(nil)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reply, err := s.model.Word(ctx, d.plan.request(seed(d.Briefing.Subject+d.Briefing.VIN, d.plan.findings, s.now())), func(ch llm.Chunk) {
		for _, x := range d.plan.soFar(ch.Path)[sent:] {
			sent++
			if problems := CheckSentence(x, d.plan.findings); len(problems) > 0 {
				bad = fmt.Errorf("a sentence does not hold: %s", strings.Join(problems, "; "))
				cancel()
				return
			}
			if each != nil {
				each(x)
			}
		}
	})
	switch {
	case bad != nil:
		return d.Briefing, bad
	case err != nil:
		return d.Briefing, err
	case !d.plan.valid(reply.Path):
		return d.Briefing, fmt.Errorf("the model left the lattice")
	}
	b := d.Briefing
	b.Sentences = d.plan.sentences(reply.Path)
	if problems := Check(b.Sentences, d.plan.findings, len(d.plan.dropped)); len(problems) > 0 {
		return d.Briefing, fmt.Errorf("the text does not hold: %s", strings.Join(problems, "; "))
	}
	if n := repeats(b.Sentences); n > repeats(d.Briefing.Sentences)+1 {
		return d.Briefing, fmt.Errorf("the model repeats itself %d times", n)
	}
	for _, x := range b.Sentences[min(sent, len(b.Sentences)):] {
		if each != nil {
			each(x)
		}
	}
	name := s.model.State().Model
	b.Way, b.Model = Worded, &name
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

// State is the model's state for a person, with what its check says. ok is
// false where there is no model at all.
func (s *Service) State() (st llm.State, verdict *Report, ok bool) {
	if s.model == nil {
		return llm.State{}, nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.model.State(), s.verdict, true
}

// Prepare runs the model's built-in check if it has never run for this model
// and these phrases, which takes some 10 s of one core once; the hub calls it
// when the model turns ready. Its error says why briefings stay at rules.
func (s *Service) Prepare(ctx context.Context) error {
	if s.model == nil {
		return fault.New(fault.Unavailable, "there is no local model")
	}
	st := s.model.State()
	if !st.Usable() {
		e := fault.New(fault.Unavailable, "the local model is not ready (%s)", st.Condition)
		e.Remedy = st.Reason
		return e
	}
	select {
	case s.checking <- struct{}{}:
		defer func() { <-s.checking }()
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	v := s.verdict
	s.mu.Unlock()
	if v == nil {
		r, err := s.examined(ctx, st.Model)
		if err != nil {
			return err
		}
		v = &r
		s.mu.Lock()
		s.verdict = v
		s.mu.Unlock()
	}
	if !v.Earned {
		return fault.New(fault.Unavailable, "the local model is not let near the wording: %s", v.Reason)
	}
	return nil
}

func (s *Service) examined(ctx context.Context, model string) (Report, error) {
	key := fmt.Sprintf("%s %016x", model, phraseDigest())
	machine := store.System().In("machine")
	var doc store.Doc[Verdict]
	err := s.db.View(ctx, machine, func(r store.Reader) (err error) {
		doc, err = Verdicts.Get(r, key)
		return err
	})
	if err == nil {
		return doc.Value.Report, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return Report{}, fmt.Errorf("read the model's check: %w", err)
	}
	r, err := Examine(ctx, s.model)
	if err != nil {
		return Report{}, fmt.Errorf("check the model: %w", err)
	}
	s.log.Info("model checked for wording", "model", model, "earned", r.Earned, "reason", r.Reason, "favourite", r.Favourite, "whole_ms", r.WholeMS)
	err = s.db.UpdateLocal(ctx, machine, func(tx store.Tx) error {
		_, err := Verdicts.Put(tx, &Verdict{Key: key, Report: r}, store.AnyRev)
		return err
	})
	if err != nil {
		s.log.Warn("model's check not saved", "err", err)
	}
	return r, nil
}

// fingerprint identifies what a briefing says, whatever its words.
func fingerprint(b *Briefing) string {
	h := fnv.New64a()
	for _, f := range b.Findings {
		fmt.Fprintf(h, "%s|%s|%s|%s|%s|%d|%s|%s|%v\n", f.Kind, f.Metric, f.Value, f.Unit, f.Reference, f.N, f.Direction, f.Severity, f.Dates)
	}
	fmt.Fprint(h, b.Release, phraseDigest())
	return fmt.Sprintf("%016x", h.Sum64())
}

// phraseDigest changes with the phrase table: a model's check and a saved
// wording belong to one table.
func phraseDigest() uint64 {
	h := fnv.New64a()
	for _, k := range sortedKeys(phraseTable) {
		fmt.Fprintln(h, k, phraseTable[k])
	}
	return h.Sum64()
}
