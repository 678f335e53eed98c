package reference

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"sort"
	"strings"
)

// book is a file of the shelf, read in place.
type book struct {
	data   string
	source Source

	keys, nkeys   int
	links, nlinks int
}

// openBook reads a book and holds it against its digest: after that its
// inside is believed.
func openBook(data string) (*book, error) {
	bad := errors.New("it is not a whole book")
	end := len(data) - sha256.Size
	if end < len(magic)+tailSize || data[:len(magic)] != magic {
		return nil, bad
	}
	h := sha256.New()
	for rest := data[:end]; len(rest) > 0; { // in pieces: the hash takes bytes, and a copy of all would be large
		n := min(len(rest), 1<<20)
		h.Write([]byte(rest[:n]))
		rest = rest[n:]
	}
	if string(h.Sum(nil)) != data[end:] {
		return nil, errors.New("it is damaged: its bytes are not those that were written")
	}
	b := &book{data: data}
	tail := end - tailSize
	place := func(i int) int { return int(binary.LittleEndian.Uint64([]byte(data[tail+8*i : tail+8*i+8]))) }
	b.keys, b.nkeys, b.links, b.nlinks = place(0), place(1), place(2), place(3)
	about := place(4)
	if b.keys < 0 || b.links != b.keys+b.nkeys*keySize || about != b.links+b.nlinks*linkSize || about > tail {
		return nil, bad
	}
	if err := json.Unmarshal([]byte(data[about:tail]), &b.source); err != nil {
		return nil, bad
	}
	b.source.Bytes, b.source.Digest = int64(len(data)), hex.EncodeToString([]byte(data[end:]))
	return b, nil
}

func (b *book) u32(at int) int {
	s := b.data[at : at+4]
	return int(uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24)
}

// text reads one, and says where the next begins.
func (b *book) text(at int) (s string, next int) {
	n, shift := 0, 0
	for {
		c := b.data[at]
		at++
		n |= int(c&0x7f) << shift
		if c < 0x80 {
			return b.data[at : at+n], at + n
		}
		shift += 7
	}
}

func (b *book) key(i int) string {
	s, _ := b.text(b.u32(b.keys + i*keySize))
	return s
}

// from is the first key that is not less than prefix.
func (b *book) from(prefix string) int {
	return sort.Search(b.nkeys, func(i int) bool { return b.key(i) >= prefix })
}

// year calls f with each link of a key for that year.
func (b *book) year(key, year int, f func(record, component int)) {
	lo, hi := b.u32(b.keys+key*keySize+4), b.nlinks
	if key+1 < b.nkeys {
		hi = b.u32(b.keys + (key+1)*keySize + 4)
	}
	at := func(i int) int { return b.links + i*linkSize }
	for i := lo + sort.Search(hi-lo, func(i int) bool { return b.u32(at(lo+i)) >= year }); i < hi && b.u32(at(i)) == year; i++ {
		f(b.u32(at(i)+4), b.u32(at(i)+8))
	}
}

// hasMake reports whether the book has a model of a make.
func (b *book) hasMake(makeKey string) bool {
	i := b.from(makeKey + "\x00")
	return i < b.nkeys && strings.HasPrefix(b.key(i), makeKey+"\x00")
}
