package insight

import "github.com/hubcap-dev/hubcap/backend/llm"

// What the tests of the phrase table look at.

// PhraseKeys lists the rows of the phrase table.
func PhraseKeys() []string { return sortedKeys(phraseTable) }

// Render returns the row that a group of findings is said by, and every
// wording of it.
func Render(group []Finding) (key string, texts []string) {
	t := topicOf(group)
	return t.key, renderTopic(t)
}

// RenderDropped is Render for the count of what is not said.
func RenderDropped(n int) (string, []string) {
	t := droppedTopic(make([]Finding, n))
	return t.key, renderTopic(t)
}

func renderTopic(t topic) (texts []string) {
	for _, p := range phrasesOf(t.key, map[string][]phrase{}) {
		all := []string{""}
		for _, part := range p.parts {
			var next []string
			for _, a := range all {
				for _, c := range part.choices {
					next = append(next, a+fill(c, t.slots))
				}
			}
			all = next
		}
		texts = append(texts, all...)
	}
	return texts
}

// Openers lists a row's openers, the first phrase's first.
func Openers(key string) (out []string) {
	for _, p := range phrasesOf(key, map[string][]phrase{}) {
		out = append(out, p.opener)
	}
	return out
}

// Plan is a briefing before its wording.
type Plan struct{ plan }

// NewPlan plans the briefing of findings.
func NewPlan(fs []Finding) *Plan { return &Plan{newPlan(fs)} }

func (p *Plan) Sentences(path []int) []Sentence { return p.plan.sentences(path) }
func (p *Plan) RulesPath(seed uint64) []int     { return p.plan.rulesPath(seed) }
func (p *Plan) Dropped() int                    { return len(p.plan.dropped) }
func (p *Plan) Valid(path []int) bool           { return p.plan.valid(path) }
func (p *Plan) PromptTokens() int               { return tokens(p.plan.request(1).Prompt) }

// States and Arcs are the size of the lattice; Check says what is wrong with
// it by the rules of llm.Lattice.
func (p *Plan) States() int { return p.lattice.States }
func (p *Plan) Arcs() int   { return len(p.lattice.Arcs) }
func (p *Plan) CheckLattice() string {
	free, out := map[int]int{}, map[int]int{}
	for _, a := range p.lattice.Arcs {
		if a.From >= a.To || a.To >= p.lattice.States {
			return "an arc leads back or out"
		}
		if a.Text == "" {
			return "an arc is empty"
		}
		out[a.From]++
		if a.Uses == 0 {
			free[a.From]++
		}
	}
	for s := range out {
		if free[s] == 0 {
			return "a state has no free way"
		}
	}
	return ""
}

// Article, Count and the like are data that have rows of their own.
func Article(s string) string { return article(s) }
func Group(s string) string   { return group(s) }

// Tokens is the estimate of what a text costs the model.
func Tokens(s string) int { return tokens(s) }

// Offer is a statement as a writer gets it.
type Offer struct {
	Lead, Key string
	Sayings   []string // as shown, with placeholders
	So        []string
	Findings  []Finding
}

// Offers lists the statements about findings.
func Offers(fs []Finding) (out []Offer) {
	for _, o := range offers(fs) {
		x := Offer{Lead: o.lead, Key: o.topic.key, Findings: o.topic.findings}
		for _, s := range o.sayings {
			x.Sayings = append(x.Sayings, atStart(s.text)+".")
		}
		for _, s := range o.so {
			x.So = append(x.So, s.text)
		}
		out = append(out, x)
	}
	return out
}

// MaxSayings is more than any row has.
const MaxSayings = maxSayings

// Guard is what reads a writer's answer.
func Guard(fs []Finding, answer string) ([]Sentence, []string) {
	return newGuard(fs, newWriter(fs, 1).offers).read(answer)
}

// WriteRequest is what a writer is sent.
func WriteRequest(fs []Finding) llm.ChatRequest { return newWriter(fs, 1).request(1, nil) }

// About is what notes are searched for beside a finding; RelatedLeast is the
// cosine from which one is shown.
func About(f Finding) string { return about(f) }

// RelatedLeast is that of related records.
const RelatedLeast = relatedLeast
