package targets

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lease"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// Options of a desk.
type Options struct {
	DB     store.DB  // for the hub's own documents
	Engine store.DB  // the engine itself, whose log is shipped
	Source SourceFor // what is backed up
	Lease  *lease.Keeper
	IDs    *store.IDs
	Now    func() time.Time
	Log    *slog.Logger
	Vault  func() (*vault.Vault, error)

	// Open reaches a target's bucket with this secret, below its prefix.
	Open func(ctx context.Context, t *Target, secret vault.Secret) (remote.Bucket, error)

	// Scratch opens an empty store in a folder of its own, for restore tests;
	// the folder is removed after Close.
	Scratch func(ctx context.Context, dir string) (backup.Target, func() error, error)

	// Record keeps what happened to a backup's keys in the trail; nil: nowhere.
	Record func(ctx context.Context, s store.Scope, by actor.Actor, h audit.Happening) error

	Data    string    // the data folder: targets lie outside, scratch files inside
	Work    seal.Work // of a passphrase; 0 is the usual
	Version string
}

// SourceFor is the store as a backup reads it.
type SourceFor func() backup.Source

// Desk keeps the targets of a hub in step. Its methods may be called from many
// goroutines.
type Desk struct {
	o     Options
	now   func() time.Time
	wake  chan struct{} // targets were changed here
	every time.Duration // between looks at targets that another process changed

	mu      sync.Mutex
	running map[string]*runner // by the target's id
	ended   map[string]backup.State
}

// New returns a desk; Run works.
func New(o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.IDs == nil {
		o.IDs = &store.IDs{Now: o.Now}
	}
	return &Desk{o: o, now: o.Now, wake: make(chan struct{}, 1), every: 30 * time.Second, running: map[string]*runner{}, ended: map[string]backup.State{}}
}

// happened keeps an event of a target in the trail.
func (d *Desk) happened(ctx context.Context, s store.Scope, by actor.Actor, event audit.Event, t *Target, note string) error {
	if d.o.Record == nil {
		return nil
	}
	return d.o.Record(ctx, s, by, audit.Happening{Event: event, Subject: audit.Subject{Kind: Targets.Name(), ID: t.ID, Name: t.Name}, Note: note})
}

func (d *Desk) rouse() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run keeps one loop a target that is set up, switched on and of this store's
// history, until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	defer d.stopAll()
	_ = os.RemoveAll(d.scratch()) // of a process that was killed
	for {
		list, err := d.List(ctx, home())
		if err != nil && ctx.Err() == nil {
			return err
		}
		d.adjust(ctx, list, &all)
		again := time.NewTimer(d.every)
		select {
		case <-ctx.Done():
			again.Stop()
			return nil
		case <-d.wake:
			again.Stop()
		case <-again.C:
		}
	}
}

func (d *Desk) scratch() string { return filepath.Join(d.o.Data, "backup") }

