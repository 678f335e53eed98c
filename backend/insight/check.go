package insight

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Check reads a finished text like a stranger: it knows the findings and
// nothing of phrases or lattices. Every number, date, name and word of
// direction in a sentence must come from a finding that the sentence cites,
// and every critical and warning finding must be said. It returns what is
// wrong; nothing with a problem is shown or saved.
func Check(sentences []Sentence, findings []Finding, dropped int) []string {
	byID := map[string]Finding{}
	for _, f := range findings {
		byID[f.ID] = f
	}
	var problems []string
	said := map[string]bool{}
	var counted []Finding
	for i, s := range sentences {
		var cited []Finding
		for _, id := range s.Findings {
			f, ok := byID[id]
			if !ok {
				problems = append(problems, fmt.Sprintf("sentence %d cites %s, which does not exist", i+1, id))
				continue
			}
			cited = append(cited, f)
		}
		if isCount(s.Text) {
			counted = append(counted, cited...)
		} else {
			for _, f := range cited {
				said[f.ID] = true
			}
		}
		for _, p := range checkSentence(s.Text, cited) {
			problems = append(problems, fmt.Sprintf("sentence %d %q: %s", i+1, s.Text, p))
		}
	}
	silent := 0
	for _, f := range findings {
		if said[f.ID] {
			continue
		}
		silent++
		if f.Severity.Urgent() {
			problems = append(problems, fmt.Sprintf("the %s finding %s (%s) is not said", f.Severity, f.ID, f.Kind))
		}
	}
	for _, f := range counted {
		if said[f.ID] {
			problems = append(problems, fmt.Sprintf("%s is said, and counted as not said", f.ID))
		}
	}
	if silent != dropped || silent != len(counted) {
		problems = append(problems, fmt.Sprintf("%d findings are not said, %d are counted, %d dropped", silent, len(counted), dropped))
	}
	return problems
}

// CheckSentence checks one sentence against the findings that it cites, as
// Check does; for showing a text while it is still being written.
func CheckSentence(s Sentence, findings []Finding) []string {
	var cited []Finding
	for _, f := range findings {
		if slices.Contains(s.Findings, f.ID) {
			cited = append(cited, f)
		}
	}
	return checkSentence(s.Text, cited)
}

var (
	datePattern   = regexp.MustCompile(`\b(\d{1,2}) (January|February|March|April|May|June|July|August|September|October|November|December) (\d{4})\b`)
	numberPattern = regexp.MustCompile(`\d[\d,]*(?:\.\d+)?`)
	wordPattern   = regexp.MustCompile(`[A-Za-z][A-Za-z'-]*`)
	unitPattern   = regexp.MustCompile(`^ (km|mi|days?|months?|[A-Z]{3})\b`)
)

// words that may be capitalised in any sentence.
var known = map[string]bool{"VIN": true, "VIN's": true, "NHTSA": true, "US": true, "North": true, "America": true, "American": true}

func checkSentence(text string, cited []Finding) []string {
	var problems []string
	if len(cited) == 0 {
		return []string{"cites no finding"}
	}
	if isCount(text) {
		return checkCount(text, cited)
	}
	for _, f := range cited {
		if !mentions(text, f) {
			problems = append(problems, fmt.Sprintf("cites %s (%s %s) and says nothing of it", f.ID, f.Kind, f.Metric))
		}
	}
	rest := " " + text + " "
	for _, m := range datePattern.FindAllString(rest, -1) {
		t, err := time.Parse("2 January 2006", m)
		if err != nil || !slices.ContainsFunc(cited, func(f Finding) bool { return slices.Contains(f.Dates, t.Format(time.DateOnly)) }) {
			problems = append(problems, fmt.Sprintf("the date %s is in no cited finding", m))
		}
	}
	rest = datePattern.ReplaceAllString(rest, "\x00")
	rest = withoutNames(rest, cited)
	problems = append(problems, checkNumbers(rest, cited)...)
	problems = append(problems, checkWords(rest, cited)...)
	return append(problems, checkDirections(rest, cited)...)
}

var countPattern = regexp.MustCompile(`^(?:(\S+) more findings? (?:is|are) listed below|The list below holds (\S+) more findings?)\.$`)

