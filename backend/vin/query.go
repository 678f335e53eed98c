package vin

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// foreign stands in a query for a character outside ASCII; query.runes has it.
const foreign = 0x7f

// A query is one VIN made ready: what all passes over it share.
type query struct {
	v     [17]byte
	n     int
	runes [17]rune // only where v is foreign
	long  bool     // more than 17 characters were given

	wmi    wmiRecord
	public bool // the WMI's publication date has passed
	carLT  bool // car, MPV or light truck (decode-spec section 2)

	// key is the text that pattern keys are compared with, as numbers.
	key    [MaxKey]Char
	keyLen int

	now       int64 // microseconds since 1970
	lim       int   // last plausible model year
	hint      int   // the caller's year, 0 when none
	exception bool  // stands in vPIC's list of check digit exceptions
	except    bool  // exception is known
	digit     byte  // check digit, 0 while unknown
	bad       uint32
	badKnown  bool
}

// normalise trims white space, turns to upper case and cuts to 17 characters,
// each rune counting as one.
func (q *query) normalise(input string) {
	s := strings.TrimSpace(input)
	q.n, q.long = 0, false
	for i := 0; i < len(s); {
		if q.n == 17 {
			q.long = true
			return
		}
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 'a' && c <= 'z' {
				c -= 'a' - 'A'
			}
			if c == foreign {
				q.runes[q.n] = foreign
			}
			q.v[q.n] = c
			q.n++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		q.v[q.n] = foreign
		q.runes[q.n] = unicode.ToUpper(r)
		q.n++
		i += size
	}
}

// appendChar writes the character at index i as the user gave it.
func (q *query) appendChar(b []byte, i int) []byte {
	switch c := q.v[i]; c {
	case foreign:
		return utf8.AppendRune(b, q.runes[i])
	case '\t', '\r', '\n':
		return append(b, ' ')
	default:
		return append(b, c)
	}
}

// six reports whether the maker's prefix has six characters: builders of fewer
// than 1,000 vehicles a year have '9' at position 3 (49 CFR 565.15(a)).
func (q *query) six() bool { return q.n >= 14 && q.v[2] == '9' }

// packWMI is the WMI as the index's table has it.
func (q *query) packWMI() uint64 {
	var k uint64
	for i := range min(q.n, 3) {
		k |= uint64(q.v[i]) << (8 * i)
	}
	if q.six() {
		k |= uint64(q.v[11])<<24 | uint64(q.v[12])<<32 | uint64(q.v[13])<<40
	}
	return k
}

func (q *query) appendWMI(b []byte) []byte {
	for i := range min(q.n, 3) {
		b = q.appendChar(b, i)
	}
	if q.six() {
		for i := 11; i < 14; i++ {
			b = q.appendChar(b, i)
		}
	}
	return b
}

// appendDescriptor writes vPIC element 196.
func (q *query) appendDescriptor(b []byte) []byte {
	n := 11
	if q.n >= 3 && q.v[2] == '9' {
		n = 14
	}
	for i := range n {
		if i == 8 || i >= q.n {
			b = append(b, '*')
		} else {
			b = q.appendChar(b, i)
		}
	}
	return b
}

// prepare derives all that depends on the VIN and the clock alone.
func (d *Decoder) prepare(q *query, input string, o Options) {
	q.normalise(input)
	q.hint = o.ModelYear
	q.now = o.Now.UnixMicro()
	q.lim = o.Now.UTC().Year() + 2
	q.except, q.badKnown, q.digit = false, false, 0

	q.keyLen = 0
	for i := 3; i < min(q.n, 8); i++ {
		q.key[q.keyLen] = charOf[q.v[i]]
		q.keyLen++
	}
	if q.n > 9 {
		q.key[q.keyLen] = charOf['|']
		q.keyLen++
		for i := 9; i < q.n; i++ {
			q.key[q.keyLen] = charOf[q.v[i]]
			q.keyLen++
		}
	}
	q.wmi = d.lookupWMI(q.packWMI())
	q.carLT, q.public = false, false
	if q.wmi.at != 0 {
		t, truck := q.wmi.typ, q.wmi.truck
		q.carLT = t == typeCar || t == typeMPV || (t == typeTruck && truck == 1)
		q.public = q.wmi.public <= q.now
	}
}

// vPIC's numbers of vehicle types with rules of their own.
const (
	typeCar        = 2
	typeTruck      = 3
	typeMPV        = 7
	typeIncomplete = 10
)

// Options are what beside the VIN decides an answer.
type Options struct {
	// ModelYear is a year that the caller knows, 0 for none. It competes with
	// the years that the VIN allows; a contradiction is error 12.
	ModelYear int
	// Now decides which WMIs are published and which years are plausible.
	// The zero time stands for the first day of the index's release, so that
	// an answer never depends on the machine's clock unless the caller wants.
	Now time.Time
	// SkipDefaults leaves out values that vPIC only assumes for the vehicle
	// type (nearly always "Not Applicable").
	SkipDefaults bool
}
