package backup

import (
	"context"
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

func (f *filling) as() store.Write {
	return store.Write{Scope: store.Org(markOrg), Actor: actor.Hub("restore")}
}

// marksOf are collections that say how a store came to be, and are not its
// content.
var marksOf = map[string]bool{"moves": true, "restores": true}

// changes replays segments on top of what the target has.
func (f *filling) changes(ctx context.Context, spans []Span, open func(segment.Name) ([]byte, error)) error {
	var before segment.Head
	for _, s := range spans {
		if int64(s.To) <= f.mark.Seq {
			continue
		}
		b, err := open(s.Name)
		if err != nil {
			return err
		}
		h, each, err := segment.Changes(s.Name, b)
		if err == nil {
			err = chained(before, h)
		}
		if err != nil {
			return &Damage{Object: f.dev.name(s.Path()), Problem: err.Error(), err: err}
		}
		before = h
		if err := f.segment(ctx, s, each); err != nil {
			return err
		}
	}
	return nil
}

// segment replays one. Its seal has proven every byte; the chain is looked at
// on the way, against a writer that was wrong.
func (f *filling) segment(ctx context.Context, s Span, each func(func(store.Change, error) bool)) error {
	var batch []store.Change
	size := 0
	for c, err := range each {
		if err != nil {
			return &Damage{Object: f.dev.name(s.Path()), Problem: err.Error(), err: err}
		}
		if !f.o.At.IsZero() && c.Time.After(f.o.At) || f.o.Seq > 0 && c.Seq > f.o.Seq {
			break // the rest is later than what was asked for
		}
		if int64(c.Seq) <= f.mark.Seq {
			continue
		}
		batch = append(batch, c)
		size += len(c.After)
		if c.Last && (size >= txBytes || len(batch) >= txChanges) {
			if err := f.apply(ctx, batch); err != nil {
				return err
			}
			batch, size = batch[:0], 0
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return f.apply(ctx, batch)
}

// apply writes whole transactions in one. Only the last change to a document
// counts; where a unique index wants the ways between, all are made.
func (f *filling) apply(ctx context.Context, batch []store.Change) error {
	last := map[string]int{}
	for i := range batch {
		c := &batch[i]
		last[c.Collection+"\x00"+c.Org+"\x00"+c.Key] = i
	}
	err := f.applyOnly(ctx, batch, func(i int, c *store.Change) bool { return last[c.Collection+"\x00"+c.Org+"\x00"+c.Key] == i })
	if fault.Is(err, fault.Conflict) {
		err = f.applyOnly(ctx, batch, func(int, *store.Change) bool { return true })
	}
	if err != nil {
		return err
	}
	end := &batch[len(batch)-1]
	f.out.Changes += len(batch)
	f.out.Seq, f.out.Time = end.Seq, end.Time
	f.progress("replaying the log", int64(end.Seq)-int64(f.got.head.Seq), f.mark.Until-int64(f.got.head.Seq))
	return nil
}

func (f *filling) applyOnly(ctx context.Context, batch []store.Change, counts func(int, *store.Change) bool) error {
	next := f.mark
	next.Seq = int64(batch[len(batch)-1].Seq)
	next.Documents += int64(len(batch))
	return f.write(ctx, next, func(tx store.Tx) error {
		for i := range batch {
			if c := &batch[i]; counts(i, c) && !marksOf[c.Collection] {
				if err := f.change(tx, c); err != nil {
					return fmt.Errorf("change %d, %s %q: %w", c.Seq, c.Collection, c.Key, err)
				}
			}
		}
		return nil
	})
}

func (f *filling) change(tx store.Tx, c *store.Change) error {
	s := f.schemas[c.Collection]
	if s == nil {
		return fault.New(fault.Conflict, "this hubcap does not know the collection %s", c.Collection).WithRemedy("use a newer one")
	}
	f.named = f.named || s.Blobs != nil
	own := tx.ScopedTx(store.System().In(c.Org))
	there, err := own.Fetch(s, c.Key)
	exists := err == nil
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	// One that was deleted and made again begins with the first revision.
	if exists && (c.Deleted() || there.Rev >= c.Rev) {
		if err := own.Remove(s, c.Key, store.AnyRev); err != nil {
			return err
		}
	}
	if c.Deleted() {
		return nil
	}
	return putRow(own, s, c.Key, c.Rev, c.After, store.AnyRev)
}
