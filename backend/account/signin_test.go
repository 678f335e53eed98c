package account_test

import (
	"context"
	"net/netip"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

const (
	ownersPassword = "violet anvil crosses seven rivers"
	otherPassword  = "kettles whistle under old bridges"
)

var (
	phone  = netip.MustParseAddr("192.168.1.20")
	laptop = netip.MustParseAddr("192.168.1.30")
)

// clock is a time that tests move.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) forward(d time.Duration) { c.at.Add(int64(d)) }

// trail keeps what it is told.
type trail struct {
	mu   sync.Mutex
	told []audit.Happening
	by   []actor.Actor
}

func (t *trail) Record(_ context.Context, _ store.Scope, by actor.Actor, h audit.Happening) error {
	t.Count(store.Scope{}, by, h)
	return nil
}

func (t *trail) Count(_ store.Scope, by actor.Actor, h audit.Happening) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.told, t.by = append(t.told, h), append(t.by, by)
}

func (t *trail) has(e audit.Event) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(t.told, func(h audit.Happening) bool { return h.Event == e })
}

// house is a hub's accounts with an owner who can sign in.
type house struct {
	*account.Accounts
	t     *testing.T
	db    store.DB
	dir   string
	clock *clock
	trail *trail
	said  []string // set-up codes that the console was shown
}

func empty(t *testing.T, open func() store.DB) *house {
	h := &house{t: t, dir: t.TempDir(), clock: &clock{}, trail: &trail{}}
	h.clock.at.Store(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).UnixNano())
	h.db = open()
	guard, err := netguard.Parse("loopback")
	if err != nil {
		t.Fatal(err)
	}
	h.Accounts = account.New(h.db, account.Options{Now: h.clock.now, Trail: h.trail, Guard: guard,
		Vault: func() (*vault.Vault, error) { return vault.Open(h.dir) }, Announce: func(code string) { h.said = append(h.said, code) }})
	h.HashCheaply()
	if err := h.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

func inMemory(t *testing.T) func() store.DB {
	return func() store.DB {
		db, err := mem.Open(account.Schemas(), mem.Options{Twice: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
}

func onDisk(t *testing.T, dir string) func() store.DB {
	return func() store.DB {
		db, err := bolt.Open(t.Context(), dir, account.Schemas(), bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
}

func settled(t *testing.T, open func() store.DB) *house {
	h := empty(t, open)
	_, err := h.SetUp(t.Context(), account.Machine(account.Home), account.Visit{},
		account.FirstOwner{Organisation: "Miller Motors", Name: "Olga Owner", Login: "Olga", Password: ownersPassword})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// somebody makes an account with a password.
func (h *house) somebody(login, role string) account.User {
	h.t.Helper()
	doc, err := h.AddUser(h.t.Context(), account.Machine(account.Home), account.UserDraft{Login: login, Name: "Mr " + login, Role: role, Reach: account.Everything()})
	if err != nil {
		h.t.Fatal(err)
	}
	token, _, err := h.Invite(h.t.Context(), account.Machine(account.Home), doc.Key)
	if err != nil {
		h.t.Fatal(err)
	}
	e, err := h.Accept(h.t.Context(), account.Visit{From: laptop}, token, otherPassword)
	if err != nil || e.Token == "" {
		h.t.Fatalf("accept: %+v, %v", e, err)
	}
	if err := h.SignOut(h.t.Context(), h.by(e.Token)); err != nil {
		h.t.Fatal(err)
	}
	return doc.Value
}

func (h *house) enter(login, password string) string {
	h.t.Helper()
	e, err := h.SignIn(h.t.Context(), account.Visit{From: laptop}, login, password, false)
	if err != nil || e.Token == "" {
		h.t.Fatalf("sign in as %s: %+v, %v", login, e, err)
	}
	return e.Token
}

func (h *house) by(token string) account.Principal {
	h.t.Helper()
	p, err := h.BySession(h.t.Context(), token, laptop)
	if err != nil {
		h.t.Fatalf("by session: %v", err)
	}
	return p
}

func (h *house) ended(token string) bool {
	_, err := h.BySession(h.t.Context(), token, laptop)
	return fault.Is(err, fault.Denied)
}

// app sets an authenticator app up and returns its seed and the new token.
func (h *house) app(token string) (seed, renewed string) {
	h.t.Helper()
	s, err := h.BeginTOTP(h.by(token))
	if err != nil {
		h.t.Fatal(err)
	}
	e, err := h.FinishTOTP(h.t.Context(), h.by(token), account.Visit{From: laptop}, h.code(s.Secret.Reveal()))
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.forward(30 * time.Second) // the code that was shown is used up
	return s.Secret.Reveal(), e.Token
}

func (h *house) code(seed string) string {
	c, err := totp.GenerateCode(seed, h.clock.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// atOnce runs f n times at once and counts those that succeed.
func atOnce(n int, f func() error) (succeeded int, errs []error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	start := make(chan struct{})
	for range n {
		wg.Go(func() {
			<-start
			err := f()
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				succeeded++
			} else {
				errs = append(errs, err)
			}
		})
	}
	close(start)
	wg.Wait()
	return succeeded, errs
}

func TestSignIn(t *testing.T) {
	h := settled(t, inMemory(t))
	token := h.enter(" OLGA ", ownersPassword) // logins are folded
	p := h.by(token)
	if p.Actor.Name != "Olga Owner" || !p.May(account.ManageOrg) || p.Session == "" || p.Actor.Via != "session "+p.Session || p.Actor.From != laptop.String() {
		t.Errorf("the owner is %+v", p)
	}
	if !h.trail.has(audit.SignedIn) {
		t.Error("the trail does not know of it")
	}
	if err := h.SignOut(t.Context(), p); err != nil || !h.ended(token) {
		t.Errorf("signed out: %v, ended %v", err, h.ended(token))
	}
}

func TestSessionsSurviveAStart(t *testing.T) {
	dir := t.TempDir()
	h := settled(t, onDisk(t, dir))
	token := h.enter("olga", ownersPassword)
	gone := h.enter("olga", ownersPassword)
	if err := h.SignOut(t.Context(), h.by(gone)); err != nil {
		t.Fatal(err)
	}
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	again := account.New(onDisk(t, dir)(), account.Options{Now: h.clock.now, Vault: func() (*vault.Vault, error) { return vault.Open(filepath.Clean(h.dir)) }})
	if err := again.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := again.BySession(t.Context(), token, laptop); err != nil {
		t.Errorf("a session is lost by a start: %v", err)
	}
	if _, err := again.BySession(t.Context(), gone, laptop); !fault.Is(err, fault.Denied) {
		t.Errorf("a session that was ended is back: %v", err)
	}
}
