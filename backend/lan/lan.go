// Package lan lets the hub face a local network: under which name, with
// which certificate, and how devices come to trust it.
//
// The words: the *LAN name* is what others type and what passkeys are bound
// to, "hubcap-xxxx.local" unless the owner chose one. The *authority* is the
// hub's own small certificate authority, whose certificate a device installs
// once; its *fingerprint* is what a person compares before trusting it. The
// *install page* hands it out.
package lan

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Options say how the hub faces the network.
type Options struct {
	Listener net.Addr // where the listener is: its port, and its address unless it is all of them
	Name     string   // the LAN name; "" is the hub's own .local one, or the certificate's
	Hosts    []string // further names and addresses, such as a proxy's, with or without a port
	Plain    bool     // no TLS
	CertFile string   // a certificate of the owner's own, PEM, with the authorities between
	KeyFile  string
	ACME     ACME

	Vault   func() (*vault.Vault, error)
	Now     func() time.Time
	Log     *slog.Logger
	Machine func() Machine // nil asks the operating system

	// Changed is told the names that the listener answers to, at first and
	// whenever they change; nil is not told.
	Changed func(own, others []string)
}

// LAN is the hub's face to the network. Make one with Open and keep Run
// running.
type LAN struct {
	o      Options
	name   string
	scheme string
	port   string
	certs  certificates // nil without TLS
	mdns   *announcer   // nil where the name is not ours to announce
	again  bool         // the authority was made anew

	mu      sync.Mutex
	machine Machine
	said    map[string]string // the last trouble that was logged, by part
}

// certificates are one of the three sources of a certificate.
type certificates interface {
	// refresh brings the certificate up to date, for names of which the first
	// is the LAN name. What it had stays in use after an error.
	refresh(ctx context.Context, names []string) error
	certificate(*tls.ClientHelloInfo) (*tls.Certificate, error)
	describe(*Status)
}

// Status is what a person needs to know of it.
type Status struct {
	On          bool      `json:"on"`
	URL         string    `json:"url" doc:"what others open; empty when off"`
	Name        string    `json:"name" doc:"the LAN name: the certificate's and the passkeys'"`
	Addresses   []string  `json:"addresses" doc:"the same by bare address, where passkeys, camera and offline pages do not work"`
	TLS         string    `json:"tls" enum:"off,plain,authority,files,acme"`
	Fingerprint string    `json:"fingerprint" doc:"SHA-256 of the hub's own authority, or of the certificate; empty without TLS"`
	Expires     time.Time `json:"expires,omitzero" doc:"of the certificate"`
	MDNS        string    `json:"mdns" enum:"off,announced,failed" doc:"whether the name is announced on the network"`
	Install     string    `json:"install" doc:"page by which a device comes to trust the hub; empty where it does already"`
	Warnings    []Warning `json:"warnings"`
}

// Warning is something that a person should change.
type Warning struct {
	Kind string `json:"kind" enum:"plain,name,mdns,certificate,expires,authority"`
	Text string `json:"text"`
}

// Off is the status of a hub that this computer alone can reach.
func Off() Status {
	return Status{TLS: "off", MDNS: "off", Addresses: []string{}, Warnings: []Warning{}}
}

// Open finds name and certificate. A certificate that can't be used is an
// error here; later it is a warning, and the one before it stays in use.
func Open(ctx context.Context, db store.DB, scope store.Scope, o Options) (*LAN, error) {
	l := &LAN{o: o, scheme: "https", said: map[string]string{}}
	if o.Machine == nil {
		l.o.Machine = System
	}
	_, port, err := net.SplitHostPort(o.Listener.String())
	if err != nil {
		return nil, fmt.Errorf("read the listener's address: %w", err)
	}
	l.port = port
	l.machine = l.look()
	b := book{db, scope, o.Vault}
	own := &files{cert: o.CertFile, key: o.KeyFile, now: o.Now}
	if err := l.findName(ctx, b, own); err != nil {
		return nil, err
	}
	switch {
	case o.Plain:
		l.scheme = "http"
	case o.CertFile != "":
		l.certs = own
	case o.ACME.Directory != "":
		if l.certs, err = newOrdered(b, l.name, o.ACME, o.Now); err != nil {
			return nil, err
		}
	default:
		a, again, err := openAuthority(ctx, b, l.names(), o.Now)
		if err != nil {
			return nil, err
		}
		l.certs, l.again = a, again
	}
	// An order needs the listener, which comes after this.
	if l.certs != nil && o.ACME.Directory == "" {
		if err := l.certs.refresh(ctx, l.names()); err != nil {
			return nil, err
		}
	}
	l.tell()
	return l, nil
}

func (l *LAN) findName(ctx context.Context, b book, own *files) (err error) {
	name := strings.ToLower(strings.TrimSuffix(l.o.Name, "."))
	switch _, notAddress := netip.ParseAddr(name); {
	case name != "" && (notAddress == nil || !isName(name)):
		return fault.New(fault.Invalid, "%q is not a host name", l.o.Name).WithRemedy("set lan-name to a name such as cars.example.com; browsers allow passkeys and the camera under a name alone")
	case name != "" && l.o.ACME.Directory != "" && (strings.HasSuffix(name, ".local") || !strings.Contains(name, ".")):
		return fault.New(fault.Invalid, "no ACME directory vouches for %s", name).WithRemedy("set lan-name to a name that the directory can look up, or leave lan-acme out")
	case name != "":
	case l.o.CertFile != "" && !l.o.Plain:
		if name, err = own.name(); err != nil {
			return err
		}
	case l.o.ACME.Directory != "" && !l.o.Plain:
		return fault.New(fault.Invalid, "an ACME directory needs a name to vouch for").WithRemedy("set lan-name")
	default:
		doc, err := b.named(ctx, store.Moment(l.o.Now()))
		if err != nil {
			return err
		}
		name = doc.Value.Name
	}
	l.name = name
	if strings.HasSuffix(name, ".local") {
		l.mdns = &announcer{name: name}
	}
	return nil
}

