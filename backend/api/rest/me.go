package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Me is somebody's own account.
type Me struct {
	ID          string            `json:"id"`
	Login       string            `json:"login"`
	Name        string            `json:"name"`
	Role        string            `json:"role"`
	RoleName    string            `json:"roleName"`
	Reach       account.Reach     `json:"reach"`
	Created     store.Timestamp   `json:"created"`
	Password    bool              `json:"password" doc:"one is set"`
	PasswordSet *store.Timestamp  `json:"passwordSet,omitempty"`
	TOTP        bool              `json:"totp" doc:"an authenticator app is set up"`
	TOTPSet     *store.Timestamp  `json:"totpSet,omitempty"`
	CodesLeft   int               `json:"codesLeft" doc:"backup codes"`
	Passkeys    []MyPasskey       `json:"passkeys"`
	Outside     []OfferedProvider `json:"outside" doc:"providers by which they sign in"`
	MFA         account.MFAPolicy `json:"mfa" enum:"off,optional,required" doc:"the role's rule"`
	MFAFrom     string            `json:"mfaFrom,omitempty" doc:"the day from which a second factor is required that is not there yet"`
}

// MyPasskey is one of somebody's passkeys.
type MyPasskey struct {
	ID    string          `json:"id"`
	Name  string          `json:"name"`
	RP    string          `json:"rp" doc:"the name of the hub at which it works"`
	Here  bool            `json:"here" doc:"it works under the name by which you asked"`
	Added store.Timestamp `json:"added"`
}

func (d Deps) me(ctx context.Context) (*struct{ Body Me }, error) {
	p := principal(ctx)
	if p.Actor.ID == "" {
		return nil, fault.New(fault.NotFound, "this computer has no account of its own").WithRemedy("sign in as a person")
	}
	doc, err := d.Accounts.User(p, p.Actor.ID)
	if err != nil {
		return nil, err
	}
	u := doc.Value
	m := Me{ID: u.ID, Login: u.Login, Name: u.Name, Role: u.Role, RoleName: d.Accounts.RoleOf(doc.Org, &u).Name, Reach: u.Reach, Created: u.Created,
		Password: u.Proofs.Password != "", PasswordSet: u.Proofs.PasswordSet, TOTP: u.Proofs.TOTP != "", TOTPSet: u.Proofs.TOTPSet, CodesLeft: u.Proofs.CodesLeft,
		Passkeys: []MyPasskey{}, Outside: []OfferedProvider{}, MFA: account.MFAOptional, MFAFrom: d.Accounts.MFAFrom(p)}
	if rule, ok := d.Accounts.Organisation(p).MFA[u.Role]; ok {
		m.MFA = rule.Policy
	}
	for _, k := range u.Proofs.Passkeys {
		m.Passkeys = append(m.Passkeys, MyPasskey{k.ID, k.Name, k.RP, k.RP == visit(ctx).Host, k.Added})
	}
	names := map[string]string{}
	for _, o := range d.Accounts.Offered() {
		names[o.ID] = o.Name
	}
	for _, o := range u.Proofs.Outside {
		m.Outside = append(m.Outside, OfferedProvider{o.Provider, names[o.Provider]})
	}
	return &struct{ Body Me }{m}, nil
}

func registerMe(api huma.API, d Deps) {
	tags := []string{"me"}
	op := func(id, method, path, summary string) huma.Operation {
		o := huma.Operation{OperationID: id, Method: method, Path: "/api/v1/me" + path, Tags: tags, Summary: summary}
		if method != http.MethodGet {
			o.DefaultStatus = http.StatusNoContent
		}
		return d.visited(o)
	}
	huma.Register(api, op("getMe", http.MethodGet, "", "Read your own account"),
		func(ctx context.Context, _ *struct{}) (*struct{ Body Me }, error) { return d.me(ctx) })

	huma.Register(api, op("setMe", http.MethodPut, "", "Set your own name"),
		func(ctx context.Context, in *struct {
			Body struct {
				Name string `json:"name" minLength:"1" maxLength:"100"`
			}
		}) (*struct{}, error) {
			return nil, d.Accounts.SetName(ctx, principal(ctx), in.Body.Name)
		})

	huma.Register(api, op("setPassword", http.MethodPut, "/password", "Set your own password; all your other sessions end"),
		func(ctx context.Context, in *struct {
			Body struct {
				Current  string `json:"current,omitempty" maxLength:"2000" doc:"the present one; left out after a link, a passkey or a provider"`
				Password string `json:"password" maxLength:"2000"`
			}
		}) (*renewed, error) {
			e, err := d.Accounts.SetPassword(ctx, principal(ctx), visit(ctx), in.Body.Current, in.Body.Password)
			return d.renewed(ctx, e, err)
		})

	registerMyTOTP(api, d, op)
	registerMyPasskeys(api, d, op)
}

