package insight

import (
	"slices"
	"strings"
)

// What a model that writes freely may say.
//
// It is offered *statements*: one a topic, each a row of the phrase table with
// placeholders where values stand, {F3.value}. It may say a statement in every
// way that the row's own language allows: a *saying* is a row of words of
// which each word stands behind the same two words as in some phrase of the
// row. That is freer than the row itself, since phrases cross where they share
// two words, and still finite: testdata/sayings.txt lists every one, to be
// read.

// wider are further phrases that only a model that writes may use, as
// phrases.go spells them. They lie outside of the lattice because they open
// like others or say less plainly what the table says.
func wider() map[string][]string {
	return map[string][]string{
		"identity":                 {"V:The vehicle is {a value}.", "V:It is {a value}."},
		"identity/specs":           {"V:The vehicle is {a value} with {specs}.", "V:It is {a value} with {specs}."},
		"vin-clean":                {"The VIN is in order and decodes cleanly."},
		"rollback":                 {"The odometer fell from {reference} on {date} to {value} on {date2}.", "Between {date} and {date2} the odometer (fell|dropped) from {reference} to {value}."},
		"service/overdue/distance": {"The {service} is {value} overdue and was last done on {date}.", "The {service} is {value} overdue; it was last done on {date}."},
		"service/overdue/time":     {"The {service} has been overdue since {date2} and was last done on {date}."},
		"service/due/distance":     {"The {service} is due in {value}.", "The {service} is due next, in {value}."},
		"service/due/time":         {"The {service} is due on {date2}.", "The {service} is due next, on {date2}."},
		"cost":                     {"Service and fuel have cost {value}, which is {direction} the median of {count} similar vehicles, {reference}."},
		"per-year":                 {"V:This vehicle has (covered|done) about {value} a year, which is {direction} the US average of {reference}."},
		"siblings":                 {"The odometer, at {value}, is {direction} the median of {count} similar vehicles, {reference}."},
		"odometer":                 {"The odometer (read|showed) {value} on {date}."},
		"gap/since":                {"The last record is from {date}, {value} ago."},
		"gap/between":              {"There is no record between {date} and {date2}, {value}."},
		"quality/services":         {"There is no service record on file."},
		"quality/readings":         {"There is no odometer reading on file, so nothing can be said about distance."},
	}
}

// meanings are what a statement means for a buyer, to be said behind it where
// the model sees fit: the only place for a consequence or for advice.
func meanings() map[string][]string {
	odometer := []string{"so its true distance is not known"}
	plan := []string{"so plan for that work", "so allow for that work in the price"}
	ask := []string{"so ask the seller which is right", "so have that explained before you pay"}
	plate := []string{"so compare it with the plate on the vehicle", "so read it again from the vehicle"}
	return map[string][]string{
		"rollback": odometer, "rollback/many": odometer, "jump": odometer, "jump/many": odometer, "jump/day": odometer, "jump/day/many": odometer,
		"service/overdue/distance": plan, "service/overdue/time": plan, "service/overdue/many": {"so plan for that work", "so allow for that work in the price"},
		"claim/differs": ask, "claim/differs/many": {"so have that explained before you pay"},
		"check-digit": plate, "check-digit/unknown": plate, "vin-error/character": plate,
		"gap/between": {"so what was done in that time is not known"}, "gap/since": {"so what was done since is not known"},
	}
}

// places are the numbers that stand in the table's own words: a writer gets
// placeholders for them, since it may write no digit at all.
func places() map[string]string {
	return map[string]string{"position 9": "position {nine}", "Position 9": "Position {nine}", "position 10": "position {ten}", "Position 10": "Position {ten}"}
}

// slotNames are the names of slots that a writer sees otherwise.
func slotNames() map[string]string {
	return map[string]string{"a value": "name", "too few": "lack", "Count": "count"}
}

// stop is where a saying ends.
const stop = "."

