package account

import (
	"context"
	"crypto/subtle"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// setupCode is what the first owner must know: it stands on the console of
// this computer alone, so that nobody who merely reaches the hub is first.
type setupCode struct {
	mu    sync.Mutex
	text  string
	wrong int
	since time.Time // when it was made
}

const (
	setupLength = 8           // of 32 letters: 40 bits
	setupTries  = 10          // wrong ones, then the code is another
	setupLeast  = time.Minute // that a code stands, so that nobody can keep it from being typed
)

// FirstOwner is what the first person gives.
type FirstOwner struct {
	Code         string
	Organisation string
	Name         string
	Login        string
	Password     string
}

// SetupCode is the code that makes the first owner, "" once there is a person
// with an account. It is another with each start.
func (a *Accounts) SetupCode() string {
	if a.Any() {
		return ""
	}
	s := &a.door.setup
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.text == "" {
		s.text, s.since = easyText(setupLength), a.now()
	}
	return s.text[:4] + "-" + s.text[4:]
}

// takes compares a code; after too many wrong ones it makes another and tells
// the console.
func (a *Accounts) takesSetup(code string) bool {
	a.SetupCode() // there is one
	s := &a.door.setup
	s.mu.Lock()
	if subtle.ConstantTimeCompare([]byte(parseEasy(code, setupLength)), []byte(s.text)) == 1 {
		s.mu.Unlock()
		return true
	}
	s.wrong++
	renewed := s.wrong >= setupTries && a.now().Sub(s.since) >= setupLeast
	if renewed {
		s.text, s.wrong, s.since = easyText(setupLength), 0, a.now()
	}
	s.mu.Unlock()
	if renewed && a.announce != nil {
		a.announce(a.SetupCode())
	}
	return false
}

// SetUp makes the first owner, with the code or as who holds this computer.
// Of many at once one succeeds.
func (a *Accounts) SetUp(ctx context.Context, p Principal, v Visit, f FirstOwner) (Entrance, error) {
	if a.Any() {
		return Entrance{}, errSetUp()
	}
	if !p.Local() {
		if err := a.door.throttle.enter("set up", v.From, false, a.now()); err != nil {
			return Entrance{}, err
		}
		if !a.takesSetup(f.Code) {
			a.count(Home, v, nil, "set-up code")
			return Entrance{}, fault.InvalidField("/code", "is not the code that this start of Hubcap shows", "read it from the console, or run `hubcap open` on the computer that it runs on")
		}
		a.door.throttle.succeed("set up", v.From)
	}
	u := User{ID: a.ids.New(), Kind: actor.User, Role: OwnerRole, Reach: Everything(), Created: store.Moment(a.now()), Proofs: Proofs{Passkeys: []Passkey{}, Outside: []Outside{}}}
	var err error
	if u.Login, err = checkLogin("/login", f.Login); err != nil {
		return Entrance{}, err
	}
	if u.Name, err = checkName("/name", f.Name); err != nil {
		return Entrance{}, err
	}
	if _, taken := a.dir.Load().logins[u.Login]; taken {
		return Entrance{}, errLoginTaken()
	}
	o := a.dir.Load().organisation(Home)
	if name := strings.TrimSpace(f.Organisation); name != "" {
		if o.Name, err = checkName("/organisation", name); err != nil {
			return Entrance{}, err
		}
	}
	if err := checkPassword("/password", f.Password, u.Login, u.Name, o.Name); err != nil {
		return Entrance{}, err
	}
	if u.Proofs.Password, err = a.sealPassword(ctx, Home, "/password", &u, f.Password); err != nil {
		return Entrance{}, err
	}
	u.Proofs.PasswordSet = &u.Created
	c := Caller{Scope: store.Org(Home), Actor: u.acting(v, "")}
	if p.Local() {
		c.Actor = p.Actor
	}
	err = a.write(ctx, c, func(tx store.Tx) error {
		some, err := anyPerson(tx)
		if err != nil {
			return err
		}
		if some {
			return errSetUp()
		}
		if _, err := organisations.Put(tx, &o, store.AnyRev); err != nil {
			return err
		}
		_, err = users.Insert(tx, &u)
		return loginTaken(err)
	})
	if err != nil {
		return Entrance{}, err
	}
	a.tell(ctx, Home, c.Actor, evFirstOwner, &u, "")
	if p.Local() {
		return Entrance{}, nil
	}
	return a.begin(ctx, Home, &u, v, ByPassword, false, true)
}

func errSetUp() error {
	return fault.New(fault.Conflict, "Hubcap is set up: it has an owner already").WithRemedy("sign in")
}

// anyPerson reads inside a transaction whether a person has an account.
func anyPerson(tx store.Tx) (bool, error) {
	_, found, err := findUser(tx, func(u *User) bool { return u.Kind == actor.User })
	return found, err
}

// SetupNeeded reports whether the first owner is yet to be made, and whether
// somebody at an address needs the code for it.
func (a *Accounts) SetupNeeded(p Principal) (needed, code bool) {
	needed = !a.Any()
	return needed, needed && !p.Local()
}
