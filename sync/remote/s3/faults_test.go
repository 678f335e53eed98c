package s3_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/internal/s3test"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/remotetest"
	"github.com/hubcap-dev/hubcap/sync/remote/s3"
)

// gate stands before the server and answers in its place as a test says.
type gate struct {
	*httptest.Server
	mu     sync.Mutex
	before func(*http.Request) (status int, code string) // 0 lets it through
	after  func(*http.Request) bool                      // true loses the answer
	calls  atomic.Int64
}

func newGate(t *testing.T) *gate {
	t.Helper()
	to, err := url.Parse(server.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host }}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.calls.Add(1)
		g.mu.Lock()
		before, after := g.before, g.after
		g.mu.Unlock()
		if before != nil {
			if status, code := before(r); status != 0 {
				_, _ = io.Copy(io.Discard, r.Body)
				w.Header().Set("Content-Type", "application/xml")
				w.WriteHeader(status)
				if r.Method != http.MethodHead {
					fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>of the gate</Message><Region>eu-test-7</Region></Error>`, code)
				}
				return
			}
		}
		if after != nil && after(r) {
			proxy.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *gate) set(before func(*http.Request) (int, string), after func(*http.Request) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.before, g.after = before, after
}

// behind is a bucket behind the gate.
func (g *gate) behind(t *testing.T) *s3.Bucket {
	t.Helper()
	o := options(t, &server, server.Bucket(t, s3test.Plain), s3test.Root())
	o.Endpoint = g.URL
	return open(t, o)
}

// burst answers n times with a status.
func burst(n int, status int, code string) func(*http.Request) (int, string) {
	var seen atomic.Int64
	return func(*http.Request) (int, string) {
		if seen.Add(1) > int64(n) {
			return 0, ""
		}
		return status, code
	}
}

func TestBurstsPass(t *testing.T) {
	g := newGate(t)
	b, ctx := g.behind(t), t.Context()
	if _, err := remotetest.Write(ctx, b, "a", "a", remote.Put{}); err != nil {
		t.Fatal(err)
	}
	calls := map[string]func() error{
		"Put": func() error { _, err := remotetest.Write(ctx, b, "b", "b", remote.Put{}); return err },
		"Get": func() error { _, _, err := remotetest.Read(ctx, b, "a"); return err },
		"Stat": func() error {
			_, err := b.Stat(ctx, "a")
			return err
		},
		"List":   func() error { return b.List(ctx, "", "", func(remote.Info) error { return nil }) },
		"Delete": func() error { return b.Delete(ctx, "c") },
	}
	for _, s := range []struct {
		status int
		code   string
	}{{500, "InternalError"}, {503, "SlowDown"}, {503, "ServiceUnavailable"}, {502, ""}, {429, "TooManyRequests"}, {409, "OperationAborted"}} {
		for name, call := range calls {
			g.set(burst(3, s.status, s.code), nil)
			if err := call(); err != nil {
				t.Errorf("%s after three times %d %s: %v", name, s.status, s.code, err)
			}
			g.calls.Store(0)
			g.set(burst(100, s.status, s.code), nil)
			if err := call(); !fault.Is(err, fault.Unavailable) {
				t.Errorf("%s while %d %s: %v", name, s.status, s.code, err)
			}
			if n := g.calls.Load(); n != 4 {
				t.Errorf("%s while %d %s was tried %d times", name, s.status, s.code, n)
			}
		}
	}
	for name, call := range calls {
		g.calls.Store(0)
		g.set(burst(100, 403, "AccessDenied"), nil)
		if err := call(); !fault.Is(err, fault.Denied) || g.calls.Load() != 1 {
			t.Errorf("%s denied: %v after %d tries", name, err, g.calls.Load())
		}
	}
}

// Where the answer to a write is lost, the next try finds the condition broken
// by its own object.
func TestLostAnswers(t *testing.T) {
	g := newGate(t)
	b, ctx := g.behind(t), t.Context()
	lose := func(n int64) func(*http.Request) bool {
		var seen atomic.Int64
		return func(r *http.Request) bool { return r.Method == http.MethodPut && seen.Add(1) <= n }
	}
	g.set(nil, lose(1))
	one, err := remotetest.Write(ctx, b, "m", "one", remote.Put{IfAbsent: true})
	if err != nil || one.Tag == "" {
		t.Errorf("IfAbsent: %+v, %v", one, err)
	}
	g.set(nil, lose(2))
	two, err := remotetest.Write(ctx, b, "m", "two", remote.Put{IfTag: one.Tag})
	if err != nil || two.Tag == one.Tag {
		t.Errorf("IfTag: %+v, %v", two, err)
	}
	if s, err := b.Stat(ctx, "m"); err != nil || s.Tag != two.Tag {
		t.Errorf("Stat = %+v, %v, want the tag %s", s, err, two.Tag)
	}
	// Another's object of the same size is not ours.
	g.set(nil, nil)
	other := func(name string) {
		if _, err := remotetest.Write(ctx, b, name, "other", remote.Put{}); err != nil {
			t.Error(err)
		}
	}
	var once sync.Once
	g.set(func(r *http.Request) (int, string) {
		lost := false
		if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/x") {
			once.Do(func() { lost = true })
		}
		if lost {
			g.set(nil, nil)
			other("x")
			return 500, "InternalError"
		}
		return 0, ""
	}, nil)
	if _, err := remotetest.Write(ctx, b, "x", "ours!", remote.Put{IfAbsent: true}); !errors.Is(err, remote.ErrExists) {
		t.Errorf("IfAbsent over another's: %v", err)
	}
}

// proxy is a toxiproxy before the server.
func proxy(t *testing.T) *toxiproxy.Proxy {
	t.Helper()
	s := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := toxiproxy.NewProxy(s, "s3", "127.0.0.1:0", server.Address(t))
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return p
}

// poison has one toxic work in one direction: "upstream" is to the server.
func poison(t *testing.T, p *toxiproxy.Proxy, kind, stream string, attributes map[string]int) {
	t.Helper()
	p.Toxics.ResetToxics(t.Context())
	b, err := json.Marshal(map[string]any{"type": kind, "stream": stream, "attributes": attributes})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Toxics.AddToxicJson(bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
}

// A body that the network cuts again and again is read to its end, and a
// write goes through once a connection holds.
func TestCutConnections(t *testing.T) {
	p := proxy(t)
	o := options(t, &server, server.Bucket(t, s3test.Plain), s3test.Root())
	direct := open(t, o)
	o.Endpoint = "http://" + p.Listen
	b, ctx := open(t, o), t.Context()
	body := make([]byte, 4<<20)
	_, _ = rand.NewChaCha8([32]byte{2}).Read(body)
	if _, err := direct.Put(ctx, "big", bytes.NewReader(body), int64(len(body)), remote.Put{}); err != nil {
		t.Fatal(err)
	}
	poison(t, p, "limit_data", "downstream", map[string]int{"bytes": 300_000})
	got, _, err := remotetest.Read(ctx, b, "big")
	if err != nil || sha256.Sum256([]byte(got)) != sha256.Sum256(body) {
		t.Errorf("Get through cuts: %d bytes, %v", len(got), err)
	}
	poison(t, p, "limit_data", "upstream", map[string]int{"bytes": 300_000})
	if _, err := b.Put(ctx, "cut", bytes.NewReader(body), int64(len(body)), remote.Put{IfAbsent: true}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Put through cuts: %v", err)
	}
	if _, err := direct.Stat(ctx, "cut"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a cut Put has left something: %v", err)
	}
	poison(t, p, "slicer", "upstream", map[string]int{"average_size": 5000, "size_variation": 2000, "delay": 10})
	if _, err := b.Put(ctx, "cut", bytes.NewReader(body), int64(len(body)), remote.Put{IfAbsent: true}); err != nil {
		t.Errorf("Put in slices: %v", err)
	}
	p.Stop()
	if _, err := b.Stat(ctx, "cut"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Stat of a server that is gone: %v", err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Stat(ctx, "cut"); err != nil {
		t.Errorf("Stat after it is back: %v", err)
	}
}

// A server that takes what it is sent and says nothing is given up, and one
// that is slow but moves is not.
func TestStalls(t *testing.T) {
	p := proxy(t)
	o := options(t, &server, server.Bucket(t, s3test.Plain), s3test.Root())
	o.Endpoint, o.Stall, o.Tries = "http://"+p.Listen, 200*time.Millisecond, 2
	b, ctx := open(t, o), t.Context()
	body := bytes.Repeat([]byte("slow "), 20_000)
	poison(t, p, "bandwidth", "upstream", map[string]int{"rate": 100}) // kB/s
	if _, err := b.Put(ctx, "slow", bytes.NewReader(body), int64(len(body)), remote.Put{}); err != nil {
		t.Errorf("a slow Put: %v", err)
	}
	poison(t, p, "bandwidth", "downstream", map[string]int{"rate": 100})
	if got, _, err := remotetest.Read(ctx, b, "slow"); err != nil || got != string(body) {
		t.Errorf("a slow Get: %d bytes, %v", len(got), err)
	}
	poison(t, p, "timeout", "downstream", nil)
	for name, call := range map[string]func(context.Context) error{
		"Put": func(ctx context.Context) error {
			_, err := remotetest.Write(ctx, b, "b", "b", remote.Put{})
			return err
		},
		"Get":  func(ctx context.Context) error { _, _, err := remotetest.Read(ctx, b, "slow"); return err },
		"Stat": func(ctx context.Context) error { _, err := b.Stat(ctx, "slow"); return err },
		"List": func(ctx context.Context) error { return b.List(ctx, "", "", func(remote.Info) error { return nil }) },
	} {
		if err := call(ctx); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s without an answer: %v", name, err)
		}
		short, cancel := context.WithCancel(ctx)
		time.AfterFunc(20*time.Millisecond, cancel)
		if err := call(short); !errors.Is(err, context.Canceled) {
			t.Errorf("%s cancelled while there is no answer: %v", name, err)
		}
	}
}

// A limit is kept without the body being read into a spool first.
func TestThrottle(t *testing.T) {
	o := options(t, &server, server.Bucket(t, s3test.Plain), s3test.Root())
	o.Stall = 300 * time.Millisecond // waiting for the bandwidth is no stall
	b := remote.Limit(open(t, o), 1_000_000)
	body := bytes.Repeat([]byte{7}, 1_000_000)
	began := time.Now()
	if _, err := b.Put(t.Context(), "a", bytes.NewReader(body), int64(len(body)), remote.Put{}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 800*time.Millisecond {
		t.Errorf("1 MB at 1 MB/s took %v", took)
	}
}
