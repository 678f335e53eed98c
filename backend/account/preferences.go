package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Preferences are how one person sees the hub. They live on the server, since
// a browser forgets them with every new port.
type Preferences struct {
	ID           string `json:"id" readOnly:"true"`
	Language     string `json:"language" enum:"en,pseudo" doc:"of the app's own texts; pseudo is English made strange and longer, for tests"`
	Numbers      string `json:"numbers" enum:"language,comma,dot,space" doc:"how numbers are grouped: 1,234.5 or 1.234,5 or 1 234,5; or as the language does"`
	Dates        string `json:"dates" enum:"language,iso,dmy,mdy" doc:"how days are written: 2026-11-22 or 22/11/2026 or 11/22/2026; or as the language does"`
	Distance     string `json:"distance" enum:"km,mi" doc:"unit in which distances are shown and asked for"`
	Volume       string `json:"volume" enum:"L,gal,impgal" doc:"unit in which liquid fuel is shown and asked for"`
	Economy      string `json:"economy" enum:"mpg,impmpg,L/100km,km/L" doc:"unit of fuel economy"`
	Currency     string `json:"currency" minLength:"3" maxLength:"3" doc:"ISO 4217 currency that a new amount begins with"`
	Paper        string `json:"paper,omitempty" enum:"a4,letter" doc:"that prints are made for; by the currency if left out"`
	Labels       string `json:"labels,omitempty" maxLength:"20" doc:"sheet of labels that was printed on last"`
	Theme        string `json:"theme" enum:"system,light,dark"`
	HighContrast bool   `json:"highContrast" doc:"stronger lines and text, in either theme; a system that asks for more contrast gets it anyway"`
	Shortcuts    bool   `json:"shortcuts" doc:"single keys work (WCAG 2.1.4)"`
	Welcomed     bool   `json:"welcomed" doc:"the first-start pages have been passed"`

	// Skipped are the first-start pages that are still offered as a list.
	Skipped []string `json:"skipped,omitempty" maxItems:"5" enum:"units,serve,data,model" doc:"first-start pages that were passed over and are still offered"`
}

// Defaults are the preferences of somebody who has not set any.
func Defaults() Preferences {
	return Preferences{Language: "en", Numbers: "language", Dates: "language",
		Distance: "mi", Volume: "gal", Economy: "mpg", Currency: "USD", Theme: "system", Shortcuts: true}
}

// PreferencesName is the name of the collection, as it stands in the log.
const PreferencesName = "preferences"

// preferences is the collection of preferences, by principal.
var preferences = store.Define(store.Def[Preferences]{
	Name: PreferencesName, Class: store.Truth, Schema: 2,
	Upgrade: []func(map[string]any) error{withFormats},
	Key:     func(p *Preferences) string { return p.ID },
})

// withFormats gives preferences of schema 1 the formats that they did not
// know, so that whoever reads in litres goes on reading metric.
func withFormats(doc map[string]any) error {
	d := Defaults()
	doc["language"], doc["numbers"], doc["dates"], doc["shortcuts"] = d.Language, d.Numbers, d.Dates, d.Shortcuts
	doc["highContrast"] = d.HighContrast
	switch doc["volume"] {
	case "L":
		doc["economy"] = "L/100km"
	case "impgal":
		doc["economy"] = "impmpg"
	default:
		doc["economy"] = d.Economy
	}
	return nil
}

// Preferences returns who's preferences, the defaults if none were set.
func (a *Accounts) Preferences(ctx context.Context, org string, who actor.Actor) (Preferences, error) {
	p := Defaults()
	err := a.db.View(ctx, store.Org(org), func(r store.Reader) error {
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
func (a *Accounts) SetPreferences(ctx context.Context, org string, who actor.Actor, p Preferences) (Preferences, error) {
	for _, c := range []struct {
		field, value string
		of           []string
	}{
		{"/language", p.Language, []string{"en", "pseudo"}},
		{"/numbers", p.Numbers, []string{"language", "comma", "dot", "space"}},
		{"/dates", p.Dates, []string{"language", "iso", "dmy", "mdy"}},
		{"/distance", p.Distance, []string{"km", "mi"}},
		{"/volume", p.Volume, []string{"L", "gal", "impgal"}},
		{"/economy", p.Economy, []string{"mpg", "impmpg", "L/100km", "km/L"}},
		{"/theme", p.Theme, []string{"system", "light", "dark"}},
	} {
		if !slices.Contains(c.of, c.value) {
			return p, fault.InvalidField(c.field, "is not a choice", fmt.Sprintf("use one of %v", c.of))
		}
	}
	if !slices.Contains([]string{"", "a4", "letter"}, p.Paper) {
		return p, fault.InvalidField("/paper", "is not a choice", "use a4 or letter")
	}
	for _, step := range p.Skipped {
		if !slices.Contains([]string{"units", "serve", "data", "model"}, step) {
			return p, fault.InvalidField("/skipped", "names no first-start page", "use units, serve, data or model")
		}
	}
	if !isCurrency(p.Currency) {
		return p, fault.InvalidField("/currency", "is not an ISO 4217 code", "use three letters, such as USD")
	}
	p.ID = key(who)
	_, err := a.db.Update(ctx, store.Write{Scope: store.Org(org), Actor: who}, func(tx store.Tx) error {
		_, err := preferences.Put(tx, &p, store.AnyRev)
		return err
	})
	return p, err
}

// PreferencesOf is the key of who's preferences.
func PreferencesOf(who actor.Actor) string { return key(who) }

func key(who actor.Actor) string {
	if who.ID != "" {
		return who.ID
	}
	return string(who.Kind)
}

// isCurrency takes any three capital letters: which of them are in use
// changes, and an old amount keeps its currency.
func isCurrency(code string) bool {
	return len(code) == 3 && !strings.ContainsFunc(code, func(r rune) bool { return r < 'A' || r > 'Z' })
}
