package route_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

var (
	ctx   = context.Background()
	home  = store.Org("home")
	owner = actor.Machine()
)

// voice is a model that answers with its name, or not.
type voice struct {
	name string
	err  error
}

func (v voice) Chat(context.Context, llm.ChatRequest, func(llm.Chunk)) (llm.GenerateReply, error) {
	return llm.GenerateReply{Text: v.name, Ended: true}, v.err
}

// place is a provider whose every model answers with its own name.
type place struct{ name string }

func (p place) Chat(context.Context, string, llm.ChatRequest, func(llm.Chunk)) (llm.GenerateReply, error) {
	return llm.GenerateReply{Text: p.name, Ended: true}, nil
}

func (p place) Models(context.Context) ([]route.Offer, error) {
	return []route.Offer{{Name: "big"}}, nil
}

// shelf is a source of engines.
type shelf []route.Engine

func (s shelf) Engines(context.Context) ([]route.Engine, error) { return s, nil }

func local(name string, err error) route.Engine {
	return route.Engine{Ref: "pack/" + name, Title: name, Print: name + " v1", Chatter: voice{name, err}}
}

// check lets those earn `write` whose name does not hold "bad".
func check(version string) route.Check {
	return route.Check{Capability: llm.Write, Version: version, Run: func(_ context.Context, e *route.Engine, progress func(int, int)) (route.Report, error) {
		progress(1, 1)
		if strings.Contains(e.Title, "odd") {
			return route.Report{}, errors.New("the check broke")
		}
		return route.Report{Earned: !strings.Contains(e.Title, "bad"), Reason: "because", Figures: []route.Figure{{"held", "12", "of 12"}}}, nil
	}}
}

type house struct {
	db   store.DB
	desk *route.Desk
	keys string   // folder of the key file
	seen []string // the keys that providers were opened with
}

func newHouse(t *testing.T) *house {
	t.Helper()
	db, err := mem.Open(route.Schemas(), mem.Options{Twice: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	keys := t.TempDir()
	g, err := netguard.Parse("loopback")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{db: db, keys: keys}
	h.desk = route.NewDesk(db, route.DeskOptions{Vault: func() (*vault.Vault, error) { return vault.Open(keys) }, Guard: g, IDs: &store.IDs{Now: time.Now}, Open: func(p route.Provider, key vault.Secret, _ *http.Client) (route.Remote, error) {
		h.seen = append(h.seen, key.Reveal())
		return place{"from " + p.Name}, nil
	}})
	t.Cleanup(h.desk.Close)
	return h
}

func (h *house) router(engines []route.Engine, checks ...route.Check) *route.Router {
	return route.New(h.db, h.desk, route.Options{Local: shelf(engines), Checks: checks})
}

func bench(t *testing.T, r *route.Router) {
	t.Helper()
	all, err := r.Engines(ctx, home)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if _, err := r.Bench(ctx, &e, nil, nil); err != nil && !strings.Contains(e.Title, "odd") {
			t.Fatal(err)
		}
	}
}

func names(t *testing.T, r *route.Router, s store.Scope) []string {
	t.Helper()
	list, err := r.For(ctx, s, llm.Write)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Title)
	}
	return out
}

func secret(s string) *vault.Secret { v := vault.NewSecret(s); return &v }

func TestOnlyWhoEarnedItGetsTheJob(t *testing.T) {
	h := newHouse(t)
	r := h.router([]route.Engine{local("bad", nil), local("good", nil), local("odd", nil)}, check("1"))
	if got := names(t, r, home); got != nil {
		t.Fatalf("before any check: %v", got)
	}
	bench(t, r)
	if got := names(t, r, home); !slices.Equal(got, []string{"good"}) {
		t.Fatalf("got %v, want good alone", got)
	}
}

func TestVerdictEndsWithTheBytesAndTheCheck(t *testing.T) {
	h := newHouse(t)
	e := local("good", nil)
	bench(t, h.router([]route.Engine{e}, check("1")))
	if got := names(t, h.router([]route.Engine{e}, check("2")), home); got != nil {
		t.Errorf("under a newer check: %v, want none", got)
	}
	e.Print = "good v2"
	if got := names(t, h.router([]route.Engine{e}, check("1")), home); got != nil {
		t.Errorf("with other bytes: %v, want none", got)
	}
}

