package vin

import (
	"math/bits"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// fill writes the winning pass into the result.
func (d *Decoder) fill(r *Result, q *query, p *pass, input string, o Options) {
	r.decoder = d
	r.Given, r.TooLong = input, q.long
	r.Release, r.Clock = d.release, o.Now
	r.ModelYear, r.Conclusive = p.year, p.conclusive
	r.MakeID, r.ModelID, r.ManufacturerID = 0, 0, 0
	r.engine = p.engine
	if r.Values == nil {
		r.Values = make([]Value, 0, 112)
		r.buf = make([]byte, 0, 1024)
	}
	r.Values = r.Values[:0]
	r.buf = r.buf[:0]
	w := textWriter{&r.buf}

	r.VIN = w.write(func(b []byte) []byte {
		for i := range q.n {
			b = q.appendChar(b, i)
		}
		return b
	})
	r.WMI = r.VIN
	if q.n > 3 {
		r.WMI = w.write(q.appendWMI)
	}
	r.Descriptor = w.write(q.appendDescriptor)
	r.ErrorCodes = r.codeList[:0]
	for c := p.codes; c != 0; c &= c - 1 {
		r.ErrorCodes = append(r.ErrorCodes, codeOf[bits.TrailingZeros32(uint32(c))%numCodes])
	}

	k := &d.known
	defaults := &d.types[0]
	show := p.present
	if q.wmi.at != 0 && q.public {
		r.ManufacturerID = q.wmi.makerID
		if !o.SkipDefaults {
			defaults = &d.types[q.wmi.typ]
			for i := range show {
				show[i] |= defaults.defaults[i]
			}
		}
	}
	for i := range p.multi {
		show.set(p.multi[i].element)
	}
	for _, e := range [...]int{k.suggested, k.code, k.possible, k.additional, k.text, k.descriptor} {
		show.set(e)
	}
	for word, set := range show {
		for ; set != 0; set &= set - 1 {
			e := word*64 + bits.TrailingZeros64(set)
			if e >= len(d.elements) {
				break
			}
			switch {
			case k.multi.has(e):
				for i := range p.multi {
					if m := &p.multi[i]; m.element == e {
						d.push(r, e, m.source, m.item, d.itemText(q, &w, e, m.source, m.item))
					}
				}
			case p.present.has(e):
				d.push(r, e, p.source[e], p.items[e], d.itemText(q, &w, e, p.source[e], p.items[e]))
			case defaults.defaults.has(e):
				v := &defaults.ready[defaults.values[e]]
				d.push(r, e, SourceDefault, item{number: uint64(v.value)}, v.text)
			default:
				d.push(r, e, SourceDecoding, item{}, d.decodingText(r, q, p, &w, e))
			}
		}
	}
	if p.present.has(k.model) {
		r.ModelID = d.valueID(k.model, uint32(p.items[k.model].number&d.info[k.model].valueMask))
	}
	if p.present.has(k.make) {
		r.MakeID = d.valueID(k.make, uint32(p.items[k.make].number&d.info[k.make].valueMask))
	}
}

func (d *Decoder) push(r *Result, e int, s Source, it item, text string) {
	if text != "" {
		r.Values = append(r.Values, Value{Element: &d.elements[e], Text: text, Source: s, item: it, result: r})
	}
}

// itemText resolves an item.
func (d *Decoder) itemText(q *query, w *textWriter, e int, s Source, it item) string {
	switch s {
	case SourceManufacturer, SourceConversion:
		return d.text(it.number)
	case SourceVehicleType:
		return d.types[uint8(it.number)].name
	case SourceModelYear:
		return w.write(func(b []byte) []byte { return strconv.AppendUint(b, it.number, 10) })
	case SourceFormula:
		m := d.matchAt(uint32(it.where >> 32))
		return w.write(func(b []byte) []byte {
			return q.appendFormula(b, d.keyTextAt(&m, uint32(it.where)))
		})
	}
	return d.value(e, uint32(it.number&d.info[e].valueMask))
}

// appendFormula writes the VIN's text between the key's first and last '#'.
func (q *query) appendFormula(b []byte, key string) []byte {
	first, last := -1, -1
	for i := range len(key) {
		if key[i] == '#' {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	for i := first; i >= 0 && i <= last && i < q.keyLen; i++ {
		switch {
		case i < 5:
			b = q.appendChar(b, i+3)
		case i == 5:
			b = append(b, '|')
		default:
			b = q.appendChar(b, i+3)
		}
	}
	return b
}

// decodingText is the text of an element that the decode itself fills.
func (d *Decoder) decodingText(r *Result, q *query, p *pass, w *textWriter, e int) string {
	k := &d.known
	switch e {
	case k.suggested:
		return w.write(func(b []byte) []byte { return d.appendSuggestion(b, q, p) })
	case k.code:
		return w.write(func(b []byte) []byte {
			for i, c := range r.ErrorCodes {
				if i > 0 {
					b = append(b, ',')
				}
				b = strconv.AppendInt(b, int64(c), 10)
			}
			return b
		})
	case k.possible:
		return w.write(p.appendPossible)
	case k.additional:
		return w.write(func(b []byte) []byte { return d.appendAdditional(b, q, p) })
	case k.text:
		return w.write(func(b []byte) []byte { return d.appendErrorText(b, q, p) })
	case k.descriptor:
		return r.Descriptor
	}
	return ""
}

// A textWriter makes strings in the result's own buffer, so that a result that
// is used again allocates nothing.
type textWriter struct{ buf *[]byte }

func (w textWriter) write(f func([]byte) []byte) string {
	from := len(*w.buf)
	*w.buf = f(*w.buf)
	made := (*w.buf)[from:]
	if len(made) == 0 {
		return ""
	}
	// The bytes stay as they are until the result is decoded into again, which
	// DecodeInto documents.
	return unsafe.String(&made[0], len(made))
}

// cut trims white space off what follows from and then keeps 500 characters,
// in the order in which vPIC does: the cut may leave a blank at the end.
func cut(b []byte, from int) []byte {
	s := b[from:]
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	lead := 0
	for lead < len(s) && s[lead] == ' ' {
		lead++
	}
	if lead > 0 {
		s = s[:copy(s, s[lead:])]
	}
	if len(s) > maxNotice {
		// Characters, not bytes; nearly all are one byte.
		n := 0
		for i := 0; i < len(s); n++ {
			if n == maxNotice {
				s = s[:i]
				break
			}
			if s[i] < utf8.RuneSelf {
				i++
				continue
			}
			_, size := utf8.DecodeRune(s[i:])
			i += size
		}
	}
	return b[:from+len(s)]
}

// maxNotice is the length of vPIC's columns for texts of the decode.
const maxNotice = 500
