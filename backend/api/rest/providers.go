package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Provider is a place where models are asked. Its key goes in and never comes
// out again.
type Provider struct {
	ID      string          `json:"id"`
	Rev     int64           `json:"rev"`
	Name    string          `json:"name"`
	Kind    string          `json:"kind" enum:"ollama,openai"`
	URL     string          `json:"url"`
	HasKey  bool            `json:"hasKey"`
	Models  []string        `json:"models" doc:"those that may be asked"`
	Enabled bool            `json:"enabled"`
	Added   store.Timestamp `json:"added"`
}

// ProviderEntry is what a person enters.
type ProviderEntry struct {
	Name    string   `json:"name" maxLength:"80"`
	Kind    string   `json:"kind" enum:"ollama,openai" doc:"openai is every endpoint that speaks chat completions"`
	URL     string   `json:"url" maxLength:"500" doc:"such as http://127.0.0.1:11434, or https://api.example.com/v1"`
	Key     *string  `json:"key,omitempty" maxLength:"4096" doc:"left out: the one that is there stays; empty: none"`
	Models  []string `json:"models,omitempty" maxItems:"50"`
	Enabled bool     `json:"enabled" doc:"nothing is sent before this is true"`
}

func (e ProviderEntry) entry() route.Entry {
	out := route.Entry{Name: e.Name, Kind: e.Kind, URL: e.URL, Models: e.Models, Enabled: e.Enabled}
	if e.Key != nil {
		s := vault.NewSecret(*e.Key)
		out.Key = &s
	}
	return out
}

func asProvider(d store.Doc[route.Provider]) Provider {
	p := d.Value
	return Provider{ID: d.Key, Rev: d.Rev, Name: p.Name, Kind: p.Kind, URL: p.URL, HasKey: p.Key != "", Models: append([]string{}, p.Models...), Enabled: p.Enabled, Added: p.Added}
}

// ProviderPath names a provider in the address.
type ProviderPath struct {
	ID string `path:"id" maxLength:"36"`
}

type providerAnswer struct {
	ETag string `header:"ETag"`
	Body Provider
}

func answerProvider(doc store.Doc[route.Provider], err error) (*providerAnswer, error) {
	if err != nil {
		return nil, precondition(err)
	}
	return &providerAnswer{ETag: etag(doc.Rev), Body: asProvider(doc)}, nil
}

func registerProviders(api huma.API, d Deps) {
	tags := []string{"models"}
	huma.Register(api, huma.Operation{OperationID: "listProviders", Method: http.MethodGet, Path: "/api/v1/providers", Tags: tags,
		Summary: "List the providers of models, by name"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []Provider `json:"items"`
			}
		}, error) {
			list, err := d.Providers.List(ctx, caller(ctx).Scope)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []Provider `json:"items"`
				}
			}{}
			out.Body.Items = make([]Provider, 0, len(list))
			for _, p := range list {
				out.Body.Items = append(out.Body.Items, asProvider(p))
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "addProvider", Method: http.MethodPost, Path: "/api/v1/providers", Tags: tags,
		DefaultStatus: http.StatusCreated, Summary: "Enter a provider; nothing is sent to it until it is switched on or tested"},
		func(ctx context.Context, in *struct{ Body ProviderEntry }) (*providerAnswer, error) {
			c := caller(ctx)
			return answerProvider(d.Providers.Save(ctx, c.Scope, c.Actor, "", in.Body.entry(), 0))
		})

	huma.Register(api, huma.Operation{OperationID: "setProvider", Method: http.MethodPut, Path: "/api/v1/providers/{id}", Tags: tags,
		Summary: "Change a provider; a new address needs its key again"},
		func(ctx context.Context, in *struct {
			ProviderPath
			IfMatch string `header:"If-Match" required:"true"`
			Body    ProviderEntry
		}) (*providerAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			c := caller(ctx)
			return answerProvider(d.Providers.Save(ctx, c.Scope, c.Actor, in.ID, in.Body.entry(), rev))
		})

	huma.Register(api, huma.Operation{OperationID: "removeProvider", Method: http.MethodDelete, Path: "/api/v1/providers/{id}", Tags: tags,
		DefaultStatus: http.StatusNoContent, Summary: "Remove a provider with its key"},
		func(ctx context.Context, in *struct {
			ProviderPath
			IfMatch string `header:"If-Match" required:"true"`
		}) (*struct{}, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			c := caller(ctx)
			return nil, precondition(d.Providers.Remove(ctx, c.Scope, c.Actor, in.ID, rev))
		})

	huma.Register(api, huma.Operation{OperationID: "askProvider", Method: http.MethodPost, Path: "/api/v1/providers/{id}/offers", Tags: tags,
		DefaultStatus: http.StatusOK, Summary: "Ask a provider which models it offers: the test of its address and key"},
		func(ctx context.Context, in *ProviderPath) (*struct {
			Body struct {
				Items []route.Offer `json:"items"`
			}
		}, error) {
			list, err := d.Providers.Offers(ctx, caller(ctx).Scope, in.ID)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []route.Offer `json:"items"`
				}
			}{}
			out.Body.Items = append([]route.Offer{}, list...)
			return out, nil
		})
}
