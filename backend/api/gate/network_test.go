package gate_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/gate"
)

func TestHosts(t *testing.T) {
	secure := gate.NewHosts("8443", true, nil)
	secure.Set([]string{"desk", "desk.local", "192.168.1.5", "fd00::5"}, []string{"Hubcap-ab12.local", "cars.dealer.example", "proxy.example:9443"})
	usual := gate.NewHosts("443", true, nil)
	usual.Set([]string{"192.168.1.5", "fd00::5"}, nil)
	for _, c := range []struct {
		hosts *gate.Hosts
		host  string
		want  bool
	}{
		{secure, "desk:8443", true},
		{secure, "DESK.local:8443", true},
		{secure, "192.168.1.5:8443", true},
		{secure, "[fd00::5]:8443", true},
		{secure, "hubcap-ab12.local:8443", true},
		{secure, "hubcap-ab12.local", true}, // a port that is forwarded
		{secure, "cars.dealer.example", true},
		{secure, "proxy.example:9443", true},

		{secure, "desk", false},
		{secure, "192.168.1.5", false},
		{secure, "192.168.1.5:443", false},
		{secure, "192.168.1.6:8443", false},
		{secure, "localhost:8443", false},
		{secure, "127.0.0.1:8443", false},
		{secure, "evil.example:8443", false},
		{secure, "evil.example", false},
		{secure, "cars.dealer.example.evil.example", false},
		{secure, "evil.cars.dealer.example", false},
		{secure, "proxy.example", false},
		{secure, "proxy.example:8443", false},
		{secure, "fd00::5:8443", false},
		{secure, "", false},
		{secure, ":8443", false},
		{usual, "192.168.1.5", true},
		{usual, "192.168.1.5:443", true},
		{usual, "[fd00::5]", true},
		{usual, "192.168.1.5:80", false},
	} {
		if got := c.hosts.Allows(c.host); got != c.want {
			t.Errorf("Allows(%q) = %v, want %v", c.host, got, c.want)
		}
	}
	secure.Set([]string{"192.168.7.7"}, nil)
	if secure.Allows("192.168.1.5:8443") || !secure.Allows("192.168.7.7:8443") {
		t.Error("the names of the network before are still answered to")
	}
}

