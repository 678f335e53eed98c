package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// face is the hub's listener for others on the network.
type face struct {
	listener net.Listener
	lan      *lan.LAN
	server   *http.Server
}

// openFace opens the listener for others; nil where none is set. streams end
// its requests, admission is the one of all listeners.
func (a *App) openFace(ctx, streams context.Context, admission *gate.Admission, o gate.Options) (*face, error) {
	set := a.cfg.LAN
	if set.Listen == "" {
		return nil, nil
	}
	proxies, err := gate.ParseProxies(set.Proxies)
	if err != nil {
		return nil, err
	}
	if o.Origins, err = gate.ParseOrigins(set.Origins); err != nil {
		return nil, err
	}
	l, err := listenLAN(set.Listen, proxies)
	if err != nil {
		return nil, err
	}
	f := &face{listener: l}
	if err := a.openLAN(ctx, f, proxies, &o); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if !set.Plain {
		f.listener = gate.Plain(l, o.Hosts)
	}
	o.LAN, o.Token, o.Tickets, o.Public = true, "", nil, f.lan.Install()
	f.server = server(streams, gate.New(o).Wrap(gate.NewPace().Wrap(admission.Wrap(a.Handler()))), a.log)
	f.server.TLSConfig = f.lan.TLS()
	f.server.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: lanStreams, WriteByteTimeout: lanStandstill, PingTimeout: lanStandstill}
	a.face.Store(f.lan)
	s := f.lan.Status()
	a.log.Info("hub answers the network", "url", s.URL, "tls", s.TLS)
	for _, w := range s.Warnings {
		a.log.Warn("on the network: "+w.Kind, "text", w.Text)
	}
	return f, nil
}

func (a *App) openLAN(ctx context.Context, f *face, proxies gate.Proxies, o *gate.Options) (err error) {
	set := a.cfg.LAN
	_, port, err := net.SplitHostPort(f.listener.Addr().String())
	if err != nil {
		return fmt.Errorf("read the listener's address: %w", err)
	}
	hosts := gate.NewHosts(port, !set.Plain, proxies)
	o.Hosts, o.Proxies = hosts, proxies
	o.Limits = gate.NewLimits(gate.Rates{Read: set.LimitRead, Write: set.LimitWrite, Heavy: set.LimitHeavy, SignIn: set.LimitSignIn}, gate.Rated, a.now)
	o.Limits.Told = a.tellLimited
	f.lan, err = lan.Open(ctx, a.db, store.Org(account.Home), lan.Options{
		Listener: f.listener.Addr(), Name: set.Name, Hosts: set.Hosts, Plain: set.Plain, CertFile: set.Cert, KeyFile: set.Key,
		ACME:  lan.ACME{Directory: set.Directory, Email: set.Email, CAFile: set.DirectoryCAs},
		Vault: a.keys.Vault,
		Now:   a.now, Log: a.log, Changed: hosts.Set,
	})
	return err
}

// tellLimited counts in the trail who sends more than their rate.
func (a *App) tellLimited(ctx context.Context, class gate.Class) {
	p := gate.Principal(ctx)
	by := p.Actor
	if at := gate.Address(ctx); p.Nobody() && at.IsValid() {
		by.From = at.String()
	}
	a.trail.Count(store.Org(cmp.Or(p.Org, account.Home)), by, audit.Happening{Event: audit.AccessLimited, Subject: audit.Subject{Kind: "requests", ID: string(class)}})
}

// serve answers others until the server is shut down.
func (f *face) serve() error {
	if f.server.TLSConfig != nil {
		return f.server.ServeTLS(f.listener, "", "")
	}
	return f.server.Serve(f.listener)
}

// follow keeps name and certificate up to date until the returned function
// is called, which waits for the end of it.
func (a *App) follow(f *face) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.lan.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			a.log.Warn("the hub's name stays announced", "err", err)
		}
		a.face.Store(nil)
	}
}

// LAN says how the hub faces the network now.
func (a *App) LAN() lan.Status {
	if f := a.face.Load(); f != nil {
		return f.Status()
	}
	return lan.Off()
}

// Bounds of the listener for others.
const (
	lanStreams    = 128 // of one connection
	lanConns      = 4096
	lanPerAddress = 512 // an office behind one address
	lanStandstill = 30 * time.Second
)

func listenLAN(address string, proxies gate.Proxies) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, fault.New(fault.Invalid, "--lan %q is not an address", address).WithRemedy("write it as :8443, or 192.168.1.5:8443 for one address alone")
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "listen on %s", address).WithRemedy("choose a free port with --lan :8443; ports below 1024 belong to the system")
	}
	return gate.Crowd(l, lanConns, lanPerAddress, proxies), nil
}
