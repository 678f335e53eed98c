package insight

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Limits of an answer.
const (
	maxAnswer    = 16 << 10 // bytes
	maxSentences = 12
	maxSentence  = 300 // bytes, with placeholders
)

// written is a sentence as a model wrote it.
type written struct {
	Text  string   `json:"text"`
	Cites []string `json:"cites"`
}

// guard reads what a model wrote, sentence by sentence. It lets nothing
// through but sayings of the statements that were offered, joined by words
// that say nothing, in the statements' order of urgency, each once. What it
// shows are the table's own letters, so that no look-alike reaches a reader.
type guard struct {
	offers   []offered
	values   map[string]string
	findings []Finding

	said    map[string]bool // leads
	texts   []Sentence
	rank    int
	tone    tone
	vehicle bool // the last sentence was about the vehicle: "it" may follow
	opened  map[string]bool
}

func newGuard(findings []Finding, os []offered) *guard {
	return &guard{offers: os, values: values(os), findings: findings, said: map[string]bool{}, opened: map[string]bool{}}
}

// opener may stand before a sentence.
type opener struct {
	keys []string
	text string
	// fits says behind which tone and before which it may stand.
	fits func(first bool, before, here tone) bool
}

// openers are the lattice's connectives, and words that say nothing.
func openers() []opener {
	var out []opener
	for _, c := range connectives {
		out = append(out, opener{keysOf(c.text), c.text, func(first bool, before, here tone) bool {
			return !first && before == c.before && here == c.here
		}})
	}
	anywhere := func(bool, tone, tone) bool { return true }
	behind := func(first bool, before, here tone) bool { return !first && here != good }
	for _, text := range []string{"By the records,", "The records say that", "Note that", "Please note that"} {
		out = append(out, opener{keysOf(text), text, anywhere})
	}
	for _, text := range []string{"Also,", "In addition,", "Also note that"} {
		out = append(out, opener{keysOf(text), text, behind})
	}
	return out
}

// joints may stand between two statements of a sentence.
func joints() []opener {
	anywhere := func(bool, tone, tone) bool { return true }
	turn := func(_ bool, before, here tone) bool { return before != here && before != neutral && here != neutral }
	return []opener{
		{keysOf("and"), ", and", anywhere}, {keysOf("and also"), ", and", anywhere}, {[]string{";"}, ";", anywhere}, {keysOf("; and"), ", and", anywhere},
		{keysOf("while"), ", while", anywhere}, {keysOf("but"), ", but", turn}, {keysOf("; but"), ", but", turn},
	}
}

func keysOf(text string) []string {
	var out []string
	for _, w := range wordsOf(text) {
		out = append(out, w.key)
	}
	return out
}

// read takes a whole answer. It returns the text, ready to be shown, or why
// it is refused, in words that the model is told.
func (g *guard) read(answer string) ([]Sentence, []string) {
	if len(answer) > maxAnswer {
		return nil, []string{"the answer is too long"}
	}
	var all struct {
		Sentences []json.RawMessage `json:"sentences"`
	}
	if err := strict(answer, &all); err != nil {
		return nil, []string{`the answer is not one JSON object {"sentences":[...]} and nothing else`}
	}
	if len(all.Sentences) == 0 || len(all.Sentences) > maxSentences {
		return nil, []string{fmt.Sprintf("the answer has %d sentences, wanted are 1 to %d", len(all.Sentences), maxSentences)}
	}
	var reasons []string
	for i, raw := range all.Sentences {
		if _, rs := g.take(raw); len(rs) > 0 {
			for _, r := range rs {
				reasons = append(reasons, fmt.Sprintf("sentence %d: %s", i+1, r))
			}
			if len(reasons) >= 6 {
				break
			}
		}
	}
	if len(reasons) > 0 {
		return nil, append(reasons, g.silent()...)
	}
	return g.finish()
}

// strict decodes one JSON value that has nothing unknown in it and nothing
// behind it.
func strict(text string, into any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() || len(bytes.TrimSpace([]byte(text[d.InputOffset():]))) > 0 {
		return fmt.Errorf("more follows")
	}
	return nil
}

