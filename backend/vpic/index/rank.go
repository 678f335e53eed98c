package index

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// ranked is a kept pattern: its number orders it among all patterns of its
// element as decode-spec section 4.6 does, the best highest, with the value in
// the low bits. Priority (the first year of the link) is not known here; the
// decoder puts it above.
type ranked struct {
	element *element
	number  uint64
	order   uint64 // for engine models: the number by section 4.3
}

// keyOrder is what ties between keys are broken by.
type keyOrder struct {
	length   int
	stripped string
}

const microsPerDay = 24 * 3600 * 1_000_000

func (b *builder) rankPatterns() error {
	keys := map[string]*keyOrder{}
	of := make([]*keyOrder, len(b.rel.Patterns))
	b.rows = make([]ranked, len(b.rel.Patterns))
	b.keyPlace = map[string]uint32{}
	var names []string
	for i := range b.rel.Patterns {
		p := &b.rel.Patterns[i]
		switch p.Element {
		case elemMake, elemManufacturer, elemModelYear, elemVehicleType:
			continue
		}
		e := b.byID[p.Element]
		if e == nil {
			continue
		}
		k := keys[p.Keys]
		if k == nil {
			k = &keyOrder{
				length:   len(strings.ReplaceAll(p.Keys, "*", "")),
				stripped: strings.NewReplacer("[", "", "]", "").Replace(strings.ToUpper(p.Keys)),
			}
			keys[p.Keys] = k
			names = append(names, p.Keys)
		}
		of[i] = k
		b.rows[i].element = e
		e.patterns = append(e.patterns, i)
	}
	if err := b.placeKeys(names); err != nil {
		return err
	}
	b.collectInstants()
	widest := 0
	for _, e := range b.elements {
		if e == b.order {
			m := b.byID[elemEngineModel]
			e.patterns = slices.Clone(m.patterns)
			slices.SortFunc(e.patterns, func(x, y int) int {
				p, q := &b.rel.Patterns[x], &b.rel.Patterns[y]
				return cmp.Or(cmp.Compare(p.Changed, q.Changed), cmp.Compare(p.ID, q.ID))
			})
		} else if e.flags&vin.FlagMulti != 0 {
			// Several values are kept in the order of their numbers.
			slices.SortFunc(e.patterns, func(x, y int) int {
				return cmp.Compare(b.rel.Patterns[x].ID, b.rel.Patterns[y].ID)
			})
		} else {
			slices.SortFunc(e.patterns, func(x, y int) int {
				p, q := &b.rel.Patterns[x], &b.rel.Patterns[y]
				return cmp.Or(
					cmp.Compare(p.Changed, q.Changed),
					cmp.Compare(of[y].length, of[x].length),
					cmp.Compare(of[y].stripped, of[x].stripped),
					cmp.Compare(q.ID, p.ID),
				)
			})
		}
		last := int64(-1)
		for rank, i := range e.patterns {
			p := &b.rel.Patterns[i]
			number := uint64(rank)<<e.valueBits | uint64(e.valueOf[p.Attribute])
			if e == b.order {
				b.rows[i].order = number
			} else {
				b.rows[i].number = number
			}
			day := p.Changed / microsPerDay
			if e.flags&vin.FlagInstant != 0 {
				n, _ := slices.BinarySearch(b.instants, p.Changed)
				day = int64(n)
			}
			if day != last {
				e.days = append(e.days, dayRun{uint32(rank), uint32(day)})
				last = day
			}
		}
		widest = max(widest, e.valueBits+bits.Len(uint(max(len(e.patterns)-1, 0))))
	}
	// One byte of element, then the widest number in whole bytes. The year
	// must still fit above it in 64 bits.
	b.posting = 1 + (widest+7)/8
	if b.posting > 7 {
		return fmt.Errorf("rank and value need %d bits, room for 48", widest)
	}
	return nil
}

// collectInstants gathers the exact dates of patterns whose elements are
// converted into each other: there dates decide across elements.
func (b *builder) collectInstants() {
	for _, id := range []int32{elemCC, elemCI, elemL} {
		for _, i := range b.byID[id].patterns {
			b.instants = append(b.instants, b.rel.Patterns[i].Changed)
		}
	}
	slices.Sort(b.instants)
	b.instants = slices.Compact(b.instants)
	for _, t := range b.instants {
		b.sections[vin.SecInstants] = put64(b.sections[vin.SecInstants], uint64(t))
	}
}

// placeKeys writes all key texts, each behind its length.
func (b *builder) placeKeys(names []string) error {
	slices.Sort(names)
	var out []byte
	for _, k := range names {
		if len(k) > 255 {
			return fmt.Errorf("key of %d characters: %q", len(k), k)
		}
		if strings.Contains(strings.TrimRight(k, "%"), "%") {
			return fmt.Errorf("key %q: '%%' inside a key is not supported", k)
		}
		b.keyPlace[k] = uint32(len(out))
		out = append(append(out, byte(len(k))), k...)
	}
	if len(out) >= 1<<24 {
		return fmt.Errorf("key texts of %d bytes, room for 16 MiB", len(out))
	}
	b.sections[vin.SecKeys] = out
	return nil
}
