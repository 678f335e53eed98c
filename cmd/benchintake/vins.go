package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

// A generator makes VINs that decode without complaint, of the makes that a
// dealer's list holds, in about the proportions of the road.
type generator struct {
	d     *vin.Decoder
	rnd   *rand.Rand
	now   time.Time
	makes []weighted
	wmis  map[string][]maker // by make
	keys  map[int32]schemaKeys
	count map[string]int // VINs of each model
}

type weighted struct {
	name   string
	weight int
}

type maker struct {
	tables.WMI
	links []tables.Link
}

// schemaKeys are a schema's pattern keys: those that name a model and the rest.
type schemaKeys struct{ model, rest []string }

// road is the share of makes among vehicles in use, roughly.
var road = []weighted{
	{"FORD", 150}, {"CHEVROLET", 140}, {"TOYOTA", 120}, {"HONDA", 90}, {"NISSAN", 70}, {"GMC", 40}, {"JEEP", 50}, {"DODGE", 50},
	{"RAM", 40}, {"CHRYSLER", 30}, {"HYUNDAI", 50}, {"KIA", 45}, {"SUBARU", 30}, {"VOLKSWAGEN", 30}, {"BMW", 40}, {"MERCEDES-BENZ", 40},
	{"LEXUS", 30}, {"AUDI", 20}, {"MAZDA", 25}, {"CADILLAC", 20}, {"BUICK", 20}, {"ACURA", 18}, {"INFINITI", 18}, {"LINCOLN", 14},
	{"VOLVO", 14}, {"MITSUBISHI", 14}, {"PONTIAC", 14}, {"SATURN", 8}, {"MERCURY", 10}, {"OLDSMOBILE", 6}, {"LAND ROVER", 10}, {"MINI", 8},
	{"JAGUAR", 6}, {"PORSCHE", 8}, {"TESLA", 14}, {"SUZUKI", 4}, {"ISUZU", 4}, {"FIAT", 4}, {"SAAB", 3}, {"GENESIS", 4}, {"PLYMOUTH", 4},
	{"FREIGHTLINER", 12}, {"INTERNATIONAL", 10}, {"KENWORTH", 5}, {"PETERBILT", 5}, {"MACK", 3}, {"HARLEY-DAVIDSON", 12}, {"YAMAHA", 4},
	{"KAWASAKI", 4}, {"RIVIAN", 3}, {"ALFA ROMEO", 3}, {"MASERATI", 2}, {"SMART", 2}, {"HUMMER", 2}, {"POLESTAR", 2}, {"HINO", 2},
}

