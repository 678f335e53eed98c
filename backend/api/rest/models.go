package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
)

// modelFile is an upload of a model.
type modelFile struct {
	File string `query:"file" required:"true" minLength:"1" maxLength:"255" doc:"what the file is called; the model's name is made from it"`
	Upload
}

// addedModel answers 200 where the model was here before.
type addedModel struct {
	Status int
	Body   pack.Added
}

func added(a pack.Added, err error) (*addedModel, error) {
	if err != nil {
		return nil, err
	}
	out := &addedModel{Status: http.StatusCreated, Body: a}
	if a.Already {
		out.Status = http.StatusOK
	}
	return out, nil
}

// ModelPath names a model in the address.
type ModelPath struct {
	Name string `path:"name" maxLength:"80"`
}

func registerModels(api huma.API, d Deps) {
	tags := []string{"models"}

	huma.Register(api, huma.Operation{OperationID: "listModels", Method: http.MethodGet, Path: "/api/v1/models", Tags: tags,
		Summary: "List the model packs: those that come with Hubcap, then those brought in"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []pack.Pack `json:"items"`
			}
		}, error) {
			list, err := d.Packs.List(ctx)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []pack.Pack `json:"items"`
				}
			}{}
			out.Body.Items = append([]pack.Pack{}, list...)
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "adviseModels", Method: http.MethodGet, Path: "/api/v1/models/advice", Tags: tags,
		Summary: "Say which models this machine carries, the best first"},
		func(context.Context, *struct{}) (*struct {
			Body struct {
				Items []pack.Advice `json:"items"`
			}
		}, error) {
			out := &struct {
				Body struct {
					Items []pack.Advice `json:"items"`
				}
			}{}
			out.Body.Items = append([]pack.Advice{}, d.ModelAdvice()...)
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "uploadModel", Method: http.MethodPut, Path: gate.UploadPath, Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Bring in a GGUF file; 200 says that the same file was here before",
		RequestBody: fileBody()},
		func(ctx context.Context, in *modelFile) (*addedModel, error) {
			return added(d.Packs.ImportFrom(ctx, in.File, in.body(), in.length()))
		})

	huma.Register(api, huma.Operation{OperationID: "importModel", Method: http.MethodPost, Path: gate.UploadPath, Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Bring in a GGUF file by its path on the hub's machine; only commands of the same user may"},
		func(ctx context.Context, in *struct {
			Body struct {
				Path string `json:"path" minLength:"1" maxLength:"4096"`
			}
		}) (*addedModel, error) {
			if !gate.BySocket(ctx) {
				return nil, fault.New(fault.Denied, "a page may not name a file of the hub's machine").WithRemedy("send the file itself, or run `hubcap model import FILE` there")
			}
			return added(d.Packs.Import(ctx, in.Body.Path))
		})

	huma.Register(api, huma.Operation{OperationID: "getModel", Method: http.MethodGet, Path: "/api/v1/models/{name}", Tags: tags,
		Summary: "Read what is known about a model, with the text of its licence"},
		func(ctx context.Context, in *ModelPath) (*struct{ Body pack.Pack }, error) {
			p, err := d.Packs.Find(ctx, in.Name)
			if err != nil {
				return nil, err
			}
			return &struct{ Body pack.Pack }{p}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "removeModel", Method: http.MethodDelete, Path: "/api/v1/models/{name}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Remove a model that was brought in; it can be restored for a week"},
		func(ctx context.Context, in *struct {
			ModelPath
			ForGood bool `query:"for_good" doc:"free its room at once; it can't be restored then"`
		}) (*struct{}, error) {
			return nil, d.Packs.Remove(ctx, in.Name, in.ForGood)
		})

	huma.Register(api, huma.Operation{OperationID: "restoreModel", Method: http.MethodPost, Path: "/api/v1/models/{name}/restore", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Take a removed model out of the trash"},
		func(ctx context.Context, in *ModelPath) (*struct{ Body pack.Pack }, error) {
			p, err := d.Packs.Restore(ctx, in.Name)
			if err != nil {
				return nil, err
			}
			return &struct{ Body pack.Pack }{p}, nil
		})
}
