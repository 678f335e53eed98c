package account_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// provider is an OpenID provider that says what a test has it say, lies
// included. A real one is tried by e2e/oidc.
type provider struct {
	*httptest.Server
	t   *testing.T
	key *rsa.PrivateKey
	now func() time.Time

	mu       sync.Mutex
	says     map[string]any // of the person
	nonce    string         // as it was asked with
	verifier string         // what the last code came back with
	lie      func(claims map[string]any)
	forge    bool // sign with a key of its own
	issuer   string
}

func newProvider(t *testing.T, now func() time.Time) *provider {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key, now: now, says: map[string]any{"sub": "u-1", "name": "Pat Provided", "email": "pat@example.com", "email_verified": true, "groups": []string{"sales-team"}}}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		issuer := p.URL
		if p.issuer != "" {
			issuer = p.issuer
		}
		answer(w, map[string]any{"issuer": issuer, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "k1", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.verifier = r.FormValue("code_verifier")
		if r.FormValue("code") != "good" {
			http.Error(w, `{"error":"invalid_grant","error_description":"the-code-was-leaked"}`, http.StatusBadRequest)
			return
		}
		answer(w, map[string]any{"access_token": "at", "token_type": "Bearer", "id_token": p.token()})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) token() string {
	claims := maps.Clone(p.says)
	claims["iss"], claims["aud"], claims["nonce"] = p.URL, "hubcap", p.nonce
	claims["iat"], claims["exp"] = p.now().Unix(), p.now().Add(time.Hour).Unix()
	if p.lie != nil {
		p.lie(claims)
	}
	key := p.key
	if p.forge {
		var err error
		if key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			p.t.Error(err)
		}
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "k1"))
	if err != nil {
		p.t.Error(err)
	}
	b, err := json.Marshal(claims)
	if err != nil {
		p.t.Error(err)
	}
	signed, err := s.Sign(b)
	if err != nil {
		p.t.Error(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		p.t.Error(err)
	}
	return text
}

var atHub = account.Visit{From: laptop, Host: "127.0.0.1", Origin: "http://127.0.0.1:8484"}

// offering enters a provider at a house.
func (h *house) offering(p *provider, change func(*account.ProviderDraft)) string {
	h.t.Helper()
	secret := vault.NewSecret("client-secret-5521")
	d := account.ProviderDraft{Name: "Example Login", Issuer: p.URL, ClientID: "hubcap", Secret: &secret, Scopes: []string{"profile", "email"}, Claim: "groups", Create: true, Enabled: true,
		Mapping: []account.GroupRole{{Group: "bosses", Role: account.ManagerRole, Reach: account.Everything()}, {Group: "sales-team", Role: account.SalesRole, Reach: account.Everything()}}}
	if change != nil {
		change(&d)
	}
	doc, err := h.SetProvider(h.t.Context(), account.Machine(account.Home), "", 0, d)
	if err != nil {
		h.t.Fatal(err)
	}
	return doc.Key
}

