package account

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Session is one sign-in of one browser. It is local: neither signing in nor
// being seen writes to the log, and losing local.db signs people out.
type Session struct {
	Hash     string          `json:"hash"` // of its token: SHA-256, hex
	ID       string          `json:"id"`   // its public name; stays when the token is changed
	User     string          `json:"user"`
	Created  store.Timestamp `json:"created"`
	Proved   store.Timestamp `json:"proved"` // when the person last proved who they are
	Seen     store.Timestamp `json:"seen"`
	From     string          `json:"from"`
	Device   string          `json:"device"` // such as "Firefox on Android"
	How      Method          `json:"how"`
	Second   bool            `json:"second"`   // more than one factor was shown
	Remember bool            `json:"remember"` // the cookie outlives the browser's window

	// What it may do at most: a session does not grow with its account's role.
	Permissions []Permission `json:"permissions"`
	Reach       Reach        `json:"reach"`
}

// sessions is the collection of sessions.
var sessions = store.Define(store.Def[Session]{
	Name: "sessions", Class: store.Local, Schema: 1,
	Key: func(s *Session) string { return s.Hash },
})

// sessionBook holds every session in memory, since each request asks for one.
type sessionBook struct {
	mu     sync.RWMutex
	byHash map[string]*live
	byID   map[ref]*live
}

// live is a session as it stands. What changes with each request is atomic;
// any other change makes another live.
type live struct {
	Session
	org    string
	rights Rights
	seen   atomic.Int64 // microseconds
	from   atomic.Pointer[netip.Addr]
}

func newLive(org string, s Session) *live {
	l := &live{Session: s, org: org, rights: RightsOf(s.Permissions)}
	l.seen.Store(s.Seen.UnixMicro())
	from, _ := netip.ParseAddr(s.From)
	l.from.Store(&from)
	return l
}

// asSeen is the session with what was seen of it since it was written.
func (l *live) asSeen() Session {
	s := l.Session
	s.Seen = store.Moment(time.UnixMicro(l.seen.Load()))
	if from := *l.from.Load(); from.IsValid() {
		s.From = from.String()
	}
	return s
}

func (b *sessionBook) put(l *live) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byHash == nil {
		b.byHash, b.byID = map[string]*live{}, map[ref]*live{}
	}
	b.byHash[l.Hash], b.byID[ref{l.org, l.ID}] = l, l
}

func (b *sessionBook) remove(list ...*live) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range list {
		delete(b.byHash, l.Hash)
		if at := (ref{l.org, l.ID}); b.byID[at] == l {
			delete(b.byID, at)
		}
	}
}

func (b *sessionBook) find(hash string) *live {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.byHash[hash]
}

func (b *sessionBook) named(org, id string) *live {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.byID[ref{org, id}]
}

// list returns those that fit, the one seen last first.
func (b *sessionBook) list(fits func(*live) bool) []*live {
	b.mu.RLock()
	all := slices.Collect(maps.Values(b.byHash))
	b.mu.RUnlock()
	all = slices.DeleteFunc(all, func(l *live) bool { return !fits(l) })
	slices.SortFunc(all, func(x, y *live) int {
		return cmp.Or(cmp.Compare(y.seen.Load(), x.seen.Load()), cmp.Compare(y.ID, x.ID))
	})
	return all
}

func errEnded() error {
	return fault.New(fault.Denied, "this sign-in has ended").WithRemedy("sign in again")
}

// BySession is the principal of the session that a cookie names.
func (a *Accounts) BySession(ctx context.Context, token string, from netip.Addr) (Principal, error) {
	l := a.door.sessions.find(hashOf(token))
	if l == nil {
		return Principal{}, errEnded()
	}
	now := a.now()
	p, err := a.standing(l, now)
	if err != nil {
		return Principal{}, err
	}
	l.seen.Store(now.UnixMicro())
	if *l.from.Load() != from {
		l.from.Store(&from)
	}
	if from.IsValid() {
		p.Actor.From = from.String()
	}
	return p, nil
}

// current reads the principal of a session again. It does not count as being
// seen: an open page that nobody uses goes idle.
func (a *Accounts) current(ctx context.Context, p Principal) (Principal, error) {
	l := a.door.sessions.named(p.Org, p.Session)
	if l == nil {
		return Principal{}, errEnded()
	}
	q, err := a.standing(l, a.now())
	q.Actor.From = p.Actor.From
	return q, err
}

