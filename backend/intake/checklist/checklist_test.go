package checklist_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/checklist"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/embedded/vpic"
)

var now = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)

func decode(t testing.TB, number string) *vin.Result {
	t.Helper()
	data, ok := vpic.Index()
	if !ok {
		t.Skip("the vPIC index is not built: run make vpic")
	}
	d, err := vin.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	r := d.Decode(number, vin.Options{Now: now})
	return &r
}

func dollars(n int64) *vehicle.Money { return &vehicle.Money{Minor: n * 100, Currency: "USD"} }

func miles(t testing.TB, n string) *vehicle.Distance {
	t.Helper()
	d, err := vehicle.ParseDistance("", n, "mi")
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

// said writes lines as "C1:buy C8:look".
func said(v checklist.Verdict) string {
	var out []string
	for _, l := range v.Lines {
		out = append(out, l.Rule+":"+l.Verdict)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestRules(t *testing.T) {
	const honda = "1HGCM82633A004352" // 2003 Honda Accord
	hard := claim.Finding{Field: claim.Year, Severity: claim.Hard, Claimed: "2005", Decoded: "2003", Reason: "The list says 2005; the VIN says 2003."}
	soft := claim.Finding{Field: claim.Trim, Severity: claim.Soft, Reason: "Another trim."}
	open := claim.Finding{Field: claim.Doors, Severity: claim.Untestable}
	for _, c := range []struct {
		name     string
		vin      string
		lot      mapping.Lot
		findings []claim.Finding
		facts    checklist.Facts
		wishes   checklist.Wishes
		want     string // of all
		lines    string
		text     string // that one of them holds
	}{
		{"all is well", honda, mapping.Lot{Title: "Clean", Odometer: miles(t, "250000"), Asking: dollars(3000)}, nil, checklist.Facts{Status: "ready"}, checklist.Wishes{Ceiling: dollars(4000), Makes: []string{"Honda"}, MinYear: 2000}, "buy", "C10:buy C1:buy C8:buy", "1000.00 USD below your ceiling"},
		{"a hard mismatch", honda, mapping.Lot{}, []claim.Finding{hard, soft, open}, checklist.Facts{Status: "mismatch"}, checklist.Wishes{}, "pass", "C2:pass C3:look", "The list says 2005"},
		{"a soft one", honda, mapping.Lot{}, []claim.Finding{soft}, checklist.Facts{Status: "mismatch"}, checklist.Wishes{}, "look", "C3:look", ""},
		{"what can't be tested says nothing", honda, mapping.Lot{}, []claim.Finding{open}, checklist.Facts{Status: "ready"}, checklist.Wishes{}, "buy", "", ""},
		{"a VIN to repair", "", mapping.Lot{VIN: "x"}, nil, checklist.Facts{Status: "fixable", Candidates: 2}, checklist.Wishes{}, "look", "C1:look", "2 VINs that pass lie within"},
		{"one candidate", "", mapping.Lot{VIN: "x"}, nil, checklist.Facts{Status: "fixable", Candidates: 1}, checklist.Wishes{}, "look", "C1:look", "one VIN that passes lies"},
		{"no VIN", "", mapping.Lot{}, nil, checklist.Facts{Status: "invalid"}, checklist.Wishes{}, "look", "C1:look", "gives no VIN"},
		{"a VIN beyond repair", "", mapping.Lot{VIN: "x"}, nil, checklist.Facts{Status: "invalid"}, checklist.Wishes{}, "look", "C1:look", "nothing near it"},
		{"half a VIN", "1HGCM82633", mapping.Lot{}, nil, checklist.Facts{Status: "short"}, checklist.Wishes{}, "look", "C1:look", ""},
		{"from abroad", "", mapping.Lot{}, nil, checklist.Facts{Status: "ready", Abroad: true}, checklist.Wishes{}, "look", "C4:look", ""},
		{"too many miles", honda, mapping.Lot{Odometer: miles(t, "250000.4")}, nil, checklist.Facts{}, checklist.Wishes{MaxOdometerMeters: 160_934_400}, "pass", "C1:buy C5:pass", "250,000 mi, more than the 100,02"},
		{"few enough", honda, mapping.Lot{Odometer: miles(t, "90000")}, nil, checklist.Facts{}, checklist.Wishes{MaxOdometerMeters: 160_934_400}, "buy", "C1:buy C5:buy", ""},
		{"a wish, and no odometer", honda, mapping.Lot{}, nil, checklist.Facts{}, checklist.Wishes{MaxOdometerMeters: 1}, "look", "C1:buy C5:look", ""},
		{"little for its age", honda, mapping.Lot{Odometer: miles(t, "12000")}, nil, checklist.Facts{}, checklist.Wishes{}, "look", "C1:buy C6:look", "little for model year 2003"},
		{"a placeholder", honda, mapping.Lot{Odometer: miles(t, "1")}, nil, checklist.Facts{}, checklist.Wishes{}, "look", "C1:buy C6:look", "placeholder"},
		{"a digit too many", "", mapping.Lot{Odometer: miles(t, "828380"), Claimed: claim.Claimed{claim.Year: "2015"}}, nil, checklist.Facts{Status: "short"}, checklist.Wishes{}, "look", "C1:look C6:look", "828,380 mi"},
		{"new, and hardly driven", "", mapping.Lot{Odometer: miles(t, "12"), Claimed: claim.Claimed{claim.Year: "2026"}}, nil, checklist.Facts{Status: "short"}, checklist.Wishes{}, "look", "C1:look", ""},
		{"TMU", honda, mapping.Lot{OdometerSays: mapping.TMU}, nil, checklist.Facts{}, checklist.Wishes{MaxOdometerMeters: 1}, "look", "C1:buy C7:look", "true mileage is unknown"},
		{"exempt by right", honda, mapping.Lot{OdometerSays: mapping.Exempt}, nil, checklist.Facts{}, checklist.Wishes{}, "look", "C1:buy C7:look", "exempt from disclosure"},
		{"exempt too young", "", mapping.Lot{OdometerSays: mapping.Exempt, Claimed: claim.Claimed{claim.Year: "2015"}}, nil, checklist.Facts{Status: "short"}, checklist.Wishes{}, "look", "C1:look C7:look", "one of model year 2015 is not"},
		{"salvage", honda, mapping.Lot{Title: "SALVAGE - TX"}, nil, checklist.Facts{}, checklist.Wishes{}, "look", "C1:buy C8:look", "salvage"},
		{"salvage, and clean ones wished", honda, mapping.Lot{Title: "Rebuilt - Salvage"}, nil, checklist.Facts{}, checklist.Wishes{CleanTitleOnly: true}, "pass", "C1:buy C8:pass", ""},
		{"parts only", honda, mapping.Lot{Title: "Parts Only"}, nil, checklist.Facts{}, checklist.Wishes{}, "pass", "C1:buy C8:pass", "parts only"},
		{"no title", honda, mapping.Lot{Title: "none"}, nil, checklist.Facts{}, checklist.Wishes{}, "pass", "C1:buy C8:pass", "no title"},
		{"not salvage", honda, mapping.Lot{Title: "Clear, not salvage"}, nil, checklist.Facts{}, checklist.Wishes{}, "buy", "C1:buy C8:buy", ""},
		{"announced flood", honda, mapping.Lot{Notes: "Runs. Flood vehicle."}, nil, checklist.Facts{}, checklist.Wishes{CleanTitleOnly: true}, "pass", "C1:buy C8:pass", "flood"},
		{"nothing of the kind", honda, mapping.Lot{Notes: "No accidents, never any flood damage, rebuilt transmission, side airbags, tow package, no rust"}, nil, checklist.Facts{}, checklist.Wishes{}, "buy", "C1:buy", ""},
		{"a rough grade", honda, mapping.Lot{Condition: "1.4"}, nil, checklist.Facts{}, checklist.Wishes{}, "look", "C1:buy C9:look", "1.4 of 5"},
		{"a good grade", honda, mapping.Lot{Condition: "4.2"}, nil, checklist.Facts{}, checklist.Wishes{}, "buy", "C1:buy", ""},
		{"a grade of another scale", honda, mapping.Lot{Condition: "45"}, nil, checklist.Facts{}, checklist.Wishes{}, "buy", "C1:buy", ""},
		{"damage", honda, mapping.Lot{Condition: "FRONT END", Notes: "won't start; airbags deployed"}, nil, checklist.Facts{}, checklist.Wishes{}, "look", "C1:buy C9:look", "damage in front, airbags deployed, does not start"},
		{"too dear", honda, mapping.Lot{Asking: dollars(5000)}, nil, checklist.Facts{}, checklist.Wishes{Ceiling: dollars(4000)}, "pass", "C10:pass C1:buy", "1000.00 USD above"},
		{"no price", honda, mapping.Lot{}, nil, checklist.Facts{}, checklist.Wishes{Ceiling: dollars(4000)}, "look", "C10:look C1:buy", ""},
		{"another currency", honda, mapping.Lot{Asking: &vehicle.Money{Minor: 1, Currency: "EUR"}}, nil, checklist.Facts{}, checklist.Wishes{Ceiling: dollars(4000)}, "look", "C10:look C1:buy", ""},
		{"another make", honda, mapping.Lot{}, nil, checklist.Facts{}, checklist.Wishes{Makes: []string{"Ford", "Chevy"}}, "pass", "C11:pass C1:buy", "HONDA is none"},
		{"too old", honda, mapping.Lot{}, nil, checklist.Facts{}, checklist.Wishes{MinYear: 2010}, "pass", "C12:pass C1:buy", "2003"},
		{"no year", "", mapping.Lot{}, nil, checklist.Facts{Status: "short"}, checklist.Wishes{MinYear: 2010, Makes: []string{"x"}}, "look", "C11:look C12:look C1:look", ""},
		{"recalls", honda, mapping.Lot{}, nil, checklist.Facts{Recalls: 3}, checklist.Wishes{}, "look", "C13:look C1:buy", "3 recalls apply"},
		{"twice", honda, mapping.Lot{}, nil, checklist.Facts{Status: "duplicate"}, checklist.Wishes{}, "look", "C14:look C1:buy", ""},
		{"here", honda, mapping.Lot{}, nil, checklist.Facts{Status: "existing"}, checklist.Wishes{}, "look", "C15:look C1:buy", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r *vin.Result
			if c.vin != "" {
				r = decode(t, c.vin)
			}
			v := checklist.Judge(&c.lot, c.findings, r, c.facts, c.wishes, now)
			if v.Verdict != c.want || said(v) != c.lines {
				t.Errorf("%s: %s, want %s: %s", v.Verdict, said(v), c.want, c.lines)
			}
			holds := c.text == ""
			for _, l := range v.Lines {
				holds = holds || strings.Contains(l.Text, c.text)
				if !strings.HasSuffix(l.Text, ".") || strings.HasSuffix(l.Text, "..") {
					t.Errorf("%q is no sentence", l.Text)
				}
			}
			if !holds {
				t.Errorf("no line holds %q: %+v", c.text, v.Lines)
			}
			low, high := map[string]int{"pass": 0, "look": 40, "buy": 70}[v.Verdict], map[string]int{"pass": 39, "look": 69, "buy": 100}[v.Verdict]
			if v.Score < low || v.Score > high {
				t.Errorf("score %d for %s", v.Score, v.Verdict)
			}
			if len(v.Lines) > 0 && v.Lines[0].Verdict != v.Verdict {
				t.Errorf("the gravest line is not the first: %+v", v.Lines)
			}
		})
	}
}

// Of two lots, the one with more against it sorts below.
func TestScoreSorts(t *testing.T) {
	judge := func(l mapping.Lot, w checklist.Wishes) int {
		return checklist.Judge(&l, nil, nil, checklist.Facts{Status: "ready"}, w, now).Score
	}
	w := checklist.Wishes{Ceiling: dollars(10_000)}
	order := []int{
		judge(mapping.Lot{Asking: dollars(5000)}, w), judge(mapping.Lot{Asking: dollars(9000)}, w), judge(mapping.Lot{}, w), judge(mapping.Lot{Title: "salvage"}, w),
		judge(mapping.Lot{Asking: dollars(11_000)}, w), judge(mapping.Lot{Asking: dollars(11_000), Title: "junk"}, w),
	}
	if !slices.IsSortedFunc(order, func(a, b int) int { return b - a }) || slices.Contains(order[1:], order[0]) {
		t.Errorf("%v is not in order", order)
	}
}

func BenchmarkJudge(b *testing.B) {
	r := decode(b, "1HGCM82633A004352")
	l := mapping.Lot{Title: "Clean", Condition: "FRONT END", Notes: "Runs and drives. No accidents. Minor hail damage on the hood.", Odometer: miles(b, "250000"), Asking: dollars(3000)}
	for b.Loop() {
		checklist.Judge(&l, nil, r, checklist.Facts{Status: "ready"}, checklist.Wishes{Ceiling: dollars(4000), Makes: []string{"Honda"}}, now)
	}
}
