package app_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	virtual "github.com/descope/virtualwebauthn"
	"github.com/pquerna/otp/totp"
)

// browser is one of a person on the network: it keeps cookies and sends the
// Origin of the hub's own page.
type browser struct {
	*http.Client
	t        *testing.T
	url      string
	given    []*http.Cookie // with the last answer
	location string         // to which it leads
}

func (s *served) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	c := s.device()
	c.Jar = jar
	return &browser{Client: c, t: s.t, url: s.status.URL}
}

// ask sends a request and reads the answer, which must have the status.
func (b *browser) ask(want int, method, path string, in any, header ...string) map[string]any {
	b.t.Helper()
	var text []byte
	if in != nil {
		var err error
		if text, err = json.Marshal(in); err != nil {
			b.t.Fatal(err)
		}
	}
	r, err := http.NewRequest(method, b.url+path, bytes.NewReader(text))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", b.url)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	b.given, b.location = resp.Cookies(), resp.Header.Get("Location")
	got := body(b.t, resp)
	if resp.StatusCode != want {
		b.t.Fatalf("%s %s: %d, want %d: %s", method, path, resp.StatusCode, want, got)
	}
	out := map[string]any{}
	if strings.HasPrefix(got, "{") {
		if err := json.Unmarshal([]byte(got), &out); err != nil {
			b.t.Fatal(err)
		}
	}
	return out
}

