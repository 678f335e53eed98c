package targets

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// runner is the loop of one target, as its settings were at one revision.
type runner struct {
	d   *Desk
	t   Target
	rev int64

	ctx    context.Context // of the loop; made with it
	cancel context.CancelFunc
	ended  atomic.Bool
	work   sync.Mutex // one chore or job at a time

	owesRing atomic.Bool // the vault's ring was changed and is not in the backup yet

	mu   sync.Mutex
	ship *backup.Shipper
	dev  *backup.Device
}

func newRunner(ctx context.Context, d *Desk, doc store.Doc[Target]) *runner {
	ctx, cancel := context.WithCancel(ctx)
	return &runner{d: d, t: doc.Value, rev: doc.Rev, ctx: ctx, cancel: cancel}
}

func (r *runner) stop()      { r.cancel() }
func (r *runner) over() bool { return r.ended.Load() }

func (r *runner) shipper() *backup.Shipper {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ship
}

func (r *runner) state() *backup.State {
	s := r.shipper()
	if s == nil {
		return nil
	}
	st := s.State()
	return &st
}

func (r *runner) preset() retain.Preset { return retain.Preset(r.t.Preset) }

// pauses between tries to reach a target's place.
const (
	firstPause = 2 * time.Second
	mostPause  = time.Minute
)

// run reaches the place, then ships and does the chores until it is stopped.
func (r *runner) run() {
	defer r.ended.Store(true)
	defer r.cancel()
	log := r.d.o.Log.With("target", r.t.ID)
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		err := r.open()
		if err == nil {
			break
		}
		if r.ctx.Err() != nil {
			return
		}
		log.Warn("the place of a backup can't be reached", "err", err)
		r.trouble(err)
		if !r.wait(pause) {
			return
		}
	}
	var both sync.WaitGroup
	both.Go(func() { r.chores() })
	if err := r.shipper().Run(r.ctx); err != nil {
		log.Error("a backup has ended", "err", err)
		r.trouble(err)
	}
	r.cancel()
	both.Wait()
	r.note(context.Background())
}

func (r *runner) wait(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-r.ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

func (r *runner) open() error {
	dev, err := r.d.device(r.ctx, &r.t)
	if err != nil {
		return err
	}
	scratch := r.folder("ship")
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		return err
	}
	host, _ := os.Hostname() // for people
	o := backup.ShipOptions{
		Name: follower(r.t.ID), Holder: fmt.Sprintf("%s %d %s", host, os.Getpid(), r.d.o.IDs.New()), Hold: r.hold,
		Scratch: scratch, LockFor: time.Duration(r.t.LockDays) * 24 * time.Hour, Log: r.d.o.Log,
	}
	switch p := r.preset(); p {
	case retain.Nightly, retain.OnDemand:
		o.OnCall = true
	default:
		o.Linger = p.Every()
	}
	r.mu.Lock()
	r.dev, r.ship = dev, dev.NewShipper(r.d.o.Source(), o)
	r.mu.Unlock()
	return nil
}

// hold is the right to ship: one process of all that share the store has it.
func (r *runner) hold(ctx context.Context) (context.Context, func(), error) {
	if r.d.o.Lease == nil {
		return ctx, func() {}, nil
	}
	h, err := r.d.o.Lease.Hold(ctx, follower(r.t.ID))
	if err != nil {
		return nil, nil, err
	}
	held, end := h.With(ctx)
	return held, func() { end(); h.Release() }, nil
}

func (r *runner) folder(what string) string { return filepath.Join(r.d.scratch(), r.t.ID, what) }

// tick is how often the chores are looked at; a new target's first ones, such
// as its first restore test, follow soon upon its start.
const (
	tick  = 20 * time.Second
	early = time.Second
)

// chores does what is due, as long as this process ships.
func (r *runner) chores() {
	for n := 0; ; n++ {
		pause := tick
		if n < 20 {
			pause = early
		}
		if !r.wait(pause) {
			return
		}
		if r.shipper().State().Phase != backup.Shipping {
			r.note(r.ctx)
			continue
		}
		r.bringRing(r.ctx)
		rec, err := r.d.record(r.ctx, r.t.ID)
		if err == nil {
			err = r.due(&rec)
		}
		if err != nil && r.ctx.Err() == nil {
			r.d.o.Log.Warn("a chore of a backup failed", "target", r.t.ID, "err", err)
		}
		r.note(r.ctx)
	}
}

