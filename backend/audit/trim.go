package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// trimAtOnce is how many entries one transaction takes away.
const trimAtOnce = 50

// Trim takes away the entries from before a time and returns how many. It
// first writes an entry that names the last one to go and its hash, so that
// what remains is proven to be all that should be there, also when the
// trimming is cut off.
func (t *Trail) Trim(ctx context.Context, s store.Scope, keepSince time.Time) (int, error) {
	t.trimming.Lock()
	defer t.trimming.Unlock()
	until, err := t.seek(ctx, s, keepSince)
	if err != nil {
		return 0, err
	}
	last, err := t.next(ctx, s, store.Query{Limit: 1, Reverse: true})
	if err != nil || last == nil {
		return 0, err
	}
	first, err := t.next(ctx, s, store.Query{Limit: 1})
	if err != nil || first == nil {
		return 0, err
	}
	announced, err := t.announced(ctx, s)
	if err != nil {
		return 0, err
	}
	end := min(until, last.N) - 1 // the newest entry always stays: the chain goes on from it
	if end >= first.N && end > announced {
		of, err := t.next(ctx, s, store.Query{Limit: 1, Range: &store.Range{From: store.String(keyOf(end)), To: store.String(keyOf(end))}})
		if err != nil {
			return 0, err
		}
		if of == nil {
			return 0, fmt.Errorf("trim the trail: entry %d is missing or damaged", end)
		}
		e := Entry{Removed: end, RemovedHash: of.Hash}
		by := actor.Hub("audit")
		e.tell(by, Happening{Event: Trimmed, Note: fmt.Sprintf("entries %d to %d, from before %s", first.N, end, keepSince.UTC().Format(time.DateOnly))})
		if err := t.write(ctx, s, by, &e); err != nil {
			return 0, err
		}
	}
	return t.remove(ctx, s, max(end, announced))
}

// announced is the number up to which an earlier trimming said that it takes
// entries away.
func (t *Trail) announced(ctx context.Context, s store.Scope) (n int64, err error) {
	err = t.walk(ctx, s, Filter{Event: Trimmed}, span{1, endless}, true, func(_ store.Record, e *Entry) bool {
		if e != nil {
			n = e.Removed
		}
		return e == nil
	})
	return n, err
}

// remove takes away the entries up to end.
func (t *Trail) remove(ctx context.Context, s store.Scope, end int64) (int, error) {
	n := 0
	for end > 0 {
		removed := 0
		w := store.Write{Scope: s, Actor: actor.Hub("audit")}
		_, err := t.db.Update(ctx, w, func(tx store.Tx) error {
			removed = 0
			own := tx.ScopedTx(store.System().In(s.Org()))
			p, err := own.Select(Entries.Schema(), store.Query{Limit: trimAtOnce, Range: &store.Range{To: store.String(keyOf(end))}})
			if err != nil {
				return err
			}
			for _, rec := range p.Records {
				if err := own.Remove(Entries.Schema(), rec.Key, store.AnyRev); err != nil {
					return err
				}
				removed++
			}
			return nil
		})
		n += removed
		if err != nil {
			return n, fmt.Errorf("trim the trail: %w", err)
		}
		if removed < trimAtOnce {
			break
		}
	}
	return n, nil
}
