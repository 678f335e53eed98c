package insight_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/insight"
)

var update = flag.Bool("update", false, "rewrite the golden files")

type f = insight.Finding

// groups holds at least one group of findings for every row of the phrase
// table, each direction and number among them.
func groups() [][]f {
	vinErr := func(metric, value, reference string, d insight.Direction, n int, s insight.Severity) f {
		return f{Kind: insight.VINError, Subject: "VIN", Metric: metric, Value: value, Reference: reference, Direction: d, N: n, Severity: s}
	}
	digit := func(reference string, s insight.Severity) []f {
		return []f{{Kind: insight.CheckDigit, Subject: "VIN", Metric: "position 9", Value: "5", Reference: reference, Direction: insight.Differs, Severity: s}}
	}
	claim := func(field, v, r string, d insight.Direction) f {
		return f{Kind: insight.Claim, Subject: "claim", Metric: field, Value: v, Reference: r, Direction: d, Severity: insight.Critical}
	}
	spec := func(metric, v string) f { return f{Kind: insight.Spec, Subject: "vehicle", Metric: metric, Value: v} }
	ident := func(v string) f {
		return f{Kind: insight.Identity, Subject: "vehicle", Metric: "year, make, model and body", Value: v}
	}
	rollback := f{Kind: insight.Rollback, Subject: "odometer", Metric: "reading", Value: "121900", Unit: "km", Reference: "182340", Direction: insight.Below,
		Severity: insight.Critical, Dates: []string{"2024-03-03", "2025-06-08"}}
	jump := f{Kind: insight.Jump, Subject: "odometer", Metric: "rise", Value: "45000", Unit: "mi", Severity: insight.Warning, Dates: []string{"2024-03-03", "2024-03-08"}}
	dayJump := jump
	dayJump.Dates = []string{"2024-03-03", "2024-03-03"}
	service := func(subject string, d insight.Direction, value, unit string, dates ...string) f {
		return f{Kind: insight.ServiceDue, Subject: subject, Metric: "x", Value: value, Unit: unit, Reference: "12000", Direction: d, Severity: insight.Warning, Dates: dates}
	}
	compared := func(k insight.Kind, value, unit, reference string, d insight.Direction, n int) f {
		return f{Kind: k, Subject: "vehicle", Metric: "m", Value: value, Unit: unit, Reference: reference, Direction: d, N: n, Severity: insight.Info}
	}
	var out [][]f
	add := func(g ...f) { out = append(out, g) }

	out = append(out, digit("8", insight.Critical), digit("", insight.Critical), digit("X", insight.Warning), digit("", insight.Warning))
	add(vinErr("character 7", "X", "K", insight.Differs, 0, insight.Critical))
	add(vinErr("characters", "one", "", insight.None, 0, insight.Critical))
	add(vinErr("character 7", "X", "", insight.Unknown, 1, insight.Critical))
	add(vinErr("positions", "4, 6 and 8", "", insight.Unknown, 3, insight.Critical))
	add(vinErr("positions", "some", "", insight.Unknown, 0, insight.Critical))
	add(vinErr("character 12", "Q", "", insight.Untestable, 0, insight.Critical))
	add(vinErr("character 3", "O", "", insight.Untestable, 0, insight.Critical), vinErr("character 12", "Q", "", insight.Untestable, 0, insight.Critical))
	add(vinErr("characters", "some", "", insight.None, 0, insight.Critical))
	add(vinErr("known characters", "11", "17", insight.None, 0, insight.Warning))
	add(vinErr("known characters", "1", "17", insight.None, 0, insight.Warning))
	add(vinErr("known characters", "0", "17", insight.None, 0, insight.Warning))
	add(vinErr("model year hint", "2016", "", insight.Unknown, 0, insight.Warning))
	var lots []f
	for n := range 17 {
		lots = append(lots, vinErr(fmt.Sprintf("character %d", n+1), "I", "", insight.Untestable, 0, insight.Critical))
	}
	out = append(out, lots)
	add(vinErr("maker code", "2C9931", "", insight.None, 0, insight.Warning))
	add(vinErr("detail", "", "", insight.None, 0, insight.Info))
	add(vinErr("glider", "", "", insight.None, 0, insight.Warning))
	add(vinErr("off-road", "", "", insight.None, 0, insight.Warning))
	add(vinErr("character 10", "0", "", insight.Unknown, 0, insight.Warning))
	add(vinErr("model year hint", "2016", "", insight.Differs, 0, insight.Warning))
	add(vinErr("explained characters", "", "", insight.None, 0, insight.Info))
	add(vinErr("error code", "99", "", insight.None, 0, insight.Info))
	add(f{Kind: insight.VINClean, Subject: "VIN", Metric: "error code", Direction: insight.Agrees})
	add(f{Kind: insight.Identity, Subject: "VIN", Metric: "make and model", Direction: insight.Unknown, Severity: insight.Warning})
	add(ident("2015 Ford F-150 pickup"))
	add(ident("1998 Acura Integra"), spec("engine", "1.8-liter four-cylinder engine"))
	add(ident("2018 BMW X5 SUV"), spec("engine", "3.0-liter V6 diesel"), spec("drive", "all-wheel drive"))
	add(ident("Audi A4 sedan"), spec("engine", "2.0-liter four-cylinder plug-in hybrid"), spec("drive", "front-wheel drive"), spec("transmission", "continuously variable transmission"))
	add(ident("2019 Tesla Model 3 sedan"), spec("engine", "battery-electric powertrain"), spec("transmission", "automatic transmission"))
	add(ident("2019 Ram 3500 pickup"), spec("drive", "6x4 drive"), spec("transmission", "eight-speed automatic transmission"))

	add(claim("model year", "2016", "2015", insight.Differs))
	add(claim("fuel", "diesel", "gasoline", insight.Differs))
	add(claim("model year", "2016", "2015", insight.Differs), claim("make", "Ford", "Lincoln", insight.Differs), claim("body", "sedan", "pickup", insight.Differs))
	add(claim("make", "Ford", "Ford", insight.Agrees))
	add(claim("model year", "2015", "2015", insight.Agrees), claim("make", "Ford", "Ford", insight.Agrees), claim("model", "F150", "F-150", insight.Agrees))
	add(claim("trim", "XLT", "", insight.Untestable))
	add(claim("trim", "XLT", "", insight.Untestable), claim("transmission", "automatic", "", insight.Untestable))

	add(rollback)
	add(rollback, rollback)
	add(rollback, rollback, rollback)
	add(jump)
	add(jump, jump)
	add(dayJump)
	add(dayJump, dayJump)

	oil := service("oil change", insight.Overdue, "4200", "km", "2025-03-03")
	fluid := service("brake fluid change", insight.Overdue, "264", "days", "2023-03-03", "2026-03-03")
	add(oil)
	add(fluid)
	add(oil, fluid)
	add(fluid, oil, service("annual inspection", insight.Overdue, "9", "days", "2025-11-13", "2026-11-13"))
	add(service("oil change", insight.Due, "800", "mi", "2026-03-03"))
	add(service("annual inspection", insight.Due, "9", "days", "2025-12-01", "2026-12-01"))
	add(service("annual inspection", insight.Due, "9", "days", "2025-12-01", "2026-12-01"), service("oil change", insight.Due, "9", "days", "2025-12-01", "2026-12-01"))
	add(service("annual inspection", insight.Due, "9", "days", "2025-12-01", "2026-12-01"), service("battery test", insight.Due, "9", "days", "2025-12-01", "2026-12-01"), service("tire rotation", insight.Due, "9", "days", "2025-12-01", "2026-12-01"))
	add(service("oil change", insight.Due, "300", "km", "2026-03-03"), service("annual inspection", insight.Due, "9", "days", "2025-12-01", "2026-12-01"))
	for _, n := range []int{1, 2, 7} {
		add(f{Kind: insight.OnTime, Subject: "oil change", Metric: "services", Value: fmt.Sprint(n), N: n, Direction: insight.Within})
	}
	for _, d := range []insight.Direction{insight.FarAbove, insight.Above, insight.Near, insight.Below, insight.FarBelow} {
		add(compared(insight.Cost, "214.50", "USD/1000 km", "180.00", d, 7))
		add(compared(insight.PerYear, "24500", "km", "18054", d, 0))
		add(compared(insight.Siblings, "82838", "mi", "64200", d, 12))
	}
	for _, n := range []int{0, 1, 4} {
		add(compared(insight.Cost, "214.50", "EUR/1000 mi", "", insight.None, n))
		add(compared(insight.NoComparison, fmt.Sprint(n), "", "", insight.None, n))
	}
	add(compared(insight.PerYear, "104000", "km", "", insight.None, 0))
	for _, why := range []string{"fewer than two odometer readings", "the odometer readings are in doubt", "the odometer span is under 1,000 km", "no costs are recorded", "the costs are in several currencies"} {
		add(f{Kind: insight.NotEnough, Subject: "cost", Metric: "cost per distance", Value: why})
	}
	add(f{Kind: insight.Gap, Subject: "records", Metric: "months without a record", Value: "27", Unit: "months", Direction: insight.Between, Dates: []string{"2023-03-03", "2025-06-08"}})
	add(f{Kind: insight.Gap, Subject: "records", Metric: "months without a record", Value: "17", Unit: "months", Direction: insight.Since, Dates: []string{"2025-06-08"}})
	add(f{Kind: insight.Odometer, Subject: "odometer", Metric: "last reading", Value: "82838.4", Unit: "km", Dates: []string{"2026-03-03"}})
	add(f{Kind: insight.Quality, Subject: "odometer", Metric: "readings", Value: "0"})
	add(f{Kind: insight.Quality, Subject: "service", Metric: "service records", Value: "0"})
	add(f{Kind: insight.Unrecorded, Subject: "oil change", Metric: "services without a record", Value: "1", N: 1})
	add(f{Kind: insight.Unrecorded, Subject: "oil change, coolant change or battery test", Metric: "services without a record", Value: "3", N: 3})
	add(f{Kind: insight.Unrecorded, Subject: "oil change, coolant change, battery test or spark plug change", Metric: "services without a record", Value: "4", N: 4})
	for _, g := range out {
		for i := range g {
			g[i].ID = fmt.Sprintf("F%d", i+1)
		}
	}
	return out
}