// TOTPSeed is what an authenticator app is set up with. It is shown this once.
type TOTPSeed struct {
	Secret string `json:"secret" doc:"for typing, in base32"`
	URI    string `json:"uri" doc:"the same as an otpauth address"`
	QR     string `json:"qr" doc:"the address as a picture, SVG"`
}

func registerMyTOTP(api huma.API, d Deps, op func(id, method, path, summary string) huma.Operation) {
	begin := op("beginTotp", http.MethodPost, "/totp", "Begin to set up an authenticator app")
	begin.DefaultStatus = http.StatusOK
	huma.Register(api, begin, func(ctx context.Context, _ *struct{}) (*struct{ Body TOTPSeed }, error) {
		s, err := d.Accounts.BeginTOTP(principal(ctx))
		if err != nil {
			return nil, err
		}
		picture, err := lan.SVG(s.URI.Reveal())
		return &struct{ Body TOTPSeed }{TOTPSeed{s.Secret.Reveal(), s.URI.Reveal(), string(picture)}}, err
	})

	huma.Register(api, op("finishTotp", http.MethodPut, "/totp", "Finish it with the first code of the app; all your other sessions end"),
		func(ctx context.Context, in *struct {
			Body struct {
				Code string `json:"code" maxLength:"20"`
			}
		}) (*renewed, error) {
			e, err := d.Accounts.FinishTOTP(ctx, principal(ctx), visit(ctx), in.Body.Code)
			return d.renewed(ctx, e, err)
		})

	huma.Register(api, op("removeTotp", http.MethodDelete, "/totp", "Remove your authenticator app; all your other sessions end"),
		func(ctx context.Context, _ *struct{}) (*renewed, error) {
			e, err := d.Accounts.RemoveTOTP(ctx, principal(ctx))
			return d.renewed(ctx, e, err)
		})

	codes := op("makeCodes", http.MethodPost, "/codes", "Make ten backup codes, shown this once; those before are nothing from then on")
	codes.DefaultStatus = http.StatusCreated
	type BackupCodes struct {
		Codes []string `json:"codes"`
	}
	huma.Register(api, codes, func(ctx context.Context, _ *struct{}) (*struct{ Body BackupCodes }, error) {
		c, err := d.Accounts.MakeCodes(ctx, principal(ctx))
		return &struct{ Body BackupCodes }{BackupCodes{c}}, err
	})
}

func registerMyPasskeys(api huma.API, d Deps, op func(id, method, path, summary string) huma.Operation) {
	begin := op("beginAddPasskey", http.MethodPost, "/passkeys/begin", "Ask your browser for a new passkey")
	begin.DefaultStatus = http.StatusOK
	huma.Register(api, begin, func(ctx context.Context, _ *struct{}) (*askedAnswer, error) {
		return asked(d.Accounts.BeginAddPasskey(ctx, principal(ctx), visit(ctx)))
	})

	huma.Register(api, op("addPasskey", http.MethodPost, "/passkeys", "Keep the passkey that your browser has made; all your other sessions end"),
		func(ctx context.Context, in *struct {
			Body struct {
				Name       string     `json:"name" minLength:"1" maxLength:"100"`
				Credential Credential `json:"credential"`
			}
		}) (*renewed, error) {
			b, err := in.Body.Credential.bytes()
			if err != nil {
				return nil, err
			}
			e, err := d.Accounts.FinishAddPasskey(ctx, principal(ctx), visit(ctx), in.Body.Name, b)
			return d.renewed(ctx, e, err)
		})

	type PasskeyPath struct {
		ID string `path:"id" maxLength:"1400" doc:"of the passkey, as in the list"`
	}
	huma.Register(api, op("renamePasskey", http.MethodPut, "/passkeys/{id}", "Rename one of your passkeys"),
		func(ctx context.Context, in *struct {
			PasskeyPath
			Body struct {
				Name string `json:"name" minLength:"1" maxLength:"100"`
			}
		}) (*struct{}, error) {
			return nil, d.Accounts.RenamePasskey(ctx, principal(ctx), in.ID, in.Body.Name)
		})

	huma.Register(api, op("removePasskey", http.MethodDelete, "/passkeys/{id}", "Remove one of your passkeys; all your other sessions end"),
		func(ctx context.Context, in *PasskeyPath) (*renewed, error) {
			e, err := d.Accounts.RemovePasskey(ctx, principal(ctx), in.ID)
			return d.renewed(ctx, e, err)
		})
}
