package account_test

import (
	"bufio"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// TestARealProvider signs in by the OpenID provider of e2e/oidc, as a browser
// does. It is built here, which takes a while when cold.
func TestARealProvider(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_OIDC") == "" {
		t.Skip("set HUBCAP_TEST_OIDC=1 to try a real OpenID provider")
	}
	h := settled(t, inMemory(t))
	h.clock.at.Store(time.Now().UnixNano()) // the provider has a clock of its own
	bin := filepath.Join(t.TempDir(), "op")
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Dir = filepath.Join("..", "..", "e2e", "oidc")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the provider: %v\n%s", err, out)
	}
	machine := account.Machine(account.Home)
	secret := vault.NewSecret("the hub's secret")
	draft := account.ProviderDraft{Name: "Real", Issuer: "http://127.0.0.1:1/", ClientID: "hubcap", Secret: &secret, Scopes: []string{"profile", "email"}, Claim: "preferred_username",
		Create: true, Enabled: true, Mapping: []account.GroupRole{{Group: "pat", Role: account.SalesRole, Reach: account.Everything()}}}
	doc, err := h.SetProvider(t.Context(), machine, "", 0, draft)
	if err != nil {
		t.Fatal(err)
	}
	op := exec.Command(bin, "-redirect", atHub.Origin+account.CallbackPath(doc.Key))
	in, err := op.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := op.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := op.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		in.Close()
		if err := op.Wait(); err != nil {
			t.Errorf("the provider ended with %v", err)
		}
	}()
	issuer, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	draft.Issuer = strings.TrimSpace(issuer)
	if _, err := h.SetProvider(t.Context(), machine, doc.Key, store.AnyRev, draft); err != nil {
		t.Fatal(err)
	}

	// travel is a browser that signs in there and stops at the hub's door.
	travel := func(user, password string) account.Return {
		t.Helper()
		where, cookie, err := h.Depart(t.Context(), atHub, doc.Key)
		if err != nil {
			t.Fatal(err)
		}
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		arrived := errors.New("at the hub")
		var back *url.URL
		client := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(r.URL.String(), atHub.Origin) {
				back = r.URL
				return arrived
			}
			return nil
		}}
		page, err := client.Get(where)
		if err != nil {
			t.Fatal(err)
		}
		page.Body.Close()
		form := url.Values{"username": {user}, "password": {password}, "id": {page.Request.URL.Query().Get("authRequestID")}}
		done, err := client.PostForm(page.Request.URL.Scheme+"://"+page.Request.URL.Host+page.Request.URL.Path, form)
		if done != nil {
			done.Body.Close()
		}
		if back == nil {
			t.Fatalf("%s never came back: %v", user, err)
		}
		q := back.Query()
		return account.Return{Provider: doc.Key, Cookie: cookie, State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error")}
	}
	back := travel("pat", "pats own password")
	e, err := h.Arrive(t.Context(), atHub, back)
	if err != nil {
		t.Fatalf("%+v: %v", back, errors.Join(err, errors.Unwrap(err)))
	}
	if p := h.by(e.Token); p.Role != account.SalesRole || p.Actor.Name != "Pat Provided" {
		t.Errorf("signed in as %+v", p)
	}
	if _, err := h.Arrive(t.Context(), atHub, back); !fault.Is(err, fault.Denied) {
		t.Errorf("the same way back again: %v, want Denied", err)
	}
	if _, err := h.Arrive(t.Context(), atHub, travel("quinn", "quinns own password")); !fault.Is(err, fault.Denied) {
		t.Errorf("somebody without a role: %v, want Denied", err)
	}
	// A code that was got for one journey does not fit another: PKCE.
	mine, stolen := travel("pat", "pats own password"), travel("pat", "pats own password")
	mine.Code = stolen.Code
	if _, err := h.Arrive(t.Context(), atHub, mine); !fault.Is(err, fault.Denied) {
		t.Errorf("a stolen code: %v, want Denied", err)
	}
}
