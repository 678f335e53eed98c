package route

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Provider is a place where models are asked, as the owner entered it.
type Provider struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Kind    string          `json:"kind"` // "ollama" or "openai"
	URL     string          `json:"url"`
	Key     vault.Sealed    `json:"key"`
	Models  []string        `json:"models"`  // those that may be asked, picked from what it lists
	Enabled bool            `json:"enabled"` // false until the owner says so
	Added   store.Timestamp `json:"added"`
}

// Providers is the collection of providers. Keys stand in it sealed.
var Providers = store.Define(store.Def[Provider]{
	Name: "model_providers", Class: store.Truth, Schema: 1,
	Key: func(p *Provider) string { return p.ID },
	Indexes: []store.Index[Provider]{{Name: "name", Unique: true, Fields: []store.Field[Provider]{
		{Name: "name", Kind: store.Text, Value: func(p *Provider) store.Value { return store.String(strings.ToLower(p.Name)) }},
	}}},
})

// Remote is an open provider; backend/llm/cloud makes them.
type Remote interface {
	Chat(ctx context.Context, model string, r llm.ChatRequest, each func(llm.Chunk)) (llm.GenerateReply, error)
	Models(ctx context.Context) ([]Offer, error)
}

// Offer is a model that a provider lists.
type Offer struct {
	Name       string `json:"name"`
	Bytes      int64  `json:"bytes,omitempty"`
	Parameters string `json:"parameters,omitempty"`
}

// DeskOptions are what a desk needs. All are required.
type DeskOptions struct {
	// Vault opens the key file, at each use: a hub whose key file can't be used
	// serves everything but keys, and again those once the file is mended.
	Vault func() (*vault.Vault, error)
	Guard netguard.Guard
	IDs   *store.IDs
	// Open makes the way to a provider.
	Open func(p Provider, key vault.Secret, client *http.Client) (Remote, error)
}

// Desk keeps the providers.
type Desk struct {
	db     store.DB
	o      DeskOptions
	client *http.Client

	mu   sync.Mutex
	open map[string]opened // by id
}

type opened struct {
	print  string
	remote Remote
}

// NewDesk returns a desk over an open store whose schemas include Schemas.
func NewDesk(db store.DB, o DeskOptions) *Desk {
	return &Desk{db: db, o: o, client: o.Guard.Client(), open: map[string]opened{}}
}

// Close drops idle connections.
func (d *Desk) Close() { d.client.CloseIdleConnections() }

// Entry is what a person enters of a provider. A nil Key keeps the one that
// is there.
type Entry struct {
	Name    string
	Kind    string
	URL     string
	Key     *vault.Secret
	Models  []string
	Enabled bool
}

func keyPurpose(id string) string { return "model_providers/" + id + "/key" }

// Held names what is sealed in a document of this package, for a change of
// the vault's keys; nothing for another package's.
func Held(collection string, doc []byte) ([]vault.Held, error) {
	if collection != Providers.Name() {
		return nil, nil
	}
	p, err := Providers.Decode(doc)
	return []vault.Held{{Purpose: keyPurpose(p.ID), Value: p.Key}}, err
}

// List returns all providers by name, the keys still sealed.
func (d *Desk) List(ctx context.Context, s store.Scope) (list []store.Doc[Provider], err error) {
	err = d.db.View(ctx, settings(s), func(r store.Reader) error {
		p, err := Providers.Query(r, store.Query{Index: "name", Limit: 200})
		list = p.Items
		return err
	})
	return list, err
}

// Get returns one provider.
func (d *Desk) Get(ctx context.Context, s store.Scope, id string) (doc store.Doc[Provider], err error) {
	err = d.db.View(ctx, s, func(r store.Reader) error {
		doc, err = Providers.Get(r, id)
		return err
	})
	return doc, err
}

