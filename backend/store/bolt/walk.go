package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// PageReport is what a walk over all pages of a file found.
type PageReport struct {
	File  string   `json:"file"`
	Pages uint64   `json:"pages"` // below the high-water mark
	Used  uint64   `json:"used"`
	Free  uint64   `json:"free"`
	Size  int64    `json:"size"` // bytes of a page
	Flaws []string `json:"flaws"`
}

// maxFlaws is how many flaws a report names; a torn file has thousands.
const maxFlaws = 50

// Walk reads every page of a stopped store's files by ordinary reads and
// checks what bbolt takes on trust: that a page is what its parent says, that
// its elements lie in it, that keys rise and stay between the parent's, and
// that each page is used once or free. bbolt's own Tx.Check does the like
// over the mapped file, where a flipped number of a child page ends the
// process; so it is done here.
func Walk(ctx context.Context, dir string) ([]PageReport, error) {
	var out []PageReport
	for _, name := range []string{dataFile, localFile} {
		r, err := walkFile(ctx, filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Walk is the package's Walk of an open store, while others write: pages that
// a meta page reaches are not taken again as long as an older transaction
// reads.
func (db *DB) Walk(ctx context.Context) ([]PageReport, error) {
	var out []PageReport
	for _, g := range []*group{db.data, db.local} {
		tx, err := g.bolt.Begin(false)
		if err != nil {
			return out, g.writeError(err)
		}
		r, err := walkFile(ctx, filepath.Join(db.dir, g.path))
		if rerr := tx.Rollback(); err == nil {
			err = rerr
		}
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

// The layout of a page and its elements (bbolt internal/common/page.go): a
// header of id u64, flags u16, count u16, overflow u32; branch elements of
// pos u32, ksize u32, page u64; leaf elements of flags u32, pos u32, ksize
// u32, vsize u32. pos counts from the element.
const (
	pageBranch   = 0x01
	pageLeaf     = 0x02
	pageFreelist = 0x10
	elementSize  = 16
	bucketLeaf   = 0x01
	maxDepth     = 64
)

type walker struct {
	ctx  context.Context
	f    *os.File
	meta metaPage
	size uint64 // of a page
	seen map[uint64]bool
	r    PageReport
}

func walkFile(ctx context.Context, path string) (PageReport, error) {
	w := &walker{ctx: ctx, seen: map[uint64]bool{0: true, 1: true}, r: PageReport{File: filepath.Base(path), Flaws: []string{}}}
	f, err := os.Open(path)
	if err != nil {
		return w.r, err
	}
	defer f.Close()
	w.f = f
	root, freelist, ok, err := w.newest()
	if err != nil {
		return w.r, err
	}
	if !ok {
		w.flaw("neither of the head pages can be read")
		return w.r, nil
	}
	w.size, w.r.Size, w.r.Pages = uint64(w.meta.pageSize), int64(w.meta.pageSize), w.meta.pages
	info, err := f.Stat()
	if err != nil {
		return w.r, err
	}
	if want := int64(w.meta.pages * w.size); info.Size() < want {
		w.flaw("the file has %d bytes and needs %d", info.Size(), want)
		return w.r, nil
	}
	free := w.freelist(freelist)
	if err := w.walk(root, nil, nil, 0); err != nil {
		return w.r, err
	}
	w.r.Used, w.r.Free = uint64(len(w.seen)), uint64(len(free))
	lost := 0
	for id := uint64(2); id < w.meta.pages; id++ {
		switch {
		case free[id] && w.seen[id]:
			w.flaw("page %d is in use and on the list of free pages", id)
		case !free[id] && !w.seen[id]:
			lost++
		}
	}
	if lost > 0 {
		w.flaw("%d pages are neither in use nor free", lost)
	}
	return w.r, nil
}

// newest reads the newest sound meta page and where it points.
func (w *walker) newest() (root, freelist uint64, ok bool, err error) {
	for _, at := range metaOffsets() {
		b := make([]byte, metaHeader+metaSize)
		if _, err := w.f.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
			return 0, 0, false, err
		}
		m, sound := parseMeta(b)
		if sound && (at == 0 || at == int64(m.pageSize)) && (!ok || m.tx > w.meta.tx) {
			w.meta, ok = m, true
			root, freelist = binary.LittleEndian.Uint64(b[metaHeader+16:]), binary.LittleEndian.Uint64(b[metaHeader+32:])
		}
	}
	return root, freelist, ok, nil
}

func (w *walker) flaw(format string, args ...any) {
	if len(w.r.Flaws) < maxFlaws {
		w.r.Flaws = append(w.r.Flaws, fmt.Sprintf(format, args...))
	}
}

// page reads a page with its overflow and marks its numbers as used; nil when
// it is not one.
func (w *walker) page(id uint64) []byte {
	if id < 2 || id >= w.meta.pages {
		w.flaw("page %d is pointed at, of %d", id, w.meta.pages)
		return nil
	}
	head := make([]byte, metaHeader)
	if _, err := w.f.ReadAt(head, int64(id*w.size)); err != nil {
		w.flaw("page %d can't be read: %v", id, err)
		return nil
	}
	over := uint64(binary.LittleEndian.Uint32(head[12:]))
	if own := binary.LittleEndian.Uint64(head); own != id || id+over >= w.meta.pages || over > 1<<16 {
		w.flaw("page %d says that it is page %d with %d more", id, own, over)
		return nil
	}
	for i := id; i <= id+over; i++ {
		if w.seen[i] {
			w.flaw("page %d is used twice", i)
			return nil
		}
		w.seen[i] = true
	}
	b := make([]byte, (over+1)*w.size)
	if _, err := w.f.ReadAt(b, int64(id*w.size)); err != nil {
		w.flaw("page %d can't be read: %v", id, err)
		return nil
	}
	return b
}

func (w *walker) freelist(id uint64) map[uint64]bool {
	free := map[uint64]bool{}
	b := w.page(id)
	if b == nil {
		return free
	}
	if flags := binary.LittleEndian.Uint16(b[8:]); flags != pageFreelist {
		w.flaw("page %d is no list of free pages", id)
		return free
	}
	n, at := uint64(binary.LittleEndian.Uint16(b[10:])), uint64(metaHeader)
	if n == 0xFFFF {
		n, at = binary.LittleEndian.Uint64(b[at:]), at+8
	}
	if n > (uint64(len(b))-at)/8 {
		w.flaw("the list of free pages is longer than its page")
		return free
	}
	for range n {
		p := binary.LittleEndian.Uint64(b[at:])
		at += 8
		if p < 2 || p >= w.meta.pages || free[p] {
			w.flaw("page %d stands wrongly on the list of free pages", p)
			continue
		}
		free[p] = true
	}
	return free
}

// walk checks the pages below id, whose keys lie from lo on and below hi; nil
// is no bound.
func (w *walker) walk(id uint64, lo, hi []byte, depth int) error {
	if err := w.ctx.Err(); err != nil {
		return context.Cause(w.ctx)
	}
	if depth > maxDepth {
		w.flaw("page %d lies too deep", id)
		return nil
	}
	b := w.page(id)
	if b == nil {
		return nil
	}
	return w.elements(fmt.Sprintf("page %d", id), b, lo, hi, depth)
}

// elements checks what a page holds.
func (w *walker) elements(name string, b, lo, hi []byte, depth int) error {
	if len(b) < metaHeader {
		w.flaw("%s is cut short", name)
		return nil
	}
	flags, n := binary.LittleEndian.Uint16(b[8:]), int(binary.LittleEndian.Uint16(b[10:]))
	if flags != pageBranch && flags != pageLeaf {
		w.flaw("%s is of no known kind (%#x)", name, flags)
		return nil
	}
	if metaHeader+n*elementSize > len(b) {
		w.flaw("%s says that it has %d elements", name, n)
		return nil
	}
	type child struct {
		key, value []byte
		page       uint64
		bucket     bool
	}
	all := make([]child, 0, n)
	last := lo
	for i := range n {
		at := metaHeader + i*elementSize
		e := b[at:]
		var c child
		var pos, ks, vs uint64
		if flags == pageBranch {
			pos, ks, c.page = uint64(binary.LittleEndian.Uint32(e)), uint64(binary.LittleEndian.Uint32(e[4:])), binary.LittleEndian.Uint64(e[8:])
		} else {
			c.bucket = binary.LittleEndian.Uint32(e)&bucketLeaf != 0
			pos, ks, vs = uint64(binary.LittleEndian.Uint32(e[4:])), uint64(binary.LittleEndian.Uint32(e[8:])), uint64(binary.LittleEndian.Uint32(e[12:]))
		}
		from := uint64(at) + pos
		if from+ks+vs > uint64(len(b)) {
			w.flaw("%s: element %d lies outside it", name, i)
			return nil
		}
		c.key, c.value = b[from:from+ks], b[from+ks:from+ks+vs]
		if last != nil && (bytes.Compare(c.key, last) < 0 || i > 0 && bytes.Equal(c.key, last)) || hi != nil && bytes.Compare(c.key, hi) >= 0 {
			w.flaw("%s: the key of element %d is out of order", name, i)
		}
		last = c.key
		all = append(all, c)
	}
	for i, c := range all {
		var err error
		switch {
		case flags == pageBranch:
			end := hi
			if i+1 < n {
				end = all[i+1].key
			}
			err = w.walk(c.page, c.key, end, depth+1)
		case !c.bucket:
		case len(c.value) < 16:
			w.flaw("%s: bucket %q is cut short", name, c.key)
		case binary.LittleEndian.Uint64(c.value) != 0:
			err = w.walk(binary.LittleEndian.Uint64(c.value), nil, nil, depth+1)
		default: // a small bucket, whose page lies in the value
			err = w.elements(fmt.Sprintf("bucket %q in %s", c.key, name), c.value[16:], nil, nil, depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