// take reads the next sentence, and keeps it if it holds.
func (g *guard) take(raw []byte) (Sentence, []string) {
	var w written
	if err := strict(string(raw), &w); err != nil {
		return Sentence{}, []string{`it is not of the form {"text":"...","cites":["F1"]}`}
	}
	if rs := g.shape(w); len(rs) > 0 {
		return Sentence{}, rs
	}
	var cited []offered
	for _, id := range w.Cites {
		i := slices.IndexFunc(g.offers, func(o offered) bool { return o.lead == id })
		switch {
		case i < 0:
			return Sentence{}, []string{fmt.Sprintf("it cites %q, which is no statement", cut(id))}
		case slices.ContainsFunc(cited, func(o offered) bool { return o.lead == id }):
			return Sentence{}, []string{fmt.Sprintf("it cites %s twice", id)}
		case g.said[id]:
			return Sentence{}, []string{fmt.Sprintf("%s was said before", id)}
		}
		cited = append(cited, g.offers[i])
	}
	p, ok := g.parse(keysOf(w.Text), cited)
	if !ok {
		return Sentence{}, g.diagnose(w.Text, cited)
	}
	s, rs := g.settle(p, cited)
	if len(rs) > 0 {
		return Sentence{}, rs
	}
	return s, nil
}

// shape looks at what needs no statements.
func (g *guard) shape(w written) []string {
	switch text := strings.TrimSpace(w.Text); {
	case text == "":
		return []string{"it is empty"}
	case len(text) > maxSentence:
		return []string{fmt.Sprintf("it is longer than %d letters", maxSentence)}
	case len(w.Cites) == 0:
		return []string{"it cites no statement"}
	case !strings.HasSuffix(text, "."):
		return []string{"it does not end with a full stop"}
	case strings.Contains(text[:len(text)-1], ". "):
		return []string{"it is more than one sentence"}
	}
	for _, c := range w.Text {
		if c < ' ' || c > '~' {
			return []string{fmt.Sprintf("it holds the character U+%04X; write plain letters", c)}
		}
		if strings.ContainsRune("<>[]()*_#/\\@|~`^=$%&+\"!?", c) {
			return []string{fmt.Sprintf("it holds %q; write words, placeholders, commas and one full stop", c)}
		}
	}
	return nil
}

// piece is a statement within a sentence.
type piece struct {
	joint string // before it; of the first one an opener or ""
	of    int    // index into cited
	say   saying
	so    string // its meaning, or ""
}

// parse finds the pieces that a sentence is made of.
func (g *guard) parse(keys []string, cited []offered) ([]piece, bool) {
	if len(g.texts) == 0 {
		g.tone = neutral
	}
	for _, o := range append([]opener{{}}, openers()...) {
		if !hasPrefix(keys, o.keys) || o.text != "" && g.opened[o.text] {
			continue
		}
		ps, ok := g.pieces(keys[len(o.keys):], cited, map[int]bool{}, g.vehicle)
		if ok && (o.fits == nil || o.fits(len(g.texts) == 0, g.tone, cited[ps[0].of].topic.tone)) {
			ps[0].joint = o.text
			return ps, true
		}
	}
	return nil, false
}

// pieces reads statements up to the end. vehicle: the one before was about the
// vehicle, so that "it" has something to stand for.
func (g *guard) pieces(keys []string, cited []offered, used map[int]bool, vehicle bool) ([]piece, bool) {
	for i, o := range cited {
		if used[i] {
			continue
		}
		for _, s := range o.sayings {
			if s.pronoun && !vehicle || !hasPrefix(keys, s.keys) {
				continue
			}
			rest := keys[len(s.keys):]
			for _, so := range append([]saying{{}}, o.so...) {
				if !hasPrefix(rest, so.keys) {
					continue
				}
				p, rest := piece{of: i, say: s, so: so.text}, rest[len(so.keys):]
				if len(rest) == 0 {
					return []piece{p}, true
				}
				used[i] = true
				for _, j := range joints() {
					if !hasPrefix(rest, j.keys) {
						continue
					}
					more, ok := g.pieces(rest[len(j.keys):], cited, used, s.vehicle)
					if ok && j.fits(false, o.topic.tone, cited[more[0].of].topic.tone) {
						more[0].joint = j.text
						return append([]piece{p}, more...), true
					}
				}
				used[i] = false
			}
		}
	}
	return nil, false
}

