package account

import (
	"cmp"
	"context"
	"net/netip"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Trail is where events of security are kept.
type Trail interface {
	// Record writes an event.
	Record(ctx context.Context, s store.Scope, by actor.Actor, h audit.Happening) error
	// Count notes an event that may come in floods.
	Count(s store.Scope, by actor.Actor, h audit.Happening)
}

// The events of signing in that the trail has no word of its own for.
const (
	evFirstOwner      audit.Event = "setup.first_owner"
	evInviteUsed      audit.Event = "user.invitation_used"
	evCodesMade       audit.Event = "mfa.backup_codes_made"
	evMFAReset        audit.Event = "mfa.reset"
	evConfirmed       audit.Event = "signin.confirmed"
	evDeviceTrusted   audit.Event = "device.trusted"
	evDeviceForgotten audit.Event = "device.forgotten"
	evPasskeyDoubled  audit.Event = "mfa.passkey_doubled"
	evProviderSet     audit.Event = "signin_provider.set"
	evProviderRemoved audit.Event = "signin_provider.removed"
)

// tell records an event about an account. What could not be recorded is
// logged: somebody who has signed in by then has done so.
func (a *Accounts) tell(ctx context.Context, org string, by actor.Actor, event audit.Event, u *User, note string) {
	if a.trail == nil {
		return
	}
	h := audit.Happening{Event: event, Note: note}
	if u != nil {
		h.Subject = audit.Subject{Kind: "user", ID: u.ID, Name: u.Name}
	}
	if err := a.trail.Record(context.WithoutCancel(ctx), store.Org(org), by, h); err != nil {
		a.log.Error("an event of security is not in the trail", "event", string(event), "err", err)
	}
}

// count counts a failed sign-in. What was typed as a login that nobody has is
// not kept: people type their password there.
func (a *Accounts) count(org string, v Visit, u *User, note string) {
	if a.trail == nil {
		return
	}
	h := audit.Happening{Event: audit.SignInFailed, Note: note, Subject: audit.Subject{Kind: "user"}}
	if u != nil {
		h.Subject.ID, h.Subject.Name = u.ID, u.Name
	}
	a.trail.Count(store.Org(org), actor.Actor{From: v.from()}, h)
}

// countKey counts an API key that opened nothing. k is zero where nobody has
// such a key; what was sent is not kept.
func (a *Accounts) countKey(k held, from netip.Addr) {
	if a.trail == nil {
		return
	}
	by := actor.Actor{}
	if from.IsValid() {
		by.From = from.String()
	}
	h := audit.Happening{Event: audit.SignInFailed, Note: "API key", Subject: audit.Subject{Kind: "key", ID: k.ID, Name: k.Name}}
	a.trail.Count(store.Org(cmp.Or(k.org, Home)), by, h)
}
