package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Entry is one entry of the trail, as it is stored. It is never written
// again: its revision is 1.
type Entry struct {
	ID      string          `json:"id"` // the number with 16 digits: the order of keys is the chain's
	N       int64           `json:"n"`  // 1, 2, 3... without gaps in an organisation
	At      store.Timestamp `json:"at"` // never before the entry before it
	Event   Event           `json:"event"`
	Actor   actor.Actor     `json:"actor"`
	From    string          `json:"from,omitempty"` // the client's address; "" on this machine
	Via     string          `json:"via,omitempty"`  // the session or key, by its public name
	Subject Subject         `json:"subject,omitzero"`
	Batch   string          `json:"batch,omitempty"` // of the transaction, as in the change log
	Note    string          `json:"note,omitempty"`

	// Of a counted event: how often it happened, and when first.
	Count int64           `json:"count,omitempty"`
	Since store.Timestamp `json:"since,omitzero"`

	// Of a transaction: the documents that it wrote, or, of a large one, how
	// many of each collection.
	Documents []Document `json:"documents,omitempty"`
	Counts    []Counted  `json:"counts,omitempty"`
	Short     bool       `json:"short,omitempty"`  // values were left out: they were too long
	Digest    string     `json:"digest,omitempty"` // over the transaction's changes: see DigestOf

	// Of audit.trimmed: the last entry that was taken away.
	Removed     int64  `json:"removed,omitempty"`
	RemovedHash string `json:"removed_hash,omitempty"`

	Prev string `json:"prev"` // Hash of the entry before; "" of the first

	// Unproven: when this entry was written, the one before it carried no proof
	// by a key of this hub. This entry's own MAC says nothing of those before it
	// then: otherwise the hub would vouch for a chain that somebody else made.
	Unproven bool `json:"unproven,omitempty"`

	Hash string `json:"hash,omitempty"`
	MAC  string `json:"mac,omitempty"` // of Hash; "" when the vault could not be opened
}

// Document is one document that a transaction wrote.
type Document struct {
	Collection string  `json:"collection"`
	Key        string  `json:"key"`
	Rev        int64   `json:"rev"`
	New        bool    `json:"new,omitempty"`
	Deleted    bool    `json:"deleted,omitempty"`
	Fields     []Field `json:"fields,omitempty"`
}

// Field is one value that changed. A nil side is a value that was not there.
type Field struct {
	Pointer string          `json:"pointer"` // RFC 6901
	Before  json.RawMessage `json:"before,omitempty"`
	After   json.RawMessage `json:"after,omitempty"`
}

// Counted is how many documents of a collection a large transaction wrote.
type Counted struct {
	Collection string `json:"collection"`
	Documents  int64  `json:"documents"`
}

// Entries is the collection of the trail. Everything that is asked for is
// found along the chain or along one of the indexes, which keep its order.
var Entries = store.Define(store.Def[Entry]{
	Name: "audit", Class: store.Truth, Schema: 1,
	Key: func(e *Entry) string { return e.ID },
	Indexes: []store.Index[Entry]{
		along("event", func(e *Entry) store.Value { return store.String(string(e.Event)) }),
		along("actor", func(e *Entry) store.Value { return store.StringOrNull(actorKey(e.Actor)) }),
		along("subject", func(e *Entry) store.Value { return store.StringOrNull(e.Subject.ID) }),
	},
})

func along(name string, value func(*Entry) store.Value) store.Index[Entry] {
	return store.Index[Entry]{Name: name, Fields: []store.Field[Entry]{
		{Name: name, Kind: store.Text, Value: value},
		{Name: "n", Kind: store.Int, Value: func(e *Entry) store.Value { return store.Int64(e.N) }},
	}}
}

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{Entries.Schema()} }

// actorKey is what entries are found by: the account's id, or the kind of
// those that have none.
func actorKey(a actor.Actor) string {
	if a.ID != "" {
		return a.ID
	}
	return string(a.Kind)
}

// keyOf is the key of a number.
func keyOf(n int64) string { return fmt.Sprintf("%016d", n) }

// numberOf is the number of a key, 0 when it is none of ours.
func numberOf(key string) int64 {
	n, err := strconv.ParseInt(key, 10, 64)
	if err != nil || keyOf(n) != key {
		return 0
	}
	return n
}

// The texts of an entry that others have a hand in.
const (
	nameRunes = 100 // an index takes 512 bytes
	noteRunes = 500
)

// clean cuts a text and takes out what a person can't see, so that nothing
// that is typed at a sign-in spoils the trail.
func clean(s string, runes int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	return cut(s, runes)
}

func cut(s string, runes int) string {
	n := 0
	for i := range s {
		if n == runes {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// sealer gives entries their hash and MAC.
type sealer func() (*vault.Vault, error)

func purpose(org string) string { return "audit/" + org }

// seal gives e its hash, and its MAC where the vault opens; unsealed says why
// it does not.
func (s sealer) seal(org string, e *Entry, before link) (unsealed, err error) {
	v, unsealed := s()
	e.Unproven, e.Hash, e.MAC = false, "", ""
	if unsealed == nil && before.N > 0 {
		proof := vault.Forged
		if sum, err := hex.DecodeString(before.Hash); err == nil {
			if proof, err = v.CheckMAC(purpose(org), sum, before.MAC); err != nil {
				return nil, err
			}
		}
		e.Unproven = proof != vault.Proven
	}
	raw, err := json.Marshal(e) // neither hash nor MAC nor the store's number is in it yet
	if err != nil {
		return nil, err
	}
	if raw, err = store.Canonical(raw); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	e.Hash = hex.EncodeToString(sum[:])
	if unsealed == nil {
		e.MAC, err = v.MAC(purpose(org), sum[:])
	}
	return unsealed, err
}

// hashOf is SHA-256 over the canonical form of an entry without its hash and
// MAC and without the store's schema number.
func hashOf(raw []byte) (sum [sha256.Size]byte, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return sum, fmt.Errorf("read entry: %w", err)
	}
	for _, name := range []string{"$schema", "hash", "mac"} {
		delete(members, name)
	}
	if raw, err = json.Marshal(members); err != nil {
		return sum, err
	}
	if raw, err = store.Canonical(raw); err != nil {
		return sum, err
	}
	return sha256.Sum256(raw), nil
}
