package account_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
)

func TestPreferencesAreEachPersonsOwn(t *testing.T) {
	db, err := mem.Open(account.Schemas(), mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	a, ctx, scope := account.New(db, account.Options{}), context.Background(), "home"
	p, err := a.Preferences(ctx, scope, actor.Machine())
	if err != nil || p.Distance != "mi" || p.Welcomed {
		t.Fatalf("somebody new sees %+v, %v; want the defaults", p, err)
	}
	p.Distance, p.Theme, p.Welcomed = "km", "dark", true
	if _, err := a.SetPreferences(ctx, scope, actor.Machine(), p); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Preferences(ctx, scope, actor.Machine()); err != nil || !reflect.DeepEqual(got, p) {
		t.Errorf("set %+v, read %+v, %v", p, got, err)
	}
	other := actor.Actor{Kind: actor.Local, ID: "u2"}
	if got, err := a.Preferences(ctx, scope, other); err != nil || got.Distance != "mi" {
		t.Errorf("another person sees %+v, %v; want the defaults", got, err)
	}
}

func TestPreferencesRefuseWhatIsNoChoice(t *testing.T) {
	db, err := mem.Open(account.Schemas(), mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	a := account.New(db, account.Options{})
	for field, set := range map[string]func(*account.Preferences){
		"/distance": func(p *account.Preferences) { p.Distance = "league" },
		"/volume":   func(p *account.Preferences) { p.Volume = "pint" },
		"/theme":    func(p *account.Preferences) { p.Theme = "pink" },
		"/currency": func(p *account.Preferences) { p.Currency = "us$" },
		"/language": func(p *account.Preferences) { p.Language = "xx" },
		"/numbers":  func(p *account.Preferences) { p.Numbers = "roman" },
		"/dates":    func(p *account.Preferences) { p.Dates = "moon" },
		"/economy":  func(p *account.Preferences) { p.Economy = "furlong" },
	} {
		p := account.Defaults()
		set(&p)
		_, err := a.SetPreferences(context.Background(), "home", actor.Machine(), p)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v, want Invalid naming it", field, err)
		}
	}
}

// TestPreferencesOfTheFirstShapeAreRead writes a document as the hub did
// before languages and formats could be chosen.
func TestPreferencesOfTheFirstShapeAreRead(t *testing.T) {
	type first struct {
		ID       string `json:"id"`
		Distance string `json:"distance"`
		Volume   string `json:"volume"`
		Currency string `json:"currency"`
		Theme    string `json:"theme"`
		Welcomed bool   `json:"welcomed"`
	}
	old := store.Define(store.Def[first]{Name: "preferences", Class: store.Truth, Schema: 1, Key: func(p *first) string { return p.ID }})
	ctx, scope := context.Background(), store.Org("home")
	for volume, economy := range map[string]string{"gal": "mpg", "impgal": "impmpg", "L": "L/100km"} {
		dir := t.TempDir()
		db, err := bolt.Open(ctx, dir, []*store.Schema{old.Schema()}, bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.Update(ctx, store.Write{Scope: scope, Actor: actor.Machine()}, func(tx store.Tx) error {
			_, err := old.Put(tx, &first{"u1", "km", volume, "EUR", "dark", true}, store.AnyRev)
			return err
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		if db, err = bolt.Open(ctx, dir, account.Schemas(), bolt.Options{}); err != nil {
			t.Fatal(err)
		}
		got, err := account.New(db, account.Options{}).Preferences(ctx, "home", actor.Actor{Kind: actor.Local, ID: "u1"})
		want := account.Preferences{ID: "u1", Language: "en", Numbers: "language", Dates: "language", Distance: "km", Volume: volume,
			Economy: economy, Currency: "EUR", Theme: "dark", Shortcuts: true, Welcomed: true}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("in %s: read %+v, %v; want %+v", volume, got, err, want)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