// maxSayings bounds the ways of one row; no row comes near it
// (TestSayingsAreTrue).
const maxSayings = 3000

// offered is a statement that a model may say.
type offered struct {
	lead    string // the id that stands for it: that of its first finding
	topic   topic
	sayings []saying
	so      []saying // meanings
	slots   []string // the names of its placeholders, without the lead
}

// saying is one way to say a statement.
type saying struct {
	keys             []string // what must be written, word by word; a placeholder is one word
	text             string   // as it is shown at the beginning of a sentence, without its stop
	vehicle, pronoun bool     // as in phrase
}

// offers lists what may be said about findings, the most urgent first.
func offers(findings []Finding) []offered {
	var out []offered
	alone := false
	for _, t := range topicsOf(findings) {
		if alone && strings.HasPrefix(t.key, "no-comparison") {
			continue // said with the cost, as in saysAlready
		}
		alone = alone || t.key == "cost/alone"
		out = append(out, offer(t))
	}
	return out
}

func offer(t topic) offered {
	o := offered{lead: t.findings[0].ID, topic: t}
	rows := slices.Concat(phraseTable[t.key], wider()[t.key])
	for i, r := range rows {
		rows[i] = slotted(r, o.lead, t.slots["direction"])
	}
	o.sayings = sayings(rows)
	for _, m := range meanings()[t.key] {
		o.so = append(o.so, sayings([]string{m + "."})...)
	}
	seen := map[string]bool{}
	for _, s := range o.sayings {
		for _, k := range s.keys {
			if name, ok := slotOf(k); ok && !seen[name] {
				seen[name] = true
				o.slots = append(o.slots, strings.TrimPrefix(name, o.lead+"."))
			}
		}
	}
	slices.Sort(o.slots)
	return o
}

