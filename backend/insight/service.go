package insight

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// Service writes briefings. Its methods may be called from many goroutines.
type Service struct {
	db       store.DB
	vehicles *vehicle.Hub
	models   Models // nil: rules only
	own      func() llm.State
	now      func() time.Time
	ids      *store.IDs
	log      *slog.Logger
	unit     func(context.Context, vehicle.Caller) string
	claims   func(*vin.Result, *vehicle.Claimed) map[claim.Field]claim.Severity
	near     func(context.Context, store.Scope, meaning.Request) ([]meaning.Match, error)

	checking chan struct{} // holds a value while a model is being checked
}

// Options change what New does; the zero value works.
type Options struct {
	Models Models // nil: every briefing is worded by rules
	Now    func() time.Time
	IDs    *store.IDs
	Log    *slog.Logger
	// Own is the state of the model that comes with the hub, for a person to
	// read while no model at all can be asked; may be nil.
	Own func() llm.State
	// Unit is the unit that a caller wants distances in, "km" or "mi"; nil or
	// "" is the one that the vehicle's own odometer speaks.
	Unit func(context.Context, vehicle.Caller) string
	// Claims says how each of the claims stands beside the VIN, as
	// [Facts].Claims has it; nil compares simple words.
	Claims func(*vin.Result, *vehicle.Claimed) map[claim.Field]claim.Severity
	// Near finds texts of vehicles that mean alike; nil is no model for it.
	Near func(context.Context, store.Scope, meaning.Request) ([]meaning.Match, error)
}

// New returns a service over an open store whose schemas include Schemas.
func New(db store.DB, vehicles *vehicle.Hub, o Options) *Service {
	s := &Service{db: db, vehicles: vehicles, models: o.Models, own: o.Own, now: o.Now, ids: o.IDs, log: o.Log, unit: o.Unit, claims: o.Claims, near: o.Near, checking: make(chan struct{}, 1)}
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
	away    bool // models away may be asked
}

// MayLeave lets models away from this computer be asked as well. Without it
// none is: a person reads first what Outgoing says that they are sent.
func (d *Draft) MayLeave() {
	d.away = true
	d.Final = d.service.models == nil || d.Briefing.Way == Written
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
	d := &Draft{Briefing: b, service: s, caller: c, plan: p, Final: s.models == nil}
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
	d.saved = &Saved{ID: s.ids.New(), VehicleID: id, Fingerprint: print, Label: b.Label(), Briefing: b, Created: store.Moment(s.now()), Bare: f.Bare, Placed: f.History.Vehicle.Placed}
	if d.rev, err = s.save(ctx, c, d.saved); err != nil {
		return nil, fmt.Errorf("save briefing: %w", err)
	}
	return d, nil
}

// VIN writes the briefing of a VIN that need not be saved: findings of its
// decode alone. Nothing is saved.
func (s *Service) VIN(ctx context.Context, c vehicle.Caller, input string, yearHint int) (*Draft, error) {
	if strings.TrimSpace(input) == "" {
		return nil, fault.InvalidField("/vin", "is empty", "give the VIN, or the part of it that is known with * for the rest")
	}
	r := s.vehicles.Decode(input, yearHint)
	f := Facts{VIN: r.VIN, Decode: DecodeOf(&r, yearHint), Now: s.now(), Unit: "km"}
	b, p, err := s.rules(&f, "")
	if err != nil {
		return nil, err
	}
	return &Draft{Briefing: b, service: s, caller: c, plan: p, Final: s.models == nil}, nil
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
		d, err = s.VIN(ctx, c, ref, yearHint)
	}
	if err != nil {
		return Briefing{}, err
	}
	b, err := d.Word(ctx, Shown{})
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
