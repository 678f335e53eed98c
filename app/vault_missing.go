package app

import (
	"context"
	"errors"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// sealedMark begins every sealed value as a document holds it.
const sealedMark = "hv1."

// refuseWithoutKeys ends a start whose key file has gone while the store
// holds what it sealed: a new key would open none of it, and hide that the old
// one is needed.
func (a *App) refuseWithoutKeys(ctx context.Context) error {
	missing, err := a.keys.Source().Missing()
	if err != nil || !missing {
		return nil // what is wrong with a file that is there is told where it is used
	}
	found := ""
	for _, s := range Collections() {
		err := store.EachPage(ctx, a.db, s, "", func(page store.Records) error {
			for _, rec := range page.Records {
				if holdsAny(rec.Doc, []string{sealedMark}) {
					found = s.Name
					return errFound
				}
			}
			return nil
		})
		var damaged *store.Damaged
		if err != nil && !errors.Is(err, errFound) && !errors.As(err, &damaged) {
			return err
		}
		if found != "" {
			return fault.New(fault.Unavailable, "the key file %s is not in %s, and the store holds secrets that it sealed (in %s)", vault.FileName, a.cfg.Data, found).
				WithRemedy("put the key file of that time back, or name the folder that has it with --data; if it is gone for good, make a new one with `hubcap vault new --data %s` and enter the secrets anew", a.cfg.Data)
		}
	}
	return nil
}

// NewVaultKey makes a key where the old one is gone for good: a stopped hub
// starts again, and says of each secret that it can't be opened.
func NewVaultKey(ctx context.Context, cfg config.Config) (ids []string, err error) {
	lock, err := bolt.Lock(ctx, cfg.Data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	from := vault.Source{Dir: cfg.Data, Key: cfg.VaultKey, Keyring: cfg.VaultKeyring}
	missing, err := from.Missing()
	if err != nil {
		return nil, err
	}
	if !missing {
		return nil, fault.New(fault.Conflict, "%s has its keys", cfg.Data).WithRemedy("change them with `hubcap vault rotate`")
	}
	v, err := from.Open()
	if err != nil {
		return nil, err
	}
	return v.IDs(), nil
}
