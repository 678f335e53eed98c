package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/blevesearch/bleve/v2"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// follower is the Index as the change log sees it.
type follower Index

func (f *follower) Name() string   { return "search" }
func (f *follower) MaxLag() uint64 { return f.o.MaxLag }

func (f *follower) Position(context.Context) (store.Position, error) {
	ix := (*Index)(f)
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.cur == nil || ix.asked > ix.answered || gone(ix.cur.path) {
		return store.Position{}, nil
	}
	return ix.cur.at, nil
}

// gone reports whether somebody deleted the index under us. Open files go on
// serving until the rebuild is done.
func gone(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}

// ref is a document to be indexed again.
type ref struct{ kind, org, key string }

func (f *follower) Apply(ctx context.Context, changes []store.Change, at store.Position) error {
	ix := (*Index)(f)
	g := ix.acquire()
	if g == nil {
		return errors.New("there is no search index to add to")
	}
	defer g.users.Done()
	if gone(g.path) {
		return errors.New("the search index was deleted")
	}
	kinds := map[string]store.Touches{}
	for kind, src := range ix.sources {
		kinds[kind] = src.Touches
	}
	var refs []ref
	for _, t := range store.TouchedBy(changes, kinds) {
		refs = append(refs, ref{t.Collection, t.Org, t.Key})
	}
	batch := g.index.NewBatch()
	if err := ix.add(ctx, batch, refs); err != nil {
		return err
	}
	if err := ix.commit(g, batch, at); err != nil {
		return err
	}
	ix.advance(g, at)
	return nil
}

// id names a document in the index.
func (r ref) id() string { return strings.Join([]string{r.kind, r.org, r.key}, "\x00") }

func parseID(id string) (r ref, ok bool) {
	parts := strings.SplitN(id, "\x00", 3)
	if len(parts) != 3 {
		return r, false
	}
	return ref{parts[0], parts[1], parts[2]}, true
}

// viewSize is how many documents are composed in one view of the store.
const viewSize = 50

// add puts documents as they are in the store now into a batch, and takes
// out those that are gone.
func (ix *Index) add(ctx context.Context, batch *bleve.Batch, refs []ref) error {
	for len(refs) > 0 {
		n := min(viewSize, len(refs))
		err := ix.db.View(ctx, store.System(), func(r store.Reader) error {
			for _, ref := range refs[:n] {
				d, err := ix.sources[ref.kind].Compose(r.Scoped(store.System().In(ref.org)), ref.key)
				var damaged *store.Damaged
				switch {
				case fault.Is(err, fault.NotFound):
					batch.Delete(ref.id())
				case errors.As(err, &damaged):
					// It can't be shown either: go on without it.
					ix.o.Log.Error("a damaged document can't be searched", "collection", damaged.Collection, "key", damaged.Key)
					batch.Delete(ref.id())
				case err != nil:
					return fmt.Errorf("compose %s %s: %w", ref.kind, ref.key, err)
				default:
					if err := batch.Index(ref.id(), d.flat(ref.org, ref.kind, ix.o.Fields)); err != nil {
						return fmt.Errorf("index %s %s: %w", ref.kind, ref.key, err)
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		refs = refs[n:]
	}
	return nil
}

// commit writes a batch together with its position.
func (ix *Index) commit(g *generation, batch *bleve.Batch, at store.Position) (err error) {
	defer recovered(&err)
	b, err := json.Marshal(state{Position: at, Layout: ix.layout()})
	if err != nil {
		return err
	}
	batch.SetInternal(keyPosition, b)
	if err := g.index.Batch(batch); err != nil {
		return fmt.Errorf("write the search index: %w", err)
	}
	return nil
}

// rebuildBatch is how many documents one batch of a rebuild holds: large ones
// are faster, small ones take less memory.
const rebuildBatch = 1000

// Rebuild makes a new index beside the present one from the store as it is,
// and swaps.
func (f *follower) Rebuild(ctx context.Context, db store.DB) (store.Position, error) {
	ix := (*Index)(f)
	answers := ix.setBuilding(true)
	defer ix.setBuilding(false)
	ix.filled.Store(0)
	at := db.Head()
	g, err := ix.newGeneration()
	if err != nil {
		return at, err
	}
	if err = ix.fill(ctx, g, at); err == nil {
		g.at = at
		err = ix.swap(g)
	}
	if err != nil {
		ix.mu.Lock()
		kept := ix.cur == g
		ix.mu.Unlock()
		if !kept {
			_ = g.index.Close()
			_ = os.RemoveAll(g.path)
			return at, err
		}
		ix.o.Log.Warn("remove old search index", "err", err)
	}
	ix.mu.Lock()
	ix.answered = answers
	ix.mu.Unlock()
	ix.advance(g, at)
	return at, nil
}

// setBuilding returns the newest request for a rebuild: one that begins now
// answers it, and none that is made while it goes on.
func (ix *Index) setBuilding(b bool) (asked uint64) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.building = b
	return ix.asked
}

func (ix *Index) fill(ctx context.Context, g *generation, at store.Position) error {
	for kind, s := range ix.sources {
		q := store.Query{Limit: store.MaxLimit}
		for {
			var recs store.Records
			err := ix.db.View(ctx, store.System(), func(r store.Reader) (err error) {
				recs, err = r.Select(s.Schema, q)
				return err
			})
			if err != nil {
				return fmt.Errorf("read %s: %w", kind, err)
			}
			refs := make([]ref, len(recs.Records))
			for i, rec := range recs.Records {
				refs[i] = ref{kind, rec.Org, rec.Key}
			}
			for len(refs) > 0 {
				n := min(rebuildBatch, len(refs))
				batch := g.index.NewBatch()
				if err := ix.add(ctx, batch, refs[:n]); err != nil {
					return err
				}
				// Not yet a position: cut off here, the index is begun anew.
				if err := ix.commit(g, batch, store.Position{}); err != nil {
					return err
				}
				ix.filled.Add(uint64(n))
				refs = refs[n:]
			}
			if q.Cursor = recs.Next; q.Cursor == "" {
				break
			}
		}
	}
	return ix.commit(g, g.index.NewBatch(), at)
}
