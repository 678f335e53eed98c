package insight_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// randomFacts makes a vehicle of any sort: sound, broken, empty, claimed
// wrongly, with every error code.
func randomFacts(r *rand.Rand) insight.Facts {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	makes := []struct{ make, model, kind, body string }{
		{"HONDA", "Civic", "PASSENGER CAR", "Sedan/Saloon"}, {"FORD", "F-150", "TRUCK", "Pickup"}, {"BMW", "X5", "MULTIPURPOSE PASSENGER VEHICLE (MPV)", "Sport Utility Vehicle [SUV]/Multipurpose Vehicle [MPV]"},
		{"UTILITY TRAILER MANUFACTURER", "Utility Trailer Manufacturer", "TRAILER", "Trailer"}, {"HARLEY-DAVIDSON", "Road Glide", "MOTORCYCLE", "Motorcycle - Touring/Sport Touring"}, {"", "", "", ""},
	}
	m := makes[r.IntN(len(makes))]
	f := insight.Facts{Saved: r.IntN(8) > 0, VIN: "1HGCM82633A004352", Now: today, Unit: pick("km", "mi"), Decode: insight.Decode{
		Release: "2026_10", Make: m.make, Model: m.model, VehicleType: m.kind, BodyClass: m.body, Year: 2004 + r.IntN(22), Known: 17, Expected: "3",
		Fuel: pick("", "Gasoline", "Diesel", "Electric", "Flexible Fuel Vehicle (FFV)"), Drive: pick("", "4WD/4-Wheel Drive/4x4", "6x4"), Transmission: pick("", "Automatic", "Manual/Standard"),
		Cylinders: pick("", "4", "6", "1"), Configuration: pick("", "V-Shaped", "In-Line"), DisplacementL: pick("", "2.0", "6.7", "0.65"),
	}}
	switch r.IntN(4) {
	case 0, 1:
		f.Decode.ErrorCodes = []int{0}
	default:
		for _, c := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 400} {
			if r.IntN(6) == 0 {
				f.Decode.ErrorCodes = append(f.Decode.ErrorCodes, c)
			}
		}
		f.Decode.SuggestedVIN = pick("", "1HGCM82633A004353", "1HGCM8!633A004352", "1HG!M8!633A004352")
		f.Decode.YearHint = 2011
		for n := r.IntN(3); n > 0; n-- {
			f.Decode.Invalid = append(f.Decode.Invalid, insight.Character{Position: 10 + n, Char: pick("Q", "O", "-")})
		}
	}
	if !f.Saved {
		return f
	}
	h := &f.History
	h.Vehicle.ID, h.Rev = "v1", 4
	h.Vehicle.Stage = vehicle.Stages()[r.IntN(5)]
	h.Vehicle.Decoded.VehicleType, h.Vehicle.Decoded.Fuel = m.kind, f.Decode.Fuel
	if r.IntN(2) == 0 {
		h.Vehicle.Claimed = vehicle.Claimed{Year: 2004 + r.IntN(22), Make: pick("", "Ford", "honda", "Lincoln"), Model: pick("", "F150 XLT", "Accord"), Fuel: pick("", "diesel", "Gas", "hybrid"),
			BodyClass: pick("", "SUV", "sedan", "spaceship"), Trim: pick("", "XLT"), Drive: pick("", "AWD", "4WD"), Transmission: pick("", "manual", "auto")}
	}
	day := func(back int) vehicle.Date { return vehicle.DateOf(today.AddDate(0, 0, -back)) }
	distance := func(meters int64) *vehicle.Distance {
		d := vehicle.Distance{Unit: f.Unit, Meters: meters}
		per := 1000.0
		if f.Unit == "mi" {
			per = 1609.344
		}
		n := int64(float64(meters)/per + 0.5)
		d.Value, d.Meters = fmt.Sprint(n), int64(float64(n)*per+0.5)
		return &d
	}
	meters := int64(r.IntN(300)) * 1e6
	back := 200 + r.IntN(2000)
	for n := r.IntN(12); n > 0 && back > 0; n-- {
		id := fmt.Sprintf("r%02d", n)
		switch r.IntN(3) {
		case 0:
			h.Readings = append(h.Readings, vehicle.Revised[vehicle.Reading]{Record: vehicle.Reading{ID: id, Date: day(back), Odometer: *distance(meters)}, Rev: 1})
		case 1:
			s := vehicle.ServiceRecord{ID: id, Date: day(back)}
			if r.IntN(4) > 0 {
				s.Odometer = distance(meters)
			}
			for _, k := range vehicle.ServiceKinds() {
				if r.IntN(4) == 0 {
					s.Items = append(s.Items, vehicle.ServiceItem{Kind: k.Kind, Cost: &vehicle.Money{Minor: int64(r.IntN(90000)), Currency: pick("USD", "USD", "USD", "EUR")}})
				}
			}
			h.Services = append(h.Services, vehicle.Revised[vehicle.ServiceRecord]{Record: s, Rev: 2})
		default:
			h.Fuels = append(h.Fuels, vehicle.Revised[vehicle.FuelRecord]{Record: vehicle.FuelRecord{ID: id, Date: day(back), Odometer: distance(meters), Cost: &vehicle.Money{Minor: int64(r.IntN(9000)), Currency: "USD"}}, Rev: 1})
		}
		back -= r.IntN(700)
		meters += int64(r.IntN(30)) * 1e6
		if r.IntN(9) == 0 {
			meters /= 2
		}
	}
	for n := r.IntN(9); n > 0; n-- {
		f.Siblings = append(f.Siblings, insight.Sibling{ID: fmt.Sprint("s", n), Rev: 1, Meters: int64(r.IntN(200)) * 1e6, Cost: int64(r.IntN(60000)), Currency: "USD"})
	}
	return f
}

