package targets

import (
	"context"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// Status is how a target stands.
type Status struct {
	Target  store.Doc[Target]
	Record  Record
	Phase   backup.Phase // "" where nobody ships in this process
	Head    uint64       // of the store's log
	Shipped uint64
	Pending time.Time // of the oldest change that is not in the bucket; zero without any
	Through time.Time // everything written until then is in the bucket
	Next    time.Time // when the next backup goes up; zero: at once, or when somebody asks
	Ask     []int     // places of the recovery words that are still to be confirmed
	Alerts  []Alert
	Green   bool // a restore was tried and came out right, and nothing severe is wrong
}

// Lag is how old the oldest change is that is not in the bucket.
func (s *Status) Lag(now time.Time) time.Duration {
	if s.Pending.IsZero() {
		return 0
	}
	return max(0, now.Sub(s.Pending))
}

// Status says how every target stands.
func (d *Desk) Status(ctx context.Context, s store.Scope) ([]Status, error) {
	list, err := d.List(ctx, s)
	if err != nil {
		return nil, err
	}
	out := make([]Status, 0, len(list))
	for _, doc := range list {
		st, err := d.status(ctx, doc)
		if err != nil {
			return nil, err
		}
		out = append(out, st)
	}
	return out, nil
}

// StatusOf says how one target stands.
func (d *Desk) StatusOf(ctx context.Context, s store.Scope, id string) (Status, error) {
	doc, err := d.Get(ctx, s, id)
	if err != nil {
		return Status{}, err
	}
	return d.status(ctx, doc)
}

func (d *Desk) status(ctx context.Context, doc store.Doc[Target]) (Status, error) {
	rec, err := d.record(ctx, doc.Key)
	if err != nil {
		return Status{}, err
	}
	t := doc.Value
	head := d.o.Engine.Head()
	st := Status{Target: doc, Record: rec, Head: head.Seq, Through: rec.Through.Time, Shipped: rec.Known.Seq}
	var ship *backup.State
	if r := d.runner(doc.Key); r != nil && r.rev == doc.Rev {
		if ship = r.state(); ship != nil {
			st.Phase = ship.Phase
			update(&st.Record, ship)
			if ship.Phase != backup.Waiting {
				st.Shipped = max(ship.Shipped.Seq, st.Shipped)
				if ship.Through.After(st.Through) {
					st.Through = ship.Through
				}
			}
		}
		st.Next = r.next(d.now())
	}
	if t.SetUp() && t.Epoch == head.Epoch && st.Shipped < head.Seq {
		// The log may be trimmed past it: then nobody knows when.
		if changes, err := d.o.Engine.Changes(ctx, st.Shipped, 1); err == nil && len(changes) > 0 {
			st.Pending = changes[0].Time
		}
	}
	asked, err := d.asked(&t)
	if err != nil {
		asked = nil // the vault's trouble is told elsewhere
	}
	for at := range asked {
		st.Ask = append(st.Ask, at)
	}
	slices.Sort(st.Ask)
	st.Alerts = Alerts(Seen{Target: t, Record: st.Record, Ship: ship, Epoch: head.Epoch, Head: head.Seq, Pending: st.Pending, Now: d.now()})
	st.Green = rec.Test.OK() && !slices.ContainsFunc(st.Alerts, func(a Alert) bool { return a.Severe })
	return st, nil
}

// next is when the target's rhythm ships again.
func (r *runner) next(now time.Time) time.Time {
	switch r.preset() {
	case retain.Nightly:
		return r.night(now).AddDate(0, 0, 1)
	case retain.Quarter:
		if s := r.shipper(); s != nil {
			if at := s.State().ShippedAt; !at.IsZero() {
				return at.Add(r.preset().Every())
			}
		}
	}
	return time.Time{}
}
