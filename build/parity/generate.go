package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

// A generator makes VINs of every kind from vPIC's own tables and a seed.
type generator struct {
	rel    *tables.Release
	rnd    *rand.Rand
	lim    int // last plausible model year
	byType map[int32][]*maker
	small  []*maker // six-character WMIs
	spans  []*maker // makers with links that end before 1990, or begin then
	unborn []*maker // not published yet
	keys   map[int32][]string
	all    []*maker
}

type maker struct {
	tables.WMI
	links []tables.Link
}

func newGenerator(rel *tables.Release, seed uint64, now time.Time) (*generator, error) {
	g := &generator{
		rel: rel, rnd: rand.New(rand.NewPCG(seed, 0x6875626361700001)),
		lim: now.Year() + 2, byType: map[int32][]*maker{}, keys: map[int32][]string{},
	}
	links := map[int32][]tables.Link{}
	for _, l := range rel.Links {
		if l.YearTo < 0 {
			l.YearTo = int32(g.lim)
		}
		links[l.WMI] = append(links[l.WMI], l)
	}
	for i := range rel.WMIs {
		m := &maker{rel.WMIs[i], links[rel.WMIs[i].ID]}
		if m.Public > now.UnixMicro() {
			g.unborn = append(g.unborn, m)
			continue
		}
		if len(m.links) == 0 {
			continue
		}
		g.all = append(g.all, m)
		g.byType[m.VehicleType] = append(g.byType[m.VehicleType], m)
		if len(m.Code) == 6 {
			g.small = append(g.small, m)
		}
		if slices.ContainsFunc(m.links, func(l tables.Link) bool { return l.YearFrom < 1992 }) {
			g.spans = append(g.spans, m)
		}
	}
	seen := map[int32]string{}
	for i := range rel.Patterns {
		p := &rel.Patterns[i]
		if seen[p.Schema] != p.Keys {
			seen[p.Schema] = p.Keys
			g.keys[p.Schema] = append(g.keys[p.Schema], p.Keys)
		}
	}
	if len(g.small) == 0 || len(g.spans) == 0 {
		return nil, fmt.Errorf("vPIC has published no makers by %s", now.Format(time.DateOnly))
	}
	return g, nil
}

const (
	legal      = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
	yearCodes  = "ABCDEFGHJKLMNPRSTVWXY123456789"
	digitChars = "0123456789"
)

func (g *generator) pick(s string) byte      { return s[g.rnd.IntN(len(s))] }
func pickFrom[T any](g *generator, s []T) T  { return s[g.rnd.IntN(len(s))] }
func (g *generator) chance(percent int) bool { return g.rnd.IntN(100) < percent }

// weightedLink prefers makers with many schemas a little, so that the large
// ones are met as often as they are on the road.
func (g *generator) link(makers []*maker) (*maker, tables.Link) {
	m := pickFrom(g, makers)
	for range 2 {
		if other := pickFrom(g, makers); len(other.links) > len(m.links) {
			m = other
		}
	}
	return m, pickFrom(g, m.links)
}

// vin builds a VIN that satisfies some keys of the schema.
func (g *generator) vin(m *maker, l tables.Link) []byte {
	v := []byte("00000000000000000")
	for i := range v {
		v[i] = g.pick(legal)
	}
	from, to := max(int(l.YearFrom), 1980), min(int(l.YearTo), g.lim)
	year := from
	if to > from {
		year += g.rnd.IntN(to - from + 1)
	}
	if keys := g.keys[l.Schema]; len(keys) > 0 {
		for range 1 + g.rnd.IntN(6) {
			g.imprint(v, pickFrom(g, keys))
		}
	}
	for i := 13; i < 17; i++ {
		v[i] = g.pick(digitChars)
	}
	if m.VehicleType == 2 || m.VehicleType == 7 || m.TruckType == 1 || g.chance(80) {
		v[12] = g.pick(digitChars)
	}
	if (m.VehicleType == 2 || m.VehicleType == 7 || m.TruckType == 1) && g.chance(90) {
		if isDigit := v[6] <= '9'; isDigit != (year < 2010) {
			if year < 2010 {
				v[6] = g.pick(digitChars)
			} else {
				v[6] = g.pick(legal[:23])
			}
		}
	}
	v[9] = yearCodes[(year-1980)%30]
	copy(v, m.Code[:min(3, len(m.Code))])
	if len(m.Code) == 6 {
		copy(v[11:14], m.Code[3:])
	}
	sign(v)
	return v
}

