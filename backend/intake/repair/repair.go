package repair

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// The kinds of slip.
const (
	Substitution  = "substitution"
	LookAlike     = "look_alike"
	Transposition = "transposition"
	Missing       = "missing" // a character was left out
	Extra         = "extra"   // one too many
)

// A Candidate is a VIN one edit away from what was written.
type Candidate struct {
	VIN      string `json:"vin"`
	Kind     string `json:"kind"`     // substitution, look_alike, transposition, missing, extra
	Position int    `json:"position"` // from 1, in the VIN as it was written
	From     string `json:"from"`     // what stands there, empty when it is missing
	To       string `json:"to"`       // what belongs there, empty when it is too much
	Title    string `json:"title"`    // what it would be, such as "2015 FORD F-150"
	Reason   string `json:"reason"`   // one plain sentence
	Lead     int    `json:"-"`        // how much likelier than the next one, in thousandths of a natural logarithm
}

// Clear reports whether the first of some candidates stands out: it is at least
// four times as likely as the next. Where none does, a person chooses.
func Clear(found []Candidate) bool { return len(found) > 0 && found[0].Lead >= clearLead }

// A Repairer proposes candidates. It may be used by any number of goroutines.
type Repairer struct {
	d    *vin.Decoder
	c    *claim.Checker
	pool sync.Pool
}

// New returns a Repairer; the checker judges candidates by what is claimed.
func New(d *vin.Decoder, c *claim.Checker) *Repairer {
	r := &Repairer{d: d, c: c}
	r.pool.New = func() any { return new(work) }
	return r
}

// work is what one repair needs; the Repairer keeps a pool.
type work struct {
	result vin.Result
	slips  []slip
	found  []scored
	seen   map[string]int
}

type scored struct {
	Candidate
	score int
	agree bool
}

// Candidates are at most max VINs one edit away from the input that pass check
// digit and pattern, likeliest first; none where nothing passes, where the
// input needs no repair, or where the maker is not known in the United States.
// Nothing is ever applied by itself.
func (r *Repairer) Candidates(input string, cl claim.Claimed, now time.Time, max int) []Candidate {
	written := clean(input)
	if len(written) < 16 || len(written) > 18 || max <= 0 {
		return nil
	}
	w := r.pool.Get().(*work)
	defer r.pool.Put(w)
	o := vin.Options{Now: now}
	r.d.DecodeInto(&w.result, written, o)
	if len(written) == 17 && sound(&w.result) {
		return nil
	}
	w.slips = appendSlips(w.slips[:0], written)
	w.found = w.found[:0]
	if w.seen == nil {
		w.seen = map[string]int{}
	}
	clear(w.seen)
	for i := range w.slips {
		s := &w.slips[i]
		// The same VIN by another slip: the likelier one tells the story, and
		// two ways to it make it the likelier VIN.
		if at, ok := w.seen[string(s.vin[:])]; ok {
			if at >= 0 {
				w.found[at].score += twoWays
			}
			continue
		}
		w.seen[string(s.vin[:])] = -1
		text := string(s.vin[:])
		r.d.DecodeInto(&w.result, text, o)
		if !sound(&w.result) {
			continue
		}
		w.seen[text] = len(w.found)
		w.found = append(w.found, r.judge(&w.result, s, text, cl))
	}
	slices.SortStableFunc(w.found, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var out []Candidate
	for i := range w.found[:min(len(w.found), max)] {
		w.found[i].Lead = clearLead
		if i+1 < len(w.found) {
			w.found[i].Lead = w.found[i].score - w.found[i+1].score
		}
		out = append(out, w.found[i].finish())
	}
	return out
}

// Weights of the score, in thousandths of a natural logarithm: what is twice
// as likely counts 693 more.
const (
	twoWays     = 693
	clearLead   = 1386
	hardClaim   = 7000
	softClaim   = 3000
	untestable  = 300
	known       = 60   // each thing that the maker's patterns say of it
	letter12    = 1500 // few makers count with letters
	letter13    = 2500
	unusedCode  = 900
	noModel     = 1500
	noPlausible = 1200
)

// judge scores a sound candidate.
func (r *Repairer) judge(res *vin.Result, s *slip, text string, cl claim.Claimed) scored {
	f := scored{score: s.weight, Candidate: Candidate{
		VIN: text, Kind: s.kind, Position: s.position, From: s.from, To: s.to,
		Title: title(res),
	}}
	if res.Has(14) {
		f.score -= unusedCode
	}
	if res.Get("Model") == "" {
		f.score -= noModel
	}
	for i := range res.Values {
		if x := res.Values[i].Source; x == vin.SourcePattern || x == vin.SourceEngine {
			f.score += known
		}
	}
	if text[11] > '9' {
		f.score -= letter12
	}
	if text[12] > '9' {
		f.score -= letter13
	}
	if res.ModelYear < 1981 {
		f.score -= noPlausible
	}
	f.agree = len(cl) > 0
	if len(cl) > 0 {
		for _, x := range r.c.Check(res, cl, nil) {
			switch x.Severity {
			case claim.Hard:
				f.score -= hardClaim
				f.agree = false
			case claim.Soft:
				f.score -= softClaim
			default:
				f.score -= untestable
			}
		}
	}
	return f
}

// finish writes the sentence.
func (f *scored) finish() Candidate {
	c := f.Candidate
	at := "position " + strconv.Itoa(c.Position)
	var b strings.Builder
	switch c.Kind {
	case Transposition:
		b.WriteString("With " + c.From + " at " + at + " exchanged for " + c.To)
	case Missing:
		b.WriteString("With the missing " + c.To + " at " + at)
	case Extra:
		b.WriteString("Without the " + c.From + " at " + at)
	default:
		b.WriteString("With " + c.To + " for " + c.From + " at " + at)
	}
	b.WriteString(" the check digit is right")
	if c.Title != "" {
		b.WriteString(" and the VIN is a " + c.Title)
	}
	if f.agree {
		b.WriteString(", as claimed")
	}
	b.WriteByte('.')
	c.Reason = b.String()
	return c
}

func title(r *vin.Result) string {
	var parts []string
	if r.ModelYear > 0 {
		parts = append(parts, strconv.Itoa(r.ModelYear))
	}
	for _, code := range []string{"Make", "Model"} {
		if s := r.Get(code); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// sound: check digit, characters and patterns are right.
func sound(r *vin.Result) bool {
	for _, c := range r.ErrorCodes {
		switch c {
		case 0, 9, 10, 12, 14:
		default:
			return false
		}
	}
	return len(r.ErrorCodes) > 0
}

// clean takes blanks and signs out, which lists and labels put into VINs.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z':
			return c - 'a' + 'A'
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			return c
		case c == ' ', c == '-', c == '.', c == '*', c == '\t', c == '\u00a0', c == '_', c == '/':
			return -1
		}
		return '?'
	}, strings.TrimSpace(s))
}
