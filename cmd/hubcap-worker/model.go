//go:build worker

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/ollama/ollama/llama"
	"github.com/ollama/ollama/ml"

	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// batchSize is how many tokens the engine reads in one step.
const batchSize = 256

// model is a loaded model with one sequence. Its first tokens, the head,
// stay in the engine's cache from one request to the next as long as the
// requests begin alike: walks and completions with the prefix, chats with
// their own.
type model struct {
	m     *llama.Model
	ctx   *llama.Context
	batch *llama.Batch
	size  int // context length in tokens

	prefix []int
	head   []int // what the cache begins with
	past   int   // tokens in the cache
	vocab  int
}

// encoders are the engine's architectures that give meanings and no words.
var encoders = map[string]bool{
	"bert": true, "nomic-bert": true, "nomic-bert-moe": true, "neo-bert": true, "jina-bert-v2": true, "jina-bert-v3": true, "gemma-embedding": true,
}

func load(r wire.LoadRequest) (*model, wire.LoadReply, error) {
	start := time.Now()
	bad := func(format string, args ...any) error {
		return wire.Failure{Reason: wire.BadModel, Message: fmt.Sprintf(format, args...)}
	}
	if r.Threads < 1 || r.Threads > 256 || r.Context < 128 || r.Context > 1<<17 {
		return nil, wire.LoadReply{}, wire.Failure{Reason: wire.BadInput, Message: "threads or context out of range"}
	}
	if err := checkFile(r.Path, r.Digest); err != nil {
		return nil, wire.LoadReply{}, bad("%v", err)
	}
	arch, err := llama.GetModelArch(r.Path)
	if err != nil {
		return nil, wire.LoadReply{}, bad("read model %s: %v", r.Path, err)
	}
	if encoders[arch] {
		return nil, wire.LoadReply{}, bad("%s is a model of meanings (%s): it writes no text", r.Path, arch)
	}
	m, err := llama.LoadModelFromFile(r.Path, llama.ModelParams{UseMmap: true})
	if err != nil {
		return nil, wire.LoadReply{}, bad("load model %s: %v", r.Path, err)
	}
	params := llama.NewContextParams(r.Context, batchSize, 1, r.Threads, ml.FlashAttentionDisabled, "")
	ctx, err := llama.NewContextWithModel(m, params)
	if err != nil {
		return nil, wire.LoadReply{}, fmt.Errorf("make context: %w", err)
	}
	batch, err := llama.NewBatch(batchSize, 1, 0)
	if err != nil {
		return nil, wire.LoadReply{}, fmt.Errorf("make batch: %w", err)
	}
	md := &model{m: m, ctx: ctx, batch: batch, size: r.Context, vocab: m.NumVocab()}
	loaded := time.Now()
	tokens, err := m.Tokenize(r.Prefix, m.AddBOSToken(), true)
	if err != nil {
		return nil, wire.LoadReply{}, fmt.Errorf("tokenize prefix: %w", err)
	}
	md.prefix = tokens
	if err := md.rewind(context.Background(), tokens); err != nil {
		return nil, wire.LoadReply{}, err
	}
	return md, wire.LoadReply{
		Architecture: arch,
		Vocabulary:   md.vocab,
		PrefixTokens: len(md.prefix),
		LoadMS:       loaded.Sub(start).Milliseconds(),
		PrefixMS:     time.Since(loaded).Milliseconds(),
	}, nil
}

// checkFile looks before the engine does, which ends the process on some
// damaged files.
func checkFile(path, digest string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open model: %w", err)
	}
	defer f.Close()
	var magic [4]byte
	if _, err := io.ReadFull(f, magic[:]); err != nil || string(magic[:]) != "GGUF" {
		return fmt.Errorf("%s is not a GGUF file", path)
	}
	if digest == "" {
		return nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read model: %w", err)
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("read model: %w", err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); !strings.EqualFold(got, digest) {
		return fmt.Errorf("%s does not have its digest", path)
	}
	return nil
}

// rewind leaves the cache with head alone. The head is read in steps of its
// own, whether it was there or not, so that a request gives the same answer
// each time.
func (m *model) rewind(ctx context.Context, head []int) error {
	if m.head != nil && slices.Equal(m.head, head) && m.rewindTo(len(head)) == nil {
		return nil
	}
	m.ctx.KvCacheClear()
	m.past, m.head = 0, nil
	if len(head) > 0 {
		if _, err := m.read(ctx, head); err != nil {
			return err
		}
		m.head = head
	}
	return nil
}

// rewindTo fails on models that keep a state instead of a cache: theirs
// can't be taken back.
func (m *model) rewindTo(n int) error {
	if !m.ctx.KvCacheSeqRm(0, n, -1) {
		return fmt.Errorf("the engine's cache can't be rewound")
	}
	m.past = n
	return nil
}

// read feeds tokens to the model and returns the logits after the last.
func (m *model) read(ctx context.Context, tokens []int) ([]float32, error) {
	if m.past+len(tokens) > m.size {
		return nil, wire.Failure{Reason: wire.TooLong, Message: "the text is longer than the model's context"}
	}
	for len(tokens) > 0 {
		if ctx.Err() != nil {
			return nil, timedOut(ctx)
		}
		n := min(len(tokens), batchSize)
		m.batch.Clear()
		for i, t := range tokens[:n] {
			m.batch.Add(t, nil, m.past+i, i == n-1 && n == len(tokens), 0)
		}
		if err := m.ctx.Decode(m.batch); err != nil {
			return nil, err
		}
		m.ctx.Synchronize()
		m.past += n
		tokens = tokens[n:]
	}
	logits := m.ctx.GetLogitsIth(-1)
	if logits == nil {
		return nil, fmt.Errorf("the engine returned no logits")
	}
	return logits, nil
}

// begin rewinds to the prefix and reads the prompt.
func (m *model) begin(ctx context.Context, prompt string) (logits []float32, tokens int, err error) {
	ids, err := m.m.Tokenize(prompt, false, true)
	if err != nil {
		return nil, 0, fmt.Errorf("tokenize prompt: %w", err)
	}
	return m.beginWith(ctx, m.prefix, ids)
}

// beginWith rewinds to head and reads the tokens behind it.
func (m *model) beginWith(ctx context.Context, head, ids []int) (logits []float32, tokens int, err error) {
	if len(ids) == 0 {
		return nil, 0, wire.Failure{Reason: wire.BadInput, Message: "the prompt is empty"}
	}
	if err := m.rewind(ctx, head); err != nil {
		return nil, 0, err
	}
	logits, err = m.read(ctx, ids)
	return logits, len(ids), err
}

// timedOut tells a deadline from a cancel: server.one overrides the reason
// for the latter.
func timedOut(ctx context.Context) error {
	if ctx.Err() == context.DeadlineExceeded {
		return wire.Failure{Reason: wire.TooLong, Message: "the request took longer than it may"}
	}
	return wire.Failure{Reason: wire.Canceled, Message: "canceled"}
}