// imprint sets the characters that the key asks for.
func (g *generator) imprint(v []byte, key string) {
	for i, p := range vin.ParseKey(key) {
		at := i + 3
		if p.Any || i == 5 || at >= len(v) || at == 9 {
			continue
		}
		chars := ""
		for _, c := range legal {
			if p.Match.Contains(byte(c)) || (p.Match.Contains('#') && c <= '9') {
				chars += string(c)
			}
		}
		if chars != "" {
			v[at] = g.pick(chars)
		}
	}
}

func sign(v []byte) {
	if c, ok := vin.CheckDigit(string(v)); ok {
		v[8] = byte(c)
	}
}

// kinds are asked in turn, the common ones more often.
var kinds = []string{
	"car", "car", "car", "mpv", "mpv", "truck", "truck", "trailer", "trailer6", "motorcycle", "bus", "incomplete",
	"low-speed", "off-road", "old", "mid", "six", "one-wrong", "one-wrong", "two-wrong", "bad-check", "illegal-IOQ",
	"illegal-sym", "short", "descriptor", "partial", "stars", "lower", "blanks", "future", "year-code", "exception",
	"year-hint", "year-hint-far", "year-hint-out", "unknown", "unborn", "random", "override", "long", "foreign", "empty",
	"garbage", "hash", "position-7",
}

func (g *generator) question(i int) question {
	kind := kinds[i%len(kinds)]
	m, l := g.link(g.makersOf(kind))
	v := g.vin(m, l)
	q := question{Kind: kind}
	q.VIN = string(g.bend(kind, v, &q))
	return q
}

func (g *generator) makersOf(kind string) []*maker {
	types := map[string]int32{
		"car": 2, "mpv": 7, "truck": 3, "trailer": 6, "motorcycle": 1, "bus": 5, "incomplete": 10,
		"low-speed": 9, "off-road": 13,
	}
	switch kind {
	case "six", "trailer6":
		return g.small
	case "old":
		return g.spans
	}
	if t, ok := types[kind]; ok && len(g.byType[t]) > 0 {
		return g.byType[t]
	}
	// Types in the proportion of the road rather than of the table, most of
	// whose makers build trailers.
	if road := g.byType[pickFrom(g, []int32{2, 2, 7, 7, 3, 3, 10, 1, 5, 6})]; len(road) > 0 && !g.chance(30) {
		return road
	}
	return g.all
}