// due does those chores whose time has come, one after the other.
func (r *runner) due(rec *Record) error {
	now := r.d.now()
	night := r.night(now)
	// What was done in the future was done by a clock that was ahead.
	before := func(d Done, t time.Time) bool {
		return d.Tried.IsZero() || d.Tried.Before(t) || d.Tried.After(now.Add(time.Hour))
	}
	var errs []error
	do := func(fn func(context.Context, backup.Progress) error) {
		if r.ctx.Err() == nil {
			errs = append(errs, fn(r.ctx, nil))
		}
	}
	if h, err := remote.ParseHours(r.t.Hours, time.Local); err == nil && r.t.Hours != "" && !h.Open(now) {
		return nil
	}
	nightly := r.preset() == retain.Nightly
	if before(rec.Compact, now.Add(-time.Hour)) && (r.preset() == retain.Continuous || r.preset() == retain.Quarter) || nightly && before(rec.Compact, night) {
		do(r.compact)
	}
	if r.preset() != retain.OnDemand && before(rec.Checkpoint, night) {
		// The first one of a line is the shipper's own.
		if first := r.shipper().State().Checkpoint; !first.IsZero() && first.After(night) {
			errs = append(errs, r.d.remember(r.ctx, r.t.ID, func(rec *Record) { rec.Checkpoint.did(first, nil) }))
		} else {
			do(r.checkpoint)
		}
	}
	if before(rec.Verify, night) {
		do(func(ctx context.Context, p backup.Progress) error { _, err := r.verify(ctx, false, p); return err })
	}
	// A test sends what is new: on demand, that is for a person to begin.
	asked := r.preset() != retain.OnDemand || rec.Test.Tried.IsZero() || rec.Shipped.After(rec.Test.Tried.Time)
	if asked && before(rec.Test, now.Add(-time.Duration(r.t.days())*24*time.Hour)) && !r.shipper().State().Checkpoint.IsZero() {
		do(func(ctx context.Context, p backup.Progress) error { _, err := r.test(ctx, p); return err })
	}
	if before(rec.Prune, night) {
		do(func(ctx context.Context, p backup.Progress) error { _, err := r.prune(ctx, false, p); return err })
	}
	return errors.Join(errs...)
}

// night is the last time that the clock showed the target's hour. Targets of
// many hubs are spread over ten minutes.
func (r *runner) night(now time.Time) time.Time {
	at, err := time.Parse("15:04", r.t.At)
	if err != nil {
		at, _ = time.Parse("15:04", "03:10")
	}
	h := fnv.New32a()
	h.Write([]byte(r.t.Device))
	now = now.Local()
	night := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), int(h.Sum32()%600), 0, time.Local)
	if night.After(now) {
		night = night.AddDate(0, 0, -1)
	}
	return night
}

// trouble keeps why the target does not work.
func (r *runner) trouble(err error) {
	now := r.d.now()
	kept := r.d.remember(r.ctx, r.t.ID, func(rec *Record) {
		if rec.Trouble == "" {
			rec.Since = store.Moment(now)
		}
		rec.Trouble, rec.Denied = clip(err.Error()), fault.Is(err, fault.Denied)
	})
	if kept != nil {
		r.d.o.Log.Warn("the state of a backup can't be kept", "target", r.t.ID, "err", kept)
	}
}

// note keeps how far the shipper has come, where that is new.
func (r *runner) note(ctx context.Context) {
	s := r.shipper()
	if s == nil {
		return
	}
	st := s.State()
	if st.Phase == backup.Waiting {
		return // who ships keeps it
	}
	rec, err := r.d.record(ctx, r.t.ID)
	if err != nil {
		return
	}
	was := rec
	update(&rec, &st)
	if rec == was {
		return
	}
	if err := r.d.remember(ctx, r.t.ID, func(rec *Record) { update(rec, &st) }); err != nil {
		r.d.o.Log.Warn("the state of a backup can't be kept", "target", r.t.ID, "err", err)
	}
}

func update(rec *Record, st *backup.State) {
	if !st.ShippedAt.IsZero() {
		rec.Shipped = store.Moment(st.ShippedAt)
	}
	// Every few seconds is too often for the disk.
	if st.Through.Sub(rec.Through.Time) > time.Minute || rec.Through.IsZero() && !st.Through.IsZero() {
		rec.Through = store.Moment(st.Through)
	}
	if st.Shipped.Seq > 0 {
		rec.Known.Seq = max(rec.Known.Seq, st.Shipped.Seq)
		if st.Line != rec.Known.Line {
			rec.Known.Seq = st.Shipped.Seq
		}
		rec.Known.Line, rec.Known.Fence = st.Line, st.Fence
	}
	rec.SkewMS = st.Skew.Milliseconds()
	switch {
	case st.Err != nil:
		if rec.Trouble == "" {
			rec.Since = store.Moment(st.Failing)
		}
		rec.Trouble, rec.Denied = clip(st.Err.Error()), fault.Is(st.Err, fault.Denied)
	case st.Phase == backup.Shipping:
		rec.Trouble, rec.Denied, rec.Since = "", false, store.Timestamp{}
	}
}
