package app_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lan"
)

// served is a hub that faces a network: the loopback interface stands for it.
type served struct {
	t       *testing.T
	app     *app.App
	running app.Running
	status  lan.Status
	at      string // host:port of the listener for others
	roots   *x509.CertPool
}

// serveLAN starts a hub whose listener for others is on loopback, which a
// client reaches by whatever name.
func serveLAN(t *testing.T, settings map[string]string) *served {
	t.Helper()
	flags := map[string]string{"data": t.TempDir(), "models": t.TempDir(), "listen": config.AnyPort, "lan": config.AnyPort}
	if os.Getenv("HUBCAP_TEST_DB") != "" {
		flags["db"] = databaseOf(t, flags["data"])
	}
	for k, v := range settings {
		flags[k] = v
	}
	cfg, err := config.Load("", nil, flags)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(context.Background(), cfg, app.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan app.Running, 1), make(chan error, 1)
	go func() { ended <- a.Serve(ctx, func(r app.Running) { ready <- r }) }()
	s := &served{t: t, app: a, roots: x509.NewCertPool()}
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, a.Close()); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	select {
	case s.running = <-ready:
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
	}
	s.status = a.LAN()
	u, err := url.Parse(s.status.Addresses[0])
	if err != nil {
		t.Fatal(err)
	}
	s.at = u.Host
	if s.status.TLS == "authority" {
		resp, err := s.client(&tls.Config{InsecureSkipVerify: true}).Get(s.status.URL + "/install/hubcap-ca.crt")
		if err != nil {
			t.Fatal(err)
		}
		text := body(t, resp)
		if !s.roots.AppendCertsFromPEM([]byte(text)) {
			t.Fatalf("the authority: %d %s", resp.StatusCode, text)
		}
	}
	return s
}

// client reaches the listener for others by any name.
func (s *served) client(c *tls.Config) *http.Client {
	tr := &http.Transport{TLSClientConfig: c, ForceAttemptHTTP2: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", s.at)
	}}
	s.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// device is one that trusts the hub's authority.
