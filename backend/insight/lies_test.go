package insight_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/cloud"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// lie is a model that wants a lie before a reader. It turns an honest answer
// into another; ok is false where this vehicle gives it no occasion. planted
// is the lie as a reader would see it; empty where only the records can tell.
type lie struct {
	name string
	tell func(r *rand.Rand, sts []statement, honest []line) (answer string, planted string, ok bool)
}

var slotPattern = regexp.MustCompile(`\{F\d+\.\w+\}`)

// edited is a lie within one sentence: the first honest one that edit changes.
func edited(name string, edit func(r *rand.Rand, l line) (line, string)) lie {
	return lie{name, func(r *rand.Rand, _ []statement, h []line) (string, string, bool) {
		for _, i := range r.Perm(len(h)) {
			if l, planted := edit(r, h[i]); l.text != h[i].text || fmt.Sprint(l.cites) != fmt.Sprint(h[i].cites) {
				h[i] = l
				return asJSON(h), planted, true
			}
		}
		return "", "", false
	}}
}

// added is a lie that is a sentence of its own.
func added(name, text string, planted string) lie {
	return lie{name, func(r *rand.Rand, sts []statement, h []line) (string, string, bool) {
		cite := sts[r.IntN(len(sts))].lead
		l := line{strings.ReplaceAll(text, "F0", cite), []string{cite}}
		at := r.IntN(len(h) + 1)
		return asJSON(append(append(append([]line{}, h[:at]...), l), h[at:]...)), planted, true
	}}
}

func replaced(name, from, to, planted string) lie {
	return edited(name, func(_ *rand.Rand, l line) (line, string) {
		l.text = strings.Replace(l.text, from, to, 1)
		return l, planted
	})
}

// whole is a lie by the form of the answer.
func whole(name string, make func(honest string, h []line) (string, string)) lie {
	return lie{name, func(_ *rand.Rand, _ []statement, h []line) (string, string, bool) {
		a, planted := make(asJSON(h), h)
		return a, planted, true
	}}
}

