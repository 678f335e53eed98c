// Package account knows the people who use the hub. Until accounts exist
// there is one, whoever holds this computer, and what is known of them is
// how they like to see things.
package account

import (
	"context"
	"fmt"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Preferences are how one person sees the hub. They live on the server, since
// a browser forgets them with every new port.
type Preferences struct {
	ID       string `json:"id" readOnly:"true"`
	Distance string `json:"distance" enum:"km,mi" doc:"unit in which distances are shown and asked for"`
	Volume   string `json:"volume" enum:"L,gal,impgal" doc:"unit in which liquid fuel is shown and asked for"`
	Currency string `json:"currency" minLength:"3" maxLength:"3" doc:"ISO 4217 currency that a new amount begins with"`
	Theme    string `json:"theme" enum:"system,light,dark"`
	Welcomed bool   `json:"welcomed" doc:"the first-start pages have been passed"`
}

// Defaults are the preferences of somebody who has not set any.
func Defaults() Preferences {
	return Preferences{Distance: "mi", Volume: "gal", Currency: "USD", Theme: "system"}
}

// preferences is the collection of preferences, by principal.
var preferences = store.Define(store.Def[Preferences]{
	Name: "preferences", Class: store.Truth, Schema: 1,
	Key: func(p *Preferences) string { return p.ID },
})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{preferences.Schema()} }

// Accounts keeps what is known of people.
type Accounts struct{ db store.DB }

// New returns the accounts over an open store.
func New(db store.DB) *Accounts { return &Accounts{db} }

// Preferences returns who's preferences, the defaults if none were set.
func (a *Accounts) Preferences(ctx context.Context, s store.Scope, who actor.Actor) (Preferences, error) {
	p := Defaults()
	err := a.db.View(ctx, s, func(r store.Reader) error {
		doc, err := preferences.Get(r, key(who))
		if err == nil {
			p = doc.Value
		} else if !fault.Is(err, fault.NotFound) {
			return fmt.Errorf("read preferences: %w", err)
		}
		return nil
	})
	p.ID = key(who)
	return p, err
}

// SetPreferences replaces who's preferences.
func (a *Accounts) SetPreferences(ctx context.Context, s store.Scope, who actor.Actor, p Preferences) (Preferences, error) {
	for _, c := range []struct {
		field, value string
		of           []string
	}{
		{"/distance", p.Distance, []string{"km", "mi"}},
		{"/volume", p.Volume, []string{"L", "gal", "impgal"}},
		{"/theme", p.Theme, []string{"system", "light", "dark"}},
	} {
		if !slices.Contains(c.of, c.value) {
			return p, fault.InvalidField(c.field, "is not a choice", fmt.Sprintf("use one of %v", c.of))
		}
	}
	if len(p.Currency) != 3 {
		return p, fault.InvalidField("/currency", "is not an ISO 4217 code", "use three letters, such as USD")
	}
	p.ID = key(who)
	_, err := a.db.Update(ctx, store.Write{Scope: s, Actor: who}, func(tx store.Tx) error {
		_, err := preferences.Put(tx, &p, store.AnyRev)
		return err
	})
	return p, err
}

func key(who actor.Actor) string {
	if who.ID != "" {
		return who.ID
	}
	return string(who.Kind)
}
