package claim

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// A vocabulary is what vPIC calls things, readied for comparison. It is made
// once from the index; a make's models are readied when first asked for.
type vocabulary struct {
	makes map[string]*makeNames // by compacted name
	seed  maphash.Seed
	trims map[uint64]struct{} // hashes of compacted series and trims
}

// makeNames is a make and its models.
type makeNames struct {
	name   string // as results have it
	motor  bool   // vehicles that drive by themselves bear it
	given  []string
	types  map[string]typeSet // of models, by name as results have it
	once   sync.Once
	models []modelName
	byForm map[string][]int32 // numbers of models by form
	byName map[string]int32   // by the name as results have it
}

// A modelName is a model with the ways of writing it that vPIC's own name
// allows: "Caravan/Grand Caravan" has two.
type modelName struct {
	name    string
	whole   string   // compacted
	forms   []string // compacted, the whole one first
	words   []string
	types   typeSet // kinds of vehicle that bear the name, 0 when unknown
	generic bool    // says what kind of vehicle it is and not which model
	company bool    // is the maker's name, for want of a model's
}

func newVocabulary(d *vin.Decoder) *vocabulary {
	v := &vocabulary{makes: map[string]*makeNames{}, seed: maphash.MakeSeed(), trims: map[uint64]struct{}{}}
	byName := map[string]*makeNames{}
	of := func(name string) *makeNames {
		m := byName[name]
		if m == nil {
			c := compact(name)
			if m = v.makes[c]; m == nil {
				m = &makeNames{name: strings.ToUpper(name)}
				v.makes[c] = m
			}
			byName[name] = m
		}
		return m
	}
	for x := range d.Models() {
		m := of(x.Make)
		m.given = append(m.given, x.Model)
	}
	for x := range d.ModelTypes() {
		m := of(x.Make)
		if m.types == nil {
			m.types = map[string]typeSet{}
		}
		m.types[x.Model] |= typeOf(x.VehicleType)
	}
	for x := range d.MakeTypes() {
		m := of(x.Make)
		switch {
		case strings.HasPrefix(x.VehicleType, "PASSENGER"), strings.HasPrefix(x.VehicleType, "MULTI"),
			x.VehicleType == "TRUCK", x.VehicleType == "MOTORCYCLE":
			m.motor = true
		}
	}
	var p phrase
	for _, code := range []string{"Series", "Series2", "Trim", "Trim2"} {
		for s := range d.Texts(code) {
			for part := range alternatives(s) {
				if p.read(part); len(p.b) > 1 {
					v.trims[maphash.Bytes(v.seed, p.b)] = struct{}{}
				}
			}
		}
	}
	return v
}

// A typeSet is a set of vPIC's vehicle types, as far as they can't be taken for
// one another.
type typeSet uint8

const (
	typeCar typeSet = 1 << iota
	typeMPV
	typeTruck // buses and chassis, too
	typeCycle
	typeTrailer
	typeOther // off-road, low speed
)

func typeOf(kind string) typeSet {
	switch {
	case kind == "MOTORCYCLE":
		return typeCycle
	case kind == "TRAILER":
		return typeTrailer
	case strings.HasPrefix(kind, "PASSENGER"):
		return typeCar
	case strings.HasPrefix(kind, "MULTI"):
		return typeMPV
	case strings.HasPrefix(kind, "OFF"), strings.HasPrefix(kind, "LOW"):
		return typeOther
	}
	return typeTruck
}

// isTrim reports whether vPIC knows the words as a series or trim of anything.
func (v *vocabulary) isTrim(w []byte) bool {
	_, ok := v.trims[maphash.Bytes(v.seed, w)]
	return ok
}

// alternatives yields what vPIC lists of several things in one text:
// "SE/SEL", "EX, S", "CT (Granite)".
func alternatives(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for len(s) > 0 {
			i := strings.IndexAny(s, "/,;()")
			if i < 0 {
				i = len(s)
			}
			if part := strings.TrimSpace(s[:i]); part != "" && !yield(part) {
				return
			}
			if i == len(s) {
				return
			}
			s = s[i+1:]
		}
	}
}

// of returns the make's models, nil for a make that vPIC does not know.
func (v *vocabulary) of(make string) *makeNames {
	m := v.makes[make]
	if m == nil {
		return nil
	}
	m.once.Do(func() { m.ready(make) })
	return m
}

