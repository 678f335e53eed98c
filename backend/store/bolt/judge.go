package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// docID names a document.
type docID struct{ coll, org, key string }

// copyAt is where a copy of a document lies in the file: a record, or a
// change of the log with the document in it. The zero copyAt is none.
type copyAt struct {
	off    int64
	size   int32
	rev    int64
	logged bool
}

func (c copyAt) none() bool { return c.size == 0 }

// The ranks of what is written.
const (
	rankLive = iota
	rankSalvaged
	rankOlder
)

// judge gathers what the file says of each document, and decides.
type judge struct {
	w        *wreck
	schemas  map[string]*store.Schema
	r        *SalvageReport
	progress func(string, int64, int64)
	witness  store.Position

	tree    *tree
	guessed bool // no head page says which tree is the last: the log is believed before it
	epoch   string
	used    []bool // pages of the tree and the free list
	free    []bool // nil when the list of free pages can't be believed
	owner   map[uint64]string
	layouts map[string]layout

	head   uint64 // of the log that the tree reaches; of all of the log where it is not known
	known  bool   // the tree reaches the log's end
	latest map[docID]lastChange
	seqs   []uint64
	torn   uint64 // the greatest sequence up to head that is missing
	beyond map[uint64]pending

	strays  []leafAt // of the tree, in a bucket that is not theirs
	live    map[docID]copyAt
	other   map[docID]*evidence
	indexed map[string]bool // collections with an index that is whole
}

// lastChange is the newest change of a document that the log still has.
type lastChange struct {
	seq uint64
	at  copyAt // size 0 when it was a deletion
}

// pending is a change after the tree's head.
type pending struct {
	change store.Change // without its documents
	at     copyAt
	time   time.Time
}

// evidence is what is known of a document that the tree does not hold whole.
type evidence struct {
	cut   copyAt // of a page that was cut off and is not free
	stale copyAt // of a free page
	index bool   // an index names it
	named string // a leaf names it: why it can't be read
	maybe bool   // its name was read where it may be damaged itself
}

func newJudge(w *wreck, schemas map[string]*store.Schema, r *SalvageReport, progress func(string, int64, int64)) *judge {
	return &judge{
		w: w, schemas: schemas, r: r, progress: progress, owner: map[uint64]string{}, layouts: map[string]layout{},
		latest: map[docID]lastChange{}, beyond: map[uint64]pending{}, live: map[docID]copyAt{}, other: map[docID]*evidence{}, indexed: map[string]bool{},
	}
}

func (j *judge) run(ctx context.Context) ([]found, error) {
	roots, err := j.roots(ctx)
	if err != nil {
		return nil, err
	}
	if err := j.climb(ctx, roots); err != nil {
		return nil, err
	}
	if err := j.readMeta(ctx); err != nil {
		return nil, err
	}
	if err := j.readTreeLog(ctx); err != nil {
		return nil, err
	}
	for _, q := range j.seqs {
		j.head = max(j.head, q)
	}
	j.known = !j.guessed && len(j.tree.leaves[string(bucketLog)]) > 0 && len(j.tree.gaps[string(bucketLog)]) == 0 && len(j.strays) == 0
	for name := range j.tree.leaves {
		if coll, ok := strings.CutPrefix(name, docsPrefix); ok {
			if err := j.readDocs(ctx, coll); err != nil {
				return nil, err
			}
		}
	}
	for name := range j.schemas {
		if err := j.readIndexes(ctx, name); err != nil {
			return nil, err
		}
	}
	if err := j.sweep(ctx); err != nil {
		return nil, err
	}
	j.settle()
	return j.decide(), nil
}

// roots finds pages that list the buckets of a file, or a part of them: those
// of now and those that older transactions left on free pages.
func (j *judge) roots(ctx context.Context) ([]uint64, error) {
	var out []uint64
	for id := uint64(2); id < j.w.count(); id++ {
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
		if id%1024 == 0 {
			j.progress("looking for pages", int64(id)*j.w.size, j.w.bytes)
		}
		b, err := j.w.read(int64(id)*j.w.size, int(j.w.size))
		if err != nil {
			return nil, err
		}
		if len(b) < metaHeader || !bytes.Contains(b, []byte(docsPrefix)) && !bytes.Contains(b, bucketMeta) {
			continue
		}
		kind := binary.LittleEndian.Uint16(b[8:])
		if kind != pageLeaf && kind != pageBranch {
			continue
		}
		all, err := j.w.cells(int64(id)*j.w.size, b, kind)
		if err != nil {
			return nil, err
		}
		if len(all) > 0 && !slices.ContainsFunc(all, func(c cell) bool { return !listed(c, kind) }) {
			out = append(out, id)
		}
	}
	return out, nil
}