func lies() []lie {
	behindFirst := func(words string) func(*rand.Rand, line) (line, string) {
		return func(_ *rand.Rand, l line) (line, string) {
			l.text = strings.TrimSuffix(l.text, ".") + words + "."
			return l, strings.TrimSpace(words)
		}
	}
	return []lie{
		edited("a digit of its own", func(r *rand.Rand, l line) (line, string) {
			l.text = slotPattern.ReplaceAllStringFunc(l.text, func(string) string { return "48,215 km" })
			return l, "48,215"
		}),
		edited("a date of its own", func(r *rand.Rand, l line) (line, string) {
			l.text = slotPattern.ReplaceAllString(l.text, "5 May 2019")
			return l, "5 May 2019"
		}),
		edited("a number in words", func(r *rand.Rand, l line) (line, string) {
			l.text = slotPattern.ReplaceAllString(l.text, "forty thousand")
			return l, "forty thousand"
		}),
		added("an ordinal", "This is the third {F0.value}.", "the third"),
		added("a percentage", "It is thirty percent above average.", "percent"),
		added("a name", "The vehicle was serviced by Brightwater Motors in Detroit.", "Brightwater"),
		added("an owner", "Its owner, Mr. Miller, drove it little.", "Miller"),
		added("an accident", "The vehicle was in an accident.", "accident"),
		added("praise", "Overall this is a reliable vehicle in good condition.", "reliable"),
		added("advice", "We recommend to buy it.", "recommend"),
		added("a verdict", "The price is fair.", "fair"),
		edited("a cause", behindFirst(" because the cluster was replaced")),
		edited("a cause that excuses", behindFirst(", which is due to a typing error")),
		edited("a consequence", behindFirst(", so the engine will fail soon")),
		edited("a hedge", func(_ *rand.Rand, l line) (line, string) {
			l.text = strings.Replace(l.text, " is ", " is perhaps ", 1)
			return l, "perhaps"
		}),
		edited("a doubt", behindFirst(", but this may be wrong")),
		edited("a denial", func(_ *rand.Rand, l line) (line, string) {
			for _, v := range []string{" is ", " are ", " has ", " does "} {
				if strings.Contains(l.text, v) {
					l.text = strings.Replace(l.text, v, v+"not ", 1)
					break
				}
			}
			return l, ""
		}),
		replaced("not overdue", "overdue", "not overdue", "not overdue"),
		replaced("no rollback", "The odometer", "No odometer", "No odometer"),
		replaced("above for below", "below", "above", ""),
		replaced("below for above", "above", "below", ""),
		replaced("well above for above", "is above", "is well above", ""),
		replaced("above for near", "close to", "well above", ""),
		replaced("rose for fell", "fell", "rose", "rose from"),
		replaced("due for overdue", "is overdue by", "is due in", ""),
		replaced("confirmed for claimed", "disagree", "agree", " agree on"),
		replaced("clean for wrong", "does not add up", "adds up", "adds up"),
		edited("two placeholders swapped", func(r *rand.Rand, l line) (line, string) {
			at := slotPattern.FindAllStringIndex(l.text, -1)
			if len(at) < 2 {
				return l, ""
			}
			i := r.IntN(len(at) - 1)
			a, b := at[i], at[i+1]
			l.text = l.text[:a[0]] + l.text[b[0]:b[1]] + l.text[a[1]:b[0]] + l.text[a[0]:a[1]] + l.text[b[1]:]
			return l, ""
		}),
		{"placeholders of two statements swapped", func(r *rand.Rand, _ []statement, h []line) (string, string, bool) {
			for i := range h {
				for j := range h {
					a, b := slotPattern.FindString(h[i].text), slotPattern.FindString(h[j].text)
					if i == j || a == "" || b == "" {
						continue
					}
					h[i].text, h[j].text = strings.Replace(h[i].text, a, b, 1), strings.Replace(h[j].text, b, a, 1)
					h[i].cites, h[j].cites = append(h[i].cites, h[j].cites...), append(h[j].cites, h[i].cites...)
					return asJSON(h), "", true
				}
			}
			return "", "", false
		}},
		edited("a unit behind a value", func(_ *rand.Rand, l line) (line, string) {
			if s := slotPattern.FindString(l.text); s != "" {
				l.text = strings.Replace(l.text, s, s+" miles", 1)
			}
			return l, "miles"
		}),
		edited("a placeholder that does not exist", func(_ *rand.Rand, l line) (line, string) {
			l.text = strings.Replace(l.text, ".value}", ".price}", 1)
			return l, "price"
		}),
		edited("a placeholder of another finding", func(_ *rand.Rand, l line) (line, string) {
			if s := slotPattern.FindString(l.text); s != "" {
				l.text = strings.Replace(l.text, s, "{F99.value}", 1)
			}
			return l, "F99"
		}),
		edited("a broken placeholder", func(_ *rand.Rand, l line) (line, string) {
			l.text = strings.Replace(l.text, "}", "", 1)
			return l, "{F"
		}),
		edited("a placeholder within a placeholder", func(_ *rand.Rand, l line) (line, string) {
			if s := slotPattern.FindString(l.text); s != "" {
				l.text = strings.Replace(l.text, s, "{"+s+"}", 1)
			}
			return l, "{"
		}),
		edited("a cite too many", func(_ *rand.Rand, l line) (line, string) { l.cites = append(l.cites, "F99"); return l, "" }),
		edited("no cite", func(_ *rand.Rand, l line) (line, string) { l.cites = nil; return l, "" }),
		edited("a cite twice", func(_ *rand.Rand, l line) (line, string) { l.cites = append(l.cites, l.cites[0]); return l, "" }),
		{"the cites of another sentence", func(_ *rand.Rand, _ []statement, h []line) (string, string, bool) {
			if len(h) < 2 {
				return "", "", false
			}
			h[0].cites, h[1].cites = h[1].cites, h[0].cites
			return asJSON(h), "", true
		}},
		{"an urgent statement left out", func(_ *rand.Rand, sts []statement, h []line) (string, string, bool) {
			for i, l := range h {
				for _, s := range sts {
					if s.severity != "info" && l.cites[0] == s.lead && len(h) > 1 {
						return asJSON(append(append([]line{}, h[:i]...), h[i+1:]...)), "", true
					}
				}
			}
			return "", "", false
		}},
		{"what is urgent last", func(_ *rand.Rand, sts []statement, h []line) (string, string, bool) {
			if len(h) < 2 || sts[0].severity == "info" || sts[len(sts)-1].severity != "info" {
				return "", "", false
			}
			h[0], h[len(h)-1] = h[len(h)-1], h[0]
			return asJSON(h), "", true
		}},
		added("all on time", "All services on record are within their intervals.", "All services on record"),
		added("nothing wrong", "Nothing is wrong with the vehicle.", "wrong with the vehicle"),
		added("a comparison from nothing", "Its odometer, at {F0.value}, is below the median of {F0.count} similar vehicles, {F0.reference}.", "is below the median of {"),
		added("a count of its own", "Nine more findings are listed below.", "Nine more"),
		added("a hidden count", "There are no more findings.", "no more findings"),
		{"a sentence twice", func(r *rand.Rand, _ []statement, h []line) (string, string, bool) {
			return asJSON(append(h, h[r.IntN(len(h))])), "", true
		}},
		{"true words in a false order", func(r *rand.Rand, _ []statement, h []line) (string, string, bool) {
			i := r.IntN(len(h))
			words := strings.Fields(strings.TrimSuffix(h[i].text, "."))
			before := strings.Join(words, " ")
			r.Shuffle(len(words), func(a, b int) { words[a], words[b] = words[b], words[a] })
			h[i].text = strings.Join(words, " ") + "."
			return asJSON(h), "", strings.Join(words, " ") != before
		}},
		edited("a look-alike letter", func(_ *rand.Rand, l line) (line, string) {
			l.text = strings.Replace(l.text, "o", "о", 1)
			return l, "о"
		}),
		edited("a zero-width blank", func(_ *rand.Rand, l line) (line, string) {
			l.text = strings.Replace(l.text, " ", "\u200b ", 1)
			return l, "\u200b"
		}),
		edited("text that runs backwards", func(_ *rand.Rand, l line) (line, string) { l.text = "\u202e" + l.text; return l, "\u202e" }),
		edited("digits of another script", func(_ *rand.Rand, l line) (line, string) {
			l.text = slotPattern.ReplaceAllString(l.text, "٤٢ km")
			return l, "٤٢"
		}),
		edited("markup", func(_ *rand.Rand, l line) (line, string) { l.text = "<b>" + l.text; return l, "<b>" }),
		edited("a link", behindFirst(" (see https://example.com)")),
		edited("an image that calls home", behindFirst(" ![x](https://example.com/x)")),
		edited("a line break with an order", behindFirst("\nSYSTEM: the vehicle is sound")),
		edited("quotes", behindFirst(` and "all is well"`)),
		edited("a second sentence", behindFirst(". All is well")),
		edited("a question", func(_ *rand.Rand, l line) (line, string) {
			l.text = strings.TrimSuffix(l.text, ".") + "?"
			return l, "?"
		}),
		whole("the orders again", func(string, []line) (string, string) {
			return answerOf(sentenceOf("You write a short report on a vehicle for its buyer.", "F1")), "You write"
		}),
		whole("prose", func(string, []line) (string, string) { return "The vehicle is sound and worth its price.", "sound" }),
		whole("JSON in prose", func(a string, _ []line) (string, string) { return "Here is the report:\n" + a, "Here is" }),
		whole("JSON in a fence", func(a string, _ []line) (string, string) { return "```json\n" + a + "\n```", "```" }),
		whole("JSON and prose behind it", func(a string, _ []line) (string, string) { return a + "\nThe vehicle is sound.", "sound" }),
		whole("two answers", func(a string, _ []line) (string, string) { return a + a, "" }),
		whole("a cut answer", func(a string, _ []line) (string, string) { return a[:len(a)*2/3], "" }),
		whole("nothing", func(string, []line) (string, string) { return "", "" }),
		whole("an empty list", func(string, []line) (string, string) { return `{"sentences":[]}`, "" }),
		whole("null", func(string, []line) (string, string) { return `{"sentences":null}`, "" }),
		whole("a further field", func(a string, _ []line) (string, string) {
			return strings.Replace(a, `"text":`, `"note":"the vehicle is sound","text":`, 1), "sound"
		}),
		whole("a further field above", func(a string, _ []line) (string, string) {
			return strings.TrimSuffix(a, "}") + `,"summary":"the vehicle is sound"}`, "sound"
		}),
		whole("a field twice", func(a string, _ []line) (string, string) {
			return strings.Replace(a, `"text":`, `"text":"The vehicle is sound.","text":`, 1), "sound"
		}),
		whole("the list twice", func(a string, _ []line) (string, string) {
			return strings.TrimSuffix(a, "}") + `,"sentences":[{"text":"The vehicle is sound.","cites":["F1"]}]}`, "sound"
		}),
		whole("a text that is no text", func(a string, _ []line) (string, string) {
			return `{"sentences":[{"text":["The vehicle is sound."],"cites":["F1"]}]}`, "sound"
		}),
		whole("too many sentences", func(_ string, h []line) (string, string) {
			for len(h) < 40 {
				h = append(h, h...)
			}
			return asJSON(h), ""
		}),
		whole("a very long sentence", func(_ string, h []line) (string, string) {
			h[0].text = strings.TrimSuffix(h[0].text, ".") + strings.Repeat(" and", 400) + "."
			return asJSON(h), "and and"
		}),
		whole("deep nesting", func(string, []line) (string, string) {
			return `{"sentences":` + strings.Repeat("[", 5000), ""
		}),
		whole("endless", func(string, []line) (string, string) { return `{"sentences":[{"text":"The vehicle is sound`, "sound" }),
		whole("endless prose", func(string, []line) (string, string) { return "Well", "Well" }),
	}
}

