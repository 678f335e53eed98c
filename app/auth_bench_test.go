package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
)

// BenchmarkComingIn is what the door and the choke point add to a request, by
// how it comes, with 500 accounts that have a key each.
func BenchmarkComingIn(b *testing.B) {
	db, err := mem.Open(account.Schemas(), mem.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	accounts := account.New(db, account.Options{})
	boss, key := account.Machine(account.Home), ""
	for i := range 500 {
		u, err := accounts.AddUser(b.Context(), boss, account.UserDraft{Kind: actor.Service, Login: fmt.Sprintf("u%d", i), Name: "U", Role: account.IntegrationRole, Reach: account.Everything()})
		if err != nil {
			b.Fatal(err)
		}
		if _, key, err = accounts.AddKey(b.Context(), boss, account.KeyDraft{User: u.Key, Name: "k", Permissions: []account.Permission{account.ReadVehicles}}); err != nil {
			b.Fatal(err)
		}
	}
	token := strings.Repeat("k", 32)
	h := gate.New(gate.Options{Port: "80", Token: token, Instance: "x", Accounts: accounts}).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := gate.Principal(r.Context())
		if _, err := p.For(account.ReadVehicles); err != nil {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	for _, c := range []struct{ name, bearer string }{{"token", token}, {"key", key}} {
		b.Run(c.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/api/v1/vehicles", nil)
			r.Host = "127.0.0.1"
			r.Header.Set("Authorization", "Bearer "+c.bearer)
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, r); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
