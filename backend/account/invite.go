package account

import (
	"context"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Invitation lets one person set the first proof of their account, or a new
// one after a reset, once. Its token stands in a link, its hash here.
type Invitation struct {
	Hash    string          `json:"hash"`
	User    string          `json:"user"`
	Kind    string          `json:"kind"` // "invitation" or "reset"
	By      string          `json:"by"`   // name of who made it
	Created store.Timestamp `json:"created"`
	Expires store.Timestamp `json:"expires"`
}

var invitations = store.Define(store.Def[Invitation]{
	Name: "invitations", Class: store.Truth, Schema: 1,
	Key: func(i *Invitation) string { return i.Hash },
	Indexes: []store.Index[Invitation]{{Name: "user", Fields: []store.Field[Invitation]{
		{Name: "user", Kind: store.Text, Value: func(i *Invitation) store.Value { return store.String(i.User) }},
	}}},
})

// inviteLife is how long an invitation waits.
const inviteLife = 7 * 24 * time.Hour

// Invited is what whoever holds an invitation may know.
type Invited struct {
	Organisation string          `json:"organisation"`
	Name         string          `json:"name"`
	Login        string          `json:"login"`
	By           string          `json:"by"`
	Kind         string          `json:"kind" enum:"invitation,reset"`
	Expires      store.Timestamp `json:"expires"`
}

func errInvite() error {
	return fault.New(fault.NotFound, "this link is used, has run out, or was never one").WithRemedy("ask whoever sent it for another")
}

// Invite makes a link for an account that can't sign in yet, or has lost what
// it signs in with. Links that were made before are nothing from then on.
func (a *Accounts) Invite(ctx context.Context, p Principal, user string) (token string, i Invitation, err error) {
	_, token, i, err = a.inviting(ctx, p, user, "invitation", func(u *User) error {
		if u.Proofs.Password != "" || len(u.Proofs.Passkeys) > 0 {
			return fault.New(fault.Conflict, "%s can sign in already", u.Name).WithRemedy("reset the password if it is lost")
		}
		return nil
	})
	return token, i, err
}

// Reset takes away what an account signs in with: its password, its second
// factors or both. Its sessions end. With the password goes a link to set
// another. Nobody resets themselves but on this computer: the last owner
// would be gone.
func (a *Accounts) Reset(ctx context.Context, p Principal, user string, password, second bool) (token string, i Invitation, err error) {
	if user == p.Actor.ID {
		return "", i, fault.New(fault.Denied, "you can't reset your own account").WithRemedy("change it on the page of your account, or run `hubcap user reset` on the computer that Hubcap runs on")
	}
	if !password && !second {
		return "", i, fault.InvalidField("/password", "and /second are both false", "choose what is to be reset")
	}
	clear := func(u *User) error {
		if second {
			u.Proofs.TOTP, u.Proofs.TOTPSet, u.Proofs.Codes, u.Proofs.CodesLeft = "", nil, "", 0
			u.Proofs.Passkeys = []Passkey{}
		}
		if password {
			u.Proofs.Password, u.Proofs.PasswordSet = "", nil
		}
		return nil
	}
	var u User
	if password {
		u, token, i, err = a.inviting(ctx, p, user, "reset", clear)
	} else {
		var doc store.Doc[User]
		doc, err = a.change(ctx, p, user, store.AnyRev, clear)
		u = doc.Value
	}
	if err != nil {
		return "", i, err
	}
	if err := a.endOf(ctx, p.Org, user, ""); err != nil {
		return "", i, err
	}
	if password {
		a.tell(ctx, p.Org, p.Actor, audit.PasswordReset, &u, "")
	}
	if second {
		a.tell(ctx, p.Org, p.Actor, evMFAReset, &u, "")
	}
	return token, i, nil
}

// inviting changes an account, then makes its link.
func (a *Accounts) inviting(ctx context.Context, p Principal, user, kind string, do func(*User) error) (User, string, Invitation, error) {
	doc, err := a.change(ctx, p, user, store.AnyRev, func(u *User) error {
		if u.Kind != actor.User {
			return fault.New(fault.Conflict, "%s is a program and signs in by a key", u.Name).WithRemedy("make an API key for it")
		}
		if u.Disabled {
			return fault.New(fault.Conflict, "%s is disabled", u.Name).WithRemedy("enable the account first")
		}
		return do(u)
	})
	if err != nil {
		return User{}, "", Invitation{}, err
	}
	c, err := p.For(ManageUsers)
	if err != nil {
		return User{}, "", Invitation{}, err
	}
	now, token := a.now(), secretText()
	i := Invitation{Hash: hashOf(token), User: user, Kind: kind, By: p.Actor.Name, Created: store.Moment(now), Expires: store.Moment(now.Add(inviteLife))}
	err = a.write(ctx, c, func(tx store.Tx) error {
		if err := dropInvitations(tx, user); err != nil {
			return err
		}
		_, err := invitations.Insert(tx, &i)
		return err
	})
	if err == nil {
		a.tell(ctx, p.Org, p.Actor, audit.UserInvited, &doc.Value, kind)
	}
	return doc.Value, token, i, err
}

func dropInvitations(tx store.Tx, user string) error {
	page, err := invitations.Query(tx, store.Query{Index: "user", Prefix: store.Values(store.String(user)), Limit: store.MaxLimit})
	for _, old := range page.Items {
		if err == nil {
			err = invitations.Delete(tx, old.Key, store.AnyRev)
		}
	}
	return err
}

// invitation finds a link that holds. Links are of the hub, whatever the
// organisation.
func (a *Accounts) invitation(ctx context.Context, token string) (org string, i Invitation, u *User, err error) {
	d := a.dir.Load()
	hash := hashOf(token)
	for _, org := range d.organisations() {
		var doc store.Doc[Invitation]
		err := a.db.View(ctx, store.Org(org), func(r store.Reader) (err error) { doc, err = invitations.Get(r, hash); return err })
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return "", i, nil, err
		}
		u := d.person(org, doc.Value.User)
		if u == nil || !a.now().Before(doc.Value.Expires.Time) {
			break
		}
		return org, doc.Value, u, nil
	}
	return "", i, nil, errInvite()
}

