package rest

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
)

type (
	roleAnswer struct{ Body account.Role }
	roleList   struct {
		Body struct {
			Items []account.Role `json:"items"`
		}
	}
)

// RoleDraft is what can be set on a role.
type RoleDraft struct {
	Name        string               `json:"name" minLength:"1" maxLength:"60"`
	About       string               `json:"about,omitempty" maxLength:"300"`
	Permissions []account.Permission `json:"permissions" maxItems:"100"`
}

func (r RoleDraft) role() account.Role {
	return account.Role{Name: r.Name, About: r.About, Permissions: r.Permissions}
}

// RolePath names a role in the address.
type RolePath struct {
	ID string `path:"id" maxLength:"60"`
}

func registerRoles(api huma.API, d Deps) {
	tags := []string{"people"}

	huma.Register(api, huma.Operation{OperationID: "listPermissions", Method: http.MethodGet, Path: "/api/v1/permissions", Tags: tags,
		Summary: "List every permission in plain words"},
		func(context.Context, *struct{}) (*struct {
			Body struct {
				Items []account.Described `json:"items"`
			}
		}, error) {
			out := &struct {
				Body struct {
					Items []account.Described `json:"items"`
				}
			}{}
			out.Body.Items = account.Permissions()
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "listRoles", Method: http.MethodGet, Path: "/api/v1/roles", Tags: tags,
		Summary: "List roles: those that come with Hubcap, then your own"},
		func(ctx context.Context, _ *struct{}) (*roleList, error) {
			out := &roleList{}
			var err error
			out.Body.Items, err = d.Accounts.Roles(principal(ctx))
			return out, err
		})

	huma.Register(api, huma.Operation{OperationID: "addRole", Method: http.MethodPost, Path: "/api/v1/roles", Tags: tags,
		DefaultStatus: http.StatusCreated, Summary: "Make a role of your own"},
		func(ctx context.Context, in *struct{ Body RoleDraft }) (*roleAnswer, error) {
			r, err := d.Accounts.AddRole(ctx, principal(ctx), in.Body.role())
			if err != nil {
				return nil, err
			}
			return &roleAnswer{r}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "setRole", Method: http.MethodPut, Path: "/api/v1/roles/{id}", Tags: tags,
		Summary: "Change a role of your own; people of it feel it with their next request"},
		func(ctx context.Context, in *struct {
			RolePath
			Body RoleDraft
		}) (*roleAnswer, error) {
			r, err := d.Accounts.SetRole(ctx, principal(ctx), in.ID, in.Body.role())
			if err != nil {
				return nil, err
			}
			return &roleAnswer{r}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "removeRole", Method: http.MethodDelete, Path: "/api/v1/roles/{id}", Tags: tags,
		DefaultStatus: http.StatusNoContent, Summary: "Remove a role that nobody has"},
		func(ctx context.Context, in *RolePath) (*struct{}, error) {
			return nil, d.Accounts.RemoveRole(ctx, principal(ctx), in.ID)
		})

	huma.Register(api, huma.Operation{OperationID: "previewRole", Method: http.MethodPost, Path: "/api/v1/roles/preview", Tags: tags,
		Summary: "Say in plain words what permissions within a reach come to"},
		func(_ context.Context, in *struct {
			Body struct {
				Permissions []account.Permission `json:"permissions" maxItems:"100"`
				Reach       account.Reach        `json:"reach"`
			}
		}) (*struct{ Body account.Preview }, error) {
			return &struct{ Body account.Preview }{account.Describe(account.RightsOf(in.Body.Permissions), in.Body.Reach)}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "compareRoles", Method: http.MethodGet, Path: "/api/v1/roles/compare", Tags: tags,
		Summary: "Compare two roles, permission by permission"},
		func(ctx context.Context, in *struct {
			First  string `query:"first" required:"true" maxLength:"60" doc:"id of a role"`
			Second string `query:"second" required:"true" maxLength:"60"`
		}) (*struct {
			Body struct {
				Items []account.Contrast `json:"items"`
			}
		}, error) {
			first, err := d.Accounts.Role(principal(ctx), in.First)
			if err != nil {
				return nil, err
			}
			second, err := d.Accounts.Role(principal(ctx), in.Second)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []account.Contrast `json:"items"`
				}
			}{}
			out.Body.Items = account.Compare(first, second)
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "exportRoles", Method: http.MethodGet, Path: "/api/v1/roles/export", Tags: tags,
		Summary: "Export your own roles as YAML", Responses: map[string]*huma.Response{"200": {Description: "The roles.",
			Content: map[string]*huma.MediaType{"application/yaml": {}}}}},
		func(ctx context.Context, _ *struct{}) (*struct {
			Type        string `header:"Content-Type"`
			Disposition string `header:"Content-Disposition"`
			Body        []byte
		}, error) {
			var b bytes.Buffer
			if err := d.Accounts.ExportRoles(principal(ctx), &b); err != nil {
				return nil, err
			}
			return &struct {
				Type        string `header:"Content-Type"`
				Disposition string `header:"Content-Disposition"`
				Body        []byte
			}{"application/yaml", `attachment; filename="hubcap-roles.yaml"`, b.Bytes()}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "importRoles", Method: http.MethodPost, Path: "/api/v1/roles/import", Tags: tags,
		Summary: "Import roles; one of the same name is replaced"},
		func(ctx context.Context, in *struct {
			Body struct {
				YAML string `json:"yaml" minLength:"1" maxLength:"262144" doc:"as the export gives it"`
			}
		}) (*roleList, error) {
			out := &roleList{}
			var err error
			out.Body.Items, err = d.Accounts.ImportRoles(ctx, principal(ctx), in.Body.YAML)
			if out.Body.Items == nil {
				out.Body.Items = []account.Role{}
			}
			return out, err
		})
}
