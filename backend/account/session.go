package account

import (
	"context"
	"net/netip"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// BySession is the principal of the session that a cookie names.
func (a *Accounts) BySession(ctx context.Context, token string, from netip.Addr) (Principal, error) {
	return Principal{}, fault.New(fault.Denied, "this sign-in has ended")
}

// current reads the principal of a session again.
func (a *Accounts) current(ctx context.Context, p Principal) (Principal, error) {
	return Principal{}, fault.New(fault.Denied, "this sign-in has ended")
}
