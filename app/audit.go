package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// openAudit puts the trail between the store and all who write to it.
func (a *App) openAudit(ctx context.Context) error {
	a.keys = vault.NewKeys(vault.Source{Dir: a.cfg.Data, Key: a.cfg.VaultKey, Keyring: a.cfg.VaultKeyring})
	a.trail = audit.New(a.beneath, audit.Options{Vault: a.keys.Vault, Now: a.now, Log: a.log, Subject: subjectOf})
	a.db = a.trail.Keep()
	return a.refuseWithoutKeys(ctx)
}

// subjectOf finds the vehicle that a change is about.
func subjectOf(c *store.Change) audit.Subject {
	doc := c.After
	if doc == nil {
		doc = c.Before
	}
	var of struct {
		VIN       string `json:"vin"`
		VehicleID string `json:"vehicleId"`
		Name      string `json:"name"`
	}
	// What it does not say stays empty.
	_ = json.Unmarshal(doc, &of)
	id := vehicle.VehicleOf(*c)
	if c.Collection == insight.Insights.Name() {
		id = of.VehicleID
	}
	switch {
	case c.Collection == vehicle.VehiclesName:
		return audit.Subject{Kind: vehicle.VehiclesName, ID: id, Name: of.VIN}
	case id != "":
		return audit.Subject{Kind: vehicle.VehiclesName, ID: id}
	}
	return audit.Subject{Kind: c.Collection, ID: c.Key, Name: of.Name}
}

// trimAudit takes away what is older than the setting says. It goes by whole
// days, so that a hub writes one entry a day about it.
func (a *App) trimAudit(ctx context.Context) error {
	if a.cfg.AuditKeep == 0 {
		return nil
	}
	_, err := a.trail.Trim(ctx, store.Org(account.Home), a.now().Add(-a.cfg.AuditKeep).Truncate(24*time.Hour))
	return err
}

func (a *App) checkAudit(ctx context.Context, e *examination) error {
	v, err := a.trail.Verify(ctx, store.Org(account.Home))
	if err != nil {
		return err
	}
	e.Facts = fmt.Sprintf("%d entries, %d to %d, compared with %d transactions of the log", v.Entries, v.First, v.Last, v.Compared)
	if b := v.Break; b != nil {
		what := "entry " + fmt.Sprint(b.N) + " "
		if b.N == 0 {
			what = ""
		}
		e.wrong("the trail is broken: "+what+b.What, "find out who can write the data folder or the database; "+restoreRemedy)
		return nil
	}
	if v.Unproven > 0 {
		e.wrong(fmt.Sprintf("%d entries, the first of them %d, are chained and no key of this hub proves them", v.Unproven, v.FirstUnproven),
			"they were written while the key could not be read, or by somebody without it: compare them with an export or a backup")
	}
	return nil
}
