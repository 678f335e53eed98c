package reference

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Vehicle is what a vehicle is looked up by. Make, Model and Year are what the
// VIN says; the rest makes it more exact and may be empty.
type Vehicle struct {
	Make, Model  string
	Year         int
	Series, Trim string

	Cylinders    string
	Displacement string // litres
	Drive        string
	Fuel         string
	SecondFuel   string // "Electric" of a hybrid
	Transmission string
}

// Recalls are the recalls of a model of a year, the newest first; nil where
// there are none, nothing was brought in, or the year is 0.
func (s *Shelf) Recalls(make, model string, year int) []Recall {
	return s.RecallsOf(Vehicle{Make: make, Model: model, Year: year})
}

// RecallsOf is Recalls of what is known of a vehicle.
func (s *Shelf) RecallsOf(v Vehicle) []Recall {
	st := s.state.Load()
	var out []Recall
	at := map[string]int{} // campaign: its place in out
	for _, b := range st.of(RecallData) {
		take := func(key string, m Match, record, component int, unknown bool) {
			r := b.recall(record)
			name, _ := b.text(component)
			i, ok := at[r.Campaign]
			if !ok {
				r.Model, r.Match, r.YearUnknown = key[strings.LastIndexByte(key, 0)+1:], m, unknown
				i = len(out)
				at[r.Campaign] = i
				out = append(out, r)
			}
			if o := &out[i]; name != "" && !slices.Contains(o.Components, name) {
				o.Components = append(o.Components, name)
			}
		}
		st.find(b, v, func(key int, m Match) {
			name := b.key(key)
			b.year(key, v.Year, func(record, component int) { take(name, m, record, component, false) })
			if m == Same {
				b.year(key, unknownYear, func(record, component int) { take(name, m, record, component, true) })
			}
		})
	}
	slices.SortStableFunc(out, func(a, b Recall) int {
		return cmp.Or(cmp.Compare(b.Reported, a.Reported), cmp.Compare(b.Campaign, a.Campaign))
	})
	return out
}

func (b *book) recall(at int) Recall {
	var t [10]string
	for i := range t {
		t[i], at = b.text(at)
	}
	n, _ := strconv.Atoi(t[7])
	return Recall{Campaign: t[0], Reported: t[1], Manufacturer: t[2], Components: []string{}, Summary: t[3], Consequence: t[4], Remedy: t[5], Notes: t[6],
		Affected: n, DoNotDrive: t[8] != "", ParkOutside: t[9] != ""}
}

// Economy are the configurations of a model of a year that EPA rated.
func (s *Shelf) Economy(make, model string, year int) []Economy {
	return s.economy(Vehicle{Make: make, Model: model, Year: year})
}

func (s *Shelf) economy(v Vehicle) []Economy {
	st := s.state.Load()
	var out []Economy
	for _, b := range st.of(EconomyData) {
		st.find(b, v, func(key int, m Match) {
			name := b.key(key)
			b.year(key, v.Year, func(record, _ int) {
				e := b.rating(record)
				e.Model, e.Match = name[strings.LastIndexByte(name, 0)+1:], m
				out = append(out, e)
			})
		})
	}
	return out
}

func (b *book) rating(at int) Economy {
	var t [9]string
	for i := range t {
		t[i], at = b.text(at)
	}
	n := func(s string) int { v, _ := strconv.Atoi(s); return v }
	return Economy{Cylinders: t[0], Displacement: t[1], Drive: t[2], Transmission: t[3], Fuel: t[4], Class: t[5], City: n(t[6]), Highway: n(t[7]), Combined: n(t[8])}
}

// form is one way in which a vehicle's model may be written.
type form struct {
	words []string
	all   string // the words together
}

