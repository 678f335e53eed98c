package backup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

// Compacted says what a compaction did.
type Compacted struct {
	Read, Written int   // segments
	Bytes         int64 // written
}

// compactBytes bounds what one segment holds, sealed, so that each fits into
// memory.
const compactBytes = 32 << 20

// Compact joins the segments of each hour that is over into one, and those of
// each day that is over, and writes the manifest. What was joined becomes
// garbage.
func (s *Shipper) Compact(ctx context.Context, progress Progress) (out Compacted, err error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	c := s.claimed()
	if c == nil {
		return out, fault.New(fault.Unavailable, "the backup does not reach its bucket").WithRemedy("look at its state, and try again")
	}
	if err := s.dev.shutOut(ctx, c.Number); err != nil {
		return out, err
	}
	h, err := s.dev.History(ctx)
	if err != nil {
		return out, err
	}
	there, err := s.dev.repo.bucket.Clock(ctx)
	if err != nil {
		return out, err
	}
	m, err := s.dev.Manifest(ctx)
	if err != nil {
		return out, err
	}
	gone := m.garbage()
	var joined []Garbage
	for i := range h.Lines {
		if h.Lines[i].ID != c.Line {
			continue // nobody adds to it any more, and its fences are closed
		}
		for _, run := range h.Lines[i].runs(gone) {
			n, err := s.join(ctx, c, run, progress)
			if err != nil {
				return out, err
			}
			out.Read += len(run.spans)
			out.Written++
			out.Bytes += n
			for _, sp := range run.spans {
				joined = append(joined, Garbage{Path: sp.Path(), Since: there.UTC(), Reason: "its changes are in a larger segment"})
			}
		}
	}
	if h, err = s.dev.History(ctx); err != nil {
		return out, err
	}
	_, err = s.dev.amend(ctx, func(m *Manifest) error {
		gone := m.garbage()
		for _, g := range joined {
			if !gone[g.Path] {
				m.Garbage = append(m.Garbage, g)
			}
		}
		m.take(h)
		return nil
	})
	return out, err
}

// run is a row of segments that become one.
type run struct {
	level segment.Level
	spans []Span
}

// runs finds what is to be joined: the raw segments of an hour when a later
// hour has begun, the segments of an hour when a later day has. The line's
// own newest change is the clock.
func (l *Line) runs(gone map[string]bool) (out []run) {
	var now time.Time
	for _, s := range l.Spans {
		if !s.Void {
			now = later(now, s.End)
		}
	}
	for _, step := range []struct {
		from, to segment.Level
		length   time.Duration
	}{{segment.Hour, segment.Day, 24 * time.Hour}, {segment.Raw, segment.Hour, time.Hour}} {
		var open run
		size := int64(0)
		flush := func() {
			if len(open.spans) > 1 {
				out = append(out, open)
			}
			open, size = run{level: step.to}, 0
		}
		flush()
		for _, s := range l.Spans {
			if s.Void || s.Level != step.from || gone[s.Path()] {
				continue
			}
			period := s.End.Truncate(step.length)
			if period.Add(step.length).After(now) {
				break // this one is not over
			}
			if n := len(open.spans); n > 0 {
				last := open.spans[n-1]
				if s.From != last.To+1 || !last.End.Truncate(step.length).Equal(period) || size+s.Bytes > compactBytes {
					flush()
				}
			}
			open.spans = append(open.spans, s)
			size += s.Bytes
		}
		flush()
	}
	return out
}

// join writes one segment with the changes of several.
func (s *Shipper) join(ctx context.Context, c *claim, r run, progress Progress) (int64, error) {
	var w *segment.Writer
	var before segment.Head
	for i, sp := range r.spans {
		h, changes, err := s.dev.readSegment(ctx, sp.Name)
		if err != nil {
			return 0, err
		}
		if err := chained(before, h); err != nil {
			return 0, &Damage{Object: s.dev.name(sp.Path()), Problem: err.Error(), err: err}
		}
		before = h
		if w == nil {
			w = segment.NewWriter(segment.Name{Line: c.Line, Fence: c.Number, Level: r.level}, h.Epoch, h.Before)
		}
		for j := range changes {
			w.Add(&changes[j])
		}
		progress("joining segments", int64(i+1), int64(len(r.spans)))
	}
	plain, h, err := w.Close()
	if err != nil {
		return 0, fault.Wrap(fault.Internal, err, "join segments %d to %d", r.spans[0].From, r.spans[len(r.spans)-1].To)
	}
	if h.After != before.After {
		return 0, fault.New(fault.Internal, "segments %d to %d do not join", h.From, h.To)
	}
	_, n, err := s.dev.repo.put(ctx, kindSegment, s.dev.name(h.Path()), plain, s.once())
	if err != nil && !errors.Is(err, remote.ErrExists) {
		return 0, fmt.Errorf("write the joined segment %d to %d: %w", h.From, h.To, err)
	}
	s.wrote(n)
	return n, nil
}
