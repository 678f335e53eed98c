package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Vault is where the keys are kept that seal what is secret.
type Vault struct {
	Where string   `json:"where" enum:"file,environment,keyring"`
	Keys  []string `json:"keys" doc:"names of the keys in use, the sealing one first; several while they are being changed"`
}

// VaultRotated is what a change of keys did.
type VaultRotated struct {
	Vault
	Retired  []string `json:"retired" doc:"names of the keys that are needed for backups from before only"`
	Resealed int      `json:"resealed" doc:"documents whose secrets were sealed anew"`
	Remedy   string   `json:"remedy,omitempty" doc:"what is left to do by hand"`
}

func registerVault(api huma.API, d Deps) {
	tags := []string{"hub"}
	huma.Register(api, huma.Operation{OperationID: "vault", Method: http.MethodGet, Path: "/api/v1/vault", Tags: tags,
		Summary: "Say where the keys are kept that seal what is secret"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body Vault }, error) {
			v, err := d.Vault(ctx)
			return &struct{ Body Vault }{v}, err
		})
	huma.Register(api, huma.Operation{OperationID: "rotateVault", Method: http.MethodPost, Path: "/api/v1/vault/rotate", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Change the key that seals what is secret, and seal everything anew; goes on where an earlier change stopped"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body VaultRotated }, error) {
			v, err := d.RotateVault(ctx, caller(ctx).Actor)
			return &struct{ Body VaultRotated }{v}, err
		})
}
