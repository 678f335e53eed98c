package backup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

// ShipOptions of a shipper.
type ShipOptions struct {
	// Name is the follower under which the log is kept until the bucket has
	// it: one for each target.
	Name string

	// Linger is how old the oldest change may grow before its segment is
	// closed; 0 is 3 s. OnCall ships only when Flush asks.
	Linger time.Duration
	OnCall bool

	// MaxLag is how many changes may wait in the store's log while the bucket
	// is away; past it the log forgets them, and the shipper begins a new line
	// with a checkpoint. 0 is 1,000,000.
	MaxLag uint64

	// Holder names this run of the hub; it must differ from every other.
	Holder string

	// Hold asks before each attempt whether this process may write (a lease);
	// nil: always. The context that it returns ends when the right does.
	Hold func(ctx context.Context) (context.Context, func(), error)

	// Scratch is the folder for a checkpoint's spool.
	Scratch string

	// LockFor is how long each object is locked from its writing on; 0: not.
	LockFor time.Duration

	Log *slog.Logger // nil: silent
}

const (
	segmentBytes = 1 << 20
	linger       = 3 * time.Second
	fenceEvery   = 30 * time.Second
	ackEvery     = 5 * time.Second
	clockEvery   = time.Hour
	gather       = 200 * time.Millisecond // changes that come close together are read together
	lastWords    = 5 * time.Second        // for what was written just before the end
)

// Shipper follows a store's log into the bucket.
type Shipper struct {
	dev     *Device
	src     Source
	o       ShipOptions
	uploads *uploads
	now     func() time.Time

	flush chan struct{} // somebody waits
	full  sync.Mutex    // one checkpoint at a time

	mu      sync.Mutex
	state   State
	claim   *claim        // nil: not writing
	changed chan struct{} // closed and replaced when state changes
	wanted  uint64        // Flush asks for the log up to here
}

// Phase says what a shipper is doing.
type Phase string

const (
	Starting  Phase = "starting"
	Shipping  Phase = "shipping"
	Away      Phase = "away"     // the bucket can't be reached; tried again
	ShutOut   Phase = "shut_out" // another hub has taken the backup over
	Behind    Phase = "behind"   // the backup holds changes that the store does not have
	Waiting   Phase = "waiting"  // another process of this hub ships
	Stopped   Phase = "stopped"  // its loop has ended
	NotBackup Phase = "unusable" // the repository can't be used as it is
)

// State is how far a shipper has come.
type State struct {
	Phase      Phase
	Line       uint64
	Fence      uint64
	Shipped    store.Position // the bucket has the log up to here
	ShippedAt  time.Time      // when the last segment was written
	Through    time.Time      // everything written until then is in the bucket
	Checkpoint time.Time      // when the newest whole checkpoint of the line was made; zero: none by this run
	Failing    time.Time      // since when; zero: it works
	Err        error          // the last failure, nil while it works
	Objects    int64          // written by this run
	Bytes      int64
	Skew       time.Duration     // the other side's clock less this one
	Missing    map[string]string // files that could not be read here: SHA-256 and why
}

// NewShipper prepares to ship a store's log. Run does it.
func (d *Device) NewShipper(src Source, o ShipOptions) *Shipper {
	if o.Linger == 0 {
		o.Linger = linger
	}
	if o.MaxLag == 0 {
		o.MaxLag = 1_000_000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Hold == nil {
		o.Hold = func(ctx context.Context) (context.Context, func(), error) { return ctx, func() {}, nil }
	}
	s := &Shipper{dev: d, src: src, o: o, now: d.repo.now, flush: make(chan struct{}, 1), changed: make(chan struct{}), state: State{Phase: Starting}}
	s.uploads = newUploads(d, src, s.again)
	return s
}

// State is a copy of how far the shipper has come.
func (s *Shipper) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	st.Missing = s.uploads.list()
	if st.Phase == Shipping && st.Shipped.Seq == s.src.DB.Head().Seq {
		st.Through = s.now()
	}
	return st
}

// set changes the state and wakes whoever waits for it.
func (s *Shipper) set(change func(*State)) {
	s.mu.Lock()
	change(&s.state)
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
}

