//go:build worker

package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/ollama/ollama/llama"
	"github.com/ollama/ollama/ml"

	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// groupTokens is how many tokens of short texts the engine reads in one
// step. Measured for MiniLM at one thread, 32 notes of some 15 tokens: each
// alone 8.7 ms a text, in groups of 64 to 128 tokens 7.5, of 256 8.6, of 512
// 11.9, since every token is compared with those of the other texts, too.
const groupTokens = 96

// embedder is a loaded model that gives the meaning of texts. Encoders keep
// nothing between texts and take several at once; other models have a cache,
// and read one text at a time.
type embedder struct {
	m     *llama.Model
	ctx   *llama.Context
	batch *llama.Batch
	size  int // tokens of a text; what is beyond is cut off
	step  int // tokens of a step at most: an encoder reads a text in one step or not at all
	texts int // texts of a step
	end   int // the token that ends each text, -1 for none
	width int // numbers of a vector
}

func loadEmbedder(r wire.LoadRequest) (*embedder, wire.LoadReply, error) {
	start := time.Now()
	bad := func(format string, args ...any) error {
		return wire.Failure{Reason: wire.BadModel, Message: fmt.Sprintf(format, args...)}
	}
	if r.Threads < 1 || r.Threads > 256 || r.Context < 16 || r.Context > 1<<15 {
		return nil, wire.LoadReply{}, wire.Failure{Reason: wire.BadInput, Message: "threads or context out of range"}
	}
	if err := checkFile(r.Path, r.Digest); err != nil {
		return nil, wire.LoadReply{}, bad("%v", err)
	}
	arch, err := llama.GetModelArch(r.Path)
	if err != nil {
		return nil, wire.LoadReply{}, bad("read model %s: %v", r.Path, err)
	}
	e := &embedder{size: r.Context, step: max(groupTokens, r.Context), texts: 1, end: -1}
	if encoders[arch] && arch != "gemma-embedding" {
		e.texts = wire.MaxTexts
	}
	if e.m, err = llama.LoadModelFromFile(r.Path, llama.ModelParams{UseMmap: true}); err != nil {
		return nil, wire.LoadReply{}, bad("load model %s: %v", r.Path, err)
	}
	params := llama.NewContextParams(r.Context*e.texts, e.step, e.texts, r.Threads, ml.FlashAttentionDisabled, "")
	if e.ctx, err = llama.NewContextWithModel(e.m, params); err != nil {
		return nil, wire.LoadReply{}, fmt.Errorf("make context: %w", err)
	}
	if e.batch, err = llama.NewBatch(e.step, 1, 0); err != nil {
		return nil, wire.LoadReply{}, fmt.Errorf("make batch: %w", err)
	}
	if e.width = e.m.NEmbd(); e.width < 1 || e.width > wire.MaxDimensions {
		return nil, wire.LoadReply{}, bad("%s gives vectors of %d numbers; at most %d can be used", r.Path, e.width, wire.MaxDimensions)
	}
	if err := e.findEnd(); err != nil {
		return nil, wire.LoadReply{}, err
	}
	if _, err := e.embed(context.Background(), wire.EmbedRequest{Texts: []string{"a"}}); err != nil {
		return nil, wire.LoadReply{}, bad("%s gives no vector for a text: %v", r.Path, err)
	}
	return e, wire.LoadReply{
		Architecture: arch, Vocabulary: e.m.NumVocab(), Dimensions: e.width, LoadMS: time.Since(start).Milliseconds(),
	}, nil
}

// findEnd learns which token stands behind each text, by two texts that
// have nothing else in common at their end.
func (e *embedder) findEnd() error {
	a, err := e.m.Tokenize("a", true, false)
	if err != nil {
		return fmt.Errorf("tokenize: %w", err)
	}
	b, err := e.m.Tokenize("7", true, false)
	if err != nil {
		return fmt.Errorf("tokenize: %w", err)
	}
	if len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		e.end = a[len(a)-1]
	}
	return nil
}

// embed returns a vector of length 1 for each text.
func (e *embedder) embed(ctx context.Context, r wire.EmbedRequest) (wire.EmbedReply, error) {
	if len(r.Texts) == 0 || len(r.Texts) > wire.MaxTexts {
		return wire.EmbedReply{}, wire.Failure{Reason: wire.BadInput, Message: fmt.Sprintf("want 1 to %d texts", wire.MaxTexts)}
	}
	start, cpu := time.Now(), cpuMS()
	reply := wire.EmbedReply{Dimensions: e.width, Vectors: make([]byte, 0, len(r.Texts)*e.width*4)}
	var ids [][]int
	for _, text := range r.Texts {
		t, cut, err := e.tokens(text)
		if err != nil {
			return wire.EmbedReply{}, err
		}
		if cut {
			reply.Cut++
		}
		reply.Usage.PromptTokens += len(t)
		ids = append(ids, t)
	}
	for len(ids) > 0 {
		if ctx.Err() != nil {
			return wire.EmbedReply{}, timedOut(ctx)
		}
		n, err := e.read(ids)
		if err != nil {
			return wire.EmbedReply{}, err
		}
		for seq := range n {
			if reply.Vectors, err = e.appendVector(reply.Vectors, seq); err != nil {
				return wire.EmbedReply{}, err
			}
		}
		ids = ids[n:]
	}
	reply.Usage.PromptMS = time.Since(start).Milliseconds()
	reply.Usage.CPUMS = cpuMS() - cpu
	return reply, nil
}

// tokens cuts a text that is longer than the context at the border of a
// token, and keeps the mark that ends a text.
func (e *embedder) tokens(text string) (ids []int, cut bool, err error) {
	if ids, err = e.m.Tokenize(text, true, false); err != nil {
		return nil, false, fmt.Errorf("tokenize text: %w", err)
	}
	if len(ids) == 0 {
		return nil, false, wire.Failure{Reason: wire.BadInput, Message: "a text is empty"}
	}
	if len(ids) <= e.size {
		return ids, false, nil
	}
	ids = ids[:e.size]
	if e.end >= 0 {
		ids[e.size-1] = e.end
	}
	return ids, true, nil
}

// read lets the engine read as many of the texts as one step takes, and
// returns how many.
func (e *embedder) read(texts [][]int) (n int, err error) {
	e.ctx.KvCacheClear()
	e.batch.Clear()
	for n < len(texts) && n < e.texts && (n == 0 || e.batch.NumTokens()+len(texts[n]) <= groupTokens) {
		for pos, t := range texts[n] {
			e.batch.Add(t, nil, pos, true, n)
		}
		n++
	}
	if err := e.ctx.Decode(e.batch); err != nil {
		return 0, err
	}
	e.ctx.Synchronize()
	return n, nil
}

// appendVector takes a text's vector from the engine and makes it one long.
func (e *embedder) appendVector(to []byte, seq int) ([]byte, error) {
	v := e.ctx.GetEmbeddingsSeq(seq)
	if v == nil {
		return nil, wire.Failure{Reason: wire.BadModel, Message: "the model does not say the meaning of whole texts"}
	}
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return nil, fmt.Errorf("the engine gave a vector without direction")
	}
	scale := 1 / math.Sqrt(sum)
	for _, x := range v {
		to = binary.LittleEndian.AppendUint32(to, math.Float32bits(float32(float64(x)*scale)))
	}
	return to, nil
}
