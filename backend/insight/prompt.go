package insight

import (
	"strings"

	"github.com/hubcap-dev/hubcap/backend/llm"
)

const (
	orders = "You are the manager of a workshop. You tell a buyer about a vehicle in plain, short, varied sentences, what is urgent first. " +
		"You do not repeat a word if another one fits."
	opening = "Tell me about this vehicle:\n"
)

// Prefix is what every prompt begins with, in a model's own form. The model's
// engine reads it once, when the model is loaded.
func Prefix(f llm.Form) string { return f.Open(orders, opening) }

// temperature was chosen on the check set: at 1.3 SmolLM2 takes the same
// phrase in 87 of 100 choices, at 2 in 81; every path is true, so a high one
// does no harm (docs/benchmarks/insights.md).
const temperature = 2.0

// hardTokens ends a walk that must be a mistake: no lattice is that long.
const hardTokens = 400

// request asks a model for a path through the plan.
func (p *plan) request(seed uint64) llm.WordRequest {
	var b strings.Builder
	budget := 90 // tokens, by estimate; the rest of 120 is the end of the turn and the error of the estimate
	for _, t := range p.topics {
		if t.hint == "" {
			continue
		}
		line := "- " + strings.NewReplacer("<", " ", "\n", " ").Replace(t.hint) + "\n"
		if budget -= tokens(line) + 3; budget < 0 {
			break
		}
		b.WriteString(line)
	}
	return llm.WordRequest{Prompt: b.String(), Lattice: p.lattice, Temperature: temperature, Seed: seed, MaxTokens: hardTokens}
}