// standing is who a session stands for, as long as it does.
func (a *Accounts) standing(l *live, now time.Time) (Principal, error) {
	d := a.dir.Load()
	u, ok := d.users[ref{l.org, l.User}]
	if !ok || u.Value.Disabled {
		return Principal{}, errEnded()
	}
	o := d.organisation(l.org)
	rules := o.Sessions
	if now.Sub(l.Created.Time) >= time.Duration(rules.AbsoluteHours)*time.Hour ||
		now.Sub(time.UnixMicro(l.seen.Load())) >= time.Duration(rules.IdleMinutes)*time.Minute {
		return Principal{}, errEnded()
	}
	p := d.principal(l.org, &u.Value)
	p.Owes = o.owes(&u.Value, l.How, now)
	// Whoever has taken a session of few rights has not one of many when its
	// account is given more.
	if !p.Rights.Within(l.rights) || !(p.Reach.Within(l.Reach) || p.Reach.Kind == l.Reach.Kind && slices.Equal(p.Reach.Places, l.Reach.Places)) {
		return Principal{}, errEnded()
	}
	p.Session, p.Proved = l.ID, l.Proved.Time
	p.Actor.Via = "session " + l.ID
	return p, nil
}

// mostSessions is how many one account has at once; the one not seen for the
// longest time makes room.
const mostSessions = 50

// begin opens a session of u and ends the one that the browser held.
func (a *Accounts) begin(ctx context.Context, org string, u *User, v Visit, how Method, second, remember bool) (Entrance, error) {
	now := a.now()
	p := a.dir.Load().principal(org, u)
	token := secretText()
	s := Session{Hash: hashOf(token), ID: a.ids.New(), User: u.ID, Created: store.Moment(now), Proved: store.Moment(now), Seen: store.Moment(now),
		From: v.from(), Device: deviceName(v.Agent), How: how, Second: second, Remember: remember, Permissions: p.Rights.List(), Reach: p.Reach}
	gone := a.door.sessions.list(func(l *live) bool { return l.org == org && l.User == u.ID })
	gone = gone[min(len(gone), mostSessions-1):]
	if old := a.door.sessions.named(org, v.Session); old != nil && v.Session != "" && !slices.Contains(gone, old) {
		gone = append(gone, old)
	}
	l := newLive(org, s)
	if err := a.swap(ctx, org, gone, l); err != nil {
		return Entrance{}, err
	}
	// Proofs that were changed since they were checked have ended the sessions
	// of before: this one is of before too.
	if !u.provenAs(a.dir.Load().person(org, u.ID)) {
		return Entrance{}, errors.Join(errEnded(), a.swap(ctx, org, []*live{l}, nil))
	}
	note := string(how)
	if second && how != ByPasskey {
		note += " and a second factor"
	}
	a.tell(ctx, org, u.acting(v, "session "+s.ID), audit.SignedIn, u, note)
	return Entrance{Token: token, Life: a.cookieLife(org, s)}, nil
}

// provenAs reports whether a later reading of u proves itself by the same.
func (u *User) provenAs(now *User) bool {
	same := func(x, y *store.Timestamp) bool {
		return x == nil && y == nil || x != nil && y != nil && x.Equal(y.Time)
	}
	return now != nil && same(u.Proofs.PasswordSet, now.Proofs.PasswordSet) && same(u.Proofs.TOTPSet, now.Proofs.TOTPSet) && len(u.Proofs.Passkeys) == len(now.Proofs.Passkeys)
}

func (a *Accounts) cookieLife(org string, s Session) time.Duration {
	if !s.Remember {
		return 0
	}
	return s.Created.Add(time.Duration(a.dir.Load().organisation(org).Sessions.AbsoluteHours) * time.Hour).Sub(a.now())
}

