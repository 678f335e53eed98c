package list

import (
	"encoding/binary"
	"io"
	"unicode/utf16"
)

// compoundMagic begins a compound file ([MS-CFB] 2.2): old Office documents, and
// new ones that are locked.
const compoundMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// The numbers of sectors that are none ([MS-CFB] 2.1).
const maxSector = 0xfffffffa

// compound is a file system in a file.
type compound struct {
	b       []byte
	size    int      // of a sector
	table   []uint32 // which sector follows which
	short   []uint32 // the same of the short ones
	mini    []byte   // what holds the short sectors
	entries []entry
}

type entry struct {
	name  string
	kind  byte
	start uint32
	size  uint64
}

var errCompound = damaged("its table of sectors", nil)

func openCompound(r io.ReaderAt, size int64) (*compound, error) {
	b := make([]byte, size)
	if n, err := r.ReadAt(b, 0); int64(n) < size {
		return nil, err
	}
	if len(b) < 512 || string(b[:8]) != compoundMagic {
		return nil, errCompound
	}
	shift := binary.LittleEndian.Uint16(b[30:])
	if shift != 9 && shift != 12 {
		return nil, errCompound
	}
	c := &compound{b: b, size: 1 << shift}
	c.readTable()
	for _, at := range c.chain(binary.LittleEndian.Uint32(b[48:]), c.table) {
		s := c.sector(at)
		for ; len(s) >= 128; s = s[128:] {
			n := min(int(binary.LittleEndian.Uint16(s[64:])), 64)
			letters := make([]uint16, 0, 32)
			for i := 0; i+1 < n-1; i += 2 {
				letters = append(letters, binary.LittleEndian.Uint16(s[i:]))
			}
			c.entries = append(c.entries, entry{string(utf16.Decode(letters)), s[66], binary.LittleEndian.Uint32(s[116:]), binary.LittleEndian.Uint64(s[120:])})
		}
	}
	if len(c.entries) == 0 {
		return nil, errCompound
	}
	for _, at := range c.chain(binary.LittleEndian.Uint32(b[60:]), c.table) {
		c.short = appendNumbers(c.short, c.sector(at))
	}
	c.mini = c.read(c.entries[0].start, c.entries[0].size)
	return c, nil
}

// readTable gathers the table of sectors: the numbers of its own sectors stand
// in the header, and further ones in a chain.
func (c *compound) readTable() {
	var own []uint32
	own = appendNumbers(own, c.b[76:512])
	more := binary.LittleEndian.Uint32(c.b[68:])
	for range len(c.b)/c.size + 1 {
		s := c.sector(more)
		if more >= maxSector || len(s) < c.size {
			break
		}
		own = appendNumbers(own, s[:c.size-4])
		more = binary.LittleEndian.Uint32(s[c.size-4:])
	}
	for _, at := range own {
		if at < maxSector && len(c.table) <= len(c.b)/4 {
			c.table = appendNumbers(c.table, c.sector(at))
		}
	}
}

func appendNumbers(to []uint32, b []byte) []uint32 {
	for ; len(b) >= 4; b = b[4:] {
		to = append(to, binary.LittleEndian.Uint32(b))
	}
	return to
}

// sector returns a sector, short where the file ends, nil where there is none.
func (c *compound) sector(at uint32) []byte {
	from := (int64(at) + 1) * int64(c.size)
	if at >= maxSector || from >= int64(len(c.b)) {
		return nil
	}
	return c.b[from:min(from+int64(c.size), int64(len(c.b)))]
}

// chain follows a table from a sector on. A circle ends after as many steps as
// the table has places.
func (c *compound) chain(at uint32, table []uint32) []uint32 {
	var out []uint32
	for at < uint32(len(table)) && len(out) <= len(table) {
		out = append(out, at)
		at = table[at]
	}
	return out
}

func (c *compound) read(start uint32, size uint64) []byte {
	size = min(size, uint64(len(c.b)))
	out := make([]byte, 0, size)
	for _, at := range c.chain(start, c.table) {
		if uint64(len(out)) >= size {
			break
		}
		out = append(out, c.sector(at)...)
	}
	return out[:min(uint64(len(out)), size)]
}

// stream returns what is kept under a name; nil where there is none.
func (c *compound) stream(name string) []byte {
	const short, cutoff = 64, 4096
	for _, e := range c.entries {
		if e.kind != 2 || e.name != name {
			continue
		}
		if e.size&0xffffffff >= cutoff {
			return c.read(e.start, e.size&0xffffffff)
		}
		var out []byte
		for _, at := range c.chain(e.start, c.short) {
			from := int(at) * short
			if from >= len(c.mini) || uint64(len(out)) >= e.size {
				break
			}
			out = append(out, c.mini[from:min(from+short, len(c.mini))]...)
		}
		return out[:min(len(out), int(e.size&0xffffffff))]
	}
	return nil
}

func (c *compound) has(name string) bool {
	for _, e := range c.entries {
		if e.name == name {
			return true
		}
	}
	return false
}
