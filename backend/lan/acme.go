package lan

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// ACME says where a certificate is asked for (RFC 8555).
type ACME struct {
	Directory string // address of the directory; "" asks none
	Email     string // of who is told when something is wrong
	CAFile    string // authority of the directory itself, PEM; "" is the system's
}

// ordered is a certificate that an ACME directory gives. The proof is
// TLS-ALPN-01 (RFC 8737), so that no other port is needed than the
// listener's, which the directory must reach as 443.
type ordered struct {
	manager *autocert.Manager
	name    string
	now     func() time.Time

	mu    sync.Mutex
	cert  *tls.Certificate
	wrong error
	after time.Time // no sooner is the directory asked again
	pause time.Duration
}

// The pauses between failed orders: public directories allow five an hour.
const (
	firstOrderPause = time.Minute
	mostOrderPause  = time.Hour
)

func newOrdered(b book, name string, o ACME, now func() time.Time) (*ordered, error) {
	transport := &http.Transport{TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second, Proxy: http.ProxyFromEnvironment}
	if o.CAFile != "" {
		text, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "the directory's authority can't be read").WithRemedy("name its PEM file with --lan-acme-ca")
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return nil, fault.New(fault.Invalid, "%s holds no certificate", o.CAFile).WithRemedy("name a PEM file with --lan-acme-ca")
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &ordered{name: name, now: now, manager: &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: cache{b, now}, HostPolicy: autocert.HostWhitelist(name), Email: o.Email,
		Client: &acme.Client{DirectoryURL: o.Directory, HTTPClient: &http.Client{Transport: transport, Timeout: time.Minute}, UserAgent: "hubcap"},
	}}, nil
}

// refresh asks for the certificate, the directory only where none is kept or
// it ends within a month.
func (o *ordered) refresh(context.Context, []string) error {
	o.mu.Lock()
	wrong, early := o.wrong, o.now().Before(o.after)
	o.mu.Unlock()
	if early {
		return wrong
	}
	cert, err := o.manager.GetCertificate(&tls.ClientHelloInfo{
		ServerName: o.name, SupportedVersions: []uint16{tls.VersionTLS13}, SupportedCurves: []tls.CurveID{tls.CurveP256},
		SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
	})
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.wrong = err; err != nil {
		o.pause = min(max(2*o.pause, firstOrderPause), mostOrderPause)
		o.after = o.now().Add(o.pause)
		return err
	}
	o.cert, o.pause, o.after = cert, 0, time.Time{}
	return nil
}

// certificate answers a handshake. Only the proof and what is already there
// are answered here, so that strangers can't make the hub order.
func (o *ordered) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if slices.Equal(hello.SupportedProtos, []string{acme.ALPNProto}) {
		return o.manager.GetCertificate(hello)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cert == nil {
		return nil, errors.New("the ACME directory gave no certificate yet")
	}
	return o.cert, nil
}

func (o *ordered) describe(s *Status) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s.TLS = "acme"
	if o.cert != nil {
		s.Expires, s.Fingerprint = o.cert.Leaf.NotAfter, fingerprint(o.cert.Leaf.Raw)
	}
	switch {
	case o.wrong != nil && o.cert == nil:
		s.Warnings = append(s.Warnings, Warning{"certificate", "The ACME directory gave no certificate, so nobody can connect: " + o.wrong.Error() + "."})
	case o.wrong != nil:
		s.Warnings = append(s.Warnings, Warning{"certificate", "The ACME directory did not renew the certificate: " + o.wrong.Error() + "."})
	case o.cert == nil:
		s.Warnings = append(s.Warnings, Warning{"certificate", "The certificate is being asked for."})
	}
}

// cache keeps what the ACME client has, sealed, in the store: all nodes of a
// hub share one account and one certificate.
type cache struct {
	book book
	now  func() time.Time
}

func (c cache) id(name string) string { return "acme/" + strings.ToLower(name) }

func (c cache) Get(ctx context.Context, name string) ([]byte, error) {
	doc, err := c.book.get(ctx, c.id(name))
	if fault.Is(err, fault.NotFound) {
		return nil, autocert.ErrCacheMiss
	}
	if err != nil {
		return nil, err
	}
	return c.book.open(&doc.Value)
}

func (c cache) Put(ctx context.Context, name string, data []byte) error {
	e := Entry{ID: c.id(name), Made: store.Moment(c.now())}
	var err error
	if e.Key, err = c.book.seal(e.ID, data); err != nil {
		return err
	}
	return c.book.put(ctx, e, store.AnyRev)
}

func (c cache) Delete(ctx context.Context, name string) error {
	if err := c.book.remove(ctx, c.id(name)); !fault.Is(err, fault.NotFound) {
		return err
	}
	return nil
}