// isCount tells the one sentence that says nothing of its findings but how
// many they are: those that had no room.
func isCount(text string) bool { return countPattern.MatchString(text) }

func checkCount(text string, cited []Finding) []string {
	m := countPattern.FindStringSubmatch(text)
	if got, want := strings.ToLower(m[1]+m[2]), count(len(cited)); got != want {
		return []string{fmt.Sprintf("counts %s findings and cites %s", got, want)}
	}
	return nil
}

// withoutNames takes the words of cited findings out of the text, the
// longest first: what is left must be ordinary language and numbers.
func withoutNames(text string, cited []Finding) string {
	var names []string
	for _, f := range cited {
		for _, s := range []string{f.Value, f.Reference, f.Subject, shortSpec(f.Value)} {
			if wordPattern.MatchString(s) || isCode(s) {
				names = append(names, s)
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, n := range names {
		text = replaceWords(text, n, "\x01")
	}
	return text
}

// isCode tells a text with digits that is no number, such as "4*" for the
// maker code of a VIN that is not known whole.
func isCode(s string) bool {
	m := numberPattern.FindString(s)
	return m != "" && (m != s || strings.Contains(s, ","))
}

// replaceWords replaces n where it stands as whole words.
func replaceWords(text, n, by string) string {
	for from := 0; ; {
		i := strings.Index(text[from:], n)
		if i < 0 {
			return text
		}
		i += from
		j := i + len(n)
		if boundary(text, i-1) && boundary(text, j) {
			text = text[:i] + by + text[j:]
			from = i + len(by)
		} else {
			from = i + 1
		}
	}
}

func boundary(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return true
	}
	c := s[i]
	return !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')
}

func checkNumbers(text string, cited []Finding) []string {
	var problems []string
	for _, m := range numberPattern.FindAllStringIndex(text, -1) {
		n := strings.TrimRight(text[m[0]:m[1]], ",")
		number := strings.ReplaceAll(n, ",", "")
		unit := ""
		if u := unitPattern.FindStringSubmatch(text[m[0]+len(n):]); u != nil {
			unit = u[1]
		}
		if !slices.ContainsFunc(cited, func(f Finding) bool { return supports(f, number, unit) }) {
			problems = append(problems, fmt.Sprintf("the number %s is in no cited finding", strings.TrimSpace(n+" "+unit)))
		}
	}
	for _, w := range wordPattern.FindAllString(text, -1) {
		w = strings.ToLower(w)
		n := slices.Index(numberWords, w)
		if w == "twice" {
			n = 2
		}
		// "One" and "no" are ordinary words; so is "four-wheel".
		if n >= 2 && !countable(n, cited) {
			problems = append(problems, fmt.Sprintf("the number %s counts nothing that is cited", w))
		}
	}
	return problems
}

// supports reports whether f holds the number, in that unit if the text
// gives one.
func supports(f Finding, number, unit string) bool {
	own, per, _ := strings.Cut(f.Unit, "/1000 ")
	if per != "" && number == "1000" && unit == per {
		return true
	}
	if unit != "" && own != "" && strings.TrimSuffix(unit, "s") != strings.TrimSuffix(own, "s") {
		return false
	}
	if number == f.Value || number == f.Reference {
		return true
	}
	// Positions stand in the metric, and a list of them in the value.
	for _, s := range []string{f.Metric, f.Value} {
		if wordPattern.MatchString(s) && slices.Contains(numberPattern.FindAllString(s, -1), number) {
			return true
		}
	}
	return unit == "" && fmt.Sprint(f.N) == number
}

func countable(n int, cited []Finding) bool {
	return len(cited) == n || slices.ContainsFunc(cited, func(f Finding) bool { return f.N == n })
}

// checkWords finds names that no cited finding holds: any capital letter
// inside of the sentence.
func checkWords(text string, cited []Finding) []string {
	var problems []string
	first := true
	for _, m := range wordPattern.FindAllStringIndex(text, -1) {
		w := text[m[0]:m[1]]
		afterColon := strings.HasSuffix(strings.TrimRight(text[:m[0]], " "), ":")
		if !first && !afterColon && !known[w] && w[0] >= 'A' && w[0] <= 'Z' && !isCurrency(w, cited) && !isValue(w, cited) {
			problems = append(problems, fmt.Sprintf("the name %s is in no cited finding", w))
		}
		first = false
	}
	return problems
}

func isCurrency(w string, cited []Finding) bool {
	return slices.ContainsFunc(cited, func(f Finding) bool { return strings.HasPrefix(f.Unit, w+"/") })
}

func isValue(w string, cited []Finding) bool {
	return slices.ContainsFunc(cited, func(f Finding) bool { return f.Value == w || f.Reference == w })
}

// directions are the words that state how a value stands to its reference,
// with the findings of which they are true.
var directions = []struct {
	pattern *regexp.Regexp
	true    func(Finding) bool
}{
	{regexp.MustCompile(`\bwell above\b`), is(FarAbove)},
	{regexp.MustCompile(`\bwell below\b`), is(FarBelow)},
	{regexp.MustCompile(`\babove\b`), is(Above, FarAbove)},
	{regexp.MustCompile(`\bbelow\b`), is(Below, FarBelow)},
	{regexp.MustCompile(`\bclose to\b`), is(Near)},
	{regexp.MustCompile(`(?i)\boverdue\b`), is(Overdue)},
	{regexp.MustCompile(`\bdue\b`), is(Due)},
	{regexp.MustCompile(`\bwithin (its|their)\b`), is(Within)},
	{regexp.MustCompile(`\b(fell|dropped|went back|went backwards)\b`), func(f Finding) bool { return f.Kind == Rollback }},
	{regexp.MustCompile(`\b(rose|climbed|rise)\b`), func(f Finding) bool { return f.Kind == Jump }},
	{regexp.MustCompile(`\b(disagree|differs from the|but the VIN says|by VIN it is|but only|where only|should hold|should be|works out as|is expected|would have)\b`), is(Differs)},
	{regexp.MustCompile(`\b(agree on|confirms|bears out|cleanly)\b`), is(Agrees)},
	{regexp.MustCompile(`\b(cannot be told|does not say whether|cannot show whether)\b`), is(Untestable)},
}

func is(ds ...Direction) func(Finding) bool {
	return func(f Finding) bool { return slices.Contains(ds, f.Direction) }
}

func checkDirections(text string, cited []Finding) []string {
	var problems []string
	stated := map[string]bool{}
	for _, d := range directions {
		word := d.pattern.FindString(text)
		if word == "" {
			continue
		}
		ok := false
		for _, f := range cited {
			if d.true(f) {
				ok, stated[f.ID] = true, true
			}
		}
		if !ok {
			problems = append(problems, fmt.Sprintf("%q is true of no cited finding", word))
		}
	}
	for _, f := range cited {
		compared := f.Reference != "" && f.Direction != None
		if compared && !stated[f.ID] {
			problems = append(problems, fmt.Sprintf("compares %s without its direction, %s", f.ID, f.Direction))
		}
	}
	return problems
}

// mentions reports whether anything of f is in the text.
func mentions(text string, f Finding) bool {
	if f.Kind == Spec { // a spec is said in its own words, nothing else will do
		return strings.Contains(text, shortSpec(f.Value))
	}
	if f.Kind == Rollback || f.Kind == Jump {
		return strings.Contains(strings.ToLower(text), "odometer") || strings.Contains(text, spoken(f.Value, f.Unit))
	}
	lower := strings.ToLower(text)
	for _, s := range []string{f.Subject, f.Metric, f.Value, spoken(f.Value, f.Unit)} {
		if s != "" && strings.Contains(lower, strings.ToLower(s)) {
			return true
		}
	}
	// "Position 9" of a VIN is said with its number, a gap by its dates.
	for _, n := range numberPattern.FindAllString(f.Metric, -1) {
		if strings.Contains(text, n) {
			return true
		}
	}
	for _, d := range f.Dates {
		if strings.Contains(text, day(d)) {
			return true
		}
	}
	switch f.Kind { // said by a figure of speech that no field holds
	case NoComparison, Unrecorded, Quality, NotEnough, Identity:
		return true
	}
	return false
}
