package account

import (
	"crypto/rand"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Visit is how somebody comes to the door: what the request tells of them.
type Visit struct {
	From   netip.Addr // the client's address; the zero address on this machine
	Agent  string     // the User-Agent header
	Host   string     // the name by which the hub was asked, without its port
	Origin string     // the origin of the hub's own page under that name
	Device string     // the cookie of a trusted device; "" is none

	// Session is the id of the session that the browser holds already. It ends
	// when another begins: none is carried over.
	Session string
}

func (v Visit) from() string {
	if !v.From.IsValid() {
		return ""
	}
	return v.From.String()
}

// Entrance is what a step of signing in comes to: a session, or the question
// for a second factor.
type Entrance struct {
	Token  string        // the session's cookie; "" where more is asked for
	Life   time.Duration // of the cookie; 0 is until the browser closes
	Device string        // the cookie of a device that is trusted from now on

	Ticket  string   // for the next step
	Methods []Method // with which it can be taken; none: see Why
	Why     string   // why there is no method here
}

// Method is a way to prove who one is.
type Method string

const (
	ByPassword Method = "password"
	ByTOTP     Method = "totp"
	ByCode     Method = "code"
	ByPasskey  Method = "passkey"
	ByOIDC     Method = "oidc"
	ByInvite   Method = "invitation"
)

// door is what the accounts keep in memory of those who are coming in. All of
// it is bounded, and none of it outlives the process.
type door struct {
	hasher   *hasher
	throttle throttle
	sessions sessionBook
	setup    setupCode
	renewing sync.Mutex // one change of a session's token at a time

	tickets    waiting[ticket]   // by hash: a password was right, a second factor is asked for
	ceremonies waiting[ceremony] // of passkeys, by challenge
	seeds      waiting[string]   // of authenticator apps that are not confirmed, by user
	journeys   waiting[journey]  // to an OpenID provider, by hash of the state
	issuers    issuers
}

func newDoor() *door { return &door{hasher: newHasher()} }

// waiting keeps a bounded number of things for a while.
type waiting[T any] struct {
	mu  sync.Mutex
	all map[string]waits[T]
}

type waits[T any] struct {
	value T
	until time.Time
}

// mostWaiting is how many wait at once, of each sort.
const mostWaiting = 2000

// put keeps a value; with too many, the one that would go first goes.
func (w *waiting[T]) put(key string, v T, now time.Time, life time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[string]waits[T]{}
	}
	if len(w.all) >= mostWaiting {
		oldest := ""
		for k, x := range w.all {
			if !now.Before(x.until) {
				delete(w.all, k)
			} else if oldest == "" || x.until.Before(w.all[oldest].until) {
				oldest = k
			}
		}
		if len(w.all) >= mostWaiting {
			delete(w.all, oldest)
		}
	}
	w.all[key] = waits[T]{v, now.Add(life)}
}

// get looks at a value.
func (w *waiting[T]) get(key string, now time.Time) (v T, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x, ok := w.all[key]
	if !ok || !now.Before(x.until) {
		return v, false
	}
	return x.value, true
}

// take uses a value up: of many at once, one has it.
func (w *waiting[T]) take(key string, now time.Time) (v T, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x, ok := w.all[key]
	delete(w.all, key)
	if !ok || !now.Before(x.until) {
		return v, false
	}
	return x.value, true
}

// drop takes away all that do not stay.
func (w *waiting[T]) drop(goes func(T) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for k, x := range w.all {
		if goes(x.value) {
			delete(w.all, k)
		}
	}
}

// secret makes the text of a token: 130 random bits.
func secretText() string { return strings.ToLower(rand.Text()) }

// Fresh refuses a person whose last proof of who they are is a while ago:
// before what can't be taken back they prove it again. Who holds this
// computer, and keys, have no password to ask for.
func (p *Principal) Fresh(now time.Time) error {
	if p.Session == "" || now.Sub(p.Proved) < freshFor {
		return nil
	}
	return &fault.Error{Kind: fault.Denied, Type: NeedsConfirm, Message: "confirm that it is you first", Remedy: "confirm with your password or your second factor, then send it again"}
}

// freshFor is how long a proof is fresh.
const freshFor = 15 * time.Minute

// NeedsConfirm is the type of the problem that Fresh makes.
const NeedsConfirm = "urn:hubcap:confirm"

// acting is the actor of a user who comes by a visit.
func (u *User) acting(v Visit, via string) actor.Actor {
	return actor.Actor{Kind: u.Kind, ID: u.ID, Name: u.Name, From: v.from(), Via: via}
}
