package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// KeyDraft is what can be set on a key when it is made.
type KeyDraft struct {
	User        string           `json:"user,omitempty" maxLength:"36" doc:"id of the account that it acts as; left out is your own"`
	Name        string           `json:"name" minLength:"1" maxLength:"60"`
	Permissions []Permission     `json:"permissions" minItems:"1"`
	Reach       *Reach           `json:"reach,omitempty" doc:"narrower than the account's"`
	Addresses   []string         `json:"addresses,omitempty" maxItems:"50" doc:"address ranges that it may come from, such as 192.168.1.0/24; none is anywhere"`
	Rate        int              `json:"rate,omitempty" minimum:"0" maximum:"100000" doc:"requests a minute; 0 is the hub's own limit"`
	Expires     *store.Timestamp `json:"expires,omitempty"`
}

// Used is a key with its last use.
type Used struct {
	Key
	UserName string           `json:"userName"`
	At       *store.Timestamp `json:"lastUsed,omitempty"`
	From     string           `json:"lastFrom,omitempty"`
}

// Keys lists the keys of p's own account, or with all those of the whole
// organisation, the newest first.
func (a *Accounts) Keys(ctx context.Context, p Principal, all bool) ([]Used, error) {
	c, err := p.Self()
	if all && err == nil {
		c, err = p.For(ManageKeys)
	}
	if err != nil {
		return nil, err
	}
	d := a.dir.Load()
	var out []Used
	for _, k := range d.keys {
		if k.org == p.Org && (all || k.User == p.Actor.ID) {
			out = append(out, Used{Key: k.Key, UserName: d.users[ref{k.org, k.User}].Value.Name})
		}
	}
	slices.SortFunc(out, func(x, y Used) int { return strings.Compare(y.ID, x.ID) })
	ids := make([]string, len(out))
	for i := range out {
		ids[i] = out[i].ID
	}
	last := map[string]KeyUse{}
	err = a.db.View(ctx, c.Scope, func(r store.Reader) error {
		page, err := keyUse.GetMany(r, ids)
		for _, u := range page.Items {
			last[u.Key] = u.Value
		}
		return err
	})
	for i := range out {
		u, ok := a.uses.latest(ref{p.Org, out[i].ID})
		if !ok {
			u, ok = last[out[i].ID]
		}
		if ok {
			out[i].At, out[i].From = &u.At, u.From
		}
	}
	return out, err
}

// AddKey makes a key. The token is shown this once: only its hash is kept.
func (a *Accounts) AddKey(ctx context.Context, p Principal, d KeyDraft) (k Key, token string, err error) {
	if d.User == "" {
		d.User = p.Actor.ID
	}
	c, owner, err := a.forKeysOf(p, d.User)
	if err != nil {
		return k, "", err
	}
	k = Key{ID: a.ids.New(), User: owner.ID, Name: strings.TrimSpace(d.Name), Addresses: d.Addresses, Rate: d.Rate, Created: store.Moment(a.now()), By: p.Actor.Name, Expires: d.Expires}
	if k.Name == "" || len(k.Name) > 60 {
		return k, "", fault.InvalidField("/name", "is empty or longer than 60 bytes", "name the program that will use it")
	}
	if k.Permissions, err = checkPermissions("/permissions", d.Permissions); err != nil {
		return k, "", err
	}
	if len(k.Permissions) == 0 {
		return k, "", fault.InvalidField("/permissions", "is empty", "choose what the program needs")
	}
	given := RightsOf(k.Permissions)
	if !given.Within(p.Rights) || !given.Within(a.rightsOf(p.Org, &owner)) {
		return k, "", fault.New(fault.Denied, "a key can't do what its account, or who makes it, may not do").WithRemedy("choose fewer permissions")
	}
	if d.Reach != nil {
		r, err := d.Reach.check("/reach")
		if err != nil {
			return k, "", err
		}
		if !r.Within(owner.Reach) && !(r.Kind == ReachOwn && owner.Reach.Kind == ReachOwn) {
			return k, "", fault.InvalidField("/reach", "is not within what its account reaches", "choose a part of that")
		}
		k.Reach = &r
	}
	if _, err = k.ranges(); err != nil {
		return k, "", err
	}
	if k.Rate < 0 || k.Rate > 100_000 {
		return k, "", fault.InvalidField("/rate", "is not between 0 and 100000", "give requests a minute")
	}
	if k.Expires != nil && !a.now().Before(k.Expires.Time) {
		return k, "", fault.InvalidField("/expires", "is past", "choose a day to come")
	}
	token, k.Prefix = newToken()
	k.Hash = hashOf(token)
	return k, token, a.write(ctx, c, func(tx store.Tx) error {
		_, err := keys.Insert(tx, &k)
		return err
	})
}

