package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// logPage is how many changes are compared at once.
const logPage = 500

// compare reads the change log as far back as it reaches, up to a sequence,
// and looks whether each transaction is told as it was made: by an entry that
// is still the one that was logged, with the digest of what was logged. What
// the log held before the first entry in it was not told.
func (t *Trail) compare(ctx context.Context, s store.Scope, v *Verified, head uint64) error {
	after, err := t.oldest(ctx, head)
	if err != nil {
		return err
	}
	telling := false
	for after < head {
		changes, err := t.db.Changes(ctx, after, logPage)
		if errors.Is(err, store.ErrTrimmed) { // meanwhile, or a change is missing in the log
			now, err := t.oldest(ctx, head)
			if err != nil || now <= after {
				return err
			}
			after = now
			continue
		}
		if err != nil || len(changes) == 0 {
			return err
		}
		after = changes[len(changes)-1].Seq
		for len(changes) > 0 {
			n := 1 + slices.IndexFunc(changes, func(c store.Change) bool { return c.Last })
			if n == 0 {
				n = len(changes)
			}
			if v.Break, err = t.compareOne(ctx, s, changes[:n], &telling); err != nil || v.Break != nil {
				return err
			}
			v.Compared++
			changes = changes[n:]
		}
	}
	return nil
}

// compareOne compares one transaction with its entry.
func (t *Trail) compareOne(ctx context.Context, s store.Scope, changes []store.Change, telling *bool) (*Break, error) {
	var logged *store.Change
	for i := range changes {
		c := &changes[i]
		if c.Org != s.Org() || c.Collection != Entries.Name() {
			continue
		}
		if c.Deleted() {
			continue // by a trimming, which the chain's beginning proves
		}
		logged, *telling = c, true
		if b, err := t.compareEntry(ctx, s, c); err != nil || b != nil {
			return b, err
		}
	}
	of := toldOf(changes, s.Org())
	if len(of) == 0 || !*telling {
		return nil, nil
	}
	if logged == nil {
		return &Break{What: fmt.Sprintf("no entry tells of change %d of the log (%s)", of[0].Seq, of[0].Collection)}, nil
	}
	e, err := Entries.Decode(logged.After)
	if err != nil {
		return nil, err
	}
	if e.Digest != DigestOf(of) {
		return &Break{e.N, fmt.Sprintf("does not tell of the changes from %d on as the log holds them", changes[0].Seq)}, nil
	}
	return nil, nil
}

// compareEntry looks whether an entry still stands as it was logged.
func (t *Trail) compareEntry(ctx context.Context, s store.Scope, c *store.Change) (*Break, error) {
	var rec store.Record
	err := t.db.View(ctx, s, func(r store.Reader) (err error) { rec, err = r.Fetch(Entries.Schema(), c.Key); return err })
	n := numberOf(c.Key)
	switch {
	case fault.Is(err, fault.NotFound):
		// One that was trimmed lies before the chain's beginning.
		first, err := t.next(ctx, s, store.Query{Limit: 1})
		if err != nil || first != nil && n < first.N {
			return nil, err
		}
		return &Break{n, "is in the change log and no longer in the trail"}, nil
	case err != nil:
		return nil, err
	case !bytes.Equal(rec.Doc, c.After):
		return &Break{n, "is not the one that the change log holds"}, nil
	}
	return nil, nil
}

// oldest finds the sequence before the log's first change.
func (t *Trail) oldest(ctx context.Context, head uint64) (uint64, error) {
	lo, hi := uint64(0), head
	for lo < hi {
		mid := lo + (hi-lo)/2
		_, err := t.db.Changes(ctx, mid, 1)
		switch {
		case errors.Is(err, store.ErrTrimmed):
			lo = mid + 1
		case err != nil:
			return 0, err
		default:
			hi = mid
		}
	}
	return lo, nil
}
