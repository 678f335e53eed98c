package vin

import "time"

// A Result is vPIC's answer for one VIN.
type Result struct {
	Given      string // the input, untouched
	VIN        string // trimmed, upper case, at most 17 characters
	WMI        string // positions 1-3, with 12-14 for small builders
	Descriptor string // vPIC element 196
	// TooLong reports that characters after the 17th were left out.
	TooLong bool

	// ModelYear is 0 when position 10 holds no year code. Conclusive is false
	// when another year thirty away was possible too.
	ModelYear  int
	Conclusive bool
	// ErrorCodes are vPIC's, ascending; 0 alone means a clean decode.
	ErrorCodes []int

	// vPIC's numbers, 0 when unknown.
	MakeID, ModelID, ManufacturerID int

	// Values hold every public element that has a value, in vPIC's order of
	// output; an element that may hold several stands once for each.
	Values []Value

	Release string    // vPIC release that answered
	Clock   time.Time // the clock of the decode, which decides published WMIs

	buf      []byte
	engine   item
	decoder  *Decoder
	codeList [numCodes]int
}

// Source says where a value comes from.
type Source uint8

// The sources, in the words of vPIC's procedure.
const (
	SourcePattern      Source = iota // a pattern of the maker's schema
	SourceEngine                     // what vPIC knows of the engine model
	SourceFormula                    // digits of the VIN itself
	SourceModelMake                  // the make that the model belongs to
	SourceMake                       // the only make of the WMI
	SourceManufacturer               // the WMI's manufacturer
	SourceVehicleType                // the WMI's vehicle type
	SourceModelYear                  // position 10, or the caller
	SourceConversion                 // computed from another unit
	SourceSpec                       // vehicle specification of make, model and year
	SourceDefault                    // assumed for the vehicle type, not encoded
	SourceDecoding                   // the decode itself: error codes, suggestions
)

var sourceNames = [...]string{
	"pattern", "engine model", "formula", "make of model", "make of WMI", "manufacturer",
	"vehicle type", "model year", "conversion", "specification", "default", "decoding",
}

// String is a word or two for people.
func (s Source) String() string {
	if int(s) < len(sourceNames) {
		return sourceNames[s]
	}
	return "unknown"
}

// A Value is one element with its text.
type Value struct {
	*Element
	Text   string
	Source Source

	item   item
	result *Result
}

// Provenance says which row of vPIC a value rests on. Fields that do not apply
// to the source are empty.
type Provenance struct {
	Source Source
	WMI    string
	// Schema is vPIC's number of the maker's schema, Key the pattern key that
	// the VIN satisfied, YearFrom the first model year of the schema's link.
	Schema   int
	Key      string
	YearFrom int
	// Attribute is vPIC's number behind a looked-up value.
	Attribute int
	// Spec is the number of the vehicle specification pattern.
	Spec int
	// From is the element that a converted value was computed from.
	From *Element
	// ChangedOn is the day on which NHTSA last changed the row.
	ChangedOn time.Time
}

// Get returns the text of the element with the vPIC code, such as "BodyClass";
// the first one of several, empty when there is none.
func (r *Result) Get(code string) string {
	for i := range r.Values {
		if r.Values[i].Code == code {
			return r.Values[i].Text
		}
	}
	return ""
}

// All returns every text of the element with the vPIC code.
func (r *Result) All(code string) []string {
	var all []string
	for i := range r.Values {
		if r.Values[i].Code == code {
			all = append(all, r.Values[i].Text)
		}
	}
	return all
}

// Value returns the element's first value, or nil.
func (r *Result) Value(code string) *Value {
	for i := range r.Values {
		if r.Values[i].Code == code {
			return &r.Values[i]
		}
	}
	return nil
}

// Elements is the count of vPIC's public elements, whether they have a value
// here or not.
func (r *Result) Elements() int {
	if r.decoder == nil {
		return 0
	}
	return len(r.decoder.elements)
}

// Has reports whether the answer carries the error code.
func (r *Result) Has(code int) bool {
	for _, c := range r.ErrorCodes {
		if c == code {
			return true
		}
	}
	return false
}

// TrimEncoded reports whether the maker's patterns give this VIN a trim. When
// they do not, the VIN alone cannot tell which of the model's trims it is.
func (r *Result) TrimEncoded() bool { return r.encoded("Trim") || r.encoded("Trim2") }

// SeriesEncoded is the same for the series.
func (r *Result) SeriesEncoded() bool { return r.encoded("Series") || r.encoded("Series2") }

func (r *Result) encoded(code string) bool {
	v := r.Value(code)
	return v != nil && (v.Source == SourcePattern || v.Source == SourceFormula)
}

// Provenance looks up the row behind the value. It belongs to the result: ask
// before the result is decoded into again.
func (v *Value) Provenance() Provenance {
	r := v.result
	if r == nil {
		return Provenance{Source: v.Source}
	}
	d := r.decoder
	p := Provenance{Source: v.Source, WMI: r.WMI}
	e := v.Order
	in := &d.info[e]
	it := v.item
	attribute := func() {
		if in.flags&FlagLookup != 0 {
			p.Attribute = d.valueID(e, uint32(it.number&in.valueMask))
		}
	}
	switch v.Source {
	case SourcePattern, SourceFormula:
		d.fillKey(&p, it.where)
		attribute()
		if v.Source == SourcePattern {
			p.YearFrom = int(it.number >> priorityShift)
		}
		p.ChangedOn = d.changed(e, uint32(it.number&numberMask>>in.valueBits))
	case SourceModelMake:
		d.fillKey(&p, it.where)
		attribute()
	case SourceMake:
		attribute()
	case SourceManufacturer:
		p.Attribute = r.ManufacturerID
	case SourceVehicleType:
		p.Attribute = int(uint8(it.number))
	case SourceEngine:
		d.fillKey(&p, r.engine.where)
		attribute()
		p.ChangedOn = time.UnixMicro(int64(d.u64(uint32(it.where) + 8))).UTC().Truncate(24 * time.Hour)
	case SourceSpec:
		attribute()
		p.Spec = int(it.where >> 32)
		rank := d.u64(uint32(it.where)) >> (8 + d.specBits)
		p.ChangedOn = day(d.day(SecSpecDays, 0, d.sec[SecSpecDays].size/8, uint32(rank)))
	case SourceConversion:
		if from := int(it.where >> 32); from < len(d.elements) {
			p.From = &d.elements[from]
		}
	case SourceDefault:
		p.WMI = ""
	case SourceDecoding, SourceModelYear:
		p.WMI = ""
	}
	return p
}

func (d *Decoder) fillKey(p *Provenance, where uint64) {
	block := uint32(where >> 32)
	m := d.matchAt(block)
	p.Schema = int(d.u32(block + SchemaID))
	p.Key = d.keyTextAt(&m, uint32(where))
}

// changed is the day on which the pattern of that rank was last changed.
func (d *Decoder) changed(e int, rank uint32) time.Time {
	in := &d.info[e]
	n := d.day(SecDays, in.dayBase, in.days, rank)
	if in.flags&FlagInstant != 0 {
		return time.UnixMicro(int64(d.entry64(SecInstants, n))).UTC().Truncate(24 * time.Hour)
	}
	return day(n)
}
