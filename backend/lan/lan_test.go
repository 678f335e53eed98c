package lan_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// world is a machine whose clock and addresses a test sets.
type world struct {
	t       *testing.T
	dir     string
	db      store.DB
	now     time.Time
	machine lan.Machine
	log     bytes.Buffer
	own     []string
	others  []string
}

func newWorld(t *testing.T) *world {
	db, err := mem.Open(lan.Schemas(), mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, dir: t.TempDir(), db: db, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		machine: lan.Machine{Names: []string{"desk", "desk.local"}, Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.5")}}}
}

func (w *world) options() lan.Options {
	return lan.Options{
		Listener: &net.TCPAddr{IP: net.IPv6zero, Port: 8443},
		Vault:    func() (*vault.Vault, error) { return vault.Open(w.dir) },
		Now:      func() time.Time { return w.now }, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
		Machine: func() lan.Machine { return w.machine },
		Changed: func(own, others []string) { w.own, w.others = own, others },
	}
}

func (w *world) open(set func(*lan.Options)) (*lan.LAN, error) {
	o := w.options()
	if set != nil {
		set(&o)
	}
	return lan.Open(context.Background(), w.db, store.Org("home"), o)
}

func (w *world) must(set func(*lan.Options)) *lan.LAN {
	w.t.Helper()
	l, err := w.open(set)
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

// leaf is the certificate that a client would be shown.
func leaf(t *testing.T, l *lan.LAN) *x509.Certificate {
	t.Helper()
	c, err := l.TLS().GetCertificate(&tls.ClientHelloInfo{ServerName: l.Name(), SupportedProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf
}

// authority is what the install page hands out.
func authority(t *testing.T, l *lan.LAN) *x509.Certificate {
	t.Helper()
	w := httptest.NewRecorder()
	l.Install().ServeHTTP(w, httptest.NewRequest("GET", "/install/hubcap-ca.crt", nil))
	block, _ := pem.Decode(w.Body.Bytes())
	if w.Code != 200 || block == nil || w.Header().Get("Content-Type") != "application/x-x509-ca-cert" {
		t.Fatalf("the authority: status %d, %s", w.Code, w.Body)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDevicesThatTrustTheAuthorityTrustTheHubAndNothingElse(t *testing.T) {
	w := newWorld(t)
	w.machine.Addresses = append(w.machine.Addresses, netip.MustParseAddr("fd00::5"), netip.MustParseAddr("203.0.113.9"))
	l := w.must(func(o *lan.Options) { o.Hosts = []string{"cars.dealer.example"} })
	ca, cert := authority(t, l), leaf(t, l)
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	for _, name := range []string{l.Name(), "desk", "desk.local", "cars.dealer.example", "192.168.1.5", "fd00::5"} {
		if _, err := cert.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, CurrentTime: w.now}); err != nil {
			t.Errorf("by %s: %v", name, err)
		}
	}
	if err := cert.VerifyHostname("203.0.113.9"); err == nil {
		t.Error("the certificate is for a public address, which the authority may not vouch for")
	}
	if !strings.HasPrefix(l.Name(), "hubcap-") || !strings.HasSuffix(l.Name(), ".local") {
		t.Errorf("the hub calls itself %s", l.Name())
	}
	if days := cert.NotAfter.Sub(cert.NotBefore).Hours() / 24; days < 90 || days > 397 {
		t.Errorf("the certificate lives %v days", days)
	}
	if !ca.PermittedDNSDomainsCritical || !ca.MaxPathLenZero || ca.PermittedIPRanges == nil {
		t.Errorf("the authority's constraint is not critical: %+v", ca)
	}
	if got := l.Status(); got.TLS != "authority" || len(got.Fingerprint) != 95 || got.URL != "https://"+l.Name()+":8443" || got.Addresses[0] != "https://192.168.1.5:8443" {
		t.Errorf("status %+v", got)
	}
}

// Whoever stole the authority's key can't stand in for a site of the
// internet: a device refuses what is outside of the constraint.
func TestStolenAuthorityIsHeldToTheNetwork(t *testing.T) {
	w := newWorld(t)
	l := w.must(nil)
	ca := authority(t, l)
	var e lan.Entry
	err := w.db.View(context.Background(), store.Org("home"), func(r store.Reader) error {
		doc, err := lan.Entries.Get(r, "authority")
		e = doc.Value
		return err
	})
	if err != nil || strings.Contains(string(e.Key), "PRIVATE") {
		t.Fatalf("the stored key: %q, %v; want it sealed", e.Key, err)
	}
	v, err := vault.Open(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := v.Open(lan.Purpose("authority"), e.Key)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair([]byte(e.Certificate), []byte(secret.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	for _, c := range []struct {
		name string
		cert x509.Certificate
	}{
		{"bank.example", x509.Certificate{DNSNames: []string{"bank.example"}}},
		{"8.8.8.8", x509.Certificate{IPAddresses: []net.IP{net.ParseIP("8.8.8.8")}}},
		{"printer.local", x509.Certificate{DNSNames: []string{"printer.local", "bank.example"}}},
	} {
		der := sign(t, &c.cert, pair, w.now)
		forged, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := forged.Verify(x509.VerifyOptions{DNSName: c.name, Roots: roots, CurrentTime: w.now}); err == nil {
			t.Errorf("a forged certificate for %s is believed", c.name)
		}
	}
}

func sign(t *testing.T, c *x509.Certificate, by tls.Certificate, now time.Time) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(7), now.Add(-time.Hour), now.Add(time.Hour)
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, c, by.Leaf, key.Public(), by.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestNameAndAuthorityOutliveAStart(t *testing.T) {
	w := newWorld(t)
	first, second := w.must(nil), w.must(nil)
	if first.Name() != second.Name() || first.Status().Fingerprint != second.Status().Fingerprint {
		t.Errorf("%s %s, then %s %s", first.Name(), first.Status().Fingerprint, second.Name(), second.Status().Fingerprint)
	}
	// A name under .local is within the constraint already.
	other := w.must(func(o *lan.Options) { o.Name = "garage.local" })
	if got := other.Status(); got.Fingerprint != first.Status().Fingerprint || got.Name != "garage.local" {
		t.Errorf("under another .local name: %+v", got)
	}
	// Another domain is not: devices must learn a new authority, and are told.
	moved := w.must(func(o *lan.Options) { o.Name = "cars.dealer.example" })
	if got := moved.Status(); got.Fingerprint == first.Status().Fingerprint || !warned(got, "authority") || got.MDNS != "off" {
		t.Errorf("under another domain: %+v", got)
	}
	// The key file lost: an error that says so, and not silently a new authority.
	if err := os.Remove(filepath.Join(w.dir, vault.FileName)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.open(nil); !fault.Is(err, fault.Unavailable) {
		t.Errorf("without the key file: %v, want Unavailable", err)
	}
	// Until somebody says that it is lost.
	if err := lan.Forget(context.Background(), w.db, store.Org("home"), actor.Machine()); err != nil {
		t.Fatal(err)
	}
	if got := w.must(nil).Status(); got.Fingerprint == moved.Status().Fingerprint || got.Name != first.Name() {
		t.Errorf("after a reset: %+v", got)
	}
}

func warned(s lan.Status, kind string) bool {
	return slices.ContainsFunc(s.Warnings, func(w lan.Warning) bool { return w.Kind == kind })
}

func TestCertificateIsRenewedWithoutAStart(t *testing.T) {
	w := newWorld(t)
	l := w.must(nil)
	before := leaf(t, l)
	l.Follow(context.Background())
	if leaf(t, l) != before {
		t.Error("a new certificate without a reason")
	}
	w.machine.Addresses = []netip.Addr{netip.MustParseAddr("10.0.7.7")}
	l.Follow(context.Background())
	moved := leaf(t, l)
	if moved.VerifyHostname("10.0.7.7") != nil || moved.VerifyHostname("192.168.1.5") == nil {
		t.Errorf("after a move to another network the certificate is for %v", moved.IPAddresses)
	}
	if !slices.Contains(w.own, "10.0.7.7") || slices.Contains(w.own, "192.168.1.5") || w.others[0] != l.Name() {
		t.Errorf("the listener was told %v and %v", w.own, w.others)
	}
	w.now = w.now.Add(121 * 24 * time.Hour)
	l.Follow(context.Background())
	renewed := leaf(t, l)
	if !renewed.NotAfter.After(moved.NotAfter) {
		t.Errorf("60 days before its end the certificate still ends on %v", renewed.NotAfter)
	}
}

// own writes a certificate of the owner's own for names.
func (w *world) ownFiles(from, to time.Time, names ...string) (cert, key string) {
	w.t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "own"}, NotBefore: from, NotAfter: to, DNSNames: names}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		w.t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		w.t.Fatal(err)
	}
	cert, key = filepath.Join(w.dir, "own.crt"), filepath.Join(w.dir, "own.key")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			w.t.Fatal(err)
		}
		if err := os.Chmod(path, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	return cert, key
}

func TestOwnCertificate(t *testing.T) {
	w := newWorld(t)
	cert, key := w.ownFiles(w.now.Add(-time.Hour), w.now.Add(40*24*time.Hour), "*.dealer.example", "cars.dealer.example")
	own := func(o *lan.Options) { o.CertFile, o.KeyFile = cert, key }
	l := w.must(own)
	if l.Name() != "cars.dealer.example" || l.Status().TLS != "files" || l.Status().Install != "" {
		t.Fatalf("status %+v", l.Status())
	}
	first := leaf(t, l)

	// Renewed by somebody else's tool: taken up without a restart.
	w.ownFiles(w.now.Add(-time.Minute), w.now.Add(90*24*time.Hour), "cars.dealer.example")
	l.Follow(context.Background())
	second := leaf(t, l)
	if !second.NotAfter.After(first.NotAfter) {
		t.Fatalf("the new certificate was not read; still %v", second.NotAfter)
	}

	// Something that can't be used: the one before stays, and it is told.
	if err := os.WriteFile(cert, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	l.Follow(context.Background())
	if leaf(t, l) != second || !warned(l.Status(), "certificate") || !strings.Contains(w.log.String(), "part=certificate") {
		t.Errorf("a broken file: %+v, log %s", l.Status(), &w.log)
	}
	w.ownFiles(w.now.Add(-time.Minute), w.now.Add(80*24*time.Hour), "cars.dealer.example")
	l.Follow(context.Background())
	if leaf(t, l) == second || warned(l.Status(), "certificate") {
		t.Errorf("mended, and still %+v", l.Status())
	}
	w.now = w.now.Add(70 * 24 * time.Hour)
	if !warned(l.Status(), "expires") {
		t.Error("nobody is told that the certificate ends in ten days")
	}
}

func TestOwnCertificateThatCantBeUsedIsRefused(t *testing.T) {
	day := 24 * time.Hour
	for _, c := range []struct {
		name, want string
		from, to   time.Duration
		spoil      func(cert, key string) error
		lanName    string
	}{
		{"expired", "ended on 2026-11-22", -9 * day, -day, nil, ""},
		{"not yet valid", "valid from", day, 9 * day, nil, ""},
		{"another name", "is not for the name other.example", -day, day, nil, "other.example"},
		{"a key of another", "don't go together", -day, day, func(_, key string) error {
			k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			if err != nil {
				return err
			}
			der, err := x509.MarshalPKCS8PrivateKey(k)
			if err != nil {
				return err
			}
			return os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
		}, ""},
		{"a key that others read", "can be read by others", -day, day, func(_, key string) error { return os.Chmod(key, 0o644) }, ""},
		{"no certificate", "can't be read", -day, day, func(cert, _ string) error { return os.Remove(cert) }, ""},
		{"no key", "can't be read", -day, day, func(_, key string) error { return os.Remove(key) }, ""},
		{"text", "don't go together", -day, day, func(cert, _ string) error { return os.WriteFile(cert, []byte("hello"), 0o600) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			cert, key := w.ownFiles(w.now.Add(c.from), w.now.Add(c.to), "cars.dealer.example")
			if c.spoil != nil {
				if err := c.spoil(cert, key); err != nil {
					t.Fatal(err)
				}
			}
			_, err := w.open(func(o *lan.Options) { o.CertFile, o.KeyFile, o.Name = cert, key, c.lanName })
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want Invalid with %q", err, c.want)
			}
		})
	}
}

func TestNamesThatCantBeTheHubs(t *testing.T) {
	for name, set := range map[string]func(*lan.Options){
		"an address":            func(o *lan.Options) { o.Name = "192.168.1.5" },
		"not a name":            func(o *lan.Options) { o.Name = "cars dealer" },
		"a path":                func(o *lan.Options) { o.Name = "https://cars" },
		"ACME without a name":   func(o *lan.Options) { o.ACME.Directory = "https://ca.example/dir" },
		"ACME for a .local one": func(o *lan.Options) { o.ACME.Directory, o.Name = "https://ca.example/dir", "cars.local" },
	} {
		if _, err := newWorld(t).open(set); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
}

func TestPlainIsAStandingWarning(t *testing.T) {
	l := newWorld(t).must(func(o *lan.Options) { o.Plain = true })
	s := l.Status()
	if l.TLS() != nil || s.TLS != "plain" || !warned(s, "plain") || s.Fingerprint != "" || !strings.HasPrefix(s.URL, "http://") {
		t.Errorf("status %+v", s)
	}
}

func TestInstallPage(t *testing.T) {
	l := newWorld(t).must(nil)
	for _, c := range []struct{ agent, open string }{
		{"Mozilla/5.0 (Linux; Android 15; Pixel 8)", `<details open><summary>Android`},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)", `<details open><summary>iPhone`},
		{"Mozilla/5.0 (Windows NT 10.0)", `<details open><summary>Windows`},
	} {
		r := httptest.NewRequest("GET", "/install", nil)
		r.Header.Set("User-Agent", c.agent)
		w := httptest.NewRecorder()
		l.Install().ServeHTTP(w, r)
		body, policy := w.Body.String(), w.Header().Get("Content-Security-Policy")
		if w.Code != 200 || !strings.Contains(body, c.open) || strings.Contains(body, "<script") || strings.Contains(body, "style=") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: status %d, policy %q, body %s", c.agent, w.Code, policy, body)
		}
		if !strings.Contains(body, strings.ReplaceAll(l.Status().Fingerprint[:23], ":", " ")) || !strings.Contains(body, l.URL()) {
			t.Errorf("the page lacks fingerprint or address: %s", body)
		}
	}
	w := httptest.NewRecorder()
	l.Install().ServeHTTP(w, httptest.NewRequest("GET", "/install/hubcap.mobileconfig", nil))
	if w.Code != 200 || !strings.Contains(w.Body.String(), "com.apple.security.root") {
		t.Errorf("Apple's profile: %d %s", w.Code, w.Body)
	}
}

func TestQRCodes(t *testing.T) {
	svg, err := lan.SVG("https://hubcap-ab12.local:8443/install")
	if err != nil || !bytes.HasPrefix(svg, []byte("<svg ")) || bytes.Contains(svg, []byte("script")) {
		t.Errorf("%s, %v", svg, err)
	}
	text, err := lan.Blocks("https://hubcap-ab12.local:8443/install")
	if err != nil || strings.Count(text, "\n") < 10 {
		t.Errorf("%s, %v", text, err)
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	l := newWorld(t).must(nil)
	for _, c := range []struct {
		name    string
		version uint16
		suite   uint16
		want    bool
	}{
		{"1.3", tls.VersionTLS13, 0, true},
		{"1.2 with GCM", tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, true},
		{"1.2 with CBC", tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, false},
		{"1.1", tls.VersionTLS11, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			here, there := net.Pipe()
			defer here.Close()
			defer there.Close()
			go func() { _ = tls.Server(there, l.TLS()).HandshakeContext(t.Context()) }()
			o := &tls.Config{InsecureSkipVerify: true, MinVersion: c.version, MaxVersion: c.version, ServerName: l.Name()}
			if c.suite != 0 {
				o.CipherSuites = []uint16{c.suite}
			}
			if err := tls.Client(here, o).HandshakeContext(t.Context()); (err == nil) != c.want {
				t.Errorf("the handshake ends with %v", err)
			}
		})
	}
}
