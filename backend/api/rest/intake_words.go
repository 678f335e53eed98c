package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
)

// NewAlias is a reading of a list's words that is accepted for all lists.
type NewAlias struct {
	Field string `json:"field" enum:"year,make,model,series,trim,body,fuel,drive,transmission,cylinders,displacement,doors,gvwr"`
	Make  string `json:"make,omitempty" maxLength:"200" doc:"it holds for vehicles of this make only"`
	Said  string `json:"said" minLength:"1" maxLength:"200" doc:"the list's words"`
	Means string `json:"means" minLength:"1" maxLength:"200" doc:"what they mean, in vPIC's words"`
}

func registerIntakeWords(api huma.API, d Deps, tags []string) {
	huma.Register(api, huma.Operation{OperationID: "listAliases", Method: http.MethodGet, Path: "/api/v1/claim-aliases", Tags: tags,
		Summary: "List the words of lists that were accepted for all lists"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []intake.Alias `json:"items"`
			}
		}, error) {
			all, err := d.Intakes.Aliases(ctx, caller(ctx))
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []intake.Alias `json:"items"`
				}
			}{}
			out.Body.Items = all
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "acceptAlias", Method: http.MethodPost, Path: "/api/v1/claim-aliases", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Accept a list's words for all lists: they agree with what they mean from now on"},
		func(ctx context.Context, in *struct{ Body NewAlias }) (*struct{ Body intake.Alias }, error) {
			a, err := d.Intakes.Accept(ctx, caller(ctx), claim.Alias{Field: claim.Field(in.Body.Field), Make: in.Body.Make, Said: in.Body.Said, Means: in.Body.Means})
			if err != nil {
				return nil, err
			}
			return &struct{ Body intake.Alias }{a}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "removeAlias", Method: http.MethodDelete, Path: "/api/v1/claim-aliases/{alias}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Take an accepted reading away"},
		func(ctx context.Context, in *struct {
			Alias string `path:"alias" maxLength:"64"`
		}) (*struct{}, error) {
			return nil, d.Intakes.Unaccept(ctx, caller(ctx), in.Alias)
		})

	huma.Register(api, huma.Operation{OperationID: "listWatched", Method: http.MethodGet, Path: "/api/v1/watched-files", Tags: tags,
		Summary: "List the files that the watched folder brought, the newest first, and those that could not be read"},
		func(ctx context.Context, in *struct {
			Limit int `query:"limit" minimum:"1" maximum:"200" default:"20"`
		}) (*struct {
			Body struct {
				Items []intake.Watched `json:"items"`
			}
		}, error) {
			all, err := d.Intakes.Watched(ctx, caller(ctx), in.Limit)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []intake.Watched `json:"items"`
				}
			}{}
			out.Body.Items = all
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "listImportTemplates", Method: http.MethodGet, Path: "/api/v1/import-templates", Tags: tags,
		Summary: "List the mappings that are used again for files with the same headings"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []intake.Template `json:"items"`
			}
		}, error) {
			all, err := d.Intakes.Templates(ctx, caller(ctx))
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []intake.Template `json:"items"`
				}
			}{}
			out.Body.Items = all
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "removeImportTemplate", Method: http.MethodDelete, Path: "/api/v1/import-templates/{template}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Forget a mapping"},
		func(ctx context.Context, in *struct {
			Template string `path:"template" maxLength:"64"`
		}) (*struct{}, error) {
			return nil, d.Intakes.ForgetTemplate(ctx, caller(ctx), in.Template)
		})
}
