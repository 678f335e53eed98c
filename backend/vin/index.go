package vin

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// ErrIndex marks every complaint about an index file.
var ErrIndex = errors.New("vPIC index is not usable")

// A Decoder answers what vPIC's own procedure would answer, from an index file
// that it reads in place. It never changes after Open and may be used by any
// number of goroutines.
type Decoder struct {
	data  string
	base  unsafe.Pointer // data's first byte
	limit uint32         // last place at which eight bytes can be read
	sec   [NumSections]section

	release string
	source  string
	digest  string
	start   int // first byte that the digest covers

	elements []Element
	info     []elementInfo
	known    known
	postSize uint32
	postMask uint64
	specBits uint
	hashBits uint
	formulas []conversion
	errors   [numCodes]errorText
	types    [256]typeInfo
	passes   sync.Pool

	releaseDay      time.Time
	descriptors     map[string]int
	descriptorBloom [64]uint64 // by the first two characters
}

// section is a part of the file.
type section struct{ off, size uint32 }

// An Element is one field of vPIC's answer.
type Element struct {
	ID    int    // vPIC's number
	Code  string // such as "BodyClass"
	Name  string // such as "Body Class"
	Group string // such as "Exterior/Body"
	Type  string // string, int, decimal or lookup
	Order int    // place in vPIC's order of output
	Multi bool   // may hold several values
}

// elementInfo is what the decoder needs of an element beside its name.
type elementInfo struct {
	flags             uint16
	weight            int32
	valueBits         uint
	base, values, ids uint32
	empty, na         uint32
	dayBase, days     uint32
	conversion        uint32
	valueMask         uint64
}

// known are the places of elements with a part of their own.
type known struct {
	cc, ci, l, engine, engineOrder       int
	make, manufacturer, model, year, typ int
	bodyClass                            int
	suggested, code, possible            int
	additional, text, descriptor         int
	multi                                bitset
	used                                 bitset // weighted elements
	converted                            bitset
}

type conversion struct {
	from, to, slot int
	id             uint32
}

// errorText is what vPIC says of an error code.
type errorText struct{ text, additional string }

// typeInfo is a vehicle type with its default values, ready to be shown.
type typeInfo struct {
	name     string
	defaults bitset
	values   [maxElements]uint8 // place in ready, for the elements in defaults
	ready    []defaultValue
}

type defaultValue struct {
	value uint32
	text  string
}

// Open reads the index's header and tables of contents; data is used in place
// and must not change while the Decoder lives. The digest is not checked here
// (it costs as long as reading 25 MB does): see Verify. A damaged body can
// give wrong answers but no panic and no endless loop.
func Open(data string) (*Decoder, error) {
	d := &Decoder{data: data}
	if err := d.header(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIndex, err)
	}
	if err := d.loadElements(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIndex, err)
	}
	d.loadSmall()
	d.passes.New = func() any { return new(scratch) }
	return d, nil
}

// Release is the vPIC release that the index was built from, such as
// "2026_10".
func (d *Decoder) Release() string { return d.release }

// Digest is the SHA-256 of the index's content, in hexadecimal, as its header
// states it; Verify recomputes it.
func (d *Decoder) Digest() string { return d.digest }

// Source is the SHA-256 of the archive that the index was built from.
func (d *Decoder) Source() string { return d.source }

// Elements are vPIC's public elements in its order of output. The slice is
// shared: do not write to it.
func (d *Decoder) Elements() []Element { return d.elements[:len(d.elements):len(d.elements)] }

