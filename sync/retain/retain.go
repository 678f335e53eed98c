// Package retain decides what a backup keeps.
//
// A *point* is a full checkpoint: a restore needs nothing else to come to that
// second. A *span* is a segment of the log: with a point before it, it leads on
// to any second that it covers. A *line* is one history of a store; restoring
// an earlier state begins another, and the greater number is the newer one.
//
// Plan is pure, and it asks no clock: neither that of this machine nor the
// distance of a point from today. Clocks are wrong by years now and then, and
// a retention that counts ages would empty the backup that day. So
//
//   - a rule such as "7 daily" keeps the newest point of each of the seven
//     newest days that have points, however long ago they are;
//   - the window of any second is measured back from the newest thing that the
//     backup holds, and a leap of the times from one thing to the next counts
//     as a day at most (the hub was off, or its clock was set): each time that
//     a clock is set, the window loses a day at most;
//   - what is newer is told by line and sequence, never by time.
//
// Where a time is wrong, more is kept than asked for.
package retain

import (
	"cmp"
	"slices"
	"time"
)

// Point is a checkpoint.
type Point struct {
	ID       string // not that of another point or span
	Line     uint64
	Seq      uint64    // the last change that it holds
	Time     time.Time // of that change, or of the making
	Bytes    int64
	Verified bool // a restore of it was tried and came out right
}

// Span is a segment of the log.
type Span struct {
	ID         string
	Line       uint64
	From, To   uint64 // sequences of the first and the last change
	Begin, End time.Time
	Bytes      int64
}

// Policy says what is wished. The zero Policy keeps what is always kept.
type Policy struct {
	// Last keeps so many newest points; the others the newest point of each of
	// so many newest hours, days, ISO weeks, months and years that have one.
	Last, Hourly, Daily, Weekly, Monthly, Yearly int
	// Window is how far back any second can be restored; 0 is DefaultWindow.
	Window time.Duration
	// Zone is where days begin and end; nil is UTC.
	Zone *time.Location
}

// DefaultWindow is how far back any second can be restored if nothing is said.
const DefaultWindow = 7 * 24 * time.Hour

// leap is the most that the time from one thing to the next counts in the
// window.
const leap = 24 * time.Hour

// Default is what a new target keeps.
func Default() Policy {
	return Policy{Last: 3, Daily: 7, Weekly: 5, Monthly: 12, Yearly: 3, Window: DefaultWindow}
}

// Decision is what becomes of one point or span, and why: at least one reason
// each.
type Decision struct {
	ID      string
	Span    bool      // a span, not a point
	Time    time.Time // of the point, or the end of the span
	Bytes   int64
	Keep    bool
	Reasons []string
}

// Plan decides for each point and each span, in the order of line and
// sequence. Always kept are
//
//   - the newest point of the newest line, and each span after it;
//   - the newest point that was verified, and each span of its line after it;
//   - what restores any second of the window;
//   - what restores each wished moment;
//   - the points that the rules choose;
//   - all spans of the newest line where it has no point yet.
//
// A span that lies within a longer one that is kept is not needed.
//
// A plan that was carried out plans nothing further: what is forgotten also
// bears no witness any more to how much time the window holds, so planning goes
// on with what is left until all of it is kept.
func Plan(points []Point, spans []Span, wished []time.Time, p Policy) []Decision {
	plan := planOnce(points, spans, wished, p)
	for {
		fate := make(map[string]int, len(plan)) // where in the plan what is kept stands
		for i, d := range plan {
			if d.Keep {
				fate[d.ID] = i
			}
		}
		again := planOnce(
			slices.DeleteFunc(slices.Clone(points), func(p Point) bool { return !has(fate, p.ID) }),
			slices.DeleteFunc(slices.Clone(spans), func(s Span) bool { return !has(fate, s.ID) }), wished, p)
		done := true
		for _, d := range again {
			plan[fate[d.ID]] = d
			done = done && d.Keep
		}
		if done {
			return plan
		}
	}
}

func has(fate map[string]int, id string) bool {
	_, ok := fate[id]
	return ok
}

func planOnce(points []Point, spans []Span, wished []time.Time, p Policy) []Decision {
	h := newHistory(points, spans)
	h.newest()
	h.verified()
	h.window(cmp.Or(p.Window, DefaultWindow))
	for _, t := range wished {
		h.moment(t)
	}
	h.rules(p)
	h.folded()
	return h.decisions()
}