func (m *makeNames) ready(make string) {
	m.byForm, m.byName = map[string][]int32{}, map[string]int32{}
	for _, name := range m.given {
		if _, ok := m.byName[name]; ok {
			continue
		}
		n := int32(len(m.models))
		m.byName[name] = n
		x := newModelName(make, name)
		x.types = m.types[name]
		m.models = append(m.models, x)
		for _, f := range x.forms {
			m.byForm[f] = append(m.byForm[f], n)
		}
	}
	m.given, m.types = nil, nil
}

// kindWords say what kind of vehicle a model is; they may be left out where
// something remains.
var kindWords = map[string]bool{
	"PICKUP": true, "PICK": true, "UP": true, "VAN": true, "TRUCK": true, "CHASSIS": true, "HATCHBACK": true, "MPV": true, "SUV": true,
	"SEDAN": true, "SERIES": true, "CLASS": true, "CARGO": true, "WAGON": true, "CAB": true, "PHEV": true, "UTILITY": true,
	"CONVENTIONAL": true, "CUTAWAY": true, "COMMERCIAL": true, "MOTORHOME": true, "MOTOR": true, "HOME": true, "BUS": true, "INCOMPLETE": true,
	"VEHICLE": true, "RECREATIONAL": true, "FORWARD": true, "CONTROL": true, "HEAVY": true, "MEDIUM": true, "LONG": true, "LOW": true, "HIGH": true,
	"COE": true, "C": false, "WITH": true, "POWERTRAIN": true, "HEARSE": true, "LIMO": true, "LIMOUSINE": true, "STRETCH": true, "ARMORED": true,
	"REAR": true, "FRONT": true, "ENGINE": true, "TRACTOR": true, "MED": true, "CONV": true, "SPEED": true, "DUTY": true,
	"TRAILER": true, "FUNERAL": true, "COACH": true, "COACHBUILDER": true, "POLICE": true, "GMT": true, "400": false, "STANDARD": true, "BUSINESS": true,
	"OTHER": true, "OFF": true, "HIGHWAY": true, "ELECTRIC": true, "TRUCKS": true, "SPECIAL": true, "MILITARY": true, "FOR": true, "IN": true, "WALK": true,
	"STRIPPED": true, "SCHOOL": true, "SHUTTLE": true, "TRANSIT": false, "MINI": false, "TILT": true, "ALUMINUM": true, "HI": true,
}

// companyWords end the names of companies.
var companyWords = map[string]bool{"LLC": true, "INC": true, "CORP": true, "CORPORATION": true, "COMPANY": true, "CO": true, "LTD": true, "MANUFACTURING": true, "MFG": true, "INDUSTRIES": true}

func newModelName(make, name string) modelName {
	x := modelName{name: name, whole: compact(name)}
	add := func(f string) {
		if f != "" && !slices.Contains(x.forms, f) {
			x.forms = append(x.forms, f)
		}
	}
	add(x.whole)
	x.generic = true
	first := true
	for part := range alternatives(name) {
		words := splitWords(part)
		kept := ""
		for _, w := range words {
			if !slices.Contains(x.words, w) {
				x.words = append(x.words, w)
			}
			if !kindWords[w] {
				kept += w
				x.generic = false
			}
		}
		// Of a bracket only what is a name of its own: "(Granite)", not "(4)".
		if whole := strings.Join(words, ""); first || len(whole) > 2 {
			add(whole)
			add(strings.TrimPrefix(whole, make))
			if len(kept) > 1 || (len(kept) == 1 && len(words) > 1) {
				add(kept)
			}
		}
		first = false
	}
	if n := len(x.words); n > 0 && companyWords[x.words[n-1]] {
		x.generic, x.company = true, true
	}
	switch x.whole {
	case "GMT400", "CKPICKUP":
		x.generic = true
	case "MPV":
		x.generic = make != "MAZDA"
	}
	return x
}

// has reports whether the text is a way of writing the model.
func (x *modelName) has(w []byte) bool {
	for _, f := range x.forms {
		if f == string(w) {
			return true
		}
	}
	return false
}

// begins reports whether the text is the beginning of the model's name.
func (x *modelName) begins(w string) bool {
	for _, f := range x.forms {
		if strings.HasPrefix(f, w) {
			return true
		}
	}
	return false
}

// hasWord reports whether the word is one of the model's own.
func (x *modelName) hasWord(w []byte) bool {
	for _, f := range x.words {
		if f == string(w) {
			return true
		}
	}
	return false
}

// within reports whether all the other's words are among x's.
func (x *modelName) within(other *modelName) bool {
	for _, w := range x.words {
		if !kindWords[w] && !slices.Contains(other.words, w) {
			return false
		}
	}
	return true
}
