package account

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// throttle slows down guessing and locks nobody out. It counts in memory:
//
// A *pair* is a login and an address. After five failures in a row each
// further try of the pair waits: 1 s, 2 s, 4 s, up to a minute.
//
// A login at which many addresses guess is *braked*: a pair then waits after
// its first failure. Whoever comes from a new address has one try at once,
// however long others have guessed. A second factor has few values, so its
// brake is harder: one try every half minute, of all new addresses together.
//
// An address that guesses at many logins has one try a second.
//
// An address from which the login has come in before, and a trusted device,
// pass both brakes.
type throttle struct {
	mu    sync.Mutex
	pairs map[pair]*tries
}

// pair names what is counted: the brakes leave one side empty.
type pair struct {
	login string
	from  netip.Addr
}

type tries struct {
	failed int
	until  time.Time // no further try before
	last   time.Time
}

const (
	freeTries    = 5
	brakedTries  = 1
	longestWait  = time.Minute
	brakeAfter   = 50               // failures of a login or an address
	addressWait  = time.Second      // between two tries of a braked address
	secondWait   = 30 * time.Second // between two tries of a braked second factor
	forgetTries  = time.Hour        // without one
	mostThrottle = 20_000           // pairs and brakes that are kept
)

// enter lets a try of login from an address begin, or says when it may. The
// try counts as failed until succeed is called: many at once are not seen as
// the first. known passes the brakes.
func (t *throttle) enter(login string, from netip.Addr, known bool, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	from = Network(from)
	at, ofLogin, ofAddress := pair{login, from}, pair{login: login}, pair{from: from}
	wait := t.waits(at, now)
	if !known {
		wait = max(wait, t.waits(ofLogin, now), t.waits(ofAddress, now))
	}
	if wait > 0 {
		return &fault.Error{Kind: fault.Limited, Message: "there were too many failed tries", Remedy: "wait a moment and try again", RetryAfter: wait}
	}
	free := freeTries
	if t.fail(ofLogin, now) >= brakeAfter && !known {
		free = brakedTries
		if strings.HasPrefix(login, secondMark) {
			t.pairs[ofLogin].until = now.Add(secondWait)
		}
	}
	if from.IsValid() && t.fail(ofAddress, now) >= brakeAfter {
		t.pairs[ofAddress].until = now.Add(addressWait)
	}
	if n := t.fail(at, now); n >= free {
		t.pairs[at].until = now.Add(min(longestWait, time.Second<<min(n-free, 10)))
	}
	return nil
}

// Network is what counts as one address where clients are counted: an IPv4
// address, or the /64 of an IPv6 one, since every machine has a whole /64 to
// choose from.
func Network(from netip.Addr) netip.Addr {
	if from = from.Unmap().WithZone(""); from.Is6() {
		if p, err := from.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return from
}

func (t *throttle) waits(at pair, now time.Time) time.Duration {
	if p := t.pairs[at]; p != nil {
		return p.until.Sub(now)
	}
	return 0
}

func (t *throttle) fail(at pair, now time.Time) int {
	p := t.pairs[at]
	if p == nil || now.Sub(p.last) > forgetTries {
		t.makeRoom(now)
		p = &tries{}
		t.pairs[at] = p
	}
	p.failed++
	p.last = now
	return p.failed
}

// makeRoom forgets what is long ago, and, in a flood, a part of the rest:
// which part the map decides, so that nobody can choose it.
func (t *throttle) makeRoom(now time.Time) {
	if t.pairs == nil {
		t.pairs = map[pair]*tries{}
	}
	if len(t.pairs) < mostThrottle {
		return
	}
	n := 0
	for at, p := range t.pairs {
		if now.Sub(p.last) > forgetTries {
			delete(t.pairs, at)
		}
	}
	for at := range t.pairs {
		if len(t.pairs) < mostThrottle*9/10 || n > mostThrottle {
			break
		}
		n++
		delete(t.pairs, at)
	}
}

// succeed forgets the failures of a pair, and takes back what its try has
// counted on the brakes.
func (t *throttle) succeed(login string, from netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	from = Network(from)
	delete(t.pairs, pair{login, from})
	for _, at := range []pair{{login: login}, {from: from}} {
		if p := t.pairs[at]; p != nil && p.failed > 0 {
			p.failed--
			if p.failed < brakeAfter {
				p.until = time.Time{}
			}
		}
	}
}