// organisations lists those that there are.
func (d *directory) organisations() []string {
	out := []string{Home}
	for org := range d.orgs {
		if org != Home {
			out = append(out, org)
		}
	}
	return out
}

// LookAtInvitation says what a link is for.
func (a *Accounts) LookAtInvitation(ctx context.Context, v Visit, token string) (Invited, error) {
	if err := a.door.throttle.enter("invitation", v.From, false, a.now()); err != nil {
		return Invited{}, err
	}
	org, i, u, err := a.invitation(ctx, token)
	if err != nil {
		return Invited{}, err
	}
	a.door.throttle.succeed("invitation", v.From)
	return Invited{a.dir.Load().organisation(org).Name, u.Name, u.Login, i.By, i.Kind, i.Expires}, nil
}

// Accept uses a link up and sets the account's password. An account that has
// a second factor still is asked for it.
func (a *Accounts) Accept(ctx context.Context, v Visit, token, password string) (Entrance, error) {
	if err := a.door.throttle.enter("invitation", v.From, false, a.now()); err != nil {
		return Entrance{}, err
	}
	org, i, u, err := a.invitation(ctx, token)
	if err != nil {
		return Entrance{}, err
	}
	a.door.throttle.succeed("invitation", v.From)
	sealed, err := a.sealPassword(ctx, org, "/password", u, password)
	if err != nil {
		return Entrance{}, err
	}
	now := store.Moment(a.now())
	return a.accepted(ctx, v, org, i, func(u *User) error {
		u.Proofs.Password, u.Proofs.PasswordSet, u.Proofs.MustChange = sealed, &now, false
		return nil
	})
}

