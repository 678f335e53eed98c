//go:build worker

package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// topK is how many of the likeliest tokens plain completion draws from.
const topK = 40

// output says how a text is to be written.
type output struct {
	opening     string // it begins with this, which the model has read already
	object      bool   // it ends behind its first JSON object
	maxTokens   int
	temperature float32
	seed        uint64
	stop        []string
}

// generate completes the prompt freely. Nothing that it says is shown to a
// person unchecked: see backend/insight.
func (m *model) generate(ctx context.Context, r wire.GenerateRequest, report func(string)) (wire.GenerateReply, error) {
	start, cpu := time.Now(), cpuMS()
	logits, n, err := m.begin(ctx, r.Prompt)
	if err != nil {
		return wire.GenerateReply{}, err
	}
	u := wire.Usage{PromptTokens: n, PromptMS: time.Since(start).Milliseconds()}
	reply, err := m.write(ctx, logits, output{maxTokens: r.MaxTokens, temperature: r.Temperature, seed: r.Seed, stop: r.Stop}, &u, report)
	u.OutputMS = time.Since(start).Milliseconds() - u.PromptMS
	u.CPUMS = cpuMS() - cpu
	reply.Usage = u
	return reply, err
}

// chat answers a turn in the model's own form.
func (m *model) chat(ctx context.Context, r wire.ChatRequest, report func(string)) (wire.GenerateReply, error) {
	start, cpu := time.Now(), cpuMS()
	head, err := m.tokens(r.Head, m.m.AddBOSToken())
	if err != nil {
		return wire.GenerateReply{}, err
	}
	turn, err := m.tokens(append(slices.Clone(r.Turn), wire.Piece{Text: r.Opening}), len(r.Head) == 0 && m.m.AddBOSToken())
	if err != nil {
		return wire.GenerateReply{}, err
	}
	cached := slices.Equal(m.head, head)
	logits, n, err := m.beginWith(ctx, head, turn)
	if err != nil {
		return wire.GenerateReply{}, err
	}
	if !cached {
		n += len(head)
	}
	u := wire.Usage{PromptTokens: n, PromptMS: time.Since(start).Milliseconds()}
	reply, err := m.write(ctx, logits, output{opening: r.Opening, object: r.Object, maxTokens: r.MaxTokens, temperature: r.Temperature, seed: r.Seed, stop: r.Stop}, &u, report)
	u.OutputMS = time.Since(start).Milliseconds() - u.PromptMS
	u.CPUMS = cpuMS() - cpu
	reply.Usage = u
	return reply, err
}

// tokens reads the pieces one by one, so that only marks are read as marks.
func (m *model) tokens(pieces []wire.Piece, begin bool) ([]int, error) {
	var out []int
	for _, p := range pieces {
		if p.Text == "" {
			continue
		}
		ids, err := m.m.Tokenize(p.Text, begin, p.Marks)
		if err != nil {
			return nil, fmt.Errorf("tokenize chat: %w", err)
		}
		out, begin = append(out, ids...), false
	}
	return out, nil
}

// write draws tokens until the text ends.
func (m *model) write(ctx context.Context, logits []float32, o output, u *wire.Usage, report func(string)) (wire.GenerateReply, error) {
	limit := o.maxTokens
	if limit <= 0 || limit > m.size-m.past {
		limit = m.size - m.past
	}
	rng := rand.New(rand.NewPCG(o.seed, 2))
	var object wire.Object
	var text strings.Builder
	text.WriteString(o.opening)
	tell := func(s string, sent int) int {
		if len(s) > sent && utf8.ValidString(s[sent:]) {
			report(s[sent:])
			return len(s)
		}
		return sent
	}
	sent, ended := 0, false
	for !ended {
		if o.object {
			if start, end, whole := object.Find(text.String()); whole {
				s := text.String()[:end]
				tell(s, sent)
				return wire.GenerateReply{Text: strings.ToValidUTF8(s[start:], ""), Ended: true}, nil
			}
		}
		if u.OutputTokens >= limit {
			break
		}
		token := m.draw(logits, o.temperature, rng)
		u.OutputTokens++
		u.Choices++
		if m.m.TokenIsEog(token) {
			ended = true
			break
		}
		text.WriteString(m.m.TokenToPiece(token))
		s := text.String()
		for _, stop := range o.stop {
			if i := strings.Index(s, stop); stop != "" && i >= 0 {
				s, ended = s[:i], true
			}
		}
		if ended {
			text.Reset()
			text.WriteString(s)
			break
		}
		sent = tell(s, sent)
		var err error
		if logits, err = m.read(ctx, []int{token}); err != nil {
			return wire.GenerateReply{}, err
		}
	}
	return wire.GenerateReply{Text: strings.ToValidUTF8(text.String(), ""), Ended: ended}, nil
}

// draw takes one of the topK likeliest tokens.
func (m *model) draw(logits []float32, temperature float32, rng *rand.Rand) int {
	ids := make([]int, 0, topK+1)
	for id, l := range logits {
		if len(ids) == topK && l <= logits[ids[topK-1]] {
			continue
		}
		at := len(ids)
		for at > 0 && logits[ids[at-1]] < l {
			at--
		}
		ids = slices.Insert(ids, at, id)
		ids = ids[:min(len(ids), topK)]
	}
	return choose(logits, ids, temperature, rng)
}

// score sums the log-probability of each candidate after the prompt.
func (m *model) score(ctx context.Context, r wire.ScoreRequest) (wire.ScoreReply, error) {
	if len(r.Candidates) == 0 || len(r.Candidates) > 64 {
		return wire.ScoreReply{}, wire.Failure{Reason: wire.BadInput, Message: "want 1 to 64 candidates"}
	}
	start, cpu := time.Now(), cpuMS()
	first, n, err := m.begin(ctx, r.Prompt)
	if err != nil {
		return wire.ScoreReply{}, err
	}
	reply := wire.ScoreReply{Usage: wire.Usage{PromptTokens: n, PromptMS: time.Since(start).Milliseconds()}}
	after := m.past
	for _, c := range r.Candidates {
		ids, err := m.m.Tokenize(c, false, false)
		if err != nil {
			return wire.ScoreReply{}, fmt.Errorf("tokenize candidate: %w", err)
		}
		if err := m.rewindTo(after); err != nil {
			return wire.ScoreReply{}, err
		}
		logits, sum := first, 0.0
		for i, id := range ids {
			sum += logProb(logits, id)
			if i < len(ids)-1 {
				if logits, err = m.read(ctx, []int{id}); err != nil {
					return wire.ScoreReply{}, err
				}
			}
		}
		reply.LogProb = append(reply.LogProb, sum)
		reply.Tokens = append(reply.Tokens, len(ids))
		reply.Usage.OutputTokens += len(ids)
	}
	reply.Usage.OutputMS = time.Since(start).Milliseconds() - reply.Usage.PromptMS
	reply.Usage.CPUMS = cpuMS() - cpu
	return reply, nil
}

func logProb(logits []float32, token int) float64 {
	top := slices.Max(logits)
	var sum float64
	for _, l := range logits {
		sum += math.Exp(float64(l - top))
	}
	return float64(logits[token]-top) - math.Log(sum)
}