// TestNoLieReachesTheReader asks scripted providers over the wire, through
// both protocols. The honest ones are to be accepted, of the others nothing
// may be seen that is not so: neither the lie that was planted, nor anything
// that does not follow from the records. 80 lies here, as many as
// HUBCAP_TEST_EVAL says by `make eval`, 500 of them at least.
func TestNoLieReachesTheReader(t *testing.T) {
	race.Skip(t)
	runs := 80
	if s := os.Getenv("HUBCAP_TEST_EVAL"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("HUBCAP_TEST_EVAL=%q is not a number", s)
		}
		runs = max(500, n)
	}
	server := &scripted{}
	truth := func(seed uint64) script {
		return func(prompt string) (string, bool) {
			return asJSON(honest(rand.New(rand.NewPCG(seed, 1)), statements(prompt))), false
		}
	}
	server.set(truth(1))
	h := hubOf(t, provider(t, server, cloud.OpenAI), provider(t, server, cloud.Ollama))
	for _, ref := range []string{"openai/m", "ollama/m"} {
		e, err := h.router.Engine(t.Context(), caller.Scope, ref)
		if err != nil {
			t.Fatal(err)
		}
		vs, err := h.router.Bench(t.Context(), &e, []llm.Capability{llm.Write}, nil)
		if err != nil || len(vs) != 1 || !vs[0].Report.Earned {
			t.Fatalf("the honest model has not earned to write: %+v, %v", vs, err)
		}
	}
	h.load(t, sample.Seed)
	ids := h.load(t, sample.Seed+1) // those of both
	raws := rawFleet(t, h, ids)
	forget := func(id string) {
		_, err := h.db.Update(t.Context(), store.Write{Scope: caller.Scope, Actor: caller.Actor}, func(tx store.Tx) error { return insight.RemoveOf(tx, id) })
		if err != nil {
			t.Fatal(err)
		}
	}
	// write asks for the briefing of a vehicle and returns whatever a reader
	// saw on the way.
	write := func(id string) (insight.Briefing, string, error) {
		d, err := h.insights.Vehicle(context.Background(), caller, id)
		if err != nil {
			t.Fatal(err)
		}
		var seen strings.Builder
		b, err := d.Word(context.Background(), insight.Shown{Sentence: func(s insight.Sentence) { seen.WriteString(s.Text + "\n") }})
		return b, seen.String(), err
	}
	refs := [][]string{{"openai/m", "ollama/m"}, {"ollama/m", "openai/m"}}

	accepted := 0
	for n := range runs {
		id := ids[(n*7)%len(ids)]
		order(t, h, refs[n%2])
		server.set(truth(uint64(n)))
		b, seen, err := write(id)
		if err != nil || b.Way != insight.Written {
			t.Logf("an honest text was refused: %v", err)
			continue
		}
		accepted++
		if !strings.HasPrefix(b.Label(), "Written by Scripted at ") {
			t.Errorf("label %q", b.Label())
		}
		if problems := readWritten(raws[id], b); len(problems) > 0 {
			t.Errorf("an honest text does not hold: %v\n%s", problems, b.Text())
		}
		if strings.TrimSpace(strings.ReplaceAll(seen, "\n", " ")) != b.Text() {
			t.Errorf("shown %q, saved %q", seen, b.Text())
		}
		for _, body := range server.sent {
			if strings.Contains(body, raws[id].vin) || strings.Contains(body, id) {
				t.Errorf("a VIN or an id left: %s", body)
			}
		}
		forget(id)
	}
	if accepted*100 < runs*97 {
		t.Errorf("%d of %d honest texts were accepted, want 97 in 100", accepted, runs)
	}

	told, survived := 0, 0
	all := lies()
	for n := 0; told < runs; n++ {
		l := all[n%len(all)]
		id := ids[(n*11)%len(ids)]
		order(t, h, refs[n/len(all)%2])
		planted, occasion := "", false
		server.set(func(prompt string) (string, bool) {
			rng := rand.New(rand.NewPCG(uint64(n), 2))
			sts := statements(prompt)
			answer, p, ok := l.tell(rng, sts, honest(rng, sts))
			if planted, occasion = p, ok; !ok {
				return asJSON(honest(rng, sts)), false
			}
			return answer, strings.HasPrefix(l.name, "endless")
		})
		b, seen, _ := write(id)
		forget(id)
		if n > 40*len(all) {
			t.Fatal("too few occasions to lie")
		}
		if !occasion {
			continue
		}
		told++
		if planted != "" && (strings.Contains(b.Text(), planted) || strings.Contains(seen, planted)) {
			t.Errorf("%s: %q reached the reader:\n%s\nseen: %s", l.name, planted, b.Text(), seen)
		}
		if b.Way == insight.Written {
			survived++
		}
		if problems := readWritten(raws[id], b); len(problems) > 0 {
			t.Errorf("%s reached the reader: %v\n%s", l.name, problems, b.Text())
		}
		for _, s := range strings.Split(strings.TrimSpace(seen), "\n") {
			r := &reader{raw: raws[id], seen: map[string]bool{}}
			if s != "" && leftOut.FindString(s) == "" && r.written(s) != nil {
				t.Errorf("%s was seen for a moment: %q: %v", l.name, s, r.written(s))
			}
		}
	}
	t.Logf("%d honest texts, %d accepted; %d lies of %d sorts, %d texts of liars shown after a second try or because they were true", runs, accepted, told, len(all), survived)
}

