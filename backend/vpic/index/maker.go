package index

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// hashBits sizes the WMI table: 13,000 WMIs in 32,768 places.
const hashBits = 15

func (b *builder) writeMakes() error {
	models := b.byID[elemModel]
	makes := b.byID[elemMake]
	makeOf := map[int32]int32{}
	for _, p := range b.rel.MakeModels {
		if old, ok := makeOf[p.B]; ok && old != p.A {
			return fmt.Errorf("model %d has the makes %d and %d; the index holds one", p.B, old, p.A)
		}
		makeOf[p.B] = p.A
	}
	out := make([]byte, 0, 4*len(models.values))
	for _, attribute := range models.values {
		id, err := strconv.ParseInt(attribute, 10, 32)
		v := uint32(0)
		if m, ok := makeOf[int32(id)]; err == nil && ok {
			v = 1 + uint32(makes.valueOf[strconv.Itoa(int(m))])
		}
		out = put32(out, v)
	}
	b.sections[vin.SecMakes] = out
	return nil
}

func (b *builder) writeWMIs() error {
	links := map[int32][]int{}
	for i, l := range b.rel.Links {
		if _, ok := b.schemaAt[l.Schema]; ok {
			links[l.WMI] = append(links[l.WMI], i)
		}
	}
	makesOf := map[int32][]int32{}
	for _, p := range b.rel.WMIMakes {
		makesOf[p.A] = append(makesOf[p.A], p.B)
	}
	order := make([]int, len(b.rel.WMIs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(b.rel.WMIs[x].Code, b.rel.WMIs[y].Code) })
	bits := uint(hashBits)
	for 1<<bits < 2*len(order) {
		bits++
	}
	table := make([]uint32, 1<<bits)
	var out []byte
	for n, i := range order {
		w := &b.rel.WMIs[i]
		if n > 0 && b.rel.WMIs[order[n-1]].Code == w.Code {
			return fmt.Errorf("WMI %s stands in two rows", w.Code)
		}
		if len(w.Code) == 0 || len(w.Code) > 8 || w.VehicleType < 0 || w.VehicleType > 255 || w.TruckType > 254 {
			return fmt.Errorf("WMI %q of vehicle type %d, truck type %d does not fit", w.Code, w.VehicleType, w.TruckType)
		}
		out = append(out, make([]byte, align(len(out), 8)-len(out))...)
		var code [8]byte
		copy(code[:], w.Code)
		key := binary.LittleEndian.Uint64(code[:])
		slot := vin.HashWMI(key, bits)
		for table[slot] != 0 {
			slot = (slot + 1) & (1<<bits - 1)
		}
		table[slot] = uint32(len(out)) + 1

		mine := links[w.ID]
		slices.SortFunc(mine, func(x, y int) int {
			l, m := b.rel.Links[x], b.rel.Links[y]
			return cmp.Or(cmp.Compare(l.YearFrom, m.YearFrom), cmp.Compare(l.Schema, m.Schema))
		})
		makes := slices.Clone(makesOf[w.ID])
		slices.Sort(makes)
		only := uint32(0)
		if len(makes) == 1 {
			only = 1 + uint32(b.byID[elemMake].valueOf[strconv.Itoa(int(makes[0]))])
		}
		truck := byte(255)
		if w.TruckType >= 0 {
			truck = byte(w.TruckType)
		}
		out = append(out, code[:]...)
		out = put64(put64(out, uint64(w.Public)), uint64(w.Changed))
		out = put32(put32(out, uint32(w.ID)), uint32(w.Manufacturer))
		out = put64(out, b.text.ref(b.maker(w.Manufacturer)))
		out = append(out, byte(w.VehicleType), truck)
		out = put16(out, len(makes))
		out = put32(put32(put32(out, only), uint32(len(mine))), 0)
		for k, j := range mine {
			l := b.rel.Links[j]
			if k > 0 && b.rel.Links[mine[k-1]].Schema == l.Schema && b.rel.Links[mine[k-1]].YearFrom == l.YearFrom {
				return fmt.Errorf("WMI %s is linked twice to schema %d from %d", w.Code, l.Schema, l.YearFrom)
			}
			to := l.YearTo
			if to < 0 {
				to = 2999
			}
			if l.YearFrom < 1000 || l.YearFrom > 9999 || to > 9999 {
				return fmt.Errorf("WMI %s: link %d from %d to %d", w.Code, l.ID, l.YearFrom, to)
			}
			out = put16(put16(out, int(l.YearFrom)), int(to))
			out = put32(out, b.schemaAt[l.Schema]>>vin.LinkSchemaShift)
		}
		for _, m := range makes {
			out = put32(out, uint32(m))
		}
	}
	var hash []byte
	for _, at := range table {
		hash = put32(hash, at)
	}
	b.sections[vin.SecWMIs] = out
	b.sections[vin.SecWMIHash] = hash
	return nil
}
