package backup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// History is what the bucket holds of a device, by its listing alone.
type History struct {
	Lines []Line // by the fence with which they began
	// Strange are objects in the device's folders that nobody of ours wrote
	// there: they are left alone.
	Strange []string
	Bytes   int64
	Objects int
}

// Line is one line of history.
type Line struct {
	ID    uint64
	Fulls []Full // by sequence
	Spans []Span // by their first change
}

// History lists the device.
func (d *Device) History(ctx context.Context) (*History, error) {
	h := &History{}
	last, err := d.lastFence(ctx)
	if err != nil {
		return nil, err
	}
	if last.Number == 0 {
		return h, nil
	}
	for _, c := range last.Cuts {
		if c.Fence != c.Line {
			continue
		}
		l := Line{ID: c.Line}
		if l.Fulls, err = d.fulls(ctx, c.Line); err != nil {
			return nil, err
		}
		if l.Spans, err = d.spans(ctx, c.Line); err != nil {
			return nil, err
		}
		for i := range l.Spans {
			l.Spans[i].Void = void(l.Spans[i].Name, last.Cuts)
		}
		h.Lines = append(h.Lines, l)
	}
	err = d.list(ctx, "", "", func(path string, i remote.Info) error {
		h.Bytes += i.Size
		h.Objects++
		if !known(path) {
			h.Strange = append(h.Strange, i.Name)
		}
		return nil
	})
	return h, err
}

// Plan is what a restore reads.
type Plan struct {
	Line       uint64
	Checkpoint Full
	Spans      []Span    // in order; they may overlap
	Seq        uint64    // of the last change in them; of the checkpoint without any
	At         time.Time // of that change
}

// Whole says up to which moment a history can be restored where it has a gap.
type Whole struct {
	After uint64 // the log breaks off behind this change
	At    time.Time
}

// GapError says that log is missing between what is there.
type GapError struct {
	Line     uint64
	From, To uint64 // the changes that are missing
	Whole    Whole
}

func (e *GapError) Error() string {
	return fmt.Sprintf("the backup lacks the changes %d to %d; everything up to %s is whole", e.From, e.To, e.Whole.At.UTC().Format(time.RFC3339))
}

// Wish is the state that a restore is to give.
type Wish struct {
	At   time.Time // zero: the newest
	Seq  uint64    // nothing after this change; 0: no bound
	Line uint64    // of history; 0: the newest that reaches back to At
}

// past reports whether something that begins so lies behind what is wished.
func (w Wish) past(begin time.Time, from uint64) bool {
	return !w.At.IsZero() && begin.After(w.At) || w.Seq > 0 && from > w.Seq
}

// Plan chooses what gives the wished state. Objects that bad names are left
// out.
func (h *History) Plan(w Wish, bad map[string]bool) (*Plan, error) {
	for _, l := range slices.Backward(h.Lines) {
		if w.Line != 0 && l.ID != w.Line {
			continue
		}
		if p, err := l.plan(w, bad); p != nil || err != nil {
			return p, err
		}
	}
	first := h.First()
	if first.IsZero() {
		return nil, fault.New(fault.NotFound, "this backup has no whole checkpoint yet").WithRemedy("let the hub make its first one: hubcap backup now")
	}
	if w.At.IsZero() {
		return nil, fault.New(fault.NotFound, "no checkpoint of this backup can be used").WithRemedy("look at what `hubcap backup verify` finds")
	}
	return nil, fault.New(fault.NotFound, "the backup does not reach back to %s", w.At.UTC().Format(time.RFC3339)).
		WithRemedy("choose a moment from %s on", first.UTC().Format(time.RFC3339))
}

// First is the earliest moment that can be restored; zero without any.
func (h *History) First() (t time.Time) {
	for _, l := range h.Lines {
		for _, f := range l.Fulls {
			if f.Whole && (t.IsZero() || f.Time.Before(t)) {
				t = f.Time
			}
		}
	}
	return t
}

// plan is nil where the line has no checkpoint at or before the moment.
func (l *Line) plan(w Wish, bad map[string]bool) (*Plan, error) {
	newest := -1
	for i, f := range l.Fulls {
		if f.Whole && !bad[f.HeadPath()] && !w.past(f.Time, f.Seq) {
			newest = i
		}
	}
	if newest < 0 {
		return nil, nil
	}
	full := l.Fulls[newest]
	p := &Plan{Line: l.ID, Checkpoint: full, Seq: full.Seq, At: full.Time}
	for {
		next, ahead := l.covering(p.Seq+1, bad)
		switch {
		case next == nil && ahead != nil && !w.past(ahead.Begin, max(ahead.From, p.Seq+1)):
			gap := &GapError{Line: l.ID, From: p.Seq + 1, To: ahead.From - 1, Whole: Whole{After: p.Seq, At: p.At}}
			if bad[ahead.Path()] {
				gap.To = ahead.To
			}
			return nil, gap
		case next == nil, w.past(next.Begin, p.Seq+1):
			return p, nil
		}
		p.Spans = append(p.Spans, *next)
		p.Seq, p.At = next.To, next.End
	}
}

// covering is the segment with the change seq that reaches furthest, or, where
// none has it, the first one behind it; one that is bad is behind it as well,
// for its changes are missing.
func (l *Line) covering(seq uint64, bad map[string]bool) (best, ahead *Span) {
	for i := range l.Spans {
		s := &l.Spans[i]
		switch {
		case s.Void || s.To < seq:
		case s.From > seq || bad[s.Path()]:
			if ahead == nil || s.From < ahead.From {
				ahead = s
			}
		case best == nil || s.To > best.To:
			best = s
		}
	}
	return best, ahead
}

// Reach is a stretch of time of which every second can be restored.
type Reach struct {
	Line     uint64
	From, To time.Time
}

// Reaches lists those stretches, in order: from each whole checkpoint on, as
// far as the log goes without a gap.
func (h *History) Reaches() (out []Reach) {
	for i := range h.Lines {
		l := &h.Lines[i]
		for _, f := range l.Fulls {
			if !f.Whole {
				continue
			}
			seq, to := f.Seq, f.Time
			for {
				next, _ := l.covering(seq+1, nil)
				if next == nil {
					break
				}
				seq, to = next.To, next.End
			}
			if n := len(out); n > 0 && out[n-1].Line == l.ID && !f.Time.After(out[n-1].To) {
				out[n-1].To = later(out[n-1].To, to)
				continue
			}
			out = append(out, Reach{Line: l.ID, From: f.Time, To: to})
		}
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