// look asks what this machine is called; a listener at one address has that
// one alone.
func (l *LAN) look() Machine {
	m := l.o.Machine()
	if ap, err := netip.ParseAddrPort(l.o.Listener.String()); err == nil && !ap.Addr().IsUnspecified() {
		m.Addresses = []netip.Addr{ap.Addr().Unmap()}
	}
	return m
}

// names are all that the certificate should be for, the LAN name first.
func (l *LAN) names() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := []string{l.name}
	add := func(n string) {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	for _, h := range l.o.Hosts {
		if host, _, err := net.SplitHostPort(h); err == nil {
			h = host
		}
		add(strings.ToLower(h))
	}
	for _, n := range l.machine.Names {
		add(n)
	}
	for _, a := range l.machine.Addresses {
		add(a.String())
	}
	return names
}

func (l *LAN) tell() {
	if l.o.Changed == nil {
		return
	}
	l.mu.Lock()
	own := slices.Clone(l.machine.Names)
	for _, a := range l.machine.Addresses {
		own = append(own, a.String())
	}
	l.mu.Unlock()
	l.o.Changed(own, append([]string{l.name}, l.o.Hosts...))
}

// glance is how often the machine's addresses and the certificate are looked
// at: a laptop that changes its network is found again within it.
const glance = 15 * time.Second

// Run announces the name, follows the machine's addresses and renews the
// certificate, until ctx ends.
func (l *LAN) Run(ctx context.Context) error {
	l.announce()
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		l.Follow(ctx)
		select {
		case <-ctx.Done():
			if l.mdns != nil {
				return l.mdns.close()
			}
			return nil
		case <-tick.C:
		}
	}
}

// Follow looks once whether the machine's names or the certificate changed.
func (l *LAN) Follow(ctx context.Context) {
	m := l.look()
	l.mu.Lock()
	changed := !m.equal(l.machine)
	l.machine = m
	l.mu.Unlock()
	if changed {
		l.o.Log.Info("the machine's names on the network changed", "addresses", len(m.Addresses))
		l.tell()
		l.announce()
	}
	if l.certs != nil {
		l.trouble("certificate", l.certs.refresh(ctx, l.names()))
	}
}

func (l *LAN) announce() {
	if l.mdns != nil {
		l.trouble("mdns", l.mdns.restart())
	}
}

// trouble logs what is wrong once, and once that it is over.
func (l *LAN) trouble(part string, err error) {
	text := ""
	if err != nil {
		text = err.Error()
	}
	if l.said[part] == text {
		return
	}
	l.said[part] = text
	if err != nil {
		l.o.Log.Warn("trouble on the network", "part", part, "err", err)
	} else {
		l.o.Log.Info("trouble on the network is over", "part", part)
	}
}

// TLS is how the listener speaks; nil without TLS.
func (l *LAN) TLS() *tls.Config {
	if l.certs == nil {
		return nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: suites(), GetCertificate: l.certs.certificate, NextProtos: []string{"h2", "http/1.1"}}
	if l.o.ACME.Directory != "" {
		c.NextProtos = append(c.NextProtos, "acme-tls/1")
	}
	return c
}

// suites are those of TLS 1.2 that encrypt and authenticate in one: Go's own
// list still has CBC in it. Those of TLS 1.3 can't be chosen.
func suites() []uint16 {
	return []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	}
}

// Name is the LAN name.
func (l *LAN) Name() string { return l.name }

// URL is what others open.
func (l *LAN) URL() string { return l.at(l.name) }

func (l *LAN) at(host string) string {
	if l.scheme == "https" && l.port == "443" || l.scheme == "http" && l.port == "80" {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		return l.scheme + "://" + host
	}
	return l.scheme + "://" + net.JoinHostPort(host, l.port)
}

// Status says how the hub faces the network now.
func (l *LAN) Status() Status {
	s := Off()
	s.On, s.URL, s.Name = true, l.URL(), l.name
	l.mu.Lock()
	for _, a := range l.machine.Addresses {
		s.Addresses = append(s.Addresses, l.at(a.String()))
	}
	l.mu.Unlock()
	if l.certs == nil {
		s.TLS = "plain"
		s.Warnings = append(s.Warnings, Warning{"plain", "Without TLS everybody on the network can read what is sent, passwords among it. Passkeys, the camera and offline pages do not work in browsers."})
	} else {
		l.certs.describe(&s)
	}
	if s.TLS == "authority" {
		s.Install = l.URL() + "/install"
	}
	if l.again {
		s.Warnings = append(s.Warnings, Warning{"authority", "The hub has a new authority, since the one before could not vouch for the name: devices have to install it again."})
	}
	if l.mdns != nil {
		l.mdns.describe(&s)
	}
	if !strings.Contains(l.name, ".") {
		s.Warnings = append(s.Warnings, Warning{"name", "A name without a dot is found by few devices and bears no passkeys: choose one such as cars.example.com."})
	}
	return s
}
