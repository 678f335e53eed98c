package account_test

import (
	"testing"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// BenchmarkBySession is what every request of a person pays for being known,
// with 500 sessions open.
func BenchmarkBySession(b *testing.B) {
	db, err := mem.Open(account.Schemas(), mem.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	dir := b.TempDir()
	a := account.New(db, account.Options{Vault: func() (*vault.Vault, error) { return vault.Open(dir) }})
	a.HashCheaply()
	if err := a.Load(b.Context()); err != nil {
		b.Fatal(err)
	}
	machine := account.Machine(account.Home)
	var token string
	for i := range 10 {
		login := "somebody" + string(rune('a'+i))
		u, err := a.AddUser(b.Context(), machine, account.UserDraft{Login: login, Name: login, Role: account.SalesRole, Reach: account.Reach{Kind: account.ReachLocations, Places: []string{"Berlin", "Paris"}}})
		if err != nil {
			b.Fatal(err)
		}
		link, _, err := a.Invite(b.Context(), machine, u.Key)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := a.Accept(b.Context(), account.Visit{From: laptop}, link, otherPassword); err != nil {
			b.Fatal(err)
		}
		for range 50 {
			e, err := a.SignIn(b.Context(), account.Visit{From: laptop}, login, otherPassword, false)
			if err != nil {
				b.Fatal(err)
			}
			token = e.Token
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		p, err := a.BySession(b.Context(), token, laptop)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.For(account.ReadVehicles); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPasswordHash is what one sign-in costs.
func BenchmarkPasswordHash(b *testing.B) {
	db, err := mem.Open(account.Schemas(), mem.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	a := account.New(db, account.Options{})
	for b.Loop() {
		if err := a.HashOnce(b.Context(), otherPassword); err != nil {
			b.Fatal(err)
		}
	}
}
