package account

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// ticket stands between a right password and a second factor.
type ticket struct {
	org, user string
	how       Method
	remember  bool
	password  store.Timestamp // of which time the password was: a change ends the ticket
}

// ticketLife is how long a second factor may take.
const ticketLife = 5 * time.Minute

// errSignIn is the one answer to a failed sign-in: it tells nobody whether
// the account exists, is disabled or has another password.
func errSignIn() error {
	return fault.New(fault.Denied, "this login and password do not open Hubcap").WithRemedy("check both; an owner or manager can send you a new link")
}

func errSecond() error {
	return fault.New(fault.Denied, "this code is not right, or was used already").WithRemedy("wait for the next code, or use a backup code")
}

func errTicket() error {
	return fault.New(fault.Denied, "this sign-in took too long").WithRemedy("begin again with your password")
}

// byLogin finds the person who may sign in under a login; nil is nobody.
func (d *directory) byLogin(login string) (org string, u *User) {
	at, ok := d.logins[login]
	if !ok {
		return Home, nil
	}
	doc := d.users[at]
	if doc.Value.Kind != actor.User || doc.Value.Disabled {
		return at.org, nil
	}
	return at.org, &doc.Value
}

// person finds a person who may sign in by id; nil is nobody.
func (d *directory) person(org, id string) *User {
	doc, ok := d.users[ref{org, id}]
	if !ok || doc.Value.Kind != actor.User || doc.Value.Disabled {
		return nil
	}
	return &doc.Value
}

// SignIn takes a login and a password. It ends in a session, or asks for a
// second factor.
func (a *Accounts) SignIn(ctx context.Context, v Visit, login, password string, remember bool) (Entrance, error) {
	login = FoldLogin(login)
	if len(login) > 100 {
		login = login[:100] // nobody's: a login is shorter
	}
	org, u := a.dir.Load().byLogin(login)
	if err := a.door.throttle.enter(login, v.From, a.known(ctx, org, u, v), a.now()); err != nil {
		a.count(org, v, u, "too many tries")
		return Entrance{}, err
	}
	match, stale, err := a.passwordIs(ctx, u, password)
	if err != nil {
		return Entrance{}, err
	}
	if !match || u == nil {
		a.count(org, v, u, "password")
		return Entrance{}, errSignIn()
	}
	a.door.throttle.succeed(login, v.From)
	if stale {
		a.rehash(ctx, org, u, v, password)
	}
	return a.first(ctx, org, u, v, ByPassword, remember)
}

// first goes on after the first factor was right.
func (a *Accounts) first(ctx context.Context, org string, u *User, v Visit, how Method, remember bool) (Entrance, error) {
	if !u.Proofs.SecondFactor() {
		return a.begin(ctx, org, u, v, how, false, remember)
	}
	if a.trusts(ctx, org, u, v.Device) {
		return a.begin(ctx, org, u, v, how, true, remember)
	}
	t, text := ticket{org: org, user: u.ID, how: how, remember: remember}, secretText()
	if u.Proofs.PasswordSet != nil {
		t.password = *u.Proofs.PasswordSet
	}
	a.door.tickets.put(hashOf(text), t, a.now(), ticketLife)
	e := Entrance{Ticket: text, Methods: u.methods(v)}
	if len(e.Methods) == 0 {
		e.Why = "your passkey belongs to " + u.Proofs.Passkeys[0].RP + ": open Hubcap under that name"
	}
	return e, nil
}

// methods are those with which u can show a second factor here.
func (u *User) methods(v Visit) []Method {
	out := []Method{}
	if slices.ContainsFunc(u.Proofs.Passkeys, func(k Passkey) bool { return k.RP == v.Host }) {
		out = append(out, ByPasskey)
	}
	if u.Proofs.TOTP != "" {
		out = append(out, ByTOTP)
	}
	if u.Proofs.CodesLeft > 0 {
		out = append(out, ByCode)
	}
	return out
}

// secondMark begins what the throttle counts second factors under.
const secondMark = "second factor of "

// Second takes the second factor that a ticket waits for.
func (a *Accounts) Second(ctx context.Context, v Visit, text string, m Method, value string, trust bool) (Entrance, error) {
	t, u, err := a.ticket(text)
	if err != nil {
		return Entrance{}, err
	}
	if err := a.showSecond(ctx, v, t.org, u, m, value); err != nil {
		return Entrance{}, err
	}
	return a.second(ctx, v, text, u, trust)
}

func (a *Accounts) ticket(text string) (ticket, *User, error) {
	t, ok := a.door.tickets.get(hashOf(text), a.now())
	u := a.dir.Load().person(t.org, t.user)
	if !ok || u == nil || u.Proofs.PasswordSet != nil && !u.Proofs.PasswordSet.Equal(t.password.Time) {
		return t, nil, errTicket()
	}
	return t, u, nil
}

