package local

import (
	"context"
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// Bounds of what the worker is asked for at once. Many texts go in several
// requests, between which others get their turn.
const (
	batchBytes    = (wire.MaxPayload - 4096) / escaped
	bytesOfAToken = 64 // more than the longest token that is common; beyond the context nothing is read anyway
)

// Embed returns a vector of length 1 for each text. A text that is longer
// than the model's context is cut at the border of a token, and counted in
// Cut. The client must have been opened with Embed.
func (c *Client) Embed(ctx context.Context, r llm.EmbedRequest) (llm.EmbedReply, error) {
	reply := llm.EmbedReply{Vectors: make([][]float32, 0, len(r.Texts))}
	for rest := r.Texts; len(rest) > 0; {
		batch, cut := c.batch(rest)
		j, err := c.ask(ctx, wire.Embed, wire.EmbedRequest{Texts: batch, TimeoutMS: c.opts.Timeout.Milliseconds()}, nil)
		if err != nil {
			return llm.EmbedReply{}, err
		}
		var part wire.EmbedReply
		if err := j.result.Decode(&part); err != nil {
			return llm.EmbedReply{}, err
		}
		if part.Dimensions < 1 || len(part.Vectors) != len(batch)*part.Dimensions*4 {
			return llm.EmbedReply{}, fault.New(fault.Internal, "the model worker gave %d bytes for %d vectors of %d", len(part.Vectors), len(batch), part.Dimensions)
		}
		for i := range batch {
			reply.Vectors = append(reply.Vectors, vector(part.Vectors[i*part.Dimensions*4:(i+1)*part.Dimensions*4]))
		}
		u := usage(part.Usage, j.queued)
		reply.Cut += max(cut, part.Cut)
		reply.Usage.PromptTokens += u.PromptTokens
		reply.Usage.CPU += u.CPU
		reply.Usage.Prompt += u.Prompt
		reply.Usage.Queued += u.Queued
		rest = rest[len(batch):]
	}
	return reply, nil
}

// batch takes as many texts as go into one request, and says how many of
// them it had to cut: those of which the worker could not read the end in
// any case.
func (c *Client) batch(texts []string) (batch []string, cut int) {
	most, size := min(c.opts.Context*bytesOfAToken, batchBytes), 0
	for _, t := range texts[:min(len(texts), wire.MaxTexts)] {
		t = strings.ReplaceAll(t, "\x00", " ") // ends a text for the engine
		long := len(t) > most
		if long {
			n := most
			for n > 0 && !utf8.RuneStart(t[n]) {
				n--
			}
			t = t[:n]
		}
		if size += len(t); size > batchBytes && len(batch) > 0 {
			break
		}
		batch = append(batch, t)
		if long {
			cut++
		}
	}
	return batch, cut
}

func vector(b []byte) []float32 {
	v := make([]float32, len(b)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[i*4:]))
	}
	return v
}