// bend turns a good VIN into the kind that is asked for.
func (g *generator) bend(kind string, v []byte, q *question) []byte {
	year := func(y int) { q.Year = &y }
	wrong := func(n int) {
		for range n {
			v[pickFrom(g, []int{3, 4, 5, 6, 7, 10})] = g.pick(legal)
		}
		if g.chance(70) {
			sign(v)
		}
	}
	switch kind {
	case "one-wrong":
		wrong(1)
	case "two-wrong":
		wrong(2 + g.rnd.IntN(3))
	case "bad-check":
		v[8] = g.pick("0123456789XAZIOQ*")
	case "illegal-IOQ":
		for range 1 + g.rnd.IntN(3) {
			v[g.rnd.IntN(17)] = g.pick("IOQ")
		}
	case "illegal-sym":
		for range 1 + g.rnd.IntN(2) {
			v[g.rnd.IntN(17)] = g.pick("!$%&()+,-./:;=?@[]^_~<>")
		}
	case "short":
		v = v[:g.rnd.IntN(17)]
	case "descriptor":
		v[8] = '*'
		v = v[:11]
		if g.chance(20) {
			v = v[:9+g.rnd.IntN(3)]
		}
	case "partial":
		for i := 11; i < 17; i++ {
			v[i] = '*'
		}
	case "stars":
		for range 1 + g.rnd.IntN(5) {
			v[g.rnd.IntN(17)] = '*'
		}
	case "lower":
		v = []byte(strings.ToLower(string(v)))
	case "blanks":
		if g.chance(50) {
			v[g.rnd.IntN(17)] = ' '
		}
		return []byte("  " + string(v) + " ")
	case "future":
		v[9] = yearCodes[(g.lim+1+g.rnd.IntN(10)-1980)%30]
		sign(v)
	case "year-code":
		v[9] = g.pick("IOQUZ0*")
	case "exception":
		return []byte(pickFrom(g, g.rel.Exceptions))
	case "year-hint":
		y := 1980 + strings.IndexByte(yearCodes, v[9])
		year(y + pickFrom(g, []int{0, 30, 0, 1, -1}))
	case "year-hint-far":
		year(1978 + g.rnd.IntN(g.lim-1975))
		if g.chance(20) {
			v[9] = g.pick("UZ0")
		}
	case "year-hint-out":
		year(pickFrom(g, []int{1, 1900, 1979, g.lim + 1, g.lim + 5, 9999}))
	case "unknown":
		for i := range 3 {
			v[i] = g.pick(legal)
		}
		sign(v)
	case "unborn":
		if len(g.unborn) > 0 {
			m := pickFrom(g, g.unborn)
			copy(v, m.Code[:min(3, len(m.Code))])
			if len(m.Code) == 6 {
				copy(v[11:], m.Code[3:])
			}
			sign(v)
		}
	case "random":
		for i := 3; i < 17; i++ {
			v[i] = g.pick(legal)
		}
	case "override":
		d := pickFrom(g, g.rel.Descriptors).Descriptor
		copy(v, d)
		for i := len(d); i < 17; i++ {
			v[i] = g.pick(digitChars)
		}
		sign(v)
	case "long":
		for range 1 + g.rnd.IntN(4) {
			v = append(v, g.pick(legal))
		}
	case "foreign":
		i := g.rnd.IntN(17)
		return []byte(string(v[:i]) + pickFrom(g, []string{"Ä", "é", "漢", "ß", "😀"}) + string(v[i+1:]))
	case "empty":
		return []byte(strings.Repeat(" ", g.rnd.IntN(3)))
	case "garbage":
		n := g.rnd.IntN(18)
		v = v[:0]
		for range n {
			v = append(v, byte(33+g.rnd.IntN(94)))
		}
	case "hash":
		v[3+g.rnd.IntN(5)] = '#'
	case "position-7":
		// The other thirty years.
		if v[6] <= '9' {
			v[6] = g.pick(legal[:23])
		} else {
			v[6] = g.pick(digitChars)
		}
		sign(v)
	case "mid":
		v[9] = g.pick("123456789XYW")
		sign(v)
	}
	return v
}

// roadMix is the mix that speed is measured on: 50 % cars and MPVs, 25 trucks
// and incomplete vehicles, 15 trailers, 10 motorcycles and buses; distinct, in
// random order.
func (g *generator) roadMix(n int) ([]string, error) {
	mix := []struct {
		percent int
		types   []int32
	}{{25, []int32{2}}, {25, []int32{7}}, {15, []int32{3}}, {10, []int32{10}}, {15, []int32{6}}, {5, []int32{1}}, {5, []int32{5}}}
	seen := make(map[string]bool, n)
	out := make([]string, 0, n)
	for _, part := range mix {
		want := len(out) + n*part.percent/100
		for tries := 0; len(out) < want; tries++ {
			if tries > 20*n {
				return nil, fmt.Errorf("only %d distinct VINs", len(out))
			}
			m, l := g.link(g.byType[pickFrom(g, part.types)])
			if v := string(g.vin(m, l)); !seen[v] {
				seen[v] = true
				out = append(out, v)
			}
		}
	}
	g.rnd.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, nil
}
