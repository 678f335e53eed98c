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

// A ModelType is a model of a make with a type of vehicle that some maker's
// patterns give it to, such as FORD, F-150 and TRUCK.
type ModelType struct{ Make, Model, VehicleType string }

// ModelTypes yields each model with each of its vehicle types once. It reads
// all patterns: some tens of milliseconds.
func (d *Decoder) ModelTypes() iter.Seq[ModelType] {
	return func(yield func(ModelType) bool) {
		k := &d.known
		types := map[uint32]uint16{} // of schemas; vPIC has a dozen types
		for slot := range d.sec[SecWMIHash].size / 4 {
			at := d.entry32(SecWMIHash, slot)
			if at == 0 {
				continue
			}
			w := d.wmiAt(at + d.sec[SecWMIs].off - 1)
			for i := range w.nlinks {
				types[d.u32(w.links+i*LinkSize+4)] |= 1 << (w.typ & 15)
			}
			if len(types) > 1<<20 {
				break // only a damaged index has so many
			}
		}
		of := map[uint32]uint16{} // types of models
		mask := uint64(1)<<d.info[k.model].valueBits - 1
		for s, set := range types {
			at := d.sec[SecSchemas].off + s<<LinkSchemaShift
			all := uint32(d.u16(at+SchemaKeys)) + uint32(d.u16(at+SchemaFormulas))
			if all == 0 {
				continue
			}
			posts := at + d.u32(at+SchemaPosts)
			for range d.u16(at + d.u32(at+SchemaKeyTable) + 2*all) {
				if x := d.u64(posts) & d.postMask; int(x&0xff) == k.model {
					of[uint32(x>>8&mask)] |= set
				}
				posts += d.postSize
			}
		}
		for v, set := range of {
			m := d.entry32(SecMakes, v)
			name := d.value(k.model, v)
			if m == 0 || name == "" {
				continue
			}
			for t := range 16 {
				if set>>t&1 != 0 && !yield(ModelType{d.value(k.make, m-1), name, d.types[t].name}) {
					return
				}
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
