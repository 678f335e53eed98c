package intake

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/checklist"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/intake/repair"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// engine is what a check needs of one vPIC release.
type engine struct {
	decoder *vin.Decoder
	claims  *claim.Checker
	repairs *repair.Repairer
}

func newEngine(d *vin.Decoder) (*engine, error) {
	c, err := claim.New(d)
	if err != nil {
		return nil, fmt.Errorf("read the words of vPIC: %w", err)
	}
	return &engine{d, c, repair.New(d, c)}, nil
}

const (
	maxSuggestions = 5
	leastVIN       = 5 // characters: fewer name nothing
)

// terms are what rows are held against besides their VINs.
type terms struct {
	aliases *claim.Aliases
	wishes  checklist.Wishes
	recalls func(make, model string, year int) int // open campaigns of a model; nil where none were imported
	now     time.Time
}

// examine makes of a row all that can be told without the other rows and
// without the hub.
func (e *engine) examine(r *Row, t *terms) {
	r.Findings, r.Suggestions, r.Decoded = []claim.Finding{}, []string{}, map[string]string{}
	r.Claimed, r.Asking, r.Odometer, r.Lot, r.Problems = r.lot.Claimed, r.lot.Asking, r.lot.Odometer, r.lot.Lot, r.lot.Problems
	if _, leftOut := r.fields(); len(leftOut) > 0 {
		r.Problems = slices.Clone(r.Problems)
		for _, name := range leftOut {
			r.Problems = append(r.Problems, mapping.Problem{Column: -1, Header: name, Text: r.lot.Custom[name],
				Reason: fmt.Sprintf("A vehicle has at most %d fields of its own: this one is left out.", vehicle.MaxFields)})
		}
	}
	r.VIN = r.lot.VIN
	if strings.TrimSpace(r.VIN) == "" {
		r.own, r.why = Invalid, "The row has no VIN."
		r.judge(nil, t)
		return
	}
	res := e.decode(r.lot.VIN, r.Claimed, t.now)
	// A result's texts share one buffer, which a kept one would hold whole.
	r.VIN, r.hint = strings.Clone(res.VIN), 0
	if res.ModelYear != 0 && !res.Conclusive && strconv.Itoa(res.ModelYear) == strings.TrimSpace(r.Claimed[claim.Year]) {
		r.hint = res.ModelYear
	}
	for _, code := range codes {
		if v := res.Value(code); v != nil && v.Source != vin.SourceDefault && v.Text != "" {
			r.Decoded[code] = strings.Clone(v.Text)
		}
	}
	if res.ModelYear != 0 {
		r.Decoded["ModelYear"] = strconv.Itoa(res.ModelYear)
	}
	e.class(r, &res, t)
	r.judge(&res, t)
}

// decode asks about a VIN. Where it leaves two model years, the one that the
// list claims decides, if it is one of them.
func (e *engine) decode(text string, cl claim.Claimed, now time.Time) vin.Result {
	res := e.decoder.Decode(text, vin.Options{Now: now})
	if res.Conclusive || res.ModelYear == 0 || len(res.VIN) < 10 {
		return res
	}
	year, err := strconv.Atoi(strings.TrimSpace(cl[claim.Year]))
	if err == nil && year != res.ModelYear && slices.Contains(vin.YearCandidates(rune(res.VIN[9])), year) && year <= now.Year()+2 {
		return e.decoder.Decode(text, vin.Options{Now: now, ModelYear: year})
	}
	return res
}

