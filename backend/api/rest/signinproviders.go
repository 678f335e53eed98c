package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// SignInProvider is an OpenID Connect provider. Its secret goes in and never
// comes out again.
type SignInProvider struct {
	ID        string              `json:"id"`
	Rev       int64               `json:"rev"`
	Name      string              `json:"name"`
	Issuer    string              `json:"issuer"`
	ClientID  string              `json:"clientId"`
	HasSecret bool                `json:"hasSecret"`
	Scopes    []string            `json:"scopes"`
	Claim     string              `json:"claim"`
	Mapping   []account.GroupRole `json:"mapping"`
	Create    bool                `json:"create"`
	Link      bool                `json:"link"`
	Enabled   bool                `json:"enabled"`
	Added     store.Timestamp     `json:"added"`
	Callback  string              `json:"callback" doc:"register this address at the provider"`
}

// SignInProviderEntry is what a person enters.
type SignInProviderEntry struct {
	Name     string              `json:"name" minLength:"1" maxLength:"100" doc:"stands on the button"`
	Issuer   string              `json:"issuer" maxLength:"500" doc:"such as https://login.example.com"`
	ClientID string              `json:"clientId" maxLength:"300"`
	Secret   *string             `json:"secret,omitempty" maxLength:"4096" doc:"left out: the one that is there stays; empty: none"`
	Scopes   []string            `json:"scopes,omitempty" maxItems:"20" doc:"beside openid, such as profile, email, groups"`
	Claim    string              `json:"claim,omitempty" maxLength:"100" doc:"whose values are the groups; left out is groups"`
	Mapping  []account.GroupRole `json:"mapping,omitempty" maxItems:"200" doc:"the first that fits gives the role, at each sign-in; none leaves roles alone"`
	Create   bool                `json:"create" doc:"somebody new gets an account, with the role of the mapping"`
	Link     bool                `json:"link" doc:"the account whose login is the verified e-mail address is theirs: only for a provider that you trust with that"`
	Enabled  bool                `json:"enabled"`
}

func (e SignInProviderEntry) draft() account.ProviderDraft {
	d := account.ProviderDraft{Name: e.Name, Issuer: e.Issuer, ClientID: e.ClientID, Scopes: e.Scopes, Claim: e.Claim, Mapping: e.Mapping, Create: e.Create, Link: e.Link, Enabled: e.Enabled}
	if e.Secret != nil {
		s := vault.NewSecret(*e.Secret)
		d.Secret = &s
	}
	return d
}

type signInProviderAnswer struct {
	ETag string `header:"ETag"`
	Body SignInProvider
}

func asSignInProvider(ctx context.Context, doc store.Doc[account.Provider]) SignInProvider {
	p := doc.Value
	return SignInProvider{ID: p.ID, Rev: doc.Rev, Name: p.Name, Issuer: p.Issuer, ClientID: p.ClientID, HasSecret: p.Secret != "", Scopes: append([]string{}, p.Scopes...),
		Claim: p.Claim, Mapping: append([]account.GroupRole{}, p.Mapping...), Create: p.Create, Link: p.Link, Enabled: p.Enabled, Added: p.Added,
		Callback: visit(ctx).Origin + account.CallbackPath(p.ID)}
}

func answerSignInProvider(ctx context.Context, doc store.Doc[account.Provider], err error) (*signInProviderAnswer, error) {
	if err != nil {
		return nil, precondition(err)
	}
	return &signInProviderAnswer{etag(doc.Rev), asSignInProvider(ctx, doc)}, nil
}

func registerSignInProviders(api huma.API, d Deps) {
	tags := []string{"people"}
	const path = "/api/v1/sign-in-providers"
	type SignInProviderList struct {
		Items []SignInProvider `json:"items"`
	}
	huma.Register(api, d.visited(huma.Operation{OperationID: "listSignInProviders", Method: http.MethodGet, Path: path, Tags: tags,
		Summary: "List the providers by which people may sign in"}),
		func(ctx context.Context, _ *struct{}) (*struct{ Body SignInProviderList }, error) {
			docs, err := d.Accounts.Providers(principal(ctx))
			out := SignInProviderList{Items: []SignInProvider{}}
			for _, doc := range docs {
				out.Items = append(out.Items, asSignInProvider(ctx, doc))
			}
			return &struct{ Body SignInProviderList }{out}, err
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "addSignInProvider", Method: http.MethodPost, Path: path, Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Enter a provider by which people may sign in"}),
		func(ctx context.Context, in *struct{ Body SignInProviderEntry }) (*signInProviderAnswer, error) {
			doc, err := d.Accounts.SetProvider(ctx, principal(ctx), "", 0, in.Body.draft())
			return answerSignInProvider(ctx, doc, err)
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "setSignInProvider", Method: http.MethodPut, Path: path + "/{id}", Tags: tags,
		Summary: "Change a provider; another issuer needs the secret again"}),
		func(ctx context.Context, in *struct {
			ProviderPath
			IfMatch string `header:"If-Match" required:"true"`
			Body    SignInProviderEntry
		}) (*signInProviderAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			doc, err := d.Accounts.SetProvider(ctx, principal(ctx), in.ID, rev, in.Body.draft())
			return answerSignInProvider(ctx, doc, err)
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "removeSignInProvider", Method: http.MethodDelete, Path: path + "/{id}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Remove a provider with its secret"}),
		func(ctx context.Context, in *struct {
			ProviderPath
			IfMatch string `header:"If-Match" required:"true"`
		}) (*struct{}, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			return nil, precondition(d.Accounts.RemoveProvider(ctx, principal(ctx), in.ID, rev))
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "testSignInProvider", Method: http.MethodPost, Path: path + "/{id}/test", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Ask a provider for its description: the test of its address"}),
		func(ctx context.Context, in *ProviderPath) (*struct{}, error) {
			return nil, d.Accounts.TryProvider(ctx, principal(ctx), in.ID)
		})
}
