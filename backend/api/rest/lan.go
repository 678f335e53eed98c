package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lan"
)

// LanStatus is how the hub faces the local network.
type LanStatus lan.Status

func registerLAN(api huma.API, d Deps) {
	tags := []string{"hub"}
	huma.Register(api, huma.Operation{OperationID: "getLan", Method: http.MethodGet, Path: "/api/v1/lan", Tags: tags,
		Summary: "How the hub faces the local network: address, certificate, fingerprint, warnings"},
		func(context.Context, *struct{}) (*struct{ Body LanStatus }, error) {
			return &struct{ Body LanStatus }{LanStatus(d.LAN())}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "resetLan", Method: http.MethodDelete, Path: "/api/v1/lan/authority", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Forget the hub's own authority: the next start on the network makes another, which every device has to install"},
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			c := caller(ctx)
			return nil, lan.Forget(ctx, d.DB, c.Scope, c.Actor)
		})

	huma.Register(api, huma.Operation{OperationID: "getLanQr", Method: http.MethodGet, Path: "/api/v1/lan/qr.svg", Tags: tags,
		Summary: "The hub's address on the local network as a QR code",
		Responses: map[string]*huma.Response{"200": {Description: "a picture", Content: map[string]*huma.MediaType{"image/svg+xml": {
			Schema: &huma.Schema{Type: "string", Description: "SVG"}}}}}},
		func(_ context.Context, in *struct {
			Page string `query:"page" enum:"hub,install" default:"hub" doc:"install is the page by which a device comes to trust the hub"`
		}) (*struct {
			ContentType  string `header:"Content-Type"`
			CacheControl string `header:"Cache-Control"`
			Body         []byte
		}, error) {
			s := d.LAN()
			to := s.URL + "/"
			if in.Page == "install" && s.Install != "" {
				to = s.Install
			}
			if !s.On {
				return nil, fault.New(fault.NotFound, "the hub does not face the network").WithRemedy("start it with --lan :8443")
			}
			picture, err := lan.SVG(to)
			if err != nil {
				return nil, err
			}
			return &struct {
				ContentType  string `header:"Content-Type"`
				CacheControl string `header:"Cache-Control"`
				Body         []byte
			}{"image/svg+xml", "no-cache", picture}, nil
		})
}
