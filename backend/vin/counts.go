package vin

// Counts says how much an index holds: what two releases are compared by.
type Counts struct {
	WMIs       int `json:"wmis"`
	Links      int `json:"links"` // of a WMI to a schema, for some years
	Schemas    int `json:"schemas"`
	Patterns   int `json:"patterns"` // that can win
	Models     int `json:"models"`
	Makes      int `json:"makes"`
	Specs      int `json:"specs"`      // rows of vehicle specifications
	Exceptions int `json:"exceptions"` // VINs with a rightly wrong check digit
}

// Counts counts what the index holds. It walks over all makers: milliseconds.
func (d *Decoder) Counts() Counts {
	c := Counts{
		Models: int(d.info[d.known.model].values), Makes: int(d.info[d.known.make].values),
		Specs: int(d.sec[SecSpecRows].size / SpecRowSize), Exceptions: int(d.sec[SecExceptions].size / 17),
	}
	schemas := map[uint32]bool{}
	for slot := range d.sec[SecWMIHash].size / 4 {
		at := d.entry32(SecWMIHash, slot)
		if at == 0 {
			continue
		}
		w := d.wmiAt(at + d.sec[SecWMIs].off - 1)
		c.WMIs++
		c.Links += int(w.nlinks)
		for i := range w.nlinks {
			schemas[d.u32(w.links+i*LinkSize+4)] = true
		}
		if len(schemas) > 1<<20 {
			break // only a damaged index has so many
		}
	}
	for s := range schemas {
		at := d.sec[SecSchemas].off + s<<LinkSchemaShift
		keys := uint32(d.u16(at+SchemaKeys)) + uint32(d.u16(at+SchemaFormulas))
		if keys > 0 {
			c.Patterns += int(d.u16(at + d.u32(at+SchemaKeyTable) + 2*keys))
		}
	}
	c.Schemas = len(schemas)
	return c
}
