package pack

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Header is what a GGUF file says about itself. Only what Hubcap reads is
// kept; the vocabulary, which is most of a header, is passed over.
//
// The format: github.com/ggml-org/ggml/blob/master/docs/gguf.md.
type Header struct {
	Version int
	Texts   map[string]string  // short texts, and the chat template
	Numbers map[string]float64 // numbers and truth values; of a list its largest
	Tensors int
	Weights int64 // numbers in all tensors
	Vocab   int64 // rows of the token table
	Type    string
}

// Bounds of a header that is taken for one. Each is far beyond any real
// model; they keep a lying file from costing time or memory.
const (
	maxHeader   = 512 << 20
	maxEntries  = 1 << 16
	maxTensors  = 1 << 17
	maxKey      = 256
	maxText     = 1 << 20
	keptList    = 1024 // numbers of a list that are looked at
	maxAlign    = 1 << 16
	maxElements = 1 << 40
)

// tensorType is how numbers are packed: so many to a block of so many bytes.
type tensorType struct {
	name         string
	block, bytes uint64
}

// tensorTypes are those of ggml.h (enum ggml_type), sizes after ggml-common.h.
func tensorTypes(id uint32) (tensorType, bool) {
	types := [...]tensorType{
		0: {"F32", 1, 4}, 1: {"F16", 1, 2}, 2: {"Q4_0", 32, 18}, 3: {"Q4_1", 32, 20}, 6: {"Q5_0", 32, 22}, 7: {"Q5_1", 32, 24},
		8: {"Q8_0", 32, 34}, 9: {"Q8_1", 32, 36}, 10: {"Q2_K", 256, 84}, 11: {"Q3_K", 256, 110}, 12: {"Q4_K", 256, 144},
		13: {"Q5_K", 256, 176}, 14: {"Q6_K", 256, 210}, 15: {"Q8_K", 256, 292}, 16: {"IQ2_XXS", 256, 66}, 17: {"IQ2_XS", 256, 74},
		18: {"IQ3_XXS", 256, 98}, 19: {"IQ1_S", 256, 50}, 20: {"IQ4_NL", 32, 18}, 21: {"IQ3_S", 256, 110}, 22: {"IQ2_S", 256, 82},
		23: {"IQ4_XS", 256, 136}, 24: {"I8", 1, 1}, 25: {"I16", 1, 2}, 26: {"I32", 1, 4}, 27: {"I64", 1, 8}, 28: {"F64", 1, 8},
		29: {"IQ1_M", 256, 56}, 30: {"BF16", 1, 2}, 34: {"TQ1_0", 256, 54}, 35: {"TQ2_0", 256, 66}, 39: {"MXFP4", 32, 17},
	}
	if uint64(id) >= uint64(len(types)) || types[id].block == 0 {
		return tensorType{}, false
	}
	return types[id], true
}

// damaged is the error for a file that is no sound GGUF.
func damaged(format string, args ...any) error {
	return fault.New(fault.Invalid, "the file is not a usable model: "+format, args...).
		WithRemedy("get the file again; Hubcap takes models as GGUF files, version 2 or 3")
}

// ReadHeader reads the header of a GGUF file of the given size and checks
// that every tensor lies inside it. What it allocates is bounded by what it
// reads, never by a count that the file claims.
func ReadHeader(r io.ReaderAt, size int64) (*Header, error) {
	c := &cursor{size: size, r: bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 64<<10)}
	h, err := c.header()
	if err == nil {
		return h, nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, damaged("it ends inside its header")
	}
	return nil, err
}

// cursor reads a header front to back.
type cursor struct {
	r    *bufio.Reader
	at   int64
	size int64
}