// swap ends sessions and puts another in their place, which may be nil.
func (a *Accounts) swap(ctx context.Context, org string, gone []*live, made *live) error {
	if len(gone) == 0 && made == nil {
		return nil
	}
	err := a.db.UpdateLocal(context.WithoutCancel(ctx), store.Org(org), func(tx store.Tx) error {
		for _, l := range gone {
			if err := sessions.Delete(tx, l.Hash, store.AnyRev); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		if made == nil {
			return nil
		}
		_, err := sessions.Insert(tx, &made.Session)
		return err
	})
	if err != nil {
		return err
	}
	a.door.sessions.remove(gone...)
	if made != nil {
		a.door.sessions.put(made)
	}
	if len(gone) > 0 {
		a.changed()
	}
	return nil
}

// renew gives a session another token, and sets what change says: after a
// proof, or after its account's proofs have changed. The old token is nothing
// from then on. A principal without a session has nothing to renew.
func (a *Accounts) renew(ctx context.Context, p Principal, change func(*Session)) (Entrance, error) {
	if p.Session == "" {
		return Entrance{}, nil
	}
	// Two at once would leave two tokens, of which one could not be ended.
	a.door.renewing.Lock()
	defer a.door.renewing.Unlock()
	old := a.door.sessions.named(p.Org, p.Session)
	if old == nil {
		return Entrance{}, errEnded()
	}
	s, token := old.asSeen(), secretText()
	s.Hash = hashOf(token)
	if change != nil {
		change(&s)
	}
	if err := a.swap(ctx, p.Org, []*live{old}, newLive(p.Org, s)); err != nil {
		return Entrance{}, err
	}
	return Entrance{Token: token, Life: a.cookieLife(p.Org, s)}, nil
}

// endOf ends all sessions of a user but one, and forgets the devices that it
// trusts: what the user proves itself with has changed.
func (a *Accounts) endOf(ctx context.Context, org, user, but string) error {
	gone := a.door.sessions.list(func(l *live) bool { return l.org == org && l.User == user && l.ID != but })
	if err := a.swap(ctx, org, gone, nil); err != nil {
		return err
	}
	a.door.tickets.drop(func(t ticket) bool { return t.org == org && t.user == user })
	return a.forgetDevices(ctx, org, user)
}

// loadSessions reads the sessions that are kept.
func (a *Accounts) loadSessions(ctx context.Context) error {
	return each(ctx, a.db, sessions, func(s store.Doc[Session]) { a.door.sessions.put(newLive(s.Org, s.Value)) })
}

// sweep ends the sessions that no longer stand, so that none comes back when
// its account is enabled again.
func (a *Accounts) sweep(ctx context.Context) {
	now := a.now()
	gone := map[string][]*live{}
	for _, l := range a.door.sessions.list(func(l *live) bool { _, err := a.standing(l, now); return err != nil }) {
		gone[l.org] = append(gone[l.org], l)
	}
	for org, list := range gone {
		a.door.sessions.remove(list...)
		if err := a.swap(ctx, org, list, nil); err != nil && ctx.Err() == nil {
			a.log.Warn("ended sessions are not removed", "err", err)
		}
	}
}

// stampSessions writes down when sessions were seen.
func (a *Accounts) stampSessions(ctx context.Context) {
	for _, l := range a.door.sessions.list(func(l *live) bool {
		return time.UnixMicro(l.seen.Load()).Sub(l.Seen.Time) >= time.Minute
	}) {
		s := l.asSeen()
		err := a.db.UpdateLocal(context.WithoutCancel(ctx), store.Org(l.org), func(tx store.Tx) error {
			doc, err := sessions.Get(tx, l.Hash)
			if fault.Is(err, fault.NotFound) {
				return nil // it has ended meanwhile
			}
			if err == nil {
				_, err = sessions.Put(tx, &s, doc.Rev)
			}
			return err
		})
		if err != nil {
			a.log.Warn("when a session was seen is not kept", "err", err)
			return
		}
		fresh := newLive(l.org, s)
		fresh.seen.Store(l.seen.Load())
		a.door.sessions.replace(l, fresh)
	}
}

// replace puts a newer reading in the place of one that still stands.
func (b *sessionBook) replace(old, fresh *live) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byHash[old.Hash] == old {
		b.byHash[old.Hash], b.byID[ref{old.org, old.ID}] = fresh, fresh
	}
}

// Tend keeps sessions, devices and invitations tidy; it is quick and may run
// often.
func (a *Accounts) Tend(ctx context.Context) {
	a.sweep(ctx)
	a.stampSessions(ctx)
}
