package account

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// ceremony is a passkey's half: what was asked, until the answer comes. An
// answer names the ceremony by its challenge, which is used up by it.
type ceremony struct {
	org, user string // "" where the passkey itself says who it is of
	what      string // of the constants below
	of        string // the hash of the ticket or invitation, or the id of the session, that it belongs to
	data      webauthn.SessionData
}

const (
	toEnter   = "enter"   // a passkey as the only factor
	toSecond  = "second"  // after a password
	toConfirm = "confirm" // within a session
	toAdd     = "add"     // a new one, within a session
	toAccept  = "accept"  // a new one, by an invitation
)

const (
	ceremonyLife = 5 * time.Minute
	mostPasskeys = 20 // of an account
	mostAnswer   = 64 << 10
)

func errPasskey(err error) error {
	return fault.Wrap(fault.Denied, err, "this passkey does not open Hubcap").WithRemedy("try again, or use another way to sign in")
}

// party is the hub as a passkey knows it: by the name under which it was
// asked, which the gate has held to the hub's own names.
func party(v Visit) (*webauthn.WebAuthn, error) {
	_, err := netip.ParseAddr(strings.Trim(v.Host, "[]"))
	if err == nil || v.Host == "" {
		return nil, fault.New(fault.Conflict, "passkeys need the hub's name, not a bare address").WithRemedy("open Hubcap under its name, or on this computer as localhost")
	}
	if !strings.HasPrefix(v.Origin, "https://") && v.Host != "localhost" {
		return nil, fault.New(fault.Conflict, "passkeys need an encrypted connection").WithRemedy("open Hubcap with https, or on this computer as localhost")
	}
	w, err := webauthn.New(&webauthn.Config{RPID: v.Host, RPDisplayName: "Hubcap", RPOrigins: []string{v.Origin}, AttestationPreference: protocol.PreferNoAttestation})
	if err != nil {
		return nil, fmt.Errorf("prepare for passkeys: %w", err)
	}
	return w, nil
}

// PasskeysWork says why passkeys do not work for a visit; nil is that they do.
func PasskeysWork(v Visit) error {
	_, err := party(v)
	return err
}

// bearer is an account as the library asks for it, with the passkeys that
// belong to one name.
type bearer struct {
	u     *User
	creds []webauthn.Credential
}

func (b *bearer) WebAuthnID() []byte                         { return []byte(b.u.ID) }
func (b *bearer) WebAuthnName() string                       { return b.u.Login }
func (b *bearer) WebAuthnDisplayName() string                { return b.u.Name }
func (b *bearer) WebAuthnCredentials() []webauthn.Credential { return b.creds }

