package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Bounds of the listener: how much of a flood runs at once, how much waits,
// and how long a stop waits for what is running.
const (
	admitRunning = 48
	admitQueued  = 400
	admitWait    = 2 * time.Second
	drainWait    = 10 * time.Second
	streamWait   = 3 * time.Second
)

// Serve answers until ctx ends, then finishes what is running and returns.
// ready is told once the hub answers.
func (a *App) Serve(ctx context.Context, ready func(Running)) error {
	l, err := listen(a.cfg.Listen)
	if err != nil {
		return err
	}
	sock, err := listenSocket(a.cfg.Data)
	if err != nil {
		l.Close()
		return err
	}
	running, err := a.announce(l, sock)
	if err != nil {
		return errors.Join(err, l.Close(), sock.Close())
	}
	defer os.Remove(filepath.Join(a.cfg.Data, runFile))

	admission := gate.NewAdmission(admitRunning, admitQueued, admitWait)
	address, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return errors.Join(fmt.Errorf("read the listener's address: %w", err), l.Close(), sock.Close())
	}
	opts := gate.Options{Address: address, Port: port, Token: running.Token, Instance: gate.Instance(a.cfg.Data), Tickets: &a.tickets, Accounts: a.accounts}
	handler := a.Handler()
	streams, endStreams := context.WithCancel(context.Background())
	defer endStreams()
	face, err := a.openFace(ctx, streams, admission, opts)
	if err != nil {
		return errors.Join(err, l.Close(), sock.Close())
	}
	servers := []*http.Server{
		server(streams, admission.Wrap(gate.New(opts).Wrap(handler)), a.log),
		server(streams, gate.Local(handler), a.log),
	}
	serve := []func() error{
		func() error { return servers[0].Serve(l) },
		func() error { return servers[1].Serve(sock) },
	}
	if face != nil {
		servers, serve = append(servers, face.server), append(serve, face.serve)
		defer a.follow(face)()
	}
	failed := make(chan error, len(serve))
	for _, s := range serve {
		go func() { failed <- s() }()
	}
	a.listening.Store(&running.URL)
	defer a.listening.Store(nil)
	a.log.Info("hub answers", "url", running.URL, "data", a.cfg.Data)
	if ready != nil {
		ready(running)
	}

	var cause error
	stopped := 0
	select {
	case <-ctx.Done():
	case cause = <-failed:
		stopped = 1
	}
	a.log.Info("hub stops, finishing what is running")
	a.feed.End() // live pages never finish by themselves
	// Writes and reads finish in milliseconds; only a stream that waits for a
	// model would hold the stop up to its end.
	defer time.AfterFunc(streamWait, endStreams).Stop()
	drain, cancel := context.WithTimeout(context.Background(), drainWait)
	defer cancel()
	for _, s := range servers {
		if err := s.Shutdown(drain); err != nil {
			a.log.Warn("requests cut off by the stop", "err", err)
			cause = errors.Join(cause, s.Close())
		}
	}
	for ; stopped < len(servers); stopped++ {
		if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
			cause = errors.Join(cause, err)
		}
	}
	if errors.Is(cause, http.ErrServerClosed) {
		return nil
	}
	return cause
}

// server is an HTTP server whose requests end, at the latest, with streams.
func server(streams context.Context, h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		// OPTIONS * would be answered before the gate.
		DisableGeneralOptionsHandler: true,
		BaseContext:                  func(net.Listener) context.Context { return streams },
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// listen opens the address, which must be on loopback: this start's token is
// believed there, and nothing is encrypted.
func listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fault.New(fault.Invalid, "--listen %q is not an address", address).WithRemedy("write it as 127.0.0.1:8484")
	}
	denied := fault.New(fault.Denied, "--listen is for this computer (127.0.0.1); %q would open it to others without encryption", host).
		WithRemedy("serve others with --lan :8443, and leave --listen at 127.0.0.1:8484")
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, denied
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "listen on %s", address).WithRemedy("choose a free port with --listen 127.0.0.1:0")
	}
	// What localhost means is up to the computer's own table of names.
	if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return nil, errors.Join(denied, l.Close())
	}
	return l, nil
}

// listenSocket opens the unix socket by which commands of the same user reach
// the hub. The data folder is locked by now, so a socket that is there
// belongs to a hub that was killed.
func listenSocket(dir string) (net.Listener, error) {
	path := filepath.Join(dir, "hubcap.sock")
	if len(path) <= maxSocketPath {
		return openSocket(path)
	}
	private, err := os.MkdirTemp("", "hubcap-") // 0700
	if err != nil {
		return nil, fmt.Errorf("make a folder for the socket: %w", err)
	}
	l, err := openSocket(filepath.Join(private, "hubcap.sock"))
	if err != nil {
		return nil, errors.Join(err, os.Remove(private))
	}
	return privateSocket{l, private}, nil
}

// privateSocket is a socket in a folder of its own, which goes with it.
type privateSocket struct {
	net.Listener
	dir string
}

func (s privateSocket) Close() error { return errors.Join(s.Listener.Close(), os.Remove(s.dir)) }

func openSocket(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove the socket of a killed hub: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("open socket %s: %w", path, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("close socket to others: %w", err), l.Close())
	}
	return l, nil
}

// maxSocketPath is what the kernel takes for a socket's address (unix(7):
// sun_path is 108 bytes with its end).
const maxSocketPath = 107

func (a *App) announce(l, sock net.Listener) (Running, error) {
	var secret [16]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return Running{}, fmt.Errorf("make the token of this start: %w", err)
	}
	r := Running{
		PID: os.Getpid(), Version: a.version, URL: "http://" + l.Addr().String(),
		Token: hex.EncodeToString(secret[:]), Socket: sock.Addr().String(), Started: a.now().UTC(),
	}
	return r, r.write(a.cfg.Data)
}
