package lan

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// How long certificates live. Browsers take at most 398 days from a public
// authority and Apple 825 from any; a hub makes its own anew without anybody
// noticing.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	leafLife      = 180 * 24 * time.Hour
	leafRenew     = 60 * 24 * time.Hour // before its end
	backdated     = 24 * time.Hour      // for devices whose clock is late
)

// private are the addresses that the authority may vouch for: those of
// private networks (RFC 1918, RFC 4193), link-local ones and a carrier's
// inner network (RFC 6598), which VPNs use.
var private = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7"}

// authority is the hub's own small certificate authority. Devices that trust
// it trust the hub by its names on a private network, and nothing else: the
// constraint is in the certificate and marked critical, so that whoever stole
// the key could not stand in for a bank.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	now  func() time.Time

	mu   sync.Mutex
	leaf *tls.Certificate
	of   []string // the names that leaf is for
	left []string // names that the authority may not vouch for
}

// openAuthority reads the hub's authority, or makes one that may vouch for
// names. again says that the one that was there may not vouch for the first
// name, and devices must come to trust another.
func openAuthority(ctx context.Context, b book, names []string, now func() time.Time) (a *authority, again bool, err error) {
	doc, err := b.named(ctx, store.Moment(now()))
	if err != nil {
		return nil, false, err
	}
	if doc.Value.Certificate != "" {
		a, err := readAuthority(b, &doc.Value, now)
		if err != nil || a.vouches(names[0]) && now().Before(a.cert.NotAfter.Add(-leafLife)) {
			return a, false, err
		}
		again = true
	}
	made, err := newAuthority(names, now)
	if err != nil {
		return nil, false, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(made.key)
	if err != nil {
		return nil, false, fmt.Errorf("encode the authority's key: %w", err)
	}
	e := doc.Value
	e.Certificate = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.cert.Raw}))
	e.Made = store.Moment(now())
	if e.Key, err = b.seal(e.ID, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})); err != nil {
		return nil, false, fmt.Errorf("seal the authority's key: %w", err)
	}
	switch err := b.put(ctx, e, doc.Rev); {
	case fault.Is(err, fault.Conflict): // another node was first
		if doc, err = b.get(ctx, authorityID); err != nil {
			return nil, false, err
		}
		a, err := readAuthority(b, &doc.Value, now)
		return a, again, err
	case err != nil:
		return nil, false, fmt.Errorf("keep the authority: %w", err)
	}
	return made, again, nil
}

// Forget lets the hub make a new authority at its next start on the network:
// where the key is lost, or may be in other hands. The name stays. Every
// device then has to learn the new one.
func Forget(ctx context.Context, db store.DB, scope store.Scope, by actor.Actor) error {
	_, err := db.Update(ctx, store.Write{Scope: scope, Actor: by}, func(tx store.Tx) error {
		doc, err := Entries.Get(tx, authorityID)
		if err != nil {
			return err
		}
		doc.Value.Certificate, doc.Value.Key = "", ""
		_, err = Entries.Put(tx, &doc.Value, doc.Rev)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "the hub has no authority yet").WithRemedy("it makes one at its first start with --lan")
	}
	return err
}

func readAuthority(b book, e *Entry, now func() time.Time) (*authority, error) {
	text, err := b.open(e)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the key of the hub's authority can't be opened").
			WithRemedy("put the vault's key back; if it is lost, `hubcap lan reset` makes a new authority, which every device has to install")
	}
	pair, err := tls.X509KeyPair([]byte(e.Certificate), text)
	if err != nil {
		return nil, fmt.Errorf("read the hub's authority: %w", err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read the hub's authority: its key is a %T", pair.PrivateKey)
	}
	return &authority{cert: pair.Leaf, key: key, now: now}, nil
}

func newAuthority(names []string, now func() time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the authority's key: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber: serial(),
		// Devices list authorities by this name.
		Subject:   pkix.Name{CommonName: "Hubcap " + strings.TrimSuffix(names[0], ".local"), Organization: []string{"Hubcap on your own network"}},
		NotBefore: now().Add(-backdated), NotAfter: now().Add(authorityLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		PermittedDNSDomainsCritical: true,
	}
	t.PermittedDNSDomains = []string{"local"}
	for _, n := range names {
		if _, err := netip.ParseAddr(n); err != nil && isName(n) && !strings.HasSuffix(n, ".local") {
			t.PermittedDNSDomains = append(t.PermittedDNSDomains, n)
		}
	}
	for _, p := range private {
		_, r, err := net.ParseCIDR(p)
		if err != nil {
			return nil, err
		}
		t.PermittedIPRanges = append(t.PermittedIPRanges, r)
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make the authority: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make the authority: %w", err)
	}
	return &authority{cert: cert, key: key, now: now}, nil
}

func serial() *big.Int {
	var b [16]byte
	rand.Read(b[:])
	b[0] &= 0x7f // positive
	return new(big.Int).SetBytes(b[:])
}

// vouches reports whether a name or address is within the constraint.
func (a *authority) vouches(name string) bool {
	if ip, err := netip.ParseAddr(name); err == nil {
		return slices.ContainsFunc(a.cert.PermittedIPRanges, func(r *net.IPNet) bool { return r.Contains(ip.AsSlice()) })
	}
	return isName(name) && slices.ContainsFunc(a.cert.PermittedDNSDomains, func(d string) bool {
		return name == d || strings.HasSuffix(name, "."+d)
	})
}

// refresh makes the certificate anew where it ends soon or the names changed.
func (a *authority) refresh(_ context.Context, names []string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if a.leaf != nil && slices.Equal(names, a.of) && now.Before(a.leaf.Leaf.NotAfter.Add(-leafRenew)) && now.After(a.leaf.Leaf.NotBefore) {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make the certificate's key: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: names[0]},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(leafLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	if t.NotAfter.After(a.cert.NotAfter) {
		t.NotAfter = a.cert.NotAfter
	}
	var left []string
	for _, n := range names {
		ip, err := netip.ParseAddr(n)
		switch {
		case !a.vouches(n): // one name outside of the constraint spoils the whole certificate
			left = append(left, n)
		case err == nil:
			t.IPAddresses = append(t.IPAddresses, ip.AsSlice())
		default:
			t.DNSNames = append(t.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.cert, key.Public(), a.key)
	if err != nil {
		return fmt.Errorf("make the certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("make the certificate: %w", err)
	}
	// The authority goes along, so that a browser that warns can show the
	// fingerprint to compare.
	a.leaf, a.of, a.left = &tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: key, Leaf: leaf}, slices.Clone(names), left
	return nil
}

func (a *authority) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.leaf, nil
}

func (a *authority) describe(s *Status) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s.TLS, s.Fingerprint = "authority", fingerprint(a.cert.Raw)
	if a.leaf != nil {
		s.Expires = a.leaf.Leaf.NotAfter
	}
	for _, n := range a.left {
		if _, err := netip.ParseAddr(n); err != nil {
			s.Warnings = append(s.Warnings, Warning{"name", fmt.Sprintf("The hub's authority was made before the name %s was set and may not vouch for it; browsers warn there.", n)})
		}
	}
}

// fingerprint is SHA-256 as people compare it: pairs with colons.
func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}
