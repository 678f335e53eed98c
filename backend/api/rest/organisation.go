package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
)

type organisationAnswer struct{ Body account.Organisation }

func registerOrganisation(api huma.API, d Deps) {
	tags := []string{"people"}
	huma.Register(api, huma.Operation{OperationID: "getOrganisation", Method: http.MethodGet, Path: "/api/v1/organisation", Tags: tags,
		Summary: "Read the organisation: its name, locations, groups and rules"},
		func(ctx context.Context, _ *struct{}) (*organisationAnswer, error) {
			return &organisationAnswer{d.Accounts.Organisation(principal(ctx))}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "setOrganisation", Method: http.MethodPut, Path: "/api/v1/organisation", Tags: tags,
		Summary: "Set the organisation's name, locations, groups and rules"},
		func(ctx context.Context, in *struct{ Body account.Organisation }) (*organisationAnswer, error) {
			o, err := d.Accounts.SetOrganisation(ctx, principal(ctx), in.Body)
			if err != nil {
				return nil, err
			}
			return &organisationAnswer{o}, nil
		})
}
