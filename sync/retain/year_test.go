package retain_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/internal/race"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// world is a hub and its backup over a year: true time runs on, the hub's
// clock is wrong now and then, and a prune by Plan comes every few days.
type world struct {
	t      *rapid.T
	policy retain.Policy
	now    time.Duration // true
	wrong  time.Duration // of the hub's clock
	stuck  bool          // the log's times never run backwards
	last   time.Time     // that the log has given
	line   uint64
	seq    uint64
	leaps  []time.Duration // true times at which the clock was set
	states []state         // every one that there was
	points []retain.Point
	spans  []retain.Span
	wished []time.Time
	id     int
}

// state is one sequence of one line.
type state struct {
	line, seq uint64
	at        time.Duration // true
	clock     time.Time
}

func (w *world) clock() time.Time {
	c := noon.Add(w.now + w.wrong)
	if w.stuck && c.Before(w.last) {
		c = w.last
	}
	w.last = c
	return c
}

func (w *world) name(kind string) string {
	w.id++
	return fmt.Sprintf("%s%d", kind, w.id)
}

// write makes changes and ships them as one segment.
func (w *world) write(n int) {
	s := retain.Span{ID: w.name("s"), Line: w.line, From: w.seq + 1, To: w.seq + uint64(n), Begin: w.clock(), Bytes: 1}
	for range n {
		w.seq++
		w.states = append(w.states, state{w.line, w.seq, w.now, w.clock()})
	}
	s.End = w.clock()
	w.spans = append(w.spans, s)
}

func (w *world) checkpoint() {
	w.points = append(w.points, retain.Point{ID: w.name("p"), Line: w.line, Seq: w.seq, Time: w.clock(), Bytes: 100})
}

// compact puts the segments of the newest line that follow each other into
// one, leaving them to the next prune.
func (w *world) compact() {
	var own []retain.Span
	for _, s := range w.spans {
		if s.Line == w.line && (len(own) == 0 || own[len(own)-1].To+1 == s.From) {
			own = append(own, s)
		}
	}
	if len(own) < 2 {
		return
	}
	from := rapid.IntRange(0, len(own)-2).Draw(w.t, "from")
	to := rapid.IntRange(from+1, min(len(own)-1, from+30)).Draw(w.t, "to")
	w.spans = append(w.spans, retain.Span{ID: w.name("s"), Line: w.line, From: own[from].From, To: own[to].To, Begin: own[from].Begin, End: own[to].End, Bytes: 1})
}

// reach is what can be had of each point: its line's states up to here, by
// segments without a hole.
func (w *world) reach() map[string]uint64 {
	byLine := map[uint64][]retain.Span{}
	for _, s := range w.spans {
		byLine[s.Line] = append(byLine[s.Line], s)
	}
	for _, l := range byLine {
		slices.SortFunc(l, func(a, b retain.Span) int { return cmp.Compare(a.From, b.From) })
	}
	out := map[string]uint64{}
	for _, p := range w.points {
		at := p.Seq
		for _, s := range byLine[p.Line] {
			if s.From <= at+1 {
				at = max(at, s.To)
			}
		}
		out[p.ID] = at
	}
	return out
}

// restorable reports whether the state can be had.
func (w *world) restorable(reach map[string]uint64, s state) bool {
	return slices.ContainsFunc(w.points, func(p retain.Point) bool { return leads(reach, p, s) })
}

func leads(reach map[string]uint64, p retain.Point, s state) bool {
	return p.Line == s.line && p.Seq <= s.seq && reach[p.ID] >= s.seq
}

// meant is the state of a line at a moment by the log's times, where those
// never run backwards: that of the last change that is not after it.
func (w *world) meant(line uint64, t time.Time) (s state, ok bool) {
	for _, x := range w.states {
		if x.line == line && !x.clock.After(t) {
			s, ok = x, true
		}
	}
	return s, ok
}

