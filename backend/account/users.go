package account

import (
	"cmp"
	"context"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// UserDraft is what can be set on an account.
type UserDraft struct {
	Kind     actor.Kind `json:"kind,omitempty" enum:"user,service" doc:"a person (the default) or a program; never changes"`
	Login    string     `json:"login" minLength:"2" maxLength:"100" doc:"what is typed to sign in: a short name or an e-mail address"`
	Name     string     `json:"name" minLength:"1" maxLength:"100"`
	Role     string     `json:"role" maxLength:"60" doc:"id of a role"`
	Reach    Reach      `json:"reach"`
	Disabled bool       `json:"disabled,omitempty" doc:"may not come in; nothing of it is lost"`
}

// Users lists the accounts of p's organisation by name.
func (a *Accounts) Users(p Principal) ([]store.Doc[User], error) {
	c, err := p.For(ManageUsers)
	if err != nil {
		return nil, err
	}
	var out []store.Doc[User]
	for at, u := range a.dir.Load().users {
		if at.org == c.Scope.Org() {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(x, y store.Doc[User]) int {
		return cmp.Or(cmp.Compare(x.Value.Name, y.Value.Name), cmp.Compare(x.Key, y.Key))
	})
	return out, nil
}

// User returns one account of p's organisation: p's own, or anybody's for
// whoever manages users.
func (a *Accounts) User(p Principal, id string) (store.Doc[User], error) {
	c, err := p.Self()
	if err == nil && p.Actor.ID != id {
		c, err = p.For(ManageUsers)
	}
	if err != nil {
		return store.Doc[User]{}, err
	}
	return a.dir.Load().user(c.Scope.Org(), id)
}

func (d *directory) user(org, id string) (store.Doc[User], error) {
	u, ok := d.users[ref{org, id}]
	if !ok {
		return u, fault.New(fault.NotFound, "there is no account %q", clip(id)).WithRemedy("list the accounts again")
	}
	return u, nil
}

// RoleOf is the role of an account, as it stands.
func (a *Accounts) RoleOf(org string, u *User) Role {
	r, ok := a.dir.Load().role(org, u.Role)
	if !ok {
		return Role{ID: u.Role, Name: "a role that is gone", Permissions: []Permission{}}
	}
	return r
}

func (a *Accounts) rightsOf(org string, u *User) Rights {
	r := a.RoleOf(org, u)
	return r.Rights()
}

// AddUser makes an account that can't sign in yet: invite it, or set a
// password for it.
func (a *Accounts) AddUser(ctx context.Context, p Principal, d UserDraft) (store.Doc[User], error) {
	c, err := p.For(ManageUsers)
	if err != nil {
		return store.Doc[User]{}, err
	}
	u := User{ID: a.ids.New(), Kind: cmp.Or(d.Kind, actor.User), Created: store.Moment(a.now()), Proofs: Proofs{Passkeys: []Passkey{}, Outside: []Outside{}}}
	if u.Kind != actor.User && u.Kind != actor.Service {
		return store.Doc[User]{}, fault.InvalidField("/kind", "is neither user nor service", "use one of them")
	}
	if err := a.fill(p, &u, d); err != nil {
		return store.Doc[User]{}, err
	}
	err = a.write(ctx, c, func(tx store.Tx) error {
		_, err := users.Insert(tx, &u)
		return loginTaken(err)
	})
	return store.Doc[User]{Org: p.Org, Key: u.ID, Rev: 1, Value: u}, err
}

// SetUser replaces what can be set on an account. What it may do changes with
// its next request. The last owner stays one.
func (a *Accounts) SetUser(ctx context.Context, p Principal, id string, ifRev int64, d UserDraft) (store.Doc[User], error) {
	return a.change(ctx, p, id, ifRev, func(u *User) error { return a.fill(p, u, d) })
}

// fill puts a draft on an account, where p may give what it gives.
func (a *Accounts) fill(p Principal, u *User, d UserDraft) (err error) {
	if u.Login, err = checkLogin("/login", d.Login); err != nil {
		return err
	}
	if at, taken := a.dir.Load().logins[u.Login]; taken && at.id != u.ID {
		return errLoginTaken()
	}
	if u.Name, err = checkName("/name", d.Name); err != nil {
		return err
	}
	if u.Reach, err = d.Reach.check("/reach"); err != nil {
		return err
	}
	role, ok := a.dir.Load().role(p.Org, d.Role)
	if !ok {
		return fault.InvalidField("/role", "is not a role", "list the roles and name one by its id")
	}
	if !role.Rights().Within(p.Rights) || !u.Reach.Within(p.Reach) {
		return fault.New(fault.Denied, "nobody can give more than they have: the role %s over that reach permits what you may not do", role.Name).WithRemedy("choose another role, or ask an owner")
	}
	u.Role, u.Disabled = role.ID, d.Disabled
	return nil
}

func errLoginTaken() error {
	return fault.InvalidField("/login", "belongs to another account", "choose another")
}

func loginTaken(err error) error {
	if fault.Is(err, fault.Conflict) {
		return errLoginTaken()
	}
	return err
}

// change rewrites one account under the rules that hold for all changes: p
// may do all that the account may, and an owner is left.
func (a *Accounts) change(ctx context.Context, p Principal, id string, ifRev int64, do func(*User) error) (store.Doc[User], error) {
	c, err := p.For(ManageUsers)
	if err != nil {
		return store.Doc[User]{}, err
	}
	var out store.Doc[User]
	err = a.write(ctx, c, func(tx store.Tx) error {
		doc, err := users.Get(tx, id)
		if err != nil {
			return err
		}
		if !a.rightsOf(p.Org, &doc.Value).Within(p.Rights) || !doc.Value.Reach.Within(p.Reach) {
			return fault.New(fault.Denied, "this account may do more than you").WithRemedy("ask an owner")
		}
		was := doc.Value
		if err := do(&doc.Value); err != nil {
			return err
		}
		if was.owns() && !doc.Value.owns() {
			if err := ownerLeft(tx, id); err != nil {
				return err
			}
		}
		if ifRev != store.AnyRev && ifRev != doc.Rev {
			return fault.New(fault.Conflict, "the account was changed meanwhile")
		}
		if doc.Value.Disabled && !was.Disabled {
			// A link that is under way must not open when the account does again.
			if err := dropInvitations(tx, id); err != nil {
				return err
			}
		}
		doc.Rev, err = users.Put(tx, &doc.Value, doc.Rev)
		out = doc
		return loginTakenOr(err, was.Login != doc.Value.Login)
	})
	return out, err
}

func loginTakenOr(err error, renamed bool) error {
	if renamed {
		return loginTaken(err)
	}
	return err
}

// owns reports whether the account has the last word.
func (u *User) owns() bool {
	return u.Role == OwnerRole && !u.Disabled && u.Reach.Kind == ReachAll && u.Kind == actor.User
}

// ownerLeft refuses to go on when nobody but id is an owner. It reads inside
// the transaction: two owners who remove each other at once can't both
// succeed.
func ownerLeft(tx store.Tx, id string) error {
	_, found, err := findUser(tx, func(u *User) bool { return u.ID != id && u.owns() })
	if err == nil && !found {
		return fault.New(fault.Denied, "this is the last owner").WithRemedy("make somebody else an owner first")
	}
	return err
}

// findUser reads the organisation's accounts, within a transaction, up to one
// that fits.
func findUser(r store.Reader, fits func(*User) bool) (u User, found bool, err error) {
	q := store.Query{Limit: store.MaxLimit}
	for {
		page, err := users.Query(r, q)
		if err != nil {
			return u, false, err
		}
		for i := range page.Items {
			if fits(&page.Items[i].Value) {
				return page.Items[i].Value, true, nil
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return u, false, nil
		}
	}
}
