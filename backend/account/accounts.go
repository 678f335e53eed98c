package account

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Options are what the accounts take from outside.
type Options struct {
	Now   func() time.Time // nil is time.Now
	IDs   *store.IDs       // nil makes its own
	Vault func() (*vault.Vault, error)
	Log   *slog.Logger // nil is silent

	Trail    Trail             // of events of security; nil keeps none
	Guard    netguard.Guard    // which addresses an OpenID provider may have
	Announce func(code string) // shows another set-up code on the console; nil shows none
}

// Accounts keeps who may do what. Make one with New.
type Accounts struct {
	db    store.DB
	now   func() time.Time
	ids   *store.IDs
	vault func() (*vault.Vault, error)
	log   *slog.Logger

	dir     atomic.Pointer[directory]
	reading sync.Mutex // one refresh at a time

	mu    sync.Mutex
	moved chan struct{} // closed at the next change

	uses keyUses

	door     *door
	trail    Trail
	guard    netguard.Guard
	client   *http.Client // to OpenID providers
	announce func(code string)
}

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema {
	return []*store.Schema{preferences.Schema(), organisations.Schema(), users.Schema(), roles.Schema(), keys.Schema(), keyUse.Schema(),
		sessions.Schema(), devices.Schema(), factorUses.Schema(), invitations.Schema(), providers.Schema()}
}

// New returns the accounts over an open store, none of them known before Load.
func New(db store.DB, o Options) *Accounts {
	a := &Accounts{db: db, now: o.Now, ids: o.IDs, vault: o.Vault, log: o.Log, moved: make(chan struct{}),
		door: newDoor(), trail: o.Trail, guard: o.Guard, client: guarded(o.Guard.Client()), announce: o.Announce}
	if a.now == nil {
		a.now = time.Now
	}
	if a.ids == nil {
		a.ids = &store.IDs{Now: a.now}
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	a.dir.Store(&directory{})
	return a
}

// Load reads who there is.
func (a *Accounts) Load(ctx context.Context) error {
	if err := a.loadSessions(ctx); err != nil {
		return err
	}
	return a.refresh(ctx)
}

// Changed returns a channel that is closed when anybody's rights may have
// changed: ask Current again then.
func (a *Accounts) Changed() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.moved
}

func (a *Accounts) changed() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.moved)
	a.moved = make(chan struct{})
}

// Any reports whether a person has an account here: before, only whoever
// holds this computer comes in.
func (a *Accounts) Any() bool {
	for _, u := range a.dir.Load().users {
		if u.Value.Kind == actor.User {
			return true
		}
	}
	return false
}

// ByKey is the principal that an API key stands for, used from an address.
func (a *Accounts) ByKey(token string, from netip.Addr) (Principal, error) {
	now := a.now()
	p, k, err := a.dir.Load().byKey(token, from, now)
	if err != nil {
		a.countKey(k, from)
		return p, err
	}
	a.uses.note(k.org, k.ID, from, now)
	return p, nil
}

// Current reads p again: its rights as they are now. It is fault.Denied when
// what it came by is gone. Who holds this computer stays who they are.
func (a *Accounts) Current(ctx context.Context, p Principal) (Principal, error) {
	switch d := a.dir.Load(); {
	case p.Local():
		return p, nil
	case p.Key != "":
		for _, k := range d.keys {
			if k.org == p.Org && k.ID == p.Key {
				from, _ := netip.ParseAddr(p.Actor.From)
				q, err := d.withKey(k, from, a.now())
				q.Actor.From = p.Actor.From
				return q, err
			}
		}
	case p.Session != "":
		return a.current(ctx, p)
	}
	return Principal{}, fault.New(fault.Denied, "this has ended")
}

// Reaches is the scope in which work goes on that an actor has begun: what
// the account may reach now, not what it could when it began.
func (a *Accounts) Reaches(org string, by actor.Actor) (store.Scope, error) {
	if by.Kind == actor.Local || by.Kind == actor.System {
		return store.Org(org), nil
	}
	d := a.dir.Load()
	u, ok := d.users[ref{org, by.ID}]
	if !ok || u.Value.Disabled {
		return store.Scope{}, fault.New(fault.Denied, "the account that began this may not use Hubcap any more").WithRemedy("start it again as somebody who may")
	}
	p := d.principal(org, &u.Value)
	return p.placed().Scope, nil
}

// write is one change of the accounts: when it returns nil, the rights that
// follow from it hold.
func (a *Accounts) write(ctx context.Context, c Caller, fn func(store.Tx) error) error {
	if _, err := a.db.Update(ctx, store.Write{Scope: c.Scope, Actor: c.Actor}, fn); err != nil {
		return err
	}
	return a.refresh(context.WithoutCancel(ctx))
}
