package insight

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
)

// writeOrders are the model's orders. They hold no digit but those of ids, as
// nothing does that a writer is sent (TestNothingPersonalLeaves).
const writeOrders = `You write a short report on a vehicle for its buyer. You are given statements. Each is true and has a name such as F1, and some have a second wording behind "or".
Answer with one JSON object and nothing else, such as
{"sentences":[{"text":"The odometer stood at {F2.value} on {F2.date}.","cites":["F2"]}]}
Rules:
- Say the statements in the order given, each once. Those marked critical or warning must be said; of the others say what matters.
- Use the words of the statements. Add no name, number, reason or advice of your own.
- Placeholders in braces stand for values. Copy them letter by letter; never put a value in their place.
- You may join two statements of one sentence by "and", "while", "but" or a semicolon, and begin a sentence with "Also," or "Note that".
- Behind a statement you may put the words that stand behind "may add" for it, after a comma.
- "cites" lists the statements that the sentence says.`

// Limits of a request for writing.
const (
	writeTokens   = 700
	writeHeat     = 0.4
	writeTries    = 2
	writePrompt   = 3200 // bytes of statements, beyond which each is given in one wording only
	writeVersion  = "1"  // changes with the orders and the guard
	maxStatements = 16   // offered at once; the others are counted
)

// draftWriter is one attempt to have findings written by a model.
type draftWriter struct {
	findings []Finding
	offers   []offered
	seed     uint64
}

func newWriter(findings []Finding, seed uint64) *draftWriter {
	w := &draftWriter{findings: findings, seed: seed}
	for n, o := range offers(findings) {
		if n < maxStatements || o.topic.urgent {
			w.offers = append(w.offers, o)
		}
	}
	return w
}

// request is what is sent to a model: statements whose values are
// placeholders, and why its last answer was refused.
func (w *draftWriter) request(try int, refused []string) llm.ChatRequest {
	prompt := w.statements(2)
	if len(prompt) > writePrompt {
		prompt = w.statements(1)
	}
	if len(refused) > 0 {
		prompt += "\nYour last answer was refused:\n- " + strings.Join(refused, "\n- ") + "\nWrite it again, nearer to the statements.\n"
	}
	return llm.ChatRequest{System: writeOrders, Prompt: prompt, JSON: true, Temperature: writeHeat, Seed: w.seed + uint64(try), MaxTokens: writeTokens}
}

func (w *draftWriter) statements(wordings int) string {
	var b strings.Builder
	for _, o := range w.offers {
		fmt.Fprintf(&b, "%s (%s): ", o.lead, o.topic.findings[0].Severity)
		n := 0
		for _, s := range o.sayings {
			if s.pronoun || n >= wordings {
				continue
			}
			if n > 0 {
				b.WriteString(" or: ")
			}
			b.WriteString(atStart(s.text) + ".")
			n++
		}
		if len(o.so) > 0 {
			b.WriteString(" You may add: " + o.so[0].text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// answer is what came of it.
type answer struct {
	text    []Sentence
	tries   int
	refused []string      // of the last answer, if it was refused
	first   time.Duration // until the first checked sentence of the accepted answer; 0 is none
	usage   llm.Usage     // of all tries
}

// write has e write until an answer holds or the tries are used up. Sentences
// are given to each when they are checked; a refused answer takes them back:
// again is called, and each starts from the beginning. Either may be nil.
func (w *draftWriter) write(ctx context.Context, e route.Chatter, each func(Sentence), again func()) (answer, error) {
	var a answer
	start := time.Now()
	for a.tries < writeTries {
		a.tries++
		text, u, rs, err := w.try(ctx, e, a.tries, a.refused, func(s Sentence) {
			if a.first == 0 {
				a.first = time.Since(start)
			}
			if each != nil {
				each(s)
			}
		})
		a.usage.PromptTokens += u.PromptTokens
		a.usage.OutputTokens += u.OutputTokens
		a.usage.CPU += u.CPU
		if err != nil {
			return a, err
		}
		if len(rs) == 0 {
			a.text, a.refused = text, nil
			return a, nil
		}
		a.refused, a.first = rs, 0
		if again != nil {
			again()
		}
	}
	return a, fault.New(fault.Unavailable, "the model's text did not hold against the records: %s", a.refused[0])
}

// try asks once. The answer is read while it comes, and broken off at the
// first sentence that does not hold.
func (w *draftWriter) try(ctx context.Context, e route.Chatter, n int, refused []string, each func(Sentence)) ([]Sentence, llm.Usage, []string, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	live := newGuard(w.findings, w.offers)
	var s sentenceStream
	var broken []string
	taken := 0
	reply, err := e.Chat(inner, w.request(n, refused), func(c llm.Chunk) {
		if broken != nil {
			return
		}
		for _, raw := range s.add(c.Text) {
			x, rs := live.take(raw)
			if taken++; len(rs) > 0 || taken > maxSentences {
				broken = append([]string{}, rs...)
				for i := range broken {
					broken[i] = fmt.Sprintf("sentence %d: %s", taken, broken[i])
				}
				break
			}
			each(x)
		}
		if s.hopeless() {
			broken = []string{`the answer is not one JSON object {"sentences":[...]} and nothing else, or it is too long`}
		}
		if broken != nil {
			cancel()
		}
	})
	switch {
	case broken != nil && ctx.Err() == nil:
		return nil, reply.Usage, append(broken, live.silent()...), nil
	case err != nil:
		return nil, reply.Usage, nil, err
	case !reply.Ended:
		return nil, reply.Usage, []string{"the answer was too long and was cut off"}, nil
	}
	text, rs := newGuard(w.findings, w.offers).read(reply.Text)
	for _, x := range text[min(live.count(), len(text)):] {
		each(x) // the count of what was left out
	}
	return text, reply.Usage, rs, nil
}

func (g *guard) count() int { return len(g.texts) }
