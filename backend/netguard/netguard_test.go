package netguard_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/netguard"
)

func guard(t *testing.T, list string) netguard.Guard {
	t.Helper()
	g, err := netguard.Parse(list)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		allow, addr string
		ok          bool
	}{
		{"", "93.184.216.34", true},
		{"", "2606:2800:220:1::1", true},
		{"", "127.0.0.1", false},
		{"", "127.8.8.8", false},
		{"", "::1", false},
		{"", "0.0.0.0", false},
		{"", "::", false},
		{"", "10.1.2.3", false},
		{"", "172.16.0.1", false},
		{"", "172.32.0.1", true},
		{"", "192.168.1.1", false},
		{"", "169.254.169.254", false},
		{"", "100.64.0.1", false},
		{"", "::ffff:127.0.0.1", false},
		{"", "::ffff:169.254.169.254", false},
		{"", "64:ff9b::7f00:1", false},
		{"", "2002:7f00:1::", false},
		{"", "::7f00:1", false}, // IPv4-compatible, long forbidden
		{"", "fd00::1", false},
		{"", "fe80::1", false},
		{"", "fe80::1%eth0", false},
		{"", "ff02::1", false},
		{"", "255.255.255.255", false},
		{"loopback", "127.0.0.1", true},
		{"loopback", "::1", true},
		{"loopback", "::ffff:127.0.0.1", true},
		{"loopback", "169.254.169.254", false},
		{"192.168.1.0/24, 10.0.0.7", "192.168.1.40", true},
		{"192.168.1.0/24, 10.0.0.7", "192.168.2.40", false},
		{"192.168.1.0/24, 10.0.0.7", "10.0.0.7", true},
		{"192.168.1.0/24, 10.0.0.7", "10.0.0.8", false},
		{"192.168.1.77/24", "192.168.1.40", true},
	} {
		err := guard(t, c.allow).Check(netip.MustParseAddr(c.addr))
		if (err == nil) != c.ok {
			t.Errorf("allow %q, Check(%s) = %v, want ok %v", c.allow, c.addr, err, c.ok)
		}
		if err != nil && (!fault.Is(err, fault.Denied) || !errors.Is(err, netguard.ErrRefused)) {
			t.Errorf("Check(%s) = %v, want Denied and ErrRefused", c.addr, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, list := range []string{"lan", "10.0.0.0/33", "10.0.0", "fe80::1%eth0", "127.0.0.1:80"} {
		if g, err := netguard.Parse(list); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", list, g)
		}
	}
}

func TestURL(t *testing.T) {
	for _, c := range []struct {
		allow, url string
		ok         bool
	}{
		{"", "https://api.example.com/v1", true},
		{"", "http://api.example.com/v1", false},
		{"loopback", "http://api.example.com/v1", false},
		{"loopback", "http://93.184.216.34/v1", false},
		{"loopback", "http://127.0.0.1:11434", true},
		{"loopback", "http://[::1]:11434/v1", true},
		{"loopback", "http://localhost:11434", true},
		{"", "http://127.0.0.1:11434", false},
		{"", "https://[::1]/", false},
		{"10.0.0.0/8", "http://gpu:11434", true},
		{"10.0.0.0/8", "http://gpu.lan:11434", true},
		{"", "http://gpu.lan:11434", false},
		{"loopback", "http://gpu:11434", false},
		{"10.0.0.0/8", "http://cafe:11434", true},
		{"10.0.0.0/8", "http://2130706433", false},
		{"10.0.0.0/8", "http://0x7f000001/v1", false},
		{"10.0.0.0/8", "http://0177.0.0.1", false},
		{"loopback", "http://localhost.:11434", false},
		{"loopback", "file:///etc/passwd", false},
		{"loopback", "gopher://127.0.0.1/", false},
		{"loopback", "https://user:pass@example.com/", false},
		{"loopback", "https://example.com/?key=1", false},
		{"loopback", "https://example.com/#x", false},
		{"loopback", "example.com", false},
		{"loopback", "https://", false},
		{"loopback", "https://:443/", false},
		{"loopback", "", false},
		{"loopback", "http://[::1", false},
	} {
		_, err := guard(t, c.allow).URL(c.url)
		if (err == nil) != c.ok {
			t.Errorf("allow %q, URL(%q) = %v, want ok %v", c.allow, c.url, err, c.ok)
		}
	}
}

// canary serves a page that nobody outside may see.
func canary(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "inside") }))
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, c *http.Client, url string) (string, error) {
	t.Helper()
	defer c.CloseIdleConnections()
	r, err := c.Get(url)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	return string(b), err
}

func TestAttacksFromOutsideIn(t *testing.T) {
	inside := canary(t)
	if got, err := get(t, http.DefaultClient, inside.URL); err != nil || got != "inside" {
		t.Fatalf("the canary does not sing: %q, %v", got, err)
	}
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	for _, url := range []string{
		inside.URL,
		"http://localhost" + port, // a name that resolves inside
		"http://0.0.0.0" + port,
		"http://[::ffff:127.0.0.1]" + port,
		"http://[::]" + port,
		"http://127.1.1.1" + port,
	} {
		if got, err := get(t, guard(t, "").Client(), url); err == nil {
			t.Errorf("GET %s = %q, want refused", url, got)
		} else if !errors.Is(err, netguard.ErrRefused) && !strings.Contains(err.Error(), "lookup") {
			t.Errorf("GET %s: %v, want ErrRefused", url, err)
		}
	}
	if got, err := get(t, guard(t, "loopback").Client(), inside.URL); err != nil || got != "inside" {
		t.Errorf("with loopback allowed: %q, %v", got, err)
	}
}

func TestRedirects(t *testing.T) {
	inside := canary(t)
	for name, c := range map[string]struct {
		to func(self string) string
		ok bool
	}{
		"to another port":      {func(string) string { return inside.URL }, false},
		"to metadata":          {func(string) string { return "http://169.254.169.254/latest/meta-data/" }, false},
		"to a file":            {func(string) string { return "file:///etc/passwd" }, false},
		"on the same host":     {func(self string) string { return self + "/there" }, true},
		"in a circle for ever": {func(self string) string { return self }, false},
	} {
		t.Run(name, func(t *testing.T) {
			var self string
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/there" {
					_, _ = io.WriteString(w, "there")
					return
				}
				http.Redirect(w, r, c.to(self), http.StatusTemporaryRedirect)
			}))
			defer s.Close()
			self = s.URL
			got, err := get(t, guard(t, "127.0.0.1").Client(), s.URL)
			if (err == nil) != c.ok {
				t.Fatalf("got %q, %v; want ok %v", got, err, c.ok)
			}
		})
	}
}

func TestEnvironmentProxyIsNotTaken(t *testing.T) {
	proxied := false
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { proxied = true }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	_, _ = get(t, guard(t, "loopback").Client(), canary(t).URL)
	if proxied {
		t.Fatal("the request went through the proxy of the environment")
	}
}

// A name may resolve to a public address when it is checked and to an inside
// one when it is dialled: the dialled one is what counts.
func TestCheckIsOfTheDialledAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	c, err := guard(t, "").DialContext(context.Background(), "tcp", net.JoinHostPort("localhost", port))
	if err == nil {
		c.Close()
		t.Fatal("a name that resolves to loopback was dialled")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("loopback,10.0.0.0/8 ::1")
	f.Fuzz(func(t *testing.T, list string) {
		g, err := netguard.Parse(list)
		if err == nil && g.Check(netip.MustParseAddr("93.184.216.34")) != nil {
			t.Fatalf("Parse(%q) refuses a public address", list)
		}
	})
}