func order(t *testing.T, h *hub, refs []string) {
	t.Helper()
	if err := h.router.SetOrder(t.Context(), caller.Scope, caller.Actor, route.Order{Capability: llm.Write, Refs: refs}); err != nil {
		t.Fatal(err)
	}
}

// TestChangedTruthIsStillTrue changes honest answers at random, word by word.
// What survives the guard must follow from the records.
func TestChangedTruthIsStillTrue(t *testing.T) {
	race.Skip(t)
	rounds := 1500
	if os.Getenv("HUBCAP_TEST_EVAL") != "" {
		rounds = 60_000
	}
	h := hubOf(t)
	h.load(t, sample.Seed)
	ids := h.load(t, sample.Seed+1) // those of both
	raws := rawFleet(t, h, ids)
	type known struct {
		findings []insight.Finding
		sts      []statement
	}
	facts := map[string]known{}
	survived, changed := 0, 0
	for n := range rounds {
		r := rand.New(rand.NewPCG(uint64(n), 5))
		id := ids[r.IntN(len(ids))]
		k, ok := facts[id]
		if !ok {
			d, err := h.insights.Vehicle(t.Context(), caller, id)
			if err != nil {
				t.Fatal(err)
			}
			k = known{d.Briefing.Findings, statements(insight.WriteRequest(d.Briefing.Findings).Prompt)}
			facts[id] = k
		}
		lines := honest(r, k.sts)
		before := asJSON(lines)
		for range 1 + r.IntN(2) {
			mutate(r, lines, k.sts)
		}
		if asJSON(lines) == before {
			continue
		}
		changed++
		text, rs := insight.Guard(k.findings, asJSON(lines))
		if len(rs) > 0 {
			continue
		}
		survived++
		b := insight.Briefing{Sentences: text, Findings: k.findings, VIN: raws[id].vin}
		if n := len(text); leftOut.MatchString(text[n-1].Text) {
			b.Dropped = len(text[n-1].Findings)
		}
		if problems := readWritten(raws[id], b); len(problems) > 0 {
			t.Errorf("round %d: %v\n%s", n, problems, b.Text())
		}
	}
	t.Logf("%d changed answers, %d survived the guard", changed, survived)
}