// forms are the model; and series or trim where the publisher's model is that,
// such as E350 of an E-Class: only what has letters and digits, since "LE" or
// "1500" are names of too many things.
func (v *Vehicle) forms(makeKey string) []form {
	var out []form
	add := func(name string) {
		w := modelWords(makeKey, name)
		f := form{w, strings.Join(w, "")}
		if f.all != "" && !slices.ContainsFunc(out, func(o form) bool { return o.all == f.all }) {
			out = append(out, f)
		}
	}
	add(v.Model)
	for _, name := range []string{v.Series, v.Trim} {
		if c := compact(name); len(c) >= 3 && len(c) <= 8 && strings.ContainsFunc(c, unicode.IsDigit) && strings.ContainsFunc(c, unicode.IsLetter) {
			add(name)
		}
	}
	return out
}

// find calls f with each key of a book that is about v's model.
func (st *state) find(b *book, v Vehicle, f func(key int, m Match)) {
	makeKey := compact(v.Make)
	if makeKey == "" || v.Year == 0 {
		return
	}
	done := map[int]bool{}
	give := func(key int, m Match) {
		if !done[key] {
			done[key] = true
			f(key, m)
		}
	}
	known := st.models[makeKey]
	forms := v.forms(makeKey)
	for _, fo := range forms {
		prefix := makeKey + "\x00" + fo.all
		for i := b.from(prefix); i < b.nkeys; i++ {
			key := b.key(i)
			if !strings.HasPrefix(key, prefix) {
				break
			}
			name := key[strings.LastIndexByte(key, 0)+1:]
			w := modelWords(makeKey, name)
			at, whole := boundary(w, len(fo.all))
			switch {
			case whole:
				give(i, Same)
			case at && len(fo.all) > 1 && !another(known, w, len(fo.all)) && !v.otherSeries(w, len(fo.all)):
				give(i, Variant)
			}
		}
	}
	// What this model is a kind of, unless that is a model of its own: a
	// TRANSIT is no Transit Connect.
	for _, fo := range forms[:min(1, len(forms))] {
		sum := ""
		for _, w := range fo.words[:max(0, len(fo.words)-1)] {
			if sum += w; len(sum) < 2 || known[sum] {
				continue
			}
			prefix := makeKey + "\x00" + sum + "\x00"
			for i := b.from(prefix); i < b.nkeys && strings.HasPrefix(b.key(i), prefix); i++ {
				give(i, Broader)
			}
		}
	}
}

// another reports whether more of the words than the first n bytes are the
// name of another model: TRANSIT CONNECT is no kind of Transit.
func another(known map[string]bool, w []string, n int) bool {
	sum := ""
	for _, x := range w {
		if sum += x; len(sum) > n && known[sum] {
			return true
		}
	}
	return false
}

// otherSeries reports whether the words after the first n bytes begin with a
// number that is not the vehicle's series: a SILVERADO 2500 is none with the
// series 1500.
func (v *Vehicle) otherSeries(w []string, n int) bool {
	series := words(v.Series)
	if len(series) == 0 || strings.Trim(series[0], "0123456789") != "" {
		return false
	}
	sum := 0
	for _, x := range w {
		if sum >= n {
			return strings.Trim(x, "0123456789") == "" && x != series[0]
		}
		sum += len(x)
	}
	return false
}

// Economies is what EPA rated of a vehicle's model, narrowed to what fits the
// vehicle as far as that is known.
type Economies struct {
	Entries  []Economy `json:"entries"`  // that fit
	Rated    int       `json:"rated"`    // of this model and year
	Narrowed []string  `json:"narrowed"` // by what: "cylinders", "displacement", "fuel", "hybrid", "drive", "transmission"
	City     Span      `json:"city"`
	Highway  Span      `json:"highway"`
	Combined Span      `json:"combined"`
}

// Span is the least and the most, in miles per US gallon.
type Span struct {
	Low  int `json:"low"`
	High int `json:"high"`
}

