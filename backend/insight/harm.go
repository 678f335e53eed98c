package insight

import (
	"fmt"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/llm/route"
)

// The built-in check of a model: may it choose the words? It must do no harm
// against the rules' own draw, on everything that the lattice leaves open:
// repetition, favourite phrases, and time. That what is urgent comes first
// and that every sentence is true the lattice sees to, and Check again.

// harm is what the check for wording found, in whole numbers.
type harm struct {
	briefings    int
	problems     int   // texts that Check refused
	repeats      int   // word runs said twice in one text, summed
	rulesRepeats int   // the same for the rules' draw
	favourite    int   // percent: how often the commonest choice was taken where there was one
	firstMS      int64 // first sentence, slowest
	wholeMS      int64 // whole text, slowest
}

// Limits of the check.
const (
	favouriteLimit = 90 // percent
	wholeLimitMS   = 10_000
)

// report says whether the model has earned the job.
func (h *harm) report() route.Report {
	reason := ""
	switch {
	case h.briefings == 0:
		reason = "the model answered nothing"
	case h.problems > 0:
		reason = fmt.Sprintf("%d of its texts did not hold against the findings", h.problems)
	case h.repeats > h.rulesRepeats+h.briefings/2:
		reason = fmt.Sprintf("it repeats itself: %d times, the rules %d", h.repeats, h.rulesRepeats)
	case h.favourite > favouriteLimit:
		reason = fmt.Sprintf("it takes the same phrase in %d of 100 choices", h.favourite)
	case h.wholeMS > wholeLimitMS:
		reason = fmt.Sprintf("it is too slow here: %d ms for a text", h.wholeMS)
	}
	r := route.Report{Earned: reason == "", Reason: reason, Figures: []route.Figure{
		figure("briefings", h.briefings, ""), figure("texts that did not hold", h.problems, ""), figure("repeated word runs", h.repeats, ""),
		figure("commonest phrase taken", h.favourite, "%"), figure("first sentence", h.firstMS, "ms"), figure("whole text", h.wholeMS, "ms"),
	}}
	if r.Earned {
		r.Reason = "every text held, and it repeats no more than the rules do"
	}
	return r
}

func figure[N int | int64](name string, value N, unit string) route.Figure {
	return route.Figure{Name: name, Value: fmt.Sprint(value), Unit: unit}
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