// adjust starts and stops loops so that they are those of the list.
func (d *Desk) adjust(ctx context.Context, list []store.Doc[Target], all *sync.WaitGroup) {
	epoch := d.o.Engine.Head().Epoch
	want := map[string]store.Doc[Target]{}
	for _, doc := range list {
		if t := doc.Value; t.SetUp() && !t.Paused && t.Epoch == epoch {
			want[doc.Key] = doc
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, r := range d.running {
		if doc, ok := want[id]; !ok || doc.Rev != r.rev || r.over() {
			r.stop()
			if st := r.state(); st != nil && ok {
				d.ended[id] = *st
			} else {
				delete(d.ended, id)
			}
			delete(d.running, id)
			if ok && doc.Rev == r.rev {
				// It ended by itself, and would again: until it is changed or the
				// hub starts anew.
				d.running[id] = r
			}
		}
	}
	for id, doc := range want {
		if d.running[id] != nil || ctx.Err() != nil {
			continue
		}
		r := newRunner(ctx, d, doc)
		d.running[id] = r
		all.Go(r.run)
	}
}

func (d *Desk) stopAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range d.running {
		r.stop()
	}
	d.running = map[string]*runner{} // Run may be begun again
}

// runner is the loop of a target, nil where none runs.
func (d *Desk) runner(id string) *runner {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.running[id]
}

// secretOf opens the secret of a target's credential.
func (d *Desk) secretOf(t *Target) (vault.Secret, error) {
	if t.S3 == nil || t.S3.Secret == "" {
		return vault.Secret{}, nil
	}
	v, err := d.o.Vault()
	if err != nil {
		return vault.Secret{}, err
	}
	return v.Open(secretPurpose(t.ID), t.S3.Secret)
}

// bucket opens the place of a target.
func (d *Desk) bucket(ctx context.Context, t *Target) (remote.Bucket, error) {
	secret, err := d.secretOf(t)
	if err != nil {
		return nil, err
	}
	return d.o.Open(ctx, t, secret)
}

// pruneBucket is the same place through the credential that may delete.
func (d *Desk) pruneBucket(ctx context.Context, t *Target) (remote.Bucket, error) {
	if t.S3 == nil || t.S3.PruneAccessKey == "" {
		return d.bucket(ctx, t)
	}
	v, err := d.o.Vault()
	if err != nil {
		return nil, err
	}
	secret, err := v.Open(prunePurpose(t.ID), t.S3.PruneSecret)
	if err != nil {
		return nil, err
	}
	other := *t
	b := *t.S3
	b.AccessKey = b.PruneAccessKey
	other.S3 = &b
	return d.o.Open(ctx, &other, secret)
}

func existsIn(ctx context.Context, b remote.Bucket) (bool, error) { return backup.Exists(ctx, b) }

// repo opens the repository of a target that is set up.
func (d *Desk) repo(ctx context.Context, t *Target) (*backup.Repo, error) {
	if !t.SetUp() {
		return nil, fault.New(fault.Conflict, "%s has no backup yet", t.Name).WithRemedy("set it up with a passphrase first: hubcap backup init")
	}
	v, err := d.o.Vault()
	if err != nil {
		return nil, err
	}
	text, err := v.Open(keyPurpose(t.ID), t.Key)
	if err != nil {
		return nil, err
	}
	key, err := seal.ParseKey(text.Reveal())
	if err != nil {
		return nil, fmt.Errorf("read the key of %s: %w", t.Name, err)
	}
	b, err := d.bucket(ctx, t)
	if err != nil {
		return nil, err
	}
	return backup.Open(ctx, b, key, backup.Options{Now: d.now, Work: d.o.Work})
}

// device is this hub's part of it.
func (d *Desk) device(ctx context.Context, t *Target) (*backup.Device, error) {
	repo, err := d.repo(ctx, t)
	if err != nil {
		return nil, err
	}
	return repo.Device(t.Device)
}

// Device opens the backup of a target for reading.
func (d *Desk) Device(ctx context.Context, s store.Scope, id string) (*backup.Device, error) {
	doc, err := d.Get(ctx, s, id)
	if err != nil {
		return nil, err
	}
	return d.device(ctx, &doc.Value)
}

func elsewhere() error {
	return fault.New(fault.Conflict, "another hub on this database ships this backup").WithRemedy("ask that one")
}

// How long work on a backup waits for its loop to be ready, and for another
// process to let go of it.
const (
	patienceOfWork  = 20 * time.Second
	patienceOfLease = 3 * time.Second
)

// shipper is that of a target whose loop runs here and may write. Right after
// a start it waits for it.
func (d *Desk) shipper(ctx context.Context, id string) (*runner, *backup.Shipper, error) {
	doc, err := d.Get(ctx, home(), id)
	if err != nil {
		return nil, nil, err
	}
	t := doc.Value
	switch {
	case !t.SetUp():
		return nil, nil, fault.New(fault.Conflict, "%s has no backup yet", t.Name).WithRemedy("set it up with a passphrase first: hubcap backup init")
	case t.Epoch != d.o.Engine.Head().Epoch:
		return nil, nil, fault.New(fault.Conflict, "%s is the backup of the store that this one was restored from", t.Name).
			WithRemedy("say whether to continue it or to begin a new one: hubcap backup resume")
	case t.Paused:
		return nil, nil, fault.New(fault.Conflict, "%s is paused", t.Name).WithRemedy("switch it on again")
	}
	waiting, cancel := context.WithTimeout(ctx, patienceOfWork)
	defer cancel()
	var since time.Time // that another process has it
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		r := d.runner(id)
		if r == nil || r.rev != doc.Rev {
			d.rouse() // it was written past this desk, as by a change of keys
		} else {
			if s := r.shipper(); s != nil {
				switch st := s.State(); {
				case st.Phase == backup.Shipping:
					return r, s, nil
				case st.Err != nil:
					return nil, nil, st.Err
				case st.Phase == backup.Waiting && since.IsZero():
					since = time.Now()
				case st.Phase == backup.Waiting && time.Since(since) > patienceOfLease:
					return nil, nil, elsewhere()
				case r.over():
					return nil, nil, fault.New(fault.Unavailable, "the backup %s has stopped (%s)", t.Name, st.Phase).WithRemedy("see its state")
				}
			}
		}
		select {
		case <-look.C:
		case <-waiting.Done():
			if ctx.Err() != nil {
				return nil, nil, context.Cause(ctx)
			}
			if rec, err := d.record(ctx, id); err == nil && rec.Trouble != "" {
				return nil, nil, fault.New(fault.Unavailable, "%s can't be reached: %s", t.Name, rec.Trouble).WithRemedy("see that the place answers, then try again")
			}
			return nil, nil, elsewhere()
		}
	}
}
