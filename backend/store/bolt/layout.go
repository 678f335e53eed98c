package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	bbolt "go.etcd.io/bbolt"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// The buckets of both files. A collection's documents lie in docs/<name>,
// each of its indexes in index/<name>/<id>.
var (
	bucketMeta      = []byte("meta")
	bucketLog       = []byte("log")       // data.db: sequence -> change
	bucketFollowers = []byte("followers") // local.db: name -> store.FollowerState
)

const docsPrefix = "docs/"

// The keys of the bucket meta.
var (
	keyFormat    = []byte("format")
	keyEpoch     = []byte("epoch")       // data.db
	keyBase      = []byte("base")        // data.db: the log's head is never below this
	keyCursorKey = []byte("cursor")      // local.db: 32 random bytes
	keyLayout    = []byte("collection/") // + name: layout
)

// layout is what a file knows of one of its collections.
type layout struct {
	Schema  int           `json:"schema"`  // the newest a document here may have
	NextID  uint64        `json:"next_id"` // of an index
	Indexes []indexLayout `json:"indexes"`
}

type indexLayout struct {
	ID    uint64            `json:"id"`
	Built bool              `json:"built"`
	Is    store.IndexSchema `json:"is"`
}

// prepare refuses what a newer program wrote, applies the steps that are
// missing, and builds indexes that are declared otherwise than before. A folder
// that needs none of this is not written to.
func (db *DB) prepare(ctx context.Context, schemas []*store.Schema) error {
	for _, g := range []*group{db.data, db.local} {
		if err := g.view(func(tx *bbolt.Tx) error { return refuseNewer(tx, schemas, db.o.format()) }); err != nil {
			return err
		}
	}
	climbed, err := db.data.climb(db.o.Steps, func(s Step) func(*bbolt.Tx) error { return s.Data })
	if err != nil {
		return err
	}
	if db.climbed, err = db.local.climb(db.o.Steps, func(s Step) func(*bbolt.Tx) error { return s.Local }); err != nil {
		return err
	}
	if len(climbed) > len(db.climbed) {
		db.climbed = climbed
	}
	var key [32]byte
	err = db.local.view(func(tx *bbolt.Tx) error {
		copy(key[:], tx.Bucket(bucketMeta).Get(keyCursorKey))
		return nil
	})
	if err != nil {
		return err
	}
	db.cursors = store.NewCursors(key)
	for _, s := range schemas {
		g := db.local
		if s.Class == store.Truth {
			g = db.data
		}
		c, err := prepareCollection(ctx, g, s)
		if err != nil {
			return err
		}
		db.schemas[s.Name] = c
	}
	return nil
}

// change runs fn and commits when it says that it changed something. A panic
// of bbolt in it is an error, and leaves no transaction open behind it.
func (g *group) change(fn func(*bbolt.Tx) (changed bool, err error)) error {
	tx, err := g.begin()
	if err != nil {
		return err
	}
	changed := false
	err = guard(g.path, "", func() (err error) {
		if changed, err = fn(tx); err == nil && changed {
			err = tx.Commit()
		}
		return err
	})
	if err != nil || !changed {
		g.rollback(tx)
	}
	return err
}

// refuseNewer looks before anything is written.
func refuseNewer(tx *bbolt.Tx, schemas []*store.Schema, format int) error {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return nil
	}
	if n, err := formatOf(tx); err != nil || n > format {
		return cmp.Or(err, error(newerFormat(n, format)))
	}
	for _, s := range schemas {
		l, _, err := readLayout(meta, s.Name)
		if err != nil {
			return err
		}
		if l.Schema > s.Version {
			return newer(fmt.Sprintf("%s has schema %d", s.Name, l.Schema), fmt.Sprint(s.Version))
		}
	}
	return nil
}

func readLayout(meta *bbolt.Bucket, name string) (l layout, was []byte, err error) {
	was = meta.Get(layoutKey(name))
	if was != nil {
		if err := json.Unmarshal(was, &l); err != nil {
			return l, nil, fmt.Errorf("read the layout of %s: %w", name, err)
		}
	}
	return l, was, nil
}

func layoutKey(name string) []byte { return append(bytes.Clone(keyLayout), name...) }

func newer(found, knows string) *fault.Error {
	return fault.New(fault.Unavailable, "the data was written by a newer Hubcap: %s, this program knows %s; nothing was touched", found, knows).
		WithRemedy("start the newer version, or restore a backup made by this one into an empty folder")
}

