package insight

import (
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/llm"
)

// maxTokens is what a briefing may cost the model (bars.md, "Insights"). The
// urgent findings are said even when they alone cost more.
const maxTokens = 90

// reserve is kept for the count of what is dropped, and for the error of the
// estimate.
const reserve = 13

// plan is a briefing before its wording: the sentences in order, and the
// automaton of all ways to say them.
type plan struct {
	findings []Finding
	topics   []topic // the last one counts what is dropped, if anything is
	dropped  []Finding
	lattice  llm.Lattice
	sentence []int // arc: the sentence that it belongs to
}

// newPlan chooses what is said and builds the lattice.
func newPlan(findings []Finding) plan {
	all := topicsOf(findings)
	p := plan{findings: findings}
	parsed := map[string][]phrase{}
	cost := 0
	for _, t := range all {
		ps := phrasesOf(t.key, parsed)
		c := longest(t, ps)
		if !t.urgent && (cost+c > maxTokens-reserve || p.saysAlready(t)) {
			p.dropped = append(p.dropped, t.findings...)
			continue
		}
		cost += c
		p.topics = append(p.topics, t)
	}
	if len(p.dropped) > 0 {
		t := droppedTopic(p.dropped)
		phrasesOf(t.key, parsed)
		p.topics = append(p.topics, t)
	}
	p.build(parsed)
	return p
}

// saysAlready reports whether a chosen sentence says what t would say again:
// a cost that has nothing to compare with has named the lack.
func (p *plan) saysAlready(t topic) bool {
	return strings.HasPrefix(t.key, "no-comparison") && slices.ContainsFunc(p.topics, func(x topic) bool { return x.key == "cost/alone" })
}

func phrasesOf(key string, parsed map[string][]phrase) []phrase {
	if ps, ok := parsed[key]; ok {
		return ps
	}
	rows, ok := phraseTable[key]
	if !ok {
		panic("insight: no phrases for " + key)
	}
	var ps []phrase
	for _, r := range rows {
		ps = append(ps, parsePhrase(r))
	}
	parsed[key] = ps
	return ps
}

// longest is the cost of a topic's most expensive wording.
func longest(t topic, ps []phrase) int {
	most := 0
	for _, p := range ps {
		n := 0
		for _, part := range p.parts {
			m := 0
			for _, c := range part.choices {
				m = max(m, tokens(fill(c, t.slots)))
			}
			n += m
		}
		most = max(most, n)
	}
	return most
}

// connectives by what they join; each is said once.
var connectives = []struct {
	text         string
	before, here tone
}{
	{"Also,", bad, bad},
	{"In addition,", bad, bad},
	{"Beyond that,", bad, neutral},
	{"Otherwise,", bad, neutral},
	{"On the good side,", bad, good},
	{"At least,", bad, good},
}

// builder numbers states and arcs as it goes, so that every arc leads to a
// higher state.
type builder struct {
	plan   *plan
	states int
	bits   map[string]uint64 // what may be used once: openers and connectives
}

func (b *builder) state() int {
	b.states++
	return b.states - 1
}

func (b *builder) arc(sentence int, a llm.Arc) {
	b.plan.lattice.Arcs = append(b.plan.lattice.Arcs, a)
	b.plan.sentence = append(b.plan.sentence, sentence)
}

