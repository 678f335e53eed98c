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
	m, _, err := s.readAs(ctx, c, r.Table.Columns, sample, l.Mapping)
	if err != nil {
		return err
	}
	if err := told(r.Table, m); err != nil {
		return err
	}
	x := s.begin(c, e, checklist.Wishes{}, readings(aliases))
	return x.each(ctx, &source{rows: r, mapping: &m}, f)
}

// walk checks an intake from its beginning, a piece at a time in flat memory.
func (s *Service) walk(ctx context.Context, c vehicle.Caller, id string, f func(*File, []Row) error) (*Intake, error) {
	have, at, aliases, err := s.stamp(ctx, c, id)
	if err != nil {
		return nil, err
	}
	x := s.begin(c, at.engine, have.Intake.Wishes, aliases)
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