func (s *served) device() *http.Client { return s.client(&tls.Config{RootCAs: s.roots}) }

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err = errors.Join(err, r.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestADeviceThatTrustsTheHubReachesItByName(t *testing.T) {
	s := serveLAN(t, nil)
	r, err := s.device().Get(s.status.URL + "/install")
	if err != nil {
		t.Fatal(err)
	}
	text := body(t, r)
	if r.StatusCode != 200 || r.ProtoMajor != 2 || r.Header.Get("Strict-Transport-Security") == "" || !strings.Contains(text, s.status.URL) {
		t.Errorf("the install page: %d, HTTP/%d, %v", r.StatusCode, r.ProtoMajor, r.Header)
	}
	if r.TLS.Version != tls.VersionTLS13 {
		t.Errorf("TLS %x, want 1.3", r.TLS.Version)
	}
	if _, err := s.client(&tls.Config{RootCAs: s.roots, MaxVersion: tls.VersionTLS11}).Get(s.status.URL + "/install"); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	if _, err := s.client(&tls.Config{}).Get(s.status.URL + "/install"); err == nil {
		t.Error("a device that does not know the authority trusts the hub")
	}
}

func TestStrangersHostsAndKeysAreNothingOnTheNetwork(t *testing.T) {
	s := serveLAN(t, map[string]string{"lan-hosts": "cars.local"})
	_, port, err := net.SplitHostPort(s.at)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		host, path string
		header     http.Header
		want       int
	}{
		{"", "/healthz", nil, 200},
		{"cars.local:" + port, "/healthz", nil, 200},
		{"cars.local", "/healthz", nil, 200},
		{"evil.example:" + port, "/healthz", nil, 421},
		{"evil.example", "/install", nil, 421},
		{"localhost:" + port, "/", nil, 421},
		{"", "/api/v1/vehicles", nil, 401},
		{"", "/api/v1/vehicles", http.Header{"Authorization": {"Bearer " + s.running.Token}}, 401},
		{"", "/api/v1/lan", http.Header{"Authorization": {"Bearer " + s.running.Token}, "X-Forwarded-For": {"127.0.0.1"}}, 401},
		{"", "/?t=" + s.running.Token, nil, 0},
		{"", "/?t=" + s.app.Ticket(), nil, 0},
	} {
		req, err := http.NewRequest("GET", s.status.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = c.host
		for k, v := range c.header {
			req.Header[k] = v
		}
		r, err := s.device().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text := body(t, r)
		if c.want != 0 && r.StatusCode != c.want {
			t.Errorf("Host %q %s: %d, want %d: %s", c.host, c.path, r.StatusCode, c.want, text)
		}
		if r.Header.Get("Set-Cookie") != "" {
			t.Errorf("Host %q %s sets a cookie", c.host, c.path)
		}
	}
}

func TestLANIsToldOverREST(t *testing.T) {
	s := serveLAN(t, nil)
	ask := func(path string) (*http.Response, string) {
		req, err := http.NewRequest("GET", s.running.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.running.Token)
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		return r, body(t, r)
	}
	if r, text := ask("/api/v1/lan"); r.StatusCode != 200 || !strings.Contains(text, s.status.Fingerprint) || !strings.Contains(text, s.status.URL) {
		t.Errorf("%d %s", r.StatusCode, text)
	}
	if r, text := ask("/api/v1/lan/qr.svg?page=install"); r.StatusCode != 200 || r.Header.Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(text, "<svg ") {
		t.Errorf("%d %v %s", r.StatusCode, r.Header, text)
	}
}

func TestPlainNeedsItsSwitchAndIsWarnedOf(t *testing.T) {
	s := serveLAN(t, map[string]string{"lan-plain": "true"})
	if s.status.TLS != "plain" || len(s.status.Warnings) == 0 || s.status.Warnings[0].Kind != "plain" {
		t.Errorf("status %+v", s.status)
	}
	r, err := s.device().Get(s.status.URL + "/install")
	if err != nil {
		t.Fatal(err)
	}
	if text := body(t, r); r.StatusCode != 200 || r.Header.Get("Strict-Transport-Security") != "" || !strings.Contains(text, "lan-plain") {
		t.Errorf("%d %v %s", r.StatusCode, r.Header, text)
	}
	// Without the switch a plain request gets no page, but the way to it.
	secure := serveLAN(t, nil)
	direct := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err = direct.Get("http://" + secure.at + "/install")
	if err != nil {
		t.Fatal(err)
	}
	if text := body(t, r); r.StatusCode != 308 || r.Header.Get("Location") != "https://"+secure.at+"/install" {
		t.Errorf("plain HTTP to the TLS listener: %d %v %s", r.StatusCode, r.Header, text)
	}
}

func TestListenIsForThisComputer(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.168.1.5:0", "[::]:0"} {
		cfg, err := config.Load("", nil, map[string]string{"data": t.TempDir(), "models": t.TempDir(), "listen": address})
		if err != nil {
			t.Fatal(err)
		}
		a, err := app.Open(context.Background(), cfg, app.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = a.Serve(context.Background(), nil)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Denied || !strings.Contains(f.Remedy, "--lan") {
			t.Errorf("--listen %s: %v; want Denied with the remedy --lan", address, err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A client that opens a request and then stands still is cut off, and one
// whose header has no end; a good one is answered meanwhile.
func TestSlowAndEndlessClientsAreCutOff(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_SLOW") == "" {
		t.Skip("waits for the listener's own time limits, 30 s; set HUBCAP_TEST_SLOW=1")
	}
	s := serveLAN(t, nil)
	for name, send := range map[string]func(w io.Writer) error{
		"half a header": func(w io.Writer) error {
			_, err := io.WriteString(w, "POST /api/v1/vehicles HTTP/1.1\r\nHost: "+hostOf(s)+"\r\n")
			return err
		},
		"half a body": func(w io.Writer) error {
			_, err := io.WriteString(w, "POST /api/v1/vehicles HTTP/1.1\r\nHost: "+hostOf(s)+"\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
			return err
		},
		"a header without end": func(w io.Writer) error {
			if _, err := io.WriteString(w, "GET / HTTP/1.1\r\nHost: "+hostOf(s)+"\r\n"); err != nil {
				return err
			}
			for i := range 4000 {
				// It fails once the hub has had enough.
				if _, err := fmt.Fprintf(w, "X-%d: %s\r\n", i, bytes.Repeat([]byte("x"), 100)); err != nil {
					return nil
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := tls.Dial("tcp", s.at, &tls.Config{RootCAs: s.roots, ServerName: s.status.Name})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if err := send(c); err != nil {
				t.Fatal(err)
			}
			if r, err := s.device().Get(s.status.URL + "/healthz"); err != nil || r.StatusCode != 200 {
				t.Errorf("meanwhile: %v", err)
			} else {
				body(t, r)
			}
			if err := c.SetReadDeadline(time.Now().Add(2 * time.Minute)); err != nil { // a hub that waits for ever fails here
				t.Fatal(err)
			}
			answer, err := bufio.NewReader(c).ReadString('\n')
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				t.Error("the hub still waits")
			}
			if answer != "" && !strings.HasPrefix(answer, "HTTP/1.1 4") {
				t.Errorf("the hub answers %q", answer)
			}
		})
	}
}

// More senders than the hub has places stand still in the middle of a body; a
// good one is answered all the same.
func TestSlowSendersKeepNobodyWaiting(t *testing.T) {
	s := serveLAN(t, nil)
	for range 60 {
		c, err := tls.Dial("tcp", s.at, &tls.Config{RootCAs: s.roots, ServerName: s.status.Name})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := fmt.Fprintf(c, "POST /api/v1/session HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", hostOf(s), s.status.URL); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		req, err := http.NewRequest("POST", s.status.URL+"/api/v1/session", strings.NewReader(`{"name":"ann","password":"not hers"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", s.status.URL)
		req.Header.Set("Content-Type", "application/json")
		r, err := s.device().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if text := body(t, r); r.StatusCode >= 500 || r.StatusCode == 429 || r.StatusCode == 408 {
			t.Fatalf("beside slow senders: %d %s", r.StatusCode, text)
		}
	}
}

func hostOf(s *served) string { return strings.TrimPrefix(s.status.URL, "https://") }

func TestLongHeadersAreRefused(t *testing.T) {
	s := serveLAN(t, nil)
	req, err := http.NewRequest("GET", s.status.URL+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Long", strings.Repeat("x", 64<<10))
	r, err := s.client(&tls.Config{RootCAs: s.roots, NextProtos: []string{"http/1.1"}}).Do(req)
	if err == nil {
		body(t, r)
	}
	if err == nil && r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d, want 431", r.StatusCode)
	}
}
