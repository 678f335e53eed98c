package insight

import (
	"slices"
	"strings"
)

// topic is one sentence: the findings that it rests on, a row of the phrase
// table and the values for its slots.
type topic struct {
	key      string
	slots    map[string]string
	findings []Finding
	tone     tone
	urgent   bool
	hint     string // a few words for the model's prompt
}

// tone decides which connectives may stand before a sentence.
type tone int

const (
	neutral tone = iota
	good
	bad
)

// topicsOf groups findings into sentences, in the findings' order: all
// claims that differ make one, all overdue services make one, and so on.
func topicsOf(fs []Finding) []topic {
	var out []topic
	taken := map[string]bool{}
	for _, f := range fs {
		if taken[f.ID] {
			continue
		}
		g := group1(f, fs)
		for _, m := range g {
			taken[m.ID] = true
		}
		t := topicOf(g)
		t.findings = g
		for _, m := range g {
			t.urgent = t.urgent || m.Severity.Urgent()
		}
		switch {
		case t.urgent:
			t.tone = bad
		case f.good():
			t.tone = good
		}
		out = append(out, t)
	}
	return out
}

// group1 returns f with the findings that share its sentence.
func group1(f Finding, all []Finding) []Finding {
	same := func(g Finding) bool {
		if g.Kind != f.Kind {
			// The specs of a vehicle are said with what it is.
			return f.Kind == Identity && f.Direction != Unknown && g.Kind == Spec
		}
		switch f.Kind {
		case Claim, ServiceDue:
			return g.Direction == f.Direction
		case VINError: // only characters that are not allowed come in numbers
			return f.Direction == Untestable && g.Direction == Untestable || g.Metric == f.Metric
		case Gap, Quality, NotEnough:
			return g.ID == f.ID
		}
		return g.Direction == f.Direction
	}
	var out []Finding
	for _, g := range all {
		if g.ID == f.ID || same(g) {
			out = append(out, g)
		}
	}
	return out
}

// topicOf picks the phrases and fills the slots for a group. The first
// finding speaks for the group.
func topicOf(g []Finding) topic {
	f, many := g[0], len(g) > 1
	t := topic{key: string(f.Kind), slots: map[string]string{}}
	t.slots["value"] = spoken(f.Value, f.Unit)
	t.slots["reference"] = spoken(f.Reference, f.Unit)
	t.slots["direction"] = directionWords[f.Direction]
	t.slots["count"], t.slots["Count"] = count(f.N), capital(count(f.N))
	for i, d := range f.Dates {
		t.slots[[]string{"date", "date2"}[min(i, 1)]] = day(d)
	}
	switch f.Kind {
	case CheckDigit:
		if f.Severity != Critical {
			t.key += "/abroad"
		}
		if f.Reference == "" {
			t.key += "/unknown"
		}
	case VINError:
		t.key = vinErrorKey(f)
		_, t.slots["position"], _ = strings.Cut(f.Metric, " ")
		if t.key == "vin-error/illegal" && len(g) > 4 { // a list of all of them helps nobody
			t.key += "/lots"
			t.slots["count"], t.slots["Count"] = count(len(g)), capital(count(len(g)))
		} else if t.key == "vin-error/illegal" && many {
			t.key += "/many"
			var positions, chars []string
			for _, x := range g {
				_, p, _ := strings.Cut(x.Metric, " ")
				positions, chars = append(positions, p), append(chars, x.Value)
			}
			t.slots["positions"], t.slots["values"] = list(positions, "and"), list(chars, "and")
		}
	case Identity:
		if f.Direction == Unknown {
			t.key += "/unknown"
			break
		}
		t.slots["a value"] = article(f.Value)
		var specs []string
		for _, s := range g[1:] {
			specs = append(specs, specPhrase(s))
		}
		if len(specs) > 0 {
			t.key += "/specs"
			t.slots["specs"] = list(specs, "and")
		}
	case Spec:
		t.key = "spec"
	case Claim:
		claimTopic(&t, g)
	case Rollback, Jump:
		if many {
			t.key += "/many"
			t.slots["times"], t.slots["count"] = times(len(g)), count(len(g))
		}
		if f.Kind == Jump && f.Dates[0] == f.Dates[1] {
			t.key = strings.Replace(t.key, "jump", "jump/day", 1)
		}
	case ServiceDue:
		serviceTopic(&t, g)
	case OnTime:
		t.slots["service"] = f.Subject
		switch {
		case f.N == 2:
			t.key += "/two"
		case f.N > 2:
			t.key += "/many"
		}
	case Cost:
		t.slots["reference"] = spokenMoney(f.Reference, f.Unit)
		if f.Reference == "" {
			t.key += "/alone"
			t.slots["too few"] = tooFew(f.N)
		}
	case PerYear:
		if f.Reference == "" {
			t.key += "/alone"
		}
	case NoComparison:
		switch f.N {
		case 0:
			t.key += "/none"
		case 1:
		default:
			t.key += "/many"
		}
	case Gap:
		t.key += "/" + string(f.Direction)
	case Quality:
		t.key += "/services"
		if f.Metric == "readings" {
			t.key = "quality/readings"
		}
	case Unrecorded:
		t.slots["services"] = f.Subject
		if f.N > 3 {
			t.key += "/many"
		}
	}
	t.hint = hint(t, f)
	return t
}