func TestOwnOrigin(t *testing.T) {
	proxies, err := gate.ParseProxies("10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	secure, plain := gate.NewHosts("8443", true, nil), gate.NewHosts("8080", false, proxies)
	secure.Set([]string{"a.local", "b.local"}, nil)
	plain.Set(nil, []string{"cars.example"})
	for _, c := range []struct {
		hosts                        *gate.Hosts
		host, origin, peer, forwards string
		want                         bool
	}{
		{secure, "a.local:8443", "https://a.local:8443", "10.0.0.9:1", "", true},
		{secure, "a.local:8443", "https://b.local:8443", "10.0.0.9:1", "", false},
		{secure, "a.local:8443", "http://a.local:8443", "10.0.0.9:1", "", false},
		{secure, "a.local:8443", "https://evil.example", "10.0.0.9:1", "", false},
		{secure, "a.local:8443", "null", "10.0.0.9:1", "", false},
		{secure, "a.local:8443", "", "10.0.0.9:1", "", false},
		{plain, "cars.example", "https://cars.example", "10.0.0.1:1", "https", true},
		{plain, "cars.example", "https://cars.example", "10.0.0.9:1", "https", false}, // no proxy of ours said so
		{plain, "cars.example", "http://cars.example", "10.0.0.9:1", "", true},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Host, r.RemoteAddr = c.host, c.peer
		if c.forwards != "" {
			r.Header.Set("X-Forwarded-Proto", c.forwards)
		}
		if got := c.hosts.Own(r, c.origin); got != c.want {
			t.Errorf("Own(%s, %q) from %s = %v, want %v", c.host, c.origin, c.peer, got, c.want)
		}
	}
}

func TestClientAddress(t *testing.T) {
	proxies, err := gate.ParseProxies("10.0.0.0/24, fd00::1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy", "192.168.1.9:5555", nil, "192.168.1.9"},
		{"a stranger who claims another address", "192.168.1.9:5555", []string{"1.2.3.4"}, "192.168.1.9"},
		{"a stranger who claims to be this computer", "192.168.1.9:5555", []string{"127.0.0.1"}, "192.168.1.9"},
		{"behind the proxy", "10.0.0.5:5555", []string{"192.168.1.9"}, "192.168.1.9"},
		{"behind the proxy, with an invention before it", "10.0.0.5:5555", []string{"127.0.0.1, 192.168.1.9"}, "192.168.1.9"},
		{"an invention in a line of its own", "10.0.0.5:5555", []string{"127.0.0.1", "192.168.1.9"}, "192.168.1.9"},
		{"a chain of two proxies", "10.0.0.5:5555", []string{"6.6.6.6, 192.168.1.9, 10.0.0.6"}, "192.168.1.9"},
		{"a proxy by IPv6", "[fd00::1]:5555", []string{"2001:db8::7"}, "2001:db8::7"},
		{"with ports", "10.0.0.5:5555", []string{"192.168.1.9:4711"}, "192.168.1.9"},
		{"with a bracket and a port", "10.0.0.5:5555", []string{"[2001:db8::7]:4711"}, "2001:db8::7"},
		{"an IPv4 address in IPv6 clothes", "[::ffff:10.0.0.5]:5555", []string{"::ffff:192.168.1.9"}, "192.168.1.9"},
		{"nonsense from the proxy", "10.0.0.5:5555", []string{"192.168.1.9, unknown"}, "10.0.0.5"},
		{"nothing from the proxy", "10.0.0.5:5555", nil, "10.0.0.5"},
		{"an empty line", "10.0.0.5:5555", []string{""}, "10.0.0.5"},
		{"all are proxies", "10.0.0.5:5555", []string{"10.0.0.7, 10.0.0.6"}, "10.0.0.7"},
		{"a line without end", "10.0.0.5:5555", []string{strings.Repeat("10.0.0.6,", 1000) + "10.0.0.6"}, "10.0.0.6"},
		{"a unix socket", "@", []string{"1.2.3.4"}, "invalid IP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			r.Header["X-Forwarded-For"] = c.forwarded
			if got := proxies.Client(r).String(); got != c.want {
				t.Errorf("client %s, want %s", got, c.want)
			}
		})
	}
	for _, bad := range []string{"10.0.0.0/33", "proxy.example", "fe80::1%eth0", "10.0.0.1:80"} {
		if _, err := gate.ParseProxies(bad); err == nil {
			t.Errorf("ParseProxies(%q) takes it", bad)
		}
	}
}

// Whatever a client writes, the answer is an address that was really there:
// the peer's own unless the peer is a proxy.
func FuzzClientAddress(f *testing.F) {
	proxies, err := gate.ParseProxies("10.0.0.0/8")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("10.0.0.5:1", "192.168.1.9, 10.0.0.6")
	f.Add("192.168.1.9:1", "1.2.3.4")
	f.Add("10.0.0.5:1", "[::1]:80,,,%")
	f.Fuzz(func(t *testing.T, from, forwarded string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = from
		r.Header.Set("X-Forwarded-For", forwarded)
		got := proxies.Client(r)
		peer, err := netip.ParseAddrPort(from)
		if err == nil && !netip.MustParsePrefix("10.0.0.0/8").Contains(peer.Addr().Unmap()) && got != peer.Addr().Unmap().WithZone("") {
			t.Fatalf("a stranger from %s is taken for %s", from, got)
		}
	})
}

// who is a limit's client, from a header of the test.
type whoKey struct{}

func limited(t *testing.T, rates gate.Rates) http.Handler {
	t.Helper()
	l := gate.NewLimits(rates, func(ctx context.Context) gate.Client {
		c, _ := ctx.Value(whoKey{}).(gate.Client)
		return c
	}, time.Now)
	return l.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
}

