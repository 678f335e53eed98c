package insight

import (
	"fmt"
	"strings"
)

// The built-in check of a model: may it choose the words? It must do no harm
// against the rules' own draw, on everything that the lattice leaves open:
// repetition, favourite phrases, and time. That what is urgent comes first
// and that every sentence is true the lattice sees to, and Check again.

// Report is what a check found, in whole numbers.
type Report struct {
	Model        string `json:"model"`
	Briefings    int    `json:"briefings"`
	Problems     int    `json:"problems"`      // texts that Check refused
	Repeats      int    `json:"repeats"`       // word runs said twice in one text, summed
	RulesRepeats int    `json:"rules_repeats"` // the same for the rules' draw
	Favourite    int    `json:"favourite"`     // percent: how often the commonest choice was taken where there was one
	FirstMS      int64  `json:"first_ms"`      // first sentence, slowest
	WholeMS      int64  `json:"whole_ms"`      // whole text, slowest
	Earned       bool   `json:"earned"`
	Reason       string `json:"reason,omitempty"` // why not
}

// Limits of the check.
const (
	favouriteLimit = 90 // percent
	wholeLimitMS   = 10_000
)

func (r *Report) judge() {
	switch {
	case r.Briefings == 0:
		r.Reason = "the model answered nothing"
	case r.Problems > 0:
		r.Reason = fmt.Sprintf("%d of its texts did not hold against the findings", r.Problems)
	case r.Repeats > r.RulesRepeats+r.Briefings/2:
		r.Reason = fmt.Sprintf("it repeats itself: %d times, the rules %d", r.Repeats, r.RulesRepeats)
	case r.Favourite > favouriteLimit:
		r.Reason = fmt.Sprintf("it takes the same phrase in %d of 100 choices", r.Favourite)
	case r.WholeMS > wholeLimitMS:
		r.Reason = fmt.Sprintf("it is too slow here: %d ms for a text", r.WholeMS)
	}
	r.Earned = r.Reason == ""
}

// repeats counts runs of four words that stand in more than one sentence.
func repeats(sentences []Sentence) int {
	seen, n := map[string]int{}, 0
	for i, s := range sentences {
		words := strings.Fields(strings.ToLower(s.Text))
		for k := 0; k+4 <= len(words); k++ {
			run := strings.Join(words[k:k+4], " ")
			if before, ok := seen[run]; ok && before != i {
				n++
			}
			seen[run] = i
		}
	}
	return n
}

// choices lists what was taken at each place of a plan where more than one
// way was open: the place, and the way.
func (p *plan) choices(path []int) map[string]string {
	out := map[string]string{}
	ways := map[int]int{}
	for _, a := range p.lattice.Arcs {
		ways[a.From]++
	}
	for _, i := range path {
		if a := p.lattice.Arcs[i]; ways[a.From] > 1 {
			t := p.topics[p.sentence[i]]
			words := strings.Fields(a.Text)
			out[fmt.Sprintf("%s/%d", t.key, a.From)] = strings.Join(words[:min(3, len(words))], " ")
		}
	}
	return out
}