// Run ships until ctx ends, and once more what is left then. It returns
// early only when going on would be wrong: another hub has the backup
// (ErrFenced), or the bucket holds more than the store (ErrBehind).
func (s *Shipper) Run(ctx context.Context) error {
	defer func() {
		s.mu.Lock()
		s.claim = nil
		s.mu.Unlock()
	}()
	pause := time.Second
	for {
		began := s.now()
		err := s.held(ctx)
		if ctx.Err() != nil {
			s.set(func(st *State) { st.Phase = Stopped })
			return nil
		}
		s.set(func(st *State) {
			st.Err = err
			if st.Failing.IsZero() {
				st.Failing = s.now()
			}
			st.Phase = phaseOf(err)
		})
		switch phaseOf(err) {
		case ShutOut, Behind:
			return err
		}
		s.o.Log.Warn("the backup stopped, trying again", "target", s.o.Name, "pause_ms", pause.Milliseconds(), "err", err)
		if s.now().Sub(began) > time.Minute {
			pause = time.Second
		}
		t := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			t.Stop()
		case <-t.C:
		}
		pause = min(2*pause, time.Minute)
	}
}

func phaseOf(err error) Phase {
	var damage *Damage
	switch {
	case errors.Is(err, ErrFenced):
		return ShutOut
	case errors.Is(err, ErrBehind):
		return Behind
	case errors.As(err, &damage):
		return NotBackup
	}
	return Away
}

// held ships while the right to it lasts.
func (s *Shipper) held(ctx context.Context) error {
	if s.State().Phase == Starting {
		s.set(func(st *State) { st.Phase = Waiting })
	}
	held, release, err := s.o.Hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	return s.session(held)
}

// session claims the device and ships until something fails.
func (s *Shipper) session(ctx context.Context) error {
	c, err := s.dev.take(ctx, s.src.DB, s.o.Holder, false)
	if err != nil {
		return s.witness(ctx, err)
	}
	for {
		err := s.line(ctx, c)
		if !errors.Is(err, store.ErrTrimmed) {
			return err
		}
		s.o.Log.Warn("the change log was trimmed past what the backup holds: a new line begins", "target", s.o.Name)
		if c, err = s.dev.take(ctx, s.src.DB, s.o.Holder+"+", true); err != nil {
			return err
		}
	}
}

// witness tells the store that somebody outside has seen more of its log
// than it has: from then on it refuses writes.
func (s *Shipper) witness(ctx context.Context, err error) error {
	var b *BehindError
	if errors.As(err, &b) {
		err = errors.Join(err, s.src.DB.Acknowledge(ctx, s.o.Name, b.Bucket, s.o.MaxLag))
	}
	return err
}

// line ships one line of history, beside its first checkpoint.
func (s *Shipper) line(ctx context.Context, c claim) error {
	if err := s.src.DB.Acknowledge(ctx, s.o.Name, store.Position{Epoch: c.Epoch, Seq: c.at}, s.o.MaxLag); err != nil {
		return err
	}
	s.mu.Lock()
	s.claim = &c
	s.mu.Unlock()
	s.set(func(st *State) {
		st.Phase, st.Line, st.Fence, st.Err, st.Failing = Shipping, c.Line, c.Number, nil, time.Time{}
		st.Shipped = store.Position{Epoch: c.Epoch, Seq: c.at}
		if c.fresh {
			st.Checkpoint = time.Time{}
		}
	})
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	var failed error
	wg.Go(func() {
		if failed = s.first(ctx, &c); failed != nil {
			cancel()
		}
	})
	err := s.follow(ctx, &c)
	cancel()
	wg.Wait()
	if failed != nil && !errors.Is(failed, context.Canceled) {
		return failed
	}
	return err
}

// first makes the checkpoint without which a line can't be restored, where
// there is none yet, and keeps the ring that opens the sealed values.
func (s *Shipper) first(ctx context.Context, c *claim) error {
	if err := s.dev.keepVault(ctx, s.src); err != nil {
		return err
	}
	whole, err := s.dev.newestWhole(ctx, c.Line)
	if err != nil {
		return err
	}
	if whole != nil {
		s.set(func(st *State) { st.Checkpoint = whole.Time })
		return nil
	}
	_, err = s.Checkpoint(ctx, nil)
	return err
}