func call(h http.Handler, method, path string, c gate.Client) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), whoKey{}, c)))
	return w
}

func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := limited(t, gate.Rates{Read: 60, Write: 6, Heavy: 3, SignIn: 4})
		ann, bob := gate.Client{ID: "ann"}, gate.Client{ID: "bob"}
		for i := range 6 {
			if w := call(h, "POST", "/api/v1/vehicles", ann); w.Code != 204 {
				t.Fatalf("write %d of 6: %d", i+1, w.Code)
			}
		}
		w := call(h, "POST", "/api/v1/vehicles", ann)
		if w.Code != 429 || w.Header().Get("Retry-After") != "10" || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("the 7th write of a minute: %d %v", w.Code, w.Header())
		}
		if got := w.Header().Get("RateLimit-Policy"); got != `"write";q=6;w=60` {
			t.Errorf("RateLimit-Policy %s", got)
		}
		if got := w.Header().Get("RateLimit"); got != `"write";r=0;t=60` {
			t.Errorf("RateLimit %s", got)
		}
		if w := call(h, "GET", "/api/v1/vehicles", ann); w.Code != 204 || w.Header().Get("RateLimit") != `"read";r=59;t=1` {
			t.Errorf("a read beside it: %d %v", w.Code, w.Header())
		}
		if w := call(h, "POST", "/api/v1/vehicles", bob); w.Code != 204 {
			t.Errorf("somebody else's write: %d", w.Code)
		}
		time.Sleep(10 * time.Second) // of the bubble
		if w := call(h, "POST", "/api/v1/vehicles", ann); w.Code != 204 {
			t.Errorf("after Retry-After: %d", w.Code)
		}
		if w := call(h, "POST", "/api/v1/vehicles", ann); w.Code != 429 {
			t.Errorf("and another at once: %d", w.Code)
		}
		for range 1000 {
			if w := call(h, "POST", "/api/v1/vehicles", gate.Client{Free: true}); w.Code != 204 || w.Header().Get("RateLimit") != "" {
				t.Fatalf("this computer itself: %d %v", w.Code, w.Header())
			}
		}
	})
}

func TestLimitsByClass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rates := gate.Rates{Read: 60, Write: 30, Heavy: 20, SignIn: 10}
		ann, nobody, key := gate.Client{ID: "ann"}, gate.Client{}, gate.Client{ID: "hcap_ab12", Rate: 5}
		for _, c := range []struct {
			method, path string
			client       gate.Client
			want         string
		}{
			{"GET", "/api/v1/vehicles", ann, `"read";q=60;w=60`},
			{"HEAD", "/api/v1/vehicles", ann, `"read";q=60;w=60`},
			{"GET", "/assets/index.js", ann, `"read";q=60;w=60`},
			{"DELETE", "/api/v1/vehicles/x", ann, `"write";q=30;w=60`},
			{"GET", "/api/v1/search?q=x", ann, `"heavy";q=20;w=60`},
			{"POST", "/api/v1/vehicles/x/insights", ann, `"heavy";q=20;w=60`},
			{"GET", "/api/v1/vehicles/x/insights", ann, `"read";q=60;w=60`},
			{"POST", "/api/v1/session", ann, `"write";q=30;w=60`},
			{"POST", "/api/v1/session", nobody, `"sign-in";q=10;w=60`},
			{"GET", "/", nobody, `"open";q=600;w=60`},
			{"GET", "/api/v1/vehicles", nobody, `"open";q=600;w=60`},
			{"GET", "/api/v1/search", key, `"key";q=5;w=60`},
			{"POST", "/api/v1/vehicles", key, `"key";q=5;w=60`},
			{"GET", "/healthz", nobody, ""},
		} {
			if got := call(limited(t, rates), c.method, c.path, c.client).Header().Get("RateLimit-Policy"); got != c.want {
				t.Errorf("%s %s by %+v: %s, want %s", c.method, c.path, c.client, got, c.want)
			}
		}
		h := limited(t, gate.Rates{})
		for range 100 {
			if w := call(h, "GET", "/api/v1/vehicles", ann); w.Code != 204 {
				t.Fatalf("without a limit: %d", w.Code)
			}
		}
	})
}

