package store

import (
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// The rules of writing, one copy for all engines.

// NextRev decides whether row may be written over old (nil when the key is
// free) at ifRev under the scope, and with which revision.
func NextRev(c *Schema, s Scope, old *Record, row *Row, ifRev int64) (int64, error) {
	if !s.Sees(row.Place) {
		return 0, fault.New(fault.Denied, "you may not put a document of %s there", c.Name)
	}
	switch {
	case old == nil && ifRev > 0:
		return 0, notFound(c, row.Key)
	case old == nil:
		return row.Past + 1, nil
	case ifRev == 0 || ifRev == AnyRev && !s.Sees(old.Place):
		return 0, fault.New(fault.Conflict, "%s already holds a document %q", c.Name, row.Key)
	case !s.Sees(old.Place):
		return 0, notFound(c, row.Key)
	}
	if err := checkRev(c, old, ifRev); err != nil {
		return 0, err
	}
	return max(old.Rev, row.Past) + 1, nil
}

// MayRemove decides whether old (nil when there is none) may be deleted.
func MayRemove(c *Schema, s Scope, old *Record, key string, ifRev int64) error {
	if old == nil || !s.Sees(old.Place) {
		return notFound(c, key)
	}
	return checkRev(c, old, ifRev)
}

func checkRev(c *Schema, old *Record, ifRev int64) error {
	if ifRev == AnyRev || ifRev == old.Rev {
		return nil
	}
	return fault.New(fault.Conflict, "the document %q of %s has changed since you read it (revision %d now, %d then)",
		old.Key, c.Name, old.Rev, ifRev).WithRemedy("read it again and repeat your change")
}

func notFound(c *Schema, key string) error {
	return fault.New(fault.NotFound, "%s holds no document %q", c.Name, key)
}

// Visible turns a record found (nil when there is none) into an answer.
func Visible(c *Schema, s Scope, r *Record, key string) (Record, error) {
	if r == nil || !s.Sees(r.Place) {
		return Record{}, notFound(c, key)
	}
	return *r, nil
}

// Duplicate is the error of a unique index that already holds a tuple.
func Duplicate(c *Schema, ix *IndexSchema) error {
	e := fault.New(fault.Conflict, "%s already holds a document with the same %s", c.Name, ix.Name)
	for _, f := range ix.Fields {
		e.Fields = append(e.Fields, fault.Field{Pointer: "/" + f.Name, Problem: "is taken", Remedy: "choose another"})
	}
	return e
}

// Check refuses a transaction of truth without scope or actor.
func (w Write) Check() error {
	if err := w.Scope.Check(); err != nil {
		return err
	}
	if w.Actor.Nobody() {
		return fault.New(fault.Denied, "a write must say who makes it")
	}
	if len(w.Batch) > MaxKey {
		return fault.New(fault.Invalid, "the batch's id is longer than %d bytes", MaxKey)
	}
	return nil
}

// MayWrite refuses a collection of the wrong class: truth in UpdateLocal, or
// derived and local in Update.
func MayWrite(c *Schema, truth bool) error {
	if (c.Class == Truth) == truth {
		return nil
	}
	if truth {
		return fault.New(fault.Internal, "%s is %s: write it with UpdateLocal, no transaction spans both", c.Name, c.Class)
	}
	return fault.New(fault.Internal, "%s is truth: write it with Update, so that it is logged", c.Name)
}

// Closed is the answer of a store after Close.
func Closed() error {
	return fault.New(fault.Unavailable, "the store is closed")
}

// Lost is the fault of a store whose log ends before a sequence that witness
// has seen committed.
func Lost(head Position, witness string, seq uint64) error {
	return fault.New(fault.Unavailable, "the store's changes %d to %d are gone: %s has seen them, the log ends at %d; reading goes on, writes are refused",
		head.Seq+1, seq, witness, head.Seq).
		WithRemedy("stop the hub, then restore a backup, or accept the loss with: hubcap recover --accept-loss")
}

// CheckSchemas refuses a list that an engine can't open.
func CheckSchemas(list []*Schema) error {
	seen := map[string]bool{}
	for _, c := range list {
		if seen[c.Name] {
			return fault.New(fault.Internal, "the collection %q is declared twice", c.Name)
		}
		seen[c.Name] = true
	}
	return nil
}