// Every wording of every row, as a reader would meet it. Read the file after
// a change: is it true, is it English, would a workshop manager say it?
func TestPhrases(t *testing.T) {
	var b strings.Builder
	covered := map[string]bool{}
	write := func(key string, texts []string) {
		covered[key] = true
		fmt.Fprintf(&b, "[%s]\n", key)
		for _, x := range texts {
			fmt.Fprintf(&b, "  %s\n", x)
		}
	}
	for _, g := range groups() {
		key, texts := insight.Render(g)
		write(key, texts)
		var ids []string
		for _, x := range g {
			ids = append(ids, x.ID)
		}
		for _, x := range texts {
			if problems := insight.CheckSentence(insight.Sentence{Text: x, Findings: ids}, g); len(problems) > 0 {
				t.Errorf("%s: %q: %v", key, x, problems)
			}
			checkEnglish(t, x)
		}
	}
	for _, n := range []int{1, 2, 11, 30} {
		key, texts := insight.RenderDropped(n)
		write(key, texts)
		for _, x := range texts {
			var left []f
			var ids []string
			for i := range n {
				left, ids = append(left, f{ID: fmt.Sprint("F", i)}), append(ids, fmt.Sprint("F", i))
			}
			if problems := insight.CheckSentence(insight.Sentence{Text: x, Findings: ids}, left); len(problems) > 0 {
				t.Errorf("%s: %q: %v", key, x, problems)
			}
			checkEnglish(t, x)
		}
	}
	for _, key := range insight.PhraseKeys() {
		if !covered[key] {
			t.Errorf("row %q is rendered by no group of this test", key)
		}
	}
	golden(t, "phrases.txt", b.String())
}

