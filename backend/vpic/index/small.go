package index

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// writeEngines lists, for each engine model that a pattern can name, what
// vPIC knows of the engine (decode-spec section 4.3).
func (b *builder) writeEngines() error {
	patternsOf := map[int32][]int{}
	for i, p := range b.rel.EnginePatterns {
		patternsOf[p.Engine] = append(patternsOf[p.Engine], i)
	}
	byName := map[string][]int{}
	for _, e := range b.rel.Engines {
		name := strings.ToLower(strings.TrimSpace(e.Name))
		byName[name] = append(byName[name], patternsOf[e.ID]...)
	}
	var index, out []byte
	for _, attribute := range b.byID[elemEngineModel].values {
		list := slices.Clone(byName[strings.ToLower(strings.TrimSpace(attribute))])
		if len(list) == 0 {
			index = put32(index, 0)
			continue
		}
		// Of a single-valued element the row that wins stands alone: latest
		// date, then lowest number (priority and key are equal).
		slices.SortFunc(list, func(x, y int) int {
			p, q := b.rel.EnginePatterns[x], b.rel.EnginePatterns[y]
			return cmp.Or(cmp.Compare(q.Changed, p.Changed), cmp.Compare(p.ID, q.ID))
		})
		seen := map[int32]bool{}
		list = slices.DeleteFunc(list, func(i int) bool {
			e := b.byID[b.rel.EnginePatterns[i].Element]
			if e == nil {
				return true
			}
			dup := seen[e.ID] && e.flags&vin.FlagMulti == 0
			seen[e.ID] = true
			return dup
		})
		slices.SortFunc(list, func(x, y int) int { return cmp.Compare(b.rel.EnginePatterns[x].ID, b.rel.EnginePatterns[y].ID) })
		index = put32(index, uint32(len(out))+1)
		out = put32(out, uint32(len(list)))
		for _, i := range list {
			p := b.rel.EnginePatterns[i]
			e := b.byID[p.Element]
			out = append(out, byte(e.number), 0, 0, 0)
			out = put64(put32(out, uint32(e.valueOf[p.Attribute])), uint64(p.Changed))
		}
	}
	b.sections[vin.SecEngineIndex] = index
	b.sections[vin.SecEngines] = out
	return nil
}

// writeSmall writes the short tables.
func (b *builder) writeSmall() error {
	vins := slices.Clone(b.rel.Exceptions)
	slices.Sort(vins)
	vins = slices.Compact(vins)
	bloom := make([]byte, vin.ExceptionBloomSize)
	for _, v := range vins {
		if len(v) == 17 {
			h := vin.HashVIN((*[17]byte)([]byte(v)))
			bloom[h/8] |= 1 << (h % 8)
		}
		if len(v) > 17 {
			return fmt.Errorf("check digit exception %q is longer than a VIN", v)
		}
		b.sections[vin.SecExceptions] = append(append(b.sections[vin.SecExceptions], v...), make([]byte, 17-len(v))...)
	}

	b.sections[vin.SecExceptionBloom] = bloom

	years := map[string]int32{}
	for _, d := range b.rel.Descriptors {
		if len(d.Descriptor) > 14 {
			return fmt.Errorf("descriptor %q is too long", d.Descriptor)
		}
		if _, dup := years[d.Descriptor]; !dup {
			years[d.Descriptor] = d.ModelYear
		}
	}
	for _, d := range sortedKeys(years) {
		row := make([]byte, 14, vin.DescriptorSize)
		copy(row, d)
		b.sections[vin.SecDescriptors] = append(b.sections[vin.SecDescriptors], put16(row, int(years[d]))...)
	}

	var rows []uint64
	for _, d := range b.rel.Defaults {
		e := b.byID[d.Element]
		if e == nil || !d.Present {
			continue
		}
		if d.VehicleType < 0 || d.VehicleType > 255 {
			return fmt.Errorf("default of vehicle type %d", d.VehicleType)
		}
		rows = append(rows, uint64(d.VehicleType)<<48|uint64(e.number)<<40|uint64(e.valueOf[defaultAttribute+d.Value]))
	}
	slices.Sort(rows)
	for _, r := range rows {
		b.sections[vin.SecDefaults] = put64(b.sections[vin.SecDefaults], r)
	}

	names := b.rel.Lookups["errorcode"]
	for _, code := range sortedKeys(names) {
		r := put64(nil, uint64(code))
		r = put64(put64(r, b.text.ref(names[code])), b.text.ref(b.rel.ErrorTexts[code]))
		b.sections[vin.SecErrors] = append(b.sections[vin.SecErrors], r...)
	}
	types := b.rel.Lookups["vehicletype"]
	for _, id := range sortedKeys(types) {
		r := put64(put64(nil, uint64(id)), b.text.ref(strings.ToUpper(types[id])))
		b.sections[vin.SecTypes] = append(b.sections[vin.SecTypes], r...)
	}
	return nil
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