// Fifty people behind one address come to work within two minutes; each signs
// in with a password and a code after one mistake, and the pages load.
func TestAnOfficeBehindOneAddressSignsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := limited(t, gate.DefaultRates())
		for person := range 50 {
			for i := range 70 {
				path, method := "/assets/"+strconv.Itoa(i)+".js", "GET"
				if i < 5 {
					path, method = "/api/v1/session", "POST"
				}
				if w := call(h, method, path, gate.Client{}); w.Code != 204 {
					t.Fatalf("person %d, request %d (%s): %d", person, i, path, w.Code)
				}
			}
			time.Sleep(2 * time.Second)
		}
	})
}

// A flood of addresses takes no more memory, and does not free an account
// that is being held back.
func TestLimitsForgetAddressesNotWhoIsHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := limited(t, gate.Rates{Read: 60, Write: 2, SignIn: 1})
		ann := gate.Client{ID: "ann"}
		for range 3 {
			call(h, "POST", "/api/v1/vehicles", ann)
		}
		for i := range 100_000 {
			call(h, "GET", "/api/v1/vehicles", gate.Client{ID: "flood" + strconv.Itoa(i)})
		}
		if w := call(h, "POST", "/api/v1/vehicles", ann); w.Code != 429 {
			t.Errorf("after a flood ann is let in again: %d", w.Code)
		}
	})
}

func TestOtherOrigins(t *testing.T) {
	origins, err := gate.ParseOrigins("https://desk.example.com")
	if err != nil {
		t.Fatal(err)
	}
	g := gate.New(gate.Options{Port: "8484", Token: token, Instance: "aa", Origins: origins}).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "ok")
	}))
	const desk, evil = "https://desk.example.com", "https://evil.example.com"
	for _, c := range []struct {
		name, method, path, origin string
		header                     map[string]string
		want                       int
		allowed                    string
	}{
		{"a preflight", "OPTIONS", "/api/v1/vehicles", desk, map[string]string{"Access-Control-Request-Method": "POST"}, 204, desk},
		{"a read by a key", "GET", "/api/v1/vehicles", desk, map[string]string{"Authorization": "Bearer " + token}, 200, desk},
		{"a write by a key", "POST", "/api/v1/vehicles", desk, map[string]string{"Authorization": "Bearer " + token, "Content-Type": "application/json"}, 200, desk},
		{"a read by a cookie", "GET", "/api/v1/vehicles", desk, map[string]string{"Cookie": "hubcap_aa=" + token}, 403, ""},
		{"a write by a cookie", "POST", "/api/v1/vehicles", desk, map[string]string{"Cookie": "hubcap_aa=" + token, "Content-Type": "application/json"}, 403, ""},
		{"a preflight of a stranger", "OPTIONS", "/api/v1/vehicles", evil, map[string]string{"Access-Control-Request-Method": "POST"}, 403, ""},
		{"a key in a stranger's page", "GET", "/api/v1/vehicles", evil, map[string]string{"Authorization": "Bearer " + token}, 403, ""},
		{"a preflight for a page", "OPTIONS", "/", desk, map[string]string{"Access-Control-Request-Method": "GET"}, 403, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.path, nil)
			if c.method == "POST" {
				r = httptest.NewRequest(c.method, c.path, strings.NewReader("{}"))
			}
			r.Host = "127.0.0.1:8484"
			r.Header.Set("Origin", c.origin)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Sec-Fetch-Mode", "cors")
			for k, v := range c.header {
				r.Header.Set(k, v)
			}
			w := httptest.NewRecorder()
			g.ServeHTTP(w, r)
			h := w.Header()
			if w.Code != c.want || h.Get("Access-Control-Allow-Origin") != c.allowed || h.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("status %d, allowed %q, want %d %q; %s", w.Code, h.Get("Access-Control-Allow-Origin"), c.want, c.allowed, w.Body)
			}
		})
	}
	for _, bad := range []string{"*", "https://*.example.com", "desk.example.com", "https://desk.example.com/", "ftp://desk.example.com", "null"} {
		if _, err := gate.ParseOrigins(bad); err == nil {
			t.Errorf("ParseOrigins(%q) takes it", bad)
		}
	}
}

