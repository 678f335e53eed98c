package store

import (
	"encoding/json"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
)

// Change is one document of truth written: one entry of the change log.
type Change struct {
	Seq        uint64          `json:"seq"`   // 1, 2, 3... without gaps; one counter a store
	Tx         uint64          `json:"tx"`    // Seq of the first change of the same transaction
	Last       bool            `json:"last"`  // this is the transaction's last change
	Batch      string          `json:"batch"` // id of the import, bulk edit or undo; "" for single writes
	Time       time.Time       `json:"time"`  // of the transaction, microseconds, UTC, never backwards
	Org        string          `json:"org"`
	Collection string          `json:"collection"`
	Key        string          `json:"key"`
	Place      Place           `json:"place"`  // of After, or of Before when the document was deleted
	Rev        int64           `json:"rev"`    // the revision written; for a delete, one past the last
	Before     json.RawMessage `json:"before"` // canonical; nil when the document is new
	After      json.RawMessage `json:"after"`  // canonical; nil when the document was deleted
	Actor      actor.Actor     `json:"actor"`
}

// Deleted reports whether the change removed the document.
func (c *Change) Deleted() bool { return c.After == nil }

// Position is a place in one store's log. Epoch names the log's line of
// history: it is new when a store is made, restored, or its loss accepted,
// and a follower that saved another epoch must rebuild.
type Position struct {
	Epoch string `json:"epoch"`
	Seq   uint64 `json:"seq"`
}
