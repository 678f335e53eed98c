package account

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// KeyUse is when and from where a key was used last. It is local: reading
// writes nothing to the log.
type KeyUse struct {
	ID   string          `json:"id"` // the key's
	At   store.Timestamp `json:"at"`
	From string          `json:"from"`
}

var keyUse = store.Define(store.Def[KeyUse]{
	Name: "key_uses", Class: store.Local, Schema: 1,
	Key: func(u *KeyUse) string { return u.ID },
})

// keyUses gathers uses in memory; Stamp writes them now and then.
type keyUses struct {
	mu   sync.Mutex
	last map[ref]KeyUse // not written yet
}

func (u *keyUses) note(org, id string, from netip.Addr, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.last == nil {
		u.last = map[ref]KeyUse{}
	}
	u.last[ref{org, id}] = KeyUse{id, store.Moment(now), from.String()}
}

func (u *keyUses) take() map[ref]KeyUse {
	u.mu.Lock()
	defer u.mu.Unlock()
	last := u.last
	u.last = nil
	return last
}

// stampPause is how often uses of keys are written down.
const stampPause = 30 * time.Second

// Stamp writes down now and then when keys were used, until ctx ends.
func (a *Accounts) Stamp(ctx context.Context) error {
	t := time.NewTicker(stampPause)
	defer t.Stop()
	for ctx.Err() == nil {
		select {
		case <-t.C:
		case <-ctx.Done():
		}
		for at, use := range a.uses.take() {
			err := a.db.UpdateLocal(context.WithoutCancel(ctx), store.Org(at.org), func(tx store.Tx) error {
				_, err := keyUse.Put(tx, &use, store.AnyRev)
				return err
			})
			if err != nil {
				a.log.Warn("a key's last use is not kept", "err", err)
			}
		}
		a.Tend(ctx)
	}
	return nil
}
