package vin

import "math/bits"

// codeSet holds vPIC's error codes; bit i is the code codeOf[i].
type codeSet uint32

const (
	code0 = iota
	code1
	code2
	code3
	code4
	code5
	code6
	code7
	code8
	code9
	code10
	code11
	code12
	code14
	code400
	numCodes
)

var codeOf = [numCodes]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 400}

// codeWeight ranks passes (decode-spec section 3).
var codeWeight = [numCodes]int{
	code1: -5, code2: -100, code3: -100, code4: -200, code5: -300, code6: -10, code7: -10000,
	code8: -1000, code11: -20, code12: -20, code14: -30, code400: -40,
}

func (c *codeSet) add(i int)     { *c |= 1 << i }
func (c codeSet) has(i int) bool { return c>>i&1 != 0 }

func (c codeSet) weight() (w int) {
	for ; c != 0; c &= c - 1 {
		w += codeWeight[bits.TrailingZeros32(uint32(c))%numCodes]
	}
	return w
}

// checkPositions compares the VIN with the characters that the maker's schemas
// allow, position by position, and finds the positions that no value rests on
// (decode-spec section 6).
func (d *Decoder) checkPositions(q *query, p *pass) {
	if p.year != 0 {
		d.checkCharacters(q, p)
	}
	used := d.usedPositions(q, p)
	for i, at := range UsedPositions {
		if position := at + 4; position <= q.n && used>>i&1 == 0 {
			p.unused |= 1 << i
		}
	}
	if p.unused != 0 {
		p.codes.add(code14)
	}
}

func (d *Decoder) checkCharacters(q *query, p *pass) {
	last := 14
	if q.six() {
		last = 11
	}
	wrong := 0
	for position := 4; position <= min(last, q.n); position++ {
		if position == 9 || position == 10 {
			continue
		}
		set := p.valid[position-4]
		c := charOf[q.v[position-1]]
		if set != 0 && (c == charOther || set>>c&1 == 0) {
			p.possible = append(p.possible, positionSet{position, set})
			p.corrected[position-1] = '!'
			wrong++
		}
	}
	switch wrong {
	case 0:
	case 1:
		d.correctOne(q, p)
	default:
		p.codes.add(code5)
	}
}

// correctOne looks for the one character that mends the VIN.
func (d *Decoder) correctOne(q *query, p *pass) {
	wrong := &p.possible[0]
	i := wrong.position - 1
	if bits.OnesCount64(uint64(wrong.chars)) == 1 {
		p.corrected[i] = alphabet[bits.TrailingZeros64(uint64(wrong.chars))%len(alphabet)]
		p.codes.add(code2)
		return
	}
	old := q.v[i]
	found, n := 0, 0
	for set := wrong.chars; set != 0; set &= set - 1 {
		c := bits.TrailingZeros64(uint64(set)) % len(alphabet)
		q.v[i] = alphabet[c]
		if digit := q.checkDigit(true); digit != '?' && digit == q.v[8] {
			found = c
			n++
		}
	}
	q.v[i] = old
	if n != 1 {
		p.codes.add(code4)
		return
	}
	p.codes.add(code3)
	p.corrected[i] = alphabet[found]
	wrong.chars = 1 << found
}

// usedPositions says which of UsedPositions are spelled out by the key of some
// pattern that survived.
func (d *Decoder) usedPositions(q *query, p *pass) uint32 {
	used := uint32(0)
	last := ^uint64(0)
	take := func(where uint64) {
		if where != last {
			last = where
			used |= d.keyUses(q, where)
		}
	}
	for w, set := range p.present {
		for ; set != 0; set &= set - 1 {
			e := w*64 + bits.TrailingZeros64(set)
			if s := p.source[e]; s == SourcePattern || s == SourceFormula {
				take(p.items[e].where)
			} else if s == SourceEngine {
				take(p.engine.where)
			}
		}
	}
	for i := range p.multi {
		switch p.multi[i].source {
		case SourcePattern, SourceFormula:
			take(p.multi[i].where)
		case SourceEngine:
			take(p.engine.where)
		}
	}
	return used
}

// keyUses is the positions that one key spells out.
func (d *Decoder) keyUses(q *query, where uint64) uint32 {
	block, key := uint32(where>>32), uint32(where)
	m := d.matchAt(block)
	info := d.keyInfo(&m, key)
	if info&KeyOdd == 0 && !q.illegal() {
		return uint32(info>>KeyUsedShift) & 63
	}
	used := uint32(0)
	var room [MaxKey]Position
	text := appendKey(room[:0], d.keyTextAt(&m, key))
	for i, at := range UsedPositions {
		if at < len(text) && at+4 <= q.n && text[at].Explicit.Contains(q.v[at+3]) {
			used |= 1 << i
		}
	}
	return used
}

// matchAt reads a schema block's places again.
func (d *Decoder) matchAt(block uint32) match {
	head := d.u64(block + SchemaKeys)
	return match{
		at:     block,
		starts: block + d.u32(block+SchemaKeyTable),
		all:    uint32(head&0xffff) + uint32(head>>16&0xffff),
		posts:  block + d.u32(block+SchemaPosts),
	}
}

