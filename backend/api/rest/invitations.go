package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Link lets one person in, once. It is shown this once.
type Link struct {
	Link    string          `json:"link" doc:"open it on the person's device, or send it to them; without a host where no hub runs"`
	Token   string          `json:"token"`
	QR      string          `json:"qr" doc:"the link as a picture, SVG"`
	Expires store.Timestamp `json:"expires"`
	Here    bool            `json:"here" doc:"the link works on this computer alone: the hub does not face the network"`
}

// InvitePath is the page that takes an invitation. The token stands behind #,
// which browsers send nowhere.
const InvitePath = "/invite#"

func (d Deps) link(ctx context.Context, token string, i account.Invitation) (Link, error) {
	base, here := visit(ctx).Origin, false
	if s := d.LAN(); s.On {
		base = s.URL
	} else if here = true; gate.BySocket(ctx) {
		base = d.URL()
	}
	l := Link{Link: base + InvitePath + token, Token: token, Expires: i.Expires, Here: here}
	picture, err := lan.SVG(l.Link)
	l.QR = string(picture)
	return l, err
}

// Holding is how a link's token comes: in the body, so that no log of
// addresses holds it.
type Holding struct {
	Token string `json:"token" minLength:"1" maxLength:"100"`
}

func registerInvitations(api huma.API, d Deps) {
	tags := []string{"sign-in"}
	huma.Register(api, d.visited(huma.Operation{OperationID: "lookAtInvitation", Method: http.MethodPost, Path: "/api/v1/invitations/look", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Whom an invitation is for"}),
		func(ctx context.Context, in *struct{ Body Holding }) (*struct{ Body account.Invited }, error) {
			i, err := d.Accounts.LookAtInvitation(ctx, visit(ctx), in.Body.Token)
			return &struct{ Body account.Invited }{i}, err
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "acceptInvitation", Method: http.MethodPost, Path: "/api/v1/invitations/accept", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Set the password of an invited account and sign in; the invitation is used up"}),
		func(ctx context.Context, in *struct {
			Body struct {
				Holding
				Password string `json:"password" maxLength:"2000"`
			}
		}) (*enteredAnswer, error) {
			e, err := d.Accounts.Accept(ctx, visit(ctx), in.Body.Token, in.Body.Password)
			return d.entered(ctx, e, err)
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "beginInvitedPasskey", Method: http.MethodPost, Path: "/api/v1/invitations/passkey/begin", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Ask for a new passkey for an invited account, in place of a password"}),
		func(ctx context.Context, in *struct{ Body Holding }) (*askedAnswer, error) {
			return asked(d.Accounts.BeginAcceptPasskey(ctx, visit(ctx), in.Body.Token))
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "acceptByPasskey", Method: http.MethodPost, Path: "/api/v1/invitations/passkey", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Keep the passkey of an invited account and sign in; the invitation is used up"}),
		func(ctx context.Context, in *struct {
			Body struct {
				Holding
				Name       string     `json:"name" maxLength:"100"`
				Credential Credential `json:"credential"`
			}
		}) (*enteredAnswer, error) {
			b, err := in.Body.Credential.bytes()
			if err != nil {
				return nil, err
			}
			e, err := d.Accounts.AcceptByPasskey(ctx, visit(ctx), in.Body.Token, in.Body.Name, b)
			return d.entered(ctx, e, err)
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "inviteUser", Method: http.MethodPost, Path: "/api/v1/users/{id}/invite", Tags: []string{"people"}, DefaultStatus: http.StatusCreated,
		Summary: "Make a link by which the person of an account sets a password, for seven days", Description: "Links made before are nothing from then on."}),
		func(ctx context.Context, in *UserPath) (*struct{ Body Link }, error) {
			p := principal(ctx)
			token, i, err := d.Accounts.Invite(ctx, p, in.ID)
			if err != nil {
				return nil, err
			}
			l, err := d.link(ctx, token, i)
			return &struct{ Body Link }{l}, err
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "resetUser", Method: http.MethodPost, Path: "/api/v1/users/{id}/reset", Tags: []string{"people"}, DefaultStatus: http.StatusOK,
		Summary: "Reset an account's password, its second factors or both; its sessions end"}),
		func(ctx context.Context, in *struct {
			UserPath
			Body struct {
				Password bool `json:"password" doc:"it goes, and a link to set another is made"`
				Second   bool `json:"second" doc:"authenticator app, passkeys and backup codes go"`
			}
		}) (*struct {
			Body struct {
				Link *Link `json:"link,omitempty" doc:"where the password was reset"`
			}
		}, error) {
			p := principal(ctx)
			token, i, err := d.Accounts.Reset(ctx, p, in.ID, in.Body.Password, in.Body.Second)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Link *Link `json:"link,omitempty" doc:"where the password was reset"`
				}
			}{}
			if token != "" {
				l, err := d.link(ctx, token, i)
				if err != nil {
					return nil, err
				}
				out.Body.Link = &l
			}
			return out, nil
		})
}
