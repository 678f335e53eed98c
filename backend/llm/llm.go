// Package llm is the vocabulary of language models: what a model may be
// asked, what comes back, what it has earned, and what state it is in.
//
// A model never decides a fact. The safest thing that it can be asked is to
// *word*: to choose a path through a Lattice, a finite automaton that the
// caller built so that every path through it is true. It may also *score*
// candidates, or *generate* freely, whose text is shown to nobody unchecked.
// The engines are backend/llm/local (a worker process on this machine) and,
// later, backend/llm/cloud.
package llm

import "time"

// Capability is a job that a model may earn by its built-in check.
type Capability string

const (
	Embed   Capability = "embed"
	Word    Capability = "word"
	Score   Capability = "score"
	Extract Capability = "extract"
	Ask     Capability = "ask"
	Write   Capability = "write"
)

// Condition is the state of a model in one word, for people and metrics.
type Condition string

const (
	Missing  Condition = "missing"  // its program or its pack is not there
	Building Condition = "building" // as Missing, but somebody said that it is on its way
	Starting Condition = "starting"
	Ready    Condition = "ready"
	Busy     Condition = "busy"
	Failed   Condition = "failed" // being tried again, unless Reason says otherwise
)

// State is what a person may know about a model.
type State struct {
	Condition Condition `json:"condition"`
	Model     string    `json:"model"`            // its title
	Reason    string    `json:"reason,omitempty"` // one sentence with the remedy; empty when all is well
	Loaded    bool      `json:"loaded"`           // in memory now; a Ready model that idled out is loaded again when asked
	Restarts  int       `json:"restarts"`         // since the hub started
	Requests  int       `json:"requests"`
	RSSBytes  int64     `json:"rss_bytes"`
}

// Usable reports whether a request sent now has a chance.
func (s State) Usable() bool {
	return s.Condition == Ready || s.Condition == Busy || s.Condition == Starting
}

// Arc is an edge of a Lattice.
type Arc struct {
	From, To int
	Text     string
	Uses     uint64 // an arc that shares a bit with one taken before may not be taken
	Break    bool   // ends a sentence
}

// Lattice is a finite automaton without cycles: 0 is the start, a state
// without outgoing arcs is an end, each arc leads to a higher state, and
// each state has an arc that uses nothing up. Texts start at the edge of a
// word (with a blank, or with punctuation after a letter or digit).
type Lattice struct {
	States int
	Arcs   []Arc
}

// WordRequest asks for a path through Lattice.
type WordRequest struct {
	Prompt      string
	Lattice     Lattice
	Temperature float32 // 0 takes the likeliest words
	Seed        uint64
	MaxTokens   int
}

// GenerateRequest asks for free text.
type GenerateRequest struct {
	Prompt      string
	Temperature float32
	Seed        uint64
	MaxTokens   int
	Stop        []string
}

// ChatRequest asks for an answer to Prompt under the orders of System. Each
// engine puts both into the form of its own model.
type ChatRequest struct {
	System, Prompt string
	JSON           bool // the answer is to be one JSON object; engines that can hold the model to it
	Temperature    float32
	Seed           uint64
	MaxTokens      int
}

// EmbedRequest asks for the meaning of texts.
type EmbedRequest struct {
	Texts []string
}

// EmbedReply holds a vector of length 1 for each text, in their order. The
// cosine of two is their scalar product.
type EmbedReply struct {
	Vectors [][]float32
	Cut     int // texts of which the end was left out, being longer than the model's context
	Usage   Usage
}

// Chunk is a part of a reply while it is being made.
type Chunk struct {
	Text  string        // of Generate: the text since the last chunk
	Path  []int         // of Word: the arcs up to the end of a sentence
	After time.Duration // since the request was taken up
}

// Usage is what a reply cost.
type Usage struct {
	PromptTokens int           // read beyond the prefix, which is cached
	OutputTokens int           //
	Choices      int           // output tokens that were not forced
	CPU          time.Duration // of the model's process
	Prompt       time.Duration
	Output       time.Duration
	Queued       time.Duration // before the model took the request up
}

// WordReply is a whole path.
type WordReply struct {
	Path  []int
	Usage Usage
}

// GenerateReply is a whole text.
type GenerateReply struct {
	Text  string
	Ended bool // by itself or at a stop text
	Usage Usage
}
