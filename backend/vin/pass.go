package vin

import "math/bits"

// A pass is one reading of the VIN under one model year. vPIC makes up to
// three and answers with the best.
type pass struct {
	year       int // 0: none
	conclusive bool
	mismatch   bool // the caller's year is another

	items   [maxElements]item
	source  [maxElements]Source
	present bitset
	multi   []multiItem
	engine  item // the pattern that named the engine model
	valid   [16]Set
	budget  int

	codes     codeSet
	corrected [17]byte // '!' or the right character, 0 where the VIN stands
	possible  []positionSet
	unused    uint32 // bits as in UsedPositions
	hasPart   bool   // some item came from a pattern
	offRoad   bool
}

// An item is one value of one element. What number and where hold depends on
// the source: for patterns the priority, rank and value, and the place of
// schema and key.
type item struct{ number, where uint64 }

type multiItem struct {
	element int
	item
	source Source
}

// positionSet is what may stand at a position that is in error.
type positionSet struct {
	position int
	chars    Set
}

// scratch is what a decode needs beside its result; the Decoder keeps a pool.
type scratch struct {
	query  query
	passes [3]pass
	specs  specScratch
}

func (p *pass) reset(year int, conclusive, mismatch bool) {
	for w, set := range p.present {
		for ; set != 0; set &= set - 1 {
			p.items[w*64+bits.TrailingZeros64(set)] = item{}
		}
	}
	p.year, p.conclusive, p.mismatch = year, conclusive, mismatch
	p.present = bitset{}
	p.multi = p.multi[:0]
	p.engine = item{}
	p.valid = [16]Set{}
	p.budget = workBudget
	p.codes = 0
	p.corrected = [17]byte{}
	p.possible = p.possible[:0]
	p.unused = 0
	p.hasPart, p.offRoad = false, false
}

// put sets an element that no pattern gives.
func (p *pass) put(e int, s Source, number, where uint64) {
	p.items[e] = item{number, where}
	p.source[e] = s
	p.present.set(e)
}

// run makes the pass (decode-spec section 4).
func (d *Decoder) run(sc *scratch, p *pass) {
	q, k := &sc.query, &d.known
	if q.wmi.at == 0 || !q.public {
		p.codes.add(code7)
		d.finish(q, p)
		return
	}
	d.scanSchemas(q, p)
	order := p.items[k.engineOrder]
	if p.present.has(k.engineOrder) {
		p.items[k.engineOrder] = item{}
		p.present.clear(k.engineOrder)
		p.hasPart = true
	}
	p.hasPart = p.hasPart || p.present != bitset{} || len(p.multi) > 0
	if len(p.multi) > 1 {
		sortMulti(p.multi)
	}
	if order != (item{}) {
		d.addEngine(p, order)
	}
	p.put(k.typ, SourceVehicleType, uint64(q.wmi.typ), 0)
	p.put(k.manufacturer, SourceManufacturer, q.wmi.maker, 0)
	if p.year != 0 {
		p.put(k.year, SourceModelYear, uint64(p.year), 0)
	}
	if p.present.has(k.model) {
		model := uint32(p.items[k.model].number & d.info[k.model].valueMask)
		if m := d.entry32(SecMakes, model); m != 0 {
			p.put(k.make, SourceModelMake, uint64(m-1), p.items[k.model].where)
		}
	} else if q.wmi.only != 0 {
		p.put(k.make, SourceMake, uint64(q.wmi.only-1), 0)
	}
	d.convert(p)
	if p.present.has(k.model) {
		d.addSpecs(sc, p)
	}
	if !p.hasPart {
		p.codes.add(code8)
	} else {
		d.checkPositions(q, p)
	}
	d.finish(q, p)
}

// addEngine adds what vPIC knows of the engine model that a pattern names.
func (d *Decoder) addEngine(p *pass, order item) {
	e := d.known.engine
	at := d.entry32(SecEngineIndex, uint32(order.number&d.info[e].valueMask))
	if at == 0 {
		return
	}
	p.engine = order
	s := d.sec[SecEngines]
	at += s.off - 1
	n := min(d.u32(at), s.size/EngineRowSize)
	at += 4
	for range n {
		el, v := int(d.u8(at)), uint64(d.u32(at+4))
		if el < len(d.info)-1 {
			if d.known.multi.has(el) {
				p.multi = append(p.multi, multiItem{el, item{v, uint64(at)}, SourceEngine})
			} else if !p.present.has(el) {
				p.put(el, SourceEngine, v, uint64(at))
			}
		}
		at += EngineRowSize
	}
}

// convert computes missing displacements from present ones (decode-spec
// section 4.8).
func (d *Decoder) convert(p *pass) {
	k := &d.known
	three := [3]int{k.cc, k.ci, k.l}
	had := bitset{}
	n := 0
	for _, e := range three {
		if p.present.has(e) {
			had.set(e)
			n++
		}
	}
	if n == 0 || n == 3 {
		return
	}
	for _, to := range three {
		if had.has(to) {
			continue
		}
		var best *conversion
		var bestPriority uint64
		var bestChanged uint64
		for i := range d.formulas {
			c := &d.formulas[i]
			if c.to != to || !had.has(c.from) {
				continue
			}
			if n == 1 {
				best = c
				break
			}
			priority, changed := d.convertOrder(p, c.from)
			if best == nil || priority > bestPriority || (priority == bestPriority && changed > bestChanged) {
				best, bestPriority, bestChanged = c, priority, changed
			}
		}
		if best != nil {
			v := uint32(p.items[best.from].number & d.info[best.from].valueMask)
			ref := d.entry64(SecConversions, d.info[best.from].conversion-1+2*v+uint32(best.slot))
			p.put(to, SourceConversion, ref, uint64(best.from)<<32|uint64(best.id))
		}
	}
}

// convertOrder is the priority and the exact date of an item that is to be
// converted.
func (d *Decoder) convertOrder(p *pass, e int) (priority, changed uint64) {
	it := p.items[e]
	if p.source[e] == SourceEngine {
		return enginePriority, d.u64(uint32(it.where) + 8)
	}
	in := &d.info[e]
	rank := uint32(it.number & numberMask >> in.valueBits)
	return it.number >> priorityShift, d.entry64(SecInstants, d.day(SecDays, in.dayBase, in.days, rank))
}

// sortMulti orders by element and pattern number; lists are short.
func sortMulti(m []multiItem) {
	for i := 1; i < len(m); i++ {
		for j := i; j > 0 && m[j].before(&m[j-1]); j-- {
			m[j], m[j-1] = m[j-1], m[j]
		}
	}
}

func (m *multiItem) before(o *multiItem) bool {
	if m.element != o.element {
		return m.element < o.element
	}
	return m.number&numberMask < o.number&numberMask
}

// empty reports whether an item's text is empty; na whether it is "Not
// Applicable".
func (d *Decoder) emptyOrNA(e int, s Source, it item) (empty, na bool) {
	in := &d.info[e]
	switch s {
	case SourcePattern, SourceEngine, SourceSpec, SourceDefault, SourceMake, SourceModelMake:
		v := uint32(it.number & in.valueMask)
		return v < in.empty, v >= in.empty && v < in.na
	case SourceManufacturer, SourceConversion:
		return it.number&0xffff == 0, false
	case SourceVehicleType:
		return d.types[uint8(it.number)].name == "", false
	}
	return false, false
}

func (b *bitset) clear(i int) { b[uint(i)/64%3] &^= 1 << (uint(i) % 64) }