// BeginAcceptPasskey asks the browser of whoever holds a link for a passkey,
// in place of a password.
func (a *Accounts) BeginAcceptPasskey(ctx context.Context, v Visit, token string) (any, error) {
	org, i, u, err := a.invitation(ctx, token)
	if err == nil {
		err = a.allowsFactors(org, u)
	}
	if err != nil {
		return nil, err
	}
	return a.askToMake(ctx, v, u, ceremony{org: org, user: u.ID, what: toAccept, of: i.Hash})
}

// AcceptByPasskey uses a link up and keeps the passkey that was made.
func (a *Accounts) AcceptByPasskey(ctx context.Context, v Visit, token, name string, answer []byte) (Entrance, error) {
	org, i, u, err := a.invitation(ctx, token)
	if err != nil {
		return Entrance{}, err
	}
	if len(u.Proofs.Passkeys) > 0 || u.Proofs.TOTP != "" {
		return Entrance{}, fault.New(fault.Conflict, "the account has a second factor: set a password").WithRemedy("set a password with the link")
	}
	c, made, err := a.made(v, toAccept, name, answer)
	if err != nil {
		return Entrance{}, err
	}
	if c.of != i.Hash {
		return Entrance{}, errInvite()
	}
	return a.accepted(ctx, v, org, i, func(u *User) error { return u.addPasskey(made) })
}

// accepted changes the account and uses the link up, both or neither.
func (a *Accounts) accepted(ctx context.Context, v Visit, org string, i Invitation, do func(*User) error) (Entrance, error) {
	u := a.dir.Load().person(org, i.User)
	if u == nil {
		return Entrance{}, errInvite()
	}
	had := u.Proofs.SecondFactor()
	err := a.write(ctx, Caller{Scope: store.Org(org), Actor: u.acting(v, "")}, func(tx store.Tx) error {
		if err := invitations.Delete(tx, i.Hash, store.AnyRev); err != nil {
			return err
		}
		return rewrite(tx, i.User, do)
	})
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		return Entrance{}, errInvite()
	}
	if err != nil {
		return Entrance{}, err
	}
	a.tell(ctx, org, u.acting(v, ""), evInviteUsed, u, i.Kind)
	if err := a.endOf(ctx, org, i.User, ""); err != nil {
		return Entrance{}, err
	}
	if u = a.dir.Load().person(org, i.User); u == nil {
		return Entrance{}, errInvite()
	}
	if !had {
		return a.begin(ctx, org, u, v, ByInvite, len(u.Proofs.Passkeys) > 0, false)
	}
	return a.first(ctx, org, u, v, ByInvite, false)
}

// ForgetInvitations removes links that have run out.
func (a *Accounts) ForgetInvitations(ctx context.Context) error {
	old := map[string][]string{}
	err := each(ctx, a.db, invitations, func(i store.Doc[Invitation]) {
		if !a.now().Before(i.Value.Expires.Time) {
			old[i.Org] = append(old[i.Org], i.Key)
		}
	})
	for org, keys := range old {
		if err != nil {
			return err
		}
		_, err = a.db.Update(ctx, store.Write{Scope: store.Org(org), Actor: actor.Hub("invitations")}, func(tx store.Tx) error {
			for _, k := range keys {
				if err := invitations.Delete(tx, k, store.AnyRev); err != nil && !fault.Is(err, fault.NotFound) {
					return err
				}
			}
			return nil
		})
	}
	return err
}

// ForgetDevices removes the devices whose trust has run out.
func (a *Accounts) ForgetDevices(ctx context.Context) error {
	old := map[string][]Device{}
	err := each(ctx, a.db, devices, func(d store.Doc[Device]) {
		if !a.now().Before(d.Value.Expires.Time) {
			old[d.Org] = append(old[d.Org], d.Value)
		}
	})
	for org, list := range old {
		if err == nil {
			err = a.dropDevices(ctx, org, list)
		}
	}
	return err
}