// away begins a journey and returns the way back.
func (h *house) away(p *provider, id string) account.Return {
	h.t.Helper()
	where, cookie, err := h.Depart(h.t.Context(), atHub, id)
	if err != nil {
		h.t.Fatal(err)
	}
	u, err := url.Parse(where)
	if err != nil || !strings.HasPrefix(where, p.URL+"/authorize?") {
		h.t.Fatalf("the browser is sent to %s, %v", where, err)
	}
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("redirect_uri") != atHub.Origin+account.CallbackPath(id) || !strings.HasPrefix(q.Get("scope"), "openid") {
		h.t.Errorf("asked with %v", q)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nonce = q.Get("nonce")
	return account.Return{Provider: id, Cookie: cookie, State: q.Get("state"), Code: "good", Issuer: p.URL}
}

func TestSignInByAProvider(t *testing.T) {
	h := settled(t, inMemory(t))
	p := newProvider(t, h.clock.now)
	id := h.offering(p, nil)
	e, err := h.Arrive(t.Context(), atHub, h.away(p, id))
	if err != nil || e.Token == "" {
		t.Fatalf("arrive: %+v, %v", e, err)
	}
	who := h.by(e.Token)
	if who.Role != account.SalesRole || who.Actor.Name != "Pat Provided" || p.verifier == "" {
		t.Errorf("signed in as %+v, verifier %q", who, p.verifier)
	}
	// The role follows the groups, at each sign-in; the account stays one.
	p.says["groups"] = "bosses"
	if e, err = h.Arrive(t.Context(), atHub, h.away(p, id)); err != nil {
		t.Fatal(err)
	}
	if again := h.by(e.Token); again.Actor.ID != who.Actor.ID || again.Role != account.ManagerRole {
		t.Errorf("the second time: %+v", again)
	}
	p.says["groups"] = []string{"strangers"}
	if _, err := h.Arrive(t.Context(), atHub, h.away(p, id)); !fault.Is(err, fault.Denied) {
		t.Errorf("in no group that has a role: %v, want Denied", err)
	}
	p.says["groups"] = []string{"bosses"}
	if _, err := h.SetUser(t.Context(), account.Machine(account.Home), who.Actor.ID, store.AnyRev, account.UserDraft{Login: "pat@example.com", Name: "Pat", Role: account.SalesRole, Reach: account.Everything(), Disabled: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Arrive(t.Context(), atHub, h.away(p, id)); !fault.Is(err, fault.Denied) {
		t.Errorf("a disabled account: %v, want Denied", err)
	}
}

func TestAProviderVouchesForKnownPeopleOnly(t *testing.T) {
	h := settled(t, inMemory(t))
	p := newProvider(t, h.clock.now)
	mine := h.somebody("pat@example.com", account.ViewerRole)
	known := h.offering(p, func(d *account.ProviderDraft) { d.Create, d.Mapping = false, nil })
	if _, err := h.Arrive(t.Context(), atHub, h.away(p, known)); !fault.Is(err, fault.Denied) {
		t.Errorf("the same e-mail address without being told to link: %v, want Denied", err)
	}
	linking := h.offering(p, func(d *account.ProviderDraft) { d.Create, d.Mapping, d.Link = false, nil, true })
	p.says["email_verified"] = false
	if _, err := h.Arrive(t.Context(), atHub, h.away(p, linking)); !fault.Is(err, fault.Denied) {
		t.Errorf("an address that was not verified: %v, want Denied", err)
	}
	p.says["email_verified"] = true
	e, err := h.Arrive(t.Context(), atHub, h.away(p, linking))
	if err != nil || h.by(e.Token).Actor.ID != mine.ID || h.by(e.Token).Role != account.ViewerRole {
		t.Fatalf("link: %+v, %v", e, err)
	}
	// Somebody else at the provider who takes the address later is not me.
	p.says["sub"] = "u-2"
	if _, err := h.Arrive(t.Context(), atHub, h.away(p, linking)); !fault.Is(err, fault.Denied) {
		t.Errorf("another subject with my address: %v, want Denied", err)
	}
}

func TestJourneysCantBeMixedUp(t *testing.T) {
	cases := []struct {
		name  string
		back  func(*account.Return)
		lie   func(map[string]any)
		forge bool
		late  bool
	}{
		{name: "a state that was never given", back: func(r *account.Return) { r.State = "made-up" }},
		{name: "no state", back: func(r *account.Return) { r.State = "" }},
		{name: "another browser", back: func(r *account.Return) { r.Cookie = "another" }},
		{name: "no cookie", back: func(r *account.Return) { r.Cookie = "" }},
		{name: "another provider's address", back: func(r *account.Return) { r.Provider = "other" }},
		{name: "another issuer's answer", back: func(r *account.Return) { r.Issuer = "https://evil.example" }},
		{name: "a code that is not its own", back: func(r *account.Return) { r.Code = "stolen" }},
		{name: "refused there", back: func(r *account.Return) { r.Error = "access_denied" }},
		{name: "too late", late: true},
		{name: "another nonce", lie: func(c map[string]any) { c["nonce"] = "of another sign-in" }},
		{name: "no nonce", lie: func(c map[string]any) { delete(c, "nonce") }},
		{name: "another issuer's token", lie: func(c map[string]any) { c["iss"] = "https://evil.example" }},
		{name: "for another program", lie: func(c map[string]any) { c["aud"] = "another" }},
		{name: "run out", lie: func(c map[string]any) { c["exp"] = 1 }},
		{name: "signed by another key", forge: true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := settled(t, inMemory(t))
			p := newProvider(t, h.clock.now)
			id := h.offering(p, nil)
			back := h.away(p, id)
			if c.back != nil {
				c.back(&back)
			}
			p.lie, p.forge = c.lie, c.forge
			if c.late {
				h.clock.forward(time.Hour)
			}
			e, err := h.Arrive(t.Context(), atHub, back)
			if !fault.Is(err, fault.Denied) || e.Token != "" {
				t.Errorf("%+v, %v; want Denied", e, err)
			}
			if err != nil && strings.Contains(err.Error(), "the-code-was-leaked") {
				t.Errorf("the provider's own words are in %v", err)
			}
			if users, _ := h.Users(account.Machine(account.Home)); len(users) != 1 {
				t.Errorf("there are %d accounts, want the owner's alone", len(users))
			}
		})
	}
	t.Run("twice", func(t *testing.T) {
		h := settled(t, inMemory(t))
		p := newProvider(t, h.clock.now)
		back := h.away(p, h.offering(p, nil))
		n, _ := atOnce(10, func() error { _, err := h.Arrive(t.Context(), atHub, back); return err })
		if n != 1 {
			t.Errorf("one way back was taken %d times", n)
		}
	})
}

func TestProvidersGiveNobodyMoreThanTheyHave(t *testing.T) {
	h := settled(t, inMemory(t))
	p := newProvider(t, h.clock.now)
	role, err := h.AddRole(t.Context(), account.Machine(account.Home), account.Role{Name: "Office", Permissions: []account.Permission{account.ManageOrg, account.ReadVehicles}})
	if err != nil {
		t.Fatal(err)
	}
	h.somebody("otto", role.ID)
	office := h.by(h.enter("otto", otherPassword))
	_, err = h.SetProvider(t.Context(), office, "", 0, account.ProviderDraft{Name: "Mine", Issuer: p.URL, ClientID: "x", Create: true, Enabled: true,
		Mapping: []account.GroupRole{{Group: "*", Role: account.OwnerRole, Reach: account.Everything()}}})
	if !fault.Is(err, fault.Denied) {
		t.Errorf("a mapping to owner by who is none: %v, want Denied", err)
	}
	id := h.offering(p, nil)
	if err := h.TryProvider(t.Context(), account.Machine(account.Home), id); err != nil {
		t.Errorf("test: %v", err)
	}
	p.issuer = "https://somebody.else"
	if err := h.TryProvider(t.Context(), account.Machine(account.Home), id); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a provider that says it is another: %v, want Unavailable", err)
	}
	// An issuer inside the network is asked only where that is allowed.
	db, err := mem.Open(account.Schemas(), mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	strict := account.New(db, account.Options{Guard: netguard.Guard{}, Vault: func() (*vault.Vault, error) { return vault.Open(h.dir) }})
	for _, issuer := range []string{p.URL, "http://169.254.169.254/", "http://example.com/", "ftp://example.com", "https://user:pw@example.com"} {
		_, err := strict.SetProvider(t.Context(), account.Machine(account.Home), "", 0, account.ProviderDraft{Name: "Inside", Issuer: issuer, ClientID: "x", Enabled: true})
		if err == nil {
			t.Errorf("the issuer %s is taken", issuer)
		}
	}
}

// TestAProvidersWordIsOfItsOwnSessions: whoever has once come by a provider
// does not get past a required second factor with the password alone.
func TestAProvidersWordIsOfItsOwnSessions(t *testing.T) {
	h := settled(t, inMemory(t))
	p := newProvider(t, h.clock.now)
	h.somebody("pat@example.com", account.ViewerRole)
	id := h.offering(p, func(d *account.ProviderDraft) { d.Create, d.Mapping, d.Link = false, nil, true })
	o := h.Organisation(account.Machine(account.Home))
	o.MFA = map[string]account.MFARule{account.ViewerRole: {Policy: account.MFARequired}}
	if _, err := h.SetOrganisation(t.Context(), account.Machine(account.Home), o); err != nil {
		t.Fatal(err)
	}
	e, err := h.Arrive(t.Context(), atHub, h.away(p, id))
	if err != nil {
		t.Fatal(err)
	}
	if by := h.by(e.Token); !by.May(account.ReadVehicles) || h.MFAFrom(by) != "" {
		t.Errorf("by the provider: owes %v, from %q", by.Owes, h.MFAFrom(by))
	}
	by := h.by(h.enter("pat@example.com", otherPassword))
	if len(by.Owes) != 1 || by.May(account.ReadVehicles) || h.MFAFrom(by) == "" {
		t.Errorf("by the password: owes %v, from %q, may read %v", by.Owes, h.MFAFrom(by), by.May(account.ReadVehicles))
	}
}

// TestAProviderThatNeverEnds: an answer is read up to a bound.
func TestAProviderThatNeverEnds(t *testing.T) {
	h := settled(t, inMemory(t))
	sent := 0
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for blank := []byte(strings.Repeat(" ", 64<<10)); ; {
			n, err := w.Write(blank)
			if sent += n; err != nil || sent > 64<<20 {
				return
			}
		}
	}))
	t.Cleanup(endless.Close)
	id := h.offering(&provider{Server: endless}, nil)
	if _, _, err := h.Depart(t.Context(), atHub, id); !fault.Is(err, fault.Unavailable) {
		t.Errorf("depart: %v, want Unavailable", err)
	}
	endless.Close() // waits for the handler
	if sent > 32<<20 {
		t.Errorf("%d bytes were taken", sent)
	}
}