// Verify reads the whole index and compares it with the digest in its header.
func (d *Decoder) Verify() error {
	sum := sha256.New()
	// Written in pieces, so that the text is not copied whole.
	for rest := d.data[d.start:]; len(rest) > 0; {
		n := min(len(rest), 1<<16)
		sum.Write([]byte(rest[:n]))
		rest = rest[n:]
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != d.digest {
		return fmt.Errorf("%w: content has the digest %s, header says %s", ErrIndex, got, d.digest)
	}
	return nil
}

func (d *Decoder) header() error {
	const table = HeaderSize
	end := table + NumSections*SectionSize
	if len(d.data) < end || d.data[:len(IndexMagic)] != IndexMagic {
		return errors.New("not a vPIC index file")
	}
	if len(d.data) > 1<<31 {
		return fmt.Errorf("%d bytes are too many", len(d.data))
	}
	d.base, d.limit = unsafe.Pointer(unsafe.StringData(d.data)), uint32(len(d.data)-8)
	if v := d.u32(HeadVersion); v != IndexVersion {
		return fmt.Errorf("format version %d, this program reads %d", v, IndexVersion)
	}
	if n := d.u32(HeadSections); n != NumSections {
		return fmt.Errorf("%d sections, want %d", n, NumSections)
	}
	head := []byte(d.data[:end])
	clear(head[HeadCRC : HeadCRC+4])
	if crc32.Checksum(head, crc32.MakeTable(crc32.Castagnoli)) != d.u32(HeadCRC) {
		return errors.New("header is damaged")
	}
	if size := d.u64(HeadSize); size != uint64(len(d.data)) {
		return fmt.Errorf("%d bytes, header says %d", len(d.data), size)
	}
	d.release = string(bytes.TrimRight(head[HeadRelease:HeadRelease+16], "\x00"))
	d.releaseDay, _ = time.Parse("2006_01", d.release)
	d.source = hex.EncodeToString(head[HeadSource : HeadSource+32])
	d.digest = hex.EncodeToString(head[HeadDigest : HeadDigest+32])
	d.postSize = d.u32(HeadPosting)
	d.specBits = uint(d.u32(HeadSpecBits))
	if d.postSize < 2 || d.postSize > 7 || d.specBits > 40 {
		return fmt.Errorf("patterns of %d bytes, specifications of %d bits", d.postSize, d.specBits)
	}
	d.postMask = 1<<(8*d.postSize) - 1
	for i := range d.sec {
		at := uint32(table + i*SectionSize)
		s := section{d.u32(at + 4), d.u32(at + 8)}
		if uint64(s.off) < uint64(end) || uint64(s.off)+uint64(s.size)+8 > uint64(len(d.data)) {
			return fmt.Errorf("section %d lies outside the file", i)
		}
		if i == 0 {
			d.start = int(s.off)
		}
		d.sec[i] = s
	}
	slots := d.sec[SecWMIHash].size / 4
	if slots == 0 || slots&(slots-1) != 0 {
		return fmt.Errorf("WMI table of %d places", slots)
	}
	d.hashBits = uint(bits.TrailingZeros32(slots))
	return nil
}

func (d *Decoder) loadElements() error {
	s := d.sec[SecElements]
	n := int(s.size / ElemSize)
	if n < 2 || n > maxElements {
		return fmt.Errorf("%d elements", n)
	}
	d.elements = make([]Element, n-1)
	d.info = make([]elementInfo, n)
	place := map[int]int{}
	k := &d.known
	for i := range n {
		at := s.off + uint32(i)*ElemSize
		in := &d.info[i]
		in.flags = d.u16(at + ElemFlags)
		in.weight = int32(d.u16(at + ElemWeight))
		in.valueBits = uint(d.u8(at + ElemValueBits))
		in.base, in.values = d.u32(at+ElemValueBase), d.u32(at+ElemValues)
		in.empty, in.na = d.u32(at+ElemEmpty), d.u32(at+ElemNA)
		in.dayBase, in.days = d.u32(at+ElemDayBase), d.u32(at+ElemDays)
		in.conversion = d.u32(at + ElemConversion)
		if in.valueBits > 32 {
			return fmt.Errorf("element of %d value bits", in.valueBits)
		}
		in.ids = d.u32(at + ElemIDBase)
		in.valueMask = 1<<in.valueBits - 1
		if in.flags&FlagMulti != 0 {
			k.multi.set(i)
		}
		if in.weight > 0 {
			k.used.set(i)
		}
		if in.flags&FlagInstant != 0 {
			k.converted.set(i)
		}
		if in.flags&FlagOrder != 0 {
			if i != n-1 {
				return errors.New("order of engine models is not last")
			}
			continue
		}
		if i == n-1 {
			return errors.New("order of engine models is missing")
		}
		d.elements[i] = Element{
			ID: int(d.u16(at + ElemID)), Name: d.text(d.u64(at + ElemName)), Code: d.text(d.u64(at + ElemCode)),
			Group: d.text(d.u64(at + ElemGroup)), Type: d.text(d.u64(at + ElemType)),
			Order: i, Multi: in.flags&FlagMulti != 0,
		}
		place[d.elements[i].ID] = i
	}
	k.engineOrder = n - 1
	for id, to := range map[int]*int{
		5: &k.bodyClass, 11: &k.cc, 12: &k.ci, 13: &k.l, 18: &k.engine, 26: &k.make, 27: &k.manufacturer,
		28: &k.model, 29: &k.year, 39: &k.typ, 142: &k.suggested, 143: &k.code, 144: &k.possible,
		156: &k.additional, 191: &k.text, 196: &k.descriptor,
	} {
		p, ok := place[id]
		if !ok {
			return fmt.Errorf("vPIC element %d is missing", id)
		}
		*to = p
	}
	return nil
}

func (d *Decoder) loadSmall() {
	n := len(d.info)
	s := d.sec[SecFormulas]
	for at := s.off; at+8 <= s.off+s.size; at += 8 {
		c := conversion{int(d.u8(at)), int(d.u8(at + 1)), int(d.u8(at + 2)), d.u32(at + 4)}
		if c.from < n && c.to < n && c.slot < 2 {
			d.formulas = append(d.formulas, c)
		}
	}
	s = d.sec[SecErrors]
	for at := s.off; at+24 <= s.off+s.size; at += 24 {
		for i, code := range codeOf {
			if int(d.u32(at)) == code {
				d.errors[i] = errorText{strings.TrimSpace(d.text(d.u64(at + 8))), strings.TrimSpace(d.text(d.u64(at + 16)))}
			}
		}
	}
	s = d.sec[SecDescriptors]
	d.descriptors = make(map[string]int, s.size/DescriptorSize)
	for at := s.off; at+DescriptorSize <= s.off+s.size; at += DescriptorSize {
		name := strings.TrimRight(d.data[at:at+14], "\x00")
		d.descriptors[name] = int(d.u16(at + 14))
		if len(name) > 1 {
			d.descriptorBloom[name[0]&63] |= 1 << (name[1] & 63)
		}
	}
	s = d.sec[SecTypes]
	for at := s.off; at+16 <= s.off+s.size; at += 16 {
		if id := d.u32(at); id < 256 {
			d.types[id].name = d.text(d.u64(at + 8))
		}
	}
	s = d.sec[SecDefaults]
	for at := s.off; at+8 <= s.off+s.size; at += 8 {
		r := d.u64(at)
		t, e := &d.types[uint8(r>>48)], int(uint8(r>>40))
		if e < n-1 && !t.defaults.has(e) && len(t.ready) < 255 {
			t.defaults.set(e)
			t.values[e] = uint8(len(t.ready))
			t.ready = append(t.ready, defaultValue{uint32(r), d.value(e, uint32(r))})
		}
	}
}

// The loads below are the only ways into the file beside text. Out of bounds
// they read as zero: a damaged index gives a wrong answer, never a crash. One
// comparison guards each: d.limit is eight bytes before the end, and the file
// ends in padding. (Slicing the string instead is checked twice: p99 was 6 to
// 10 % higher.)

func (d *Decoder) u8(at uint32) byte {
	if at > d.limit {
		return 0
	}
	return *(*byte)(unsafe.Add(d.base, at))
}

func (d *Decoder) u16(at uint32) uint16 {
	if at > d.limit {
		return 0
	}
	return binary.LittleEndian.Uint16((*[2]byte)(unsafe.Add(d.base, at))[:])
}

func (d *Decoder) u32(at uint32) uint32 {
	if at > d.limit {
		return 0
	}
	return binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(d.base, at))[:])
}