// Save writes a provider at ifRev, or a new one with an empty id.
func (d *Desk) Save(ctx context.Context, s store.Scope, by actor.Actor, id string, e Entry, ifRev int64) (doc store.Doc[Provider], err error) {
	if err := d.check(&e); err != nil {
		return doc, err
	}
	p := Provider{ID: id, Added: store.Moment(d.o.IDs.Now())}
	if id == "" {
		p.ID, ifRev = d.o.IDs.New(), 0
	} else {
		old, err := d.Get(ctx, s, id)
		if err != nil {
			return doc, err
		}
		p.Key, p.Added = old.Value.Key, old.Value.Added
		// A key is for its address alone: whoever changes the address must
		// know the key.
		if old.Value.URL != e.URL && e.Key == nil && p.Key != "" {
			return doc, fault.InvalidField("/key", "is missing", "enter the key again, since the address changed")
		}
	}
	p.Name, p.Kind, p.URL, p.Models, p.Enabled = e.Name, e.Kind, e.URL, e.Models, e.Enabled
	if p.Models == nil {
		p.Models = []string{}
	}
	if e.Key != nil {
		v, err := d.o.Vault()
		if err != nil {
			return doc, err
		}
		if p.Key, err = v.Seal(keyPurpose(p.ID), *e.Key); err != nil {
			return doc, fmt.Errorf("seal key: %w", err)
		}
	}
	var rev int64
	_, err = d.db.Update(ctx, store.Write{Scope: s, Actor: by}, func(tx store.Tx) error {
		same, err := Providers.Query(tx, store.Query{Index: "name", Prefix: store.Values(store.String(strings.ToLower(p.Name))), Limit: 1})
		if err != nil {
			return err
		}
		if len(same.Items) > 0 && same.Items[0].Key != p.ID {
			return fault.InvalidField("/name", "is taken by another provider", "choose another name")
		}
		rev, err = Providers.Put(tx, &p, ifRev)
		return err
	})
	if err != nil {
		return doc, err
	}
	return store.Doc[Provider]{Key: p.ID, Rev: rev, Value: p}, nil
}

func (d *Desk) check(e *Entry) error {
	e.Name = strings.TrimSpace(e.Name)
	switch {
	case e.Name == "" || len(e.Name) > 80:
		return fault.InvalidField("/name", "is empty or longer than 80 letters", "give the provider a short name")
	case e.Kind != "ollama" && e.Kind != "openai":
		return fault.InvalidField("/kind", "is not a kind of provider", "write ollama or openai")
	case len(e.Models) > 50:
		return fault.InvalidField("/models", "are more than 50", "pick those that are to be asked")
	case e.Key != nil && (strings.ContainsAny(e.Key.Reveal(), " \r\n\t") || len(e.Key.Reveal()) > 4096):
		return fault.InvalidField("/key", "holds blanks or is too long", "paste the key alone")
	}
	u, err := d.o.Guard.URL(strings.TrimSuffix(strings.TrimSpace(e.URL), "/"))
	if err != nil {
		return err
	}
	e.URL = u.String()
	return nil
}

// Remove deletes a provider with its key.
func (d *Desk) Remove(ctx context.Context, s store.Scope, by actor.Actor, id string, ifRev int64) error {
	_, err := d.db.Update(ctx, store.Write{Scope: s, Actor: by}, func(tx store.Tx) error { return Providers.Delete(tx, id, ifRev) })
	return err
}

// Offers asks a provider what it offers: the test of its address and key.
func (d *Desk) Offers(ctx context.Context, s store.Scope, id string) ([]Offer, error) {
	doc, err := d.Get(ctx, s, id)
	if err != nil {
		return nil, err
	}
	r, err := d.remote(&doc.Value)
	if err != nil {
		return nil, err
	}
	return r.Models(ctx)
}

// remote opens the way to a provider, once as long as it stays the same: the
// breaker must remember.
func (d *Desk) remote(p *Provider) (Remote, error) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s", p.Kind, p.URL, p.Key))
	print := string(sum[:])
	d.mu.Lock()
	defer d.mu.Unlock()
	if o, ok := d.open[p.ID]; ok && o.print == print {
		return o.remote, nil
	}
	key := vault.Secret{}
	if p.Key != "" {
		v, err := d.o.Vault()
		if err != nil {
			return nil, err
		}
		if key, err = v.Open(keyPurpose(p.ID), p.Key); err != nil {
			return nil, err
		}
	}
	r, err := d.o.Open(*p, key, d.client)
	if err != nil {
		return nil, err
	}
	d.open[p.ID] = opened{print, r}
	return r, nil
}

// engines are the picked models of the providers that are switched on.
func (d *Desk) engines(ctx context.Context, s store.Scope) ([]Engine, error) {
	list, err := d.List(ctx, s)
	if err != nil {
		return nil, err
	}
	var out []Engine
	for _, doc := range list {
		p := doc.Value
		if !p.Enabled {
			continue
		}
		for _, m := range p.Models {
			out = append(out, Engine{
				Ref: p.ID + "/" + m, Title: m + " at " + p.Name, Print: p.Kind + " " + p.URL + " " + m,
				Away: !ownMachine(p.URL), Where: host(p.URL), Chatter: asked{d, p, m},
			})
		}
	}
	return out, nil
}

func host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return u.Host
}

// ownMachine tells an address that leads back to where the hub runs.
func ownMachine(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && a.Unmap().IsLoopback()
}

// asked is one model of a provider.
type asked struct {
	d     *Desk
	p     Provider
	model string
}

func (a asked) Chat(ctx context.Context, r llm.ChatRequest, each func(llm.Chunk)) (llm.GenerateReply, error) {
	remote, err := a.d.remote(&a.p)
	if err != nil {
		return llm.GenerateReply{}, err
	}
	return remote.Chat(ctx, a.model, r, each)
}
