package account

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// directory is everybody and everything that may come in, read once and
// never written: a change makes another.
type directory struct {
	orgs   map[string]Organisation
	users  map[ref]store.Doc[User]
	logins map[string]ref
	roles  map[ref]Role
	keys   map[string]held // by hash

	providers map[ref]store.Doc[Provider]
}

// ref names a document in an organisation.
type ref struct{ org, id string }

type held struct {
	Key
	org    string
	ranges []netip.Prefix
}

func (d *directory) organisation(org string) Organisation {
	if o, ok := d.orgs[org]; ok {
		return o
	}
	return beginning(org)
}

// role finds a role of the organisation, or one that comes with Hubcap.
func (d *directory) role(org, id string) (Role, bool) {
	if i := slices.IndexFunc(templates, func(r Role) bool { return r.ID == id }); i >= 0 {
		return templates[i], true
	}
	r, ok := d.roles[ref{org, id}]
	return r, ok
}

// templates are Templates, made once; nobody writes into them.
var templates = Templates()

// principal is who a user is right now, without session or key. What they owe
// depends on the session: see owes.
func (d *directory) principal(org string, u *User) Principal {
	role, _ := d.role(org, u.Role) // one that is gone permits nothing
	return Principal{Org: org, Actor: actor.Actor{Kind: u.Kind, ID: u.ID, Name: u.Name}, Role: u.Role, Rights: role.Rights(), Reach: u.Reach}
}

// errNoKey is the one answer to every API key that does not open: which of
// the reasons it was is for the audit trail.
func errNoKey() error {
	return fault.New(fault.Denied, "this API key does not open Hubcap").WithRemedy("it may be mistyped, expired, revoked, or used from an address that it is not for; make another")
}

// byKey is the principal that an API key stands for.
func (d *directory) byKey(token string, from netip.Addr, now time.Time) (Principal, held, error) {
	k, ok := d.keys[hashOf(token)]
	if !ok {
		return Principal{}, held{}, errNoKey()
	}
	p, err := d.withKey(k, from, now)
	return p, k, err
}

func (d *directory) withKey(k held, from netip.Addr, now time.Time) (Principal, error) {
	u, ok := d.users[ref{k.org, k.User}]
	switch {
	case !ok || u.Value.Disabled,
		k.Ended != nil && !now.Before(k.Ended.Time),
		k.Expires != nil && !now.Before(k.Expires.Time),
		!allowed(k.ranges, from):
		return Principal{}, errNoKey()
	}
	p := d.principal(k.org, &u.Value)
	p.Key, p.Rate = k.ID, k.Rate
	p.Actor.Via = "key " + k.Prefix
	p.Rights &= RightsOf(k.Permissions)
	p.Reach = narrow(k.Reach, p.Reach)
	return p, nil // it owes nothing: a key has no password to set; its account proved itself when it made the key
}

// refresh reads the directory again. Whoever changed something waits for it,
// so that the next request is under the new rights.
func (a *Accounts) refresh(ctx context.Context) error {
	a.reading.Lock()
	defer a.reading.Unlock()
	d := &directory{orgs: map[string]Organisation{}, users: map[ref]store.Doc[User]{}, logins: map[string]ref{}, roles: map[ref]Role{}, keys: map[string]held{}, providers: map[ref]store.Doc[Provider]{}}
	err := errorsOf(
		each(ctx, a.db, organisations, func(o store.Doc[Organisation]) { d.orgs[o.Key] = o.Value }),
		each(ctx, a.db, users, func(u store.Doc[User]) {
			d.users[ref{u.Org, u.Key}] = u
			d.logins[u.Value.Login] = ref{u.Org, u.Key}
		}),
		each(ctx, a.db, roles, func(r store.Doc[Role]) { d.roles[ref{r.Org, r.Key}] = r.Value }),
		each(ctx, a.db, keys, func(k store.Doc[Key]) {
			// Ranges that can't be read allow nobody.
			ranges, err := k.Value.ranges()
			if err != nil {
				ranges = []netip.Prefix{{}}
			}
			d.keys[k.Value.Hash] = held{k.Value, k.Org, ranges}
		}),
		each(ctx, a.db, providers, func(p store.Doc[Provider]) { d.providers[ref{p.Org, p.Key}] = p }),
	)
	if err != nil {
		return fmt.Errorf("read the accounts: %w", err)
	}
	if a.dir.Swap(d).users != nil { // at the start nothing is written yet
		a.sweep(ctx)
	}
	a.changed()
	return nil
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// each calls f with every document of a collection, in all organisations.
func each[T any](ctx context.Context, db store.DB, c *store.Collection[T], f func(store.Doc[T])) error {
	q := store.Query{Limit: store.MaxLimit}
	for {
		var p store.Page[T]
		if err := db.View(ctx, store.System(), func(r store.Reader) (err error) { p, err = c.Query(r, q); return err }); err != nil {
			return err
		}
		for _, d := range p.Items {
			f(d)
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return nil
		}
	}
}

// Follow keeps the directory in step with changes that others make: another
// node, a command beside the hub, an undo. It returns when ctx ends.
func (a *Accounts) Follow(ctx context.Context) error {
	ours := map[string]bool{organisations.Name(): true, users.Name(): true, roles.Name(): true, keys.Name(): true, providers.Name(): true}
	at := a.db.Head().Seq
	for {
		if err := a.db.Wait(ctx, at); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		changes, err := a.db.Changes(ctx, at, 1000)
		stale := false
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil: // trimmed meanwhile
			at, stale = a.db.Head().Seq, true
		default:
			for _, c := range changes {
				at, stale = c.Seq, stale || ours[c.Collection]
			}
		}
		if stale {
			if err := a.refresh(ctx); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
}
