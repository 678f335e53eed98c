package meaning

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// follower is the Index as the change log sees it.
type follower Index

func (f *follower) Name() string   { return "meaning" }
func (f *follower) MaxLag() uint64 { return f.o.MaxLag }

func (f *follower) Position(context.Context) (store.Position, error) {
	ix := (*Index)(f)
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.again {
		return store.Position{}, nil
	}
	return ix.at, nil
}

// ref is a document whose pieces are read again.
type ref struct{ kind, org, key string }

func (f *follower) Apply(ctx context.Context, changes []store.Change, at store.Position) error {
	ix := (*Index)(f)
	kinds := map[string]store.Touches{}
	for kind, src := range ix.sources {
		kinds[kind] = src.Touches
	}
	var refs []ref
	for _, t := range store.TouchedBy(changes, kinds) {
		refs = append(refs, ref{t.Collection, t.Org, t.Key})
	}
	for refs := range slices.Chunk(refs, viewSize) {
		if err := ix.take(ctx, refs, nil); err != nil {
			return err
		}
	}
	return ix.reached(at)
}

// Rebuild walks over all documents. What is there serves meanwhile, and a walk
// that was cut off loses no vector.
func (f *follower) Rebuild(ctx context.Context, db store.DB) (store.Position, error) {
	ix := (*Index)(f)
	ix.setBuilding(true)
	defer ix.setBuilding(false)
	at := db.Head()
	alive := map[print]bool{}
	for kind, s := range ix.sources {
		q := store.Query{Limit: viewSize}
		for {
			var recs store.Records
			err := db.View(ctx, store.System(), func(r store.Reader) (err error) {
				recs, err = r.Select(s.Schema, q)
				return err
			})
			if err != nil {
				return at, fmt.Errorf("read %s: %w", kind, err)
			}
			refs := make([]ref, len(recs.Records))
			for i, rec := range recs.Records {
				refs[i] = ref{kind, rec.Org, rec.Key}
			}
			if err := ix.take(ctx, refs, alive); err != nil {
				return at, err
			}
			if q.Cursor = recs.Next; q.Cursor == "" {
				break
			}
		}
	}
	if err := ix.bury(alive); err != nil {
		return at, err
	}
	return at, ix.reached(at)
}

func (ix *Index) setBuilding(b bool) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.building = b
	if b {
		ix.again = false
	}
}

// viewSize is how many documents are read in one view of the store.
const viewSize = 50

// read is a document with its pieces.
type read struct {
	ref
	place  store.Place
	pieces []Piece
}