// follow reads the log and writes segments.
func (s *Shipper) follow(ctx context.Context, c *claim) error {
	f := &following{s: s, c: c, w: s.writer(c), fenceSeen: s.now()}
	for {
		err := f.step(ctx)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			// What was acknowledged just before the end goes up as well.
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
			defer cancel()
			return errors.Join(ctx.Err(), f.rest(last))
		}
		return err
	}
}

func (s *Shipper) writer(c *claim) *segment.Writer {
	return segment.NewWriter(segment.Name{Line: c.Line, Fence: c.Number}, c.Epoch, c.chain)
}

// following is the log on its way into the bucket.
type following struct {
	s *Shipper
	c *claim

	w     *segment.Writer // open segment
	since time.Time       // its oldest change was read
	blobs []string        // files that it names

	fenceSeen, clockSeen, acked time.Time
	ackedSeq                    uint64
}

// read is the last change that was read.
func (f *following) read() uint64 { return f.c.at + uint64(f.w.Changes()) }

// step reads what is there, closes a segment that is due, or waits.
func (f *following) step(ctx context.Context) error {
	if f.s.o.OnCall && !f.asked() {
		return f.idle(ctx)
	}
	changes, err := f.s.src.DB.Changes(ctx, f.read(), 1000)
	if err != nil {
		return err
	}
	for i := range changes {
		if f.w.Changes() == 0 {
			f.since = f.s.now()
		}
		if err := f.add(&changes[i]); err != nil {
			return err
		}
		if changes[i].Last && f.w.Size() >= segmentBytes {
			if err := f.put(ctx); err != nil {
				return err
			}
		}
	}
	switch left := f.left(); {
	case f.w.Changes() > 0 && left <= 0:
		return f.put(ctx)
	case len(changes) == 1000:
		return nil
	case len(changes) > 0:
		return f.pause(ctx, min(left, gather))
	}
	return f.idle(ctx)
}

func (f *following) add(c *store.Change) error {
	f.w.Add(c)
	named, err := f.s.uploads.named(c.Collection, c.After)
	f.blobs = append(f.blobs, named...)
	return err
}

// asked reports whether a flush waits for what the bucket has not.
func (f *following) asked() bool {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	return f.s.wanted > f.c.at
}

// left is how long the open segment may still wait.
func (f *following) left() time.Duration {
	if f.asked() {
		return 0
	}
	return f.s.o.Linger - f.s.now().Sub(f.since)
}

// pause waits a while, or until somebody asks for a flush.
func (f *following) pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-f.s.flush:
	case <-t.C:
	}
	return nil
}

// idle returns at the next commit, when the open segment is due, and when
// somebody asks for a flush.
func (f *following) idle(ctx context.Context) error {
	if err := f.acknowledge(ctx); err != nil {
		return err
	}
	most := ackEvery
	if f.w.Changes() > 0 {
		most = min(f.left(), ackEvery)
	}
	if f.s.o.OnCall {
		return f.pause(ctx, most)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	committed := make(chan error, 1)
	go func() { committed <- f.s.src.DB.Wait(ctx, f.read()) }()
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case err := <-committed:
		return err
	case <-f.s.flush:
	case <-t.C:
	}
	cancel()
	if err := <-committed; err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// put closes the open segment and writes it, its files first.
func (f *following) put(ctx context.Context) error {
	s := f.s
	if err := f.standing(ctx); err != nil {
		return err
	}
	for _, b := range f.blobs {
		n, err := s.uploads.put(ctx, b)
		if err != nil {
			return err
		}
		s.wrote(n)
	}
	plain, h, err := f.w.Close()
	if err != nil {
		return fault.Wrap(fault.Internal, err, "close a log segment")
	}
	_, n, err := s.dev.repo.put(ctx, kindSegment, s.dev.name(h.Path()), plain, s.once())
	if err != nil && !errors.Is(err, remote.ErrExists) {
		return fmt.Errorf("write log segment %d to %d: %w", h.From, h.To, err)
	}
	// One that is there already was written by this fence, whose answer was
	// lost: the name says all that it holds.
	s.wrote(n)
	f.c.at, f.c.chain, f.blobs = h.To, h.After, nil
	f.w = s.writer(f.c)
	s.set(func(st *State) {
		st.Shipped = store.Position{Epoch: f.c.Epoch, Seq: h.To}
		st.ShippedAt, st.Through = s.now(), h.End
	})
	return f.acknowledge(ctx)
}

// rest ships what is left at the end.
func (f *following) rest(ctx context.Context) error {
	until := f.s.src.DB.Head().Seq
	for f.read() < until {
		changes, err := f.s.src.DB.Changes(ctx, f.read(), 1000)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			break
		}
		for i := range changes {
			if err := f.add(&changes[i]); err != nil {
				return err
			}
		}
	}
	if f.w.Changes() == 0 || f.s.o.OnCall {
		return nil
	}
	return f.put(ctx)
}