// listed reports whether a cell is one of a list of buckets.
func listed(c cell, kind uint16) bool {
	name := string(c.key)
	return (c.bucket || kind == pageBranch) && (strings.HasPrefix(name, docsPrefix) || strings.HasPrefix(name, "index/") ||
		name == string(bucketMeta) || name == string(bucketLog))
}

// climb walks the tree of now, then those of older roots, only to learn which
// bucket a page belonged to.
func (j *judge) climb(ctx context.Context, roots []uint64) error {
	j.used = make([]bool, j.w.count()+1)
	j.tree = j.w.newTree(j.used, nil, &j.r.Flaws)
	root := uint64(0)
	if len(j.w.heads) > 0 {
		head := j.w.heads[0]
		root = head.root
		free, ok, err := j.w.freelist(head.freelist, j.used)
		if err != nil {
			return err
		}
		if ok {
			j.free, j.tree.free = free, free
		} else {
			j.tree.flaw("the list of free pages can't be read")
		}
		if want := int64(head.pages) * j.w.size; want > j.w.bytes {
			j.tree.flaw("the file is cut short: it has %d bytes and needs %d", j.w.bytes, want)
		}
		if len(j.w.heads) == 1 {
			j.tree.flaw("one of the two head pages can't be read")
		} else {
			roots = append(roots, j.w.heads[1].root)
		}
	} else {
		j.tree.flaw("neither of the head pages can be read")
		j.guessed = true
		var err error
		if root, err = j.guess(ctx, roots); err != nil {
			return err
		}
	}
	if err := j.tree.walk(ctx, "", root, nil, nil, 0); err != nil {
		return err
	}
	seen := slices.Clone(j.used)
	for _, id := range roots {
		old := j.w.newTree(seen, nil, nil)
		if id >= uint64(len(seen)) || seen[id] {
			continue
		}
		if err := old.walk(ctx, "", id, nil, nil, 0); err != nil {
			return err
		}
		for bucket, leaves := range old.leaves {
			for _, l := range leaves {
				if l.at%j.w.size == 0 {
					j.owner[uint64(l.at/j.w.size)] = bucket
				}
			}
		}
	}
	return nil
}

// guess finds the root whose log ends last, and of those the one with the
// most buckets and the fewest flaws.
func (j *judge) guess(ctx context.Context, roots []uint64) (uint64, error) {
	var last uint64
	var best []uint64
	for _, id := range roots {
		seq, err := j.headOf(ctx, id)
		if err != nil {
			return 0, err
		}
		if seq > last {
			last, best = seq, nil
		}
		if seq == last && len(best) < 16 {
			best = append(best, id)
		}
	}
	root, most, fewest := uint64(0), 0, 0
	for _, id := range best {
		flaws := []string{}
		t := j.w.newTree(make([]bool, len(j.used)), nil, &flaws)
		if err := t.walk(ctx, "", id, nil, nil, 0); err != nil {
			return 0, err
		}
		// A page that lists a part of the buckets is below the root.
		if n := len(t.leaves); root == 0 || n > most || n == most && len(flaws) < fewest {
			root, most, fewest = id, n, len(flaws)
		}
	}
	return root, nil
}

// headOf is the last sequence of the log below a root page, along its right
// edge; 0 where there is no way to it.
func (j *judge) headOf(ctx context.Context, root uint64) (uint64, error) {
	list, err := j.edge(ctx, root, bucketLog)
	if err != nil || list == nil || !list.bucket || len(list.value) < 16 {
		return 0, err
	}
	var last *cell
	if id := binary.LittleEndian.Uint64(list.value); id != 0 {
		last, err = j.edge(ctx, id, nil)
	} else {
		var all []cell
		if all, err = j.w.cells(list.at+16, list.value[16:], pageLeaf); len(all) > 0 {
			last = &all[len(all)-1]
		}
	}
	if err != nil || last == nil {
		return 0, err
	}
	seq, _, _ := parseLogged(*last)
	return seq, nil
}