func (c *cursor) header() (*Header, error) {
	var magic [4]byte
	if err := c.read(magic[:]); err != nil {
		return nil, err
	}
	if string(magic[:]) != "GGUF" {
		return nil, damaged("it does not begin as a GGUF file")
	}
	version, err := c.u32()
	if err != nil {
		return nil, err
	}
	switch {
	case version == 1:
		return nil, damaged("it is a GGUF of version 1, which nobody writes any more")
	case version > 3 && bits.ReverseBytes32(version) <= 3:
		return nil, damaged("its numbers are in big-endian order")
	case version != 2 && version != 3:
		return nil, damaged("it is a GGUF of version %d", version)
	}
	tensors, err := c.u64()
	if err != nil {
		return nil, err
	}
	entries, err := c.u64()
	if err != nil {
		return nil, err
	}
	if tensors == 0 || tensors > maxTensors || entries > maxEntries {
		return nil, damaged("it claims %d tensors and %d entries", tensors, entries)
	}
	h := &Header{Version: int(version), Texts: map[string]string{}, Numbers: map[string]float64{}, Tensors: int(tensors)}
	for range entries {
		if err := c.entry(h); err != nil {
			return nil, err
		}
	}
	return h, c.tensors(h)
}

// entry reads a key and its value.
func (c *cursor) entry(h *Header) error {
	key, err := c.text(maxKey)
	if err != nil {
		return err
	}
	if key == "" {
		return damaged("an entry has no key")
	}
	kind, err := c.u32()
	if err != nil {
		return err
	}
	switch kind {
	case kindText:
		s, err := c.text(maxText)
		if err != nil {
			return err
		}
		if len(s) <= 4096 || key == "tokenizer.chat_template" {
			h.Texts[key] = strings.ToValidUTF8(s, "?")
		}
		return nil
	case kindList:
		return c.list(key, h)
	default:
		n, err := c.number(kind)
		if err != nil {
			return err
		}
		h.Numbers[key] = n
		return nil
	}
}

// Kinds of a value, as the format numbers them.
const (
	kindText = 8
	kindList = 9
)

// widths of the numbers by kind: u8 i8 u16 i16 u32 i32 f32 bool, u64 i64 f64.
func width(kind uint32) int64 {
	widths := [...]int64{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8}
	if uint64(kind) >= uint64(len(widths)) {
		return 0
	}
	return widths[kind]
}

func (c *cursor) number(kind uint32) (float64, error) {
	w := width(kind)
	if w == 0 {
		return 0, damaged("a value has the unknown kind %d", kind)
	}
	var b [8]byte
	if err := c.read(b[:w]); err != nil {
		return 0, err
	}
	u := binary.LittleEndian.Uint64(b[:])
	switch kind {
	case 1:
		return float64(int8(u)), nil
	case 3:
		return float64(int16(u)), nil
	case 5:
		return float64(int32(u)), nil
	case 6:
		return float64(math.Float32frombits(uint32(u))), nil
	case 11:
		return float64(int64(u)), nil
	case 12:
		return math.Float64frombits(u), nil
	}
	return float64(u), nil
}

// list passes over a list; of numbers it keeps the largest, which is what a
// model that differs from layer to layer needs at most.
func (c *cursor) list(key string, h *Header) error {
	kind, err := c.u32()
	if err != nil {
		return err
	}
	n, err := c.u64()
	if err != nil {
		return err
	}
	if kind == kindText {
		for range n { // each takes eight bytes of the file at least
			length, err := c.u64()
			if err != nil {
				return err
			}
			if length > maxText {
				return damaged("a text of %d bytes stands in a list", length)
			}
			if err := c.skip(int64(length)); err != nil {
				return err
			}
		}
		return nil
	}
	w := width(kind)
	if w == 0 {
		return damaged("a list holds values of the unknown kind %d", kind)
	}
	if n > uint64(c.size) {
		return damaged("a list claims %d values", n)
	}
	look := min(n, keptList)
	for i := range look {
		x, err := c.number(kind)
		if err != nil {
			return err
		}
		if i == 0 || x > h.Numbers[key] {
			h.Numbers[key] = x
		}
	}
	return c.skip(int64(n-look) * w)
}

// place is where a tensor lies behind the header.
type place struct{ from, to uint64 }

