package wire

import "fmt"

// HelloReply says who the worker is.
type HelloReply struct {
	PID    int    `json:"pid"`
	Arch   string `json:"arch"`   // what it was built for, such as "amd64 x86-64-v3"
	Engine string `json:"engine"` // the engine and its version
	Cores  int    `json:"cores"`
}

// LoadRequest asks for one model. A worker loads one model in its life; a
// second Load fails.
type LoadRequest struct {
	Path    string `json:"path"`
	Digest  string `json:"digest"` // sha256 in hex; empty is not checked (the hub has done it)
	Threads int    `json:"threads"`
	Context int    `json:"context"` // tokens
	Prefix  string `json:"prefix"`  // read once now; every Walk and Generate starts behind it
	Embed   bool   `json:"embed"`   // the model is asked for Embed alone, and Prefix is not read
}

// LoadReply describes the loaded model.
type LoadReply struct {
	Architecture string `json:"architecture"`
	Vocabulary   int    `json:"vocabulary"`
	PrefixTokens int    `json:"prefix_tokens"`
	LoadMS       int64  `json:"load_ms"`
	PrefixMS     int64  `json:"prefix_ms"`
	Dimensions   int    `json:"dimensions,omitempty"` // of a vector, for Embed
}

// Arc is an edge of a lattice: the text between two states. An arc whose
// Uses shares a bit with an arc taken before may not be taken.
type Arc struct {
	From int    `json:"f"`
	To   int    `json:"t"`
	Text string `json:"s,omitempty"`
	Uses uint64 `json:"u,omitempty"`
	// Break marks the end of a sentence: the worker reports its path there.
	Break bool `json:"b,omitempty"`
}

// Lattice is a finite automaton without cycles. State 0 is the start, a
// state without outgoing arcs is an end. Each text starts at the edge of a
// word, so that tokens never cross arcs: with a blank, or with punctuation
// that follows a letter or digit.
type Lattice struct {
	States int   `json:"states"`
	Arcs   []Arc `json:"arcs"`
}

// Bounds of a lattice.
const (
	MaxStates = 4096
	MaxArcs   = 16384
)

// Check reports what makes l unfit to walk: an arc outside of the states, a
// cycle, or a state where used-up arcs could leave no way on. States must
// be numbered so that every arc leads to a higher one.
func (l Lattice) Check() error {
	if l.States < 2 || l.States > MaxStates {
		return fmt.Errorf("lattice has %d states, want 2 to %d", l.States, MaxStates)
	}
	if len(l.Arcs) == 0 || len(l.Arcs) > MaxArcs {
		return fmt.Errorf("lattice has %d arcs, want 1 to %d", len(l.Arcs), MaxArcs)
	}
	out := make([]int, l.States)  // arcs that leave
	free := make([]int, l.States) // of them, those that nothing can use up
	for i, a := range l.Arcs {
		if a.From < 0 || a.To >= l.States || a.From >= a.To {
			return fmt.Errorf("arc %d leads from state %d to %d of %d", i, a.From, a.To, l.States)
		}
		out[a.From]++
		if a.Uses == 0 {
			free[a.From]++
		}
	}
	for s := range out {
		if out[s] > 0 && free[s] == 0 {
			return fmt.Errorf("state %d could be left with no way on", s)
		}
	}
	if out[0] == 0 {
		return fmt.Errorf("no arc leaves the start")
	}
	return nil
}

// WalkRequest asks the model to choose a path through the lattice after it
// has read the prefix and the prompt.
type WalkRequest struct {
	Prompt  string  `json:"prompt"`
	Lattice Lattice `json:"lattice"`
	// Temperature 0 always takes the likeliest arc.
	Temperature float32 `json:"temperature"`
	Seed        uint64  `json:"seed"`
	MaxTokens   int     `json:"max_tokens"` // of output; past it the walk fails
	TimeoutMS   int64   `json:"timeout_ms"` // 0 is none; the hub has its own
}

// WalkProgress is the path at the end of a sentence.
type WalkProgress struct {
	Path []int `json:"path"` // indices of arcs
	MS   int64 `json:"ms"`
}

// WalkReply is the whole path.
type WalkReply struct {
	Path  []int `json:"path"`
	Usage Usage `json:"usage"`
}