func (w *world) prune() {
	reach := w.reach()
	var proven *retain.Point
	for i, p := range w.points {
		if p.Verified && (proven == nil || p.Line > proven.Line || p.Line == proven.Line && p.Seq > proven.Seq) {
			p := w.points[i]
			proven = &p
		}
	}
	var pins []time.Time
	var held []state // wished states that can be had before
	for _, t := range w.wished {
		pins = append(pins, t)
		for line := uint64(1); w.stuck && line <= w.line; line++ {
			if s, ok := w.meant(line, t); ok && w.restorable(reach, s) {
				held = append(held, s)
			}
		}
	}
	var chain []state // of the newest proven point
	for _, s := range w.states {
		if proven != nil && leads(reach, *proven, s) {
			chain = append(chain, s)
		}
	}
	plan := retain.Plan(w.points, w.spans, pins, w.policy)
	gone := map[string]bool{}
	for _, d := range plan {
		gone[d.ID] = !d.Keep
	}
	w.points = slices.DeleteFunc(w.points, func(p retain.Point) bool { return gone[p.ID] })
	w.spans = slices.DeleteFunc(w.spans, func(s retain.Span) bool { return gone[s.ID] })

	reach = w.reach()
	for _, d := range retain.Plan(w.points, w.spans, pins, w.policy) {
		if !d.Keep {
			w.t.Fatalf("a second plan forgets %s: %v", d.ID, d.Reasons)
		}
	}
	for _, s := range held {
		if !w.restorable(reach, s) {
			w.t.Fatalf("the wished state %+v is lost", s)
		}
	}
	for _, s := range chain {
		// Of two proven points of one sequence one is enough.
		if !slices.ContainsFunc(w.points, func(p retain.Point) bool { return p.Verified && p.Seq == proven.Seq && leads(reach, p, s) }) {
			w.t.Fatalf("the state %+v after the proven point %+v is lost\n%v", s, *proven, plan)
		}
	}
	if n := len(w.states); n > 0 && !w.restorable(reach, w.states[n-1]) {
		w.t.Fatalf("the newest state is lost")
	}
	w.window(reach)
}

// window checks that each state of the window is there. Each leap may
// cost a day.
func (w *world) window(reach map[string]uint64) {
	sure := retain.DefaultWindow
	for range slices.DeleteFunc(slices.Clone(w.leaps), func(at time.Duration) bool { return at < w.now-sure }) {
		sure -= day
	}
	for i := len(w.states) - 1; i >= 0 && w.states[i].at > w.now-sure; i-- {
		if s := w.states[i]; !w.restorable(reach, s) {
			w.t.Fatalf("a state of %v ago is lost: %+v", w.now-s.at, s)
		}
	}
}

func TestAYearOfRetention(t *testing.T) {
	race.Skip(t)
	rapid.Check(t, func(r *rapid.T) {
		w := &world{t: r, line: 1, policy: retain.Default(), stuck: rapid.Bool().Draw(r, "times never run backwards")}
		wild := rapid.Bool().Draw(r, "the clock leaps")
		w.checkpoint()
		for day := range 365 {
			if rapid.IntRange(0, 9).Draw(r, "busy") > 0 {
				for range rapid.IntRange(1, 4).Draw(r, "segments") {
					w.now += time.Duration(rapid.IntRange(0, 300).Draw(r, "minutes")) * time.Minute
					w.write(rapid.IntRange(1, 3).Draw(r, "changes"))
				}
			}
			if wild && rapid.IntRange(0, 19).Draw(r, "leap") == 0 {
				was := w.wrong
				w.wrong = time.Duration(rapid.IntRange(-400, 400).Draw(r, "wrong by days")) * 24 * time.Hour
				if w.wrong != was {
					w.leaps = append(w.leaps, w.now)
				}
			}
			switch rapid.IntRange(0, 11).Draw(r, "event") {
			case 0, 1, 2, 3, 4:
				w.checkpoint()
			case 5:
				w.points[rapid.IntRange(0, len(w.points)-1).Draw(r, "verified")].Verified = true
			case 6, 7:
				w.compact()
			case 8:
				if n := len(w.states); n > 0 && len(w.wished) < 5 {
					w.wished = append(w.wished, w.states[rapid.IntRange(max(0, n-20), n-1).Draw(r, "wished")].clock)
				}
			case 9:
				if rapid.IntRange(0, 9).Draw(r, "restored") == 0 {
					w.line, w.seq = w.line+1, w.seq/2 // an earlier state goes on as another history
					w.checkpoint()
				}
			}
			if day%3 == 2 {
				w.prune()
			}
			w.now = max(w.now, time.Duration(day+1)*24*time.Hour)
		}
		if most := 3 + 7 + 5 + 12 + 3 + 10; !wild && len(w.points) > most {
			r.Fatalf("after a year %d points are kept, at most %d are wished", len(w.points), most)
		}
	})
}
