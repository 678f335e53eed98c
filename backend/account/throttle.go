package account

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// throttle slows down guessing and locks nobody out. It counts in memory:
//
// A *pair* is a login and an address. After five failures in a row each
// further try of the pair waits: 1 s, 2 s, 4 s, up to a minute.
//
// The *brake* of a login goes on when many addresses guess at it, and that of
// an address when it guesses at many logins. A brake lets one try through
// every few seconds. An address from which the login has come in before, and
// a trusted device, pass the login's brake: the owner of an account that
// others guess at signs in as ever.
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
	longestWait  = time.Minute
	brakeTries   = 50              // failures of a login or an address before its brake goes on
	brakeWait    = 3 * time.Second // between two tries then
	forgetTries  = time.Hour       // without one
	mostThrottle = 20_000          // pairs and brakes that are kept
)

// enter lets a try of login from an address begin, or says when it may. The
// try counts as failed until succeed is called: many at once are not seen as
// the first. known passes the login's brake.
func (t *throttle) enter(login string, from netip.Addr, known bool, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := pair{login, from}
	wait := t.waits(at, now)
	if !known {
		wait = max(wait, t.waits(pair{login: login}, now))
	}
	if from.IsValid() {
		wait = max(wait, t.waits(pair{from: from}, now))
	}
	if wait > 0 {
		return &fault.Error{Kind: fault.Limited, Message: "there were too many failed tries", Remedy: "wait a moment and try again", RetryAfter: wait}
	}
	if n := t.fail(at, now); n >= freeTries {
		t.pairs[at].until = now.Add(min(longestWait, time.Second<<min(n-freeTries, 10)))
	}
	if t.fail(pair{login: login}, now) >= brakeTries {
		t.pairs[pair{login: login}].until = now.Add(brakeWait)
	}
	if from.IsValid() && t.fail(pair{from: from}, now) >= brakeTries {
		t.pairs[pair{from: from}].until = now.Add(brakeWait)
	}
	return nil
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
	delete(t.pairs, pair{login, from})
	for _, at := range []pair{{login: login}, {from: from}} {
		if p := t.pairs[at]; p != nil && p.failed > 0 {
			p.failed--
			if p.failed < brakeTries {
				p.until = time.Time{}
			}
		}
	}
}