// bearer reads u's passkeys of one name, with their counters as last seen.
func (a *Accounts) bearer(ctx context.Context, org string, u *User, rp string) (*bearer, error) {
	b := &bearer{u: u}
	for _, k := range u.Proofs.Passkeys {
		if k.RP != rp {
			continue
		}
		var c webauthn.Credential
		if err := json.Unmarshal(k.Credential, &c); err != nil {
			return nil, fmt.Errorf("read passkey: %w", err)
		}
		err := a.db.View(ctx, store.Org(org), func(r store.Reader) error {
			doc, err := factorUses.Get(r, passkeyUse(k.ID))
			if err == nil && doc.Value.Last > int64(c.Authenticator.SignCount) {
				c.Authenticator.SignCount = uint32(doc.Value.Last)
			}
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		b.creds = append(b.creds, c)
	}
	return b, nil
}

// passkeyUse is the key of a counter. A passkey's id may be longer than a key.
func passkeyUse(id string) string { return "passkey " + hashOf(id) }

// BeginPasskey asks for a passkey: as the only factor, or, with a ticket, as
// the second. What it returns goes to the browser as JSON.
func (a *Accounts) BeginPasskey(ctx context.Context, v Visit, ticketText string) (any, error) {
	w, err := party(v)
	if err != nil {
		return nil, err
	}
	if ticketText == "" {
		options, data, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
		if err != nil {
			return nil, fmt.Errorf("ask for a passkey: %w", err)
		}
		a.door.ceremonies.put(data.Challenge, ceremony{what: toEnter, data: *data}, a.now(), ceremonyLife)
		return options.Response, nil
	}
	t, u, err := a.ticket(ticketText)
	if err != nil {
		return nil, err
	}
	return a.askFor(ctx, w, v, u, ceremony{org: t.org, user: t.user, what: toSecond, of: hashOf(ticketText)})
}

// BeginConfirm asks the person of a session for a passkey.
func (a *Accounts) BeginConfirm(ctx context.Context, p Principal, v Visit) (any, error) {
	w, err := party(v)
	if err != nil {
		return nil, err
	}
	u, err := a.me(p)
	if err != nil {
		return nil, err
	}
	return a.askFor(ctx, w, v, u, ceremony{org: p.Org, user: u.ID, what: toConfirm, of: p.Session})
}

func (a *Accounts) askFor(ctx context.Context, w *webauthn.WebAuthn, v Visit, u *User, c ceremony) (any, error) {
	b, err := a.bearer(ctx, c.org, u, v.Host)
	if err != nil {
		return nil, err
	}
	if len(b.creds) == 0 {
		return nil, fault.New(fault.Conflict, "there is no passkey for this name of the hub").WithRemedy("use another way, or open Hubcap under the name at which the passkey was added")
	}
	options, data, err := w.BeginLogin(b, webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	c.data = *data
	a.door.ceremonies.put(data.Challenge, c, a.now(), ceremonyLife)
	return options.Response, nil
}

// EnterByPasskey takes the answer of a passkey.
func (a *Accounts) EnterByPasskey(ctx context.Context, v Visit, ticketText string, answer []byte, remember, trust bool) (Entrance, error) {
	want := toEnter
	if ticketText != "" {
		if _, _, err := a.ticket(ticketText); err != nil {
			return Entrance{}, err
		}
		want = toSecond
	}
	c, u, err := a.answered(ctx, v, want, answer)
	if err != nil {
		a.count(Home, v, nil, "passkey")
		return Entrance{}, err
	}
	if want == toEnter {
		return a.begin(ctx, c.org, u, v, ByPasskey, true, remember)
	}
	if c.of != hashOf(ticketText) {
		return Entrance{}, errTicket()
	}
	return a.second(ctx, v, ticketText, u, trust)
}

// ConfirmByPasskey is Confirm by a passkey.
func (a *Accounts) ConfirmByPasskey(ctx context.Context, p Principal, v Visit, answer []byte) (Entrance, error) {
	c, _, err := a.answered(ctx, v, toConfirm, answer)
	if err != nil {
		return Entrance{}, err
	}
	if c.of != p.Session || c.user != p.Actor.ID {
		return Entrance{}, errPasskey(nil)
	}
	return a.confirmed(ctx, p, ByPasskey)
}

// answered checks the answer of a passkey to a ceremony, which it uses up,
// and says whose it is.
func (a *Accounts) answered(ctx context.Context, v Visit, what string, answer []byte) (ceremony, *User, error) {
	w, err := party(v)
	if err != nil {
		return ceremony{}, nil, err
	}
	if len(answer) > mostAnswer {
		return ceremony{}, nil, errPasskey(nil)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return ceremony{}, nil, errPasskey(err)
	}
	c, ok := a.door.ceremonies.take(parsed.Response.CollectedClientData.Challenge, a.now())
	if !ok || c.what != what {
		return ceremony{}, nil, errPasskey(errors.New("no such ceremony"))
	}
	d := a.dir.Load()
	if c.user == "" {
		for at := range d.users {
			if at.id == string(parsed.Response.UserHandle) {
				c.org, c.user = at.org, at.id
			}
		}
	}
	u := d.person(c.org, c.user)
	if u == nil {
		return ceremony{}, nil, errPasskey(errors.New("nobody's"))
	}
	b, err := a.bearer(ctx, c.org, u, v.Host)
	if err != nil {
		return ceremony{}, nil, err
	}
	var cred *webauthn.Credential
	if what == toEnter {
		_, cred, err = w.ValidatePasskeyLogin(func([]byte, []byte) (webauthn.User, error) { return b, nil }, c.data, parsed)
	} else {
		cred, err = w.ValidateLogin(b, c.data, parsed)
	}
	if err != nil {
		return ceremony{}, nil, errPasskey(err)
	}
	if cred.Authenticator.CloneWarning {
		a.tell(ctx, c.org, u.acting(v, ""), evPasskeyDoubled, u, "its counter did not go up: there may be a copy of it")
	}
	if n := int64(cred.Authenticator.SignCount); n > 0 {
		if err := a.useOnce(ctx, c.org, passkeyUse(base64.RawURLEncoding.EncodeToString(cred.ID)), n, false); err != nil {
			return ceremony{}, nil, err
		}
	}
	return c, u, nil
}

// BeginAddPasskey asks p's browser to make a passkey.
func (a *Accounts) BeginAddPasskey(ctx context.Context, p Principal, v Visit) (any, error) {
	u, err := a.me(p)
	if err == nil {
		err = p.Fresh(a.now())
	}
	if err == nil {
		err = a.allowsFactors(p.Org, u)
	}
	if err != nil {
		return nil, err
	}
	return a.askToMake(ctx, v, u, ceremony{org: p.Org, user: u.ID, what: toAdd, of: p.Session})
}

func (a *Accounts) askToMake(ctx context.Context, v Visit, u *User, c ceremony) (any, error) {
	w, err := party(v)
	if err != nil {
		return nil, err
	}
	if len(u.Proofs.Passkeys) >= mostPasskeys {
		return nil, fault.New(fault.Conflict, "there are twenty passkeys already").WithRemedy("remove one first")
	}
	b, err := a.bearer(ctx, c.org, u, v.Host)
	if err != nil {
		return nil, err
	}
	options, data, err := w.BeginRegistration(b,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred}),
		webauthn.WithExclusions(webauthn.Credentials(b.creds).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("ask for a new passkey: %w", err)
	}
	c.data = *data
	a.door.ceremonies.put(data.Challenge, c, a.now(), ceremonyLife)
	return options.Response, nil
}

// FinishAddPasskey keeps the passkey that p's browser has made. All other
// sessions end.
func (a *Accounts) FinishAddPasskey(ctx context.Context, p Principal, v Visit, name string, answer []byte) (Entrance, error) {
	if _, err := a.me(p); err != nil {
		return Entrance{}, err
	}
	c, made, err := a.made(v, toAdd, name, answer)
	if err != nil {
		return Entrance{}, err
	}
	if c.of != p.Session || c.user != p.Actor.ID {
		return Entrance{}, errPasskey(nil)
	}
	if err := a.asMe(ctx, p, func(u *User) error { return u.addPasskey(made) }); err != nil {
		return Entrance{}, err
	}
	return a.proofsChanged(ctx, p, audit.MFAAdded, "passkey")
}

func (u *User) addPasskey(k Passkey) error {
	if slices.ContainsFunc(u.Proofs.Passkeys, func(o Passkey) bool { return o.ID == k.ID }) {
		return fault.New(fault.Conflict, "this passkey is there already")
	}
	u.Proofs.Passkeys = append(slices.Clone(u.Proofs.Passkeys), k)
	return nil
}

// made checks the answer of a browser that has made a passkey.
func (a *Accounts) made(v Visit, what, name string, answer []byte) (ceremony, Passkey, error) {
	w, err := party(v)
	if err != nil {
		return ceremony{}, Passkey{}, err
	}
	if name, err = checkName("/name", name); err != nil {
		return ceremony{}, Passkey{}, err
	}
	if len(answer) > mostAnswer {
		return ceremony{}, Passkey{}, errPasskey(nil)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return ceremony{}, Passkey{}, errPasskey(err)
	}
	c, ok := a.door.ceremonies.take(parsed.Response.CollectedClientData.Challenge, a.now())
	if !ok || c.what != what {
		return ceremony{}, Passkey{}, errPasskey(errors.New("no such ceremony"))
	}
	u := a.dir.Load().person(c.org, c.user)
	if u == nil {
		return ceremony{}, Passkey{}, errPasskey(errors.New("nobody's"))
	}
	cred, err := w.CreateCredential(&bearer{u: u}, c.data, parsed)
	if err != nil {
		return ceremony{}, Passkey{}, errPasskey(err)
	}
	text, err := json.Marshal(cred)
	if err != nil {
		return ceremony{}, Passkey{}, fmt.Errorf("keep passkey: %w", err)
	}
	return c, Passkey{ID: base64.RawURLEncoding.EncodeToString(cred.ID), Name: name, RP: v.Host, Credential: text, Added: store.Moment(a.now())}, nil
}

// RenamePasskey gives one of p's passkeys another name.
func (a *Accounts) RenamePasskey(ctx context.Context, p Principal, id, name string) error {
	if _, err := a.me(p); err != nil {
		return err
	}
	name, err := checkName("/name", name)
	if err != nil {
		return err
	}
	return a.asMe(ctx, p, func(u *User) error {
		u.Proofs.Passkeys = slices.Clone(u.Proofs.Passkeys)
		at := slices.IndexFunc(u.Proofs.Passkeys, func(k Passkey) bool { return k.ID == id })
		if at < 0 {
			return errNoPasskey()
		}
		u.Proofs.Passkeys[at].Name = name
		return nil
	})
}

func errNoPasskey() error {
	return fault.New(fault.NotFound, "there is no such passkey").WithRemedy("list them again")
}

// RemovePasskey takes one of p's passkeys away, unless nothing else would let
// p in.
func (a *Accounts) RemovePasskey(ctx context.Context, p Principal, id string) (Entrance, error) {
	if _, err := a.me(p); err != nil {
		return Entrance{}, err
	}
	if err := p.Fresh(a.now()); err != nil {
		return Entrance{}, err
	}
	err := a.asMe(ctx, p, func(u *User) error {
		keep := slices.DeleteFunc(slices.Clone(u.Proofs.Passkeys), func(k Passkey) bool { return k.ID == id })
		if len(keep) == len(u.Proofs.Passkeys) {
			return errNoPasskey()
		}
		if len(keep) == 0 && u.Proofs.Password == "" && len(u.Proofs.Outside) == 0 {
			return fault.New(fault.Conflict, "this passkey is the only way in that you have").WithRemedy("set a password or add another passkey first")
		}
		u.Proofs.Passkeys = keep
		u.dropCodes()
		return nil
	})
	if err != nil {
		return Entrance{}, err
	}
	return a.proofsChanged(ctx, p, audit.MFARemoved, "passkey")
}
