package invoice

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Embedder gives texts their meanings, vectors of length 1. backend/llm/local
// is one.
type Embedder func(ctx context.Context, texts []string) ([][]float32, error)

// Category is what a note is about.
type Category struct {
	Kind    string   `json:"kind"`    // of vehicle.ServiceKinds; empty where nothing says it
	By      string   `json:"by"`      // "terms", "meaning" or ""
	Found   []Work   `json:"found"`   // the trade terms that said it
	Similar []Nearby `json:"similar"` // by meaning, the nearest first; a suggestion, never filled in by itself
}

// Nearby is a kind of work that a note may mean.
type Nearby struct {
	Kind  string  `json:"kind"`
	Score float64 `json:"score"` // cosine
}

// near is how close in meaning a note must be to be suggested a kind.
const near = 0.25

// Suggest names a note's kind of work by its trade terms, and suggests kinds
// by meaning where it has none. embed may be nil; one that fails costs the
// suggestion.
func Suggest(ctx context.Context, text string, embed Embedder) Category {
	kind, found := Categorise(text)
	out := Category{Kind: kind, Found: found, Similar: []Nearby{}}
	if kind != "" {
		out.By = "terms"
		return out
	}
	if embed == nil {
		return out
	}
	if similar, err := Similar(ctx, text, embed); err == nil && len(similar) > 0 {
		out.By, out.Similar = "meaning", similar
	}
	return out
}

// Similar lists up to three kinds that a text is near to in meaning.
func Similar(ctx context.Context, text string, embed Embedder) ([]Nearby, error) {
	texts := []string{text}
	kinds := []string{""}
	for _, k := range exemplars() {
		for _, s := range k.says {
			texts, kinds = append(texts, s), append(kinds, k.kind)
		}
	}
	vs, err := embed(ctx, texts)
	if err != nil || len(vs) != len(texts) {
		return nil, err
	}
	middle := map[string][]float32{}
	for i, v := range vs[1:] {
		m := middle[kinds[i+1]]
		if m == nil {
			m = make([]float32, len(v))
		}
		for n := range v {
			m[n] += v[n]
		}
		middle[kinds[i+1]] = m
	}
	var out []Nearby
	for k, m := range middle {
		var dot, length float32
		for n := range m {
			dot, length = dot+m[n]*vs[0][n], length+m[n]*m[n]
		}
		if length > 0 {
			out = append(out, Nearby{k, float64(dot) / math.Sqrt(float64(length))})
		}
	}
	slices.SortFunc(out, func(a, b Nearby) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Kind, b.Kind)) })
	out = slices.DeleteFunc(out, func(n Nearby) bool { return n.Score < near })
	return out[:min(3, len(out))], nil
}

// exemplars are a few sentences of each kind, as people write them; what they
// mean together is the kind's meaning.
func exemplars() []struct {
	kind string
	says []string
} {
	return []struct {
		kind string
		says []string
	}{
		{"oil", []string{"oil and filter changed", "drained the old engine oil and filled new", "regular lube service", "engine lubricant was black and low"}},
		{"tires", []string{"tires rotated and balanced", "flat repaired, nail in the tread", "winter wheels mounted", "car pulls to one side, wheels aligned"}},
		{"brakes", []string{"brake pads and rotors replaced", "squealing when stopping", "pedal feels soft, stopping distance long", "front discs worn"}},
		{"brake_fluid", []string{"brake fluid flushed", "hydraulic fluid of the brakes bled", "DOT 4 renewed"}},
		{"air_filter", []string{"engine air filter replaced", "intake filter clogged with dust"}},
		{"cabin_filter", []string{"cabin pollen filter replaced", "musty smell from the vents"}},
		{"coolant", []string{"coolant flushed", "engine overheats, antifreeze leak", "radiator and water pump"}},
		{"transmission", []string{"transmission fluid changed", "gearbox shifts hard", "slips between gears"}},
		{"spark_plugs", []string{"spark plugs replaced", "engine misfires, rough idle, ignition"}},
		{"battery", []string{"battery replaced", "does not start, dead in the morning, jump start", "alternator not charging"}},
		{"inspection", []string{"annual inspection passed", "state safety check, new sticker", "emissions test"}},
	}
}
