package backup

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

// Fence is the right to write a device's history from one change on. A fence
// with a greater number shuts out those before it: what they write beyond
// where it begins is void.
type Fence struct {
	Number uint64    `json:"fence"`
	Line   uint64    `json:"line"`   // the fence with which this line of history began
	Epoch  string    `json:"epoch"`  // of the store's log
	After  uint64    `json:"after"`  // the writer goes on behind this sequence
	Chain  string    `json:"chain"`  // of the log at After, hexadecimal
	Holder string    `json:"holder"` // the writer
	Made   time.Time `json:"made"`
	Cuts   []Cut     `json:"cuts"` // of all fences up to this one, so that the newest says all
}

// Cut is where a fence shut out the writers of its line before it.
type Cut struct {
	Fence uint64 `json:"fence"`
	Line  uint64 `json:"line"`
	After uint64 `json:"after"`
}

const fenceFolder = "fence/"

func fencePath(n uint64) string { return fmt.Sprintf("%s%08x", fenceFolder, n) }

// fencePaths lists the fences after a number, in order.
func (d *Device) fencePaths(ctx context.Context, n uint64) (paths []string, err error) {
	err = d.list(ctx, fenceFolder, fencePath(n), func(path string, _ remote.Info) error {
		paths = append(paths, path)
		return nil
	})
	return paths, err
}

// lastFence reads the newest fence; its Number is 0 where there is none.
func (d *Device) lastFence(ctx context.Context) (Fence, error) {
	paths, err := d.fencePaths(ctx, 0)
	if err != nil || len(paths) == 0 {
		return Fence{}, err
	}
	return d.readFence(ctx, paths[len(paths)-1])
}

func (d *Device) readFence(ctx context.Context, path string) (Fence, error) {
	b, err := d.repo.get(ctx, kindFence, d.name(path))
	if err != nil {
		return Fence{}, err
	}
	var f Fence
	if err := json.Unmarshal(b, &f); err != nil || fencePath(f.Number) != path {
		return Fence{}, &Damage{Object: d.name(path), Problem: "it is not the fence that its name says", err: err}
	}
	return f, nil
}

func parseChain(text string) (c segment.Chain, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(c) {
		return c, errors.New("that is no chain")
	}
	return segment.Chain(b), nil
}

// ErrFenced says that another writer has taken the device.
var ErrFenced = errors.New("another hub has taken this backup over")

// claim is a writer's place in the device's history.
type claim struct {
	Fence
	at    uint64        // what the bucket holds, and this writer goes on behind
	chain segment.Chain // of the log at it
	fresh bool          // the line has just begun: it needs a checkpoint
}

// ErrBehind says that the bucket holds changes that the store has not: what
// was committed is gone from it.
var ErrBehind = errors.New("the backup holds changes that this store does not have")

// BehindError says how far the bucket is ahead.
type BehindError struct{ Bucket, Store store.Position }

func (e *BehindError) Error() string {
	return fmt.Sprintf("the backup holds change %d, and this store ends at %d", e.Bucket.Seq, e.Store.Seq)
}

func (e *BehindError) Unwrap() error { return ErrBehind }

// take claims the device for a writer: it goes on where the bucket ends when
// the store's log proves that it is the same history, and begins a new line
// otherwise, or when fresh asks for one.
func (d *Device) take(ctx context.Context, db store.DB, holder string, fresh bool) (claim, error) {
	for range 8 { // somebody else may take it between reading and writing
		c, err := d.prepare(ctx, db, holder, fresh)
		if err != nil || !c.Made.IsZero() {
			return c, err
		}
		c.Made = d.repo.now().UTC()
		b, err := json.Marshal(c.Fence)
		if err != nil {
			return claim{}, err
		}
		_, _, err = d.repo.put(ctx, kindFence, d.name(fencePath(c.Number)), b, remote.Put{IfAbsent: true})
		switch {
		case errors.Is(err, remote.ErrExists):
			continue
		case err != nil:
			return claim{}, fmt.Errorf("take a fence: %w", err)
		}
		return c, nil
	}
	return claim{}, fault.New(fault.Conflict, "other hubs are taking this backup over again and again").
		WithRemedy("give each hub a backup of its own")
}