func TestHeaders(t *testing.T) {
	for _, secure := range []bool{false, true} {
		hosts := gate.NewHosts("8443", secure, nil)
		hosts.Set([]string{"hub.local"}, nil)
		g := gate.New(gate.Options{LAN: true, Hosts: hosts, Instance: "aa"}).Wrap(http.NotFoundHandler())
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = "hub.local:8443"
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		h := w.Header()
		if hsts := h.Get("Strict-Transport-Security"); (hsts != "") != secure {
			t.Errorf("with TLS %v: Strict-Transport-Security %q", secure, hsts)
		}
		for _, k := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy"} {
			if h.Get(k) == "" {
				t.Errorf("no %s", k)
			}
		}
		if policy := h.Get("Content-Security-Policy"); strings.Contains(policy, "script-src 'self' 'unsafe-inline'") || strings.Contains(policy, "'unsafe-eval'") {
			t.Errorf("policy %s", policy)
		}
	}
}

// What opens the hub on this computer opens nothing on the network.
func TestTheTokenOfThisComputerIsNothingOnTheNetwork(t *testing.T) {
	tickets := &gate.Tickets{}
	hosts := gate.NewHosts("8443", true, nil)
	hosts.Set([]string{"hub.local"}, nil)
	g := gate.New(gate.Options{LAN: true, Hosts: hosts, Token: token, Instance: "aa", Tickets: tickets}).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, gate.Actor(r.Context()).Kind)
	}))
	for name, set := range map[string]func(*http.Request){
		"bearer":        func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) },
		"cookie":        func(r *http.Request) { r.Header.Set("Cookie", "hubcap_aa="+token) },
		"address":       func(r *http.Request) { r.URL.Path, r.URL.RawQuery = "/", "t="+token },
		"ticket":        func(r *http.Request) { r.URL.Path, r.URL.RawQuery = "/", "t="+tickets.New() },
		"from loopback": func(r *http.Request) { r.RemoteAddr = "127.0.0.1:9"; r.Header.Set("Authorization", "Bearer "+token) },
		"claims loopback": func(r *http.Request) {
			r.Header.Set("X-Forwarded-For", "127.0.0.1")
			r.Header.Set("Cookie", "hubcap_aa="+token)
		},
	} {
		r := httptest.NewRequest("GET", "/api/v1/vehicles", nil)
		r.Host = "hub.local:8443"
		set(r)
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if strings.Contains(w.Body.String(), "local") && w.Code == 200 || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %s %s", name, w.Code, w.Body, w.Header().Get("Set-Cookie"))
		}
	}
}

func BenchmarkLimits(b *testing.B) {
	l := gate.NewLimits(gate.Rates{Read: 1 << 30}, func(context.Context) gate.Client { return gate.Client{ID: "ann"} }, time.Now)
	r := httptest.NewRequest("GET", "/api/v1/vehicles", nil)
	b.ReportAllocs()
	for b.Loop() {
		l.Admit(httptest.NewRecorder(), r)
	}
}