func prepareCollection(ctx context.Context, g *group, s *store.Schema) (*collection, error) {
	c := &collection{Schema: s, docs: []byte(docsPrefix + s.Name)}
	var l layout
	var missing []int // slots of indexes to be built
	err := g.change(func(tx *bbolt.Tx) (_ bool, err error) {
		meta := tx.Bucket(bucketMeta)
		var was []byte
		if l, was, err = readLayout(meta, s.Name); err != nil {
			return false, err
		}
		l.Schema = s.Version
		if _, err := tx.CreateBucketIfNotExists(c.docs); err != nil {
			return false, err
		}
		// Drop indexes that are no longer declared, or not like this, or were
		// being built when the program ended.
		kept := l.Indexes[:0]
		for _, old := range l.Indexes {
			same := slices.ContainsFunc(s.Indexes, func(ix store.IndexSchema) bool { return sameIndex(ix, old.Is) })
			if same && old.Built {
				kept = append(kept, old)
			} else if err := tx.DeleteBucket(c.indexName(old.ID)); err != nil {
				return false, fmt.Errorf("drop index %s of %s: %w", old.Is.Name, s.Name, err)
			}
		}
		l.Indexes = kept
		for slot, ix := range s.Indexes {
			at := slices.IndexFunc(l.Indexes, func(old indexLayout) bool { return sameIndex(ix, old.Is) })
			if at < 0 {
				l.NextID++
				at = len(l.Indexes)
				// An index over no documents is built.
				k, _ := tx.Bucket(c.docs).Cursor().First()
				l.Indexes = append(l.Indexes, indexLayout{ID: l.NextID, Is: ix, Built: k == nil})
				if _, err := tx.CreateBucket(c.indexName(l.NextID)); err != nil {
					return false, err
				}
			}
			if !l.Indexes[at].Built {
				missing = append(missing, slot)
			}
			id := l.Indexes[at].ID
			c.indexes = append(c.indexes, indexBucket{id, c.indexName(id)})
		}
		return putLayout(meta, s.Name, was, l)
	})
	if err != nil || len(missing) == 0 {
		return c, err
	}
	if err := buildIndexes(ctx, g, c); err != nil {
		return nil, err
	}
	return c, g.change(func(tx *bbolt.Tx) (bool, error) {
		for i := range l.Indexes {
			l.Indexes[i].Built = true
		}
		return putLayout(tx.Bucket(bucketMeta), s.Name, nil, l)
	})
}

func putLayout(meta *bbolt.Bucket, name string, was []byte, l layout) (changed bool, err error) {
	now, err := json.Marshal(l)
	if err != nil || bytes.Equal(was, now) {
		return false, err
	}
	return true, meta.Put(layoutKey(name), now)
}

func sameIndex(a, b store.IndexSchema) bool {
	return a.Name == b.Name && a.Unique == b.Unique && a.Build == b.Build && slices.Equal(a.Fields, b.Fields)
}

func (c *collection) indexName(id uint64) []byte {
	return fmt.Appendf(nil, "index/%s/%d", c.Name, id)
}

// buildIndexes writes every document's entries anew, some at a time. A crash
// in it leaves the indexes marked as not built, and the next Open starts over.
func buildIndexes(ctx context.Context, g *group, c *collection) error {
	var after []byte
	for {
		done := false
		err := g.change(func(tx *bbolt.Tx) (bool, error) {
			s := &session{tx: tx, buckets: map[string]*bbolt.Bucket{}}
			type doc struct{ key, value []byte }
			var docs []doc
			cur := s.bucket(c.docs).Cursor()
			k, v := cur.Seek(after)
			if after != nil && bytes.Equal(k, after) {
				k, v = cur.Next()
			}
			for ; k != nil && len(docs) < 2000; k, v = cur.Next() {
				docs = append(docs, doc{bytes.Clone(k), bytes.Clone(v)})
			}
			done = k == nil
			for _, d := range docs {
				after = d.key
				if err := reindex(s, c, d.key, d.value); err != nil {
					return false, fmt.Errorf("build the indexes of %s: %w", c.Name, err)
				}
			}
			return true, ctx.Err()
		})
		if err != nil || done {
			return err
		}
	}
}

func reindex(s *session, c *collection, key, value []byte) error {
	r, _, problem := parseRecord(key, value)
	if problem != "" {
		return nil // reads by key name it; an index can't hold it
	}
	org, docKey, _ := bytes.Cut(key, []byte{0})
	place, tuples, err := c.Entries(bytes.Clone(r.doc))
	if err != nil {
		return fmt.Errorf("document %q: %w", docKey, err)
	}
	row := store.Row{Key: string(docKey), Place: place, Entries: tuples}
	entries, err := c.writeEntries(s, string(org), &row, &r)
	if err != nil {
		return fmt.Errorf("document %q: %w", docKey, err)
	}
	next := record{rev: r.rev, place: place, entries: entries, doc: r.doc}
	return s.bucket(c.docs).Put(key, next.append(nil, key))
}