func hasPrefix(keys, prefix []string) bool {
	return len(keys) >= len(prefix) && slices.Equal(keys[:len(prefix)], prefix)
}

// settle writes a sentence in the table's own letters, fills its placeholders
// and keeps it.
func (g *guard) settle(ps []piece, cited []offered) (Sentence, []string) {
	if len(ps) != len(cited) {
		for i, o := range cited {
			if !slices.ContainsFunc(ps, func(p piece) bool { return p.of == i }) {
				return Sentence{}, []string{fmt.Sprintf("it cites %s and does not say it", o.lead)}
			}
		}
	}
	var b strings.Builder
	s := Sentence{Findings: []string{}}
	worst, best := 2, 0
	for n, p := range ps {
		o := cited[p.of]
		text := p.say.text
		switch {
		case n == 0 && p.joint == "":
			text = atStart(text)
		default:
			text = p.joint + " " + inside(text)
		}
		b.WriteString(text)
		if p.so != "" {
			b.WriteString(", " + p.so)
		}
		least := 2
		for _, f := range o.topic.findings {
			s.Findings = append(s.Findings, f.ID)
			least = min(least, rank(f.Severity))
		}
		if n == 0 {
			worst = least
		}
		if least < best {
			return Sentence{}, []string{fmt.Sprintf("%s is more urgent than what stands before it; say it first", o.lead)}
		}
		best = max(best, least)
	}
	if worst < g.rank {
		return Sentence{}, []string{fmt.Sprintf("%s is more urgent than what stands before it; say it first", cited[ps[0].of].lead)}
	}
	s.Text = capital(fill(b.String(), g.values)) + "."
	if problems := CheckSentence(s, g.findings); len(problems) > 0 {
		return Sentence{}, problems
	}
	last := cited[ps[len(ps)-1].of]
	g.rank, g.tone, g.vehicle = best, last.topic.tone, ps[len(ps)-1].say.vehicle
	g.opened[ps[0].joint] = ps[0].joint != ""
	for _, o := range cited {
		g.said[o.lead] = true
	}
	g.texts = append(g.texts, s)
	return s, nil
}

// atStart and inside spell a saying's first word for where it stands. Only
// names keep their capitals inside of a sentence.
func atStart(text string) string {
	if strings.HasPrefix(text, "{") {
		return text // capital does it, once it is filled
	}
	return capital(text)
}

func inside(text string) string {
	first, _, _ := strings.Cut(text, " ")
	if known[strings.Trim(first, ",:")] {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// silent lists the urgent statements that were not said.
func (g *guard) silent() []string {
	var out []string
	for _, o := range g.offers {
		if o.topic.urgent && !g.said[o.lead] {
			out = append(out, fmt.Sprintf("the %s statement %s is not said", o.topic.findings[0].Severity, o.lead))
		}
	}
	return out
}

// finish checks the text as a whole and counts what it leaves out.
func (g *guard) finish() ([]Sentence, []string) {
	if rs := g.silent(); len(rs) > 0 {
		return nil, rs
	}
	text := slices.Clone(g.texts)
	said := map[string]bool{}
	for _, s := range text {
		for _, id := range s.Findings {
			said[id] = true
		}
	}
	var left []Finding
	for _, f := range g.findings {
		if !said[f.ID] {
			left = append(left, f)
		}
	}
	if len(left) > 0 {
		t := droppedTopic(left)
		s := Sentence{Text: fill(parsePhrase(phraseTable[t.key][0]).texts()[0], t.slots)}
		for _, f := range left {
			s.Findings = append(s.Findings, f.ID)
		}
		text = append(text, s)
	}
	if problems := Check(text, g.findings, len(left)); len(problems) > 0 {
		return nil, problems
	}
	return text, nil
}

// cut shortens what a model wrote, for a line about it.
func cut(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}
