package vin

import (
	"math/bits"
	"strconv"
)

// appendSuggestion writes vPIC element 142: the VIN with what is known to be
// wrong corrected or marked '!'. Empty when nothing is.
func (d *Decoder) appendSuggestion(b []byte, q *query, p *pass) []byte {
	bad := d.shownBad(q, p)
	if bad == 0 && len(p.possible) == 0 {
		return b
	}
	for i := range q.n {
		switch {
		case bad>>i&1 != 0:
			b = append(b, '!')
		case p.corrected[i] != 0:
			b = append(b, p.corrected[i])
		default:
			b = q.appendChar(b, i)
		}
	}
	return b
}

// shownBad are the illegal characters that the pass reports.
func (d *Decoder) shownBad(q *query, p *pass) uint32 {
	bad := d.badCharacters(q)
	if bad&(1<<8) != 0 && (p.offRoad || q.isException(d)) {
		bad &^= 1 << 8
	}
	return bad
}

// appendPossible writes vPIC element 144.
func (p *pass) appendPossible(b []byte) []byte {
	for _, s := range p.possible {
		b = append(b, '(')
		b = strconv.AppendInt(b, int64(s.position), 10)
		b = append(b, ':')
		b = append(s.chars.appendTo(b), ')')
	}
	return b
}

const (
	incompleteNotice = "Incomplete Vehicle Warning - Please be advised that the vehicle may have been altered and may not be an accurate representation of the vehicle in its current condition."
	yearNotice       = "The Model Year decoded for this VIN may be incorrect. If you know the Model year, please enter it and decode again to get more accurate information."
	offRoadNote      = " NOTE: Disregard if this is an off-road vehicle PIN, as check digit calculation may not be accurate."
	exceptionNote    = " NOTE: Check Digit Exception - The check digit was given an exception based on data from the OEM indicating an error on production."
)

// appendAdditional writes vPIC element 156. The procedure trims and cuts after
// each step; one cut at the end comes to the same.
func (d *Decoder) appendAdditional(b []byte, q *query, p *pass) []byte {
	from := len(b)
	step := func() {
		if len(b) > from {
			b = append(b, ' ')
		}
	}
	for c := code4; c <= code5; c++ {
		if p.codes.has(c) {
			step()
			b = append(b, d.errors[c].additional...)
		}
	}
	if p.unused != 0 {
		step()
		b = append(b, "Unused position(s): "...)
		b = appendList(b, p.unused, func(b []byte, i int) []byte {
			return strconv.AppendInt(b, int64(UsedPositions[i]+4), 10)
		}, ",")
		b = append(b, '.')
	}
	if bad := d.shownBad(q, p); bad != 0 {
		step()
		b = append(b, "Invalid character(s): "...)
		b = appendList(b, bad, func(b []byte, i int) []byte {
			b = strconv.AppendInt(b, int64(i+1), 10)
			return q.appendChar(append(b, ':'), i)
		}, ", ")
		b = append(b, '.')
	}
	if d.incomplete(q, p) {
		step()
		b = append(b, incompleteNotice...)
	}
	if !p.conclusive {
		step()
		b = append(b, yearNotice...)
	}
	return cut(b, from)
}

func appendList(b []byte, set uint32, one func([]byte, int) []byte, comma string) []byte {
	for first := true; set != 0; set &= set - 1 {
		if !first {
			b = append(b, comma...)
		}
		first = false
		b = one(b, bits.TrailingZeros32(set))
	}
	return b
}

// incomplete: a chassis that another builder finishes.
func (d *Decoder) incomplete(q *query, p *pass) bool {
	if q.wmi.at != 0 && q.public && q.wmi.typ == typeIncomplete {
		return true
	}
	body := d.bodyClass(p)
	return body < 128 && incompleteBodies[body/64]>>(body%64)&1 != 0
}

// appendErrorText writes vPIC element 191.
func (d *Decoder) appendErrorText(b []byte, q *query, p *pass) []byte {
	from := len(b)
	for c := range numCodes {
		if !p.codes.has(c) {
			continue
		}
		if len(b) > from {
			b = append(b, "; "...)
		}
		b = append(b, d.errors[c].text...)
		switch {
		case c == code1 && p.offRoad:
			b = append(b, offRoadNote...)
		case c == code0 && q.isException(d):
			b = append(b, exceptionNote...)
		}
	}
	return cut(b, from)
}
