package account

import (
	"net/netip"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Principal is who stands behind one request. The zero Principal is nobody.
type Principal struct {
	Org    string
	Actor  actor.Actor // with From and Via
	Role   string      // id of the role; "" for this computer
	Rights Rights
	Reach  Reach

	Session string // id of the session that it came by; "" otherwise
	Key     string // id of the API key that it came by; "" otherwise
	Rate    int    // requests a minute that its key is held to; 0 is the hub's own limit

	// Owes is what it must do before it may do anything else: see Owe.
	Owes []Owe

	// Proved is when a person at the other end last proved who they are.
	Proved time.Time

	// Viewing is the role that it looks at the hub as; it then writes nothing.
	Viewing string
}

// Owe is something that a person must do before they go on.
type Owe string

const (
	OwePassword Owe = "password" // set a password of one's own
	OweMFA      Owe = "mfa"      // add a second factor: the role requires it and the deadline is past
)

// CostsVeil names what is withheld from whoever may not see costs.
const CostsVeil = "costs"

// Caller is under what scope a request works, and who makes it.
type Caller struct {
	Scope store.Scope
	Actor actor.Actor
}

// Machine is whoever holds this computer: the unix socket, the token of this
// start, the desktop window. It may do everything.
func Machine(org string) Principal {
	return Principal{Org: org, Actor: actor.Machine(), Rights: AllRights(), Reach: Everything()}
}

// Nobody reports whether the principal is nobody.
func (p *Principal) Nobody() bool { return p.Actor.Nobody() }

// Local reports whether it is whoever holds this computer.
func (p *Principal) Local() bool { return p.Actor.Kind == actor.Local }

// May reports whether p is permitted something, somewhere at least.
func (p *Principal) May(need Permission) bool {
	if p.Nobody() || len(p.Owes) > 0 || !p.Rights.Has(need) {
		return false
	}
	return p.Reach.Kind == ReachAll || !need.described().Whole
}

// For is the choke point: the scope and the actor with which p may do what
// need permits. Every face asks here, and nothing else hands out scopes.
func (p *Principal) For(need Permission) (Caller, error) {
	if p.Nobody() {
		return Caller{}, fault.New(fault.Denied, "nobody is signed in")
	}
	if err := p.owing(); err != nil {
		return Caller{}, err
	}
	d := need.described()
	if !p.Rights.Has(need) {
		return Caller{}, fault.New(fault.Denied, "you may not %s", d.May).WithRemedy("ask an owner or a manager for the permission %s", need)
	}
	if d.Whole && p.Reach.Kind != ReachAll {
		return Caller{}, fault.New(fault.Denied, "you may not %s: you reach a part of the organisation only", d.May).WithRemedy("ask an owner for a reach over all of it")
	}
	return p.placed(), nil
}

// Self is what p may see and change of its own: its account, its preferences.
// The scope is the whole organisation's; whoever uses it must hold it to p.
func (p *Principal) Self() (Caller, error) {
	if p.Nobody() {
		return Caller{}, fault.New(fault.Denied, "nobody is signed in")
	}
	return Caller{store.Org(p.Org), p.Actor}, nil
}

// Own is what p has made itself, wherever it stands: its jobs.
func (p *Principal) Own() (Caller, error) {
	c, err := p.Self()
	if err == nil {
		err = p.owing()
	}
	if err != nil {
		return Caller{}, err
	}
	c.Scope = c.Scope.OwnedBy(p.Actor.ID)
	return c, nil
}

// Seeing is what p may see at all: the vehicles that it reaches, or none.
func (p *Principal) Seeing() (Caller, error) {
	if p.May(ReadVehicles) {
		return p.For(ReadVehicles)
	}
	c, err := p.Self()
	if err == nil {
		err = p.owing()
	}
	if err != nil {
		return Caller{}, err
	}
	c.Scope = Reach{}.scope(c.Scope, "").Without(CostsVeil)
	return c, nil
}

// OnlyLooking refuses a write of who looks at the hub as another role.
func OnlyLooking(p Principal) error {
	return fault.New(fault.Denied, "you look at the hub as another role: nothing is written").WithRemedy("end the view first")
}

// As is p looking at the hub as a role with a reach would: never more than p
// may itself, and without writing.
func (a *Accounts) As(p Principal, role string, reach Reach) (Principal, error) {
	if _, err := p.For(ManageRoles); err != nil {
		return Principal{}, err
	}
	r, ok := a.dir.Load().role(p.Org, role)
	if !ok {
		return Principal{}, errNoRole(role)
	}
	reach, err := reach.check("/reach")
	if err != nil {
		return Principal{}, err
	}
	p.Rights &= r.Rights()
	p.Reach, p.Viewing = reach, role
	return p, nil
}

// placed is the scope of p's placed permissions.
func (p *Principal) placed() Caller {
	s := p.Reach.scope(store.Org(p.Org), p.Actor.ID)
	if !p.Rights.Has(SeeCosts) {
		s = s.Without(CostsVeil)
	}
	return Caller{s, p.Actor}
}

// owing refuses a principal that has something to do first.
func (p *Principal) owing() error {
	switch {
	case slices.Contains(p.Owes, OwePassword):
		return fault.New(fault.Denied, "you have yet to set a password of your own").WithRemedy("set it on the page of your account")
	case slices.Contains(p.Owes, OweMFA):
		return fault.New(fault.Denied, "your role needs a second factor").WithRemedy("add a passkey or an authenticator app on the page of your account")
	}
	return nil
}

// Same reports whether two readings of one principal come to the same: an
// open stream of one that does not is ended.
func (p *Principal) Same(q *Principal) bool {
	return p.Org == q.Org && p.Actor.ID == q.Actor.ID && p.Actor.Kind == q.Actor.Kind && p.Rights == q.Rights &&
		p.Reach.Kind == q.Reach.Kind && slices.Equal(p.Reach.Places, q.Reach.Places) && slices.Equal(p.Owes, q.Owes) && p.Viewing == q.Viewing
}

// allowed reports whether an address is in one of the ranges; no ranges allow
// all.
func allowed(ranges []netip.Prefix, from netip.Addr) bool {
	return len(ranges) == 0 || slices.ContainsFunc(ranges, func(r netip.Prefix) bool { return r.Contains(from.Unmap()) })
}
