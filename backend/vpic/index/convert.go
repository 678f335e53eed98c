package index

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

// conversions are vPIC's, by number.
func (b *builder) conversions() []tables.Conversion {
	c := slices.Clone(b.rel.Conversions)
	slices.SortFunc(c, func(x, y tables.Conversion) int { return cmp.Compare(x.ID, y.ID) })
	return c
}

// converted lists, for each value of an element, what each of its conversions
// makes of it.
func (b *builder) converted(e *element, each func(text string)) error {
	for _, attribute := range e.values {
		slots := 0
		for _, c := range b.conversions() {
			if c.From != e.ID {
				continue
			}
			f, ok := vin.ParseFormula(c.Formula)
			if !ok {
				return fmt.Errorf("conversion %d: cannot read %q", c.ID, c.Formula)
			}
			each(f.Apply(attribute))
			slots++
		}
		if slots != 2 {
			return fmt.Errorf("element %d has %d conversions, want 2", e.ID, slots)
		}
	}
	return nil
}

var convertedElements = []int32{elemCC, elemCI, elemL}

func (b *builder) collectConversions() error {
	n := 0
	for _, id := range convertedElements {
		e := b.byID[id]
		e.convBase = 1 + n
		if err := b.converted(e, func(s string) { b.text.add(s); n++ }); err != nil {
			return err
		}
	}
	return b.text.lay()
}

// writeConversions puts the table of formulas (from, to, slot, number) and the
// ready results.
func (b *builder) writeConversions() error {
	var formulas, out []byte
	slot := map[int32]byte{}
	for _, c := range b.conversions() {
		from, to := b.byID[c.From], b.byID[c.To]
		if from == nil || to == nil || !slices.Contains(convertedElements, c.From) {
			return fmt.Errorf("conversion %d from element %d to %d is new", c.ID, c.From, c.To)
		}
		formulas = append(formulas, byte(from.number), byte(to.number), slot[c.From], 0)
		formulas = put32(formulas, uint32(c.ID))
		slot[c.From]++
	}
	for _, id := range convertedElements {
		if err := b.converted(b.byID[id], func(s string) { out = put64(out, b.text.ref(s)) }); err != nil {
			return err
		}
	}
	b.sections[vin.SecFormulas] = formulas
	b.sections[vin.SecConversions] = out
	return nil
}
