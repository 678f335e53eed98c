package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

// ErrNewLine says that the hub whose backup a standby follows has begun a new
// line of history: the standby must be restored anew.
var ErrNewLine = errors.New("a new line of history has begun in the backup")

// Standby is a store that follows a backup.
type Standby struct {
	dev  *Device
	f    *filling
	line uint64
}

// Stand prepares a target that was restored with Follow to follow its backup.
func (d *Device) Stand(ctx context.Context, t Target, o RestoreOptions) (*Standby, error) {
	m, err := markOf(ctx, t.DB)
	if err != nil {
		return nil, err
	}
	if m == nil || !m.Following {
		return nil, fault.New(fault.Conflict, "this store is not a standby").WithRemedy("restore one with `hubcap standby --from`")
	}
	if m.Repository != d.repo.id || m.Device != d.id {
		return nil, fault.New(fault.Conflict, "this store follows another backup").WithRemedy("name the backup that it was restored from")
	}
	h, err := d.History(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range h.Lines {
		for _, full := range l.Fulls {
			if full.Path() == m.Checkpoint {
				return d.standOn(ctx, t, o, *m, full)
			}
		}
	}
	return nil, fault.Wrap(fault.Conflict, ErrNewLine, "the checkpoint that this standby came from is gone").WithRemedy("restore it anew: hubcap standby --from")
}

func (d *Device) standOn(ctx context.Context, t Target, o RestoreOptions, m Mark, full Full) (*Standby, error) {
	head, err := d.readHead(ctx, full.Name)
	if err != nil {
		return nil, err
	}
	f := &filling{dev: d, to: t, o: RestoreOptions{Progress: o.Progress, Follow: true}, got: &fetched{head: head}, schemas: map[string]*store.Schema{}, mark: m, progress: o.progress()}
	for _, s := range t.Schemas {
		if s.Class == store.Truth {
			f.schemas[s.Name] = s
		}
	}
	return &Standby{dev: d, f: f, line: full.Line}, nil
}

// Seq is the last change that the standby has.
func (s *Standby) Seq() uint64 { return uint64(max(s.f.mark.Seq, 0)) }

// Time is when that change was written; zero where none came since the start.
func (s *Standby) Time() time.Time { return s.f.out.Time }

// Follow takes what has come since, with the files that it names, and returns
// how many changes.
func (s *Standby) Follow(ctx context.Context) (int, error) {
	n, err := s.follow(ctx)
	if err == nil && s.f.named {
		s.f.named = false
		err = s.f.files(ctx)
	}
	return n, err
}

func (s *Standby) follow(ctx context.Context) (int, error) {
	last, err := s.dev.lastFence(ctx)
	if err != nil {
		return 0, err
	}
	if last.Line != s.line {
		return 0, fault.Wrap(fault.Conflict, ErrNewLine, "follow the backup").WithRemedy("restore the standby anew: hubcap standby --from")
	}
	spans, err := s.dev.spans(ctx, s.line)
	if err != nil {
		return 0, err
	}
	spans = slices.DeleteFunc(spans, func(sp Span) bool { return void(sp.Name, last.Cuts) })
	before := s.f.out.Changes
	ahead, err := s.take(ctx, spans)
	if err == nil && ahead != nil {
		err = &GapError{Line: s.line, From: s.Seq() + 1, To: ahead.From - 1, Whole: Whole{After: s.Seq()}}
	}
	return s.f.out.Changes - before, err
}

// take replays what the segments have behind the standby's last change, as
// far as they go without a gap; ahead is the first one behind a gap.
func (s *Standby) take(ctx context.Context, spans []Span) (ahead *Span, err error) {
	l := Line{ID: s.line, Spans: spans}
	for {
		next, ahead := l.covering(s.Seq()+1, nil)
		if next == nil {
			return ahead, nil
		}
		s.f.mark.Until = max(s.f.mark.Until, int64(next.To))
		err := s.f.changes(ctx, []Span{*next}, func(n segment.Name) ([]byte, error) {
			return s.dev.repo.get(ctx, kindSegment, s.dev.name(n.Path()))
		})
		if err != nil {
			return nil, err
		}
		if s.Seq() < next.To {
			return nil, fault.New(fault.Internal, "segment %d to %d was not taken", next.From, next.To)
		}
	}
}

// Run follows until ctx ends, asking for more at this pace.
func (s *Standby) Run(ctx context.Context, every time.Duration, heard func(s *Standby, err error)) error {
	for {
		_, err := s.Follow(ctx)
		if ctx.Err() != nil {
			return nil
		}
		heard(s, err)
		if errors.Is(err, ErrNewLine) {
			return err
		}
		t := time.NewTimer(every)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C:
		}
	}
}

// Promote makes the standby the hub: it takes what has still come, shuts out
// the one that it followed, and takes the mark away.
func (s *Standby) Promote(ctx context.Context, holder string) (*Restored, error) {
	// First the fence: what the other writes from now on is void, and the log
	// before it is whole.
	last, err := s.dev.lastFence(ctx)
	if err != nil {
		return nil, err
	}
	if last.Line != s.line {
		return nil, fault.Wrap(fault.Conflict, ErrNewLine, "promote the standby").WithRemedy("restore it anew, then promote it")
	}
	if _, err := s.dev.take(ctx, s.f.to.DB, holder, true); err != nil {
		return nil, fmt.Errorf("shut the old hub out: %w", err)
	}
	if err := s.catchUp(ctx); err != nil {
		return nil, err
	}
	s.f.o.Follow = false
	if err := s.f.files(ctx); err != nil {
		return nil, err
	}
	return &s.f.out, s.f.finish(ctx)
}

// catchUp takes the rest of the line after it was shut out.
func (s *Standby) catchUp(ctx context.Context) error {
	spans, err := s.dev.spans(ctx, s.line)
	if err != nil {
		return err
	}
	_, err = s.take(ctx, spans)
	return err
}
