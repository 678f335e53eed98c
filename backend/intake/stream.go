package intake

import (
	"context"
	"errors"
	"io"

	"github.com/hubcap-dev/hubcap/backend/intake/checklist"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Loose is a list that is checked without being kept.
type Loose struct {
	Content io.ReaderAt
	Size    int64
	Reading list.Options
	Mapping *mapping.Mapping // nil: recognised
	Wishes  checklist.Wishes
}

// Stream checks a list that is not kept, a piece at a time in flat memory.
// told hears first how the list is read.
func (s *Service) Stream(ctx context.Context, c vehicle.Caller, l Loose, told func(list.Table, mapping.Mapping) error, f func([]Row) error) (err error) {
	e, err := s.examiner()
	if err != nil {
		return err
	}
	aliases, err := s.Aliases(ctx, c)
	if err != nil {
		return err
	}
	r, err := list.Open(ctx, l.Content, l.Size, l.Reading, s.o.Child)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	sample, err := r.Sample(samples)
	if err != nil {
		return err
	}
	m := guess(r.Table.Columns, sample, s.o.Defaults(ctx, c))
	if l.Mapping != nil {
		m = *l.Mapping
		if err := m.Check(len(r.Table.Columns)); err != nil {
			return err
		}
		m = named(m, r.Table.Columns)
	} else if t, ok, err := s.template(ctx, c, m.Fingerprint); err != nil {
		return err
	} else if ok {
		m = again(&t.Mapping, r.Table.Columns)
	}
	if err := told(r.Table, m); err != nil {
		return err
	}
	x := &run{engine: e, terms: s.terms(l.Wishes, readings(aliases)), here: s.owned(c), seen: map[string]Ref{}}
	return x.each(ctx, &source{rows: r, mapping: &m}, f)
}

// walk checks an intake from its beginning, a piece at a time in flat memory.
func (s *Service) walk(ctx context.Context, c vehicle.Caller, id string, f func(*File, []Row) error) (*Intake, error) {
	have, at, aliases, err := s.stamp(ctx, c, id)
	if err != nil {
		return nil, err
	}
	x := &run{engine: at.engine, terms: s.terms(have.Intake.Wishes, aliases), here: s.owned(c), seen: map[string]Ref{}}
	if x.past, err = s.past(ctx, c, have.Intake.Against); err != nil {
		return nil, err
	}
	err = s.sources(ctx, c, &have.Intake, func(src *source) error {
		file, err := have.Intake.fileOf(src.file)
		if err != nil {
			return err
		}
		return x.each(ctx, src, func(rows []Row) error { return f(file, rows) })
	})
	return &have.Intake, err
}
