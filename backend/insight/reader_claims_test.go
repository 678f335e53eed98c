package insight_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// What the sentences say, held against the raw records.

func (r *reader) get(code string) string {
	v := r.raw.result.Value(code)
	if v == nil || v.Source.String() == "default" {
		return ""
	}
	return v.Text
}

func (r *reader) identity(m []string) error {
	make, model := r.get("Make"), r.get("Model")
	rest := strings.ToLower(m[1])
	for _, s := range []string{fmt.Sprint(r.raw.result.ModelYear), strings.ToLower(make), strings.ToLower(model)} {
		if s == "0" || s == "" {
			continue
		}
		repeated := strings.HasPrefix(letters(model), letters(make)) // the model holds the maker's name
		if !strings.Contains(rest, s) && !repeated {
			return fmt.Errorf("%q lacks %q", m[1], s)
		}
		rest = strings.Replace(rest, s, "", 1)
	}
	if body := strings.TrimSpace(rest); body != "" && !r.body(body) {
		return fmt.Errorf("the body is no %q: %q, %q", body, r.get("BodyClass"), r.get("VehicleType"))
	}
	if m[2] == "" {
		return nil
	}
	for _, s := range strings.Split(strings.ReplaceAll(m[2], " and ", ", "), ", ") {
		if err := r.spec(strings.TrimPrefix(strings.TrimPrefix(s, "an "), "a ")); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) body(word string) bool {
	raw := strings.ToLower(r.get("BodyClass") + " / " + r.get("VehicleType"))
	other := map[string]string{"suv": "sport utility", "pickup": "truck", "truck tractor": "truck-tractor", "school bus": "bus - school", "cutaway chassis": "cutaway", "chassis cab": "chassis cab"}
	return strings.Contains(raw, word) || other[word] != "" && strings.Contains(raw, other[word])
}

func (r *reader) spec(s string) error {
	drive := map[string]string{"four-wheel drive": "4WD", "all-wheel drive": "AWD", "front-wheel drive": "FWD", "rear-wheel drive": "RWD", "two-wheel drive": "4x2"}
	if d, ok := drive[s]; ok {
		return must(strings.HasPrefix(r.get("DriveType"), d), r.get("DriveType"))
	}
	if axles, ok := strings.CutSuffix(s, " drive"); ok {
		return must(axles == r.get("DriveType"), r.get("DriveType"))
	}
	if s == "battery-electric powertrain" {
		return must(r.get("FuelTypePrimary") == "Electric" && r.get("FuelTypeSecondary") == "", r.get("FuelTypePrimary"))
	}
	hybrid := strings.Contains(r.get("ElectrificationLevel"), "HEV")
	for _, w := range strings.Fields(s) {
		ok := true
		switch {
		case strings.HasSuffix(w, "-liter"):
			ok = math.Abs(value(strings.TrimSuffix(w, "-liter"))-value(r.get("DisplacementL"))) <= 0.0501
		case strings.HasSuffix(w, "-cylinder"):
			n := strings.Replace(strings.TrimSuffix(w, "-cylinder"), "single", "one", 1)
			ok = fmt.Sprint(number(n)) == r.get("EngineCylinders")
		case w == "V-twin":
			ok = r.get("EngineCylinders") == "2" && strings.HasPrefix(r.get("EngineConfiguration"), "V")
		case w[0] == 'V' && len(w) <= 3:
			ok = w[1:] == r.get("EngineCylinders") && strings.HasPrefix(r.get("EngineConfiguration"), "V")
		case strings.HasSuffix(w, "-speed"):
			ok = fmt.Sprint(number(strings.TrimSuffix(w, "-speed"))) == r.get("TransmissionSpeeds")
		case w == "automatic" || w == "manual" || w == "dual-clutch" || w == "continuously":
			ok = strings.Contains(strings.ToLower(r.get("TransmissionStyle")), w)
		case w == "diesel" || w == "electric":
			ok = strings.EqualFold(r.get("FuelTypePrimary"), w)
		case w == "flex-fuel":
			ok = strings.HasPrefix(r.get("FuelTypePrimary"), "Flexible") || strings.HasPrefix(r.get("FuelTypePrimary"), "Ethanol")
		case w == "natural-gas" || w == "propane" || w == "hydrogen":
			ok = strings.Contains(strings.ToLower(strings.ReplaceAll(r.get("FuelTypePrimary"), " ", "-")), w)
		case w == "hybrid" || w == "mild" || w == "plug-in":
			ok = hybrid
		case w != "engine" && w != "variable" && w != "transmission":
			return fmt.Errorf("unreadable spec %q", s)
		}
		if !ok {
			return fmt.Errorf("%q in %q is not what the VIN decodes to", w, s)
		}
	}
	return nil
}

func (r *reader) digit(m []string) error {
	return must(r.raw.vin[8:9] == m[1] && digit(r.raw.vin) == m[2] && m[1] != m[2], fmt.Sprintf("%s has %s", r.raw.vin, digit(r.raw.vin)))
}

func (r *reader) position(m []string) error {
	s := r.raw.result.Get("SuggestedVIN")
	i := number(m[1]) - 1
	return must(len(s) == 17 && r.raw.vin[i:i+1] == m[2] && s[i:i+1] == m[3], r.raw.vin+" "+s)
}

func (r *reader) open(m []string) error {
	i := number(m[1])
	return must(slices.Equal(bangs(r.raw.result.Get("SuggestedVIN")), []int{i}) && r.raw.vin[i-1:i] == m[2], r.raw.result.Get("SuggestedVIN"))
}

func (r *reader) character(m []string) error {
	i := number(m[1])
	return must(r.raw.vin[i-1:i] == m[2] && slices.Contains(r.raw.result.ErrorCodes, 400), r.raw.vin)
}

func (r *reader) claimOf(field string) string {
	c := r.raw.vehicle.Claimed
	year := ""
	if c.Year > 0 {
		year = fmt.Sprint(c.Year)
	}
	return map[string]string{"model year": year, "make": c.Make, "model": c.Model, "fuel": c.Fuel, "body": c.BodyClass, "trim": c.Trim, "drive": c.Drive, "transmission": c.Transmission}[field]
}

// decodes reports whether the VIN says word for a field.
func (r *reader) decodes(field, word string) bool {
	switch field {
	case "model year":
		return fmt.Sprint(r.raw.result.ModelYear) == word
	case "make":
		return strings.EqualFold(r.get("Make"), word)
	case "model":
		return r.get("Model") == word
	case "fuel":
		fuel := strings.ToLower(r.get("FuelTypePrimary"))
		first, _, _ := strings.Cut(word, " ")
		return strings.HasPrefix(fuel, strings.TrimSuffix(first, "-fuel"))
	case "body":
		return r.body(strings.ToLower(word))
	}
	return true
}

func (r *reader) differs(m []string) error {
	if !strings.EqualFold(r.claimOf(m[1]), m[2]) {
		return fmt.Errorf("the claimed %s is %q", m[1], r.claimOf(m[1]))
	}
	if !r.decodes(m[1], m[3]) {
		return fmt.Errorf("the VIN does not say %s for %s", m[3], m[1])
	}
	return must(letters(m[2]) != letters(m[3]), "they are the same")
}

func (r *reader) differ(m []string) error {
	for _, s := range strings.Split(strings.ReplaceAll(m[1]+m[2], ") and ", "), "), "), ") {
		field, pair, ok := strings.Cut(strings.TrimSuffix(s, ")"), " (")
		claimed, decoded, ok2 := strings.Cut(pair, " against ")
		if !ok || !ok2 {
			return fmt.Errorf("unreadable pair %q", s)
		}
		if err := r.differs([]string{"", field, claimed, decoded}); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) agree(m []string) error {
	for _, f := range split(m[1] + m[2]) {
		claim, word := letters(r.claimOf(f)), ""
		switch f {
		case "model year":
			word = fmt.Sprint(r.raw.result.ModelYear)
		case "make":
			word = r.get("Make")
		case "model":
			word = r.get("Model")
		case "fuel":
			word = r.get("FuelTypePrimary")
		case "trim":
			word = r.get("Trim") + r.get("Series")
		default:
			continue // compared by groups of words; the phrase lists only the field
		}
		w := letters(word)
		if claim == "" || w == "" || !strings.HasPrefix(w, claim) && !strings.Contains(claim, w) && !strings.Contains(w, claim) {
			return fmt.Errorf("the claimed %s is %q, the VIN says %q", f, r.claimOf(f), word)
		}
	}
	return nil
}

func (r *reader) claimed(m []string) error {
	for _, f := range split(m[1] + m[2]) {
		if r.claimOf(f) == "" {
			return fmt.Errorf("no %s is claimed", f)
		}
	}
	return nil
}

func (r *reader) fell(n int, v1, u1, d1, v2, u2, d2 string) error {
	drops := r.raw.drops()
	if len(drops) != n {
		return fmt.Errorf("it fell %d times, not %d", len(drops), n)
	}
	worst, told := 0.0, -1.0
	for _, d := range drops {
		fall := d[0].meters - d[1].meters
		worst = math.Max(worst, fall)
		if near(v1, u1, d[0].meters) && near(v2, u2, d[1].meters) && d[0].date.Equal(when(d1)) && d[1].date.Equal(when(d2)) {
			told = fall
		}
	}
	if told < 0 {
		return fmt.Errorf("no such fall in %v", drops)
	}
	return must(told > worst-2000, "another fall is larger")
}

func (r *reader) rose(d1, d2, v, unit, n string) error {
	leaps := r.raw.leaps()
	if n != "" && number(n) != len(leaps) || n == "" && len(leaps) != 1 {
		return fmt.Errorf("there are %d such rises", len(leaps))
	}
	for _, l := range leaps {
		if l[0].date.Equal(when(d1)) && l[1].date.Equal(when(d2)) && near(v, unit, l[1].meters-l[0].meters) {
			return nil
		}
	}
	return fmt.Errorf("no such rise in %v", leaps)
}

func (r *reader) task(noun string) (task, error) {
	for _, t := range r.raw.tasks() {
		if t.noun == noun {
			if !t.done {
				return t, fmt.Errorf("no %s is on record", noun)
			}
			return t, nil
		}
	}
	return task{}, fmt.Errorf("%s is no service of this vehicle", noun)
}

func (r *reader) overBy(noun, v, unit, last string) error {
	t, err := r.task(noun)
	if err != nil {
		return err
	}
	left, ok := t.left(r.raw)
	if err := r.allOverdue(1); err != nil {
		return err
	}
	return must(ok && near(v, unit, -left) && t.last.Equal(when(last)), fmt.Sprintf("%.0f m left since %s", left, t.last))
}

func (r *reader) overSince(noun, since, last string) error {
	t, err := r.task(noun)
	if err != nil {
		return err
	}
	due, ok := t.dueDate()
	if err := r.allOverdue(1); err != nil {
		return err
	}
	return must(ok && due.Equal(when(since)) && due.Before(r.raw.day()) && t.last.Equal(when(last)), fmt.Sprintf("due %s, last %s", due, t.last))
}

func (r *reader) allOverdue(n int) error {
	var late []string
	for _, t := range r.raw.tasks() {
		if t.overdue(r.raw) {
			late = append(late, t.noun)
		}
	}
	return must(len(late) == n, fmt.Sprintf("overdue are %v", late))
}

func (r *reader) overdue(m []string) error {
	names := split(m[2])
	for _, n := range names {
		t, err := r.task(n)
		if err != nil {
			return err
		}
		if !t.overdue(r.raw) {
			return fmt.Errorf("the %s is not overdue", n)
		}
	}
	if len(names) != number(m[1]) {
		return fmt.Errorf("%d are named", len(names))
	}
	return r.allOverdue(len(names))
}

func (r *reader) dueIn(noun, v, unit string) error {
	t, err := r.task(noun)
	if err != nil {
		return err
	}
	left, ok := t.left(r.raw)
	return must(ok && near(v, unit, left) && left <= 1e6 && !t.overdue(r.raw), fmt.Sprintf("%.0f m left", left))
}

func (r *reader) dueOn(noun, d string) error {
	t, err := r.task(noun)
	if err != nil {
		return err
	}
	due, ok := t.dueDate()
	return must(ok && due.Equal(when(d)) && due.Sub(r.raw.day()) <= 30*24*time.Hour && !t.overdue(r.raw), fmt.Sprintf("due %s", due))
}

func (r *reader) dueMany(m []string) error {
	s := m[1]
	for _, end := range []string{", both on ", ", all on "} {
		s, _, _ = strings.Cut(s, end)
	}
	for _, n := range split(s) {
		t, err := r.task(n)
		if err != nil {
			return err
		}
		left, byDistance := t.left(r.raw)
		due, byTime := t.dueDate()
		soon := byDistance && left <= 1e6 || byTime && due.Sub(r.raw.day()) <= 30*24*time.Hour
		if !soon || t.overdue(r.raw) {
			return fmt.Errorf("the %s is not due soon", n)
		}
	}
	return nil
}

func (r *reader) onTime(m []string) error {
	n := 0
	for _, t := range r.raw.tasks() {
		if t.done {
			n++
		}
	}
	if n != number(m[1]) {
		return fmt.Errorf("%d kinds are on record", n)
	}
	return r.allOverdue(0)
}

func (r *reader) costs(v, cur, unit, dir, n, ref, refCur string) error {
	c, currency, ok := r.raw.cost()
	others := r.raw.siblingCosts(currency)
	if !ok || cur != currency || refCur != currency || number(n) != len(others) || len(others) < 5 {
		return fmt.Errorf("cost %v %s, %d similar", c, currency, len(others))
	}
	scale := unitMeters(unit) / 1000
	mid := middle(others)
	if math.Abs(value(v)-c*scale) > 0.03 || math.Abs(value(ref)-mid*scale) > 0.03 {
		return fmt.Errorf("cost %.2f, median %.2f", c*scale, mid*scale)
	}
	return must(direction(c/mid) == dir, direction(c/mid))
}

func (r *reader) costAlone(m []string) error {
	c, currency, ok := r.raw.cost()
	n := len(r.raw.siblingCosts(currency))
	return must(ok && m[2] == currency && math.Abs(value(m[1])-c*unitMeters(m[3])/1000) <= 0.03 && number(m[4]) == n && n < 5, fmt.Sprintf("%.2f %s, %d similar", c, currency, n))
}

func (r *reader) noCost(m []string) error {
	if _, _, ok := r.raw.cost(); ok {
		return fmt.Errorf("there is a cost per distance")
	}
	marks := r.raw.marks
	switch m[1] {
	case "fewer than two odometer readings":
		return must(len(marks) < 2, "there are more")
	case "the odometer readings are in doubt":
		return must(r.raw.doubted(), "they are not")
	case "the odometer span is under 1,000 km":
		return must(marks[len(marks)-1].meters-marks[0].meters < 1e6, "it is not")
	}
	return nil
}

func (r *reader) perYear(m []string) error {
	v, unit, dir, ref := m[1], m[2], m[3], m[4]
	last, ok := r.raw.last()
	years := last.date.Sub(time.Date(r.raw.result.ModelYear, 1, 1, 0, 0, 0, 0, time.UTC)).Hours() / 24 / 365.25
	if !ok || r.raw.doubted() {
		return fmt.Errorf("no reading to rest on")
	}
	yearly := last.meters / years
	if math.Abs(value(v)-yearly/unitMeters(unit)) > 51 {
		return fmt.Errorf("it is %.0f", yearly/unitMeters(unit))
	}
	if dir == "" {
		return nil
	}
	usual := 18_054_000.0
	if r.get("VehicleType") == "MOTORCYCLE" {
		usual = 4_221_000
	}
	return must(near(ref, unit, usual) && direction(yearly/usual) == dir, direction(yearly/usual))
}

func (r *reader) compared(n, ref, refUnit, v, unit, dir string) error {
	others := r.raw.siblingMeters()
	last, ok := r.raw.last()
	if !ok || r.raw.doubted() || len(others) != number(n) || len(others) < 5 {
		return fmt.Errorf("%d similar", len(others))
	}
	mid := middle(others)
	return must(near(ref, refUnit, mid) && near(v, unit, last.meters) && direction(last.meters/mid) == dir, fmt.Sprintf("%.0f against %.0f", last.meters, mid))
}

func (r *reader) few(m []string) error {
	n := len(r.raw.siblingMeters())
	return must(n == number(m[1]) && n < 5, fmt.Sprint(n))
}

func (r *reader) gap(m []string) error {
	longest, _ := r.raw.gaps()
	return must(m[3] == fmt.Sprint(longest) && wholeMonths(when(m[1]), when(m[2])) == longest, fmt.Sprint(longest))
}

func (r *reader) at(v, unit, d string) error {
	last, ok := r.raw.last()
	return must(ok && near(v, unit, last.meters) && last.date.Equal(when(d)), fmt.Sprint(last))
}

func (r *reader) missing() (out []string) {
	for _, t := range r.raw.tasks() {
		if !t.done {
			out = append(out, t.noun)
		}
	}
	return out
}

// urgent lists what a briefing of this vehicle must speak of.
func (r *reader) urgent() map[string]bool {
	out := map[string]bool{}
	for code, about := range map[int]string{1: "check digit", 2: "position", 3: "position", 4: "position", 5: "position", 400: "illegal", 6: "incomplete", 7: "maker", 11: "year code", 12: "year hint"} {
		if slices.Contains(r.raw.result.ErrorCodes, code) {
			out[about] = true
		}
	}
	c := r.raw.vehicle.Claimed
	if c.Year > 0 && r.raw.result.ModelYear > 0 && c.Year != r.raw.result.ModelYear ||
		c.Fuel != "" && r.get("FuelTypePrimary") != "" && (strings.EqualFold(c.Fuel, "Diesel") != (r.get("FuelTypePrimary") == "Diesel")) {
		out["claim"] = true
	}
	out["rollback"] = len(r.raw.drops()) > 0
	out["jump"] = len(r.raw.leaps()) > 0
	if r.raw.vehicle.Stage != "sold" {
		for _, t := range r.raw.tasks() {
			out["overdue"] = out["overdue"] || t.overdue(r.raw)
		}
	}
	longest, since := r.raw.gaps()
	out["gap"] = longest >= 24
	out["since"] = since >= 24 && r.raw.vehicle.Stage != "sold"
	if cost, currency, ok := r.raw.cost(); ok {
		if others := r.raw.siblingCosts(currency); len(others) >= 5 {
			out["cost"] = cost/middle(others) > 1.5
		}
	}
	return out
}
