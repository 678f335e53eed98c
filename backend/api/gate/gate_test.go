package gate_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
)

const token = "0123456789abcdef0123456789abcdef"

func door() http.Handler {
	g := gate.New(gate.Options{Port: "8484", Token: token, Instance: "aa"})
	return g.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			return
		}
		if gate.Actor(r.Context()) != actor.Machine() {
			http.Error(w, "nobody came in", http.StatusTeapot)
		}
	}))
}

// A request as a browser or a program would send it; each case changes what
// an attacker can.
func TestWhoComesIn(t *testing.T) {
	cookie, bearer := "hubcap_aa="+token, "Bearer "+token
	own := "http://127.0.0.1:8484"
	cases := []struct {
		name, method, target, host string
		header                     map[string]string
		body                       string
		want                       int
	}{
		{"the page with its cookie", "GET", "/", "127.0.0.1:8484", map[string]string{"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}, "", 200},
		{"a program with the token", "GET", "/api/v1/vehicles", "localhost:8484", map[string]string{"Authorization": bearer}, "", 200},
		{"a program writes", "POST", "/api/v1/vehicles", "localhost:8484", map[string]string{"Authorization": bearer, "Content-Type": "application/json"}, "{}", 200},
		{"the page writes", "POST", "/api/v1/vehicles", "127.0.0.1:8484", map[string]string{"Cookie": cookie, "Origin": own, "Content-Type": "application/json; charset=utf-8"}, "{}", 200},
		{"a cookie of the same name tossed in by another local program", "GET", "/", "127.0.0.1:8484", map[string]string{"Cookie": "hubcap_aa=theirs; " + cookie}, "", 200},
		{"a media type in capitals", "POST", "/api/v1/vehicles", "localhost:8484", map[string]string{"Authorization": bearer, "Content-Type": "Application/JSON"}, "{}", 200},
		{"health needs nothing", "GET", "/healthz", "127.0.0.1:8484", nil, "", 200},

		{"no token", "GET", "/api/v1/vehicles", "127.0.0.1:8484", nil, "", 401},
		{"a wrong token", "GET", "/", "127.0.0.1:8484", map[string]string{"Authorization": "Bearer x"}, "", 401},
		{"the cookie of another instance", "GET", "/", "127.0.0.1:8484", map[string]string{"Cookie": "hubcap_bb=" + token}, "", 401},
		{"DNS rebinding: a foreign name that resolves here", "GET", "/", "evil.example:8484", map[string]string{"Cookie": cookie}, "", 421},
		{"the right host, another port", "GET", "/", "127.0.0.1:9999", map[string]string{"Cookie": cookie}, "", 421},
		{"health by a foreign name", "GET", "/healthz", "evil.example", nil, "", 421},
		{"cross-site form", "POST", "/api/v1/vehicles", "127.0.0.1:8484", map[string]string{"Cookie": cookie, "Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site", "Content-Type": "application/x-www-form-urlencoded"}, "a=b", 403},
		{"cross-site form from an old browser", "POST", "/api/v1/vehicles", "127.0.0.1:8484", map[string]string{"Cookie": cookie, "Origin": "http://evil.example", "Content-Type": "application/json"}, "{}", 403},
		{"missing Origin with the cookie", "POST", "/api/v1/vehicles", "127.0.0.1:8484", map[string]string{"Cookie": cookie, "Content-Type": "application/json"}, "{}", 403},
		{"null Origin", "POST", "/api/v1/vehicles", "127.0.0.1:8484", map[string]string{"Cookie": cookie, "Origin": "null", "Content-Type": "application/json"}, "{}", 403},
		{"another port of this machine", "POST", "/api/v1/vehicles", "127.0.0.1:8484", map[string]string{"Cookie": cookie, "Origin": "http://127.0.0.1:3000", "Sec-Fetch-Site": "same-site", "Content-Type": "application/json"}, "{}", 403},
		{"an image tag on another page", "GET", "/api/v1/vehicles", "127.0.0.1:8484", map[string]string{"Cookie": cookie, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, "", 403},
		{"another page sends a person to their provider", "GET", "/api/v1/session/oidc/x", "127.0.0.1:8484", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, "", 403},
		{"the provider sends them back", "GET", "/api/v1/session/oidc/x/callback", "127.0.0.1:8484", map[string]string{"Cookie": cookie, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, "", 200},
		{"urlencoded body", "POST", "/api/v1/vehicles", "127.0.0.1:8484", map[string]string{"Cookie": cookie, "Origin": own, "Content-Type": "application/x-www-form-urlencoded"}, "a=b", 415},
		{"multipart body", "POST", "/api/v1/vehicles", "127.0.0.1:8484", map[string]string{"Authorization": bearer, "Content-Type": "multipart/form-data; boundary=x"}, "--x--", 415},
		{"no content type", "POST", "/api/v1/vehicles", "127.0.0.1:8484", map[string]string{"Authorization": bearer}, "{}", 415},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var body io.Reader
			if c.body != "" {
				body = strings.NewReader(c.body)
			}
			r := httptest.NewRequest(c.method, c.target, body)
			r.Host = c.host
			for k, v := range c.header {
				r.Header.Set(k, v)
			}
			w := httptest.NewRecorder()
			door().ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("status %d, want %d; body %s", w.Code, c.want, w.Body)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Error("the answer lacks its security headers")
			}
		})
	}
}

func TestEntrySetsAStrictCookieWithoutRedirect(t *testing.T) {
	r := httptest.NewRequest("GET", "/?t="+token, nil)
	r.Host = "127.0.0.1:8484"
	w := httptest.NewRecorder()
	door().ServeHTTP(w, r)
	cookie := w.Header().Get("Set-Cookie")
	if w.Code != 200 || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") {
		t.Errorf("status %d, cookie %q; want 200 with an HttpOnly, SameSite=Strict cookie", w.Code, cookie)
	}
	if !strings.Contains(w.Body.String(), `<script src="/enter.js"></script>`) || strings.Contains(w.Body.String(), token) {
		t.Errorf("the page must replace the address and not repeat the token: %s", w.Body)
	}
}

