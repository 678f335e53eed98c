package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Follower keeps something of its own (an index, a rollup, a backup) in step
// with the change log. It saves how far it has come together with what it
// made, so that a crash between the two is healed by reading on from there:
// it may be given changes that it has applied already.
type Follower interface {
	// Name is stable: it holds the follower's place in the log.
	Name() string

	// MaxLag is how many changes it may fall behind before the log forgets it
	// and it must rebuild; 0 is never.
	MaxLag() uint64

	// Position is what was saved by the last Apply or Rebuild; the zero
	// Position asks for a rebuild.
	Position(ctx context.Context) (Position, error)

	// Apply takes whole transactions and saves at, which is their last.
	Apply(ctx context.Context, changes []Change, at Position) error

	// Rebuild starts again from the store as it is now, and saves and returns
	// a position at or before everything it read.
	Rebuild(ctx context.Context, db DB) (Position, error)
}

// FollowOptions of a Follow; the zero FollowOptions works.
type FollowOptions struct {
	Log    *slog.Logger  // nil: silent
	Batch  int           // changes read at once; 0 is 500
	Linger time.Duration // pause after a quiet time, for more changes to share one Apply; 0 is none
	Pace   time.Duration // least time from one Apply to the next while changes keep coming; a full Batch does not wait; 0 is none
	Every  time.Duration // least time between two acknowledgements; 0 is 5 s
	Retry  time.Duration // longest pause after a failure; 0 is 30 s
}

// Follow feeds a follower until ctx ends or the store closes, and returns
// nil then. Failures of the follower are logged and tried again, with growing
// pauses; the log keeps its place meanwhile.
func Follow(ctx context.Context, db DB, f Follower, o FollowOptions) error {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Batch == 0 {
		o.Batch = 500
	}
	if o.Every == 0 {
		o.Every = 5 * time.Second
	}
	if o.Retry == 0 {
		o.Retry = 30 * time.Second
	}
	l := &loop{db: db, f: f, o: o}
	pause := 50 * time.Millisecond
	for {
		err := l.run(ctx)
		if ctx.Err() != nil || db.Wait(canceled(), 1<<63) != context.Canceled {
			l.acknowledge(context.WithoutCancel(ctx), true)
			return nil
		}
		if l.applied {
			pause = 50 * time.Millisecond
		}
		l.applied = false
		o.Log.Error("follower stopped, trying again", "follower", f.Name(), "seq", l.at.Seq, "pause_ms", pause.Milliseconds(), "err", err)
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			wait.Stop()
		case <-wait.C:
		}
		pause = min(2*pause, o.Retry)
	}
}

// canceled is a context that is over: Wait under it only says whether the
// store is open.
func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

type loop struct {
	db      DB
	f       Follower
	o       FollowOptions
	at      Position
	acked   time.Time
	ackedAt Position
	applied bool // something worked since the last failure
}

// run follows until something fails.
func (l *loop) run(ctx context.Context) error {
	at, err := l.f.Position(ctx)
	if err != nil {
		return fmt.Errorf("read position: %w", err)
	}
	l.at = at
	for {
		head := l.db.Head()
		if l.at.Epoch == head.Epoch && l.at.Seq > head.Seq {
			// This follower is a witness that committed changes are gone.
			if err := l.db.Acknowledge(ctx, l.f.Name(), l.at, l.f.MaxLag()); err != nil {
				return err
			}
		}
		if l.lost(head) {
			if err := l.rebuild(ctx); err != nil {
				return err
			}
			continue
		}
		changes, err := l.db.Changes(ctx, l.at.Seq, l.o.Batch)
		switch {
		case errors.Is(err, ErrTrimmed):
			if err := l.rebuild(ctx); err != nil {
				return err
			}
			continue
		case err != nil:
			return fmt.Errorf("read log: %w", err)
		case len(changes) == 0:
			l.acknowledge(ctx, false)
			if err := l.wait(ctx); err != nil {
				return err
			}
			l.pause(ctx, l.o.Linger)
			continue
		}
		next := Position{Epoch: head.Epoch, Seq: changes[len(changes)-1].Seq}
		began := time.Now()
		if err := l.f.Apply(ctx, changes, next); err != nil {
			return fmt.Errorf("apply changes %d to %d: %w", changes[0].Seq, next.Seq, err)
		}
		l.at, l.applied = next, true
		l.acknowledge(ctx, false)
		if len(changes) < l.o.Batch {
			l.pause(ctx, l.o.Pace-time.Since(began))
		}
	}
}

// lost reports whether what the follower holds can't be caught up with: it
// stems from another line of history, or has fallen too far behind.
func (l *loop) lost(head Position) bool {
	return l.at.Epoch != head.Epoch || l.f.MaxLag() > 0 && head.Seq-l.at.Seq > l.f.MaxLag()
}

func (l *loop) rebuild(ctx context.Context) error {
	l.o.Log.Info("follower rebuilds", "follower", l.f.Name(), "seq", l.at.Seq)
	// Hold the log at today's head meanwhile, so that nothing is trimmed
	// between the snapshot and the first change read after it.
	if err := l.db.Acknowledge(ctx, l.f.Name(), l.db.Head(), l.f.MaxLag()); err != nil {
		return fmt.Errorf("hold the log: %w", err)
	}
	at, err := l.f.Rebuild(ctx, l.db)
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	l.at, l.applied = at, true
	l.acknowledge(ctx, true)
	return nil
}

// wait returns at the next commit, or when an acknowledgement is overdue.
func (l *loop) wait(ctx context.Context) error {
	if l.ackedAt == l.at {
		return l.db.Wait(ctx, l.at.Seq)
	}
	soon, cancel := context.WithTimeout(ctx, l.o.Every)
	defer cancel()
	err := l.db.Wait(soon, l.at.Seq)
	if err != nil && soon.Err() != nil && ctx.Err() == nil {
		return nil
	}
	return err
}

func (l *loop) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// acknowledge saves the place in the log, now and then: each one is a
// durable write.
func (l *loop) acknowledge(ctx context.Context, now bool) {
	if l.ackedAt == l.at || !now && time.Since(l.acked) < l.o.Every {
		return
	}
	if err := l.db.Acknowledge(ctx, l.f.Name(), l.at, l.f.MaxLag()); err == nil {
		l.acked, l.ackedAt = time.Now(), l.at
	}
}

// TrimPoint is the sequence up to which a log may be trimmed: what all
// followers have passed, but for those that are cut loose, less the newest
// keep changes.
func TrimPoint(head Position, keep uint64, followers []FollowerState) uint64 {
	upTo := head.Seq - min(max(keep, 1), head.Seq)
	for _, f := range followers {
		if f.At.Epoch != head.Epoch {
			continue // it must rebuild anyway
		}
		if f.MaxLag > 0 && head.Seq-min(f.At.Seq, head.Seq) > f.MaxLag {
			continue
		}
		upTo = min(upTo, f.At.Seq)
	}
	return upTo
}
