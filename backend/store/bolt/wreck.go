package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A wreck is a data file that bbolt can't be let loose on. It is read by
// ordinary reads, and nothing in it is believed that no checksum covers: page
// numbers, counts and flags are hints, a document is one when its own sums
// say so.
type wreck struct {
	f     io.ReaderAt
	bytes int64
	size  int64      // of a page
	heads []headPage // sound ones, the newest first
}

// headPage is a sound meta page with where it points.
type headPage struct {
	metaPage
	root, freelist uint64
}

func openWreck(f io.ReaderAt, size int64) (*wreck, error) {
	w := &wreck{f: f, bytes: size}
	for _, at := range metaOffsets() {
		b, err := w.read(at, metaHeader+metaSize)
		if err != nil {
			return nil, err
		}
		m, sound := parseMeta(b)
		if sound && (at == 0 || at == int64(m.pageSize)) && m.pageSize >= 1024 {
			w.heads = append(w.heads, headPage{m, binary.LittleEndian.Uint64(b[metaHeader+16:]), binary.LittleEndian.Uint64(b[metaHeader+32:])})
		}
	}
	slices.SortFunc(w.heads, func(a, b headPage) int { return bytes.Compare(u64(b.tx), u64(a.tx)) })
	if len(w.heads) > 0 {
		w.size = int64(w.heads[0].pageSize)
		return w, nil
	}
	// Pages carry their own number: the right size is where numbers agree.
	best := 0
	for _, size := range metaOffsets()[1:] {
		agree := 0
		for id := int64(2); id < 258 && (id+1)*size <= w.bytes; id++ {
			b, err := w.read(id*size, metaHeader)
			if err != nil {
				return nil, err
			}
			if len(b) == metaHeader && binary.LittleEndian.Uint64(b) == uint64(id) {
				agree++
			}
		}
		if agree > best {
			best, w.size = agree, size
		}
	}
	if w.size == 0 {
		w.size = 4096
	}
	return w, nil
}

func u64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// count is the number of whole or cut pages that the file has.
func (w *wreck) count() uint64 { return uint64((w.bytes + w.size - 1) / w.size) }

// read reads up to n bytes; fewer where the file ends.
func (w *wreck) read(at int64, n int) ([]byte, error) {
	if at < 0 || at >= w.bytes || n <= 0 {
		return nil, nil
	}
	b := make([]byte, min(int64(n), w.bytes-at))
	got, err := w.f.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the damaged file at %d: %w", at, err)
	}
	return b[:got], nil
}

// cell is one element of a page.
type cell struct {
	key, value []byte
	at         int64  // where the value lies in the file
	page       uint64 // of a branch: the child
	bucket     bool   // of a leaf: the value is a bucket's head
	torn       bool   // it points outside the file, or too far: no value
}

// Greater keys and values than these were never written: a change holds two
// documents of a mebibyte each.
const (
	maxCellKey   = 1 << 16
	maxCellValue = 3 << 20
)