func TestStalePageSaysWhereToGo(t *testing.T) {
	r := httptest.NewRequest("GET", "/vehicles", nil)
	r.Host = "127.0.0.1:8484"
	r.Header.Set("Cookie", "hubcap_aa=the-token-of-yesterday")
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	door().ServeHTTP(w, r)
	if w.Code != 401 || !strings.Contains(w.Body.String(), "hubcap open") {
		t.Errorf("status %d, body %s; want 401 that names `hubcap open`", w.Code, w.Body)
	}
}

func TestFloodEndsIn503AndHealthAnswers(t *testing.T) {
	release := make(chan struct{})
	entered := make(chan struct{}, 8)
	h := gate.NewAdmission(1, 0, time.Minute).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			entered <- struct{}{}
			<-release
		}
	}))
	done := make(chan int)
	go func() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/slow", nil))
		done <- w.Code
	}()
	<-entered
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/slow", nil))
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("a request over the bound: status %d, Retry-After %q; want 503 with one", w.Code, w.Header().Get("Retry-After"))
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/healthz", nil))
	if w.Code != 200 {
		t.Errorf("health under flood: status %d, want 200", w.Code)
	}
	close(release)
	if code := <-done; code != 200 {
		t.Errorf("the admitted request: status %d, want 200", code)
	}
}

// A hub may listen on any loopback address, and on the port that a browser
// leaves out.
func TestHostsOfTheListener(t *testing.T) {
	for _, c := range []struct {
		name, address, port, host string
		want                      int
	}{
		{"its own loopback address", "127.0.0.2", "8484", "127.0.0.2:8484", 200},
		{"another one", "127.0.0.2", "8484", "127.0.0.3:8484", 421},
		{"IPv6", "::1", "8484", "[::1]:8484", 200},
		{"port 80 is left out", "127.0.0.1", "80", "127.0.0.1", 200},
		{"port 80 is left out of IPv6", "::1", "80", "[::1]", 200},
		{"port 80 by a foreign name", "127.0.0.1", "80", "evil.example", 421},
		{"another port is not left out", "127.0.0.1", "8484", "127.0.0.1", 421},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := gate.New(gate.Options{Address: c.address, Port: c.port, Token: token, Instance: "aa"}).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			r := httptest.NewRequest("POST", "/", nil)
			r.Host = c.host
			r.Header.Set("Cookie", "hubcap_aa="+token)
			r.Header.Set("Origin", "http://"+c.host)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("status %d, want %d", w.Code, c.want)
			}
		})
	}
}

func TestTicketLetsInOnce(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tickets := &gate.Tickets{Now: func() time.Time { return now }}
	const token = "0123456789abcdef0123456789abcdef"
	h := gate.New(gate.Options{Port: "8484", Token: token, Instance: "x", Tickets: tickets}).Wrap(http.NotFoundHandler())
	enter := func(key string) (int, string) {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8484/?t="+key, nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		cookie := ""
		for _, c := range w.Result().Cookies() {
			cookie = c.Value
		}
		return w.Code, cookie
	}
	ticket, late := tickets.New(), tickets.New()
	if code, cookie := enter(ticket); code != http.StatusOK || cookie != token {
		t.Errorf("first time: %d, cookie %q", code, cookie)
	}
	if code, cookie := enter(ticket); code != http.StatusUnauthorized || cookie != "" {
		t.Errorf("second time: %d, cookie %q", code, cookie)
	}
	now = now.Add(2 * time.Minute)
	if code, _ := enter(late); code != http.StatusUnauthorized {
		t.Errorf("a minute too late: %d", code)
	}
	if code, _ := enter(token); code != http.StatusOK {
		t.Errorf("the token: %d", code)
	}
}
