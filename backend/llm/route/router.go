package route

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Options change what New does; the zero value has no engine and no check.
type Options struct {
	Local  Source  // packs on this machine
	Checks []Check // one a capability at most
	Now    func() time.Time
	Log    *slog.Logger
}

// Router knows engines, verdicts and orders. It is safe for concurrent use.
type Router struct {
	db        store.DB
	providers *Desk
	o         Options

	benching sync.Mutex // one check at a time: two would measure each other
}

// New returns a router over an open store whose schemas include Schemas.
// providers may be nil.
func New(db store.DB, providers *Desk, o Options) *Router {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Router{db: db, providers: providers, o: o}
}

// Engines lists every model that can be asked, those of this machine first. A
// provider that does not answer costs nothing: its models are what the owner
// picked, not what it lists.
func (r *Router) Engines(ctx context.Context, s store.Scope) ([]Engine, error) {
	var out []Engine
	if r.o.Local != nil {
		local, err := r.o.Local.Engines(ctx)
		if err != nil {
			return nil, fmt.Errorf("list models on this machine: %w", err)
		}
		out = local
	}
	if r.providers != nil {
		away, err := r.providers.engines(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("list models of providers: %w", err)
		}
		out = append(out, away...)
	}
	return out, nil
}

// Engine returns one by its Ref, or by the part of it behind the slash where
// that is unmistakable.
func (r *Router) Engine(ctx context.Context, s store.Scope, ref string) (Engine, error) {
	all, err := r.Engines(ctx, s)
	if err != nil {
		return Engine{}, err
	}
	var found []Engine
	for _, e := range all {
		if e.Ref == ref {
			return e, nil
		}
		if e.Ref == "pack/"+ref || e.Title == ref {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		return Engine{}, fault.New(fault.NotFound, "there is no model %q here", ref).WithRemedy("hubcap model list shows those that there are")
	}
	return found[0], nil
}

// Check returns the check of a capability; false where none is built in, so
// that nobody can earn it yet.
func (r *Router) Check(c llm.Capability) (Check, bool) {
	i := slices.IndexFunc(r.o.Checks, func(k Check) bool { return k.Capability == c })
	if i < 0 {
		return Check{}, false
	}
	return r.o.Checks[i], true
}

// Verdict returns what the engine's check came to; false where it has not
// been made for these bytes and this version.
func (r *Router) Verdict(ctx context.Context, e *Engine, c llm.Capability) (Verdict, bool, error) {
	check, ok := r.Check(c)
	if !ok || !e.Can(c) {
		return Verdict{}, false, nil
	}
	var v Verdict
	err := r.db.View(ctx, machine(), func(rd store.Reader) error {
		d, err := Verdicts.Get(rd, verdictKey(e, check))
		v = d.Value
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return Verdict{}, false, nil
	}
	if err != nil {
		return Verdict{}, false, fmt.Errorf("read verdict: %w", err)
	}
	return v, true, nil
}

// For returns the engines that a job goes to, in order: those that have earned
// it.
func (r *Router) For(ctx context.Context, s store.Scope, c llm.Capability) ([]Engine, error) {
	all, err := r.Engines(ctx, s)
	if err != nil {
		return nil, err
	}
	o, err := r.Order(ctx, s, c)
	if err != nil {
		return nil, fmt.Errorf("read order: %w", err)
	}
	var out []Engine
	for _, e := range o.sorted(all) {
		v, ok, err := r.Verdict(ctx, &e, c)
		if err != nil {
			return nil, err
		}
		if ok && v.Report.Earned {
			out = append(out, e)
		}
	}
	return out, nil
}

// Do gives a job to the first engine that can take it: one that is away from
// its desk, busy or failing is passed over. With nobody left it is
// Unavailable, with the last one's reason.
func (r *Router) Do(ctx context.Context, s store.Scope, c llm.Capability, ask func(context.Context, *Engine) error) error {
	engines, err := r.For(ctx, s, c)
	if err != nil {
		return err
	}
	err = fault.New(fault.Unavailable, "no model has earned the job %q", c).WithRemedy("add a model, and let it show what it can: hubcap model bench")
	for _, e := range engines {
		if e.State != nil && !e.State().Usable() {
			continue
		}
		err = ask(ctx, &e)
		if err == nil || ctx.Err() != nil {
			return err
		}
		r.o.Log.Info("model passed over", "model", e.Title, "job", c, "err", err)
		if k := fault.Of(err); k != fault.Unavailable && k != fault.Limited && k != fault.NotFound && k != fault.Denied {
			return err
		}
	}
	return err
}

// Bench makes the engine's checks for the jobs named, all that it can do with
// none named, and saves the verdicts. A check that could not be made does not
// keep the others from being made.
func (r *Router) Bench(ctx context.Context, e *Engine, jobs []llm.Capability, progress func(c llm.Capability, done, total int)) ([]Verdict, error) {
	r.benching.Lock()
	defer r.benching.Unlock()
	if len(jobs) == 0 {
		jobs = e.Jobs()
	}
	var out []Verdict
	var errs []error
	for _, c := range jobs {
		check, ok := r.Check(c)
		if !ok || !e.Can(c) {
			continue
		}
		start := time.Now()
		report, err := check.Run(ctx, e, func(done, total int) {
			if progress != nil {
				progress(c, done, total)
			}
		})
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("check %s for %s: %w", e.Title, c, err))
			continue
		}
		if report.Figures == nil {
			report.Figures = []Figure{}
		}
		v := Verdict{Key: verdictKey(e, check), Ref: e.Ref, Title: e.Title, Capability: c, Version: check.Version, Report: report, TookMS: time.Since(start).Milliseconds(), At: store.Moment(r.o.Now())}
		err = r.db.UpdateLocal(ctx, machine(), func(tx store.Tx) error {
			_, err := Verdicts.Put(tx, &v, store.AnyRev)
			return err
		})
		if err != nil {
			return out, fmt.Errorf("save verdict: %w", err)
		}
		r.o.Log.Info("model checked", "model", e.Title, "job", c, "earned", report.Earned, "reason", report.Reason)
		out = append(out, v)
	}
	return out, errors.Join(errs...)
}

// machine is where verdicts lie: they are of no organisation.
func machine() store.Scope { return store.System().In("machine") }
