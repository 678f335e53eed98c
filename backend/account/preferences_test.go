package account_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
)

func TestPreferencesAreEachPersonsOwn(t *testing.T) {
	db, err := mem.Open(account.Schemas(), mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	a, ctx, scope := account.New(db), context.Background(), store.Org("home")
	p, err := a.Preferences(ctx, scope, actor.Machine())
	if err != nil || p.Distance != "mi" || p.Welcomed {
		t.Fatalf("somebody new sees %+v, %v; want the defaults", p, err)
	}
	p.Distance, p.Theme, p.Welcomed = "km", "dark", true
	if _, err := a.SetPreferences(ctx, scope, actor.Machine(), p); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Preferences(ctx, scope, actor.Machine()); err != nil || got != p {
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
	a := account.New(db)
	for field, set := range map[string]func(*account.Preferences){
		"/distance": func(p *account.Preferences) { p.Distance = "league" },
		"/volume":   func(p *account.Preferences) { p.Volume = "pint" },
		"/theme":    func(p *account.Preferences) { p.Theme = "pink" },
		"/currency": func(p *account.Preferences) { p.Currency = "dollars" },
	} {
		p := account.Defaults()
		set(&p)
		_, err := a.SetPreferences(context.Background(), store.Org("home"), actor.Machine(), p)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v, want Invalid naming it", field, err)
		}
	}
}