// history is what Plan works on: everything in order, with the reasons to
// keep it so far.
type history struct {
	points []Point // by line and sequence
	spans  []Span  // by line and first sequence
	keepP  [][]string
	keepS  [][]string
	within []string // for a span that lies in another: the other's ID
}

func newHistory(points []Point, spans []Span) *history {
	h := &history{points: slices.Clone(points), spans: slices.Clone(spans)}
	slices.SortFunc(h.points, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(h.spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To), cmp.Compare(a.ID, b.ID))
	})
	h.keepP = make([][]string, len(h.points))
	h.keepS = make([][]string, len(h.spans))
	h.within = make([]string, len(h.spans))
	return h
}

func (h *history) keepPoint(i int, why string) {
	if !slices.Contains(h.keepP[i], why) {
		h.keepP[i] = append(h.keepP[i], why)
	}
}

// keepAfter keeps the spans of a line that hold a change after seq.
func (h *history) keepAfter(line, seq uint64, why string) {
	for i, s := range h.spans {
		if s.Line == line && s.To > seq && !slices.Contains(h.keepS[i], why) {
			h.keepS[i] = append(h.keepS[i], why)
		}
	}
}

// newestLine is the greatest line that anything is of.
func (h *history) newestLine() (line uint64) {
	for _, p := range h.points {
		line = max(line, p.Line)
	}
	for _, s := range h.spans {
		line = max(line, s.Line)
	}
	return line
}

// newest keeps what leads to the head.
func (h *history) newest() {
	const why = "leads to the newest state"
	line := h.newestLine()
	if n := len(h.points); n > 0 {
		h.keepPoint(n-1, "the newest")
		h.keepAfter(h.points[n-1].Line, h.points[n-1].Seq, why)
		if h.points[n-1].Line == line {
			return
		}
	}
	// Its first point is on the way.
	h.keepAfter(line, 0, "belongs to a history whose first checkpoint is still to come")
}

// verified keeps the newest chain that was proven by a restore.
func (h *history) verified() {
	for i := len(h.points) - 1; i >= 0; i-- {
		if p := h.points[i]; p.Verified {
			h.keepPoint(i, "the newest that a restore has proven")
			h.keepAfter(p.Line, p.Seq, "follows the newest checkpoint that a restore has proven")
			return
		}
	}
}

// folded finds the spans that lie within a longer one that is kept.
func (h *history) folded() {
	far := -1 // of the line's kept spans so far the one that reaches farthest
	for i, s := range h.spans {
		if far >= 0 && h.spans[far].Line != s.Line {
			far = -1
		}
		// Spans are in the order of where they begin, the longer first.
		if far >= 0 && h.spans[far].To >= s.To && h.spans[far].To-h.spans[far].From > s.To-s.From {
			h.within[i] = h.spans[far].ID
			continue
		}
		if h.keepS[i] != nil && (far < 0 || s.To > h.spans[far].To) {
			far = i
		}
	}
}

func (h *history) decisions() []Decision {
	out := make([]Decision, 0, len(h.points)+len(h.spans))
	add := func(d Decision, why []string) {
		d.Keep = len(d.Reasons) == 0 && len(why) > 0
		if d.Keep {
			d.Reasons = why
		} else if len(d.Reasons) == 0 {
			d.Reasons = []string{"no rule keeps it"}
		}
		out = append(out, d)
	}
	i, j := 0, 0
	for i < len(h.points) || j < len(h.spans) {
		if j == len(h.spans) || i < len(h.points) && before(h.points[i], h.spans[j]) {
			p := h.points[i]
			add(Decision{ID: p.ID, Time: p.Time, Bytes: p.Bytes}, h.keepP[i])
			i++
			continue
		}
		s := h.spans[j]
		d := Decision{ID: s.ID, Span: true, Time: s.End, Bytes: s.Bytes}
		if h.within[j] != "" {
			d.Reasons = []string{"lies within " + h.within[j]}
		}
		add(d, h.keepS[j])
		j++
	}
	return out
}

// before orders a point and a span: a point comes before the first span that
// goes beyond it.
func before(p Point, s Span) bool {
	return cmp.Or(cmp.Compare(p.Line, s.Line), cmp.Compare(p.Seq, s.To)) < 0
}
