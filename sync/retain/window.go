package retain

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// evidence is a state that the backup bears witness to, and the times that it
// has for it: more than one where a clock was set, or nothing happened for a
// while. Their order is not known.
type evidence struct {
	line, seq   uint64
	first, last time.Time
}

func (h *history) evidence() []evidence {
	all := make([]evidence, 0, len(h.points)+2*len(h.spans))
	for _, p := range h.points {
		all = append(all, evidence{p.Line, p.Seq, p.Time, p.Time})
	}
	for _, s := range h.spans {
		all = append(all, evidence{s.Line, s.From, s.Begin, s.Begin}, evidence{s.Line, s.To, s.End, s.End})
	}
	slices.SortFunc(all, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.seq, b.seq), a.first.Compare(b.first))
	})
	out := all[:0]
	for _, e := range all {
		if n := len(out); n > 0 && out[n-1].line == e.line && out[n-1].seq == e.seq {
			out[n-1].last = e.last
			continue
		}
		out = append(out, e)
	}
	return out
}

// step is what the time from a to b counts: a time that runs backwards
// nothing, and a leap a day.
func step(a, b time.Time) time.Duration { return min(max(b.Sub(a), 0), leap) }

// window keeps what restores any second of the window that ends with the
// newest evidence.
func (h *history) window(window time.Duration) {
	all := h.evidence()
	if len(all) == 0 {
		return
	}
	i := len(all) - 1
	for back := step(all[i].first, all[i].last); i > 0 && back <= window; i-- {
		back += step(all[i-1].last, all[i].first) + step(all[i-1].first, all[i-1].last)
	}
	// The window begins with this state, or within the time after it.
	from := all[i]
	why := fmt.Sprintf("restores any second of the last %s", days(window))
	h.chain(from.line, from.seq, why)
	for _, line := range h.lines() {
		if line > from.line {
			h.chain(line, 0, why)
		}
	}
}

// chain keeps what restores each state of a line from the sequence seq on: the
// newest point that is not beyond it, or the first where there is none, and
// the spans after that.
func (h *history) chain(line, seq uint64, why string) {
	base := -1
	for i, p := range h.points {
		if p.Line == line && (base < 0 || p.Seq <= seq) {
			base = i
		}
	}
	if base < 0 {
		return // nothing to begin from: the spans of a line without a point lead nowhere
	}
	h.keepPoint(base, why)
	h.keepAfter(line, h.points[base].Seq, why)
	// Where segments are missing, the next point takes their place.
	at := h.points[base].Seq
	for i, p := range h.points {
		if i <= base || p.Line != line {
			continue
		}
		if at = h.reach(line, at); at < p.Seq {
			h.keepPoint(i, why)
			at = p.Seq
		}
	}
}

// reach is how far the segments lead on from seq without a hole.
func (h *history) reach(line, seq uint64) uint64 {
	for _, s := range h.spans {
		if s.Line == line && s.From <= seq+1 {
			seq = max(seq, s.To)
		}
	}
	return seq
}

func (h *history) lines() (out []uint64) {
	for _, p := range h.points {
		if !slices.Contains(out, p.Line) {
			out = append(out, p.Line)
		}
	}
	return out
}

// moment keeps what restores a wished moment, on each line that has a state of
// that time: which of them is meant is for people to say.
func (h *history) moment(t time.Time) {
	why := "is needed for the wished moment " + t.UTC().Format("2006-01-02 15:04:05") + " UTC"
	for _, line := range h.lines() {
		base := -1
		for i, p := range h.points {
			if p.Line == line && !p.Time.After(t) {
				base = i // the last by sequence
			}
		}
		if base < 0 {
			continue // the line began later
		}
		h.keepPoint(base, why)
		for i, s := range h.spans {
			if s.Line == line && s.To > h.points[base].Seq && !s.Begin.After(t) && !slices.Contains(h.keepS[i], why) {
				h.keepS[i] = append(h.keepS[i], why)
			}
		}
	}
}

func days(d time.Duration) string {
	if d%(24*time.Hour) != 0 {
		return d.String()
	}
	if d == 24*time.Hour {
		return "day"
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}
