package invoice

import (
	"context"
	_ "embed" // the examples
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
)

// examples are made-up invoices of several layouts with what they say, in a
// form that docs/formats would not need: a text, a line of dashes, and a field
// a line.
//
//go:embed examples.txt
var examples string

// Example is an invoice with what it says.
type Example struct {
	Name string
	Text string
	Want map[string]string // by field: "84120 mi", "2026-03-14"; "" is absent
}

// Examples reads the check set.
func Examples() (out []Example) {
	for _, block := range strings.Split(examples, "\n==== ")[1:] {
		name, rest, _ := strings.Cut(block, "\n")
		text, want, _ := strings.Cut(rest, "\n----\n")
		e := Example{Name: strings.TrimSpace(name), Text: text, Want: map[string]string{}}
		for _, l := range strings.Split(strings.TrimSpace(want), "\n") {
			if k, v, ok := strings.Cut(l, ":"); ok {
				e.Want[k] = strings.TrimSpace(v)
			}
		}
		out = append(out, e)
	}
	return out
}

// Tally is how a set of fields was read.
type Tally struct {
	Fields     int // with a value to find
	RulesRight int // the rules' first candidate is right
	ModelRight int // of those that the model was asked: its choice is right
	Asked      int
	Agreed     int // filled because both said the same
	AgreedTrue int
	Filled     int // filled at all
	FilledTrue int
	Invented   int // filled where the invoice has none
}

// Count reads every example and compares.
func Count(ctx context.Context, score Scorer, progress func(done, total int)) (Tally, error) {
	var t Tally
	all := Examples()
	for n, e := range all {
		for _, f := range finders() {
			want, known := e.Want[f.name]
			if !known {
				continue
			}
			field := Line{Name: f.name, Candidates: f.rank(e.Text)}
			right := func(c *Candidate) bool { return strings.TrimSpace(c.Value+" "+c.Unit) == want }
			if want != "" {
				t.Fields++
				if len(field.Candidates) > 0 && right(&field.Candidates[0]) {
					t.RulesRight++
				}
			}
			if score != nil && len(field.Candidates) > 1 && want != "" {
				i, err := opinion(ctx, e.Text, f, field.Candidates, score)
				if err != nil {
					return t, err
				}
				t.Asked++
				if right(&field.Candidates[i]) {
					t.ModelRight++
				}
			}
			settle(ctx, e.Text, f, &field, score)
			if field.Chosen == nil {
				continue
			}
			t.Filled++
			ok := right(field.Chosen)
			if ok {
				t.FilledTrue++
			}
			if want == "" {
				t.Invented++
			}
			if field.Agreement == Both {
				t.Agreed++
				if ok {
					t.AgreedTrue++
				}
			}
		}
		if progress != nil {
			progress(n+1, len(all))
		}
	}
	return t, nil
}

// What earns the job: of the fields where model and rules agree, so many in a
// hundred are right, and they agree on at least a half of those asked.
const (
	agreedRight = 98
	agreedShare = 50
)

// Check is the built-in check of a model for giving a second opinion.
func Check() route.Check {
	h := fnv.New64a()
	fmt.Fprint(h, examples)
	return route.Check{Capability: llm.Score, Version: fmt.Sprintf("1 %016x", h.Sum64()), Run: run}
}

func run(ctx context.Context, e *route.Engine, progress func(done, total int)) (route.Report, error) {
	t, err := Count(ctx, ScoredBy(e), progress)
	if err != nil {
		return route.Report{}, err
	}
	figure := func(name string, v int, unit string) route.Figure {
		return route.Figure{Name: name, Value: fmt.Sprint(v), Unit: unit}
	}
	r := route.Report{Figures: []route.Figure{
		figure("fields", t.Fields, ""), figure("rules right", t.RulesRight, ""), figure("model asked", t.Asked, ""), figure("model right", t.ModelRight, ""),
		figure("agreed", t.Agreed, ""), figure("right where agreed", t.AgreedTrue, ""),
	}}
	switch {
	case 100*t.AgreedTrue < agreedRight*t.Agreed || t.Agreed == 0:
		r.Reason = fmt.Sprintf("where it agrees with the rules, %d of %d fields are right, wanted are %d in 100", t.AgreedTrue, t.Agreed, agreedRight)
	case 100*t.Agreed < agreedShare*t.Asked:
		r.Reason = fmt.Sprintf("it agrees with the rules in %d of %d fields only", t.Agreed, t.Asked)
	default:
		r.Earned, r.Reason = true, fmt.Sprintf("where it agrees with the rules, %d of %d fields are right", t.AgreedTrue, t.Agreed)
	}
	return r, nil
}

// ScoredBy makes a model's engine a second opinion.
func ScoredBy(e *route.Engine) Scorer {
	return func(ctx context.Context, prompt string, candidates []string) ([]float64, error) {
		logs, _, err := e.Scorer.Score(ctx, prompt, candidates)
		return logs, err
	}
}
