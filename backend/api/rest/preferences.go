package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
)

type preferencesAnswer struct{ Body account.Preferences }

func registerPreferences(api huma.API, d Deps) {
	tags := []string{"preferences"}
	huma.Register(api, huma.Operation{OperationID: "getPreferences", Method: http.MethodGet, Path: "/api/v1/preferences", Tags: tags,
		Summary: "Read how you like to see things"},
		func(ctx context.Context, _ *struct{}) (*preferencesAnswer, error) {
			c := caller(ctx)
			p, err := d.Accounts.Preferences(ctx, c.Scope.Org(), c.Actor)
			return &preferencesAnswer{p}, err
		})
	huma.Register(api, huma.Operation{OperationID: "setPreferences", Method: http.MethodPut, Path: "/api/v1/preferences", Tags: tags,
		Summary: "Set how you like to see things"},
		func(ctx context.Context, in *struct{ Body account.Preferences }) (*preferencesAnswer, error) {
			c := caller(ctx)
			p, err := d.Accounts.SetPreferences(ctx, c.Scope.Org(), c.Actor, in.Body)
			return &preferencesAnswer{p}, err
		})
}
