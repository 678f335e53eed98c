package lan_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/store"
)

const acmeName = "cars.dealer.test"

// A real ACME server gives the certificate, after it has looked at the
// hub's own listener; the next start finds it in the store.
func TestACME(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_ACME") == "" {
		t.Skip("builds and runs an ACME server; set HUBCAP_TEST_ACME=1")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	directory, ca, roots := pebble(t, l.Addr().(*net.TCPAddr).Port)
	w := newWorld(t)
	w.now = time.Now()
	set := func(o *lan.Options) {
		o.Name, o.Listener, o.ACME = acmeName, l.Addr(), lan.ACME{Directory: directory, Email: "owner@dealer.test", CAFile: ca}
	}
	hub := w.must(set)
	serve(t, l, hub)
	if s := hub.Status(); s.TLS != "acme" || !warned(s, "certificate") {
		t.Errorf("before the order: %+v", s)
	}
	if _, err := dial(l, acmeName, nil); err == nil {
		t.Error("a handshake succeeds before there is a certificate")
	}
	hub.Follow(context.Background())
	if s := hub.Status(); len(s.Warnings) != 0 || s.Expires.IsZero() {
		t.Fatalf("after the order: %+v; log %s", s, &w.log)
	}
	shown, err := dial(l, acmeName, roots())
	if err != nil {
		t.Fatal(err)
	}
	if shown.Issuer.String() == shown.Subject.String() {
		t.Errorf("the certificate is of %s by itself", shown.Subject)
	}

	again := w.must(set)
	again.Follow(context.Background())
	if got := leaf(t, again); !got.Equal(shown) {
		t.Error("the next start ordered another certificate")
	}
	err = w.db.View(context.Background(), store.Org("home"), func(r store.Reader) error {
		for _, id := range []string{"acme/" + acmeName, "acme/acme_account+key"} {
			doc, err := lan.Entries.Get(r, id)
			if err != nil || doc.Value.Key == "" || strings.Contains(string(doc.Value.Key), "BEGIN") {
				t.Errorf("%s in the store: %q, %v; want it sealed", id, doc.Value.Key, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestACMEDirectoryThatDoesNotAnswerIsAWarning(t *testing.T) {
	w := newWorld(t)
	hub := w.must(func(o *lan.Options) {
		o.Name, o.ACME = acmeName, lan.ACME{Directory: "https://127.0.0.1:1/directory"}
	})
	hub.Follow(context.Background())
	if s := hub.Status(); !warned(s, "certificate") || !strings.Contains(s.Warnings[0].Text, "nobody can connect") {
		t.Errorf("status %+v", s)
	}
	before := w.log.Len()
	hub.Follow(context.Background())
	if w.log.Len() != before {
		t.Errorf("the directory is asked again at once: %s", &w.log)
	}
}

// serve answers TLS handshakes at l as the hub's listener does.
func serve(t *testing.T, l net.Listener, hub *lan.LAN) {
	s := &http.Server{TLSConfig: hub.TLS(), Handler: http.NotFoundHandler()}
	ended := make(chan error, 1)
	go func() { ended <- s.ServeTLS(l, "", "") }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close()); err != nil {
			t.Error(err)
		}
		<-ended
	})
}

func dial(l net.Listener, name string, roots *x509.CertPool) (*x509.Certificate, error) {
	c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{ServerName: name, RootCAs: roots, InsecureSkipVerify: roots == nil})
	if err != nil {
		return nil, err
	}
	return c.ConnectionState().PeerCertificates[0], c.Close()
}

// pebble runs an ACME server that proves names at a port of this machine. It
// returns its directory, the file of its own authority, and what reads the
// roots that it issues from.
func pebble(t *testing.T, port int) (directory, ca string, roots func() *x509.CertPool) {
	t.Helper()
	dir := t.TempDir()
	bin := filepath.Join(dir, "pebble")
	build := exec.Command("go", "build", "-o", bin, "github.com/letsencrypt/pebble/v2/cmd/pebble")
	build.Dir = "../../build/pebble"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build pebble: %v\n%s", err, out)
	}
	find := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/letsencrypt/pebble/v2")
	find.Dir = build.Dir
	out, err := find.Output()
	if err != nil {
		t.Fatal(err)
	}
	certs := filepath.Join(strings.TrimSpace(string(out)), "test", "certs")
	listen, manage := free(t), free(t)
	settings, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": listen, "managementListenAddress": manage, "httpPort": 1, "tlsPort": port, "keyAlgorithm": "ecdsa",
		"certificate": filepath.Join(certs, "localhost", "cert.pem"), "privateKey": filepath.Join(certs, "localhost", "key.pem"),
		"profiles": map[string]any{"default": map[string]any{"description": "of the test", "validityPeriod": 7776000}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "pebble.json")
	if err := os.WriteFile(config, settings, 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(bin, "-config", config, "-dnsserver", resolver(t))
	run.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0")
	var log strings.Builder
	run.Stdout, run.Stderr = &log, &log
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.Process.Kill()
		_ = run.Wait() // it was killed
		if t.Failed() {
			t.Log(log.String())
		}
	})
	ca = filepath.Join(certs, "pebble.minica.pem")
	text, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	own := x509.NewCertPool()
	own.AppendCertsFromPEM(text)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: own}}}
	t.Cleanup(client.CloseIdleConnections)
	get := func(url string) ([]byte, error) {
		r, err := client.Get(url)
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(r.Body)
		return b, errors.Join(err, r.Body.Close())
	}
	for until := time.Now().Add(30 * time.Second); ; {
		if _, err = get("https://" + listen + "/dir"); err == nil {
			break
		}
		if time.Now().After(until) {
			t.Fatal(err)
		}
	}
	return "https://" + listen + "/dir", ca, func() *x509.CertPool {
		b, err := get("https://" + manage + "/roots/0")
		if err != nil {
			t.Fatal(err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(b) {
			t.Fatalf("pebble's root: %s", b)
		}
		return pool
	}
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// resolver answers every question for an IPv4 address with this machine, over
// TCP, as pebble asks.
func resolver(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = resolve(c) // who asks hears that it failed
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}

func resolve(c net.Conn) error {
	var size [2]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return err
	}
	b := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(c, b); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(b); err != nil {
		return err
	}
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	for _, q := range m.Questions {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}})
		}
	}
	out, err := m.Pack()
	if err != nil {
		return err
	}
	_, err = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...))
	return err
}