// standing asks now and then whether another has taken the device, and how
// late it is on the other side.
func (f *following) standing(ctx context.Context) error {
	s := f.s
	now := s.now()
	if now.Sub(f.fenceSeen) >= fenceEvery {
		if err := s.dev.shutOut(ctx, f.c.Number); err != nil {
			return err
		}
		if err := s.dev.repo.newerRing(ctx); err != nil {
			return err
		}
		f.fenceSeen = now
	}
	if now.Sub(f.clockSeen) >= clockEvery {
		there, err := s.dev.repo.bucket.Clock(ctx)
		if err != nil {
			return fmt.Errorf("ask the bucket's clock: %w", err)
		}
		f.clockSeen = now
		s.set(func(st *State) { st.Skew = there.Sub(s.now()) })
	}
	return nil
}

// acknowledge lets the store trim what the bucket has; each time is a durable
// write.
func (f *following) acknowledge(ctx context.Context) error {
	now := f.s.now()
	if f.ackedSeq == f.c.at || now.Sub(f.acked) < ackEvery {
		return nil
	}
	if err := f.s.src.DB.Acknowledge(ctx, f.s.o.Name, store.Position{Epoch: f.c.Epoch, Seq: f.c.at}, f.s.o.MaxLag); err != nil {
		return err
	}
	f.acked, f.ackedSeq = now, f.c.at
	return nil
}

func (s *Shipper) wrote(n int64) {
	if n > 0 {
		s.set(func(st *State) { st.Objects++; st.Bytes += n })
	}
}

// once is how an object that never changes is written.
func (s *Shipper) once() remote.Put {
	p := remote.Put{IfAbsent: true}
	if s.o.LockFor > 0 {
		p.LockUntil = s.now().Add(s.o.LockFor)
	}
	return p
}

// Flush returns when everything committed before the call is in the bucket.
func (s *Shipper) Flush(ctx context.Context) error {
	until := s.src.DB.Head()
	s.mu.Lock()
	s.wanted = max(s.wanted, until.Seq)
	s.mu.Unlock()
	return s.await(ctx, func(st State) bool { return st.Shipped.Epoch == until.Epoch && st.Shipped.Seq >= until.Seq })
}

// Whole returns when there is a checkpoint that the log goes on from: without
// one a line can't be restored.
func (s *Shipper) Whole(ctx context.Context) error {
	return s.await(ctx, func(st State) bool { return !st.Checkpoint.IsZero() })
}

// await waits for a state of a shipper that works.
func (s *Shipper) await(ctx context.Context, is func(State) bool) error {
	for {
		s.mu.Lock()
		st, changed := s.state, s.changed
		s.mu.Unlock()
		switch {
		case st.Phase == Shipping && is(st):
			return nil
		case st.Err != nil:
			return st.Err
		case st.Phase == Stopped:
			return fault.New(fault.Unavailable, "the backup is not running").WithRemedy("start the hub")
		}
		select {
		case s.flush <- struct{}{}:
		default:
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}