// edge goes down to the leaf where name is, or to the last leaf with nil, and
// returns its cell; nil where there is none.
func (j *judge) edge(ctx context.Context, id uint64, name []byte) (*cell, error) {
	for range maxDepth {
		b, _, err := j.w.page(id)
		if err = errors.Join(err, ctx.Err()); err != nil || len(b) < metaHeader {
			return nil, err
		}
		kind := binary.LittleEndian.Uint16(b[8:])
		if kind != pageBranch && kind != pageLeaf {
			return nil, nil
		}
		all, err := j.w.cells(int64(id)*j.w.size, b, kind)
		if err != nil {
			return nil, err
		}
		for len(all) > 0 && name != nil && bytes.Compare(all[len(all)-1].key, name) > 0 {
			all = all[:len(all)-1]
		}
		switch {
		case len(all) == 0:
			return nil, nil
		case kind == pageLeaf && name != nil && !bytes.Equal(all[len(all)-1].key, name):
			return nil, nil
		case kind == pageLeaf:
			return &all[len(all)-1], nil
		}
		if id = all[len(all)-1].page; id < 2 || id >= j.w.count() {
			return nil, nil
		}
	}
	return nil, nil
}

func parseLogged(c cell) (uint64, store.Change, bool) {
	if c.torn || len(c.key) != 8 {
		return 0, store.Change{}, false
	}
	ch, err := store.ParseChange(c.value)
	seq := binary.BigEndian.Uint64(c.key)
	return seq, ch, err == nil && ch.Seq == seq
}

func (j *judge) readMeta(ctx context.Context) error {
	return j.tree.each(ctx, string(bucketMeta), func(_ leafAt, all []cell) {
		for _, c := range all {
			switch {
			case c.torn:
			case bytes.Equal(c.key, keyEpoch):
				j.epoch = string(c.value)
			case bytes.Equal(c.key, keyBase) && len(c.value) == 8:
				j.head = max(j.head, binary.BigEndian.Uint64(c.value))
			case bytes.HasPrefix(c.key, keyLayout):
				var l layout
				if json.Unmarshal(c.value, &l) == nil {
					j.layouts[string(c.key[len(keyLayout):])] = l
				}
			}
		}
	})
}

func (j *judge) readTreeLog(ctx context.Context) error {
	return j.tree.each(ctx, string(bucketLog), func(l leafAt, all []cell) {
		if j.readLog(all, true) < len(all) {
			j.strays = append(j.strays, l)
		}
	})
}

// readLog takes the changes of a leaf and says how many there were. Those of the tree, or of pages that
// were cut off from it, make its head.
func (j *judge) readLog(all []cell, ofTree bool) (n int) {
	for _, c := range all {
		seq, ch, ok := parseLogged(c)
		if !ok {
			continue
		}
		n++
		at := copyAt{off: c.at, size: int32(len(c.value)), rev: ch.Rev, logged: true}
		if ofTree {
			j.seqs = append(j.seqs, seq)
		} else if seq > j.head && j.known {
			if was, there := j.beyond[seq]; !there || ch.Time.After(was.time) {
				ch.Before, ch.After = nil, mark(ch.After)
				j.beyond[seq] = pending{ch, at, ch.Time}
			}
			continue
		} else {
			j.seqs = append(j.seqs, seq)
		}
		j.note(ch, at)
	}
	return n
}

// mark keeps of a document only that there is one.
func mark(doc json.RawMessage) json.RawMessage {
	if doc == nil {
		return nil
	}
	return json.RawMessage{}
}

func (j *judge) note(ch store.Change, at copyAt) {
	id := docID{ch.Collection, ch.Org, ch.Key}
	if was, there := j.latest[id]; there && was.seq >= ch.Seq {
		return
	}
	if ch.Deleted() {
		at = copyAt{}
	}
	j.latest[id] = lastChange{ch.Seq, at}
}

