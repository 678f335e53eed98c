package index

import (
	"fmt"
	"math/bits"
	"sort"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

// vPIC's numbers of elements with a part of their own in the procedure.
const (
	elemCC           = 11
	elemCI           = 12
	elemL            = 13
	elemEngineModel  = 18
	elemMake         = 26
	elemManufacturer = 27
	elemModel        = 28
	elemModelYear    = 29
	elemVehicleType  = 39
)

// multiValued elements keep every item (decode-spec section 4.6; 186 is
// private).
var multiValued = map[int32]bool{114: true, 121: true, 129: true, 150: true, 154: true, 155: true, 169: true}

// groupOrder is the ranking of decode-spec section 9, written without blanks
// around '/' and in lower case.
var groupOrder = []string{
	"", "general", "exterior/body", "exterior/dimension", "exterior/truck", "exterior/trailer",
	"exterior/wheel tire", "exterior/motorcycle", "exterior/bus", "interior", "interior/seat",
	"mechanical/transmission", "mechanical/drivetrain", "mechanical/brake", "mechanical/battery",
	"mechanical/battery/charger", "engine", "passive safety system",
	"passive safety system/air bag location", "active safety system",
	"active safety system/maintaining safe distance", "active safety system/forward collision prevention",
	"active safety system/lane and side assist", "active safety system/backing up and parking",
	"active safety system/911 notification", "active safety system/lighting technologies", "internal",
}

// element is a public element with everything that it may be.
type element struct {
	tables.Element
	number int // place in the output order
	flags  int
	lookup map[int32]string

	// values, as attribute texts: those that read as nothing first, then
	// "Not Applicable", then the rest, each sorted.
	values    []string
	valueOf   map[string]int
	shown     []string // resolved
	empty, na int
	valueBits int

	patterns []int // indexes into rows, by rank
	days     []dayRun
	dayBase  int
	base     int // first value in the value section
	convBase int
	idBase   int // first number in the section of numbers
}

// A dayRun says from which rank on patterns were changed on that day (or, for
// converted elements, at that instant).
type dayRun struct{ rank, day uint32 }

func (b *builder) collectElements() error {
	rank := map[string]int{}
	for i, g := range groupOrder {
		rank[g] = i
	}
	b.byID = map[int32]*element{}
	for _, e := range b.rel.Elements {
		if e.Private || !e.Decoded {
			continue
		}
		if _, ok := rank[groupKey(e.Group)]; !ok {
			rank[groupKey(e.Group)] = len(rank)
		}
		el := &element{Element: e, valueOf: map[string]int{}}
		if tag, ok := b.rel.ElementLookup[e.ID]; ok {
			el.lookup = b.rel.Lookups[tag]
			el.flags |= vin.FlagLookup
		}
		if multiValued[e.ID] {
			el.flags |= vin.FlagMulti
		}
		if e.ID == elemCC || e.ID == elemCI || e.ID == elemL {
			el.flags |= vin.FlagInstant
		}
		b.elements = append(b.elements, el)
		b.byID[e.ID] = el
	}
	sort.SliceStable(b.elements, func(i, j int) bool {
		x, y := b.elements[i], b.elements[j]
		if r, s := rank[groupKey(x.Group)], rank[groupKey(y.Group)]; r != s {
			return r < s
		}
		return x.ID < y.ID
	})
	for i, e := range b.elements {
		e.number = i
	}
	for _, id := range []int32{elemCC, elemCI, elemL, elemEngineModel, elemMake, elemManufacturer, elemModel, elemModelYear, elemVehicleType} {
		if b.byID[id] == nil {
			return fmt.Errorf("vPIC element %d is missing", id)
		}
	}
	b.order = &element{number: len(b.elements), flags: vin.FlagOrder}
	b.order.ID = 0
	b.elements = append(b.elements, b.order)
	if len(b.elements) > 192 {
		return fmt.Errorf("%d elements, room for 192", len(b.elements))
	}
	return nil
}

func groupKey(g string) string {
	parts := strings.Split(strings.ToLower(g), "/")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return strings.Join(parts, "/")
}

// show resolves an attribute as decode-spec section 4.12 says.
func (e *element) show(attribute string) string {
	s := attribute
	if e.lookup != nil {
		id, err := strconv.ParseInt(strings.TrimSpace(attribute), 10, 32)
		if err != nil {
			return ""
		}
		s = e.lookup[int32(id)]
	}
	switch e.ID {
	case elemMake, elemManufacturer, elemVehicleType:
		s = strings.ToUpper(s)
	}
	return blanks.Replace(s)
}

var blanks = strings.NewReplacer("\t", " ", "\r", " ", "\n", " ")

// defaultText is what a Default row stands for: a look-up's 0 is "Not
// Applicable" though no list holds it.
func (e *element) defaultText(value string) string {
	if e.lookup != nil && value == "0" {
		return notApplicable
	}
	return e.show(value)
}

const notApplicable = "Not Applicable"

// defaultAttribute keeps the default's 0 apart from an attribute 0.
const defaultAttribute = "default:"

func (b *builder) collectValues() error {
	want := map[*element]map[string]bool{}
	add := func(id int32, attribute string) {
		if e := b.byID[id]; e != nil {
			if want[e] == nil {
				want[e] = map[string]bool{}
			}
			want[e][attribute] = true
		}
	}
	for i := range b.rel.Patterns {
		add(b.rel.Patterns[i].Element, b.rel.Patterns[i].Attribute)
	}
	for _, p := range b.rel.EnginePatterns {
		add(p.Element, p.Attribute)
	}
	for _, r := range b.rel.SpecRows {
		if !r.IsKey {
			add(r.Element, r.Attribute)
		}
	}
	for _, d := range b.rel.Defaults {
		if d.Present {
			add(d.Element, defaultAttribute+d.Value)
		}
	}
	for _, p := range b.rel.WMIMakes {
		add(elemMake, strconv.Itoa(int(p.B)))
	}
	for _, p := range b.rel.MakeModels {
		add(elemMake, strconv.Itoa(int(p.A)))
	}
	for _, e := range b.elements {
		class := func(s string) int {
			switch s {
			case "":
				return 0
			case notApplicable:
				return 1
			}
			return 2
		}
		shown := map[string]string{}
		for a := range want[e] {
			e.values = append(e.values, a)
			if v, ok := strings.CutPrefix(a, defaultAttribute); ok {
				shown[a] = e.defaultText(v)
			} else {
				shown[a] = e.show(a)
			}
		}
		sort.Slice(e.values, func(i, j int) bool {
			x, y := e.values[i], e.values[j]
			if c, d := class(shown[x]), class(shown[y]); c != d {
				return c < d
			}
			return x < y
		})
		e.shown = make([]string, len(e.values))
		for i, a := range e.values {
			e.valueOf[a] = i
			e.shown[i] = shown[a]
			switch class(shown[a]) {
			case 0:
				e.empty = i + 1
				e.na = i + 1
			case 1:
				e.na = i + 1
			}
		}
		e.valueBits = bits.Len(uint(max(len(e.values)-1, 0)))
	}
	// Engine models are ordered by the values of their element.
	m := b.byID[elemEngineModel]
	b.order.values, b.order.valueOf, b.order.shown = nil, m.valueOf, nil
	b.order.valueBits = m.valueBits
	return nil
}

func (b *builder) collectTexts() error {
	for _, e := range b.elements {
		for _, s := range e.shown {
			b.text.add(s)
		}
		b.text.add(e.Name)
		b.text.add(e.Code)
		b.text.add(e.Group)
		b.text.add(e.DataType)
	}
	for _, w := range b.rel.WMIs {
		b.text.add(b.maker(w.Manufacturer))
	}
	for _, name := range b.rel.Lookups["vehicletype"] {
		b.text.add(strings.ToUpper(name))
	}
	for _, name := range b.rel.Lookups["errorcode"] {
		b.text.add(name)
	}
	for _, s := range b.rel.ErrorTexts {
		b.text.add(s)
	}
	b.text.add("")
	return b.collectConversions()
}

func (b *builder) maker(id int32) string {
	return blanks.Replace(strings.ToUpper(b.rel.Lookups["manufacturer"][id]))
}

func (b *builder) writeElements() error {
	var out, values, ids, days []byte
	n, nd := 0, 0
	for _, e := range b.elements {
		e.base, e.dayBase, e.idBase = n, nd, len(ids)/4
		for i := range e.values {
			values = put64(values, b.text.ref(e.shown[i]))
			if e.lookup != nil {
				id, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimPrefix(e.values[i], defaultAttribute)), 10, 32)
				ids = put32(ids, uint32(id))
			}
		}
		n += len(e.values)
		for _, d := range e.days {
			days = put32(put32(days, d.rank), d.day)
		}
		nd += len(e.days)
	}
	for _, e := range b.elements {
		r := make([]byte, 0, vin.ElemSize)
		r = put16(put16(r, int(e.ID)), e.flags)
		r = put16(r, int(max(e.Weight, 0)))
		r = append(r, byte(e.valueBits), 0)
		for _, s := range []string{e.Name, e.Code, e.Group, e.DataType} {
			r = put64(r, b.text.ref(s))
		}
		for _, v := range []int{e.base, len(e.values), e.empty, e.na, e.dayBase, len(e.days), e.convBase, e.idBase} {
			r = put32(r, uint32(v))
		}
		if len(r) != vin.ElemSize {
			return fmt.Errorf("element record of %d bytes", len(r))
		}
		out = append(out, r...)
	}
	b.sections[vin.SecElements] = out
	b.sections[vin.SecValues] = values
	b.sections[vin.SecValueIDs] = ids
	b.sections[vin.SecDays] = days
	return nil
}
