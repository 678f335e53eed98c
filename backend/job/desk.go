package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Kind is a sort of work that the hub knows.
type Kind struct {
	Name   string // stable: "search_rebuild"
	Title  string // for a person, where a job is started without one
	AtOnce int    // jobs of this kind that run at once; 0 is 1

	// Run does the work. It returns the error of Run.Step where it is told to
	// end, and nil when all is done.
	Run func(context.Context, *Run) error
}

// Caller is who asks, and for which part of the store.
type Caller struct {
	Scope store.Scope
	Actor actor.Actor
}

// Options change what New does; the zero value works.
type Options struct {
	Now    func() time.Time // default time.Now
	IDs    *store.IDs       // default: clock and crypto/rand
	Log    *slog.Logger     // nil: silent
	AtOnce int              // jobs that run at once; 0 is 2, less than 0 is none
	Grace  time.Duration    // from asking a job to end to ending its context; 0 is 3 s

	// Reach is the part of the store in which a job of an actor works now: its
	// rights may be fewer than when it was started. nil is the organisation.
	Reach func(org string, by actor.Actor) (store.Scope, error)

	Ended func(State) // hears of each job's end, for metrics; may be nil
}

const (
	maxOpen    = 200                 // jobs that are not ended, an organisation
	maxCrashes = 3                   // at one checkpoint
	keepEnded  = 30 * 24 * time.Hour // how long an ended job is listed
	retryStart = 5 * time.Second     // after the store refused to begin a job
)

// Desk holds the queue of jobs and runs them. Its methods may be called from
// many goroutines.
type Desk struct {
	db     store.DB
	kinds  map[string]Kind
	now    func() time.Time
	ids    *store.IDs
	log    *slog.Logger
	atOnce int
	grace  time.Duration
	reach  func(org string, by actor.Actor) (store.Scope, error)
	ended  func(State)

	wake chan struct{} // something may be started
	runs sync.WaitGroup

	mu      sync.Mutex
	queue   []place // in the order in which they run
	running map[string]*Run
	paused  map[string]bool
	stopped bool // Run has ended, or ends

	watching sync.Mutex
	watchers map[*Watcher]bool
}

// place is where a job lies.
type place struct{ org, id, kind string }

