package reference

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// A book is one file: its magic; texts and records as they came, each once;
// the keys, sorted; the links, grouped by key; the Source as JSON; a tail with
// the places of those; SHA-256 of all before. All numbers are little-endian.
// It is made again from the publisher's file at any time, so a change of this
// form needs no step: raise the number in the magic.
const (
	magic    = "hubref1\n"
	tailSize = 5 * 8
	keySize  = 8  // place of the key's text, number of its first link
	linkSize = 12 // year, place of the record, place of the component

	maxBook = 1 << 30
)

type link struct{ year, record, component uint32 }

// maker writes a book. It keeps keys and links in memory, about 30 MB for all
// of NHTSA's recalls; texts go to the file.
type maker struct {
	w     *bufio.Writer
	sum   hash.Hash
	n     int64
	texts map[string]uint32   // short ones that repeat
	seen  map[[16]byte]uint32 // records
	keys  map[string][]link
}

func newMaker(w io.Writer) (*maker, error) {
	sum := sha256.New()
	m := &maker{w: bufio.NewWriterSize(io.MultiWriter(w, sum), 256<<10), sum: sum, texts: map[string]uint32{}, seen: map[[16]byte]uint32{}, keys: map[string][]link{}}
	return m, m.write([]byte(magic))
}

func (m *maker) write(b []byte) error {
	m.n += int64(len(b))
	if m.n > maxBook {
		return fault.New(fault.Limited, "the file holds more than a book can keep").WithRemedy("bring in the file as it is published; what is in use stays")
	}
	_, err := m.w.Write(b)
	return err
}

// text keeps a short text once.
func (m *maker) text(s string) (uint32, error) {
	if at, ok := m.texts[s]; ok {
		return at, nil
	}
	at := uint32(m.n)
	s = strings.Clone(s)
	m.texts[s] = at
	return at, m.write(appendText(nil, s))
}

// record keeps a list of texts once.
func (m *maker) record(texts []string) (uint32, error) {
	var b []byte
	for _, s := range texts {
		b = appendText(b, s)
	}
	sum := sha256.Sum256(b)
	key := [16]byte(sum[:16])
	if at, ok := m.seen[key]; ok {
		return at, nil
	}
	at := uint32(m.n)
	m.seen[key] = at
	return at, m.write(b)
}

// add links a make, model and year with a record. component is "" where there
// is none.
func (m *maker) add(makeName, model string, year int, record uint32, component string) error {
	makeKey := compact(makeName)
	w := modelWords(makeKey, model)
	if makeKey == "" || len(w) == 0 {
		return nil
	}
	at, err := m.text(component)
	if err != nil {
		return err
	}
	key := makeKey + "\x00" + strings.Join(w, "") + "\x00" + strings.ReplaceAll(model, "\x00", "")
	l := link{uint32(year), record, at}
	if have := m.keys[key]; slices.Contains(have[max(0, len(have)-8):], l) {
		return nil // rows of a campaign that differ in a part number alone
	}
	m.keys[key] = append(m.keys[key], l)
	return nil
}

// finish writes what is left, with s filled in.
func (m *maker) finish(s *Source) error {
	keys := make([]string, 0, len(m.keys))
	for k := range m.keys {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	places := make([]uint32, len(keys))
	for i, k := range keys {
		places[i] = uint32(m.n)
		if err := m.write(appendText(nil, k)); err != nil {
			return err
		}
	}
	s.Entries = len(m.seen)
	tail := make([]byte, 0, tailSize)
	section := func(n int) { tail = binary.LittleEndian.AppendUint64(tail, uint64(n)) }
	section(int(m.n))
	section(len(keys))
	var b bytes.Buffer
	total := 0
	for i, k := range keys {
		b.Write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, places[i]), uint32(total)))
		total += len(m.keys[k])
	}
	if err := m.write(b.Bytes()); err != nil {
		return err
	}
	section(int(m.n))
	section(total)
	for _, k := range keys {
		links := m.keys[k]
		slices.SortStableFunc(links, func(a, b link) int { return cmp.Compare(a.year, b.year) })
		b.Reset()
		for _, l := range links {
			raw := binary.LittleEndian.AppendUint32(nil, l.year)
			b.Write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(raw, l.record), l.component))
		}
		if err := m.write(b.Bytes()); err != nil {
			return err
		}
	}
	section(int(m.n))
	about, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := errors.Join(m.write(about), m.write(tail), m.w.Flush()); err != nil {
		return err
	}
	digest := m.sum.Sum(nil)
	s.Digest, s.Bytes = hex.EncodeToString(digest), m.n+int64(len(digest))
	if _, err := m.w.Write(digest); err != nil {
		return err
	}
	return m.w.Flush()
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