// fits reports whether a record is a document of the collection: its place
// and index entries are what the collection makes of it. The sums do not
// cover the collection's name.
func fits(s *store.Schema, r *record) bool {
	place, tuples, err := s.Entries(bytes.Clone(r.doc))
	if err != nil || place != r.place || len(tuples) != len(r.entries) {
		return false
	}
	for i, t := range tuples {
		if !bytes.Equal(t.Append(nil), r.entries[i].tuple) {
			return false
		}
	}
	return true
}

func (j *judge) evidence(id docID) *evidence {
	e := j.other[id]
	if e == nil {
		e = &evidence{}
		j.other[id] = e
	}
	return e
}

// readDocs reads the documents that the tree holds of a collection.
func (j *judge) readDocs(ctx context.Context, coll string) error {
	bucket := docsPrefix + coll
	schema := j.schemas[coll]
	return j.tree.each(ctx, bucket, func(l leafAt, all []cell) {
		last := l.lo
		bad, stray := false, false
		for _, c := range all {
			r, placed, problem := record{}, false, "it points outside the file"
			if !c.torn {
				r, placed, problem = parseRecord(c.key, c.value)
			}
			org, key, cut := bytes.Cut(c.key, []byte{0})
			id := docID{coll, string(org), string(key)}
			switch {
			case schema == nil && problem == "" && j.vote([]cell{c}) == "":
				j.r.Strange[coll]++
			case schema == nil:
				stray = true
			case problem == "" && !fits(schema, &r):
				// A page number that was damaged leads into another bucket.
				j.tree.miss(bucket, last, l.hi, "%q of %q is not of that collection", key, coll)
				stray = true
			case problem == "":
				if bad {
					j.tree.gaps[bucket] = append(j.tree.gaps[bucket], gap{bytes.Clone(last), bytes.Clone(c.key)})
					bad = false
				}
				last = c.key
				j.live[id] = copyAt{off: c.at, size: int32(len(c.value)), rev: r.rev}
			default:
				j.tree.flaw("%s %q: %s", coll, readable(key), problem)
				bad, stray = true, true
				if cut && utf8.Valid(c.key) && len(key) > 0 {
					e := j.evidence(id)
					e.named, e.maybe = problem, !placed
				}
				if placed {
					j.tree.gaps[bucket] = append(j.tree.gaps[bucket], gap{bytes.Clone(c.key), append(bytes.Clone(c.key), 0)})
				}
			}
		}
		if bad || len(all) == 0 {
			j.tree.gaps[bucket] = append(j.tree.gaps[bucket], gap{bytes.Clone(last), l.hi})
		}
		if stray {
			j.strays = append(j.strays, l)
		}
	})
}

// gaps are those of a bucket; one that the tree does not list is all gap.
func (j *judge) inGap(bucket string, key []byte) bool {
	if len(j.tree.leaves[bucket]) == 0 && len(j.tree.gaps[bucket]) == 0 {
		return true
	}
	return slices.ContainsFunc(j.tree.gaps[bucket], func(g gap) bool { return g.covers(key) })
}

// readIndexes learns from a collection's indexes which documents there are.
func (j *judge) readIndexes(ctx context.Context, coll string) error {
	for _, ix := range j.layouts[coll].Indexes {
		bucket := fmt.Sprintf("index/%s/%d", coll, ix.ID)
		whole := ix.Built && len(j.tree.gaps[bucket]) == 0 && len(j.tree.leaves[bucket]) > 0
		err := j.tree.each(ctx, bucket, func(l leafAt, all []cell) {
			stray := false
			for _, c := range all {
				_, sound := parseEntryValue(c.key, c.value)
				org, _, key, ok := store.SplitEntry(c.key, len(ix.Is.Fields))
				if c.torn || !sound || !ok {
					whole, stray = false, true
					continue
				}
				id := docID{coll, string(org), string(key)}
				if _, there := j.live[id]; !there {
					j.evidence(id).index = true
				}
			}
			if stray {
				j.strays = append(j.strays, l)
			}
		})
		if err != nil {
			return err
		}
		j.indexed[coll] = j.indexed[coll] || whole
	}
	return nil
}