// build lays the sentences end to end. Between two of them stand up to two
// states: one behind a sentence about the vehicle, where "it" may follow,
// and one behind any other.
func (p *plan) build(parsed map[string][]phrase) {
	b := &builder{plan: p, bits: map[string]uint64{}}
	b.assignBits(parsed)
	const none = -1
	plainState, vehicleState := b.state(), none
	for i, t := range p.topics {
		type pending struct {
			from    int
			text    string
			uses    uint64
			vehicle bool
		}
		var ends []pending
		for n, ph := range parsed[t.key] {
			for _, from := range []struct {
				state   int
				vehicle bool
			}{{plainState, false}, {vehicleState, true}} {
				if from.state == none || ph.pronoun && !from.vehicle {
					continue
				}
				uses := b.bits["opener "+ph.opener]
				if n == 0 {
					uses = 0 // the way that is always open
				}
				for _, s := range b.starts(i, ph) {
					at, last := from.state, pending{vehicle: ph.vehicle}
					bits := uses | s.uses
					for k, part := range ph.parts {
						final := k == len(ph.parts)-1
						next := none
						if !final {
							next = b.state()
						}
						for _, c := range part.choices {
							text := fill(c, t.slots)
							if k == 0 {
								text = s.join(text)
							}
							if final {
								last.from, last.text, last.uses = at, text, bits
								ends = append(ends, last)
								continue
							}
							b.arc(i, llm.Arc{From: at, To: next, Text: text, Uses: bits})
						}
						at, bits = next, 0
					}
				}
			}
		}
		plainNext, vehicleNext := none, none
		if slices.ContainsFunc(ends, func(e pending) bool { return !e.vehicle }) {
			plainNext = b.state()
		}
		if slices.ContainsFunc(ends, func(e pending) bool { return e.vehicle }) {
			vehicleNext = b.state()
		}
		for _, e := range ends {
			to := plainNext
			if e.vehicle {
				to = vehicleNext
			}
			b.arc(i, llm.Arc{From: e.from, To: to, Text: e.text, Uses: e.uses, Break: true})
		}
		plainState, vehicleState = plainNext, vehicleNext
	}
	p.lattice.States = b.states
}

// start is a way into a sentence: plain, or behind a connective.
type start struct {
	connective string
	uses       uint64
	first      bool
}

// join puts the start before a sentence's first text. Only the briefing's
// first word has no blank before it.
func (s start) join(text string) string {
	if s.connective != "" {
		l, _ := lower(text)
		text = s.connective + " " + l
	}
	if s.first {
		return text
	}
	return " " + text
}

func (b *builder) starts(i int, ph phrase) []start {
	out := []start{{first: i == 0}}
	if i == 0 || strings.HasPrefix(b.plan.topics[i].key, "dropped") {
		return out
	}
	if _, ok := lower(ph.parts[0].choices[0]); !ok {
		return out
	}
	for _, c := range connectives {
		if c.before == b.plan.topics[i-1].tone && c.here == b.plan.topics[i].tone {
			out = append(out, start{connective: c.text, uses: b.bits["connective "+c.text]})
		}
	}
	return out
}

// assignBits gives a bit to each connective and to each opener that more
// than one sentence has. The first phrase of a row never needs one.
func (b *builder) assignBits(parsed map[string][]phrase) {
	n := 0
	bit := func(key string) {
		if _, ok := b.bits[key]; !ok && n < 64 {
			b.bits[key] = 1 << n
			n++
		}
	}
	for _, c := range connectives {
		bit("connective " + c.text)
	}
	count := map[string]int{}
	for _, t := range b.plan.topics {
		seen := map[string]bool{}
		for _, ph := range parsed[t.key] {
			if !seen[ph.opener] {
				seen[ph.opener] = true
				count[ph.opener]++
			}
		}
	}
	for _, t := range b.plan.topics {
		for _, ph := range parsed[t.key] {
			if count[ph.opener] > 1 {
				bit("opener " + ph.opener)
			}
		}
	}
}

// Sentence is one sentence of a briefing with the findings it rests on.
type Sentence struct {
	Text     string   `json:"text"`
	Findings []string `json:"findings"` // ids
}

// sentences reads a path, or the beginning of one, as text. Only whole
// sentences are returned.
func (p *plan) sentences(path []int) []Sentence {
	var out []Sentence
	var b strings.Builder
	for _, i := range path {
		a := p.lattice.Arcs[i]
		b.WriteString(a.Text)
		if !a.Break {
			continue
		}
		s := Sentence{Text: strings.TrimSpace(b.String()), Findings: []string{}}
		for _, f := range p.topics[p.sentence[i]].findings {
			s.Findings = append(s.Findings, f.ID)
		}
		out = append(out, s)
		b.Reset()
	}
	return out
}

// valid reports whether path leads from the start to an end: what a worker
// says is not believed.
func (p *plan) valid(path []int) bool {
	at, used := 0, uint64(0)
	for _, i := range path {
		if i < 0 || i >= len(p.lattice.Arcs) {
			return false
		}
		a := p.lattice.Arcs[i]
		if a.From != at || a.Uses&used != 0 {
			return false
		}
		at, used = a.To, used|a.Uses
	}
	for _, a := range p.lattice.Arcs {
		if a.From == at {
			return false
		}
	}
	return len(path) > 0
}
