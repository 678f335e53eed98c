package bolt

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"

	"github.com/hubcap-dev/hubcap/backend/store"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const recordVersion = 1

// record is a stored document: what store.Record holds, and the index
// entries written with it, so that the next write removes exactly those.
type record struct {
	rev     int64
	place   store.Place
	entries []entry
	doc     []byte // aliases what was parsed
}

type entry struct {
	index uint64
	tuple []byte // encoded
}

// append adds the bytes of r, stored under key, to b:
//
//	version u8 | CRC-32C of key and all after it but the document u32 |
//	CRC-32C of the document u32 | length of what follows but the document |
//	rev | location | group | owner | number of entries | (index, tuple)... |
//	document
//
// Numbers without a size are uvarints, texts have their length before them.
func (r *record) append(b, key []byte) []byte {
	start := len(b)
	b = append(b, recordVersion, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(r.doc, castagnoli))
	head := make([]byte, 0, 256)
	head = binary.AppendUvarint(head, uint64(r.rev))
	head = appendPlace(head, r.place)
	head = binary.AppendUvarint(head, uint64(len(r.entries)))
	for _, e := range r.entries {
		head = binary.AppendUvarint(head, e.index)
		head = appendBytes(head, e.tuple)
	}
	b = appendBytes(b, head)
	binary.BigEndian.PutUint32(b[start+1:], headSum(key, b[start+5:]))
	return append(b, r.doc...)
}

func headSum(key, rest []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, rest)
}

// parseRecord reads a record and verifies both sums. problem is "" when all
// is well. placed says that the head, and so the place, can be believed even
// if the document can't.
func parseRecord(key, b []byte) (r record, placed bool, problem string) {
	if len(b) < 10 || b[0] != recordVersion {
		return r, false, "not a record"
	}
	docSum := binary.BigEndian.Uint32(b[5:])
	n, size := binary.Uvarint(b[9:])
	if size <= 0 || n > uint64(len(b)-9-size) {
		return r, false, "its head is cut short"
	}
	head := b[9+size:][:n]
	if binary.BigEndian.Uint32(b[1:]) != headSum(key, b[5:9+size+int(n)]) {
		return r, false, "the checksum of its head does not match"
	}
	d := reader{b: head}
	r.rev = int64(d.uvarint())
	r.place = d.place()
	r.entries = make([]entry, 0, 8)
	for range d.uvarint() {
		if d.failed {
			break
		}
		r.entries = append(r.entries, entry{d.uvarint(), d.bytes()})
	}
	if d.failed {
		return r, false, "its head is cut short"
	}
	r.doc = b[9+size+int(n):]
	if crc32.Checksum(r.doc, castagnoli) != docSum {
		return r, true, "its checksum does not match"
	}
	return r, true, ""
}

// An index entry's value is the CRC-32C of its key and place, and the place.
func appendEntryValue(b, key []byte, p store.Place) []byte {
	at := len(b)
	b = append(b, 0, 0, 0, 0)
	b = appendPlace(b, p)
	binary.BigEndian.PutUint32(b[at:], headSum(key, b[at+4:]))
	return b
}

func parseEntryValue(key, b []byte) (store.Place, bool) {
	if len(b) < 4 || binary.BigEndian.Uint32(b) != headSum(key, b[4:]) {
		return store.Place{}, false
	}
	if bytes.Equal(b[4:], []byte{0, 0, 0}) {
		return store.Place{}, true
	}
	d := reader{b: b[4:]}
	p := d.place()
	return p, !d.failed
}

func appendBytes[T string | []byte](b []byte, s T) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendPlace(b []byte, p store.Place) []byte {
	b = appendBytes(b, p.Location)
	b = appendBytes(b, p.Group)
	return appendBytes(b, p.Owner)
}

type reader struct {
	b      []byte
	failed bool
}

func (r *reader) uvarint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.failed, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) bytes() []byte {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.failed, r.b = true, nil
		return nil
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) place() store.Place {
	return store.Place{Location: string(r.bytes()), Group: string(r.bytes()), Owner: string(r.bytes())}
}