// sweep reads every page that the tree does not hold.
func (j *judge) sweep(ctx context.Context) error {
	type leaf struct {
		all    []cell
		bucket string
		cut    bool
	}
	visit := func(pass func(leaf)) error {
		for id := uint64(2); id < j.w.count(); id++ {
			if j.used[id] {
				continue
			}
			if err := ctx.Err(); err != nil {
				return context.Cause(ctx)
			}
			b, _, err := j.w.page(id)
			if err != nil {
				return err
			}
			all, err := j.w.cells(int64(id)*j.w.size, b, pageLeaf)
			if err != nil {
				return err
			}
			if id%1024 == 0 {
				j.progress("searching pages", int64(id)*j.w.size, j.w.bytes)
			}
			cut := j.free != nil && id < j.w.heads[0].pages && !j.free[id]
			for _, c := range all {
				// A small bucket lies within a list of buckets.
				if c.bucket && len(c.value) > 16 && binary.LittleEndian.Uint64(c.value) == 0 {
					in, err := j.w.cells(c.at+16, c.value[16:], pageLeaf)
					if err != nil {
						return err
					}
					pass(leaf{in, string(c.key), cut})
				}
			}
			pass(leaf{all, j.owner[id], cut})
		}
		for _, l := range j.strays {
			b, err := j.w.read(l.at, l.size)
			if err != nil {
				return err
			}
			all, err := j.w.cells(l.at, b, pageLeaf)
			if err != nil {
				return err
			}
			pass(leaf{all, "", j.free != nil})
		}
		return nil
	}
	return visit(func(l leaf) {
		j.readLog(l.all, l.cut)
		if l.bucket == "" {
			l.bucket = docsPrefix + j.vote(l.all)
		}
		coll, ok := strings.CutPrefix(l.bucket, docsPrefix)
		schema := j.schemas[coll]
		for _, c := range l.all {
			if c.torn || c.bucket || !ok {
				continue
			}
			r, _, problem := parseRecord(c.key, c.value)
			if problem != "" {
				continue
			}
			if schema == nil || !fits(schema, &r) {
				if !j.claim(c, &r, l.cut) && l.cut {
					j.r.Homeless++
				}
				continue
			}
			j.keep(coll, c, &r, l.cut)
		}
	})
}

// vote finds the one collection that all sound records of a page may be of,
// "" when there is none or more than one.
func (j *judge) vote(all []cell) string {
	var left []string
	first := true
	for _, c := range all {
		if c.torn || c.bucket {
			continue
		}
		r, _, problem := parseRecord(c.key, c.value)
		if problem != "" {
			continue
		}
		if first {
			left, first = j.fitting(&r), false
		} else {
			left = slices.DeleteFunc(left, func(coll string) bool { return !fits(j.schemas[coll], &r) })
		}
		if len(left) == 0 {
			return ""
		}
	}
	if len(left) > 1 {
		// Only one of them may miss pages.
		left = slices.DeleteFunc(left, func(coll string) bool {
			return !j.inGap(docsPrefix+coll, nil) && len(j.tree.gaps[docsPrefix+coll]) == 0
		})
	}
	if len(left) == 1 {
		return left[0]
	}
	return ""
}

func (j *judge) fitting(r *record) (out []string) {
	for name, s := range j.schemas {
		if fits(s, r) {
			out = append(out, name)
		}
	}
	return out
}

// claim finds the collection of one record; false when it can't be told.
func (j *judge) claim(c cell, r *record, cut bool) bool {
	coll := j.vote([]cell{c})
	if coll == "" {
		return false
	}
	j.keep(coll, c, r, cut)
	return true
}

// keep notes a copy of a document that the tree does not reach.
func (j *judge) keep(coll string, c cell, r *record, cut bool) {
	org, key, _ := bytes.Cut(c.key, []byte{0})
	id := docID{coll, string(org), string(key)}
	if _, there := j.live[id]; there {
		return
	}
	e := j.evidence(id)
	at := copyAt{off: c.at, size: int32(len(c.value)), rev: r.rev}
	slot := &e.stale
	if cut {
		slot = &e.cut
	}
	if slot.none() || slot.rev < at.rev {
		*slot = at
	}
}