var (
	badEnglish = regexp.MustCompile(`  | [,.;:]|\(\)|[{}]|\.\.|,\.|\ba [aeiou8]|\ban [bcdfgjkmnpqrstvwxyz]|\b1 (months|services|vehicles)\b| ,|\bone (findings|vehicles)\b`)
	goodStart  = regexp.MustCompile(`^[A-Z]`)
)

func checkEnglish(t *testing.T, s string) {
	t.Helper()
	if m := badEnglish.FindString(s); m != "" {
		t.Errorf("%q holds %q", s, m)
	}
	if !goodStart.MatchString(s) || !strings.HasSuffix(s, ".") {
		t.Errorf("%q does not begin or end like a sentence", s)
	}
}

// The first phrase of a row is the way that is always open, so its opener
// must belong to no other row that can stand in the same briefing.
func TestFirstOpenersAreUnique(t *testing.T) {
	family := func(key string) string {
		p := strings.Split(key, "/")
		switch p[0] {
		case "vin-error", "quality", "gap", "claim", "service":
			return strings.Join(p[:2], "/")
		}
		return p[0]
	}
	keys := insight.PhraseKeys()
	for _, a := range keys {
		first := insight.Openers(a)[0]
		for _, b := range keys {
			if family(a) != family(b) && slices.Contains(insight.Openers(b), first) {
				t.Errorf("rows %q and %q both open with %q, which is the first of %q", a, b, first, a)
			}
		}
	}
}

func TestArticlesAndNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"SUV": "an SUV", "2015 Ford": "a 2015 Ford", "1998 Acura": "a 1998 Acura", "8-speed": "an 8-speed", "eight-speed": "an eight-speed", "11-speed": "an 11-speed",
		"1.8-liter": "a 1.8-liter", "Audi": "an Audi", "MINI Cooper": "a MINI Cooper", "hybrid": "a hybrid", "automatic": "an automatic", "IC Bus": "an IC Bus",
		"BMW": "a BMW", "MAN": "a MAN", "6x4": "a 6x4", "utility": "a utility", "1800": "an 1800", "80-foot": "an 80-foot", "unit": "a unit",
	} {
		if got := insight.Article(in); got != want {
			t.Errorf("article(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"0": "0", "999": "999", "1000": "1,000", "82838.4": "82,838.4", "1234567": "1,234,567"} {
		if got := insight.Group(in); got != want {
			t.Errorf("group(%q) = %q, want %q", in, got, want)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run the test with -update and read the difference", path)
	}
}
