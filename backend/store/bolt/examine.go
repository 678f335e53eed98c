package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// Examined is what a look at every document and index entry found.
type Examined struct {
	Documents int64            `json:"documents"`
	Entries   int64            `json:"entries"`
	Of        map[string]int64 `json:"of"` // documents by collection
	Flaws     []Flaw           `json:"flaws"`
	More      int              `json:"more"` // flaws that are not named
}

// Flaw is one document or index entry that is not as it was written.
type Flaw struct {
	Collection string `json:"collection"`
	Key        string `json:"key"`
	Index      string `json:"index,omitempty"` // where an index is wrong: it can be built again
	Problem    string `json:"problem"`
}

func (e *Examined) flaw(f Flaw) {
	if len(e.Flaws) < maxFlaws {
		e.Flaws = append(e.Flaws, f)
		return
	}
	e.More++
}

// examinePage is how many keys one read transaction looks at.
const examinePage = 1000

// Examine reads every document and checks its sums, its canonical form and
// its index entries, then every index entry against its document. It reads
// some at a time, so that writers are not held up.
func (db *DB) Examine(ctx context.Context) (Examined, error) {
	e := Examined{Of: map[string]int64{}, Flaws: []Flaw{}}
	for name, c := range db.schemas {
		g := db.data
		if c.Class != store.Truth {
			g = db.local
		}
		err := paged(ctx, g, c.docs, func(tx *bbolt.Tx, k, v []byte) {
			e.Documents++
			e.Of[name]++
			examineDocument(tx, c, k, v, &e)
		})
		if err != nil {
			return e, err
		}
		for slot, ix := range c.indexes {
			err := paged(ctx, g, ix.name, func(tx *bbolt.Tx, k, v []byte) {
				e.Entries++
				if problem := examineEntry(tx, c, ix.id, k, v); problem != "" {
					e.flaw(Flaw{c.Name, readable(k), c.Indexes[slot].Name, problem})
				}
			})
			if err != nil {
				return e, err
			}
		}
	}
	return e, nil
}

// paged calls fn with each key of a bucket.
func paged(ctx context.Context, g *group, bucket []byte, fn func(tx *bbolt.Tx, k, v []byte)) error {
	var after []byte
	for done := false; !done; {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		err := g.view(func(tx *bbolt.Tx) error {
			b := tx.Bucket(bucket)
			if b == nil {
				done = true
				return nil
			}
			cur := b.Cursor()
			k, v := cur.Seek(after)
			if after != nil && bytes.Equal(k, after) {
				k, v = cur.Next()
			}
			for n := 0; k != nil && n < examinePage; n++ {
				fn(tx, k, v)
				after = bytes.Clone(k)
				k, v = cur.Next()
			}
			done = k == nil
			return nil
		})
		if err != nil {
			return fmt.Errorf("read %s: %w", bucket, err)
		}
	}
	return nil
}

func examineDocument(tx *bbolt.Tx, c *collection, key, value []byte, e *Examined) {
	org, docKey, _ := bytes.Cut(key, []byte{0})
	bad := func(index, problem string) { e.flaw(Flaw{c.Name, string(docKey), index, problem}) }
	r, _, problem := parseRecord(key, value)
	if problem != "" {
		bad("", problem)
		return
	}
	if form, err := store.Canonical(bytes.Clone(r.doc)); err != nil || !bytes.Equal(form, r.doc) {
		bad("", "it is not in the canonical form")
		return
	}
	place, tuples, err := c.Entries(bytes.Clone(r.doc))
	if err != nil {
		bad("", err.Error())
		return
	}
	if place != r.place {
		bad("", "its place is not that of its document")
	}
	for slot, ix := range c.indexes {
		k := entryKey(string(org), tuples[slot].Append(nil), string(docKey))
		v := tx.Bucket(ix.name).Get(k)
		if at, sound := parseEntryValue(k, v); v == nil || !sound || at != place {
			bad(c.Indexes[slot].Name, "its entry is missing or damaged")
		}
	}
}

// uuidLength is how long nearly all keys are.
const uuidLength = 36

// examineEntry finds the document that an index entry is of.
func examineEntry(tx *bbolt.Tx, c *collection, index uint64, key, value []byte) string {
	if _, sound := parseEntryValue(key, value); !sound {
		return "the entry is damaged"
	}
	org, _, _ := bytes.Cut(key, []byte{0})
	docs := tx.Bucket(c.docs)
	// A tuple does not say where it ends: any part behind it may be the key.
	if at := len(key) - uuidLength; at > len(org) && entryOf(docs, index, string(org), key, at) {
		return ""
	}
	for at := len(org) + 1; at < len(key); at++ {
		if entryOf(docs, index, string(org), key, at) {
			return ""
		}
	}
	return "no document has this entry"
}

// entryOf reports whether the document whose key begins at a place of an
// entry's key has that entry. One that can't be read is named by itself.
func entryOf(docs *bbolt.Bucket, index uint64, org string, key []byte, at int) bool {
	dk := docKey(org, string(key[at:]))
	v := docs.Get(dk)
	if v == nil {
		return false
	}
	r, _, problem := parseRecord(dk, v)
	if problem != "" {
		return true
	}
	for _, e := range r.entries {
		if e.index == index && bytes.Equal(entryKey(org, e.tuple, string(key[at:])), key) {
			return true
		}
	}
	return false
}

// readable is a key without its control bytes.
func readable(key []byte) string {
	return string(bytes.Map(func(r rune) rune {
		if r < ' ' || r == 0xFFFD {
			return '.'
		}
		return r
	}, key))
}

// Reindex has the indexes of all collections built again, at the next Open.
// The store must be stopped.
func Reindex(ctx context.Context, dir string) (err error) {
	lock, err := lockFolder(ctx, dir, time.Second)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlockFolder(lock)) }()
	for _, name := range []string{dataFile, localFile} {
		if err := reindexFile(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func reindexFile(path string) (err error) {
	b, err := openFile(path, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	return guard(filepath.Base(path), "", func() error {
		return b.Update(func(tx *bbolt.Tx) error {
			meta := tx.Bucket(bucketMeta)
			if meta == nil {
				return nil // never written to
			}
			layouts := map[string]layout{}
			cur := meta.Cursor()
			for k, v := cur.Seek(keyLayout); k != nil && bytes.HasPrefix(k, keyLayout); k, v = cur.Next() {
				var l layout
				if err := json.Unmarshal(v, &l); err != nil {
					return fmt.Errorf("read the layout of %s: %w", k, err)
				}
				layouts[string(k[len(keyLayout):])] = l
			}
			for name, l := range layouts {
				for i := range l.Indexes {
					l.Indexes[i].Built = false
				}
				if _, err := putLayout(meta, name, nil, l); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// Oldest is the sequence of the oldest change that the log holds; one above
// the head's when it holds none.
func (db *DB) Oldest() (seq uint64, err error) {
	seq = db.Head().Seq + 1
	err = db.data.view(func(tx *bbolt.Tx) error {
		if k, _ := tx.Bucket(bucketLog).Cursor().First(); len(k) == 8 {
			seq = binary.BigEndian.Uint64(k)
		}
		return nil
	})
	return seq, err
}