func newGenerator(archive string, d *vin.Decoder, seed uint64, now time.Time) (*generator, error) {
	b, err := os.ReadFile(archive)
	if err != nil {
		return nil, err
	}
	rel, err := tables.ReadArchive(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	g := &generator{d: d, rnd: rand.New(rand.NewPCG(seed, 0x696e74616b65)), now: now, wmis: map[string][]maker{}, keys: map[int32]schemaKeys{}, count: map[string]int{}}
	links := map[int32][]tables.Link{}
	for _, l := range rel.Links {
		links[l.WMI] = append(links[l.WMI], l)
	}
	byID := map[int32]*tables.WMI{}
	for i := range rel.WMIs {
		byID[rel.WMIs[i].ID] = &rel.WMIs[i]
	}
	for _, p := range rel.WMIMakes {
		w := byID[p.A]
		name := strings.ToUpper(rel.Lookups["make"][p.B])
		if w != nil && w.Public <= now.UnixMicro() && len(links[w.ID]) > 0 && len(w.Code) == 3 && w.VehicleType != 6 && w.VehicleType != 13 {
			g.wmis[name] = append(g.wmis[name], maker{*w, links[w.ID]})
		}
	}
	seen := map[int32]map[string]bool{}
	for i := range rel.Patterns {
		p := &rel.Patterns[i]
		k := g.keys[p.Schema]
		if seen[p.Schema] == nil {
			seen[p.Schema] = map[string]bool{}
		}
		switch {
		case p.Element == 28:
			k.model = append(k.model, p.Keys)
		case !seen[p.Schema][p.Keys]:
			k.rest = append(k.rest, p.Keys)
		}
		seen[p.Schema][p.Keys] = true
		g.keys[p.Schema] = k
	}
	for _, m := range road {
		if len(g.wmis[m.name]) > 0 {
			g.makes = append(g.makes, m)
		}
	}
	return g, nil
}

func pick[T any](g *generator, s []T) T { return s[g.rnd.IntN(len(s))] }

// perModel bounds the VINs of one model, so that none crowds the others out.
const perModel = 8

// vin draws until one decodes cleanly with a model.
func (g *generator) vin() string {
	total := 0
	for _, m := range g.makes {
		total += m.weight
	}
	for {
		n := g.rnd.IntN(total)
		for _, m := range g.makes {
			if n -= m.weight; n < 0 {
				if s := g.ofMake(m.name); s != "" {
					return s
				}
				break
			}
		}
	}
}

// ofMake tries long enough that makes with odd schemas come in, too.
func (g *generator) ofMake(name string) string {
	var r vin.Result
	for range 2000 {
		m := pick(g, g.wmis[name])
		s := g.draw(m, pick(g, m.links))
		if s == "" {
			continue
		}
		g.d.DecodeInto(&r, s, vin.Options{Now: g.now})
		if !slices.Equal(r.ErrorCodes, []int{0}) && !slices.Equal(r.ErrorCodes, []int{0, 14}) || r.Get("Model") == "" || r.Get("BodyClass") == "" || r.Get("Make") != name {
			continue
		}
		if r.ModelYear < 1990 || r.ModelYear < 2000 && g.rnd.IntN(4) > 0 {
			continue
		}
		key := name + "/" + r.Get("Model")
		if g.count[key] >= perModel {
			continue
		}
		g.count[key]++
		return s
	}
	return ""
}

const legal = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"

func (g *generator) draw(m maker, l tables.Link) string {
	keys := g.keys[l.Schema]
	to := int(l.YearTo)
	if to < 0 || to > g.now.Year()+1 {
		to = g.now.Year() + 1
	}
	from := max(int(l.YearFrom), 1985)
	if to < from || len(keys.model) == 0 {
		return ""
	}
	year := from + g.rnd.IntN(to-from+1)
	v := make([]byte, 17)
	g.imprint(v, pick(g, keys.model))
	for range 12 {
		if len(keys.rest) > 0 {
			g.imprint(v, pick(g, keys.rest))
		}
	}
	for i := range v {
		if v[i] == 0 {
			v[i] = legal[g.rnd.IntN(len(legal))]
			if i >= 11 {
				v[i] = "0123456789"[g.rnd.IntN(10)]
			}
		}
	}
	copy(v, m.Code)
	if m.VehicleType == 2 || m.VehicleType == 7 || m.TruckType == 1 {
		if digit := v[6] <= '9'; digit != (year < 2010) {
			return "" // position 7 tells the thirty years apart
		}
	}
	v[9] = "ABCDEFGHJKLMNPRSTVWXY123456789"[(year-1980)%30]
	c, ok := vin.CheckDigit(string(v[:8]) + "0" + string(v[9:]))
	if !ok {
		return ""
	}
	v[8] = byte(c)
	return string(v)
}

// imprint sets what the key asks for where nothing stands yet.
func (g *generator) imprint(v []byte, key string) {
	for i, p := range vin.ParseKey(key) {
		at := i + 3
		if p.Any || i == 5 || at >= len(v) || at == 9 || v[at] != 0 {
			continue
		}
		chars := ""
		for _, c := range legal {
			if p.Match.Contains(byte(c)) {
				chars += string(c)
			}
		}
		if chars != "" {
			v[at] = chars[g.rnd.IntN(len(chars))]
		}
	}
}
