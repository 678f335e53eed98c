package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Key is an API key without what opens.
type Key struct {
	ID          string               `json:"id"`
	User        string               `json:"user" doc:"id of the account that it acts as"`
	UserName    string               `json:"userName"`
	Name        string               `json:"name"`
	Prefix      string               `json:"prefix" doc:"how the key begins, to know it by"`
	Permissions []account.Permission `json:"permissions"`
	Reach       *account.Reach       `json:"reach,omitempty" doc:"left out is the account's"`
	Addresses   []string             `json:"addresses,omitempty"`
	Rate        int                  `json:"rate,omitempty" doc:"requests a minute"`
	Created     store.Timestamp      `json:"created"`
	By          string               `json:"by"`
	Expires     *store.Timestamp     `json:"expires,omitempty"`
	Ended       *store.Timestamp     `json:"ended,omitempty" doc:"from when on it does not work"`
	Replaces    string               `json:"replaces,omitempty" doc:"id of the key that it replaces"`
	LastUsed    *store.Timestamp     `json:"lastUsed,omitempty"`
	LastFrom    string               `json:"lastFrom,omitempty"`
}

func asKey(u account.Used) Key {
	return Key{u.ID, u.User, u.UserName, u.Name, u.Prefix, u.Permissions, u.Reach, u.Addresses, u.Rate, u.Created, u.By, u.Expires, u.Ended, u.Replaces, u.At, u.From}
}

type newKeyAnswer struct {
	Body struct {
		Key   Key    `json:"key"`
		Token string `json:"token" doc:"the whole key; it is shown this once"`
	}
}

func newKey(k account.Key, token string, err error) (*newKeyAnswer, error) {
	if err != nil {
		return nil, err
	}
	out := &newKeyAnswer{}
	out.Body.Key, out.Body.Token = asKey(account.Used{Key: k}), token
	return out, nil
}

// KeyPath names a key in the address.
type KeyPath struct {
	ID string `path:"id" maxLength:"36"`
}

func registerKeys(api huma.API, d Deps) {
	tags := []string{"keys"}

	huma.Register(api, huma.Operation{OperationID: "listKeys", Method: http.MethodGet, Path: "/api/v1/keys", Tags: tags,
		Summary: "List API keys, the newest first"},
		func(ctx context.Context, in *struct {
			All bool `query:"all" doc:"everybody's, for who manages keys; else your own"`
		}) (*struct {
			Body struct {
				Items []Key `json:"items"`
			}
		}, error) {
			list, err := d.Accounts.Keys(ctx, principal(ctx), in.All)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []Key `json:"items"`
				}
			}{}
			out.Body.Items = make([]Key, 0, len(list))
			for _, u := range list {
				out.Body.Items = append(out.Body.Items, asKey(u))
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "addKey", Method: http.MethodPost, Path: "/api/v1/keys", Tags: tags,
		DefaultStatus: http.StatusCreated, Summary: "Make an API key; it is shown this once"},
		func(ctx context.Context, in *struct{ Body account.KeyDraft }) (*newKeyAnswer, error) {
			return newKey(d.Accounts.AddKey(ctx, principal(ctx), in.Body))
		})

	huma.Register(api, huma.Operation{OperationID: "rotateKey", Method: http.MethodPost, Path: "/api/v1/keys/{id}/rotate", Tags: tags,
		DefaultStatus: http.StatusCreated, Summary: "Make another key like this one, which goes on working for a while"},
		func(ctx context.Context, in *struct {
			KeyPath
			Body struct {
				OverlapMinutes int `json:"overlapMinutes" minimum:"0" maximum:"43200" doc:"for how long the old key goes on working"`
			}
		}) (*newKeyAnswer, error) {
			return newKey(d.Accounts.RotateKey(ctx, principal(ctx), in.ID, time.Duration(in.Body.OverlapMinutes)*time.Minute))
		})

	huma.Register(api, huma.Operation{OperationID: "revokeKey", Method: http.MethodDelete, Path: "/api/v1/keys/{id}", Tags: tags,
		DefaultStatus: http.StatusNoContent, Summary: "End an API key at once"},
		func(ctx context.Context, in *KeyPath) (*struct{}, error) {
			return nil, d.Accounts.RevokeKey(ctx, principal(ctx), in.ID)
		})
}
