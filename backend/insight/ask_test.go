package insight_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
)

// asked answers a question about numbered sentences.
type asked func(sentences []string) string

func (a asked) Chat(_ context.Context, r llm.ChatRequest, _ func(llm.Chunk)) (llm.GenerateReply, error) {
	var sentences []string
	for line := range strings.Lines(r.Prompt) {
		_, text, _ := strings.Cut(strings.TrimSpace(line), ". ")
		sentences = append(sentences, text)
	}
	return llm.GenerateReply{Text: a(sentences)}, nil
}

// The job of answering is earned by who knows what matters, and by nobody
// else: not by order, not by chance, not by form alone.
func TestAskingIsEarned(t *testing.T) {
	danger := []string{"failed", "bent", "airbag is missing", "knocks", "slips", "leaks", "flood", "rolled back", "locks up", "gasket", "cracked and hot", "lien", "came off", "Rust", "seized", "who owns"}
	knows := func(sentences []string) (out []int) {
		for i, s := range sentences {
			for _, d := range danger {
				if strings.Contains(s, d) {
					out = append(out, i+1)
				}
			}
		}
		return out
	}
	choose := func(numbers []int) string {
		return `{"choose":` + strings.ReplaceAll(fmt.Sprint(numbers), " ", ",") + `}`
	}
	n := 0
	for _, c := range []struct {
		name   string
		answer asked
		earned bool
	}{
		{"one that knows", func(s []string) string { return choose(knows(s)) }, true},
		{"one that knows all but one", func(s []string) string {
			if n++; n == 3 {
				return choose([]int{1, 2})
			}
			return choose(knows(s))
		}, true},
		{"the first two", func([]string) string { return choose([]int{1, 2}) }, false},
		{"the last two", func(s []string) string { return choose([]int{len(s), len(s) - 1}) }, false},
		{"prose", func([]string) string { return "The brakes matter most." }, false},
		{"numbers that are not there", func([]string) string { return choose([]int{40, 41}) }, false},
		{"the same twice", func(s []string) string { k := knows(s); return choose([]int{k[0], k[0]}) }, false},
	} {
		e := route.Engine{Ref: "x", Title: c.name, Print: c.name, Chatter: c.answer}
		r, err := insight.AskCheck().Run(t.Context(), &e, func(int, int) {})
		if err != nil || r.Earned != c.earned || r.Reason == "" || len(r.Figures) == 0 {
			t.Errorf("%s: %+v, %v, want earned %v", c.name, r, err, c.earned)
		}
	}
}
