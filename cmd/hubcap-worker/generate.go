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

// generate completes the prompt freely. Nothing that it says is shown to a
// person unchecked: see backend/insight.
func (m *model) generate(ctx context.Context, r wire.GenerateRequest, report func(string)) (wire.GenerateReply, error) {
	start, cpu := time.Now(), cpuMS()
	logits, n, err := m.begin(ctx, r.Prompt)
	if err != nil {
		return wire.GenerateReply{}, err
	}
	u := wire.Usage{PromptTokens: n, PromptMS: time.Since(start).Milliseconds()}
	limit := r.MaxTokens
	if limit <= 0 || limit > m.size-m.past {
		limit = m.size - m.past
	}
	rng := rand.New(rand.NewPCG(r.Seed, 2))
	var text strings.Builder
	sent, ended := 0, false
	for u.OutputTokens < limit && !ended {
		token := m.draw(logits, r.Temperature, rng)
		u.OutputTokens++
		if m.m.TokenIsEog(token) {
			ended = true
			break
		}
		text.WriteString(m.m.TokenToPiece(token))
		s := text.String()
		for _, stop := range r.Stop {
			if i := strings.Index(s, stop); stop != "" && i >= 0 {
				s, ended = s[:i], true
			}
		}
		if ended {
			text.Reset()
			text.WriteString(s)
			break
		}
		if utf8.ValidString(s[sent:]) {
			report(s[sent:])
			sent = len(s)
		}
		if logits, err = m.read(ctx, []int{token}); err != nil {
			return wire.GenerateReply{}, err
		}
	}
	u.Choices = u.OutputTokens
	u.OutputMS = time.Since(start).Milliseconds() - u.PromptMS
	u.CPUMS = cpuMS() - cpu
	return wire.GenerateReply{Text: strings.ToValidUTF8(text.String(), ""), Ended: ended, Usage: u}, nil
}

func (m *model) draw(logits []float32, temperature float32, rng *rand.Rand) int {
	ids := make([]int, len(logits))
	for i := range ids {
		ids[i] = i
	}
	slices.SortFunc(ids, func(a, b int) int {
		switch {
		case logits[a] > logits[b]:
			return -1
		case logits[a] < logits[b]:
			return 1
		default:
			return a - b
		}
	})
	return choose(logits, ids[:min(topK, len(ids))], temperature, rng)
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
