package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/checklist"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Bounds of what is held for those who look.
const (
	idle       = 15 * time.Minute
	mostSights = 4
)

// Look shows rows of an intake as the check sees them. The first look begins
// the check and returns with its first rows; whole waits for its end.
func (s *Service) Look(ctx context.Context, c vehicle.Caller, id string, l Look, whole bool) (View, error) {
	v, _, err := s.watch(ctx, c, id, &l, whole)
	return v, err
}

// looksAgain is how often a look begins anew after its check was let go of: by
// a change of the list, or to make room for others.
const looksAgain = 20

func (s *Service) watch(ctx context.Context, c vehicle.Caller, id string, l *Look, whole bool) (View, *sight, error) {
	for n := 0; ; n++ {
		x, err := s.sight(ctx, c, id)
		if err == nil {
			err = s.catchUp(ctx, x)
		}
		if err != nil {
			return View{}, nil, err
		}
		v, err := x.look(ctx, l, whole)
		if err == nil || !errors.Is(err, errLetGo) || s.checks.Err() != nil || ctx.Err() != nil {
			return v, x, err
		}
		if n == looksAgain {
			return View{}, nil, fault.Wrap(fault.Unavailable, err, "the list changes faster than it is checked").WithRemedy("try again in a moment")
		}
	}
}

// errLetGo is why a check ended whose sight was closed.
var errLetGo = errors.New("the look was let go of")

// Row shows one row with its cells as they stand in the file.
func (s *Service) Row(ctx context.Context, c vehicle.Caller, id string, ref Ref) (Row, []string, error) {
	_, x, err := s.watch(ctx, c, id, &Look{}, true)
	if err != nil {
		return Row{}, nil, err
	}
	r, ok := x.row(ref)
	if !ok {
		return Row{}, nil, noRow(ref)
	}
	return r, r.cells, nil
}

func noRow(ref Ref) error {
	return fault.New(fault.NotFound, "file %d of this list has no row %d", ref.File, ref.Row).WithRemedy("read the list again")
}

// sight is the intake as c sees it, checked or being checked.
func (s *Service) sight(ctx context.Context, c vehicle.Caller, id string) (*sight, error) {
	have, at, aliases, err := s.stamp(ctx, c, id)
	if err != nil {
		return nil, err
	}
	rows := int(have.Intake.rows())
	if rows > MaxRows {
		return nil, fault.New(fault.Limited, "the list has %d rows, and %d can be looked at together", rows, MaxRows).
			WithRemedy("take some of its files off, or import it with `hubcap import`, which shows every row's answer")
	}
	key := fmt.Sprint(id, "\x00", c.Actor.ID, "\x00", c.Scope)
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.found(key, at); x != nil {
		return x, nil
	}
	if err := s.room(ctx); err != nil {
		return nil, err
	}
	if x := s.found(key, at); x != nil { // begun while this one waited for room
		return x, nil
	}
	x := &sight{intake: id, stamp: at, seq: s.o.DB.Head().Seq, counts: newCounts(), total: rows, moved: make(chan struct{}), ended: make(chan struct{}), used: s.o.Now()}
	x.run = s.begin(c, at.engine, have.Intake.Wishes, aliases)
	var ctxCheck context.Context
	ctxCheck, x.cancel = context.WithCancel(s.checks)
	s.sights[key] = x
	s.wait.Go(func() {
		defer close(x.ended)
		defer x.cancel()
		gone, err := s.checkAll(ctxCheck, c, &have.Intake, x)
		if err != nil && ctxCheck.Err() != nil {
			err = fmt.Errorf("%w: %w", errLetGo, err)
		}
		x.end(err, gone)
	})
	return x, nil
}

// found is the sight of a key that is still true; s.mu is held.
func (s *Service) found(key string, at stamp) *sight {
	x := s.sights[key]
	if x == nil {
		return nil
	}
	x.mu.Lock()
	x.used = s.o.Now()
	good := x.stamp == at && x.err == nil
	x.mu.Unlock()
	if !good {
		s.close(key)
		return nil
	}
	return x
}