func vinErrorKey(f Finding) string {
	switch {
	case f.Direction == Untestable:
		return "vin-error/illegal"
	case f.Direction == Differs && f.Reference != "":
		return "vin-error/character"
	case f.Direction == Unknown && f.Metric == "character 10":
		return "vin-error/year-code"
	case f.Direction == Unknown && strings.HasPrefix(f.Metric, "character "):
		return "vin-error/open"
	case f.Metric == "positions" && f.N == 0:
		return "vin-error/positions/unknown"
	}
	switch f.Metric {
	case "characters":
		if f.Value == "one" {
			return "vin-error/characters"
		}
		return "vin-error/illegal/unknown"
	case "positions":
		return "vin-error/positions"
	case "known characters":
		switch f.Value {
		case "0":
			return "vin-error/incomplete/none"
		case "1":
			return "vin-error/incomplete/one"
		}
		return "vin-error/incomplete"
	case "maker code":
		return "vin-error/unregistered"
	case "detail":
		return "vin-error/no-detail"
	case "glider":
		return "vin-error/glider"
	case "off-road":
		return "vin-error/off-road"
	case "model year hint":
		if f.Direction == Unknown {
			return "vin-error/year-hint/unknown"
		}
		return "vin-error/year-hint"
	case "explained characters":
		return "vin-error/unexplained"
	}
	return "vin-error/other"
}

func claimTopic(t *topic, g []Finding) {
	var fields, pairs []string
	for _, f := range g {
		fields = append(fields, f.Metric)
		if f.Direction == Differs {
			pairs = append(pairs, f.Metric+" ("+f.Value+" against "+f.Reference+")")
		}
	}
	t.key = "claim/" + string(g[0].Direction)
	if len(g) > 1 {
		t.key += "/many"
	}
	t.slots["field"], t.slots["fields"], t.slots["pairs"] = g[0].Metric, list(fields, "and"), list(pairs, "and")
}