// New returns a desk over an open store; Run works on its queue.
func New(db store.DB, kinds []Kind, o Options) *Desk {
	d := &Desk{db: db, kinds: map[string]Kind{}, now: o.Now, ids: o.IDs, log: o.Log, atOnce: o.AtOnce, grace: o.Grace, reach: o.Reach, ended: o.Ended,
		wake: make(chan struct{}, 1), running: map[string]*Run{}, paused: map[string]bool{}, watchers: map[*Watcher]bool{}}
	if d.now == nil {
		d.now = time.Now
	}
	if d.ids == nil {
		d.ids = &store.IDs{}
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	if d.atOnce == 0 {
		d.atOnce = 2
	}
	if d.grace == 0 {
		d.grace = 3 * time.Second
	}
	if d.reach == nil {
		d.reach = func(org string, _ actor.Actor) (store.Scope, error) { return store.Org(org), nil }
	}
	if d.ended == nil {
		d.ended = func(State) {}
	}
	for _, k := range kinds {
		d.kinds[k.Name] = k
	}
	return d
}

// Run takes up what an earlier process left, then starts jobs as their turn
// comes. When ctx ends it tells the running ones to stop, waits for them, and
// returns: they go on at the next start.
func (d *Desk) Run(ctx context.Context) error {
	defer d.runs.Wait()
	if err := d.takeUp(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	for {
		var again <-chan time.Time
		if err := d.fill(ctx); err != nil && ctx.Err() == nil {
			d.log.Warn("a job can't be started now", "err", err)
			t := time.NewTimer(retryStart)
			defer t.Stop()
			again = t.C
		}
		select {
		case <-d.wake:
		case <-again:
		case <-ctx.Done():
			d.mu.Lock()
			d.stopped = true
			for _, r := range d.running {
				r.ask(ErrStopped)
			}
			d.mu.Unlock()
			return nil
		}
	}
}

// takeUp queues the jobs of an earlier process. One that was running was
// killed: three times at the same checkpoint and it has failed.
func (d *Desk) takeUp(ctx context.Context) error {
	q := store.Query{Limit: store.MaxLimit}
	for {
		var p store.Page[Job]
		err := d.db.View(ctx, store.System(), func(r store.Reader) (err error) { p, err = Jobs.Query(r, q); return err })
		if err != nil {
			return fmt.Errorf("read the jobs of before: %w", err)
		}
		for _, doc := range p.Items {
			if err := d.takeUpOne(ctx, doc.Org, doc.Value); err != nil {
				return err
			}
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return nil
		}
	}
}

func (d *Desk) takeUpOne(ctx context.Context, org string, j Job) error {
	d.mu.Lock()
	_, ours := d.running[j.ID]
	d.mu.Unlock()
	switch {
	case ours:
		return nil
	case j.State == Paused:
		d.mu.Lock()
		d.paused[j.ID] = true
		d.mu.Unlock()
		return nil
	case j.State == Running:
		if j.Crashes == 0 || j.CrashAt != j.Saves {
			j.Crashes, j.CrashAt = 0, j.Saves
		}
		j.Crashes++
		j.State = Queued
		if j.Crashes >= maxCrashes {
			j.State, j.Ended = Failed, store.Moment(d.now())
			j.Problem = fmt.Sprintf("The hub ended %d times while it did this, always at the same place.", j.Crashes)
			j.Remedy = "Look in the log for what ended it, then start the job again."
			d.ended(Failed)
		}
		d.log.Warn("job was interrupted", "job_id", j.ID, "kind", j.Kind, "crashes", j.Crashes, "state", string(j.State))
		if err := d.put(ctx, org, j); err != nil {
			return err
		}
	}
	if j.State == Queued {
		d.enqueue(place{org, j.ID, j.Kind})
	}
	return nil
}

func (d *Desk) put(ctx context.Context, org string, j Job) error {
	err := d.db.UpdateLocal(ctx, store.Org(org), func(tx store.Tx) error {
		_, err := Jobs.Put(tx, &j, store.AnyRev)
		return err
	})
	if err != nil {
		return fmt.Errorf("save the job: %w", err)
	}
	d.tell(Status{Job: j, Org: org})
	return nil
}

// enqueue puts a job at the queue's end, once.
func (d *Desk) enqueue(p place) {
	d.mu.Lock()
	if _, runs := d.running[p.id]; !runs && !slices.Contains(d.queue, p) {
		d.queue = append(d.queue, p)
	}
	d.mu.Unlock()
	d.rouse()
}

func (d *Desk) rouse() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// fill starts jobs while there is room.
func (d *Desk) fill(ctx context.Context) error {
	for {
		d.mu.Lock()
		at := d.next()
		if at < 0 {
			d.mu.Unlock()
			return nil
		}
		err := d.begin(ctx, d.queue[at])
		if err == nil {
			d.queue = slices.Delete(d.queue, at, at+1)
		}
		d.mu.Unlock()
		if err != nil {
			return err
		}
	}
}

// next is the place in the queue of the first job that may run, -1 when none
// may; d.mu is held.
func (d *Desk) next() int {
	if d.stopped || len(d.running) >= max(0, d.atOnce) {
		return -1
	}
	busy := map[string]int{}
	for _, r := range d.running {
		busy[r.doc.Kind]++
	}
	return slices.IndexFunc(d.queue, func(p place) bool { return busy[p.kind] < max(1, d.kinds[p.kind].AtOnce) })
}

// begin marks a job as running and runs it; d.mu is held. A job that is no
// longer queued is left alone.
func (d *Desk) begin(ctx context.Context, p place) error {
	var j Job
	err := d.db.UpdateLocal(ctx, store.Org(p.org), func(tx store.Tx) error {
		doc, err := Jobs.Get(tx, p.id)
		if err != nil {
			return err
		}
		if j = doc.Value; j.State != Queued {
			return nil
		}
		j.State, j.Began, j.Problem, j.Remedy = Running, store.Moment(d.now()), "", ""
		j.Attempts++
		_, err = Jobs.Put(tx, &j, doc.Rev)
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && j.State != Running {
		return nil
	}
	if err != nil {
		return fmt.Errorf("begin job %s: %w", p.id, err)
	}
	// Not under ctx: a stop asks first, and ends the context after the grace.
	running, end := context.WithCancelCause(context.WithoutCancel(ctx))
	r := &Run{desk: d, org: p.org, doc: j, end: end, saved: d.now()}
	d.running[p.id] = r
	d.tell(r.status())
	d.log.Info("job begins", "job_id", j.ID, "kind", j.Kind, "attempt", j.Attempts)
	d.runs.Go(func() {
		defer end(nil)
		d.finish(r, d.do(running, r))
	})
	return nil
}

// do runs the job's function; a panic of it is its failure.
func (d *Desk) do(ctx context.Context, r *Run) (err error) {
	kind, known := d.kinds[r.doc.Kind]
	if !known {
		return fault.New(fault.Unavailable, "this Hubcap does not know the work %q", r.doc.Kind).WithRemedy("start the version that began it, or cancel it")
	}
	if r.scope, err = d.reach(r.org, r.doc.By); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return kind.Run(ctx, r)
}

// finish keeps what became of a run.
func (d *Desk) finish(r *Run, err error) {
	d.mu.Lock()
	r.outcome(err)
	kept := r.write(context.Background(), nil)
	if fault.Is(kept, fault.Invalid) {
		r.unkept(kept)
		kept = r.write(context.Background(), nil)
	}
	// A store that takes nothing more leaves the job as running: the next
	// start takes it up from its checkpoint.
	if err := kept; err != nil && !errors.Is(err, context.Canceled) {
		d.log.Error("a job's end can't be kept", "job_id", r.doc.ID, "err", err)
	}
	delete(d.running, r.doc.ID)
	r.mu.Lock()
	s := r.status()
	r.mu.Unlock()
	if s.State == Paused {
		d.paused[s.ID] = true
	}
	d.tell(s) // before d.mu lets anybody start it again
	d.mu.Unlock()
	if s.State.Ended() {
		d.ended(s.State)
	}
	d.log.Info("job left", "job_id", s.ID, "kind", s.Kind, "state", string(s.State), "done", s.Count, "total", s.Total)
	d.rouse()
}

// Start queues a job of a kind. title may be empty for the kind's own.
func (d *Desk) Start(ctx context.Context, c Caller, kind string, input any, title string) (Job, error) {
	k, known := d.kinds[kind]
	if !known {
		return Job{}, fault.New(fault.Invalid, "there is no such kind of job: %q", kind)
	}
	b, err := json.Marshal(input)
	if err != nil {
		return Job{}, fmt.Errorf("write the job's input: %w", err)
	}
	if title == "" {
		title = k.Title
	}
	j := Job{ID: d.ids.New(), Kind: kind, Title: title, State: Queued, By: c.Actor, Input: b, Created: store.Moment(d.now())}
	scope := c.Scope
	if c.Actor.ID != "" && !scope.Sees(j.place()) { // confined to places: a job stands at none, and is its starter's own
		scope = store.Org(scope.Org()).OwnedBy(c.Actor.ID)
	}
	err = d.db.UpdateLocal(ctx, scope, func(tx store.Tx) error {
		open, err := Jobs.Query(tx, store.Query{Index: "open", Prefix: store.Values(store.Flag(false)), Limit: maxOpen})
		if err != nil {
			return err
		}
		if len(open.Items) >= maxOpen {
			return fault.New(fault.Limited, "%d jobs are waiting or running", maxOpen).WithRemedy("wait for some to end, or cancel them")
		}
		_, err = Jobs.Insert(tx, &j)
		return err
	})
	if err != nil {
		return Job{}, fmt.Errorf("queue a job: %w", err)
	}
	d.tell(Status{Job: j, Org: c.Scope.Org()})
	d.enqueue(place{c.Scope.Org(), j.ID, kind})
	return j, nil
}

// Forget removes ended jobs of an organisation after 30 days.
func (d *Desk) Forget(ctx context.Context, org string) error {
	before := store.At(d.now().Add(-keepEnded))
	for {
		more := false
		err := d.db.UpdateLocal(ctx, store.Org(org), func(tx store.Tx) error {
			p, err := Jobs.Query(tx, store.Query{Index: "ended", Range: &store.Range{To: before}, Limit: 200})
			if err != nil {
				return err
			}
			more = p.Next != ""
			for _, doc := range p.Items {
				if err := Jobs.Delete(tx, doc.Key, store.AnyRev); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || !more {
			return err
		}
	}
}

// Open counts the jobs that are queued, running and paused, for metrics.
func (d *Desk) Open() map[State]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return map[State]int{Queued: len(d.queue), Running: len(d.running), Paused: len(d.paused)}
}