// room makes place for one more sight, that of the one that was not looked at
// for the longest time. A check that is under way is waited for: where more
// people look than there is room for, each has their turn. s.mu is held, and
// let go of meanwhile.
func (s *Service) room(ctx context.Context) error {
	for len(s.sights) >= mostSights {
		oldest := ""
		var any *sight
		for key, x := range s.sights {
			any = x
			if x.ready() && (oldest == "" || x.used.Before(s.sights[oldest].used)) {
				oldest = key
			}
		}
		if oldest != "" {
			s.close(oldest)
			continue
		}
		s.mu.Unlock()
		select {
		case <-any.ended:
		case <-ctx.Done():
		}
		s.mu.Lock()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// ready reports whether the check has ended.
func (s *sight) ready() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// close lets a sight go; s.mu is held.
func (s *Service) close(key string) {
	s.sights[key].cancel()
	delete(s.sights, key)
}

// drop lets go of the sights that f names.
func (s *Service) drop(f func(*sight) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, x := range s.sights {
		if f(x) {
			s.close(key)
		}
	}
}

// begin readies a check as c sees the hub.
func (s *Service) begin(c vehicle.Caller, e *engine, w checklist.Wishes, a *claim.Aliases) *run {
	return &run{engine: e, terms: &terms{aliases: a, wishes: w, recalls: s.o.Recalls, now: s.o.Now()}, here: s.owned(c), seen: map[string]Ref{}}
}

// stamp reads an intake and what else its check rests on.
func (s *Service) stamp(ctx context.Context, c vehicle.Caller, id string) (Saved, stamp, *claim.Aliases, error) {
	have, err := s.Get(ctx, c, id)
	if err != nil {
		return Saved{}, stamp{}, nil, err
	}
	e, err := s.examiner()
	if err != nil {
		return Saved{}, stamp{}, nil, err
	}
	list, err := s.Aliases(ctx, c)
	if err != nil {
		return Saved{}, stamp{}, nil, err
	}
	at := stamp{rev: have.Rev, engine: e, aliases: aliasStamp(list)}
	if have.Intake.Against != "" {
		if past, err := s.Get(ctx, c, have.Intake.Against); err == nil {
			at.against = past.Rev
		} else if !fault.Is(err, fault.NotFound) {
			return Saved{}, stamp{}, nil, err
		}
	}
	return have, at, readings(list), nil
}

// checkAll checks all files of an intake into x.
func (s *Service) checkAll(ctx context.Context, c vehicle.Caller, i *Intake, x *sight) ([]Gone, error) {
	var err error
	if x.run.past, err = s.past(ctx, c, i.Against); err != nil {
		return nil, err
	}
	err = s.sources(ctx, c, i, func(src *source) error {
		return x.run.each(ctx, src, x.piece)
	})
	if err != nil {
		return nil, err
	}
	return gone(x.run.past, x.run.seen), nil
}

// sources opens the files of an intake one after another, with their edits.
func (s *Service) sources(ctx context.Context, c vehicle.Caller, i *Intake, f func(*source) error) error {
	edits, err := s.edits(ctx, c, i.ID)
	if err != nil {
		return err
	}
	for n := range i.Files {
		file := &i.Files[n]
		rows, closer, err := s.open(ctx, file)
		if err != nil {
			return err
		}
		err = f(&source{file: file.N, rows: rows, mapping: &file.Mapping, edits: edits[file.N]})
		if err = errors.Join(err, closer.Close()); err != nil {
			return err
		}
	}
	return nil
}

// past reads what the intake compared with offered; nil where there is none.
func (s *Service) past(ctx context.Context, c vehicle.Caller, id string) (map[string]priced, error) {
	if id == "" {
		return nil, nil
	}
	have, err := s.Get(ctx, c, id)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := map[string]priced{}
	err = s.sources(ctx, c, &have.Intake, func(src *source) error {
		for n := 1; ; n++ {
			cells, err := src.rows.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			r := Row{File: src.file, N: n, cells: cells}
			r.read(src.mapping, src.edits[n])
			if _, there := out[r.lot.VIN]; !there && len(r.lot.VIN) == 17 {
				out[strings.Clone(r.lot.VIN)] = priced{ref: r.Ref(), lot: r.lot.Lot, title: claimedTitle(r.lot.Claimed), asking: r.lot.Asking}
			}
		}
	})
	return out, err
}

// owned asks the hub, as c sees it, which VINs it has.
func (s *Service) owned(c vehicle.Caller) func(context.Context, []string) (map[string]owned, error) {
	return func(ctx context.Context, vins []string) (map[string]owned, error) {
		out := map[string]owned{}
		err := s.o.DB.View(ctx, c.Scope, func(r store.Reader) error {
			clear(out)
			for _, v := range vins {
				p, err := vehicle.Vehicles.Query(r, store.Query{Index: "vin", Prefix: store.Values(store.String(v)), Limit: 10})
				if err != nil {
					return err
				}
				if len(p.Items) == 0 {
					continue
				}
				var o owned
				for _, d := range p.Items {
					if d.Value.Stage == vehicle.Sold {
						o.sold = append(o.sold, d.Key)
					} else {
						o.here = append(o.here, d.Key)
					}
				}
				out[v] = o
			}
			return nil
		})
		return out, err
	}
}