// slotted puts the finding's id into a row's slots and spells its direction
// out: the relation is for the model to say, the values are not.
func slotted(row, lead, direction string) string {
	for from, to := range places() {
		row = strings.ReplaceAll(row, from, to)
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(row, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		if other, ok := slotNames()[name]; ok {
			name = other
		}
		if name == "direction" {
			b.WriteString(direction)
		} else {
			b.WriteString("{" + lead + "." + name + "}")
		}
		row = after
	}
}

// values fills the placeholders of all offers.
func values(os []offered) map[string]string {
	out := map[string]string{}
	for _, o := range os {
		for name, v := range o.topic.slots {
			if other, ok := slotNames()[name]; ok && name != "Count" {
				name = other
			}
			out[o.lead+"."+name] = v
		}
		out[o.lead+".nine"], out[o.lead+".ten"] = "9", "10"
	}
	return out
}

// sayings crosses the phrases of a row.
func sayings(rows []string) []saying {
	g := crossings{next: map[behind][]step{}}
	for _, r := range rows {
		p := parsePhrase(r)
		for _, text := range p.texts() {
			g.add(p, text)
		}
	}
	g.walk()
	return g.out
}

// texts spells a phrase with all of its choices.
func (p phrase) texts() []string {
	all := []string{""}
	for _, part := range p.parts {
		var next []string
		for _, a := range all {
			for _, c := range part.choices {
				next = append(next, a+c)
			}
		}
		all = next
	}
	return all
}

// step is a word that may stand behind four others, as spelled, with what
// stands between it and the word before.
type step struct{ key, spelled, between string }

// behind is the last four words; those before the first are empty.
type behind [4]string

func (c behind) then(key string) behind { return behind{c[1], c[2], c[3], key} }

// crossings are the steps of a row.
type crossings struct {
	next   map[behind][]step
	begins []beginning
	least  int             // words of the shortest phrase
	most   int             // and of the longest
	slots  map[string]bool // the sets of placeholders that phrases have
	out    []saying
	seen   map[string]bool
}

type beginning struct {
	word             word
	vehicle, pronoun bool
}

func (g *crossings) add(p phrase, text string) {
	words := wordsOf(text)
	at := behind{}.then(words[0].key)
	if b := (beginning{words[0], p.vehicle, p.pronoun}); !slices.Contains(g.begins, b) {
		g.begins = append(g.begins, b)
	}
	for i, w := range words[1:] {
		g.step(at, step{w.key, w.spelled, words[i].after})
		at = at.then(w.key)
	}
	g.step(at, step{key: stop})
	if g.slots == nil {
		g.slots, g.least = map[string]bool{}, len(words)
	}
	g.least, g.most = min(g.least, len(words)), max(g.most, len(words))
	g.slots[slotsIn(keysOf(text))] = true
}

func (g *crossings) step(at behind, s step) {
	if !slices.ContainsFunc(g.next[at], func(x step) bool { return x.key == s.key }) {
		g.next[at] = append(g.next[at], s)
	}
}

// slotsIn names the placeholders among keys.
func slotsIn(keys []string) string {
	var out []string
	for _, k := range keys {
		if _, ok := slotOf(k); ok {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// walk lists every way from a beginning to a stop on which nothing comes
// round again.
func (g *crossings) walk() {
	g.seen = map[string]bool{}
	for _, b := range g.begins {
		g.from(behind{}.then(b.word.key), saying{keys: []string{b.word.key}, text: b.word.spelled, vehicle: b.vehicle, pronoun: b.pronoun}, map[behind]bool{})
	}
}

func (g *crossings) from(at behind, s saying, been map[behind]bool) {
	if been[at] || len(s.keys) > g.most || len(g.out) >= maxSayings {
		return
	}
	been[at] = true
	defer delete(been, at)
	for _, n := range g.next[at] {
		if n.key == stop {
			if k := strings.Join(s.keys, " "); !g.seen[k] && len(s.keys) >= g.least && g.slots[slotsIn(s.keys)] {
				g.seen[k] = true
				g.out = append(g.out, s)
			}
			continue
		}
		if _, ok := slotOf(n.key); ok && slices.Contains(s.keys, n.key) {
			continue
		}
		longer := s
		longer.keys = append(slices.Clone(s.keys), n.key)
		longer.text = s.text + n.between + n.spelled
		g.from(at.then(n.key), longer, been)
	}
}

// word is a word or a placeholder of a text.
type word struct {
	key     string // lower case
	spelled string
	after   string // what stands between it and the next one
}

// wordsOf takes a text apart. Commas, colons and the stop are no words: where
// they stand is left to the one who shows the text.
func wordsOf(text string) []word {
	var out []word
	for text != "" {
		n := wordLength(text)
		if n == 0 {
			if len(out) > 0 {
				out[len(out)-1].after += text[:1]
			}
			text = text[1:]
			continue
		}
		out = append(out, word{key: strings.ToLower(text[:n]), spelled: text[:n]})
		if text[0] == '{' {
			out[len(out)-1].key = text[:n]
		}
		text = text[n:]
	}
	return out
}

// wordLength is how long the word is that a text begins with; 0 for a blank
// or for punctuation that is not looked at.
func wordLength(text string) int {
	switch c := text[0]; {
	case c == '{':
		if i := strings.IndexByte(text, '}'); i > 0 {
			return i + 1
		}
		return len(text)
	case letter(c):
		n := 1
		for n < len(text) && (letter(text[n]) || (text[n] == '\'' || text[n] == '-') && n+1 < len(text) && letter(text[n+1])) {
			n++
		}
		return n
	case c == ' ' || c == ',' || c == ':' || c == '.':
		return 0
	}
	return 1 // a word of its own that no row has
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// slotOf reads a placeholder: "{F3.value}" is F3.value.
func slotOf(key string) (string, bool) {
	if !strings.HasPrefix(key, "{") || !strings.HasSuffix(key, "}") {
		return "", false
	}
	return key[1 : len(key)-1], true
}
