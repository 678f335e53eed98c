package app_test

import (
	"testing"

	"github.com/hubcap-dev/hubcap/backend/account"
)

// No answer with data is kept by a browser or a proxy: the next person at the
// same machine may not see it.
func TestAnswersAreKeptNowhere(t *testing.T) {
	o := openTown(t)
	owner := o.person(account.Home, "owner", account.OwnerRole, account.Everything())
	ids, _ := o.canary(owner)
	for _, op := range operations(t) {
		if op.method != "GET" {
			continue
		}
		w := o.ask(owner, op.method, op.at(ids), nil)
		want := "no-store"
		if op.id == "getLanQr" && w.Code == 200 {
			want = "no-cache" // the picture of an address
		}
		if got := w.Header().Get("Cache-Control"); got != want {
			t.Errorf("%s answers %d with Cache-Control %q, want %q", op.id, w.Code, got, want)
		}
	}
}