// EconomyOf is Economy of what is known of a vehicle, without the
// configurations that it is not. What would leave none narrows nothing.
func (s *Shelf) EconomyOf(v Vehicle) Economies {
	all := s.economy(v)
	out := Economies{Entries: all, Rated: len(all), Narrowed: []string{}}
	for _, by := range []struct {
		name string
		want string
		of   func(*Economy) string
	}{
		{"cylinders", number(v.Cylinders), func(e *Economy) string { return number(e.Cylinders) }},
		{"displacement", number(v.Displacement), func(e *Economy) string { return number(e.Displacement) }},
		{"fuel", fuel(v.Fuel), func(e *Economy) string { return fuel(e.Fuel) }},
		{"hybrid", hybrid(v.Fuel, v.SecondFuel), func(e *Economy) string { return yes(strings.Contains(strings.ToUpper(e.Model), "HYBRID")) }},
		{"drive", drive(v.Drive), func(e *Economy) string { return drive(e.Drive) }},
		{"transmission", transmission(v.Transmission), func(e *Economy) string { return transmission(e.Transmission) }},
	} {
		if by.want == "" {
			continue
		}
		fit := slices.DeleteFunc(slices.Clone(out.Entries), func(e Economy) bool { got := by.of(&e); return got != "" && got != by.want })
		if len(fit) > 0 && len(fit) < len(out.Entries) {
			out.Entries, out.Narrowed = fit, append(out.Narrowed, by.name)
		}
	}
	if len(out.Entries) == 0 {
		out.Entries = []Economy{}
		return out
	}
	span := func(of func(*Economy) int) Span {
		sp := Span{of(&out.Entries[0]), of(&out.Entries[0])}
		for i := range out.Entries {
			sp.Low, sp.High = min(sp.Low, of(&out.Entries[i])), max(sp.High, of(&out.Entries[i]))
		}
		return sp
	}
	out.City = span(func(e *Economy) int { return e.City })
	out.Highway = span(func(e *Economy) int { return e.Highway })
	out.Combined = span(func(e *Economy) int { return e.Combined })
	return out
}

// number writes a number in tenths, "3.5" as "3.5" and "3.50" too; "" is none.
func number(s string) string {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || f <= 0 || f > 1000 {
		return ""
	}
	return strconv.FormatFloat(f, 'f', 1, 64)
}

// fuel is the sort of a fuel in either publisher's words.
func fuel(s string) string {
	s = strings.ToUpper(s)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
	}
	switch {
	case s == "":
		return ""
	case has("DIESEL"):
		return "diesel"
	case has("ELECTRIC") && has("GAS", "PREMIUM", "REGULAR"):
		return "plug-in"
	case has("ELECTRIC"):
		return "electric"
	case has("HYDROGEN"):
		return "hydrogen"
	case has("CNG", "NATURAL GAS"):
		return "natural gas"
	case has("GASOLINE", "REGULAR", "PREMIUM", "MIDGRADE", "E85", "FFV", "FLEX"):
		return "petrol"
	}
	return ""
}

// hybrid says whether a vehicle that burns something is driven by electricity
// too; "" where its fuel is not known, and of what only electricity drives.
func hybrid(first, second string) string {
	if f := fuel(first); f == "" || f == "electric" {
		return ""
	}
	return yes(strings.Contains(strings.ToUpper(second), "ELECTRIC"))
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// drive is "four" or "two" wheels driven: publishers name the axle otherwise.
func drive(s string) string {
	s = strings.ToUpper(s)
	switch {
	case strings.Contains(s, "4WD"), strings.Contains(s, "AWD"), strings.Contains(s, "4-WHEEL"), strings.Contains(s, "ALL-WHEEL"), strings.Contains(s, "4X4"), strings.Contains(s, "FOUR"):
		return "four"
	case strings.Contains(s, "2WD"), strings.Contains(s, "FWD"), strings.Contains(s, "RWD"), strings.Contains(s, "FRONT-WHEEL"), strings.Contains(s, "REAR-WHEEL"), strings.Contains(s, "4X2"), strings.Contains(s, "2-WHEEL"):
		return "two"
	}
	return ""
}

func transmission(s string) string {
	s = strings.ToUpper(s)
	switch {
	case strings.Contains(s, "MANUAL") && !strings.Contains(s, "AUTO"):
		return "manual"
	case strings.Contains(s, "AUTO"), strings.Contains(s, "CVT"), strings.Contains(s, "VARIABLE"), strings.Contains(s, "DUAL-CLUTCH"):
		return "automatic"
	}
	return ""
}
