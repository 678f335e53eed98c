package account_test

import (
	"encoding/json"
	"testing"
	"time"

	virtual "github.com/descope/virtualwebauthn"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// ring is a virtual authenticator with one passkey for a hub's name.
type ring struct {
	t    *testing.T
	rp   virtual.RelyingParty
	auth virtual.Authenticator
	cred virtual.Credential
}

// newCredential makes a key whose coordinates have their full length: one in
// 128 has not, and the library writes it short.
func newCredential() virtual.Credential {
	for {
		if c := virtual.NewCredential(virtual.KeyTypeEC2); len(c.Key.AttestationData()) == 77 {
			return c
		}
	}
}

func newRing(t *testing.T, user string) *ring {
	r := &ring{t: t, rp: virtual.RelyingParty{Name: "Hubcap", ID: "hubcap-7f3a.local", Origin: "https://hubcap-7f3a.local:8443"},
		auth: virtual.NewAuthenticatorWithOptions(virtual.AuthenticatorOptions{UserHandle: []byte(user)}), cred: newCredential()}
	r.cred.Counter = 1
	return r
}

func (r *ring) visit() account.Visit {
	return account.Visit{From: laptop, Host: "hubcap-7f3a.local", Origin: "https://hubcap-7f3a.local:8443"}
}

func (r *ring) text(options any) string {
	b, err := json.Marshal(options)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

func (r *ring) made(options any) []byte {
	r.t.Helper()
	o, err := virtual.ParseAttestationOptions(r.text(options))
	if err != nil {
		r.t.Fatal(err)
	}
	return []byte(virtual.CreateAttestationResponse(r.rp, r.auth, r.cred, *o))
}

func (r *ring) answer(options any) []byte {
	r.t.Helper()
	o, err := virtual.ParseAssertionOptions(r.text(options))
	if err != nil {
		r.t.Fatal(err)
	}
	r.cred.Counter++
	return []byte(virtual.CreateAssertionResponse(r.rp, r.auth, r.cred, *o))
}

// ringed is a house whose owner has a passkey.
func ringed(t *testing.T) (*house, *ring, string) {
	t.Helper()
	h := settled(t, inMemory(t))
	token := h.enter("olga", ownersPassword)
	r := newRing(t, h.by(token).Actor.ID)
	options, err := h.BeginAddPasskey(t.Context(), h.by(token), r.visit())
	if err != nil {
		t.Fatal(err)
	}
	e, err := h.FinishAddPasskey(t.Context(), h.by(token), r.visit(), "my phone", r.made(options))
	if err != nil || e.Token == "" || !h.ended(token) {
		t.Fatalf("add passkey: %+v, %v", e, err)
	}
	return h, r, e.Token
}

func (h *house) byPasskey(r *ring, v account.Visit, change func(*ring)) (account.Entrance, error) {
	h.t.Helper()
	options, err := h.BeginPasskey(h.t.Context(), r.visit(), "")
	if err != nil {
		h.t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	return h.EnterByPasskey(h.t.Context(), v, "", r.answer(options), false, false)
}

func TestPasskeyAsTheOnlyFactor(t *testing.T) {
	h, r, _ := ringed(t)
	e, err := h.byPasskey(r, r.visit(), nil)
	if err != nil || e.Token == "" {
		t.Fatalf("sign in: %+v, %v", e, err)
	}
	p := h.by(e.Token)
	if list, err := h.Sessions(p, p.Actor.ID); err != nil || list[0].How != account.ByPasskey || !list[0].Second || !list[0].Current {
		t.Errorf("sessions: %+v, %v", list, err)
	}
	if seen := h.Seen(account.Home); seen[p.Actor.ID].IsZero() {
		t.Errorf("nobody was seen: %v", seen)
	}
	// The same answer again is nothing: its challenge is used up.
	options, err := h.BeginPasskey(t.Context(), r.visit(), "")
	if err != nil {
		t.Fatal(err)
	}
	answer := r.answer(options)
	n, _ := atOnce(20, func() error { _, err := h.EnterByPasskey(t.Context(), r.visit(), "", answer, false, false); return err })
	if n != 1 {
		t.Errorf("one answer signed in %d times, want 1", n)
	}
}

func TestPasskeyAsTheSecondFactor(t *testing.T) {
	h, r, _ := ringed(t)
	e, err := h.SignIn(t.Context(), r.visit(), "olga", ownersPassword, false)
	if err != nil || e.Token != "" || len(e.Methods) != 1 || e.Methods[0] != account.ByPasskey {
		t.Fatalf("password: %+v, %v", e, err)
	}
	options, err := h.BeginPasskey(t.Context(), r.visit(), e.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	answer := r.answer(options)
	if _, err := h.EnterByPasskey(t.Context(), r.visit(), "", answer, false, false); !fault.Is(err, fault.Denied) {
		t.Errorf("the answer for a ticket without it: %v, want Denied", err)
	}
	if options, err = h.BeginPasskey(t.Context(), r.visit(), e.Ticket); err != nil {
		t.Fatal(err)
	}
	if done, err := h.EnterByPasskey(t.Context(), r.visit(), e.Ticket, r.answer(options), false, false); err != nil || done.Token == "" {
		t.Errorf("with the passkey: %+v, %v", done, err)
	}
	// Under a bare address the passkey does not work, and is not left out.
	e, err = h.SignIn(t.Context(), account.Visit{From: laptop, Host: "192.168.1.5", Origin: "https://192.168.1.5:8443"}, "olga", ownersPassword, false)
	if err != nil || e.Token != "" || len(e.Methods) != 0 || e.Why == "" {
		t.Errorf("by a bare address: %+v, %v", e, err)
	}
}

func TestPasskeysRefuseWhatIsNotTheirs(t *testing.T) {
	cases := []struct {
		name   string
		change func(*ring)
		visit  func(account.Visit) account.Visit
	}{
		{"another site's page", func(r *ring) { r.rp.Origin = "https://hubcap-7f3a.local.evil.example" }, nil},
		{"another port of the same name", func(r *ring) { r.rp.Origin = "https://hubcap-7f3a.local" }, nil},
		{"without encryption", func(r *ring) { r.rp.Origin = "http://hubcap-7f3a.local:8443" }, nil},
		{"made for another name", func(r *ring) { r.rp.ID = "evil.example" }, nil},
		{"another key", func(r *ring) { id := r.cred.ID; r.cred = virtual.NewCredential(virtual.KeyTypeEC2); r.cred.ID = id }, nil},
		{"another passkey", func(r *ring) { r.cred = virtual.NewCredential(virtual.KeyTypeEC2) }, nil},
		{"another account", func(r *ring) { r.auth.Options.UserHandle = []byte("somebody else") }, nil},
		{"nobody was asked", func(r *ring) { r.auth.Options.UserNotVerified = true }, nil},
		{"nobody was there", func(r *ring) { r.auth.Options.UserNotPresent = true }, nil},
		{"the hub under another name", nil, func(v account.Visit) account.Visit {
			v.Host, v.Origin = "other.local", "https://other.local:8443"
			return v
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h, r, _ := ringed(t)
			v := r.visit()
			if c.visit != nil {
				v = c.visit(v)
			}
			if e, err := h.byPasskey(r, v, c.change); !fault.Is(err, fault.Denied) || e.Token != "" {
				t.Errorf("%+v, %v; want Denied", e, err)
			}
		})
	}
	t.Run("too late", func(t *testing.T) {
		h, r, _ := ringed(t)
		if _, err := h.byPasskey(r, r.visit(), func(*ring) { h.clock.forward(6 * time.Minute) }); !fault.Is(err, fault.Denied) {
			t.Errorf("%v, want Denied", err)
		}
	})
	t.Run("a bare address", func(t *testing.T) {
		h, _, _ := ringed(t)
		for _, v := range []account.Visit{{Host: "192.168.1.5", Origin: "https://192.168.1.5:8443"}, {Host: "[fe80::1]", Origin: "https://[fe80::1]"}, {Host: "hub.lan", Origin: "http://hub.lan"}} {
			if _, err := h.BeginPasskey(t.Context(), v, ""); !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: %v, want Conflict", v.Host, err)
			}
		}
		if err := account.PasskeysWork(account.Visit{Host: "localhost", Origin: "http://localhost:8484"}); err != nil {
			t.Errorf("localhost: %v", err)
		}
	})
}

func TestACopiedPasskeyIsTold(t *testing.T) {
	h, r, _ := ringed(t)
	for range 3 {
		if _, err := h.byPasskey(r, r.visit(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if h.trail.has("mfa.passkey_doubled") {
		t.Fatal("a counter that goes up is told as a copy")
	}
	if _, err := h.byPasskey(r, r.visit(), func(r *ring) { r.cred.Counter = 1 }); err != nil {
		t.Fatal(err)
	}
	if !h.trail.has("mfa.passkey_doubled") {
		t.Error("a counter that went back is not told")
	}
}

func TestTheOnlyWayInStays(t *testing.T) {
	h := settled(t, inMemory(t))
	machine := account.Machine(account.Home)
	u, err := h.AddUser(t.Context(), machine, account.UserDraft{Login: "kay", Name: "Kay", Role: account.SalesRole, Reach: account.Everything()})
	if err != nil {
		t.Fatal(err)
	}
	link, _, err := h.Invite(t.Context(), machine, u.Key)
	if err != nil {
		t.Fatal(err)
	}
	r := newRing(t, u.Key)
	options, err := h.BeginAcceptPasskey(t.Context(), r.visit(), link)
	if err != nil {
		t.Fatal(err)
	}
	e, err := h.AcceptByPasskey(t.Context(), r.visit(), link, "my phone", r.made(options))
	if err != nil || e.Token == "" {
		t.Fatalf("accept by passkey: %+v, %v", e, err)
	}
	p := h.by(e.Token)
	doc, err := h.User(p, p.Actor.ID)
	if err != nil {
		t.Fatal(err)
	}
	id := doc.Value.Proofs.Passkeys[0].ID
	if _, err := h.RemovePasskey(t.Context(), p, id); !fault.Is(err, fault.Conflict) {
		t.Errorf("remove the only way in: %v, want Conflict", err)
	}
	if err := h.RenamePasskey(t.Context(), p, id, "old phone"); err != nil {
		t.Error(err)
	}
	// A fresh passkey is proof enough to set a password.
	if e, err = h.byPasskey(r, r.visit(), nil); err != nil {
		t.Fatal(err)
	}
	if e, err = h.SetPassword(t.Context(), h.by(e.Token), r.visit(), "", otherPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := h.RemovePasskey(t.Context(), h.by(e.Token), id); err != nil {
		t.Errorf("remove it once there is a password: %v", err)
	}
}

func TestConfirmByPasskey(t *testing.T) {
	h, r, token := ringed(t)
	h.clock.forward(time.Hour)
	p := h.by(token)
	if p.Fresh(h.clock.now()) == nil {
		t.Fatal("a proof of an hour ago is fresh")
	}
	options, err := h.BeginConfirm(t.Context(), p, r.visit())
	if err != nil {
		t.Fatal(err)
	}
	e, err := h.ConfirmByPasskey(t.Context(), p, r.visit(), r.answer(options))
	if err != nil {
		t.Fatal(err)
	}
	if q := h.by(e.Token); q.Fresh(h.clock.now()) != nil || q.Session != p.Session {
		t.Errorf("confirmed: %+v", q)
	}
}