// class says what kind of row it is, by its VIN and its claims.
func (e *engine) class(r *Row, res *vin.Result, t *terms) {
	_, unknown := claim.Foreign(res)
	wrong := unknown || res.Has(1) || res.Has(400) || res.TooLong
	switch {
	case len(res.VIN) < leastVIN:
		r.own, r.why = Invalid, fmt.Sprintf("%q is too short to be a VIN.", r.lot.VIN)
		return
	case european(res.VIN):
		e.abroad(r, res, t)
		return
	case wrong || len(res.VIN) == 16 && !strings.Contains(res.VIN, "*"):
		r.Repairs = e.repairs.Candidates(r.lot.VIN, r.Claimed, t.now, maxSuggestions)
		if unknown && !res.TooLong {
			r.Repairs = slices.DeleteFunc(r.Repairs, func(c repair.Candidate) bool { return !e.likely(r, c, t) })
		}
		r.suggest()
		switch {
		case len(r.Repairs) > 0:
			r.own, r.why = Fixable, ails(res)+" "+r.Repairs[0].Reason
			return
		case !res.TooLong && written(res.VIN) && (unknown || !american(res.VIN) && !res.Has(400)):
			e.abroad(r, res, t)
			return
		case wrong:
			r.own, r.why = Invalid, ails(res)+" No single character makes it right."
			return
		}
	}
	if misfits(res) {
		r.Repairs = e.repairs.Candidates(r.lot.VIN, r.Claimed, t.now, maxSuggestions)
		r.suggest()
	}
	r.Findings = append(r.Findings, e.claims.Check(res, r.Claimed, t.aliases)...)
	switch worst := r.Severity(); {
	case len(res.VIN) < 17 || strings.Contains(res.VIN, "*"):
		r.own, r.why = Short, "Not a whole VIN: it is decoded as far as it goes."
		if len(res.VIN) < 14 && !strings.Contains(res.VIN, "*") {
			r.why = "Shorter than the 17 characters that VINs have since 1981: decoded as far as it goes."
		}
	case worst == claim.Hard || worst == claim.Soft:
		r.own = Mismatch
		i := slices.IndexFunc(r.Findings, func(f claim.Finding) bool { return f.Severity == worst })
		r.why = r.Findings[i].Reason
	default:
		r.own = Ready
		if len(r.Repairs) > 0 {
			r.why = "The check digit fits, and vPIC does not know one of the characters in its place: the VIN may have been meant otherwise."
		}
	}
}

// clear reports whether a suggestion stands out that can be accepted without a
// look at the row.
func (r *Row) clear() bool { return r.Status == Fixable && repair.Clear(r.Repairs) }

// suggest gives the row the VINs of its repairs.
func (r *Row) suggest() {
	for _, c := range r.Repairs {
		r.Suggestions = append(r.Suggestions, c.VIN)
	}
}

// misfits reports whether a VIN whose check digit fits holds characters that
// its maker has not told NHTSA of. Most such VINs are right and vPIC has a gap;
// some are two slips, or one that the check digit can't see (1 for A or J, 2
// for B, K or S).
func misfits(res *vin.Result) bool {
	return len(res.VIN) == 17 && slices.ContainsFunc([]int{2, 3, 4, 5}, res.Has)
}

// abroad makes r a vehicle that was not made for North America: no error, and
// nothing that the VIN could be held to.
func (e *engine) abroad(r *Row, res *vin.Result, t *terms) {
	a := claim.Elsewhere(res)
	r.Abroad, r.own, r.why = &a, Ready, a.Text
	for _, f := range claim.Fields() {
		if text := strings.TrimSpace(r.Claimed[f]); text != "" {
			r.Findings = append(r.Findings, claim.Finding{Field: f, Severity: claim.Untestable, Claimed: text, Reason: "The vehicle was not made for North America: its VIN does not tell vPIC."})
		}
	}
}

// european reports whether a VIN has the fill that European makers use for
// what the US market encodes (ISO 3779 leaves the descriptor to the maker).
func european(v string) bool { return len(v) == 17 && !american(v) && v[3:6] == "ZZZ" }

// written reports whether a VIN is of Latin letters and digits: of others no
// country makes one.
func written(v string) bool {
	return !strings.ContainsFunc(v, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '*' })
}

// american reports whether a VIN was given in North America, where every maker
// is registered and the check digit is required (SAE J272: 1 to 5).
func american(v string) bool { return v != "" && v[0] >= '1' && v[0] <= '5' }

