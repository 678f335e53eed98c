package index

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

// writeSpecs lays out vehicle specifications by model (decode-spec section
// 4.9).
func (b *builder) writeSpecs() error {
	rowsOf := map[int32][]int{}
	for i := range b.rel.SpecRows {
		rowsOf[b.rel.SpecRows[i].Pattern] = append(rowsOf[b.rel.SpecRows[i].Pattern], i)
	}
	patternsOf := map[int32][]int32{}
	for _, p := range b.rel.SpecPatterns {
		patternsOf[p.B] = append(patternsOf[p.B], p.A)
	}
	years := map[int32][]int32{}
	for _, p := range b.rel.SpecYears {
		years[p.A] = append(years[p.A], p.B)
	}
	if err := b.rankSpecs(); err != nil {
		return err
	}
	rowLists := map[string]uint32{}
	var rows []byte
	schemas := map[int32]uint32{}
	var out []byte
	list := slices.Clone(b.rel.SpecSchemas)
	slices.SortFunc(list, func(x, y tables.SpecSchema) int { return cmp.Compare(x.ID, y.ID) })
	for _, s := range list {
		if s.Unchecked {
			continue
		}
		var patterns []byte
		n := 0
		ids := patternsOf[s.ID]
		slices.Sort(ids)
		for _, id := range ids {
			keys, nkeys, ok := b.specKeys(rowsOf[id])
			if !ok {
				continue
			}
			text := b.specRows(rowsOf[id])
			if len(text) == 0 {
				continue
			}
			at, known := rowLists[string(text)]
			if !known {
				at = uint32(len(rows))
				rowLists[string(text)] = at
				rows = append(rows, text...)
			}
			patterns = put32(put32(patterns, uint32(id)), at)
			patterns = put16(put16(patterns, len(text)/vin.SpecRowSize), nkeys)
			patterns = append(patterns, keys...)
			n++
		}
		if n == 0 {
			continue
		}
		schemas[s.ID] = uint32(len(out))
		out = put32(out, uint32(s.Make))
		out = append(out, byte(s.VehicleType), 0)
		ys := years[s.ID]
		slices.Sort(ys)
		out = put32(put16(out, len(ys)), uint32(n))
		for _, y := range ys {
			out = put16(out, int(y))
		}
		if len(ys)%2 == 1 {
			out = put16(out, 0)
		}
		out = append(out, patterns...)
	}
	b.sections[vin.SecSpecRows] = rows
	b.indexSpecs(schemas, &out)
	b.sections[vin.SecSpecs] = out
	return nil
}

// specKeys writes a pattern's keys: element, count of the values that satisfy
// it, those values. Not ok when the keys can never all hold.
func (b *builder) specKeys(rows []int) (out []byte, n int, ok bool) {
	seen := map[string]bool{}
	for _, i := range rows {
		r := &b.rel.SpecRows[i]
		if !r.IsKey {
			continue
		}
		e := b.byID[r.Element]
		id := strconv.Itoa(int(r.Element)) + "=" + strings.ToLower(r.Attribute)
		if e == nil || seen[id] {
			// A private element is never an item; two equal keys are joined by
			// one item, so that the counts differ.
			return nil, 0, false
		}
		seen[id] = true
		var values []int
		for v, attribute := range e.values {
			if strings.EqualFold(attribute, r.Attribute) {
				values = append(values, v)
			}
		}
		if len(values) == 0 && e.flags&vin.FlagInstant == 0 {
			return nil, 0, false
		}
		out = put16(append(out, byte(e.number), 0), len(values))
		for _, v := range values {
			out = put32(out, uint32(v))
		}
		n++
	}
	return out, n, n > 0
}

// specRows writes a pattern's values, in the order of their elements.
func (b *builder) specRows(rows []int) []byte {
	var out []uint64
	for _, i := range rows {
		r := &b.rel.SpecRows[i]
		if e := b.byID[r.Element]; e != nil && !r.IsKey {
			out = append(out, b.specRank[i]<<(8+b.specBits)|uint64(e.valueOf[r.Attribute])<<8|uint64(e.number))
		}
	}
	slices.SortFunc(out, func(x, y uint64) int {
		return cmp.Or(cmp.Compare(x&0xff, y&0xff), cmp.Compare(x, y))
	})
	var text []byte
	for _, v := range out {
		text = put64(text, v)
	}
	return text
}

// rankSpecs orders all values by date, the latest highest; the earlier row
// wins a tie.
func (b *builder) rankSpecs() error {
	order := make([]int, 0, len(b.rel.SpecRows))
	most := 1
	for i := range b.rel.SpecRows {
		if e := b.byID[b.rel.SpecRows[i].Element]; e != nil && !b.rel.SpecRows[i].IsKey {
			order = append(order, i)
			most = max(most, len(e.values))
		}
	}
	b.specBits = bits.Len(uint(most - 1))
	if need := 8 + b.specBits + bits.Len(uint(len(order))); need > 64 {
		return fmt.Errorf("a specification row needs %d bits", need)
	}
	slices.SortFunc(order, func(x, y int) int {
		r, s := &b.rel.SpecRows[x], &b.rel.SpecRows[y]
		return cmp.Or(cmp.Compare(r.Changed, s.Changed), cmp.Compare(s.ID, r.ID))
	})
	b.specRank = make([]uint64, len(b.rel.SpecRows))
	var days []byte
	last := int64(-1)
	for rank, i := range order {
		b.specRank[i] = uint64(rank)
		if day := b.rel.SpecRows[i].Changed / microsPerDay; day != last {
			days = put32(put32(days, uint32(rank)), uint32(day))
			last = day
		}
	}
	b.sections[vin.SecSpecDays] = days
	return nil
}

// indexSpecs appends, for each model, the list of its schemas and puts its
// place under the model's value.
func (b *builder) indexSpecs(schemas map[int32]uint32, out *[]byte) {
	of := map[int32][]uint32{}
	for _, p := range b.rel.SpecModels {
		if at, ok := schemas[p.A]; ok {
			of[p.B] = append(of[p.B], at)
		}
	}
	var index []byte
	for _, attribute := range b.byID[elemModel].values {
		id, err := strconv.ParseInt(attribute, 10, 32)
		list := of[int32(id)]
		if err != nil || len(list) == 0 {
			index = put32(index, 0)
			continue
		}
		slices.Sort(list)
		list = slices.Compact(list)
		index = put32(index, uint32(len(*out))+1)
		*out = put32(*out, uint32(len(list)))
		for _, at := range list {
			*out = put32(*out, at)
		}
	}
	b.sections[vin.SecSpecIndex] = index
}
