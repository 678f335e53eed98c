// Package lease decides who runs a loop when several processes share one
// store: the shipping of a backup, its schedule, a standby's promotion.
//
// The words: a *lease* has a name and at most one holder. It is *granted* for
// as long as the holder lives and can reach the store, and *lost* when it does
// not; there is no time that runs out and so no clock that has to be right. A
// *fence* is a number that grows with every grant of a name: what the holder
// writes elsewhere carries it, so that whoever was holder before and does not
// know yet is told apart from who is.
//
// The exclusion is the engine's: the data folder's lock makes its process
// alone, PostgreSQL has advisory locks that end with their connection. The
// fences are documents of the local class. A local.db that is lost begins at
// 1 again: who compares fences across such a loss compares epochs first.
package lease

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Lock is an engine's exclusion of all others under one name.
type Lock interface {
	// Lost is closed when the lock is no longer held.
	Lost() <-chan struct{}

	// Check asks whether it is held now. It was held from the beginning until
	// then when the answer is nil.
	Check(ctx context.Context) error

	// Release lets go of it and returns when that is done. It may be called
	// more than once.
	Release()
}

// Locker is how an engine gives a Lock. It waits until the name is free, and
// ends with ctx's error. It tries again by itself when the store can't be
// reached.
type Locker func(ctx context.Context, name string) (Lock, error)

// Grant is the last grant of a name. It stays when the holder goes.
type Grant struct {
	Name  string          `json:"name"`
	Fence int64           `json:"fence"`
	Host  string          `json:"host"` // who holds it, for people
	PID   int64           `json:"pid"`
	At    store.Timestamp `json:"at"`
}

// grantOrg is the organisation of grants: they are the installation's.
const grantOrg = "hubcap"

var grants = store.Define(store.Def[Grant]{Name: "leases", Class: store.Local, Schema: 1, Key: func(g *Grant) string { return g.Name }})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{grants.Schema()} }

// ErrLost is the cause of a context that Held.With ended.
var ErrLost = errors.New("the lease is lost: another process may hold it now")

// Keeper grants leases over one store. Make one with New.
type Keeper struct {
	db   store.DB
	lock Locker
	Now  func() time.Time // nil is the clock; for people only
}

// New returns a keeper over a store that was opened with Schemas.
func New(db store.DB, lock Locker) *Keeper { return &Keeper{db: db, lock: lock} }

// Held is a lease that was granted. Release it.
type Held struct {
	Name  string
	Fence uint64

	lock Lock
	once sync.Once
}

// Lost is closed when the lease is no longer held.
func (h *Held) Lost() <-chan struct{} { return h.lock.Lost() }

// Check asks the store whether the lease is held now: before a step that must
// not be taken by two.
func (h *Held) Check(ctx context.Context) error {
	if err := h.lock.Check(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrLost, err)
	}
	return nil
}

// Release lets the next one in.
func (h *Held) Release() { h.once.Do(h.lock.Release) }

// With returns a context that also ends, with ErrLost as its cause, when the
// lease is lost.
func (h *Held) With(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := make(chan struct{})
	var once sync.Once
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-h.Lost():
			cancel(ErrLost)
		case <-stop:
		}
	})
	return ctx, func() {
		once.Do(func() { close(stop) })
		watch.Wait()
		cancel(context.Canceled)
	}
}

// Hold waits until the name is free and holds it. It ends with ctx.
func (k *Keeper) Hold(ctx context.Context, name string) (*Held, error) {
	lock, err := k.lock(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("hold the lease %s: %w", name, err)
	}
	fence, err := k.grant(ctx, name)
	if err == nil {
		// Whoever lost the lock while it wrote has used up a number, and holds nothing.
		err = lock.Check(ctx)
	}
	if err != nil {
		lock.Release()
		return nil, fmt.Errorf("grant the lease %s: %w", name, err)
	}
	return &Held{Name: name, Fence: uint64(fence), lock: lock}, nil
}

// grant writes down the next fence of a name.
func (k *Keeper) grant(ctx context.Context, name string) (fence int64, err error) {
	now := time.Now
	if k.Now != nil {
		now = k.Now
	}
	host, _ := os.Hostname() // for people
	err = k.db.UpdateLocal(ctx, store.System().In(grantOrg), func(tx store.Tx) error {
		last, err := grants.Get(tx, name)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		fence = last.Value.Fence + 1
		_, err = grants.Put(tx, &Grant{Name: name, Fence: fence, Host: host, PID: int64(os.Getpid()), At: store.Moment(now())}, store.AnyRev)
		return err
	})
	return fence, err
}

// Last is the last grant of a name; fault.NotFound when there was none.
func (k *Keeper) Last(ctx context.Context, name string) (g Grant, err error) {
	err = k.db.View(ctx, store.System().In(grantOrg), func(r store.Reader) error {
		d, err := grants.Get(r, name)
		g = d.Value
		return err
	})
	return g, err
}
