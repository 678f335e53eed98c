package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/intake/invoice"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/cloud"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/embedded/models"
)

// openRouter joins the packs of this machine and the providers that the owner
// entered.
func (a *App) openRouter() {
	if _, err := a.keys.Vault(); err != nil {
		a.log.Error("keys of providers can't be used", "err", err)
	}
	a.providers = route.NewDesk(a.db, route.DeskOptions{Vault: a.keys.Vault, Guard: a.cfg.NetAllow, IDs: a.ids, Open: openProvider})
	a.engines = &packEngines{app: a, open: map[string]*local.Client{}}
	a.closers = append(a.closers, func() error { a.engines.close(); a.providers.Close(); return nil })
	a.router = route.New(a.db, a.providers, route.Options{Local: a.engines, Checks: a.checks(), Now: a.now, Log: a.log})
}

// ownChat is behind the name of a pack whose chats have a worker of their own.
const ownChat = "/chat"

// packEngines are the packs on the shelf as models that can be asked. Each
// has a worker of its own, started when it is first asked and idle memory
// given back by its keeper.
type packEngines struct {
	app *App

	mu    sync.Mutex
	stamp string // of the folders that seen was read from
	seen  []route.Engine
	open  map[string]*local.Client // by the pack's name, with ownChat behind the second one
}

// Engines lists the packs that are present. Reading their headers takes
// milliseconds, so it is done once for each change of a folder.
func (e *packEngines) Engines(ctx context.Context) ([]route.Engine, error) {
	stamp := e.folders()
	e.mu.Lock()
	if e.stamp == stamp && e.seen != nil {
		defer e.mu.Unlock()
		return slices.Clone(e.seen), nil
	}
	e.mu.Unlock()
	packs, err := e.app.shelf.List(ctx)
	if err != nil {
		return nil, err
	}
	present := map[string]bool{}
	var out []route.Engine
	for _, p := range packs {
		if !p.Present {
			continue
		}
		present[p.Name] = true
		out = append(out, e.engine(p))
	}
	e.drop(present)
	e.mu.Lock()
	e.stamp, e.seen = stamp, out
	e.mu.Unlock()
	return slices.Clone(out), nil
}

// folders is a text that changes when a file comes into a folder of packs or
// leaves it.
func (e *packEngines) folders() string {
	var b strings.Builder
	for _, dir := range append(packFolders(e.app.cfg.Models), filepath.Join(e.app.cfg.Data, "models")) {
		if fi, err := os.Stat(dir); err == nil {
			fmt.Fprintln(&b, dir, fi.ModTime().UnixNano())
		}
	}
	return b.String()
}

func (e *packEngines) engine(p pack.Pack) route.Engine {
	g := route.Engine{Ref: "pack/" + p.Name, Title: p.Title, Print: p.Digest, Where: "this computer"}
	own := asked{e, p, p.Name}
	g.State = own.state
	switch {
	case p.Embeds:
		g.Embedder = own
	case p.Name == models.SmolLM2:
		// Its chats have a worker of their own: they would put the beginning of
		// the briefings out of the other one's cache.
		g.Worder, g.Scorer, g.State = e.app.model, e.app.model, e.app.model.State
		g.Chatter = asked{e, p, p.Name + ownChat}
	default:
		g.Worder, g.Scorer, g.Chatter = own, own, own
	}
	return g
}

// client starts the worker of a pack, once.
func (e *packEngines) client(p pack.Pack, key string) *local.Client {
	e.mu.Lock()
	defer e.mu.Unlock()
	c, ok := e.open[key]
	if !ok {
		c = local.Open(packOptions(e.app.cfg, p, e.app.log))
		e.open[key] = c
	}
	return c
}

func (e *packEngines) running(key string) *local.Client {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.open[key]
}

// drop ends the workers of packs that left the shelf.
func (e *packEngines) drop(present map[string]bool) {
	e.mu.Lock()
	var gone []*local.Client
	for key, c := range e.open {
		if !present[strings.TrimSuffix(key, ownChat)] {
			gone = append(gone, c)
			delete(e.open, key)
		}
	}
	e.mu.Unlock()
	for _, c := range gone {
		c.Close()
	}
}

func (e *packEngines) close() { e.drop(nil) }

// asked is a pack whose worker starts when it is asked.
type asked struct {
	e   *packEngines
	p   pack.Pack
	key string
}

func (a asked) Word(ctx context.Context, r llm.WordRequest, each func(llm.Chunk)) (llm.WordReply, error) {
	return a.e.client(a.p, a.key).Word(ctx, r, each)
}

func (a asked) Chat(ctx context.Context, r llm.ChatRequest, each func(llm.Chunk)) (llm.GenerateReply, error) {
	return a.e.client(a.p, a.key).Chat(ctx, r, each)
}

func (a asked) Embed(ctx context.Context, r llm.EmbedRequest) (llm.EmbedReply, error) {
	return a.e.client(a.p, a.key).Embed(ctx, r)
}

func (a asked) Score(ctx context.Context, prompt string, candidates []string) ([]float64, llm.Usage, error) {
	return a.e.client(a.p, a.key).Score(ctx, prompt, candidates)
}

// state is that of the worker; one that was not asked yet would start.
func (a asked) state() llm.State {
	if c := a.e.running(a.key); c != nil {
		return c.State()
	}
	st := llm.State{Condition: llm.Ready, Model: a.p.Title}
	if !workerHere(a.e.app.cfg) {
		st.Condition, st.Reason = llm.Missing, "the model worker is not there: run make worker"
		if a.e.app.cfg.Building {
			st.Condition = llm.Building
		}
	}
	return st
}

// openProvider is how the router reaches a provider.
func openProvider(p route.Provider, key vault.Secret, client *http.Client) (route.Remote, error) {
	u, err := url.Parse(p.URL)
	if err != nil {
		return nil, fmt.Errorf("read the provider's address: %w", err)
	}
	c, err := cloud.New(cloud.Options{Kind: cloud.Kind(p.Kind), URL: u, Key: key, HTTP: client})
	if err != nil {
		return nil, err
	}
	return remote{c}, nil
}

type remote struct{ *cloud.Provider }

// Models says what the provider offers, in the router's words.
func (r remote) Models(ctx context.Context) ([]route.Offer, error) {
	list, err := r.Provider.Models(ctx)
	out := make([]route.Offer, 0, len(list))
	for _, l := range list {
		out = append(out, route.Offer{Name: l.Name, Bytes: l.Bytes, Parameters: l.Parameters})
	}
	return out, err
}

// checks are what a model may be examined in.
func (a *App) checks() []route.Check {
	return []route.Check{meaning.Check(), insight.WordCheck(), insight.WriteCheck(), insight.AskCheck(), invoice.Check()}
}
