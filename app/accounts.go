package app

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/account"
)

// openAccounts reads who may come in, and keeps it in step with the log.
func (a *App) openAccounts(ctx context.Context) error {
	a.accounts = account.New(a.db, account.Options{Now: a.now, IDs: a.ids, Log: a.log,
		Vault: a.keys.Vault, Trail: a.trail, Guard: a.cfg.NetAllow, Announce: a.announceCode})
	if err := a.accounts.Load(ctx); err != nil {
		return err
	}
	a.loop("accounts", a.accounts.Follow)
	if !a.still {
		a.loop("key uses", a.accounts.Stamp)
	}
	return nil
}

// SetupCode is the code by which somebody on the network becomes the first
// owner; "" once there is a person with an account.
func (a *App) SetupCode() string { return a.accounts.SetupCode() }

// url is the hub's address on this computer, "" while it does not listen.
func (a *App) url() string {
	if u := a.listening.Load(); u != nil {
		return *u
	}
	return ""
}
