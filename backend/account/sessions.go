package account

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Shown is a session as its owner sees it.
type Shown struct {
	ID      string          `json:"id"`
	Device  string          `json:"device" doc:"such as Firefox on Android"`
	From    string          `json:"from,omitempty" doc:"the address that it was last used from"`
	Place   string          `json:"place" enum:"this computer,the local network,outside"`
	How     Method          `json:"how" enum:"password,passkey,oidc,invitation"`
	Second  bool            `json:"second" doc:"more than one factor was shown"`
	Created store.Timestamp `json:"created"`
	Seen    store.Timestamp `json:"seen"`
	Current bool            `json:"current" doc:"the one that asks"`
}

// Sessions lists the sessions of an account: p's own, or anybody's for
// whoever manages users.
func (a *Accounts) Sessions(p Principal, user string) ([]Shown, error) {
	if _, err := a.User(p, user); err != nil {
		return nil, err
	}
	out := []Shown{}
	for _, l := range a.door.sessions.list(func(l *live) bool { return l.org == p.Org && l.User == user }) {
		s := l.asSeen()
		from, _ := netip.ParseAddr(s.From)
		out = append(out, Shown{s.ID, s.Device, s.From, placeOf(from), s.How, s.Second, s.Created, s.Seen, s.ID == p.Session})
	}
	return out, nil
}

// Seen is when each account of an organisation was last used, as far as the
// sessions tell that still hold.
func (a *Accounts) Seen(org string) map[string]store.Timestamp {
	out := map[string]store.Timestamp{}
	for _, l := range a.door.sessions.list(func(l *live) bool { return l.org == org }) {
		if s := l.asSeen(); out[s.User].Before(s.Seen.Time) {
			out[s.User] = s.Seen
		}
	}
	return out
}

// SignOut ends the session that p came by.
func (a *Accounts) SignOut(ctx context.Context, p Principal) error {
	l := a.door.sessions.named(p.Org, p.Session)
	if p.Session == "" || l == nil {
		return nil
	}
	if err := a.swap(ctx, p.Org, []*live{l}, nil); err != nil {
		return err
	}
	a.tell(ctx, p.Org, p.Actor, audit.SignedOut, nil, "")
	return nil
}

// EndSession ends one session of p's own.
func (a *Accounts) EndSession(ctx context.Context, p Principal, id string) error {
	l := a.door.sessions.named(p.Org, id)
	if l == nil || p.Actor.ID == "" || l.User != p.Actor.ID {
		return fault.New(fault.NotFound, "there is no such sign-in").WithRemedy("list them again")
	}
	if err := a.swap(ctx, p.Org, []*live{l}, nil); err != nil {
		return err
	}
	a.tell(ctx, p.Org, p.Actor, audit.SessionRevoked, nil, l.Device)
	return nil
}

// EndOthers ends all sessions of p's own but the one that it came by, and
// forgets the devices that it trusts.
func (a *Accounts) EndOthers(ctx context.Context, p Principal) error {
	if p.Actor.ID == "" {
		return nil
	}
	if err := a.endOf(ctx, p.Org, p.Actor.ID, p.Session); err != nil {
		return err
	}
	a.tell(ctx, p.Org, p.Actor, audit.SessionRevoked, nil, "all others")
	return nil
}

// EndUser ends all sessions of somebody else, for whoever manages users and
// may do at least as much.
func (a *Accounts) EndUser(ctx context.Context, p Principal, user string) error {
	if _, err := p.For(ManageUsers); err != nil {
		return err
	}
	u, err := a.dir.Load().user(p.Org, user)
	if err != nil {
		return err
	}
	if !a.rightsOf(p.Org, &u.Value).Within(p.Rights) {
		return errMayMore()
	}
	if err := a.endOf(ctx, p.Org, user, ""); err != nil {
		return err
	}
	a.tell(ctx, p.Org, p.Actor, audit.SessionRevoked, &u.Value, "all of the account")
	return nil
}

func errMayMore() error {
	return fault.New(fault.Denied, "this account may do more than you").WithRemedy("ask an owner")
}

// placeOf says where an address is, as far as an address tells.
func placeOf(a netip.Addr) string {
	switch a = a.Unmap(); {
	case !a.IsValid() || a.IsLoopback():
		return "this computer"
	case a.IsPrivate() || a.IsLinkLocalUnicast():
		return "the local network"
	}
	return "outside"
}

// deviceName says in a few words what a User-Agent is. What it does not know
// it does not show: the text is the client's own.
func deviceName(agent string) string {
	name := func(of ...string) string {
		for i := 0; i < len(of); i += 2 {
			if strings.Contains(agent, of[i]) {
				return of[i+1]
			}
		}
		return ""
	}
	browser := name("Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "Firefox/", "Firefox", "FxiOS", "Firefox", "CriOS", "Chrome",
		"Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl", "Go-http-client", "a program")
	system := name("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "CrOS", "ChromeOS", "Mac OS X", "macOS", "Linux", "Linux")
	parts := slices.DeleteFunc([]string{browser, system}, func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return "a device"
	}
	return strings.Join(parts, " on ")
}