func TestOrder(t *testing.T) {
	h := newHouse(t)
	r := h.router([]route.Engine{local("a", nil), local("b", nil), local("c", nil)}, check("1"))
	bench(t, r)
	for _, c := range []struct {
		order route.Order
		want  []string
	}{
		{route.Order{}, []string{"a", "b", "c"}},
		{route.Order{Refs: []string{"pack/c"}}, []string{"c", "a", "b"}},
		{route.Order{Refs: []string{"pack/gone", "pack/b"}, Never: []string{"pack/a"}}, []string{"b", "c"}},
	} {
		c.order.Capability = llm.Write
		if err := r.SetOrder(ctx, home, owner, c.order); err != nil {
			t.Fatal(err)
		}
		if got := names(t, r, home); !slices.Equal(got, c.want) {
			t.Errorf("order %+v: %v, want %v", c.order, got, c.want)
		}
	}
	for _, bad := range []route.Order{{Capability: "sing"}, {Capability: llm.Write, Refs: []string{"a"}}, {Capability: llm.Write, Refs: []string{"pack/a", "pack/a"}}} {
		if err := r.SetOrder(ctx, home, owner, bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("SetOrder(%+v) = %v, want Invalid", bad, err)
		}
	}
}

func TestDoPassesOverWhoCannot(t *testing.T) {
	h := newHouse(t)
	down := fault.New(fault.Unavailable, "down")
	resting := local("resting", nil)
	resting.State = func() llm.State { return llm.State{Condition: llm.Failed} }
	r := h.router([]route.Engine{resting, local("down", down), local("busy", fault.New(fault.Limited, "busy")), local("good", nil), local("never", nil)}, check("1"))
	bench(t, r)
	var asked []string
	err := r.Do(ctx, home, llm.Write, func(ctx context.Context, e *route.Engine) error {
		asked = append(asked, e.Title)
		_, err := e.Chatter.Chat(ctx, llm.ChatRequest{}, nil)
		return err
	})
	if err != nil || !slices.Equal(asked, []string{"down", "busy", "good"}) {
		t.Fatalf("Do asked %v, %v", asked, err)
	}
	broken := errors.New("a bug")
	if err := r.Do(ctx, home, llm.Write, func(context.Context, *route.Engine) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("a broken program is not passed over: %v", err)
	}
	if err := r.Do(ctx, home, llm.Ask, func(context.Context, *route.Engine) error { return nil }); !fault.Is(err, fault.Unavailable) {
		t.Errorf("nobody earned it: %v", err)
	}
}

func TestProviders(t *testing.T) {
	h := newHouse(t)
	r := h.router([]route.Engine{local("here", nil)}, check("1"))
	entry := route.Entry{Name: "Workshop GPU", Kind: "openai", URL: "https://gpu.example.com/v1/", Key: secret("sk-canary"), Models: []string{"big"}}
	doc, err := h.desk.Save(ctx, home, owner, "", entry, 0)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(doc.Value.Key), "canary") || doc.Value.Key == "" || doc.Value.URL != "https://gpu.example.com/v1" {
		t.Fatalf("saved %+v", doc.Value)
	}
	if all, _ := r.Engines(ctx, home); len(all) != 1 {
		t.Fatalf("a provider that is off is asked: %+v", all)
	}
	id := doc.Key
	entry.Key, entry.Enabled = nil, true
	if doc, err = h.desk.Save(ctx, home, owner, id, entry, doc.Rev); err != nil {
		t.Fatal(err)
	}
	bench(t, r)
	if got := names(t, r, home); !slices.Equal(got, []string{"here"}) {
		t.Fatalf("without the owner's word %v get the job", got)
	}
	if err := r.SetOrder(ctx, home, owner, route.Order{Capability: llm.Write, Refs: []string{id + "/big"}}); err != nil {
		t.Fatal(err)
	}
	if got := names(t, r, home); !slices.Equal(got, []string{"big at Workshop GPU", "here"}) {
		t.Fatalf("in order: %v", got)
	}
	if got := names(t, r, store.Org("other")); !slices.Equal(got, []string{"here"}) {
		t.Errorf("another organisation sees %v", got)
	}
	err = r.Do(ctx, home, llm.Write, func(ctx context.Context, e *route.Engine) error {
		if !e.Away || e.Where != "gpu.example.com" {
			t.Errorf("engine %+v", e)
		}
		reply, err := e.Chatter.Chat(ctx, llm.ChatRequest{}, nil)
		if reply.Text != "from Workshop GPU" {
			t.Errorf("answered %q", reply.Text)
		}
		return err
	})
	if err != nil || !slices.Equal(h.seen, []string{"sk-canary"}) {
		t.Fatalf("Do: %v; opened with %v", err, h.seen)
	}
	if err := h.desk.Remove(ctx, home, owner, id, doc.Rev); err != nil {
		t.Fatal(err)
	}
	if got := names(t, r, home); !slices.Equal(got, []string{"here"}) {
		t.Errorf("after removing: %v", got)
	}
}

