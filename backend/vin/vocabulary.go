package vin

import "iter"

// A MakeModel is a model as vPIC knows it under a make. Both are written as
// results have them.
type MakeModel struct{ Make, Model string }

// Models yields every model with its make. It reads the index in place and
// keeps nothing: a millisecond or two for all 32,000.
func (d *Decoder) Models() iter.Seq[MakeModel] {
	return func(yield func(MakeModel) bool) {
		k := &d.known
		for v := range min(d.info[k.model].values, d.sec[SecMakes].size/4) {
			m := d.entry32(SecMakes, v)
			if m == 0 {
				continue // a model that belongs to no make
			}
			name := d.value(k.model, v)
			if name != "" && !yield(MakeModel{d.value(k.make, m-1), name}) {
				return
			}
		}
	}
}

// Texts yields every text that vPIC knows for the element with the code, in no
// order and without repeats of one number; nothing for an unknown code. The
// texts that only a formula or a conversion makes are not among them.
func (d *Decoder) Texts(code string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for e := range d.elements {
			if d.elements[e].Code != code {
				continue
			}
			for v := range min(d.info[e].values, d.sec[SecValues].size/8) {
				if s := d.value(e, v); s != "" && !yield(s) {
					return
				}
			}
			return
		}
	}
}

// A MakeTypes is a make with a type of vehicle that some maker builds under
// it, such as FORD and PASSENGER CAR.
type MakeTypes struct{ Make, VehicleType string }

// MakeTypes yields each make with each vehicle type of the WMIs that may carry
// it; pairs repeat. It walks over all makers: milliseconds.
func (d *Decoder) MakeTypes() iter.Seq[MakeTypes] {
	return func(yield func(MakeTypes) bool) {
		names := map[uint32]string{}
		in := &d.info[d.known.make]
		for v := range min(in.values, d.sec[SecValues].size/8) {
			names[uint32(d.valueID(d.known.make, v))] = d.value(d.known.make, v)
		}
		for slot := range d.sec[SecWMIHash].size / 4 {
			at := d.entry32(SecWMIHash, slot)
			if at == 0 {
				continue
			}
			w := d.wmiAt(at + d.sec[SecWMIs].off - 1)
			for i := range w.makes {
				name := names[d.u32(w.links+w.nlinks*LinkSize+4*i)]
				if name != "" && !yield(MakeTypes{name, d.types[w.typ].name}) {
					return
				}
			}
		}
	}
}