// illegal reports whether some reported position holds a character outside the
// 33 of a VIN: there matching and spelling out may differ.
func (q *query) illegal() bool {
	for _, at := range UsedPositions {
		if at+4 <= q.n && digitValue[q.v[at+3]] == noValue {
			return true
		}
	}
	return false
}

// finish adds the codes that do not depend on patterns alone.
func (d *Decoder) finish(q *query, p *pass) {
	switch body := d.bodyClass(p); {
	case body == bodyGlider:
		p.codes.add(code9)
	case body < 128 && offRoadBodies[body/64]>>(body%64)&1 != 0:
		p.codes.add(code10)
		p.offRoad = true
	}
	if p.year == 0 {
		p.codes.add(code11)
	}
	if d.shownBad(q, p) != 0 {
		p.codes.add(code400)
	}
	if p.mismatch {
		p.codes.add(code12)
	}
	if q.n < 17 {
		p.codes.add(code6)
	} else {
		if q.digit == 0 {
			q.digit = q.checkDigit(false)
		}
		if q.v[8] != q.digit && !q.isException(d) {
			p.codes.add(code1)
		}
	}
	if rest := p.codes &^ (1<<code9 | 1<<code10 | 1<<code12); rest == 0 || rest == 1<<code14 {
		p.codes.add(code0)
		if !p.present.has(d.known.model) {
			p.codes.add(code14)
		}
	}
}

// vPIC's numbers of body classes with a notice of their own.
const bodyGlider = 64

var (
	offRoadBodies    = smallSet(69, 84, 86, 88, 97, 105, 113, 124, 126, 127)
	incompleteBodies = smallSet(62, 63, 64, 65, 67, 70, 71, 72, 74, 75, 76, 77, 78, 107, 112, 116)
)

func smallSet(members ...uint) (s [2]uint64) {
	for _, m := range members {
		s[m/64] |= 1 << (m % 64)
	}
	return s
}

// bodyClass is the number of the pass's body class, 128 or more when none of
// interest.
func (d *Decoder) bodyClass(p *pass) uint {
	e := d.known.bodyClass
	if !p.present.has(e) {
		return 128
	}
	id := d.valueID(e, uint32(p.items[e].number&d.info[e].valueMask))
	if id < 0 || id > 127 {
		return 128
	}
	return uint(id)
}

// badCharacters are the positions whose character no VIN may hold there, one
// bit each from position 1 (decode-spec section 6, code 400).
func (d *Decoder) badCharacters(q *query) uint32 {
	if q.badKnown {
		return q.bad
	}
	start := 14
	switch {
	case q.n >= 3 && q.v[2] == '9':
		start = 15
	case q.carLT:
		start = 13
	}
	q.bad, q.badKnown = 0, true
	for i := range q.n {
		want := fitsAnywhere
		switch {
		case i == 8:
			want = fitsCheckDigit
		case i == 9:
			want = fitsYear
		case i+1 >= start:
			want = fitsSerial
		}
		if fits[q.v[i]]&want == 0 {
			q.bad |= 1 << i
		}
	}
	return q.bad
}

const (
	fitsAnywhere uint8 = 1 << iota
	fitsSerial
	fitsCheckDigit
	fitsYear
)

// fits says where a character may stand.
var fits = func() (t [256]uint8) {
	for c := range t {
		digit := c >= '0' && c <= '9'
		if digitValue[c] != noValue || c == '*' {
			t[c] |= fitsAnywhere
		}
		if digit || c == '*' {
			t[c] |= fitsSerial
		}
		if digit || c == '*' || c == 'X' {
			t[c] |= fitsCheckDigit
		}
		if yearOf[c] != 0 {
			t[c] |= fitsYear
		}
	}
	return t
}()

// isException reports whether vPIC lists the VIN as rightly built with a wrong
// check digit.
func (q *query) isException(d *Decoder) bool {
	if q.except {
		return q.exception
	}
	q.except = true
	q.exception = d.listedException(q)
	return q.exception
}

func (d *Decoder) listedException(q *query) bool {
	if q.n == 17 {
		h := HashVIN(&q.v)
		if bloom := d.sec[SecExceptionBloom]; bloom.size == ExceptionBloomSize &&
			d.u8(bloom.off+h/8)>>(h%8)&1 == 0 {
			return false
		}
	}
	s := d.sec[SecExceptions]
	lo, hi := uint32(0), s.size/17
	for lo < hi {
		mid := lo + (hi-lo)/2
		at := s.off + mid*17
		row := d.data[at : at+17]
		cmp := 0
		for i := range 17 {
			c := byte(0)
			if i < q.n {
				c = q.v[i]
			}
			if c != row[i] {
				cmp = 1
				if c < row[i] {
					cmp = -1
				}
				break
			}
		}
		switch {
		case cmp == 0:
			return true
		case cmp < 0:
			hi = mid
		default:
			lo = mid + 1
		}
	}
	return false
}
