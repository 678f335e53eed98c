package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Key lets a program act as an account, within limits of its own.
type Key struct {
	ID          string           `json:"id" readOnly:"true"`
	User        string           `json:"user" readOnly:"true" doc:"id of the account that it acts as"`
	Name        string           `json:"name" minLength:"1" maxLength:"60"`
	Prefix      string           `json:"prefix" readOnly:"true" doc:"the key's beginning, to know it by"`
	Hash        string           `json:"hash" readOnly:"true"` // SHA-256 of the whole key, hex
	Permissions []Permission     `json:"permissions" doc:"of these it has those that its account has"`
	Reach       *Reach           `json:"reach,omitempty" doc:"narrower than its account's; left out is the account's"`
	Addresses   []string         `json:"addresses,omitempty" maxItems:"50" doc:"address ranges that it may come from; none is anywhere"`
	Rate        int              `json:"rate,omitempty" minimum:"0" maximum:"100000" doc:"requests a minute; 0 is the hub's own limit"`
	Created     store.Timestamp  `json:"created" readOnly:"true"`
	By          string           `json:"by" readOnly:"true" doc:"name of who made it"`
	Expires     *store.Timestamp `json:"expires,omitempty"`
	Ended       *store.Timestamp `json:"ended,omitempty" readOnly:"true" doc:"from when on it does not work: revoked, or replaced"`
	Replaces    string           `json:"replaces,omitempty" readOnly:"true" doc:"id of the key that it was made to replace"`
}

// keys is the collection of API keys.
var keys = store.Define(store.Def[Key]{
	Name: "api_keys", Class: store.Truth, Schema: 1,
	Key: func(k *Key) string { return k.ID },
	Indexes: []store.Index[Key]{{Name: "user", Fields: []store.Field[Key]{
		{Name: "user", Kind: store.Text, Value: func(k *Key) store.Value { return store.String(k.User) }},
		{Name: "created", Kind: store.Time, Value: func(k *Key) store.Value { return k.Created.Value() }},
	}}},
})

// keyMark begins every API key, so that scanners of leaked secrets can know
// one.
const keyMark = "hubcap_"

// newToken makes an API key: its mark, eight letters to know it by, and 130
// random bits.
func newToken() (token, prefix string) {
	prefix = keyMark + strings.ToLower(rand.Text()[:8])
	return prefix + "_" + strings.ToLower(rand.Text()), prefix
}

// hashOf is the form in which a token is kept: one can't be guessed from it,
// since it holds at least 128 random bits.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// ranges parses the key's addresses.
func (k *Key) ranges() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range k.Addresses {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, err := netip.ParseAddr(s)
			if err != nil {
				return nil, fault.InvalidField("/addresses", "has "+clip(s)+", which is no range of addresses", "write 192.168.1.0/24 or 192.168.1.7")
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p)
	}
	return out, nil
}

// narrow is the reach of a key within its account's.
func narrow(key *Reach, own Reach) Reach {
	switch {
	case key == nil:
		return own
	case own.Kind == ReachAll, key.Within(own):
		return *key
	case key.Kind == own.Kind:
		return Reach{own.Kind, slices.DeleteFunc(slices.Clone(key.Places), func(p string) bool { return !slices.Contains(own.Places, p) })}
	}
	return Reach{} // nothing is in both for certain
}
