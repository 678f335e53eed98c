package vin

// The index file, as docs/formats/vpic-index.md describes it. Only the reader
// in this package and the builder in backend/vpic/index use these names.
const (
	IndexMagic   = "HUBVPIC\n"
	IndexVersion = 1

	// HeaderSize is where the section table begins.
	HeaderSize  = 128
	SectionSize = 16
)

// Places of the header's fields, in bytes from the start of the file.
const (
	HeadVersion  = 8
	HeadSections = 12
	HeadSize     = 16 // whole file, u64
	HeadRelease  = 24 // 16 bytes, zero-padded
	HeadSource   = 40 // SHA-256 of the source archive
	HeadDigest   = 72 // SHA-256 of everything after the section table
	HeadCRC      = 104
	HeadPosting  = 108 // bytes a posting takes
	HeadSpecBits = 112 // bits of the value in a spec row
)

// Sections, in file order.
const (
	SecText = iota
	SecElements
	SecValues
	SecValueIDs
	SecFormulas
	SecConversions
	SecInstants
	SecDays
	SecMakes
	SecWMIHash
	SecWMIs
	SecSchemas
	SecKeys
	SecSpecIndex
	SecSpecs
	SecSpecRows
	SecSpecDays
	SecEngineIndex
	SecEngines
	SecExceptions
	SecExceptionBloom
	SecDescriptors
	SecDefaults
	SecErrors
	SecTypes
	NumSections
)

// An element record.
const (
	ElemID         = 0  // u16, vPIC's number
	ElemFlags      = 2  // u16
	ElemWeight     = 4  // u16, 0 when none
	ElemValueBits  = 6  // u8, low bits of a posting's number
	ElemName       = 8  // text reference
	ElemCode       = 16 // text reference
	ElemGroup      = 24 // text reference
	ElemType       = 32 // text reference
	ElemValueBase  = 40 // u32, first of its values
	ElemValues     = 44 // u32, count
	ElemEmpty      = 48 // u32, values below this number are empty
	ElemNA         = 52 // u32, values below this number are "Not Applicable"
	ElemDayBase    = 56 // u32, first of its (rank, day) pairs
	ElemDays       = 60 // u32, count
	ElemConversion = 64 // u32, 1 + first of its conversion pairs; 0: none
	ElemIDBase     = 68 // u32, first of its numbers, for look-ups
	ElemSize       = 72
)

// Element flags.
const (
	FlagMulti   = 1 << iota // may hold several values
	FlagLookup              // values are names looked up by number
	FlagOrder               // not an element: orders engine models (decode-spec 4.3)
	FlagInstant             // its days are numbers of instants
)

// A WMI record, followed by its links and the makes of its maker.
const (
	WMIKey          = 0 // 8 bytes, zero-padded
	WMIPublic       = 8 // i64, microseconds since 1970
	WMIChanged      = 16
	WMIID           = 24
	WMIMakerID      = 28
	WMIMaker        = 32 // text reference
	WMIType         = 40 // u8
	WMITruck        = 41 // u8, 255 when none
	WMIMakes        = 42 // u16
	WMIMake         = 44 // u32, 1 + the only make's value, 0 when not unique
	WMILinks        = 48 // u32
	WMIWidth        = 52 // u32, reserved
	WMIHead         = 56
	LinkSize        = 8 // yearFrom u16, yearTo u16, schema u32
	LinkSchemaShift = 3 // schemas stand on multiples of 8
)

// A schema block.
const (
	SchemaID       = 0
	SchemaKeys     = 4  // u16, ordinary keys
	SchemaFormulas = 6  // u16, keys with '#'
	SchemaValid    = 8  // u16, positions with valid characters
	SchemaDisc     = 10 // u16, positions that tell keys apart
	SchemaRow      = 12 // u16, bytes a row
	SchemaMin      = 14 // u16, reserved
	SchemaKeyTable = 16 // u32, from the block
	SchemaPosts    = 20 // u32, from the block
	SchemaHead     = 24
)

// A key's info word: low four bits its length, then one bit for each of the
// positions 4, 5, 6, 7, 8, 11 that it spells out.
const (
	KeyLenMask   = 15
	KeyUsedShift = 4
	KeyOdd       = 1 << 15 // the bits do not say it all: read the key
)

// UsedPositions are the places that error 14 reports on, as indexes into the
// key text; bit i of a used mask is UsedPositions[i].
var UsedPositions = [6]int{0, 1, 2, 3, 4, 7}

// Vehicle specifications: for each model a list of schemas, in a schema a list
// of patterns, each with keys and a list of rows.
const (
	SpecMake     = 0 // u32
	SpecType     = 4 // u8
	SpecYears    = 6 // u16
	SpecPatterns = 8 // u32
	SpecHead     = 12

	SpecPatternID   = 0  // u32
	SpecPatternRows = 4  // u32, first row's place, in bytes
	SpecPatternN    = 8  // u16, rows
	SpecPatternKeys = 10 // u16
	SpecPatternHead = 12

	// SpecRowSize is a row: element in the low byte, then the value, then the
	// rank (the later changed, the higher).
	SpecRowSize = 8
)

// EngineRowSize is a row of an engine model: element u8 and three bytes of
// padding, value u32, instant i64.
const EngineRowSize = 16

// DescriptorSize is 14 characters, zero-padded, and the model year.
const DescriptorSize = 16

// TextRef packs the place of a text: offset above, length in the low 16 bits.
func TextRef(offset, length int) uint64 { return uint64(offset)<<16 | uint64(length) }

// HashWMI spreads a packed WMI over a table of 1<<bits slots.
func HashWMI(key uint64, bits uint) uint32 {
	return uint32(key * 0x9E3779B97F4A7C15 >> (64 - bits))
}

// ExceptionBloomSize is the size of a bit table over the listed exceptions, so
// that nearly all VINs are spared the search.
const ExceptionBloomSize = 1 << 15

// HashVIN is a VIN's place in that table, in bits.
func HashVIN(v *[17]byte) uint32 {
	h := uint64(v[16])
	for i := 0; i < 16; i += 8 {
		x := uint64(v[i]) | uint64(v[i+1])<<8 | uint64(v[i+2])<<16 | uint64(v[i+3])<<24 |
			uint64(v[i+4])<<32 | uint64(v[i+5])<<40 | uint64(v[i+6])<<48 | uint64(v[i+7])<<56
		h = (h ^ x) * 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	return uint32(h % (8 * ExceptionBloomSize))
}
