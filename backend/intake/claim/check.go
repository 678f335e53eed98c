package claim

import (
	"slices"
	"strings"
	"sync"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// A Checker compares what lists claim with what VINs say. It may be used by any
// number of goroutines.
type Checker struct {
	words *lexicon
	d     *vin.Decoder
	once  sync.Once
	known *vocabulary
}

// New returns a Checker over the decoder's index. The vocabulary is made when
// the first model or make is checked: some tens of milliseconds and a few
// megabytes that a program which only decodes never pays.
func New(d *vin.Decoder) (*Checker, error) {
	words, err := readLexicon()
	if err != nil {
		return nil, err
	}
	return &Checker{words: words, d: d}, nil
}

// Check gives a finding for every claimed field in which claim and VIN do not
// plainly agree, in the order of Fields; none means that nothing claimed is
// doubted. The aliases may be nil.
func (c *Checker) Check(r *vin.Result, cl Claimed, a *Aliases) []Finding {
	if r == nil || len(cl) == 0 {
		return nil
	}
	c.once.Do(func() { c.known = newVocabulary(c.d) })
	var v view
	v.take(r)
	out := &finder{}
	v.makeKey = compact(v.make)
	if !v.foreign {
		c.checkWhole(&v, cl, out)
	}
	for _, f := range fields {
		said := strings.TrimSpace(cl[f])
		if said == "" || blank(said) {
			continue
		}
		out.field = f
		if v.foreign {
			out.untestable(said, "", v.unknown())
			continue
		}
		if means, ok := a.meaning(f, v.make, said); ok {
			said = means
		}
		before := len(out.all)
		c.check(&v, f, said, out)
		for i := before; i < len(out.all); i++ {
			out.all[i].Claimed = strings.TrimSpace(cl[f])
		}
	}
	return out.all
}

var fields = Fields()

func (c *Checker) check(v *view, f Field, said string, out *finder) {
	switch f {
	case Year:
		c.checkYear(v, said, out)
	case Make:
		c.checkMake(v, said, out)
	case Model:
		c.checkModel(v, said, out)
	case Series:
		c.checkSeries(v, said, out)
	case Trim:
		c.checkTrim(v, said, out)
	case Body:
		c.checkBody(v, said, out)
	case Fuel:
		c.checkFuel(v, said, out)
	case Drive:
		c.checkDrive(v, said, out)
	case Transmission:
		c.checkTransmission(v, said, out)
	case Cylinders:
		c.checkCylinders(v, said, out)
	case Displacement:
		c.checkDisplacement(v, said, out)
	case Doors:
		c.checkDoors(v, said, out)
	case GVWR:
		c.checkGVWR(v, said, out)
	}
}

// checkWhole reads a cell that holds all, "2015 Honda Civic EX", where the list
// has no columns for year and make. Only what is certain is said of them: the
// words were read out of another column.
func (c *Checker) checkWhole(v *view, cl Claimed, out *finder) {
	if strings.TrimSpace(cl[Make]) != "" || v.make == "" {
		return
	}
	var p phrase
	p.read(cl[Model])
	first := 0
	if p.n > 1 && isYear(p.span(0, 1)) {
		first = 1
	}
	if p.n-first < 2 {
		return
	}
	claimed := c.resolveMake(&p, first)
	if len(claimed) == 0 {
		return
	}
	own := slices.Contains(claimed, v.makeKey)
	for i := first + 1; i < min(p.n, first+3); i++ { // "CHRYSLER DODGE Caravan"
		own = own || v.makeAt(&p, i, min(p.n, i+3)) > 0
	}
	if !own && (!c.words.major[claimed[0]] || !c.modelOf(claimed[0], &p, first+1)) {
		return
	}
	keep := func(f Field, check func()) {
		before := len(out.all)
		out.field = f
		check()
		if len(out.all) > before && out.all[len(out.all)-1].Severity != Hard {
			out.all, v.claimMake = out.all[:before], ""
		}
	}
	if first > 0 && strings.TrimSpace(cl[Year]) == "" {
		keep(Year, func() { c.checkYear(v, string(p.span(0, 1)), out) })
	}
	if !own {
		keep(Make, func() { c.checkMake(v, c.makeName(claimed[0]), out) })
	}
}

// unknown says why vPIC has nothing on this VIN (error 7).
func (v *view) unknown() string {
	if len(v.r.VIN) < 17 {
		return "The VIN is short or from before 1981, so it says nothing of this."
	}
	return "The maker is not registered for sale in the United States, so vPIC can't say."
}

// blank reports whether the cell stands for "nothing".
func blank(s string) bool {
	if len(s) > 14 {
		return false
	}
	switch strings.ToUpper(strings.Trim(s, " .()[]<>*-_—–?")) {
	case "", "N/A", "NA", "NONE", "NULL", "NIL", "UNKNOWN", "UNK", "TBD", "NOT AVAILABLE", "UNSPECIFIED", "NOT SPECIFIED", "OTHER", "NOT GIVEN":
		return true
	}
	return false
}
