// Package move copies a store's truth into another store, whatever their
// engines: every document at its revision, to the byte.
//
// What is derived is made again from it. What is local (sessions, running
// jobs) and the change log stay behind: the new store begins a log of its own
// (docs/adr/0011-move-copies-documents.md).
package move

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Mark stands in a store that is being filled, from the first page to the
// last, and says where a stopped move goes on.
type Mark struct {
	ID         string `json:"id"`
	Epoch      string `json:"epoch"` // of the source, with its Seq
	Seq        int64  `json:"seq"`
	Collection string `json:"collection"`
	Cursor     string `json:"cursor"` // of the source; "" is the collection's beginning
	Documents  int64  `json:"documents"`
}

const (
	markOrg = "hubcap" // marks belong to no organisation of anybody
	markID  = "move"
)

// Marks holds one mark while a move goes on.
var Marks = store.Define(store.Def[Mark]{Name: "moves", Class: store.Truth, Schema: 1, Key: func(m *Mark) string { return m.ID }})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{Marks.Schema()} }

// Refuse returns an error when a move into db has not ended: half a store is
// not to be worked with.
func Refuse(ctx context.Context, db store.DB) error {
	m, err := markOf(ctx, db)
	if err != nil || m == nil {
		return err
	}
	return fault.New(fault.Conflict, "a move into this store stopped after %d documents", m.Documents).
		WithRemedy("run the same `hubcap move` again: it goes on where it stopped; or begin with an empty store")
}

func markOf(ctx context.Context, db store.DB) (*Mark, error) {
	var d store.Doc[Mark]
	err := db.View(ctx, store.Org(markOrg), func(r store.Reader) (err error) { d, err = Marks.Get(r, markID); return err })
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return &d.Value, err
}

// Options of a move; the zero Options works.
type Options struct {
	Progress func(step string, documents int) // hears of every page
	// Ready is called when the target was found fit and before anything is
	// written there, also when a move goes on. Its error ends the move.
	Ready func() error
}

// Report says what was moved.
type Report struct {
	Content store.Content `json:"content"` // of both stores, compared
	Resumed bool          `json:"resumed"` // an earlier move had stopped
	Took    time.Duration `json:"took"`
}

// pageBytes is about how much one transaction writes.
const pageBytes = 4 << 20

// keepChanges is how much of the target's log is kept while it is filled:
// nobody follows it yet.
const keepChanges = 10_000

// Run fills an empty store with the truth of another, or goes on where it
// stopped, and compares both at the end. Nobody may write to either
// meanwhile. Both were opened with schemas, which hold Schemas.
func Run(ctx context.Context, from, to store.DB, schemas []*store.Schema, o Options) (Report, error) {
	began := time.Now()
	if o.Progress == nil {
		o.Progress = func(string, int) {}
	}
	if err := Refuse(ctx, from); err != nil {
		return Report{}, fmt.Errorf("the source: %w", err)
	}
	var content []*store.Schema
	for _, s := range schemas {
		if s.Class == store.Truth && s != Marks.Schema() {
			content = append(content, s)
		}
	}
	m, resumed, err := begin(ctx, from, to, content)
	if err != nil {
		return Report{}, err
	}
	if o.Ready != nil {
		if err := o.Ready(); err != nil {
			return Report{}, err
		}
	}
	f := &filling{from: from, to: to, mark: m, progress: o.Progress}
	if err := f.fill(ctx, content); err != nil {
		return Report{}, err
	}
	r := Report{Resumed: resumed}
	if r.Content, err = compare(ctx, from, to, content, m, o.Progress); err != nil {
		return Report{}, err
	}
	_, err = to.Update(ctx, f.write(), func(tx store.Tx) error { return Marks.Delete(tx, markID, store.AnyRev) })
	r.Took = time.Since(began)
	return r, err
}

// begin finds the mark of a stopped move, or makes the first one where the
// target is empty.
func begin(ctx context.Context, from, to store.DB, content []*store.Schema) (m Mark, resumed bool, err error) {
	head := from.Head()
	old, err := markOf(ctx, to)
	switch {
	case err != nil:
		return Mark{}, false, err
	case old != nil && (old.Epoch != head.Epoch || old.Seq != int64(head.Seq)):
		return Mark{}, false, fault.New(fault.Conflict, "the target holds half a move of another source, or the source was changed since").
			WithRemedy("begin with an empty target")
	case old != nil:
		return *old, true, nil
	}
	if err := store.RequireEmpty(ctx, to, content); err != nil {
		return Mark{}, false, err
	}
	m = Mark{ID: markID, Epoch: head.Epoch, Seq: int64(head.Seq)}
	return m, false, nil
}

