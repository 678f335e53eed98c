package app

import (
	"context"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// vaultState says where the keys are and how many are in use.
func (a *App) vaultState(context.Context) (rest.Vault, error) {
	v, err := a.keys.Vault()
	if err != nil {
		return rest.Vault{}, err
	}
	return rest.Vault{Where: a.keys.Source().Where(), Keys: v.IDs()}, nil
}

// rotateVault changes the key: a new one seals from now on, everything that
// the old ones sealed is sealed anew, and then they go. Interrupted at any
// point, the next call goes on.
func (a *App) rotateVault(ctx context.Context, by actor.Actor) (rest.VaultRotated, error) {
	if !a.rotating.TryLock() {
		return rest.VaultRotated{}, fault.New(fault.Conflict, "a change of keys is under way").WithRemedy("wait for it to end")
	}
	defer a.rotating.Unlock()
	v, err := a.keys.Add()
	if err != nil {
		return rest.VaultRotated{}, err
	}
	if len(v.IDs()) < 2 {
		return rest.VaultRotated{}, fault.New(fault.Internal, "the ring took no key")
	}
	// Backups have the new key before anything is sealed with it.
	a.backups.VaultChanged(ctx)
	// The entry is written while both keys are in the ring: it is sealed with
	// the new one and proves those of the old one.
	if err := a.trail.Record(ctx, store.Org(account.Home), by, audit.Happening{
		Event: audit.VaultRotated, Subject: audit.Subject{Kind: "vault", ID: v.IDs()[0]}, Note: "the key before it was " + v.IDs()[1],
	}); err != nil {
		return rest.VaultRotated{}, err
	}
	out := rest.VaultRotated{Retired: v.IDs()[1:]}
	if out.Resealed, err = a.reseal(ctx, v, by); err != nil {
		return out, err
	}
	left, err := a.sealedByOthers(ctx, v)
	if err != nil {
		return out, err
	}
	if left != "" {
		return out, fault.New(fault.Conflict, "%s still holds a value that an older key sealed; that key stays", left).
			WithRemedy("run `hubcap vault rotate` again; enter the secret anew where it says that it can't be opened")
	}
	if v, err = a.keys.Retire(); err != nil {
		return out, err
	}
	a.backups.VaultChanged(ctx)
	out.Vault = rest.Vault{Where: a.keys.Source().Where(), Keys: v.IDs()}
	if len(v.IDs()) > 1 { // in the environment
		out.Remedy = "everything is sealed with the first key of HUBCAP_VAULT_KEY: take the others out, and keep them as long as you keep backups from before"
	}
	return out, nil
}

// Vault is the vault of a data folder as a command asks for it.
type Vault struct{ reached *Reached }

// OpenVault reaches the hub of a data folder, running or not.
func OpenVault(ctx context.Context, cfg config.Config, o Options) (*Vault, error) {
	r, err := Reach(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	return &Vault{r}, nil
}

// Close lets the hub go.
func (v *Vault) Close() { _ = v.reached.Close() } // what was asked for has been answered

// State says where the keys are.
func (v *Vault) State(ctx context.Context) (out rest.Vault, err error) {
	return out, v.reached.Ask(ctx, "GET", "/api/v1/vault", nil, &out)
}

// Rotate changes the key.
func (v *Vault) Rotate(ctx context.Context) (out rest.VaultRotated, err error) {
	return out, v.reached.Ask(ctx, "POST", "/api/v1/vault/rotate", nil, &out)
}