// second uses the ticket up and opens the session.
func (a *Accounts) second(ctx context.Context, v Visit, text string, u *User, trust bool) (Entrance, error) {
	t, ok := a.door.tickets.take(hashOf(text), a.now())
	if !ok {
		return Entrance{}, errTicket()
	}
	e, err := a.begin(ctx, t.org, u, v, t.how, true, t.remember)
	if err == nil && trust {
		e.Device, err = a.trust(ctx, t.org, u, v)
	}
	return e, err
}

// showSecond checks a code of an app or a backup code, and uses it up.
func (a *Accounts) showSecond(ctx context.Context, v Visit, org string, u *User, m Method, value string) error {
	if m != ByTOTP && m != ByCode {
		return fault.InvalidField("/method", "is neither totp nor code", "use one of them; a passkey has a way of its own")
	}
	login := secondMark + u.Login
	if err := a.door.throttle.enter(login, v.From, a.known(ctx, org, u, v), a.now()); err != nil {
		a.count(org, v, u, "too many tries of a second factor")
		return err
	}
	check := a.useTOTP
	if m == ByCode {
		check = a.useCode
	}
	if err := check(ctx, v, org, u, value); err != nil {
		if fault.Is(err, fault.Denied) {
			a.count(org, v, u, "second factor")
		}
		return err
	}
	a.door.throttle.succeed(login, v.From)
	return nil
}

// Confirm is a person's proof, once more, of who they are. The session gets
// another token.
func (a *Accounts) Confirm(ctx context.Context, p Principal, v Visit, m Method, value string) (Entrance, error) {
	u := a.dir.Load().person(p.Org, p.Actor.ID)
	if u == nil || p.Session == "" {
		return Entrance{}, fault.New(fault.Denied, "only a person who has signed in can confirm").WithRemedy("sign in")
	}
	if m != ByPassword {
		if err := a.showSecond(ctx, v, p.Org, u, m, value); err != nil {
			return Entrance{}, err
		}
		return a.confirmed(ctx, p, m)
	}
	if err := a.door.throttle.enter(u.Login, v.From, true, a.now()); err != nil {
		return Entrance{}, err
	}
	match, _, err := a.passwordIs(ctx, u, value)
	if err != nil {
		return Entrance{}, err
	}
	if !match {
		a.count(p.Org, v, u, "password, to confirm")
		return Entrance{}, fault.InvalidField("/value", "is not your password", "type it again")
	}
	a.door.throttle.succeed(u.Login, v.From)
	return a.confirmed(ctx, p, m)
}

func (a *Accounts) confirmed(ctx context.Context, p Principal, m Method) (Entrance, error) {
	e, err := a.renew(ctx, p, func(s *Session) { s.Proved = store.Moment(a.now()) })
	if err == nil {
		a.tell(ctx, p.Org, p.Actor, evConfirmed, nil, string(m))
	}
	return e, err
}

// known reports whether u has come from this address or device before: the
// brake on a login that others guess at does not hold them.
func (a *Accounts) known(ctx context.Context, org string, u *User, v Visit) bool {
	if u == nil {
		return false
	}
	here := a.door.sessions.list(func(l *live) bool { return l.org == org && l.User == u.ID && sameAddress(*l.from.Load(), v.From) })
	return len(here) > 0 || a.trusts(ctx, org, u, v.Device)
}

func sameAddress(a, b netip.Addr) bool { return a.IsValid() && a.Unmap() == b.Unmap() }

// rehash keeps a password under today's parameters. It is done beside the
// sign-in, which does not fail by it.
func (a *Accounts) rehash(ctx context.Context, org string, u *User, v Visit, password string) {
	phc, err := a.door.hasher.hash(ctx, password)
	if err == nil {
		err = a.own(ctx, org, u, v, func(u *User) (err error) {
			u.Proofs.Password, err = a.seal(passwordPurpose(u.ID), phc)
			return err
		})
	}
	if err != nil {
		a.log.Warn("a password keeps its old hash", "err", err)
	}
}

// own rewrites an account by its owner's own doing: its proofs and its name.
// do may run more than once.
func (a *Accounts) own(ctx context.Context, org string, u *User, v Visit, do func(*User) error) error {
	c := Caller{Scope: store.Org(org), Actor: u.acting(v, "")}
	return a.write(ctx, c, func(tx store.Tx) error { return rewrite(tx, u.ID, do) })
}

func rewrite(tx store.Tx, id string, do func(*User) error) error {
	doc, err := users.Get(tx, id)
	if err != nil {
		return err
	}
	if err := do(&doc.Value); err != nil {
		return err
	}
	_, err = users.Put(tx, &doc.Value, doc.Rev)
	return err
}