// filling is one move under way.
type filling struct {
	from, to store.DB
	mark     Mark
	progress func(string, int)
	trimmed  int64
}

func (f *filling) write() store.Write {
	return store.Write{Scope: store.Org(markOrg), Actor: actor.Machine()}
}

func (f *filling) fill(ctx context.Context, content []*store.Schema) error {
	began := f.mark.Collection == ""
	for _, s := range content {
		if !began && s.Name != f.mark.Collection {
			continue // moved before the stop
		}
		cursor := ""
		if !began {
			cursor = f.mark.Cursor
		}
		began = true
		err := store.EachPage(ctx, f.from, s, cursor, func(p store.Records) error { return f.page(ctx, s, p) })
		if err != nil {
			return fmt.Errorf("move %s: %w", s.Name, err)
		}
	}
	return nil
}

// page writes one page of the source in transactions of bounded size, the
// last of them with the mark of the next page.
func (f *filling) page(ctx context.Context, s *store.Schema, p store.Records) error {
	all := p.Records
	for {
		n, size := 0, 0
		for n < len(all) && size < pageBytes {
			size += len(all[n].Doc)
			n++
		}
		part := all[:n]
		all = all[n:]
		next := f.mark
		if next.Collection != s.Name {
			next.Collection, next.Cursor = s.Name, ""
		}
		next.Documents += int64(len(part))
		if len(all) == 0 {
			next.Cursor = p.Next
		}
		_, err := f.to.Update(ctx, f.write(), func(tx store.Tx) error {
			for i := range part {
				if err := put(tx, s, &part[i]); err != nil {
					return err
				}
			}
			_, err := Marks.Put(tx, &next, store.AnyRev)
			return err
		})
		if err != nil {
			return err
		}
		f.mark = next
		f.progress("moving "+s.Name, int(next.Documents))
		if f.mark.Documents-f.trimmed > keepChanges {
			f.trimmed = f.mark.Documents
			if _, err := f.to.Trim(ctx, keepChanges); err != nil {
				return err
			}
		}
		if len(all) == 0 {
			return nil
		}
	}
}

// put writes a document at the revision that it has. One that a stopped move
// has written already is left.
func put(tx store.Tx, s *store.Schema, r *store.Record) error {
	own := tx.ScopedTx(store.System().In(r.Org))
	there, err := own.Fetch(s, r.Key)
	switch {
	case err == nil && there.Rev == r.Rev && bytes.Equal(there.Doc, r.Doc):
		return nil
	case err == nil:
		return fault.New(fault.Conflict, "%s %q is in the target already, and another", s.Name, r.Key).WithRemedy("begin with an empty target")
	case !fault.Is(err, fault.NotFound):
		return err
	}
	row, err := s.RowOf(r.Key, r.Doc, r.Rev)
	if err != nil {
		return err
	}
	_, err = own.Store(s, row, 0)
	return err
}

// compare reads both stores again.
func compare(ctx context.Context, from, to store.DB, content []*store.Schema, m Mark, progress func(string, int)) (store.Content, error) {
	was, err := store.ContentOf(ctx, from, content, func(n int) { progress("reading the source again", n) })
	if err != nil {
		return store.Content{}, err
	}
	is, err := store.ContentOf(ctx, to, content, func(n int) { progress("reading the target again", n) })
	if err != nil {
		return store.Content{}, err
	}
	head := from.Head()
	switch {
	case head.Epoch != m.Epoch || int64(head.Seq) != m.Seq:
		return is, fault.New(fault.Conflict, "the source was written to while it was moved").WithRemedy("stop the hub that uses it, then move it into an empty target")
	case !maps.Equal(was.Counts, is.Counts) || was.Root != is.Root:
		return is, fault.New(fault.Internal, "the target holds %v with the root %s, the source %v with %s", is.Counts, is.Root, was.Counts, was.Root).
			WithRemedy("if a hub was open on the target, stop it; then move into an empty target")
	}
	return is, nil
}