// Who types the name alone is sent on; nothing else is answered without TLS.
func TestPlainRequestsAreSentToTLS(t *testing.T) {
	hosts := gate.NewHosts("8443", true, nil)
	hosts.Set([]string{"hub.local"}, nil)
	for _, c := range []struct{ name, said, want string }{
		{"a page", "GET /install?a=b HTTP/1.1\r\nHost: hub.local:8443\r\nUser-Agent: x\r\n\r\n", "Location: https://hub.local:8443/install?a=b\r\n"},
		{"a stranger's name", "GET / HTTP/1.1\r\nHost: evil.example:8443\r\n\r\n", "400"},
		{"another host's path", "GET //evil.example/ HTTP/1.1\r\nHost: hub.local:8443\r\n\r\n", "400"},
		{"a write", "POST / HTTP/1.1\r\nHost: hub.local:8443\r\nContent-Length: 2\r\n\r\n{}", "400"},
		{"a program with its key", "GET /api/v1/vehicles HTTP/1.1\r\nHost: hub.local:8443\r\nAuthorization: Bearer hubcap_x\r\n\r\n", "400"},
		{"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
		{"nonsense", "SSH-2.0-x\r\n", "400"},
		{"a line of its own", "GET /\r\nX:y HTTP/1.1\r\nHost: hub.local:8443\r\n\r\n", "400"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := pipes{make(chan net.Conn, 1), make(chan struct{})}
			here, there := net.Pipe()
			p.calls <- there
			conn, err := gate.Plain(p, hosts).Accept()
			if err != nil {
				t.Fatal(err)
			}
			read := make(chan error, 1)
			go func() {
				_, err := conn.Read(make([]byte, 512))
				read <- errors.Join(err, conn.Close())
			}()
			if _, err := io.WriteString(here, c.said); err != nil {
				t.Fatal(err)
			}
			b := make([]byte, 512)
			n, err := here.Read(b)
			if err != nil || !strings.Contains(string(b[:n]), c.want) {
				t.Errorf("%q, %v; want %q", b[:n], err, c.want)
			}
			here.Close()
			if err := <-read; !errors.Is(err, io.EOF) {
				t.Errorf("TLS above reads %v, want the end", err)
			}
		})
	}
}

// Whatever is said, nobody is sent anywhere but to the hub itself, in one
// header of one line.
func FuzzPlainRequests(f *testing.F) {
	hosts := gate.NewHosts("8443", true, nil)
	hosts.Set([]string{"hub.local"}, nil)
	f.Add([]byte("GET / HTTP/1.1\r\nHost: hub.local:8443\r\n\r\n"))
	f.Add([]byte("GET /\n/ HTTP/1.1\r\nHost: hub.local:8443\r\nHost: evil.example\r\n\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		if len(said) == 0 || len(said) > 512 || said[0] == 0x16 {
			return
		}
		p := pipes{make(chan net.Conn, 1), make(chan struct{})}
		here, there := net.Pipe()
		p.calls <- there
		conn, err := gate.Plain(p, hosts).Accept()
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = conn.Read(make([]byte, 512))
			_ = conn.Close()
		}()
		if _, err := here.Write(said); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 2048)
		n, err := here.Read(b)
		here.Close()
		<-done
		head, _, _ := strings.Cut(string(b[:n]), "\r\n\r\n")
		lines := strings.Split(head, "\r\n")
		if err != nil || strings.HasPrefix(lines[0], "HTTP/1.1 308") && (len(lines) != 5 || !strings.HasPrefix(lines[1], "Location: https://hub.local:8443/") || strings.ContainsAny(lines[1], "\r\n")) {
			t.Fatalf("%q is answered %q, %v", said, b[:n], err)
		}
	})
}

func TestWhoIsLimitedIsTold(t *testing.T) {
	l := gate.NewLimits(gate.Rates{Read: 1 << 20, SignIn: 2}, func(context.Context) gate.Client { return gate.Client{} }, time.Now)
	var told []gate.Class
	l.Told = func(_ context.Context, c gate.Class) { told = append(told, c) }
	h := l.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for range 4 {
		call(h, "POST", "/api/v1/session", gate.Client{})
	}
	if want := []gate.Class{gate.ClassSignIn, gate.ClassSignIn}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}