func (c *cursor) tensors(h *Header) error {
	align := uint64(32)
	if a, ok := h.Numbers["general.alignment"]; ok {
		if a < 1 || a > maxAlign || a != math.Trunc(a) || bits.OnesCount64(uint64(a)) != 1 {
			return damaged("its alignment is %v", a)
		}
		align = uint64(a)
	}
	var places []place
	weights := map[string]uint64{} // bytes by type
	for range h.Tensors {
		p, err := c.tensor(h, align, weights)
		if err != nil {
			return err
		}
		places = append(places, p)
	}
	begin := (uint64(c.at) + align - 1) / align * align
	slices.SortFunc(places, func(a, b place) int {
		switch {
		case a.from < b.from:
			return -1
		case a.from > b.from:
			return 1
		}
		return 0
	})
	last := uint64(0)
	for _, p := range places {
		if p.from < last {
			return damaged("two of its tensors overlap")
		}
		last = p.to
	}
	if begin > uint64(c.size) || last > uint64(c.size)-begin {
		return damaged("it is cut short: it has %d bytes and needs %d", c.size, begin+last)
	}
	for name, b := range weights {
		if b > weights[h.Type] || b == weights[h.Type] && name < h.Type {
			h.Type = name
		}
	}
	return nil
}

func (c *cursor) tensor(h *Header, align uint64, weights map[string]uint64) (place, error) {
	name, err := c.text(maxKey)
	if err != nil {
		return place{}, err
	}
	dims, err := c.u32()
	if err != nil {
		return place{}, err
	}
	if dims < 1 || dims > 4 {
		return place{}, damaged("the tensor %.40q has %d dimensions", name, dims)
	}
	elements := uint64(1)
	var first, last uint64
	for i := range dims {
		d, err := c.u64()
		if err != nil {
			return place{}, err
		}
		if d == 0 || d > maxElements || elements > maxElements/d {
			return place{}, damaged("the tensor %.40q has an impossible size", name)
		}
		elements *= d
		if last = d; i == 0 {
			first = d
		}
	}
	id, err := c.u32()
	if err != nil {
		return place{}, err
	}
	kind, known := tensorTypes(id)
	if !known {
		return place{}, damaged("the tensor %.40q has the unknown type %d", name, id)
	}
	if first%kind.block != 0 {
		return place{}, damaged("the tensor %.40q does not fill whole blocks", name)
	}
	offset, err := c.u64()
	if err != nil {
		return place{}, err
	}
	size := elements / kind.block * kind.bytes
	if offset%align != 0 || offset > maxElements || size > uint64(c.size) {
		return place{}, damaged("the tensor %.40q lies outside of the file", name)
	}
	weights[kind.name] += size
	h.Weights += int64(elements)
	if name == "token_embd.weight" && dims == 2 {
		h.Vocab = int64(last)
	}
	return place{offset, offset + size}, nil
}

func (c *cursor) read(b []byte) error {
	if c.at += int64(len(b)); c.at > maxHeader {
		return damaged("its header has more than %d MiB", maxHeader>>20)
	}
	_, err := io.ReadFull(c.r, b)
	return err
}

func (c *cursor) skip(n int64) error {
	if n < 0 || n > c.size-c.at {
		return damaged("it ends inside its header")
	}
	if c.at += n; c.at > maxHeader {
		return damaged("its header has more than %d MiB", maxHeader>>20)
	}
	for n > 0 {
		k, err := c.r.Discard(int(min(n, 1<<20)))
		if err != nil {
			return err
		}
		n -= int64(k)
	}
	return nil
}

func (c *cursor) u32() (uint32, error) {
	var b [4]byte
	err := c.read(b[:])
	return binary.LittleEndian.Uint32(b[:]), err
}

func (c *cursor) u64() (uint64, error) {
	var b [8]byte
	err := c.read(b[:])
	return binary.LittleEndian.Uint64(b[:]), err
}

func (c *cursor) text(most int64) (string, error) {
	n, err := c.u64()
	if err != nil {
		return "", err
	}
	if n > uint64(most) {
		return "", damaged("a text claims %d bytes", n)
	}
	if int64(n) > c.size-c.at {
		return "", fmt.Errorf("read text: %w", io.ErrUnexpectedEOF)
	}
	b := make([]byte, n)
	if err := c.read(b); err != nil {
		return "", err
	}
	return string(b), nil
}
