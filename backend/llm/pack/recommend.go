package pack

import (
	"cmp"
	"fmt"
	"slices"
)

// Advice is a model that can be pulled, and whether this machine carries it.
type Advice struct {
	Name        string `json:"name" doc:"for Pull"`
	Title       string `json:"title"`
	Parameters  int64  `json:"parameters"`
	Bytes       int64  `json:"bytes" doc:"of the download, about"`
	MemoryBytes int64  `json:"memory_bytes" doc:"about, at a context of 4,096 tokens"`
	Licence     string `json:"licence"`
	Fits        bool   `json:"fits"`
	Best        bool   `json:"best" doc:"the one to take first on this machine"`
	Why         string `json:"why"`
}

// advised are models whose files, licences and sizes are known from their
// publishers' pages and the registry's listing of the tags (sizes as of
// 2025). What each can do for Hubcap is found out by its check, not here.
func advised() []Advice {
	const gb, m = 1_000_000_000, 1_000_000
	return []Advice{
		{Name: "smollm2:135m", Title: "SmolLM2 135M", Parameters: 135 * m, Bytes: 271 * m, Licence: "Apache-2.0"},
		{Name: "smollm2:360m", Title: "SmolLM2 360M", Parameters: 362 * m, Bytes: 726 * m, Licence: "Apache-2.0"},
		{Name: "qwen2.5:0.5b", Title: "Qwen2.5 0.5B", Parameters: 494 * m, Bytes: 398 * m, Licence: "Apache-2.0"},
		{Name: "gemma3:1b", Title: "Gemma 3 1B", Parameters: 1000 * m, Bytes: 815 * m, Licence: "Gemma Terms of Use"},
		{Name: "llama3.2:1b", Title: "Llama 3.2 1B", Parameters: 1236 * m, Bytes: 1321 * m, Licence: "Llama 3.2 Community License"},
		{Name: "qwen2.5:1.5b", Title: "Qwen2.5 1.5B", Parameters: 1544 * m, Bytes: 986 * m, Licence: "Apache-2.0"},
		{Name: "smollm2:1.7b", Title: "SmolLM2 1.7B", Parameters: 1711 * m, Bytes: 1800 * m, Licence: "Apache-2.0"},
		{Name: "llama3.2:3b", Title: "Llama 3.2 3B", Parameters: 3213 * m, Bytes: 2 * gb, Licence: "Llama 3.2 Community License"},
		{Name: "qwen2.5:7b", Title: "Qwen2.5 7B", Parameters: 7616 * m, Bytes: 4700 * m, Licence: "Apache-2.0"},
	}
}

// What a machine with two cores of today reads and writes, after SmolLM2 at
// 135M (140 tokens read, 45 written a second and core): both fall with the
// parameters. A briefing reads some 500 tokens and writes 120.
const (
	readPerCore    = 140 * 135e6
	writePerCore   = 45 * 135e6
	tokensRead     = 500
	tokensWritten  = 120
	patienceS      = 30.0
	forEverybody   = 2 << 30 // of the machine's memory, for the hub and all else
	engineOverhead = 400 << 20
)

// Recommend says which models this machine carries: the largest first that
// leaves memory for everything else and words a briefing within half a minute,
// and one with an open licence before one with terms of its own.
func Recommend(memoryBytes int64, cores int) []Advice {
	out := advised()
	usable := float64(max(1, cores-1)) // one is left for the hub
	for i := range out {
		a := &out[i]
		a.MemoryBytes = a.Bytes + engineOverhead + a.Parameters/16 // the cache of 4,096 tokens grows with the model
		seconds := (tokensRead/float64(readPerCore) + tokensWritten/float64(writePerCore)) * float64(a.Parameters) / usable
		switch {
		case a.MemoryBytes > memoryBytes-min(forEverybody, memoryBytes/2):
			a.Why = fmt.Sprintf("needs about %s of memory, which this machine (%s) can't spare", gigabytes(a.MemoryBytes), gigabytes(memoryBytes))
		case seconds > patienceS:
			a.Why = fmt.Sprintf("would take about %.0f s for a briefing with %d cores", seconds, cores)
		default:
			a.Fits = true
			a.Why = fmt.Sprintf("about %s of memory and %.0f s for a briefing", gigabytes(a.MemoryBytes), max(1, seconds))
		}
	}
	slices.SortStableFunc(out, func(a, b Advice) int {
		if a.Fits != b.Fits {
			if a.Fits {
				return -1
			}
			return 1
		}
		if a.Fits {
			return cmp.Compare(b.Parameters, a.Parameters)
		}
		return cmp.Compare(a.Parameters, b.Parameters)
	})
	for i := range out {
		if out[i].Fits && out[i].Licence == "Apache-2.0" {
			out[i].Best = true
			out[i].Why = "the largest with an open licence that fits: " + out[i].Why
			break
		}
	}
	return out
}
