package local

import (
	"context"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// Word asks the model for a path through r.Lattice. Its prompt goes on where
// Prefix ends, and is closed in the model's form. each, if not nil, gets
// the path so far at the end of each sentence, on the keeper's goroutine:
// it must not block for long. Canceling ctx stops the model.
func (c *Client) Word(ctx context.Context, r llm.WordRequest, each func(llm.Chunk)) (llm.WordReply, error) {
	arcs := make([]wire.Arc, len(r.Lattice.Arcs))
	for i, a := range r.Lattice.Arcs {
		arcs[i] = wire.Arc(a)
	}
	lat := wire.Lattice{States: r.Lattice.States, Arcs: arcs}
	if err := lat.Check(); err != nil {
		return llm.WordReply{}, err // a bug of the caller's: not worth a round trip
	}
	j, err := c.ask(ctx, wire.Walk, wire.WalkRequest{
		Prompt: r.Prompt + c.opts.Form.Close(), Lattice: lat, Temperature: r.Temperature, Seed: r.Seed,
		MaxTokens: r.MaxTokens, TimeoutMS: c.opts.Timeout.Milliseconds(),
	}, func(f wire.Frame) error {
		var p wire.WalkProgress
		if err := f.Decode(&p); err != nil {
			return err
		}
		if each != nil {
			each(llm.Chunk{Path: p.Path, After: ms(p.MS)})
		}
		return nil
	})
	if err != nil {
		return llm.WordReply{}, err
	}
	var reply wire.WalkReply
	if err := j.result.Decode(&reply); err != nil {
		return llm.WordReply{}, err
	}
	return llm.WordReply{Path: reply.Path, Usage: usage(reply.Usage, j.queued)}, nil
}

// Generate asks for free text.
func (c *Client) Generate(ctx context.Context, r llm.GenerateRequest, each func(llm.Chunk)) (llm.GenerateReply, error) {
	if err := checkLength(len(r.Prompt)); err != nil {
		return llm.GenerateReply{}, err
	}
	return c.write(ctx, wire.Generate, wire.GenerateRequest{
		Prompt: r.Prompt, MaxTokens: r.MaxTokens, Temperature: r.Temperature, Seed: r.Seed, Stop: r.Stop,
		TimeoutMS: c.opts.Timeout.Milliseconds(),
	}, each)
}

// Chat asks for an answer in the model's own form. With JSON the answer is
// begun with a brace and ended behind the first whole object; whether that
// is what was wished is the caller's to check.
//
// Orders stay in the worker's cache for the next chat with the same ones. A
// chat puts Prefix out of it, so the Word after a chat reads Prefix again: a
// model that is much asked for both had better have two clients.
func (c *Client) Chat(ctx context.Context, r llm.ChatRequest, each func(llm.Chunk)) (llm.GenerateReply, error) {
	if err := checkLength(len(r.System) + len(r.Prompt)); err != nil {
		return llm.GenerateReply{}, err
	}
	head, turn, stop := c.opts.Form.Turn(r.System, r.Prompt)
	q := wire.ChatRequest{
		Head: pieces(head), Turn: pieces(turn), Object: r.JSON, MaxTokens: r.MaxTokens, Temperature: r.Temperature, Seed: r.Seed,
		Stop: stop, TimeoutMS: c.opts.Timeout.Milliseconds(),
	}
	if r.JSON {
		q.Opening = "{"
	}
	return c.write(ctx, wire.Chat, q, each)
}

func pieces(parts []llm.Part) []wire.Piece {
	out := make([]wire.Piece, len(parts))
	for i, p := range parts {
		out[i] = wire.Piece(p)
	}
	return out
}

// escaped is how many bytes a byte of text takes in a frame at worst.
const escaped = 6

// checkLength refuses a text that no frame could hold; no model's context
// here is as long.
func checkLength(n int) error {
	if most := wire.MaxPayload / escaped; n > most-4096 {
		return fault.New(fault.Limited, "the text is too long for the local model").WithRemedy("give it less than %d kB at once", most>>10)
	}
	return nil
}

// write asks for a text and passes its parts on.
func (c *Client) write(ctx context.Context, kind wire.Kind, request any, each func(llm.Chunk)) (llm.GenerateReply, error) {
	start := time.Now()
	j, err := c.ask(ctx, kind, request, func(f wire.Frame) error {
		var p wire.GenerateProgress
		if err := f.Decode(&p); err != nil {
			return err
		}
		if each != nil {
			each(llm.Chunk{Text: p.Text, After: time.Since(start)})
		}
		return nil
	})
	if err != nil {
		return llm.GenerateReply{}, err
	}
	var reply wire.GenerateReply
	if err := j.result.Decode(&reply); err != nil {
		return llm.GenerateReply{}, err
	}
	return llm.GenerateReply{Text: reply.Text, Ended: reply.Ended, Usage: usage(reply.Usage, j.queued)}, nil
}

// Score returns the summed log-probability of each candidate after prompt.
func (c *Client) Score(ctx context.Context, prompt string, candidates []string) ([]float64, llm.Usage, error) {
	j, err := c.ask(ctx, wire.Score, wire.ScoreRequest{Prompt: prompt, Candidates: candidates}, nil)
	if err != nil {
		return nil, llm.Usage{}, err
	}
	var reply wire.ScoreReply
	if err := j.result.Decode(&reply); err != nil {
		return nil, llm.Usage{}, err
	}
	return reply.LogProb, usage(reply.Usage, j.queued), nil
}

func usage(u wire.Usage, queued time.Duration) llm.Usage {
	return llm.Usage{
		PromptTokens: u.PromptTokens, OutputTokens: u.OutputTokens, Choices: u.Choices,
		CPU: ms(u.CPUMS), Prompt: ms(u.PromptMS), Output: ms(u.OutputMS), Queued: queued,
	}
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