func serviceTopic(t *topic, g []Finding) {
	f := g[0]
	t.key = "service/" + string(f.Direction)
	t.slots["service"] = f.Subject
	if len(g) == 1 {
		if len(f.Dates) > 1 {
			t.key += "/time"
		} else {
			t.key += "/distance"
		}
		return
	}
	t.key += "/many"
	t.slots["count"], t.slots["Count"] = count(len(g)), capital(count(len(g)))
	if f.Direction == Due && len(f.Dates) > 1 && sameDates(g) {
		var names []string
		for _, x := range g {
			names = append(names, x.Subject)
		}
		t.slots["services"] = list(names, "and") + ", all on " + day(f.Dates[1])
		if len(g) == 2 {
			t.slots["services"] = list(names, "and") + ", both on " + day(f.Dates[1])
		}
		return
	}
	// The one furthest past is told in full, the others are named.
	var names []string
	for i, x := range g {
		name := x.Subject
		switch {
		case i > 0 && x.Direction == Overdue:
		case len(x.Dates) > 1 && x.Direction == Overdue:
			name = "the " + name + " (since " + day(x.Dates[1]) + ")"
		case len(x.Dates) > 1:
			name += " (" + day(x.Dates[1]) + ")"
		case x.Direction == Overdue:
			name = "the " + name + " (by " + spoken(x.Value, x.Unit) + ")"
		default:
			name += " (in " + spoken(x.Value, x.Unit) + ")"
		}
		names = append(names, name)
	}
	t.slots["services"] = list(names, "and")
}

func sameDates(g []Finding) bool {
	for _, x := range g {
		if !slices.Equal(x.Dates[1:], g[0].Dates[1:]) {
			return false
		}
	}
	return true
}

var directionWords = map[Direction]string{
	Above: "above", FarAbove: "well above", Near: "close to", Below: "below", FarBelow: "well below",
}

func specPhrase(f Finding) string {
	switch f.Metric {
	case "drive":
		return f.Value
	case "transmission":
		return article(shortSpec(f.Value))
	}
	return article(f.Value)
}

// shortSpec is what people say: "a six-speed automatic".
func shortSpec(s string) string {
	if short, ok := strings.CutSuffix(s, " transmission"); ok && (strings.HasSuffix(short, "automatic") || strings.HasSuffix(short, "manual")) {
		return short
	}
	return s
}

// spoken is a value with its unit as a sentence says it.
func spoken(value, unit string) string {
	switch {
	case value == "" || unit == "":
		return value
	case unit == "months" && value == "1":
		return "1 month"
	case strings.Contains(unit, "/1000 "):
		currency, per, _ := strings.Cut(unit, "/1000 ")
		return group(value) + " " + currency + " per 1,000 " + per
	}
	return amount(value, unit)
}

// spokenMoney leaves the distance out, where the sentence has said it.
func spokenMoney(value, unit string) string {
	currency, _, _ := strings.Cut(unit, "/")
	return amount(value, currency)
}

func tooFew(n int) string {
	switch n {
	case 0:
		return "there is no similar vehicle"
	case 1:
		return "there is only one similar vehicle"
	}
	return "there are only " + count(n) + " similar vehicles"
}

// hint is what the model is told about a topic: a handful of words.
func hint(t topic, f Finding) string {
	words := []string{f.Subject}
	switch f.Kind {
	case Identity:
		words = []string{f.Value}
	case Rollback, Jump, Siblings, PerYear, Cost:
		words = append(words, f.Metric, string(f.Direction))
	default:
		words = append(words, string(f.Direction), f.Metric)
	}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " ")
}

// tokens estimates what a text costs SmolLM2: one for each digit, and one for
// about four letters (TestEval prints what it really was).
func tokens(text string) int {
	digits, others := 0, 0
	for _, c := range text {
		if c >= '0' && c <= '9' || c == ',' || c == '.' {
			digits++
		} else {
			others++
		}
	}
	return digits + others*10/42 + 1
}

// droppedTopic counts the findings that had no room.
func droppedTopic(left []Finding) topic {
	n := len(left)
	t := topic{key: "dropped", findings: left, slots: map[string]string{"count": count(n), "Count": capital(count(n))}}
	switch {
	case n >= len(numberWords): // no sentence opens with digits
		t.key += "/lots"
	case n > 1:
		t.key += "/many"
	}
	return t
}
