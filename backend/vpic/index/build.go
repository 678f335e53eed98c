// Package index builds the vPIC index file that package vin decodes from. It
// collapses, once, whatever does not depend on the VIN: keys into bit rows,
// tie-breaks into one number a pattern, conversions and look-ups into ready
// text. Everything is sorted, so equal tables give equal bytes.
package index

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

// Stamp says what an index was built from.
type Stamp struct {
	Release string // such as "2026_10"
	Source  [sha256.Size]byte
}

// Build returns the index file of a release.
func Build(rel *tables.Release, stamp Stamp) ([]byte, error) {
	if len(stamp.Release) == 0 || len(stamp.Release) > 16 {
		return nil, fmt.Errorf("release %q: want 1 to 16 characters", stamp.Release)
	}
	b := &builder{rel: rel, text: newTexts()}
	steps := []struct {
		name string
		do   func() error
	}{
		{"elements", b.collectElements},
		{"values", b.collectValues},
		{"ranks", b.rankPatterns},
		{"texts", b.collectTexts},
		{"elements", b.writeElements},
		{"conversions", b.writeConversions},
		{"makes", b.writeMakes},
		{"schemas", b.writeSchemas},
		{"makers", b.writeWMIs},
		{"specifications", b.writeSpecs},
		{"engines", b.writeEngines},
		{"notices", b.writeSmall},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	b.sections[vin.SecText] = b.text.blob
	return b.file(stamp)
}

type builder struct {
	rel  *tables.Release
	text *texts

	elements []*element         // in output order, then the order of engine models
	byID     map[int32]*element // public elements by vPIC's number
	order    *element
	instants []int64 // distinct dates of the elements that are converted
	posting  int     // bytes a posting

	rows     []ranked          // one a kept pattern, beside rel.Patterns
	keyPlace map[string]uint32 // key text to its place in the key section
	specRank []uint64          // one a specification row
	specBits int
	schemaAt map[int32]uint32

	sections [vin.NumSections][]byte
}

func (b *builder) file(stamp Stamp) ([]byte, error) {
	le := binary.LittleEndian
	table := vin.HeaderSize
	size := align(table+vin.NumSections*vin.SectionSize, 64)
	start := size
	for _, s := range b.sections {
		size = align(size+len(s), 64)
	}
	// Loads of eight bytes at the end of the last section stay inside.
	size += 64
	if size > 1<<31 {
		return nil, fmt.Errorf("index of %d bytes is too large for its offsets", size)
	}
	out := make([]byte, size)
	copy(out, vin.IndexMagic)
	le.PutUint32(out[vin.HeadVersion:], vin.IndexVersion)
	le.PutUint32(out[vin.HeadSections:], vin.NumSections)
	le.PutUint64(out[vin.HeadSize:], uint64(size))
	copy(out[vin.HeadRelease:vin.HeadRelease+16], stamp.Release)
	copy(out[vin.HeadSource:], stamp.Source[:])
	le.PutUint32(out[vin.HeadPosting:], uint32(b.posting))
	at := start
	for i, s := range b.sections {
		e := out[table+i*vin.SectionSize:]
		le.PutUint32(e, uint32(i))
		le.PutUint32(e[4:], uint32(at))
		le.PutUint32(e[8:], uint32(len(s)))
		copy(out[at:], s)
		at = align(at+len(s), 64)
	}
	digest := sha256.Sum256(out[start:])
	copy(out[vin.HeadDigest:], digest[:])
	le.PutUint32(out[vin.HeadSpecBits:], uint32(b.specBits))
	le.PutUint32(out[vin.HeadCRC:], headerSum(out[:table+vin.NumSections*vin.SectionSize]))
	return out, nil
}

// headerSum is over the header and section table with the sum's own place
// zero.
func headerSum(head []byte) uint32 {
	h := append([]byte(nil), head...)
	clear(h[vin.HeadCRC : vin.HeadCRC+4])
	return crc32.Checksum(h, crc32.MakeTable(crc32.Castagnoli))
}

func align(n, to int) int { return (n + to - 1) / to * to }

func put16(s []byte, v int) []byte    { return binary.LittleEndian.AppendUint16(s, uint16(v)) }
func put32(s []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(s, v) }
func put64(s []byte, v uint64) []byte { return binary.LittleEndian.AppendUint64(s, v) }
