package lan

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Entry is what outlives a start: the name and the authority, or a thing that
// the ACME client keeps. It stands in the store, so that all nodes of a hub
// show one certificate's chain and a backup carries it; the key is sealed.
type Entry struct {
	ID          string          `json:"id"`          // "authority", or "acme/" and the client's own name
	Name        string          `json:"name"`        // the .local name that the hub gave itself; "" of ACME
	Certificate string          `json:"certificate"` // the authority's, PEM; "" before it was needed
	Key         vault.Sealed    `json:"key"`         // the authority's, PKCS #8 in PEM; or what ACME keeps
	Made        store.Timestamp `json:"made"`
}

// Entries is the collection of entries.
var Entries = store.Define(store.Def[Entry]{Name: "authority", Class: store.Truth, Schema: 1, Key: func(e *Entry) string { return e.ID }})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{Entries.Schema()} }

// authorityID is the key of the one entry that holds name and authority.
const authorityID = "authority"

// Purpose is what the secret of an entry is sealed for.
func Purpose(id string) string { return "authority/" + id }

// Held names what is sealed in a document of this package, for a change of
// the vault's keys; nothing for another package's.
func Held(collection string, doc []byte) ([]vault.Held, error) {
	if collection != Entries.Name() {
		return nil, nil
	}
	e, err := Entries.Decode(doc)
	return []vault.Held{{Purpose: Purpose(e.ID), Value: e.Key}}, err
}

// book reads and writes entries.
type book struct {
	db    store.DB
	scope store.Scope
	vault func() (*vault.Vault, error)
}

func (b book) get(ctx context.Context, id string) (doc store.Doc[Entry], err error) {
	err = b.db.View(ctx, b.scope, func(r store.Reader) error {
		doc, err = Entries.Get(r, id)
		return err
	})
	return doc, err
}

func (b book) put(ctx context.Context, e Entry, ifRev int64) error {
	_, err := b.db.Update(ctx, store.Write{Scope: b.scope, Actor: actor.Hub("lan")}, func(tx store.Tx) error {
		_, err := Entries.Put(tx, &e, ifRev)
		return err
	})
	return err
}

func (b book) remove(ctx context.Context, id string) error {
	_, err := b.db.Update(ctx, store.Write{Scope: b.scope, Actor: actor.Hub("lan")}, func(tx store.Tx) error {
		return Entries.Delete(tx, id, store.AnyRev)
	})
	return err
}

func (b book) seal(id string, secret []byte) (vault.Sealed, error) {
	v, err := b.vault()
	if err != nil {
		return "", err
	}
	return v.Seal(Purpose(id), vault.NewSecret(string(secret)))
}

func (b book) open(e *Entry) ([]byte, error) {
	v, err := b.vault()
	if err != nil {
		return nil, err
	}
	s, err := v.Open(Purpose(e.ID), e.Key)
	return []byte(s.Reveal()), err
}

// named returns the entry of name and authority, made where there is none.
func (b book) named(ctx context.Context, now store.Timestamp) (store.Doc[Entry], error) {
	doc, err := b.get(ctx, authorityID)
	if !fault.Is(err, fault.NotFound) {
		return doc, err
	}
	var mark [2]byte
	rand.Read(mark[:])
	err = b.put(ctx, Entry{ID: authorityID, Name: "hubcap-" + hex.EncodeToString(mark[:]) + ".local", Made: now}, 0)
	if err != nil && !fault.Is(err, fault.Conflict) { // another node was first
		return doc, fmt.Errorf("keep the hub's name: %w", err)
	}
	return b.get(ctx, authorityID)
}
