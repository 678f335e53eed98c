package vin

import "math/bits"

// specScratch gathers candidate rows, the latest one for each element.
type specScratch struct {
	rank    [maxElements]uint64
	where   [maxElements]uint64
	touched bitset
}

// addSpecs adds what vPIC's vehicle specifications say of the make, model,
// year and type beyond the patterns (decode-spec section 4.9).
func (d *Decoder) addSpecs(sc *scratch, p *pass) {
	q, s := &sc.query, d.sec[SecSpecs]
	model := uint32(p.items[d.known.model].number & d.info[d.known.model].valueMask)
	list := d.entry32(SecSpecIndex, model)
	if list == 0 {
		return
	}
	list += s.off - 1
	n := min(d.u32(list), 1<<12)
	sc.specs.touched = bitset{}
	for i := range n {
		if p.budget < 0 {
			break
		}
		at := s.off + d.u32(list+4+4*i)
		if d.u8(at+SpecType) != q.wmi.typ || !d.makes(q, d.u32(at+SpecMake)) {
			continue
		}
		years := uint32(d.u16(at + SpecYears))
		p.budget -= int(years) + int(q.wmi.makes)
		if !d.coversYear(at+SpecHead, years, p.year) {
			continue
		}
		d.scanSpec(sc, p, at, at+SpecHead+2*(years+years%2))
	}
	valueMask := uint64(1)<<d.specBits - 1
	for w, set := range sc.specs.touched {
		for ; set != 0; set &= set - 1 {
			e := w*64 + bits.TrailingZeros64(set)
			it := item{sc.specs.rank[e] & valueMask, sc.specs.where[e]}
			if d.known.multi.has(e) {
				p.multi = append(p.multi, multiItem{e, it, SourceSpec})
			} else {
				p.put(e, SourceSpec, it.number, it.where)
			}
		}
	}
}

// makes reports whether the WMI builds the make.
func (d *Decoder) makes(q *query, id uint32) bool {
	at := q.wmi.links + q.wmi.nlinks*LinkSize
	for i := range q.wmi.makes {
		if d.u32(at+4*i) == id {
			return true
		}
	}
	return false
}

// coversYear: a specification without years is for all of them.
func (d *Decoder) coversYear(at, n uint32, year int) bool {
	for i := range n {
		if int(d.u16(at+2*i)) == year {
			return true
		}
	}
	return n == 0
}

func (d *Decoder) scanSpec(sc *scratch, p *pass, schema, at uint32) {
	rows := d.sec[SecSpecRows]
	for range min(d.u32(schema+SpecPatterns), 1<<16) {
		id, row := d.u32(at+SpecPatternID), d.u32(at+SpecPatternRows)
		nrows, nkeys := d.u16(at+SpecPatternN), d.u16(at+SpecPatternKeys)
		at += SpecPatternHead
		holds := true
		for range nkeys {
			e, n := int(d.u8(at)), uint32(d.u16(at+2))
			holds = holds && d.hasValue(p, e, at+4, n)
			at += 4 + 4*n
			p.budget -= 1 + int(n)
		}
		if p.budget--; p.budget < 0 {
			return
		}
		if !holds {
			continue
		}
		p.budget -= int(nrows)
		for i := range uint32(nrows) {
			place := rows.off + row + i*SpecRowSize
			x := d.u64(place)
			e := int(x & 0xff)
			if e >= len(d.info)-1 || (p.present.has(e) && !d.known.multi.has(e)) {
				continue
			}
			// Rank above, value below: the latest row wins.
			if x >>= 8; !sc.specs.touched.has(e) || x > sc.specs.rank[e] {
				sc.specs.touched.set(e)
				sc.specs.rank[e] = x
				sc.specs.where[e] = uint64(id)<<32 | uint64(place)
			}
		}
	}
}

// hasValue reports whether the element has one of n values listed at a place.
func (d *Decoder) hasValue(p *pass, e int, at, n uint32) bool {
	if e >= len(d.info) {
		return false
	}
	if d.known.multi.has(e) {
		for i := range p.multi {
			if m := &p.multi[i]; m.element == e && m.source != SourceSpec && d.listed(at, n, uint32(m.number&d.info[e].valueMask)) {
				return true
			}
		}
		return false
	}
	if !p.present.has(e) {
		return false
	}
	switch p.source[e] {
	case SourcePattern, SourceFormula, SourceEngine, SourceMake, SourceModelMake:
		return d.listed(at, n, uint32(p.items[e].number&d.info[e].valueMask))
	}
	return false
}

func (d *Decoder) listed(at, n, v uint32) bool {
	for i := range n {
		if d.u32(at+4*i) == v {
			return true
		}
	}
	return false
}