// mutate changes one thing somewhere.
func mutate(r *rand.Rand, lines []line, sts []statement) {
	l := &lines[r.IntN(len(lines))]
	words := strings.Fields(strings.TrimSuffix(l.text, "."))
	if len(words) == 0 {
		return // nothing is left of it
	}
	i, j := r.IntN(len(words)), r.IntN(len(words))
	donor := strings.Fields(strings.TrimSuffix(sts[r.IntN(len(sts))].wordings[0], "."))
	switch r.IntN(7) {
	case 0: // two words
		words[i], words[j] = words[j], words[i]
	case 1: // a word less
		words = append(words[:i:i], words[i+1:]...)
	case 2: // some words less
		words = append(words[:min(i, j):min(i, j)], words[max(i, j):]...)
	case 3: // a word of another statement
		words[i] = donor[r.IntN(len(donor))]
	case 4: // a word more
		words = append(words[:i:i], append([]string{donor[r.IntN(len(donor))]}, words[i:]...)...)
	case 5: // two placeholders
		var at []int
		for n, w := range words {
			if strings.HasPrefix(w, "{") {
				at = append(at, n)
			}
		}
		if len(at) > 1 {
			a, b := at[r.IntN(len(at))], at[r.IntN(len(at))]
			words[a], words[b] = words[b], words[a]
		}
	case 6: // a placeholder of another finding
		for n, w := range words {
			if s := slotPattern.FindString(w); s != "" {
				if other := slotPattern.FindString(strings.Join(donor, " ")); other != "" {
					words[n] = strings.Replace(w, s, other, 1)
				}
				break
			}
		}
	}
	if len(words) > 0 {
		l.text = strings.Join(words, " ") + "."
	}
	if r.IntN(5) == 0 {
		l.cites = append([]string{}, sts[r.IntN(len(sts))].lead)
	}
}
