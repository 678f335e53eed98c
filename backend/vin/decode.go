package vin

import (
	"math"
	"math/bits"
	"time"
)

// Decode answers for one VIN. Anything may be given: short, partial ('*' for
// unknown), lower case, with blanks, too long or no VIN at all; a bad VIN is
// an answer with error codes, not a failure.
func (d *Decoder) Decode(input string, o Options) Result {
	var r Result
	d.DecodeInto(&r, input, o)
	return r
}

// DecodeInto is Decode into a result that is used again and again: once it has
// grown, decoding allocates nothing. What an earlier call put into r, texts
// included, is overwritten.
func (d *Decoder) DecodeInto(r *Result, input string, o Options) {
	if o.Now.IsZero() {
		o.Now = d.releaseDay
	}
	sc := d.passes.Get().(*scratch)
	q := &sc.query
	d.prepare(q, input, o)
	best := d.choose(sc)
	d.fill(r, q, best, input, o)
	d.passes.Put(sc)
}

// choose makes the passes that vPIC would make and returns the best
// (decode-spec sections 2 and 3).
func (d *Decoder) choose(sc *scratch) *pass {
	q := &sc.query
	year, other, conclusive := d.modelYears(q)
	y := q.hint
	mismatch := func(passYear int) bool { return y != 0 && passYear != 0 && passYear != y }
	p := &sc.passes[0]
	if y >= firstYear && y <= q.lim && y != year && y != other {
		p.reset(y, true, true)
		d.run(sc, p)
		if year == 0 || !p.codes.has(code8) {
			return p
		}
		p = &sc.passes[1]
		p.reset(year, conclusive, mismatch(year))
		d.run(sc, p)
		p = d.better(q, &sc.passes[0], p)
	} else {
		p.reset(year, conclusive, mismatch(year))
		d.run(sc, p)
	}
	if other != 0 {
		p4 := &sc.passes[2]
		p4.reset(other, conclusive, mismatch(other))
		d.run(sc, p4)
		p = d.better(q, p, p4)
	}
	return p
}

const firstYear = 1980

// modelYears reads position 10: the year, the year thirty earlier when both are
// possible, and whether it is certain.
func (d *Decoder) modelYears(q *query) (year, other int, conclusive bool) {
	if y, ok := d.descriptorYear(q); ok {
		return y, 0, true
	}
	if q.n < 10 {
		return 0, 0, true
	}
	year = int(yearOf[q.v[9]])
	if year == 0 {
		return 0, 0, true
	}
	if q.carLT {
		switch c := q.v[6]; {
		case c >= '0' && c <= '9':
			year -= 30
			conclusive = true
		case c >= 'A' && c <= 'Z':
			conclusive = true
		}
	}
	if year > q.lim {
		year -= 30
		conclusive = true
	}
	if !conclusive {
		return year, year - 30, false
	}
	alt := 0
	switch {
	case year >= firstYear && year <= q.lim-30:
		alt = year + 30
	case year >= 2010 && year <= q.lim:
		alt = year - 30
	}
	if alt != 0 && q.wmi.at != 0 && !d.covers(q, year) && d.covers(q, alt) {
		year = alt
	}
	return year, 0, true
}

// covers reports whether some schema of the WMI is for the year.
func (d *Decoder) covers(q *query, year int) bool {
	link := q.wmi.links
	for range q.wmi.nlinks {
		years := d.u32(link)
		if int(years&0xffff) <= year && year <= int(years>>16) {
			return true
		}
		link += LinkSize
	}
	return false
}

// descriptorYear is the year that vPIC fixes for VINs that begin alike. The
// live service honours the table (decode-spec section 2).
func (d *Decoder) descriptorYear(q *query) (int, bool) {
	if q.n < 3 || d.descriptorBloom[q.v[0]&63]>>(q.v[1]&63)&1 == 0 {
		return 0, false
	}
	var b [64]byte
	y, ok := d.descriptors[string(q.appendDescriptor(b[:0]))]
	return y, ok && y >= firstYear && y <= q.lim
}

// better is the winner of two passes; a by a tie.
func (d *Decoder) better(q *query, a, b *pass) *pass {
	x, y := d.score(q, a), d.score(q, b)
	for i := range x {
		if x[i] != y[i] {
			if x[i] > y[i] {
				return a
			}
			return b
		}
	}
	return a
}

// score ranks a pass: error weights, weights of its elements, count of pattern
// values, year. What vPIC leaves NULL sorts highest.
func (d *Decoder) score(q *query, p *pass) [4]int {
	s := [4]int{p.codes.weight(), math.MaxInt, math.MaxInt, math.MaxInt}
	defaults := &d.types[q.wmi.typ]
	weight, any := 0, false
	count := 0
	for w, set := range p.present {
		for ; set != 0; set &= set - 1 {
			e := w*64 + bits.TrailingZeros64(set)
			empty, na := d.emptyOrNA(e, p.source[e], p.items[e])
			if empty {
				continue
			}
			if w := d.info[e].weight; w != 0 {
				weight += int(w)
				any = true
			}
			if fromPattern(p.source[e]) && !na {
				count++
			}
		}
	}
	if q.wmi.at != 0 && q.public {
		for w := range defaults.defaults {
			for set := defaults.defaults[w] & d.known.used[w] &^ p.present[w]; set != 0; set &= set - 1 {
				weight += int(d.info[w*64+bits.TrailingZeros64(set)].weight)
				any = true
			}
		}
	}
	for i := range p.multi {
		m := &p.multi[i]
		empty, na := d.emptyOrNA(m.element, m.source, m.item)
		if !empty && !na && fromPattern(m.source) {
			count++
		}
	}
	if any {
		s[1] = weight
	}
	if count > 0 {
		s[2] = count
	}
	if p.year != 0 {
		s[3] = p.year
		if p.year == q.hint {
			s[3] += 10000
		}
	}
	return s
}

func fromPattern(s Source) bool {
	return s == SourcePattern || s == SourceEngine || s == SourceFormula
}

// day turns days since 1970 into a date.
func day(n uint32) time.Time { return time.Unix(int64(n)*86400, 0).UTC() }
