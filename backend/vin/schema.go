package vin

import "math/bits"

// scanSchemas matches the VIN against every schema of its WMI whose years
// cover the pass's, and gathers the valid characters on the way.
func (d *Decoder) scanSchemas(q *query, p *pass) {
	link := q.wmi.links
	for range q.wmi.nlinks {
		years := d.u32(link)
		if from, to := years&0xffff, years>>16; p.year == 0 || (uint32(p.year) >= from && uint32(p.year) <= to) {
			at := d.sec[SecSchemas].off + d.u32(link+4)<<LinkSchemaShift
			d.scanSchema(q, p, at, uint64(from)<<priorityShift)
			if p.budget < 0 {
				return
			}
		}
		link += LinkSize
	}
}

const (
	priorityShift  = 48
	numberMask     = 1<<priorityShift - 1
	formulaRank    = 100 << priorityShift // priority of formula items
	enginePriority = 50

	// workBudget bounds what one pass may read from a damaged index, in keys
	// and patterns: all schemas of the largest WMI of release 2026_10 hold
	// 62,000 of them. maxMulti bounds the items of multi-valued elements, of
	// which a sound answer has a few dozen.
	workBudget = 1 << 19
	maxMulti   = 1 << 10
)

func (d *Decoder) scanSchema(q *query, p *pass, at uint32, priority uint64) {
	head := d.u64(at + SchemaKeys)
	keys, formulas := uint32(head&0xffff), uint32(head>>16&0xffff)
	valid, disc := uint32(head>>32&0xffff), uint32(head>>48)
	row := uint32(d.u16(at + SchemaRow))
	next := at + SchemaHead
	for ; valid != 0; valid &= valid - 1 {
		p.valid[bits.TrailingZeros32(valid)&15] |= Set(d.u64(next))
		next += 8
	}
	if keys|formulas == 0 {
		return
	}
	// For each place that tells keys apart, the row of the VIN's character.
	var rows [16]uint32
	n := 0
	for ; disc != 0; disc &= disc - 1 {
		i := bits.TrailingZeros32(disc) & 15
		table := at + d.u32(next)
		next += 4
		if i >= q.keyLen {
			continue
		}
		named := d.u64(table)
		r := table + 8 + uint32(bits.OnesCount64(named))
		if bit := uint64(1) << (q.key[i] & 63); named&bit != 0 {
			r += row * uint32(d.u8(table+8+uint32(bits.OnesCount64(named&(bit-1)))))
		}
		rows[n] = r
		n++
	}
	m := match{
		at: at, priority: priority,
		starts: at + d.u32(at+SchemaKeyTable), all: keys + formulas,
		posts: at + d.u32(at+SchemaPosts),
	}
	for k := uint32(0); k < keys; k += 64 {
		accept := ^uint64(0)
		if left := keys - k; left < 64 {
			accept = 1<<left - 1
		}
		for _, r := range rows[:n] {
			accept &= d.u64(r + k/8)
		}
		p.budget--
		for ; accept != 0; accept &= accept - 1 {
			key := k + uint32(bits.TrailingZeros64(accept))
			if q.keyLen < MaxKey && int(d.keyInfo(&m, key)&KeyLenMask) > q.keyLen {
				continue
			}
			d.takeKey(p, &m, key, SourcePattern)
		}
		if p.budget < 0 {
			return
		}
	}
	if formulas != 0 {
		d.scanFormulas(q, p, m, keys)
	}
}

// A match is the schema block being read.
type match struct {
	at       uint32
	priority uint64
	starts   uint32 // first posting of each key, u16
	all      uint32 // keys of both kinds
	posts    uint32
}

func (d *Decoder) keyInfo(m *match, key uint32) uint16 {
	return d.u16(m.starts + 2*(m.all+1) + 2*key)
}

// takeKey lets the patterns of a matching key compete.
func (d *Decoder) takeKey(p *pass, m *match, key uint32, source Source) {
	span := d.u32(m.starts + 2*key)
	from, to := span&0xffff, span>>16
	where := uint64(m.at)<<32 | uint64(key)
	at := m.posts + from*d.postSize
	p.budget -= int(to) - int(from)
	for ; from < to; from++ {
		x := d.u64(at) & d.postMask
		at += d.postSize
		e := int(x & 0xff)
		if e >= len(d.info) {
			continue
		}
		number := x>>8 | m.priority
		if d.known.multi.has(e) {
			if len(p.multi) == maxMulti {
				continue
			}
			p.multi = append(p.multi, multiItem{e, item{number, where}, source})
			continue
		}
		if it := &p.items[e]; number > it.number {
			it.number, it.where = number, where
			p.source[e] = source
			p.present.set(e)
		}
	}
}

// scanFormulas matches the keys with '#', in which a run of digits of the VIN
// is itself the value (decode-spec section 4.5).
func (d *Decoder) scanFormulas(q *query, p *pass, m match, first uint32) {
	ordinary := m.priority
	for key := first; key < m.all; key++ {
		if p.budget--; p.budget < 0 {
			return
		}
		text := d.keyTextAt(&m, key)
		switch formulaMatch(text, q) {
		case formulaDigits:
			m.priority = formulaRank
			d.takeKey(p, &m, key, SourceFormula)
		case formulaLiteral:
			// The VIN itself holds '#': the key matches as an ordinary one and
			// as a formula, and the ordinary one has the higher priority.
			m.priority = ordinary
			d.takeKey(p, &m, key, SourcePattern)
		}
	}
}

func (d *Decoder) keyTextAt(m *match, key uint32) string {
	at := m.starts + 2*(m.all+1) + 2*m.all + 3*key
	return d.keyText(d.u32(at) & 0xffffff)
}

const (
	formulaNone = iota
	formulaDigits
	formulaLiteral
)

// formulaMatch compares a key with the VIN's text in which every digit is
// written '#'. '[' and literal digits never match.
func formulaMatch(key string, q *query) int {
	if len(key) > q.keyLen {
		return formulaNone
	}
	kind := formulaLiteral
	for i := range len(key) {
		c := q.key[i]
		digit := c >= firstDigit && c < firstLet
		switch key[i] {
		case '*', '_':
		case '#':
			if digit {
				kind = formulaDigits
			} else if c != charOf['#'] {
				return formulaNone
			}
		default:
			if digit || c != charOf[key[i]] || c == charOther {
				return formulaNone
			}
		}
	}
	return kind
}
