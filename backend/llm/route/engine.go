package route

import (
	"context"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/llm"
)

// Worder chooses a path through a lattice.
type Worder interface {
	Word(context.Context, llm.WordRequest, func(llm.Chunk)) (llm.WordReply, error)
}

// Chatter answers in free text, which is shown to nobody unchecked.
type Chatter interface {
	Chat(context.Context, llm.ChatRequest, func(llm.Chunk)) (llm.GenerateReply, error)
}

// Embedder turns texts into vectors.
type Embedder interface {
	Embed(context.Context, llm.EmbedRequest) (llm.EmbedReply, error)
}

// Scorer says how likely each candidate is after a prompt.
type Scorer interface {
	Score(ctx context.Context, prompt string, candidates []string) ([]float64, llm.Usage, error)
}

// Engine is one model that can be asked. What it can't do is nil.
type Engine struct {
	Ref   string // "pack/<name>" or "<provider's id>/<model>"; stable
	Title string // for people
	Print string // identifies its bytes: a verdict holds as long as it stays; of a provider's model what the provider tells
	Away  bool   // asking it sends the question to another machine
	Where string // that machine's name, for people

	Worder   Worder
	Chatter  Chatter
	Embedder Embedder
	Scorer   Scorer
	State    func() llm.State // nil: asked without a look
}

// Can reports whether the engine can be asked for the job at all, earned or
// not.
func (e *Engine) Can(c llm.Capability) bool {
	switch c {
	case llm.Word:
		return e.Worder != nil
	case llm.Embed:
		return e.Embedder != nil
	case llm.Score:
		return e.Scorer != nil
	case llm.Write, llm.Extract, llm.Ask:
		return e.Chatter != nil
	}
	return false
}

// Jobs lists what the engine can be asked for.
func (e *Engine) Jobs() []llm.Capability {
	return slices.DeleteFunc(Capabilities(), func(c llm.Capability) bool { return !e.Can(c) })
}

// Capabilities lists every job, in the order of product pages.
func Capabilities() []llm.Capability {
	return []llm.Capability{llm.Embed, llm.Word, llm.Score, llm.Extract, llm.Write, llm.Ask}
}

// Source lists engines of one sort as they are now. An engine that is known
// but can't be asked at the moment is listed with its State.
type Source interface {
	Engines(ctx context.Context) ([]Engine, error)
}