func TestAnOllamaHereIsNotAway(t *testing.T) {
	h := newHouse(t)
	for name, url := range map[string]string{"a": "http://127.0.0.1:11434", "b": "http://localhost:11434", "c": "http://[::1]:11434"} {
		if _, err := h.desk.Save(ctx, home, owner, "", route.Entry{Name: name, Kind: "ollama", URL: url, Models: []string{"m"}, Enabled: true}, 0); err != nil {
			t.Fatal(err)
		}
	}
	all, err := h.router(nil).Engines(ctx, home)
	if err != nil || len(all) != 3 {
		t.Fatalf("%v, %v", all, err)
	}
	for _, e := range all {
		if e.Away {
			t.Errorf("%s is away", e.Where)
		}
	}
}

func TestKeyIsForItsAddressAlone(t *testing.T) {
	h := newHouse(t)
	entry := route.Entry{Name: "P", Kind: "openai", URL: "https://api.example.com/v1", Key: secret("sk-canary")}
	doc, err := h.desk.Save(ctx, home, owner, "", entry, 0)
	if err != nil {
		t.Fatal(err)
	}
	entry.Key, entry.URL = nil, "https://evil.example.net/v1"
	if _, err := h.desk.Save(ctx, home, owner, doc.Key, entry, doc.Rev); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "/key") {
		t.Fatalf("the key would go to another address: %v", err)
	}
	entry.Key = secret("")
	if doc, err = h.desk.Save(ctx, home, owner, doc.Key, entry, doc.Rev); err != nil || doc.Value.Key != "" {
		t.Fatalf("without a key: %+v, %v", doc.Value, err)
	}
}

func TestEntriesThatAreRefused(t *testing.T) {
	h := newHouse(t)
	good := route.Entry{Name: "P", Kind: "openai", URL: "https://api.example.com/v1"}
	if _, err := h.desk.Save(ctx, home, owner, "", good, 0); err != nil {
		t.Fatal(err)
	}
	for pointer, change := range map[string]func(*route.Entry){
		"/name":    func(e *route.Entry) { e.Name = " p " }, // taken, whatever its case
		"/name ":   func(e *route.Entry) { e.Name = "" },
		"/kind":    func(e *route.Entry) { e.Kind = "smoke" },
		"/url":     func(e *route.Entry) { e.URL = "http://api.example.com" },
		"/url ":    func(e *route.Entry) { e.URL = "https://me:pw@api.example.com" },
		"/key":     func(e *route.Entry) { e.Key = secret("two words") },
		"/models":  func(e *route.Entry) { e.Models = make([]string, 51) },
		"metadata": func(e *route.Entry) { e.URL = "http://169.254.169.254/v1" },
	} {
		e := good
		e.Name = "Q"
		change(&e)
		_, err := h.desk.Save(ctx, home, owner, "", e, 0)
		if pointer == "metadata" {
			if !fault.Is(err, fault.Denied) {
				t.Errorf("metadata: %v, want Denied", err)
			}
			continue
		}
		var f *fault.Error
		if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Pointer != strings.TrimSpace(pointer) {
			t.Errorf("%s: %v", pointer, err)
		}
	}
}

// A key file that can't be used costs the keys alone, and only while it
// can't be used.
func TestBadKeyFileCostsTheKeysAlone(t *testing.T) {
	h := newHouse(t)
	with := route.Entry{Name: "P", Kind: "openai", URL: "https://api.example.com/v1", Key: secret("sk-canary"), Models: []string{"big"}, Enabled: true}
	doc, err := h.desk.Save(ctx, home, owner, "", with, 0)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(h.keys, vault.FileName)
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := h.desk.Offers(ctx, home, doc.Key); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "can be read by others") {
		t.Fatalf("Offers: %v", err)
	}
	if _, err := h.desk.Save(ctx, home, owner, "", route.Entry{Name: "Q", Kind: "ollama", URL: "http://127.0.0.1:11434"}, 0); err != nil {
		t.Fatalf("a provider without a key: %v", err)
	}
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := h.desk.Offers(ctx, home, doc.Key); err != nil {
		t.Fatalf("after the mend: %v", err)
	}
}