// likely reports whether a VIN without a known maker may have been meant as c
// rather than come from abroad: the list names the same maker, the number is an
// American one, or one slip of hand or eye makes it a whole VIN of a maker that
// is known, which one from abroad is hardly ever by chance.
func (e *engine) likely(r *Row, c repair.Candidate, t *terms) bool {
	if strings.TrimSpace(r.Claimed[claim.Make]) == "" {
		return american(r.lot.VIN) || c.Kind != "substitution"
	}
	res := e.decode(c.VIN, r.Claimed, t.now)
	return !slices.ContainsFunc(e.claims.Check(&res, r.Claimed, t.aliases), func(f claim.Finding) bool {
		return f.Severity == claim.Hard && (f.Field == claim.Make || f.Field == claim.Model)
	})
}

// ails says in a sentence what is wrong with a VIN.
func ails(res *vin.Result) string {
	switch {
	case res.TooLong:
		return "The VIN has more than 17 characters."
	case res.Has(7) && !res.Has(400):
		return "No maker has the first characters of this VIN."
	case res.Has(400):
		return "The VIN holds characters that do not belong in one."
	case len(res.VIN) == 16:
		return "The VIN has 16 characters: one is missing."
	}
	return "The check digit does not fit the rest of the VIN."
}

// judge fills in the checklist.
func (r *Row) judge(res *vin.Result, t *terms) {
	facts := checklist.Facts{Status: string(r.own), Candidates: len(r.Repairs), Abroad: r.Abroad != nil}
	if t.recalls != nil && res != nil && res.ModelYear != 0 {
		facts.Recalls = t.recalls(r.Decoded["Make"], r.Decoded["Model"], res.ModelYear)
	}
	r.Verdict = checklist.Judge(&r.lot, r.Findings, res, facts, t.wishes, t.now)
}

// entry is the vehicle that a row becomes.
func (r *Row) entry(source string, now time.Time) vehicle.Entry {
	l := &r.lot
	fields, _ := r.fields()
	d := vehicle.Draft{VIN: r.VIN, YearHint: r.hint, Plate: l.Plate, Stock: l.Stock, Asking: l.Asking, Tags: l.Tags, Color: l.Color, Fields: fields}
	d.Claimed = vehicle.Claimed{Make: l.Claimed[claim.Make], Model: l.Claimed[claim.Model], Series: l.Claimed[claim.Series], Trim: l.Claimed[claim.Trim],
		BodyClass: l.Claimed[claim.Body], Fuel: l.Claimed[claim.Fuel], Drive: l.Claimed[claim.Drive], Transmission: l.Claimed[claim.Transmission],
		Cylinders: l.Claimed[claim.Cylinders], Displacement: l.Claimed[claim.Displacement], Doors: l.Claimed[claim.Doors], GVWR: l.Claimed[claim.GVWR], Source: source}
	if year, err := strconv.Atoi(strings.TrimSpace(l.Claimed[claim.Year])); err == nil && year >= 1900 && year <= now.Year()+2 {
		d.Claimed.Year = year // another is no model year, and a finding tells of it
	}
	e := vehicle.Entry{Draft: d}
	if l.Notes != "" {
		e.Notes = []string{l.Notes}
	}
	if l.Odometer != nil {
		day := vehicle.DateOf(now)
		if l.Date != "" && l.Date < day && l.Date >= "1900-01-01" { // that of a sale lies ahead
			day = l.Date
		}
		e.Readings = []vehicle.Reading{{Date: day, Odometer: *l.Odometer, Source: "import"}}
	}
	return e
}

// fields are the custom fields of the row's vehicle: what a list says that a
// vehicle has no field for, and the list's own as far as there is room. The
// list's location is where the lot stands, and none of the organisation's own,
// by which it is settled who reaches the vehicle.
func (r *Row) fields() (out map[string]string, leftOut []string) {
	out = map[string]string{}
	for _, f := range []struct{ name, text string }{{"Lot", r.lot.Lot}, {"Title", r.lot.Title}, {"Condition", r.lot.Condition}, {"Seller", r.lot.Seller}, {"Location", r.lot.Location}} {
		if f.text != "" {
			out[f.name] = f.text
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.lot.Custom)) {
		if len(out) == vehicle.MaxFields {
			leftOut = append(leftOut, name)
		} else if _, taken := out[name]; !taken {
			out[name] = r.lot.Custom[name]
		}
	}
	return out, leftOut
}