// RotateKey makes a key like the one named, which goes on working for overlap
// so that a program can be changed over.
func (a *Accounts) RotateKey(ctx context.Context, p Principal, id string, overlap time.Duration) (k Key, token string, err error) {
	c, old, err := a.keyFor(p, id)
	if err != nil {
		return k, "", err
	}
	now := a.now()
	if old.Ended != nil {
		return k, "", fault.New(fault.Conflict, "this key has ended, or is being replaced already").WithRemedy("make a new key")
	}
	owner, err := a.dir.Load().user(p.Org, old.User)
	if err == nil {
		err = a.mayActAs(p, &owner.Value)
	}
	if err != nil {
		return k, "", err
	}
	if !RightsOf(old.Permissions).Within(p.Rights) {
		return k, "", fault.New(fault.Denied, "this key may do what you may not").WithRemedy("ask an owner to rotate it, or revoke it")
	}
	if overlap < 0 || overlap > 30*24*time.Hour {
		return k, "", fault.InvalidField("/overlapMinutes", "is longer than 30 days", "choose up to 43200 minutes")
	}
	k = old
	k.ID, k.Created, k.By, k.Replaces = a.ids.New(), store.Moment(now), p.Actor.Name, old.ID
	token, k.Prefix = newToken()
	k.Hash = hashOf(token)
	end := store.Moment(now.Add(overlap))
	return k, token, a.write(ctx, c, func(tx store.Tx) error {
		doc, err := keys.Get(tx, old.ID)
		if err != nil {
			return err
		}
		doc.Value.Ended = &end
		if _, err := keys.Put(tx, &doc.Value, doc.Rev); err != nil {
			return err
		}
		_, err = keys.Insert(tx, &k)
		return err
	})
}

// RevokeKey ends a key at once. It stays in the list, so that what it did can
// be told.
func (a *Accounts) RevokeKey(ctx context.Context, p Principal, id string) error {
	c, _, err := a.keyFor(p, id)
	if err != nil {
		return err
	}
	now := store.Moment(a.now())
	return a.write(ctx, c, func(tx store.Tx) error {
		doc, err := keys.Get(tx, id)
		if err != nil {
			return err
		}
		if doc.Value.Ended != nil && !doc.Value.Ended.After(now.Time) {
			return nil
		}
		doc.Value.Ended = &now
		_, err = keys.Put(tx, &doc.Value, doc.Rev)
		return err
	})
}

// forKeysOf is the caller with which p handles keys of an account.
func (a *Accounts) forKeysOf(p Principal, user string) (Caller, User, error) {
	need := ManageKeys
	if user == p.Actor.ID && user != "" {
		need = OwnKeys
	}
	if p.Key != "" {
		return Caller{}, User{}, fault.New(fault.Denied, "a key can't make or change keys").WithRemedy("sign in as a person")
	}
	if need == OwnKeys && p.May(ManageKeys) {
		need = ManageKeys
	}
	if _, err := p.For(need); err != nil {
		return Caller{}, User{}, err
	}
	c, err := p.Self() // keys belong to no place
	if err != nil {
		return Caller{}, User{}, err
	}
	if user == "" {
		return c, User{}, fault.InvalidField("/user", "is empty", "name the account that the key acts as; this computer has none of its own")
	}
	u, err := a.dir.Load().user(p.Org, user)
	if err == nil && u.Value.Disabled {
		err = fault.New(fault.Conflict, "%s is disabled", u.Value.Name).WithRemedy("enable the account first")
	}
	if err == nil {
		err = a.mayActAs(p, &u.Value)
	}
	return c, u.Value, err
}

// mayActAs refuses a key that would act as somebody who may do more: few
// permissions or not, what it did would be theirs, to take back too.
func (a *Accounts) mayActAs(p Principal, u *User) error {
	if u.ID == p.Actor.ID || a.rightsOf(p.Org, u).Within(p.Rights) && u.Reach.Within(p.Reach) {
		return nil
	}
	return fault.New(fault.Denied, "this account may do more than you").WithRemedy("make an account for the program, or ask an owner")
}

func (a *Accounts) keyFor(p Principal, id string) (Caller, Key, error) {
	for _, k := range a.dir.Load().keys {
		if k.org == p.Org && k.ID == id {
			need := ManageKeys
			if k.User == p.Actor.ID && !p.May(ManageKeys) {
				need = OwnKeys
			}
			if _, err := p.For(need); err != nil {
				break // whether the key exists is nobody else's business
			}
			if p.Key != "" {
				return Caller{}, Key{}, fault.New(fault.Denied, "a key can't make or change keys").WithRemedy("sign in as a person")
			}
			c, err := p.Self()
			return c, k.Key, err
		}
	}
	return Caller{}, Key{}, fmt.Errorf("key: %w", fault.New(fault.NotFound, "there is no key %q", clip(id)).WithRemedy("list the keys again"))
}

func (u *keyUses) latest(at ref) (KeyUse, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	use, ok := u.last[at]
	return use, ok
}
