package bolt

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"os"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// bbolt maps its file into memory and trusts it: a file shorter than its meta
// page says ends the process with SIGBUS at the first touch of what is
// missing. So its two meta pages are read here first, by ordinary reads.
//
// A meta page is a page header of 16 bytes, then (bbolt
// internal/common/meta.go, in the machine's byte order, little-endian on all
// that we ship for): magic u32, version u32, page size u32, flags u32, root
// bucket (page u64, sequence u64), freelist page u64, first page never used
// u64, transaction u64, and the FNV-1a sum of all these.
const (
	metaHeader = 16
	metaSize   = 64
	metaMagic  = 0xED0CDAED
)

type metaPage struct {
	pageSize uint32
	pages    uint64 // pages in use are below this number
	tx       uint64
}

func parseMeta(b []byte) (metaPage, bool) {
	if len(b) < metaHeader+metaSize {
		return metaPage{}, false
	}
	m := b[metaHeader:]
	h := fnv.New64a()
	h.Write(m[:56])
	if binary.LittleEndian.Uint32(m) != metaMagic || binary.LittleEndian.Uint64(m[56:]) != h.Sum64() {
		return metaPage{}, false
	}
	return metaPage{
		pageSize: binary.LittleEndian.Uint32(m[8:]),
		pages:    binary.LittleEndian.Uint64(m[40:]),
		tx:       binary.LittleEndian.Uint64(m[48:]),
	}, true
}

// checkPages refuses a file that bbolt can't be let loose on.
func checkPages(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return folderError(path, err)
	}
	defer f.Close()
	var newest metaPage
	found := false
	for _, at := range metaOffsets() {
		b := make([]byte, metaHeader+metaSize)
		if _, err := f.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
			return folderError(path, err)
		}
		if m, ok := parseMeta(b); ok && (!found || m.tx > newest.tx) {
			// The second meta page stands one page in: believe it only there.
			if at == 0 || at == int64(m.pageSize) {
				newest, found = m, true
			}
		}
	}
	remedy := "restore a backup into an empty folder, or save what can be saved: hubcap recover --into FOLDER; the damaged file is left as it is"
	if !found {
		return fault.New(fault.Unavailable, "%s is damaged: neither of its head pages can be read", path).WithRemedy("%s", remedy)
	}
	info, err := f.Stat() // after the meta pages: the file only grows
	if err != nil {
		return folderError(path, err)
	}
	if want := int64(newest.pages) * int64(newest.pageSize); info.Size() < want {
		return fault.New(fault.Unavailable, "%s is cut short: it has %d bytes and needs %d", path, info.Size(), want).WithRemedy("%s", remedy)
	}
	return nil
}

// metaOffsets are where meta pages may stand: at the start, and one page in
// for the page sizes there are.
func metaOffsets() []int64 { return []int64{0, 4096, 8192, 16384, 32768, 65536} }
