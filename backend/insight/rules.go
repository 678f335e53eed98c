package insight

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
)

// rulesPath draws a path by a seed: the same vehicle with the same findings
// reads the same all day, and a little different tomorrow.
func (p *plan) rulesPath(seed uint64) []int {
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	out := make([][]int32, p.lattice.States)
	for i, a := range p.lattice.Arcs {
		out[a.From] = append(out[a.From], int32(i))
	}
	var path []int
	at, used := 0, uint64(0)
	for len(out[at]) > 0 {
		// Drawn uniformly from the arcs that are open; there always is one
		// (wire.Lattice.Check).
		n, open := 0, int32(-1)
		for _, i := range out[at] {
			if p.lattice.Arcs[i].Uses&used == 0 {
				n++
				if rng.IntN(n) == 0 {
					open = i
				}
			}
		}
		a := p.lattice.Arcs[open]
		path = append(path, int(open))
		at, used = a.To, used|a.Uses
	}
	return path
}

// seed mixes what the wording may depend on.
func seed(subject string, findings []Finding, day time.Time) uint64 {
	h := fnv.New64a()
	put := func(s ...string) { _, _ = h.Write([]byte(strings.Join(s, "\x00") + "\x01")) }
	put(subject, day.UTC().Format(time.DateOnly))
	for _, f := range findings {
		put(string(f.Kind), f.Metric, f.Value, f.Reference, string(f.Direction))
	}
	return h.Sum64()
}
