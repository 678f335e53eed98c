package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Content is what a store's collections of truth hold, in short: two stores
// of the same content hold the same documents at the same revisions, to the
// byte.
type Content struct {
	Counts map[string]int `json:"counts"` // documents, by collection; none is left out
	Root   string         `json:"root"`   // Merkle root, 64 hexadecimal digits
}

// ContentOf reads every document of truth of the schemas, of all
// organisations, in the order of the schemas' list, organisation and key. A
// damaged document is an error that names it. progress hears of every page
// and may be nil.
func ContentOf(ctx context.Context, db DB, schemas []*Schema, progress func(documents int)) (Content, error) {
	var t Tally
	for _, s := range schemas {
		if s.Class != Truth {
			continue
		}
		t.Begin(s.Name)
		err := EachPage(ctx, db, s, "", func(page Records) error {
			for i := range page.Records {
				t.Add(s.Name, &page.Records[i])
			}
			if progress != nil {
				progress(t.Documents())
			}
			return nil
		})
		if err != nil {
			return Content{}, err
		}
	}
	return t.Content(), nil
}

// Tally sums documents up as ContentOf does, for whoever has them from
// elsewhere than a store. The zero Tally has seen none.
type Tally struct {
	counts map[string]int
	tree   tree
}

// Begin names a collection, so that one without documents is counted too.
func (t *Tally) Begin(collection string) {
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	t.counts[collection] += 0
}

// Add takes the next document, in the order that ContentOf reads them.
func (t *Tally) Add(collection string, r *Record) {
	t.Begin(collection)
	t.counts[collection]++
	t.tree.add(leafOf(collection, r))
}

// Documents is how many were added.
func (t *Tally) Documents() int { return int(t.tree.n) }

// Content is what was added so far, and ends the tally.
func (t *Tally) Content() Content {
	root := t.tree.root()
	counts := t.counts
	if counts == nil {
		counts = map[string]int{}
	}
	return Content{Counts: counts, Root: hex.EncodeToString(root[:])}
}

// EachPage walks over all documents of a collection, of all organisations, by
// organisation and key, after a cursor that an earlier page gave as Next. A
// damaged document ends the walk with an error that names it.
func EachPage(ctx context.Context, db DB, s *Schema, cursor string, fn func(Records) error) error {
	q := Query{Limit: firstPage, Cursor: cursor}
	for {
		var page Records
		err := db.View(ctx, System(), func(r Reader) (err error) { page, err = r.Select(s, q); return err })
		switch {
		case err != nil:
			return fmt.Errorf("read %s: %w", s.Name, err)
		case len(page.Damaged) > 0:
			return page.Damaged[0]
		}
		if err := fn(page); err != nil {
			return err
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
		size := 0
		for i := range page.Records {
			size += len(page.Records[i].Doc)
		}
		if size > 0 {
			q.Limit = max(1, min(MaxLimit, 4*q.Limit, len(page.Records)*walkBytes/size))
		}
	}
}

// RequireEmpty returns a fault.Conflict where a store that is to be filled holds
// a document of these collections.
func RequireEmpty(ctx context.Context, db DB, schemas []*Schema) error {
	for _, s := range schemas {
		err := EachPage(ctx, db, s, "", func(p Records) error {
			if len(p.Records) > 0 {
				return fault.New(fault.Conflict, "the target is not empty: it holds %s", s.Name).
					WithRemedy("name an empty folder or database; what is there is not touched")
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// A walk's pages hold about as many bytes, whether the documents are small or
// a mebibyte each: the first is short, the next go by the one before.
const (
	firstPage = 32
	walkBytes = 8 << 20
)

// leafOf is the hash of one document: 0x00, then collection, organisation,
// key and document, each behind its length, and the revision between key and
// document.
func leafOf(collection string, r *Record) [32]byte {
	b := make([]byte, 1, 64+len(collection)+len(r.Org)+len(r.Key)+len(r.Doc))
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	text(collection)
	text(r.Org)
	text(r.Key)
	b = binary.AppendUvarint(b, uint64(r.Rev))
	b = append(binary.AppendUvarint(b, uint64(len(r.Doc))), r.Doc...)
	return sha256.Sum256(b)
}

// tree is a Merkle tree over leaves that come one after the other, shaped as
// in RFC 6962, section 2.1. It holds one hash a level.
type tree struct {
	n     uint64
	peaks [][32]byte // of full subtrees, the greatest first
}

func (t *tree) add(leaf [32]byte) {
	t.peaks = append(t.peaks, leaf)
	for n := t.n; n&1 == 1; n >>= 1 {
		t.join()
	}
	t.n++
}

func (t *tree) join() {
	last := len(t.peaks) - 1
	t.peaks[last-1] = nodeOf(t.peaks[last-1], t.peaks[last])
	t.peaks = t.peaks[:last]
}

func (t *tree) root() [32]byte {
	if t.n == 0 {
		return sha256.Sum256(nil)
	}
	for len(t.peaks) > 1 {
		t.join()
	}
	return t.peaks[0]
}

func nodeOf(left, right [32]byte) [32]byte {
	b := make([]byte, 1, 65)
	b[0] = 1
	return sha256.Sum256(append(append(b, left[:]...), right[:]...))
}
