package audit

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// Keep returns the store with the trail kept: each Update writes one more
// document, the entry that tells what the others are, in the same
// transaction. What fails leaves no entry, and without the entry nothing is
// written. Undo entries tell nothing new and derived and local documents are
// not told of.
func (t *Trail) Keep() store.DB { return &kept{t.db, t} }

// kept is a store whose writes are told.
type kept struct {
	store.DB
	trail *Trail
}

// Unwrap returns the store beneath, for what only an engine knows.
func (k *kept) Unwrap() store.DB { return k.DB }

func (k *kept) Update(ctx context.Context, w store.Write, fn func(store.Tx) error) (uint64, error) {
	h, _ := ctx.Value(happeningKey{}).(Happening)
	return k.DB.Update(ctx, w, func(tx store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		changes := tx.Pending()
		done := map[string]bool{}
		for i := range changes {
			org := changes[i].Org
			if done[org] {
				continue
			}
			done[org] = true
			if of := toldOf(changes, org); len(of) > 0 {
				if err := k.trail.append(tx, org, k.trail.entryOf(w, of, h)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// entryOf tells of a transaction's changes.
func (t *Trail) entryOf(w store.Write, changes []*store.Change, h Happening) *Entry {
	if h.Event == "" {
		h.Event = DataChanged
	}
	if h.Subject == (Subject{}) {
		h.Subject = t.subjectOf(changes)
	}
	e := &Entry{Batch: w.Batch}
	e.tell(w.Actor, h)
	e.describe(changes)
	return e
}

// subjectOf is what a transaction is about: the subject of its first change.
func (t *Trail) subjectOf(changes []*store.Change) Subject {
	if t.o.Subject != nil {
		if s := t.o.Subject(changes[0]); s != (Subject{}) {
			return s
		}
	}
	return Subject{Kind: changes[0].Collection, ID: changes[0].Key}
}

type happeningKey struct{}

// Telling makes the Updates of a context tell a better word than
// data.changed: one entry says that a role changed and what of it. What h
// leaves out is filled in as for any Update.
func Telling(ctx context.Context, h Happening) context.Context {
	return context.WithValue(ctx, happeningKey{}, h)
}