// Usage is what a request cost.
type Usage struct {
	PromptTokens int   `json:"prompt_tokens"` // read beyond the cached prefix
	OutputTokens int   `json:"output_tokens"`
	Choices      int   `json:"choices"` // output tokens that were not forced
	PromptMS     int64 `json:"prompt_ms"`
	OutputMS     int64 `json:"output_ms"`
	CPUMS        int64 `json:"cpu_ms"`
}

// GenerateRequest asks for plain completion.
type GenerateRequest struct {
	Prompt      string   `json:"prompt"`
	MaxTokens   int      `json:"max_tokens"`
	Temperature float32  `json:"temperature"`
	Seed        uint64   `json:"seed"`
	Stop        []string `json:"stop,omitempty"`
	TimeoutMS   int64    `json:"timeout_ms"`
}

// GenerateProgress is text since the last one.
type GenerateProgress struct {
	Text string `json:"text"`
}

// GenerateReply is the whole text.
type GenerateReply struct {
	Text  string `json:"text"`
	Ended bool   `json:"ended"` // the model ended by itself or at a stop text
	Usage Usage  `json:"usage"`
}

// Piece is a part of a chat. Only where Marks is set are the model's own
// marks read as such, so that a text which holds "<|im_end|>" can't end a
// turn.
type Piece struct {
	Text  string `json:"text"`
	Marks bool   `json:"marks,omitempty"`
}

// ChatRequest asks for the answer to a turn that is already in the model's
// own form. It is answered like Generate.
type ChatRequest struct {
	Head        []Piece  `json:"head"`    // kept in the engine's cache until another head or prefix is asked for
	Turn        []Piece  `json:"turn"`    // read behind it
	Opening     string   `json:"opening"` // what the answer begins with; it is part of the reply
	Object      bool     `json:"object"`  // stop behind the first whole JSON object
	MaxTokens   int      `json:"max_tokens"`
	Temperature float32  `json:"temperature"`
	Seed        uint64   `json:"seed"`
	Stop        []string `json:"stop,omitempty"`
	TimeoutMS   int64    `json:"timeout_ms"`
}

// Bounds of an EmbedRequest and of a vector.
const (
	MaxTexts      = 32
	MaxDimensions = 4096
)

// EmbedRequest asks for the meaning of texts.
type EmbedRequest struct {
	Texts     []string `json:"texts"` // 1 to MaxTexts
	TimeoutMS int64    `json:"timeout_ms"`
}

// EmbedReply holds the vectors one behind the other, each of Dimensions
// float32 in little-endian order and of length 1.
type EmbedReply struct {
	Vectors    []byte `json:"vectors"`
	Dimensions int    `json:"dimensions"`
	Cut        int    `json:"cut"` // texts of which the end was left out, being longer than the context
	Usage      Usage  `json:"usage"`
}

// ScoreRequest asks how likely each candidate is after the prompt.
type ScoreRequest struct {
	Prompt     string   `json:"prompt"`
	Candidates []string `json:"candidates"`
}

// ScoreReply holds a summed log-probability and a token count a candidate.
type ScoreReply struct {
	LogProb []float64 `json:"log_prob"`
	Tokens  []int     `json:"tokens"`
	Usage   Usage     `json:"usage"`
}

// StatsReply is what the worker has done in its life.
type StatsReply struct {
	Requests int   `json:"requests"`
	CPUMS    int64 `json:"cpu_ms"`
	Loaded   bool  `json:"loaded"`
}

// CancelRequest names the request to stop.
type CancelRequest struct {
	Request uint32 `json:"request"`
}

// Reason says why a request failed.
type Reason string

const (
	Canceled  Reason = "canceled"
	TooLong   Reason = "too_long" // past MaxTokens, the context or the timeout
	BadInput  Reason = "bad_input"
	BadModel  Reason = "bad_model" // missing, damaged or of an unknown kind
	Engine    Reason = "engine"    // the engine failed; the worker should be replaced
	NotLoaded Reason = "not_loaded"
)

// Failure is the reply to a request that did not succeed.
type Failure struct {
	Reason  Reason `json:"reason"`
	Message string `json:"message"`
}

func (f Failure) Error() string { return f.Message }