func (b *browser) code(seed string, at time.Time) string {
	c, err := totp.GenerateCode(seed, at)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// TestPeopleSignInOverTheNetwork goes the whole way over TLS under the LAN
// name: first owner, second factors, invitation, sessions. At its end none of
// the secrets stands anywhere in the data folder.
func TestPeopleSignInOverTheNetwork(t *testing.T) {
	dir := t.TempDir()
	s := serveLAN(t, map[string]string{"data": dir})
	const password, hers = "violet anvil crosses seven rivers", "kettles whistle under old bridges"
	secrets := []string{password, hers}

	b := s.browser()
	if got := b.ask(200, "GET", "/api/v1/session", nil); got["signedIn"] != false || got["setup"].(map[string]any)["codeNeeded"] != true || got["signIn"].(map[string]any)["passkeys"] != true {
		t.Errorf("nobody is told %v", got)
	}
	owner := map[string]any{"code": "2222-2222", "organisation": "Miller Motors", "name": "Olga Owner", "login": "olga", "password": password}
	b.ask(422, "POST", "/api/v1/setup", owner)
	owner["code"] = s.app.SetupCode()
	secrets = append(secrets, strings.ReplaceAll(s.app.SetupCode(), "-", ""))
	b.ask(403, "POST", "/api/v1/setup", owner, "Origin", "https://evil.example")
	b.ask(200, "POST", "/api/v1/setup", owner)
	if len(b.given) != 1 {
		t.Fatalf("cookies: %v", b.given)
	}
	c := b.given[0]
	if !strings.HasPrefix(c.Name, "__Host-hubcap_") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || len(c.Value) < 26 {
		t.Errorf("the session's cookie is %v", c)
	}
	secrets = append(secrets, c.Value)
	b.ask(409, "POST", "/api/v1/setup", owner)
	got := b.ask(200, "GET", "/api/v1/session", nil)
	if got["signedIn"] != true || got["user"].(map[string]any)["role"] != "owner" || got["fresh"] != true || got["organisation"] != "Miller Motors" || got["local"] != false {
		t.Errorf("the owner is told %v", got)
	}

	// An authenticator app, and codes for when it is lost.
	seed := b.ask(200, "POST", "/api/v1/me/totp", nil)
	if !strings.HasPrefix(seed["uri"].(string), "otpauth://totp/") || !strings.HasPrefix(seed["qr"].(string), "<svg ") {
		t.Errorf("the seed: %v", seed)
	}
	key := seed["secret"].(string)
	secrets = append(secrets, key)
	b.ask(422, "PUT", "/api/v1/me/totp", map[string]any{"code": "12345"})
	b.ask(204, "PUT", "/api/v1/me/totp", map[string]any{"code": b.code(key, time.Now())})
	if len(b.given) != 1 || b.given[0].Value == c.Value {
		t.Errorf("the session keeps its token over a change of its proofs: %v", b.given)
	}
	codes := b.ask(201, "POST", "/api/v1/me/codes", nil)["codes"].([]any)
	for _, c := range codes {
		secrets = append(secrets, c.(string))
	}

	// Out, and in again.
	b.ask(204, "DELETE", "/api/v1/session", nil)
	b.ask(401, "GET", "/api/v1/me", nil)
	wrong := b.ask(403, "POST", "/api/v1/session", map[string]any{"login": "olga", "password": "not the right one"})
	unknown := b.ask(403, "POST", "/api/v1/session", map[string]any{"login": "nobody", "password": "not the right one"})
	delete(wrong, "reference")
	delete(unknown, "reference")
	if a, z := wrong["detail"], unknown["detail"]; a != z || len(wrong) != len(unknown) {
		t.Errorf("a wrong password is answered %v, an unknown login %v", wrong, unknown)
	}
	e := b.ask(200, "POST", "/api/v1/session", map[string]any{"login": "olga", "password": password, "remember": true})
	if e["next"] != "second" || len(b.given) != 0 {
		t.Fatalf("the password alone: %v, cookies %v", e, b.given)
	}
	secrets = append(secrets, e["ticket"].(string))
	b.ask(403, "POST", "/api/v1/session/second", map[string]any{"ticket": e["ticket"], "method": "code", "value": "aaaaa-aaaaa"})
	b.ask(200, "POST", "/api/v1/session/second", map[string]any{"ticket": e["ticket"], "method": "code", "value": codes[0], "trustDevice": true})
	if len(b.given) != 2 || b.given[0].MaxAge <= 0 {
		t.Errorf("cookies of a session that stays and a trusted device: %v", b.given)
	}
	for _, c := range b.given {
		secrets = append(secrets, c.Value)
	}

	// A passkey under the LAN name.
	me := b.ask(200, "GET", "/api/v1/me", nil)
	if me["codesLeft"] != float64(9) {
		t.Errorf("me: %v", me)
	}
	rp := virtual.RelyingParty{Name: "Hubcap", ID: s.status.Name, Origin: b.url}
	auth := virtual.NewAuthenticatorWithOptions(virtual.AuthenticatorOptions{UserHandle: []byte(me["id"].(string))})
	cred := virtual.NewCredential(virtual.KeyTypeEC2)
	for len(cred.Key.AttestationData()) != 77 { // one in 128 has a short coordinate, which the library does not pad
		cred = virtual.NewCredential(virtual.KeyTypeEC2)
	}
	text := func(v any) string {
		j, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(j)
	}
	made, err := virtual.ParseAttestationOptions(text(b.ask(200, "POST", "/api/v1/me/passkeys/begin", nil)["options"]))
	if err != nil {
		t.Fatal(err)
	}
	b.ask(204, "POST", "/api/v1/me/passkeys", map[string]any{"name": "phone", "credential": json.RawMessage(virtual.CreateAttestationResponse(rp, auth, cred, *made))})
	other := s.browser()
	asked, err := virtual.ParseAssertionOptions(text(other.ask(200, "POST", "/api/v1/session/passkey/begin", map[string]any{})["options"]))
	if err != nil {
		t.Fatal(err)
	}
	other.ask(200, "POST", "/api/v1/session/passkey", map[string]any{"credential": json.RawMessage(virtual.CreateAssertionResponse(rp, auth, cred, *asked))})

	// Where the owner is signed in, and an end of it.
	list := b.ask(200, "GET", "/api/v1/me/sessions", nil)["items"].([]any)
	if len(list) != 2 {
		t.Fatalf("sessions: %v", list)
	}
	b.ask(204, "DELETE", "/api/v1/me/sessions", nil)
	if other.ask(200, "GET", "/api/v1/session", nil)["signedIn"] != false {
		t.Error("a session that was ended goes on")
	}

	// Somebody is invited.
	u := b.ask(201, "POST", "/api/v1/users", map[string]any{"login": "tina", "name": "Tina", "role": "technician", "reach": map[string]any{"kind": "all"}})
	link := b.ask(201, "POST", "/api/v1/users/"+u["id"].(string)+"/invite", nil)
	at, token, _ := strings.Cut(link["link"].(string), "#")
	if at != b.url+"/invite" || token != link["token"] || !strings.HasPrefix(link["qr"].(string), "<svg ") {
		t.Errorf("the link: %v", link)
	}
	secrets = append(secrets, token)
	tina := s.browser()
	if i := tina.ask(200, "POST", "/api/v1/invitations/look", map[string]any{"token": token}); i["login"] != "tina" {
		t.Errorf("the invitation: %v", i)
	}
	tina.ask(422, "POST", "/api/v1/invitations/accept", map[string]any{"token": token, "password": "too short"})
	tina.ask(200, "POST", "/api/v1/invitations/accept", map[string]any{"token": token, "password": hers})
	tina.ask(403, "GET", "/api/v1/users", nil)
	s.browser().ask(404, "POST", "/api/v1/invitations/accept", map[string]any{"token": token, "password": hers})
	b.ask(204, "DELETE", "/api/v1/users/"+u["id"].(string)+"/sessions", nil)
	tina.ask(401, "GET", "/api/v1/me", nil)

	for _, n := range s.strewn(dir, secrets) {
		t.Error(n)
	}
}

// TestPeopleSignInByAProvider is a browser's way to a real OpenID provider
// and back, with the cookies that it keeps.
func TestPeopleSignInByAProvider(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_OIDC") == "" {
		t.Skip("set HUBCAP_TEST_OIDC=1 to try a real OpenID provider")
	}
	s := serveLAN(t, nil)
	b := s.browser()
	b.ask(200, "POST", "/api/v1/setup", map[string]any{"code": s.app.SetupCode(), "name": "Olga Owner", "login": "olga", "password": "violet anvil crosses seven rivers"})
	entry := map[string]any{"name": "Real", "issuer": "http://127.0.0.1:1/", "clientId": "hubcap", "secret": "the hub's secret", "scopes": []string{"profile", "email"}, "claim": "preferred_username",
		"create": true, "link": false, "enabled": true, "mapping": []any{map[string]any{"group": "pat", "role": "sales", "reach": map[string]any{"kind": "all"}}}}
	p := b.ask(201, "POST", "/api/v1/sign-in-providers", entry)
	if p["hasSecret"] != true || p["secret"] != nil {
		t.Errorf("the provider: %v", p)
	}
	where := "/api/v1/sign-in-providers/" + p["id"].(string)
	b.ask(503, "POST", where+"/test", nil)
	entry["issuer"] = openProvider(t, p["callback"].(string))
	delete(entry, "secret")
	b.ask(422, "PUT", where, entry, "If-Match", "*") // another issuer needs the secret again
	entry["secret"] = "the hub's secret"
	b.ask(200, "PUT", where, entry, "If-Match", "*")
	b.ask(204, "POST", where+"/test", nil)

	pat := s.browser()
	offered := pat.ask(200, "GET", "/api/v1/session", nil)["signIn"].(map[string]any)["providers"].([]any)
	if len(offered) != 1 || offered[0].(map[string]any)["name"] != "Real" {
		t.Fatalf("offered: %v", offered)
	}
	pat.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	pat.ask(303, "GET", "/api/v1/session/oidc/"+p["id"].(string), nil)
	if len(pat.given) != 1 || !strings.HasPrefix(pat.given[0].Name, "__Host-") || pat.given[0].SameSite != http.SameSiteLaxMode || !pat.given[0].HttpOnly {
		t.Errorf("the cookie of the journey: %v", pat.given)
	}
	back := pat.travel("pat", "pats own password")
	// In another browser the way back is nothing, and stays so.
	other := s.browser()
	other.ask(403, "GET", back, nil, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
	pat.ask(303, "GET", "/api/v1/session/oidc/"+p["id"].(string), nil)
	back = pat.travel("pat", "pats own password")
	pat.ask(200, "GET", back, nil, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
	if len(pat.given) != 2 || pat.given[0].SameSite != http.SameSiteStrictMode || pat.given[1].MaxAge >= 0 {
		t.Errorf("the cookies at the end: %v", pat.given)
	}
	if got := pat.ask(200, "GET", "/api/v1/session", nil); got["signedIn"] != true || got["user"].(map[string]any)["role"] != "sales" {
		t.Errorf("signed in: %v", got)
	}
}

// travel signs in at the provider to which the last answer has led, and
// returns the address at the hub to which it leads back.
func (b *browser) travel(user, password string) string {
	b.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	back := ""
	there := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), b.url) {
			back = r.URL.RequestURI()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := there.Get(b.location)
	if err != nil {
		b.t.Fatal(err)
	}
	page.Body.Close()
	at := *page.Request.URL
	form := url.Values{"username": {user}, "password": {password}, "id": {at.Query().Get("authRequestID")}}
	at.RawQuery = ""
	done, err := there.PostForm(at.String(), form)
	if err != nil {
		b.t.Fatal(err)
	}
	done.Body.Close()
	if back == "" {
		b.t.Fatalf("%s never came back", user)
	}
	return back
}

// openProvider starts the real provider of e2e/oidc and returns its issuer.
func openProvider(t *testing.T, callback string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "op")
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Dir = filepath.Join("..", "e2e", "oidc")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the provider: %v\n%s", err, out)
	}
	op := exec.Command(bin, "-redirect", callback)
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
	t.Cleanup(func() {
		in.Close()
		if err := op.Wait(); err != nil {
			t.Errorf("the provider ended with %v", err)
		}
	})
	issuer, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(issuer)
}

// strewn looks for secrets in every file of a folder.
func (s *served) strewn(dir string, secrets []string) (found []string) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, secret := range secrets {
			if bytes.Contains(b, []byte(secret)) {
				found = append(found, path+" holds "+secret+" in clear")
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}
