package claim

import "strings"

// A Field is one thing that a list claims of a vehicle and that a VIN may tell.
type Field string

// The fields, in the order in which people read them.
const (
	Year         Field = "year"
	Make         Field = "make"
	Model        Field = "model"
	Series       Field = "series"
	Trim         Field = "trim"
	Body         Field = "body"
	Fuel         Field = "fuel"
	Drive        Field = "drive"
	Transmission Field = "transmission"
	Cylinders    Field = "cylinders"
	Displacement Field = "displacement"
	Doors        Field = "doors"
	GVWR         Field = "gvwr"
)

// Fields are all fields, in the order of findings.
func Fields() []Field {
	return []Field{Year, Make, Model, Series, Trim, Body, Fuel, Drive, Transmission, Cylinders, Displacement, Doors, GVWR}
}

// Claimed is what a list says of one vehicle, in its own words. A field that is
// absent or blank is not claimed.
type Claimed map[Field]string

// A Severity says how much a disagreement is worth.
type Severity string

// The severities.
const (
	// Hard is certain: the vehicle of this VIN can't be what was claimed.
	Hard Severity = "hard"
	// Soft is a difference that has an honest reading.
	Soft Severity = "soft"
	// Untestable: this VIN does not say.
	Untestable Severity = "untestable"
)

// A Finding is one field in which claim and VIN do not plainly agree. A field
// that agrees gives none.
type Finding struct {
	Field    Field    `json:"field"`
	Severity Severity `json:"severity"`
	Claimed  string   `json:"claimed"` // the list's own words
	Decoded  string   `json:"decoded"` // vPIC's, empty where it has none
	Reason   string   `json:"reason"`  // one plain sentence
}

// An Alias is a reading that people accepted for all lists: what a list says
// and what it means, in one field. Make narrows it to one make; empty means
// any.
type Alias struct {
	Field Field  `json:"field"`
	Make  string `json:"make,omitempty"`
	Said  string `json:"said"`
	Means string `json:"means"`
}

// Aliases are accepted readings, ready to be asked. The nil value has none. It
// never changes after NewAliases and may be used by any number of goroutines.
type Aliases struct {
	means map[Alias]string
}

// NewAliases readies a list of aliases; of two that say the same the later one
// counts. Blank ones are left out.
func NewAliases(all []Alias) *Aliases {
	a := &Aliases{means: make(map[Alias]string, len(all))}
	for _, x := range all {
		key := Alias{Field: x.Field, Make: fold(x.Make), Said: fold(x.Said)}
		if key.Said != "" && strings.TrimSpace(x.Means) != "" {
			a.means[key] = strings.TrimSpace(x.Means)
		}
	}
	return a
}

// meaning is what the cell means by an accepted alias, of the make first.
func (a *Aliases) meaning(f Field, make, said string) (string, bool) {
	if a == nil || len(a.means) == 0 {
		return "", false
	}
	said = fold(said)
	if s, ok := a.means[Alias{Field: f, Make: fold(make), Said: said}]; ok {
		return s, true
	}
	s, ok := a.means[Alias{Field: f, Said: said}]
	return s, ok
}

// fold makes texts comparable: upper case, blanks as one.
func fold(s string) string { return strings.Join(strings.Fields(strings.ToUpper(s)), " ") }
