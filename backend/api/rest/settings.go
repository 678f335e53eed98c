package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// HubSetting is one setting of the hub itself, as its start read it. It can
// be read here and nowhere changed: each takes a new start.
type HubSetting struct {
	Key     string `json:"key"`
	About   string `json:"about"`
	Value   string `json:"value" doc:"a secret is ***"`
	Default string `json:"default"`
	Origin  string `json:"origin" enum:"default,file,environment,flag"`
	File    string `json:"file,omitempty" doc:"the settings file that names it"`
	Env     string `json:"env" doc:"environment variable that sets it"`
	Flag    string `json:"flag" doc:"flag that sets it, without its dashes"`
}

func registerSettings(api huma.API, d Deps) {
	type answer struct {
		Items []HubSetting `json:"items"`
	}
	huma.Register(api, huma.Operation{OperationID: "settings", Method: http.MethodGet, Path: "/api/v1/settings", Tags: []string{"hub"},
		Summary: "Read the hub's own settings, with where each comes from"},
		func(context.Context, *struct{}) (*struct{ Body answer }, error) {
			return &struct{ Body answer }{answer{Items: append([]HubSetting{}, d.Settings()...)}}, nil
		})
}