// SetPassword sets p's own password. Whoever came in by the present one shows
// it once more: a page that was left open is not enough. All other sessions
// end, and the one that it came by gets another token.
func (a *Accounts) SetPassword(ctx context.Context, p Principal, v Visit, current, password string) (Entrance, error) {
	u, err := a.me(p)
	if err == nil {
		err = p.Fresh(a.now())
	}
	if err != nil {
		return Entrance{}, err
	}
	l := a.door.sessions.named(p.Org, p.Session)
	if u.Proofs.Password != "" && !u.Proofs.MustChange && l != nil && l.How != ByPasskey && l.How != ByOIDC {
		if err := a.door.throttle.enter(u.Login, v.From, true, a.now()); err != nil {
			return Entrance{}, err
		}
		match, _, err := a.passwordIs(ctx, u, current)
		if err != nil {
			return Entrance{}, err
		}
		if !match {
			a.count(p.Org, v, u, "password, to change it")
			return Entrance{}, fault.InvalidField("/current", "is not your password", "type the one that you have now")
		}
		a.door.throttle.succeed(u.Login, v.From)
	}
	sealed, err := a.sealPassword(ctx, p.Org, "/password", u, password)
	if err != nil {
		return Entrance{}, err
	}
	now := store.Moment(a.now())
	err = a.asMe(ctx, p, func(u *User) error {
		u.Proofs.Password, u.Proofs.PasswordSet, u.Proofs.MustChange = sealed, &now, false
		return nil
	})
	if err != nil {
		return Entrance{}, err
	}
	return a.proofsChanged(ctx, p, audit.PasswordChanged, "")
}

// SetName sets p's own name.
func (a *Accounts) SetName(ctx context.Context, p Principal, name string) error {
	if _, err := a.me(p); err != nil {
		return err
	}
	name, err := checkName("/name", name)
	if err != nil {
		return err
	}
	return a.asMe(ctx, p, func(u *User) error { u.Name = name; return nil })
}

// me is the account of a person who has signed in.
func (a *Accounts) me(p Principal) (*User, error) {
	u := a.dir.Load().person(p.Org, p.Actor.ID)
	switch {
	case p.Local():
		return nil, fault.New(fault.Denied, "this computer has no account of its own").WithRemedy("sign in as a person")
	case u == nil || p.Session == "":
		return nil, fault.New(fault.Denied, "only a person who has signed in can do this").WithRemedy("sign in")
	case a.door.sessions.named(p.Org, p.Session) == nil:
		return nil, errEnded() // since the request began: its body may have come slowly
	case p.Viewing != "":
		return nil, fault.New(fault.Denied, "nothing is changed while you look at Hubcap as another role").WithRemedy("go back to your own")
	}
	return u, nil
}

func (a *Accounts) asMe(ctx context.Context, p Principal, do func(*User) error) error {
	c, err := p.Self()
	if err != nil {
		return err
	}
	return a.write(ctx, c, func(tx store.Tx) error { return rewrite(tx, p.Actor.ID, do) })
}

// proofsChanged ends what was opened by the proofs of before: all other
// sessions, and the token of this one.
func (a *Accounts) proofsChanged(ctx context.Context, p Principal, event audit.Event, note string) (Entrance, error) {
	a.tell(ctx, p.Org, p.Actor, event, nil, note)
	if err := a.endOf(ctx, p.Org, p.Actor.ID, p.Session); err != nil {
		return Entrance{}, err
	}
	return a.renew(ctx, p, nil)
}

// allowsFactors refuses a second factor where the role has none.
func (a *Accounts) allowsFactors(org string, u *User) error {
	if a.dir.Load().organisation(org).MFA[u.Role].Policy == MFAOff {
		return fault.New(fault.Denied, "your role signs in without a second factor").WithRemedy("ask an owner to allow one for the role")
	}
	return nil
}

// ConfirmBy are the ways in which p can confirm that it is them, here. There
// is none for somebody who signs in by a provider alone: signing in again is
// their proof.
func (a *Accounts) ConfirmBy(p Principal, v Visit) []Method {
	out := []Method{}
	u := a.dir.Load().person(p.Org, p.Actor.ID)
	if u == nil || p.Session == "" {
		return out
	}
	if u.Proofs.Password != "" {
		out = append(out, ByPassword)
	}
	return append(out, u.methods(v)...)
}

// MFAFrom is the day from which p's role needs a second factor that p does
// not have yet; "" is none.
func (a *Accounts) MFAFrom(p Principal) string {
	d := a.dir.Load()
	u := d.person(p.Org, p.Actor.ID)
	if u == nil || u.Proofs.SecondFactor() {
		return ""
	}
	if l := a.door.sessions.named(p.Org, p.Session); l != nil && l.How == ByOIDC {
		return ""
	}
	o := d.organisation(p.Org)
	rule := o.MFA[u.Role]
	if rule.Policy != MFARequired {
		return ""
	}
	if rule.From == "" {
		return a.now().UTC().Format(time.DateOnly)
	}
	return rule.From
}