// prepare finds the fence to take; Made is set when this writer holds it
// already.
func (d *Device) prepare(ctx context.Context, db store.DB, holder string, fresh bool) (claim, error) {
	head := db.Head()
	last, err := d.lastFence(ctx)
	if err != nil {
		return claim{}, err
	}
	c := claim{Fence: Fence{Number: last.Number + 1, Epoch: head.Epoch, Holder: holder}, at: head.Seq, fresh: true}
	c.Line = c.Number
	if last.Number > 0 && last.Epoch == head.Epoch && !fresh {
		end, err := d.end(ctx, last)
		if err != nil {
			return claim{}, err
		}
		if end.seq > head.Seq {
			return claim{}, &BehindError{Bucket: store.Position{Epoch: head.Epoch, Seq: end.seq}, Store: head}
		}
		same, err := end.provedBy(ctx, db)
		if err != nil {
			return claim{}, err
		}
		if same {
			c.Line, c.at, c.chain, c.fresh = last.Line, end.seq, end.chain, false
			if last.Holder == holder {
				c.Fence = last
				return c, nil
			}
		}
	}
	c.After, c.Chain = c.at, hex.EncodeToString(c.chain[:])
	c.Cuts = append(slices.Clone(last.Cuts), Cut{Fence: c.Number, Line: c.Line, After: c.After})
	return c, nil
}

// ending is where the bucket's log ends in a line.
type ending struct {
	seq   uint64
	chain segment.Chain
	last  []store.Change // of the last transaction; nil where the line has none
}

// end finds where the bucket's log ends in the line of a fence.
func (d *Device) end(ctx context.Context, last Fence) (ending, error) {
	chain, err := parseChain(last.Chain)
	if err != nil {
		return ending{}, &Damage{Object: d.name(fencePath(last.Number)), Problem: err.Error()}
	}
	// A segment may begin before the fence and end with it.
	spans, err := d.spans(ctx, last.Line)
	if err != nil {
		return ending{}, err
	}
	var end *Span
	for i := range spans {
		s := &spans[i]
		if s.To >= last.After && !void(s.Name, last.Cuts) && (end == nil || s.To > end.To || s.To == end.To && s.Level < end.Level) {
			end = s
		}
	}
	if end == nil {
		return ending{seq: last.After, chain: chain}, nil
	}
	h, changes, err := d.readSegment(ctx, end.Name)
	if err != nil {
		return ending{}, err
	}
	tx := changes[len(changes)-1].Tx
	for i := range changes {
		if changes[i].Tx == tx {
			return ending{seq: h.To, chain: h.After, last: changes[i:]}, nil
		}
	}
	return ending{seq: h.To, chain: h.After}, nil
}

// void reports whether a segment was written after its writer was shut out.
func void(n segment.Name, cuts []Cut) bool {
	return slices.ContainsFunc(cuts, func(c Cut) bool { return c.Line == n.Line && c.Fence > n.Fence && n.To > c.After })
}

// provedBy reports whether the store's own log holds what the bucket's ends
// with, and so goes on from there.
func (e *ending) provedBy(ctx context.Context, db store.DB) (bool, error) {
	if e.last == nil {
		if db.Head().Seq == e.seq {
			return true, nil
		}
		_, err := db.Changes(ctx, e.seq, 1)
		if errors.Is(err, store.ErrTrimmed) {
			return false, nil
		}
		return err == nil, err
	}
	own, err := db.Changes(ctx, e.last[0].Tx-1, 1)
	switch {
	case errors.Is(err, store.ErrTrimmed):
		return false, nil
	case err != nil:
		return false, err
	}
	return slices.EqualFunc(e.last, own[:min(len(e.last), len(own))], func(a, b store.Change) bool {
		return bytes.Equal(a.Append(nil), b.Append(nil))
	}), nil
}

// shutOut returns ErrFenced when another writer came after this fence.
func (d *Device) shutOut(ctx context.Context, own uint64) error {
	paths, err := d.fencePaths(ctx, own)
	if err != nil || len(paths) == 0 {
		return err
	}
	by, err := d.readFence(ctx, paths[len(paths)-1])
	if err != nil {
		return err
	}
	return fault.Wrap(fault.Conflict, ErrFenced, "another hub took this backup over at %s, with fence %d", by.Made.UTC().Format(time.RFC3339), by.Number).
		WithRemedy("stop one of the two hubs, or give this one a backup of its own")
}