func (d *Decoder) u64(at uint32) uint64 {
	if at > d.limit {
		return 0
	}
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(d.base, at))[:])
}

// text is the string of a reference, a slice of the file.
func (d *Decoder) text(ref uint64) string {
	at, n := ref>>16, ref&0xffff
	t := d.sec[SecText]
	if at+n > uint64(t.size) || at > uint64(t.size) {
		return ""
	}
	return d.data[uint64(t.off)+at : uint64(t.off)+at+n]
}

// keyText is a pattern key by its place.
func (d *Decoder) keyText(at uint32) string {
	s := d.sec[SecKeys]
	if at >= s.size {
		return ""
	}
	n := uint32(d.u8(s.off + at))
	if at+1+n > s.size {
		return ""
	}
	return d.data[s.off+at+1 : s.off+at+1+n]
}

// value is the shown text of an element's value.
func (d *Decoder) value(e int, v uint32) string {
	in := &d.info[e]
	if v >= in.values {
		return ""
	}
	return d.text(d.entry64(SecValues, in.base+v))
}

// valueID is the number behind a looked-up value, 0 for other values.
func (d *Decoder) valueID(e int, v uint32) int {
	in := &d.info[e]
	if v >= in.values || in.flags&FlagLookup == 0 {
		return 0
	}
	return int(int32(d.entry32(SecValueIDs, in.ids+v)))
}

// entry32 and entry64 are the nth entry of a section of equal entries.
func (d *Decoder) entry32(sec int, n uint32) uint32 {
	s := d.sec[sec]
	if uint64(n)*4+4 > uint64(s.size) {
		return 0
	}
	return d.u32(s.off + n*4)
}

func (d *Decoder) entry64(sec int, n uint32) uint64 {
	s := d.sec[sec]
	if uint64(n)*8+8 > uint64(s.size) {
		return 0
	}
	return d.u64(s.off + n*8)
}

// day finds in a table of (rank, day) runs the day of a rank.
func (d *Decoder) day(sec int, base, n, rank uint32) uint32 {
	lo, hi := uint32(0), n
	for lo < hi {
		mid := lo + (hi-lo)/2
		if d.entry32(sec, 2*(base+mid)) <= rank {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return 0
	}
	return d.entry32(sec, 2*(base+lo-1)+1)
}

const maxElements = 192

// bitset holds places of elements.
type bitset [maxElements / 64]uint64

func (b *bitset) set(i int)      { b[uint(i)/64%3] |= 1 << (uint(i) % 64) }
func (b *bitset) has(i int) bool { return b[uint(i)/64%3]>>(uint(i)%64)&1 != 0 }