// cells takes a page of either kind apart as far as it goes. b begins at the
// offset at of the file and holds at least the page's elements. The first
// element points right behind the last one, which shows their number where
// the header is damaged.
func (w *wreck) cells(at int64, b []byte, kind uint16) ([]cell, error) {
	if len(b) < metaHeader+elementSize {
		return nil, nil
	}
	field := 0 // where an element has its pos
	if kind == pageLeaf {
		field = 4
	}
	room := (len(b) - metaHeader) / elementSize
	n := 0
	if binary.LittleEndian.Uint16(b[8:]) == kind {
		n = min(room, int(binary.LittleEndian.Uint16(b[10:])))
	}
	if first := int64(binary.LittleEndian.Uint32(b[metaHeader+field:])); first%elementSize == 0 && first/elementSize <= int64(room) {
		n = max(n, int(first/elementSize))
	}
	out := make([]cell, 0, n)
	for i := range n {
		e := b[metaHeader+i*elementSize:]
		var c cell
		pos, ks, vs := binary.LittleEndian.Uint32(e[field:]), binary.LittleEndian.Uint32(e[field+4:]), uint32(0)
		if kind == pageBranch {
			c.page = binary.LittleEndian.Uint64(e[8:])
		} else {
			vs = binary.LittleEndian.Uint32(e[12:])
			c.bucket = binary.LittleEndian.Uint32(e)&bucketLeaf != 0
		}
		from := int64(metaHeader+i*elementSize) + int64(pos)
		c.at = at + from + int64(ks)
		switch end := from + int64(ks) + int64(vs); {
		case ks > maxCellKey || vs > maxCellValue:
			c.torn = true
		case end <= int64(len(b)):
			c.key, c.value = b[from:from+int64(ks)], b[from+int64(ks):end]
		default:
			part, err := w.read(at+from, int(ks+vs))
			if err != nil {
				return nil, err
			}
			if c.torn = len(part) < int(ks+vs); !c.torn {
				c.key, c.value = part[:ks], part[ks:]
			} else if len(part) >= int(ks) {
				c.key = part[:ks]
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// page reads a page with the pages that its header adds to it, if that can be.
func (w *wreck) page(id uint64) (b []byte, over uint64, err error) {
	b, err = w.read(int64(id)*w.size, int(w.size))
	if err != nil || len(b) < metaHeader || binary.LittleEndian.Uint64(b) != id {
		return b, 0, err
	}
	over = uint64(binary.LittleEndian.Uint32(b[12:]))
	if over > uint64(2*maxCellValue/w.size) || id+over >= w.count() {
		return b, 0, nil
	}
	if over > 0 {
		b, err = w.read(int64(id)*w.size, int(w.size)*int(over+1))
	}
	return b, over, err
}

// leafAt is a leaf of a tree: a page, or a small bucket's page within one.
type leafAt struct {
	at     int64
	size   int // bytes of the page with what belongs to it
	lo, hi []byte
}

// gap is a part of a bucket that can't be reached; hi nil is its end.
type gap struct{ lo, hi []byte }

func (g gap) covers(key []byte) bool {
	return bytes.Compare(key, g.lo) >= 0 && (g.hi == nil || bytes.Compare(key, g.hi) < 0)
}

// tree is what can be reached from one root.
type tree struct {
	w      *wreck
	leaves map[string][]leafAt // by bucket
	gaps   map[string][]gap    // by bucket; "" is the list of buckets itself
	seen   []bool              // pages reached; shared by trees that may not meet
	free   []bool              // pages that no tree may hold; nil when not known
	flaws  *[]string
}

func (w *wreck) newTree(seen, free []bool, flaws *[]string) *tree {
	return &tree{w: w, leaves: map[string][]leafAt{}, gaps: map[string][]gap{}, seen: seen, free: free, flaws: flaws}
}

func (t *tree) flaw(format string, args ...any) {
	if t.flaws != nil && len(*t.flaws) < maxFlaws {
		*t.flaws = append(*t.flaws, fmt.Sprintf(format, args...))
	}
}

// miss notes that a part of a bucket is out of reach.
func (t *tree) miss(bucket string, lo, hi []byte, format string, args ...any) {
	t.gaps[bucket] = append(t.gaps[bucket], gap{bytes.Clone(lo), bytes.Clone(hi)})
	t.flaw(format, args...)
}

// walk goes down from a page of a bucket, "" for the list of buckets. A page
// is entered once, so that a ring ends.
func (t *tree) walk(ctx context.Context, bucket string, id uint64, lo, hi []byte, depth int) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	name := fmt.Sprintf("page %d of %q", id, bucket)
	switch {
	case id < 2 || id >= t.w.count():
		t.miss(bucket, lo, hi, "%s lies outside the file", name)
		return nil
	case t.seen[id]:
		t.miss(bucket, lo, hi, "%s is used twice", name)
		return nil
	case t.free != nil && t.free[id]:
		t.miss(bucket, lo, hi, "%s is on the list of free pages", name)
		return nil
	case depth > maxDepth:
		t.miss(bucket, lo, hi, "%s lies too deep", name)
		return nil
	}
	b, over, err := t.w.page(id)
	if err != nil {
		return err
	}
	for i := id; i <= id+over; i++ {
		t.seen[i] = true
	}
	if len(b) < metaHeader {
		t.miss(bucket, lo, hi, "%s is cut off", name)
		return nil
	}
	flags := binary.LittleEndian.Uint16(b[8:])
	if own := binary.LittleEndian.Uint64(b); own != id || flags != pageBranch && flags != pageLeaf {
		t.miss(bucket, lo, hi, "%s has a damaged head", name)
	}
	if flags != pageBranch {
		return t.leaf(ctx, bucket, leafAt{int64(id) * t.w.size, len(b), lo, hi}, b, depth)
	}
	children, err := t.w.cells(int64(id)*t.w.size, b, pageBranch)
	if err != nil {
		return err
	}
	if len(children) == 0 || len(children) != int(binary.LittleEndian.Uint16(b[10:])) {
		t.miss(bucket, lo, hi, "%s says that it has another number of children than it has", name)
	}
	last := lo
	for _, c := range children {
		if c.torn || bytes.Compare(c.key, last) < 0 || hi != nil && bytes.Compare(c.key, hi) >= 0 {
			t.miss(bucket, lo, hi, "%s has keys out of order", name)
			break
		}
		last = c.key
	}
	for i, c := range children {
		from, to := c.key, hi
		if i == 0 {
			from = lo
		}
		if i+1 < len(children) {
			to = children[i+1].key
		}
		if err := t.walk(ctx, bucket, c.page, from, to, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// leaf notes a leaf of a bucket; one of the list of buckets is gone into.
func (t *tree) leaf(ctx context.Context, bucket string, l leafAt, b []byte, depth int) error {
	if bucket != "" {
		t.leaves[bucket] = append(t.leaves[bucket], leafAt{l.at, l.size, bytes.Clone(l.lo), bytes.Clone(l.hi)})
		return nil
	}
	list, err := t.w.cells(l.at, b, pageLeaf)
	if err != nil {
		return err
	}
	if len(list) == 0 || len(list) != int(binary.LittleEndian.Uint16(b[10:])) {
		t.miss("", l.lo, l.hi, "the list of buckets is damaged")
	}
	for _, c := range list {
		switch {
		case c.torn || !c.bucket || len(c.value) < 16 || len(c.key) == 0:
			t.miss("", l.lo, l.hi, "the list of buckets is damaged at %q", c.key)
		case binary.LittleEndian.Uint64(c.value) != 0:
			if err := t.walk(ctx, string(c.key), binary.LittleEndian.Uint64(c.value), nil, nil, depth+1); err != nil {
				return err
			}
		default:
			if err := t.leaf(ctx, string(c.key), leafAt{at: c.at + 16, size: len(c.value) - 16}, c.value[16:], depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// each calls fn with the cells of every leaf of a bucket, a leaf at a time.
func (t *tree) each(ctx context.Context, bucket string, fn func(l leafAt, all []cell)) error {
	for _, l := range t.leaves[bucket] {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		b, err := t.w.read(l.at, l.size)
		if err != nil {
			return err
		}
		all, err := t.w.cells(l.at, b, pageLeaf)
		if err != nil {
			return err
		}
		fn(l, all)
	}
	return nil
}

// freelist reads the list of free pages and marks its own pages as used; ok
// only when it can be believed.
func (w *wreck) freelist(id uint64, used []bool) (free []bool, ok bool, err error) {
	if id < 2 || id >= w.count() {
		return nil, false, nil
	}
	b, over, err := w.page(id)
	if err != nil || len(b) < metaHeader+8 || binary.LittleEndian.Uint64(b) != id || binary.LittleEndian.Uint16(b[8:]) != pageFreelist {
		return nil, false, err
	}
	n, at := uint64(binary.LittleEndian.Uint16(b[10:])), uint64(metaHeader)
	if n == 0xFFFF {
		n, at = binary.LittleEndian.Uint64(b[at:]), at+8
	}
	if n > (uint64(len(b))-at)/8 {
		return nil, false, nil
	}
	free = make([]bool, w.count())
	last := uint64(1)
	for range n {
		p := binary.LittleEndian.Uint64(b[at:])
		at += 8
		if p <= last || p >= w.heads[0].pages {
			return nil, false, nil
		}
		if last = p; p < uint64(len(free)) { // beyond: the file was cut
			free[p] = true
		}
	}
	for i := id; i <= id+over; i++ {
		used[i] = true
	}
	return free, true, nil
}