// take reads documents, embeds the texts that are new, and keeps their pieces.
func (ix *Index) take(ctx context.Context, refs []ref, alive map[print]bool) error {
	docs := make([]read, 0, len(refs))
	err := ix.db.View(ctx, store.System(), func(r store.Reader) error {
		for _, rf := range refs {
			d := read{ref: rf}
			var err error
			d.place, d.pieces, err = ix.sources[rf.kind].Pieces(r.Scoped(store.System().In(rf.org)), rf.key)
			var damaged *store.Damaged
			switch {
			case fault.Is(err, fault.NotFound), errors.As(err, &damaged):
				d.pieces = nil
			case err != nil:
				return fmt.Errorf("read pieces of %s %s: %w", rf.kind, rf.key, err)
			case alive != nil:
				alive[docID(rf.kind, rf.org, rf.key)] = true
			}
			docs = append(docs, d)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := ix.embed(ctx, docs); err != nil {
		return err
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.table == nil {
		return nil // not one text so far
	}
	for _, d := range docs {
		if err := ix.keep(d); err != nil {
			return err
		}
	}
	return nil
}

// batch is how many texts go to the model at once.
const batch = 32

// embed makes the vectors of texts that have none yet.
func (ix *Index) embed(ctx context.Context, docs []read) error {
	want := map[print]string{}
	ix.mu.RLock()
	for _, d := range docs {
		for _, p := range d.pieces {
			if pr := printOf(p.Text); ix.table == nil || !ix.table.has(pr) {
				want[pr] = p.Text
			}
		}
	}
	m := ix.model
	ix.mu.RUnlock()
	for prints := range slices.Chunk(slices.Collect(maps.Keys(want)), batch) {
		texts := make([]string, len(prints))
		for i, pr := range prints {
			texts[i] = want[pr]
		}
		reply, err := m.Embed(ctx, llm.EmbedRequest{Texts: texts})
		if err != nil {
			return fmt.Errorf("embed texts: %w", err)
		}
		if len(reply.Vectors) != len(texts) {
			return fmt.Errorf("embed texts: %d vectors for %d texts", len(reply.Vectors), len(texts))
		}
		if err := ix.addVectors(prints, reply.Vectors); err != nil {
			return err
		}
	}
	return nil
}

func (ix *Index) addVectors(prints []print, vectors [][]float32) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.files == nil {
		dims := len(vectors[0])
		if dims < 4 || dims%4 != 0 {
			return fmt.Errorf("the model's vectors have %d numbers, not a multiple of 4", dims)
		}
		f, err := createFiles(ix.dir, head{formatMark, ix.model.Print, dims})
		if err != nil {
			return err
		}
		ix.files, ix.table = f, newTable(dims)
	}
	for i, v := range vectors {
		if len(v) != ix.table.dims {
			return fmt.Errorf("a vector has %d numbers instead of %d", len(v), ix.table.dims)
		}
		if ix.table.has(prints[i]) {
			continue
		}
		if err := ix.files.addVector(prints[i], v); err != nil {
			return err
		}
		ix.table.add(prints[i], v)
	}
	return nil
}

// keep writes a document's pieces, unless they stand so already.
func (ix *Index) keep(d read) error {
	refs := make([]pieceRef, len(d.pieces))
	for i, p := range d.pieces {
		refs[i] = pieceRef{p.Field, printOf(p.Text)}
	}
	if ix.table.holds(d.kind, d.org, d.key, d.place, refs) {
		return nil
	}
	l := line{Kind: d.kind, Org: d.org, Key: d.key, Place: &d.place}
	for _, r := range refs {
		l.Pieces = append(l.Pieces, linePiece{r.field, ix.table.rows[r.print]})
	}
	if err := ix.files.append(l); err != nil {
		return err
	}
	ix.table.set(d.kind, d.org, d.key, d.place, refs)
	return nil
}

// bury takes out the documents that are no more.
func (ix *Index) bury(alive map[print]bool) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.table == nil {
		return nil
	}
	for _, d := range ix.table.docs {
		h := ix.table.homes[d.home]
		if len(d.rows) > 0 && !alive[docID(h.kind, h.org, d.key)] {
			if err := ix.keep(read{ref: ref{h.kind, h.org, d.key}, place: ix.table.places[d.place]}); err != nil {
				return err
			}
		}
	}
	if ix.table.wasteful() {
		return ix.compact()
	}
	return nil
}

// compact writes both files anew without what nobody has any more.
func (ix *Index) compact() error {
	dir := ix.dir + ".new"
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	f, err := createFiles(dir, head{formatMark, ix.model.Print, ix.table.dims})
	if err != nil {
		return err
	}
	old, t := ix.table, newTable(ix.table.dims)
	v := make([]float32, t.dims)
	for row, owners := range old.owners {
		if len(owners) == 0 {
			continue
		}
		if err := ix.files.vector(int32(row), v); err != nil {
			return errors.Join(err, f.close())
		}
		if err := f.addVector(old.prints[row], v); err != nil {
			return errors.Join(err, f.close())
		}
		t.add(old.prints[row], v)
	}
	moved := &Index{files: f, table: t}
	for n, d := range old.docs {
		refs := old.pieces(int32(n))
		if len(refs) == 0 {
			continue
		}
		h, place := old.homes[d.home], old.places[d.place]
		l := line{Kind: h.kind, Org: h.org, Key: d.key, Place: &place}
		for _, r := range refs {
			l.Pieces = append(l.Pieces, linePiece{r.field, t.rows[r.print]})
		}
		if err := moved.files.append(l); err != nil {
			return errors.Join(err, f.close())
		}
		t.set(h.kind, h.org, d.key, place, refs)
	}
	if err := errors.Join(f.sync(), ix.files.close()); err != nil {
		return errors.Join(err, f.close())
	}
	ix.files, ix.table = f, t
	// The folders change places whole: rows of one are not those of the other.
	behind := ix.dir + ".old"
	if err := errors.Join(os.RemoveAll(behind), os.Rename(ix.dir, behind), os.Rename(dir, ix.dir)); err != nil {
		return fmt.Errorf("put the compacted vectors in place: %w", err)
	}
	return os.RemoveAll(behind)
}

// reached notes how far the log was read, with everything before it on disk.
func (ix *Index) reached(at store.Position) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.files != nil {
		if err := ix.files.sync(); err != nil {
			return fmt.Errorf("write vectors: %w", err)
		}
		if err := ix.files.append(line{At: &at}); err != nil {
			return err
		}
	}
	ix.at = at
	return nil
}
