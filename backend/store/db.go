package store

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/actor"
)

// Write says under what scope, by whom and as part of what a transaction
// of truth is made.
type Write struct {
	Scope Scope
	Actor actor.Actor // never nobody
	Batch string      // id of an import, bulk edit or undo; "" for single writes
}

// DB is an open store. All methods may be called from many goroutines.
type DB interface {
	// View calls fn with a consistent snapshot of all classes. Keep it short
	// (under two seconds): long work pages by cursor, one View a page. Never
	// write inside it: an Update may have to wait for all views to end.
	View(ctx context.Context, s Scope, fn func(Reader) error) error

	// Update runs fn and writes all that it did to collections of truth, with
	// one Change for each document, or nothing when fn or the commit fails.
	// When it returns nil the work is on disk. seq is the sequence of its last
	// change; 0 when fn wrote nothing. fn may run more than once and so has no
	// effect but through tx.
	Update(ctx context.Context, w Write, fn func(Tx) error) (seq uint64, err error)

	// UpdateLocal is Update for derived and local collections: not logged.
	// No transaction spans both.
	UpdateLocal(ctx context.Context, s Scope, fn func(Tx) error) error

	Log

	// Fault says why the store refuses writes, nil while it takes them. A
	// store whose log ends before what somebody outside has seen of it serves
	// reads only, until the loss is mended or accepted.
	Fault() error

	// Close waits for running transactions. Afterwards every call is
	// fault.Unavailable.
	Close() error
}

// Log is the change log as followers read it.
type Log interface {
	// Head is the position of the last committed change.
	Head() Position

	// Changes returns whole transactions after the sequence given, in order:
	// at least one if there is one, then until limit changes are reached.
	// It returns ErrTrimmed when the log no longer holds the one after it.
	Changes(ctx context.Context, after uint64, limit int) ([]Change, error)

	// Wait returns when the head's sequence is greater than after, or with
	// ctx's error, or fault.Unavailable when the store closes.
	Wait(ctx context.Context, after uint64) error

	// Acknowledge saves how far the named follower has come, for Trim and for
	// Followers. maxLag is the number of changes beyond which it is cut loose,
	// 0 is never. A position ahead of the head in the same epoch proves that
	// committed changes are gone: from then on the store refuses writes (Fault)
	// and this is fault.Unavailable.
	Acknowledge(ctx context.Context, follower string, at Position, maxLag uint64) error

	// Forget removes a follower, so that it holds back no trimming.
	Forget(ctx context.Context, follower string) error

	// Followers lists what was acknowledged, by name.
	Followers(ctx context.Context) ([]FollowerState, error)

	// Trim removes, in small transactions, the changes that every follower has
	// passed, but for the newest keep changes (at least the last transaction). A follower further behind than
	// its maxLag does not hold it back: its next read is ErrTrimmed and it
	// rebuilds. It returns how many changes were removed.
	Trim(ctx context.Context, keep uint64) (uint64, error)
}

// FollowerState is how far a follower has come.
type FollowerState struct {
	Name   string   `json:"name"`
	At     Position `json:"at"`
	MaxLag uint64   `json:"max_lag"`
}

// Reader reads under one scope. Domain code hands it to a Collection, whose
// typed methods are built on these; only engines implement it.
type Reader interface {
	Scope() Scope

	// Scoped returns the same transaction under another scope, for what the
	// hub itself must see (audit, undo): Scoped(store.System().In(org)).
	Scoped(s Scope) Reader

	// Fetch returns one document; fault.NotFound when it does not exist in
	// scope; a *Damaged when its bytes are not what was written.
	Fetch(c *Schema, key string) (Record, error)

	// Select answers a query that Schema.Plan has accepted.
	Select(c *Schema, q Query) (Records, error)
}

// ManyFetcher is a Reader that fetches several documents in about the time of
// one: worth having where each question is a way over the network.
type ManyFetcher interface {
	// FetchMany returns the documents that exist in scope, in the order of keys.
	FetchMany(c *Schema, keys []string) (Records, error)
}

// Tx is a Reader that sees its own writes. An operation that fails has
// written nothing, and the transaction may go on without it.
type Tx interface {
	Reader

	// ScopedTx is Scoped for writing.
	ScopedTx(s Scope) Tx

	// Store writes a document. ifRev is the revision it replaces: 0 inserts
	// (fault.Conflict when the key exists), AnyRev takes whatever is there.
	// It returns the new revision.
	Store(c *Schema, row Row, ifRev int64) (rev int64, err error)

	// Pending is what the transaction has written to truth so far, in order;
	// sequences and time are not yet given.
	Pending() []Change

	// Remove deletes a document at ifRev, or at any revision with AnyRev.
	Remove(c *Schema, key string, ifRev int64) error
}

// AnyRev stands for "whatever revision is there, or none".
const AnyRev int64 = -1