// Whatever the facts are: every path of the lattice passes the check, says
// all that is urgent, opens no two sentences alike, says each connective
// once, and "it" only behind a sentence about the vehicle.
func TestEveryPathHolds(t *testing.T) {
	race.Skip(t)
	rounds := 1500
	if testing.Short() {
		rounds = 300
	}
	for n := range rounds {
		f := randomFacts(rand.New(rand.NewPCG(uint64(n), 7)))
		findings := insight.Find(f)
		p := insight.NewPlan(findings)
		if len(findings) == 0 {
			continue
		}
		if problem := p.CheckLattice(); problem != "" {
			t.Fatalf("facts %d: %s", n, problem)
		}
		for seed := range uint64(6) {
			path := p.RulesPath(seed)
			if !p.Valid(path) {
				t.Fatalf("facts %d seed %d: path %v is not valid", n, seed, path)
			}
			s := p.Sentences(path)
			if problems := insight.Check(s, findings, p.Dropped()); len(problems) > 0 {
				t.Errorf("facts %d seed %d: %v", n, seed, problems)
			}
			checkStyle(t, n, s)
			checkUrgentFirst(t, n, s, findings)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

// checkUrgentFirst wants no sentence behind a less urgent one.
func checkUrgentFirst(t *testing.T, n int, sentences []insight.Sentence, findings []insight.Finding) {
	t.Helper()
	rank := map[insight.Severity]int{insight.Critical: 0, insight.Warning: 1, insight.Info: 2}
	last := 0
	for _, s := range sentences {
		most := 2
		for _, f := range findings {
			for _, id := range s.Findings {
				if f.ID == id {
					most = min(most, rank[f.Severity])
				}
			}
		}
		if most < last {
			t.Errorf("facts %d: %q is more urgent than what stands before it: %v", n, s.Text, sentences)
		}
		last = most
	}
}

func checkStyle(t *testing.T, n int, sentences []insight.Sentence) {
	t.Helper()
	openers := map[string]bool{}
	aboutVehicle := false
	for _, s := range sentences {
		checkEnglish(t, s.Text)
		text := s.Text
		for _, c := range []string{"Also, ", "In addition, ", "Beyond that, ", "Otherwise, ", "On the good side, ", "At least, "} {
			if rest, ok := strings.CutPrefix(text, c); ok {
				if openers[c] {
					t.Errorf("facts %d: %q is said twice", n, c)
				}
				openers[c] = true
				text = strings.ToUpper(rest[:1]) + rest[1:]
			}
		}
		words := strings.Fields(text)
		opener := strings.ToLower(strings.Join(words[:2], " "))
		if openers[opener] && !strings.HasPrefix(opener, "character") {
			t.Errorf("facts %d: two sentences open with %q: %v", n, opener, sentences)
		}
		openers[opener] = true
		if (words[0] == "It" || words[0] == "Its") && !aboutVehicle {
			t.Errorf("facts %d: %q follows no sentence about the vehicle: %v", n, text, sentences)
		}
		aboutVehicle = strings.HasPrefix(text, "This is ") || strings.HasPrefix(text, "By its VIN, this is ") || strings.HasPrefix(text, "The VIN describes ") ||
			strings.HasPrefix(text, "The VIN stands for ") || strings.HasPrefix(text, "This vehicle ") || words[0] == "It" || words[0] == "Its"
	}
}

func TestFindIsPure(t *testing.T) {
	for n := range 200 {
		f := randomFacts(rand.New(rand.NewPCG(uint64(n), 7)))
		a, b := fmt.Sprintf("%+v", insight.Find(f)), fmt.Sprintf("%+v", insight.Find(f))
		if a != b {
			t.Fatalf("facts %d give two answers:\n%s\n%s", n, a, b)
		}
	}
}

// The prompt's part that is not cached stays small, whatever is on file.
func TestPromptIsShort(t *testing.T) {
	for n := range 300 {
		p := insight.NewPlan(insight.Find(randomFacts(rand.New(rand.NewPCG(uint64(n), 7)))))
		if got := p.PromptTokens(); got > 120 {
			t.Errorf("facts %d: prompt of about %d tokens, want at most 120", n, got)
		}
	}
}

// The check must not be a friend of the lattice: lies that a model could
// tell are refused.
func TestCheckRefusesLies(t *testing.T) {
	findings := []insight.Finding{
		{ID: "F1", Kind: insight.Rollback, Subject: "odometer", Metric: "reading", Value: "121900", Unit: "km", Reference: "182340", Direction: insight.Below, Severity: insight.Critical, Dates: []string{"2024-03-03", "2025-06-08"}},
		{ID: "F2", Kind: insight.PerYear, Subject: "vehicle", Metric: "distance a year", Value: "24500", Unit: "km", Reference: "18054", Direction: insight.Above, Severity: insight.Info},
		{ID: "F3", Kind: insight.Identity, Subject: "vehicle", Metric: "year, make, model and body", Value: "2015 Ford F-150 pickup", Severity: insight.Info},
		{ID: "F4", Kind: insight.Siblings, Subject: "vehicle", Metric: "odometer", Value: "121900", Unit: "km", Reference: "90000", N: 7, Direction: insight.Above, Severity: insight.Info},
	}
	s := func(text string, ids ...string) insight.Sentence { return insight.Sentence{Text: text, Findings: ids} }
	truth := s("The odometer went back: 182,340 km on 3 March 2024, then 121,900 km on 8 June 2025.", "F1")
	for _, row := range []struct {
		name string
		in   insight.Sentence
		want string
	}{
		{"the truth", truth, ""},
		{"another number", s("The odometer went back: 182,340 km on 3 March 2024, then 112,900 km on 8 June 2025.", "F1"), "112,900"},
		{"another unit", s("The odometer went back: 182,340 mi on 3 March 2024, then 121,900 km on 8 June 2025.", "F1"), "182,340 mi"},
		{"another date", s("The odometer went back: 182,340 km on 3 March 2023, then 121,900 km on 8 June 2025.", "F1"), "3 March 2023"},
		{"the wrong direction", s("It has covered about 24,500 km a year, below the US average of 18,054 km.", "F2"), "below"},
		{"too strong", s("It has covered about 24,500 km a year, well above the US average of 18,054 km.", "F2"), "well above"},
		{"no direction", s("It has covered about 24,500 km a year; the US average is 18,054 km.", "F2"), "without its direction"},
		{"another name", s("This is a 2015 Ford F-150 pickup from Detroit.", "F3"), "Detroit"},
		{"another model", s("This is a 2015 Ford F-250 pickup.", "F3"), "250"},
		{"a number of nothing", s("Among nine similar vehicles the median odometer is 90,000 km; this one, at 121,900 km, is above it.", "F4"), "nine"},
		{"a finding that does not exist", s("The odometer went back.", "F9"), "cites no finding"},
		{"nothing cited", s("A fine vehicle.", nil...), "cites no finding"},
		{"says nothing of it", s("This vehicle is fine.", "F1"), "says nothing"},
		{"a service that is not overdue", s("The odometer is overdue: 182,340 km on 3 March 2024, then 121,900 km on 8 June 2025.", "F1"), "overdue"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := strings.Join(insight.CheckSentence(row.in, findings), "; ")
			if row.want == "" && got != "" || row.want != "" && !strings.Contains(got, row.want) {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
	for _, row := range []struct {
		name    string
		in      []insight.Sentence
		dropped int
		want    string
	}{
		{"a critical finding left out", []insight.Sentence{s("This is a 2015 Ford F-150 pickup.", "F3")}, 3, "critical finding F1"},
		{"a wrong count of the rest", []insight.Sentence{truth, s("Two more findings are listed below.", "F2", "F3", "F4")}, 3, "counts two findings"},
		{"a count that hides what is said", []insight.Sentence{truth, s("Three more findings are listed below.", "F1", "F2", "F3")}, 3, "F1 is said"},
		{"a critical finding only counted", []insight.Sentence{s("Four more findings are listed below.", "F1", "F2", "F3", "F4")}, 4, "critical finding F1"},
		{"a count that is not asked for", []insight.Sentence{truth}, 2, "3 findings are not said"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := strings.Join(insight.Check(row.in, findings, row.dropped), "; "); !strings.Contains(got, row.want) {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func BenchmarkRules(b *testing.B) {
	var plans []*insight.Plan
	for n := range 100 {
		if fs := insight.Find(randomFacts(rand.New(rand.NewPCG(uint64(n), 7)))); len(fs) > 0 {
			plans = append(plans, insight.NewPlan(fs))
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := plans[i%len(plans)]
		p.Sentences(p.RulesPath(uint64(i)))
	}
}

func BenchmarkFindAndPlan(b *testing.B) {
	var facts []insight.Facts
	for n := range 100 {
		facts = append(facts, randomFacts(rand.New(rand.NewPCG(uint64(n), 7))))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		insight.NewPlan(insight.Find(facts[i%len(facts)]))
	}
}

// The check reads what a model wrote, whatever it is.
func FuzzCheckSentence(f *testing.F) {
	findings := insight.Find(randomFacts(rand.New(rand.NewPCG(3, 7))))
	f.Add("The odometer went back: 182,340 km on 3 March 2024, then 121,900 km on 31 June 2025.")
	f.Add("One, two, twice 1,,,2.3. (VIN) \x00")
	f.Fuzz(func(t *testing.T, text string) {
		var ids []string
		for _, x := range findings {
			ids = append(ids, x.ID)
		}
		insight.CheckSentence(insight.Sentence{Text: text, Findings: ids}, findings)
		insight.CheckSentence(insight.Sentence{Text: text}, findings)
	})
}

func randomSource(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 7)) }
