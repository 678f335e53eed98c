package gate

import (
	"context"
	"fmt"
	"hash/maphash"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/problem"
)

// Class is the sort of a request, each with a rate of its own.
type Class string

const (
	ClassOpen   Class = "open"    // of nobody: pages, their files, what is public
	ClassSignIn Class = "sign-in" // of nobody, to become somebody
	ClassRead   Class = "read"
	ClassWrite  Class = "write"
	ClassHeavy  Class = "heavy" // search, insights, models, files in and out
)

// Rates are requests a minute, of one account or, before anybody has signed
// in, of one address. 0 is no limit. A person meets none of them; a script
// that runs away does.
type Rates struct {
	Read   int
	Write  int
	Heavy  int
	SignIn int // of an address: fifty people behind one address sign in within the same minutes
}

// DefaultRates are what the settings begin with.
func DefaultRates() Rates { return Rates{Read: 1200, Write: 600, Heavy: 240, SignIn: 300} }

// openFactor is how many pages' files go to a request of the API: a first
// visit fetches some sixty, and a whole office may stand behind one address.
const openFactor = 10

// Client is whose requests are counted.
type Client struct {
	ID   string // the account's, or the key's where it has a rate of its own; "" is nobody
	Rate int    // a minute, of a key that has one; 0 is by class
	Free bool   // this computer itself
}

// Limits count requests and refuse what is too much. Make one with NewLimits.
type Limits struct {
	// Told hears of each request that is refused; nil hears nothing. It is set
	// before the first request.
	Told func(context.Context, Class)

	rates  Rates
	who    func(context.Context) Client
	now    func() time.Time
	shards [16]limitShard
	seed   maphash.Seed
	room   int
}

type limitShard struct {
	mu      sync.Mutex
	buckets map[limitKey]*rate.Limiter
}

type limitKey struct {
	who   string
	class Class
}

// mostBuckets bounds the memory: some 150 bytes each.
const mostBuckets = 1 << 16

// NewLimits returns limits by rates. who says whose request it is, once it is
// authenticated.
func NewLimits(rates Rates, who func(context.Context) Client, now func() time.Time) *Limits {
	l := &Limits{rates: rates, who: who, now: now, seed: maphash.MakeSeed(), room: mostBuckets}
	for i := range l.shards {
		l.shards[i].buckets = map[limitKey]*rate.Limiter{}
	}
	return l
}

// Wrap counts requests before next answers them. It stands behind the gate,
// which has found the address and who asks.
func (l *Limits) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.Admit(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}

// Admit takes one request's place, or answers it with 429.
func (l *Limits) Admit(w http.ResponseWriter, r *http.Request) bool {
	c := l.who(r.Context())
	if c.Free || r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
		return true
	}
	class, who, perMinute := l.counted(r, c)
	if perMinute <= 0 {
		return true
	}
	left, wait := l.take(limitKey{who, class}, perMinute)
	// draft-ietf-httpapi-ratelimit-headers-10: a policy by name with its quota
	// and window, and what is left of it.
	h := w.Header()
	h.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=60", class, perMinute))
	full := int(math.Ceil(float64(perMinute-left) * 60 / float64(perMinute)))
	h.Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", class, left, full))
	if wait <= 0 {
		return true
	}
	if l.Told != nil {
		l.Told(r.Context(), class)
	}
	seconds := int(math.Ceil(wait.Seconds()))
	h.Set("Retry-After", strconv.Itoa(seconds))
	p := problem.New(http.StatusTooManyRequests, fmt.Sprintf("More than %d requests of the kind %q came within a minute.", perMinute, class))
	p.Remedy = fmt.Sprintf("Wait %d s, then go on more slowly.", seconds)
	p.Write(w)
	return false
}

// counted says under which name and at what rate a request is counted.
func (l *Limits) counted(r *http.Request, c Client) (class Class, who string, perMinute int) {
	class = classOf(r)
	if c.ID == "" {
		who = "address " + account.Network(Address(r.Context())).String()
		if class == ClassSignIn {
			return class, who, l.rates.SignIn
		}
		return ClassOpen, who, l.rates.Read * openFactor
	}
	if c.Rate > 0 {
		return "key", c.ID, c.Rate
	}
	switch class {
	case ClassHeavy:
		return class, c.ID, l.rates.Heavy
	case ClassRead:
		return class, c.ID, l.rates.Read
	default: // an account that signs in again, among them
		return ClassWrite, c.ID, l.rates.Write
	}
}

// SignInPath begins the addresses by which nobody becomes somebody.
const SignInPath = "/api/v1/session"

// signing and heavy begin the addresses of their classes.
var (
	signing = []string{SignInPath, "/api/v1/invitations/", "/api/v1/setup"}
	heavy   = []string{"/api/v1/search", "/api/v1/insights", "/api/v1/models", "/api/v1/engines", "/api/v1/vpic", "/api/v1/intake", "/api/v1/export", "/api/v1/audit", "/api/v1/doctor", "/api/v1/selfcheck"}
)

func classOf(r *http.Request) Class {
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	switch p := r.URL.Path; {
	case !reading && begins(p, signing):
		return ClassSignIn
	case begins(p, heavy), !reading && strings.HasSuffix(p, "/insights"):
		return ClassHeavy
	case reading:
		return ClassRead
	}
	return ClassWrite
}

func begins(path string, with []string) bool {
	for _, w := range with {
		if strings.HasPrefix(path, w) {
			return true
		}
	}
	return false
}

// take counts one request. wait is how long until the next one is let in, 0
// when this one is.
func (l *Limits) take(key limitKey, perMinute int) (left int, wait time.Duration) {
	s := &l.shards[maphash.Comparable(l.seed, key)%uint64(len(l.shards))]
	now := l.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[key]
	if b == nil {
		if len(s.buckets) >= l.room/len(l.shards) {
			s.forget(now)
		}
		b = rate.NewLimiter(rate.Limit(float64(perMinute)/60), perMinute)
		s.buckets[key] = b
	}
	if b.Burst() != perMinute { // the key's rate was changed
		b.SetLimitAt(now, rate.Limit(float64(perMinute)/60))
		b.SetBurstAt(now, perMinute)
	}
	ok := b.AllowN(now, 1)
	tokens := b.TokensAt(now)
	if !ok {
		return 0, time.Duration((1 - tokens) / (float64(perMinute) / 60) * float64(time.Second))
	}
	return int(tokens), 0
}

// forget drops the fullest of a few buckets: the one that had least to tell.
// A flood of new addresses so pushes out other new ones, not an account that
// is being held back.
func (s *limitShard) forget(now time.Time) {
	const looks = 8
	var fullest limitKey
	most, looked := -1.0, 0
	for k, b := range s.buckets { // Go begins at a random place
		if share := b.TokensAt(now) / float64(b.Burst()); share > most {
			fullest, most = k, share
		}
		if looked++; looked == looks {
			break
		}
	}
	delete(s.buckets, fullest)
}
