package intake

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// AddFile puts a list into an intake: it is read to its end, its columns are
// recognised, and a mapping that was saved for its headings is used again.
func (s *Service) AddFile(ctx context.Context, c vehicle.Caller, id, name string, content io.Reader) (Saved, error) {
	have, err := s.Get(ctx, c, id)
	if err != nil {
		return Saved{}, err
	}
	if len(have.Intake.Files) >= maxFiles {
		return Saved{}, fault.New(fault.Conflict, "this list has %d files, and more can't be put together", maxFiles).WithRemedy("begin another list")
	}
	info, err := s.o.Blobs.Put(ctx, content, MaxFile)
	if err != nil {
		return Saved{}, err
	}
	if info.Bytes == 0 {
		return Saved{}, fault.New(fault.Invalid, "the file is empty").WithRemedy("choose another")
	}
	f := File{Name: name, SHA256: info.SHA256, Bytes: info.Bytes}
	if err := s.recognise(ctx, c, &f, nil); err != nil {
		return Saved{}, err
	}
	return s.change(ctx, c, id, func(i *Intake) error {
		if at := slices.IndexFunc(i.Files, func(x File) bool { return x.SHA256 == f.SHA256 }); at >= 0 {
			return fault.New(fault.Conflict, "this file is in the list already, as %q", i.Files[at].Name).WithRemedy("add another, or go on")
		}
		f.N = i.NextN
		i.NextN++
		i.Files = append(i.Files, f)
		return nil
	})
}

// recognise reads a file to its end and says what is in it. m is a mapping
// that somebody made; nil has one guessed.
func (s *Service) recognise(ctx context.Context, c vehicle.Caller, f *File, m *mapping.Mapping) error {
	r, closer, err := s.open(ctx, f)
	if err != nil {
		return err
	}
	defer closer.Close()
	sample, err := r.Sample(samples)
	if err != nil {
		return err
	}
	rows := 0
	for ; ; rows++ {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if rows%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	f.Table, f.Rows = r.Table, rows
	if rows == 0 {
		return fault.New(fault.Invalid, "there are no rows in %q", f.Name).WithRemedy("check that the list is in the sheet that is read, and that its headings are above it")
	}
	f.Mapping, f.Remembered, err = s.readAs(ctx, c, f.Table.Columns, sample, m)
	return err
}

// readAs is how the columns of a list are read: as somebody says, as it was
// remembered for these headings, or as they are recognised.
func (s *Service) readAs(ctx context.Context, c vehicle.Caller, columns []string, sample [][]string, said *mapping.Mapping) (m mapping.Mapping, remembered bool, err error) {
	if said != nil {
		m, err = byHand(*said, columns)
		return m, false, err
	}
	m = guess(columns, sample, s.o.Defaults(ctx, c))
	t, ok, err := s.template(ctx, c, m.Fingerprint)
	if err != nil || !ok || t.Mapping.Check(len(columns)) != nil {
		return m, false, err
	}
	return again(&t.Mapping, columns), true, nil
}

// FileSettings are what can be set on a file of an intake; nil stays.
type FileSettings struct {
	Reading  *list.Options    `json:"reading,omitempty" doc:"how the file is read; what is left out is detected"`
	Mapping  *mapping.Mapping `json:"mapping,omitempty"`
	Remember bool             `json:"remember,omitempty" doc:"use this mapping for every file with these headings"`
}

// SetFile changes how a file is read and what its columns mean.
func (s *Service) SetFile(ctx context.Context, c vehicle.Caller, id string, n int, to FileSettings) (Saved, error) {
	have, err := s.Get(ctx, c, id)
	if err != nil {
		return Saved{}, err
	}
	at, err := have.Intake.fileOf(n)
	if err != nil {
		return Saved{}, err
	}
	f := *at
	if to.Reading != nil {
		f.Reading = *to.Reading
		f.Reading.Name = ""
		if err := s.recognise(ctx, c, &f, to.Mapping); err != nil {
			return Saved{}, err
		}
		if err := s.keepsEdits(ctx, c, id, at, &f); err != nil {
			return Saved{}, err
		}
	} else if to.Mapping != nil {
		if f.Mapping, err = byHand(*to.Mapping, f.Table.Columns); err != nil {
			return Saved{}, err
		}
		f.Remembered = false
	}
	if to.Remember {
		if err := s.remember(ctx, c, &f); err != nil {
			return Saved{}, err
		}
		f.Remembered = true
	}
	return s.change(ctx, c, id, func(i *Intake) error {
		at, err := i.fileOf(n)
		if err == nil {
			*at = f
		}
		return err
	})
}

// keepsEdits refuses to read a file in another way where rows have been
// corrected: they are known by their numbers, and a correction would come to
// stand in another car's row.
func (s *Service) keepsEdits(ctx context.Context, c vehicle.Caller, id string, was, now *File) error {
	if was.Table.Sheet == now.Table.Sheet && was.Table.HeaderRow == now.Table.HeaderRow && was.Rows == now.Rows {
		return nil
	}
	edits, err := s.edits(ctx, c, id)
	if n := len(edits[was.N]); err == nil && n > 0 {
		return fault.New(fault.Conflict, "the rows of %q would have other numbers, and %d of them have been changed by hand", was.Name, n).
			WithRemedy("take those changes back first, or take the file off and add it again")
	}
	return err
}

// TakeOff takes a file off an intake.
func (s *Service) TakeOff(ctx context.Context, c vehicle.Caller, id string, n int) (Saved, error) {
	return s.change(ctx, c, id, func(i *Intake) error {
		if _, err := i.fileOf(n); err != nil {
			return err
		}
		i.Files = slices.DeleteFunc(i.Files, func(f File) bool { return f.N == n })
		return nil
	})
}

// Preview is the beginning of a file.
type Preview struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

// Preview reads the first rows of a file.
func (s *Service) Preview(ctx context.Context, c vehicle.Caller, id string, n int) (Preview, error) {
	have, err := s.Get(ctx, c, id)
	if err != nil {
		return Preview{}, err
	}
	f, err := have.Intake.fileOf(n)
	if err != nil {
		return Preview{}, err
	}
	r, closer, err := s.open(ctx, f)
	if err != nil {
		return Preview{}, err
	}
	defer closer.Close()
	out := Preview{Columns: r.Table.Columns, Rows: [][]string{}}
	for len(out.Rows) < previews {
		cells, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, slices.Clone(cells))
	}
	return out, nil
}

// template finds the mapping that was saved for a fingerprint.
func (s *Service) template(ctx context.Context, c vehicle.Caller, fingerprint string) (t Template, ok bool, err error) {
	err = s.o.DB.View(ctx, shared(c), func(r store.Reader) error {
		d, err := Templates.Get(r, fingerprint)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		t, ok = d.Value, err == nil
		return err
	})
	return t, ok, err
}

// remember keeps the mapping of a file for others with the same headings.
func (s *Service) remember(ctx context.Context, c vehicle.Caller, f *File) error {
	t := Template{ID: f.Mapping.Fingerprint, Name: strings.TrimSpace(f.Name), Mapping: f.Mapping, By: c.Actor, At: store.Moment(s.o.Now())}
	_, err := s.o.DB.Update(ctx, store.Write{Scope: shared(c), Actor: c.Actor}, func(tx store.Tx) error {
		_, err := Templates.Put(tx, &t, store.AnyRev)
		return err
	})
	return err
}

// byHand is a mapping that somebody made, checked. It need not repeat the
// headings that the file has.
func byHand(m mapping.Mapping, columns []string) (mapping.Mapping, error) {
	if err := m.Check(len(columns)); err != nil {
		return m, err
	}
	m.Columns = slices.Clone(m.Columns)
	for i := range m.Columns {
		if c := &m.Columns[i]; c.Header == "" {
			c.Header = columns[c.Index]
		}
	}
	m.Fingerprint = mapping.Fingerprint(columns)
	return m, nil
}

// guess recognises the columns of a list. Those that a report of Hubcap's own
// has added are not read again: they are answers, and no claims.
func guess(columns []string, sample [][]string, d mapping.Defaults) mapping.Mapping {
	var own []int // places of the list's own columns
	for i, header := range columns {
		if !strings.HasPrefix(header, ReportMark) {
			own = append(own, i)
		}
	}
	if len(own) == len(columns) {
		return mapping.Guess(columns, sample, d)
	}
	pick := func(cells []string) []string {
		out := make([]string, len(own))
		for n, i := range own {
			if i < len(cells) {
				out[n] = cells[i]
			}
		}
		return out
	}
	rows := make([][]string, len(sample))
	for n := range sample {
		rows[n] = pick(sample[n])
	}
	m := mapping.Guess(pick(columns), rows, d)
	for n := range m.Columns {
		m.Columns[n].Index = own[m.Columns[n].Index]
	}
	return m
}

// again puts a remembered mapping on the columns of another file: they may
// stand in another order, and two may have one heading.
func again(m *mapping.Mapping, columns []string) mapping.Mapping {
	out := *m
	out.Columns = make([]mapping.Column, 0, len(columns))
	left := slices.Clone(m.Columns)
	for i, header := range columns {
		at := slices.IndexFunc(left, func(c mapping.Column) bool {
			return strings.EqualFold(strings.TrimSpace(c.Header), strings.TrimSpace(header))
		})
		if at < 0 {
			continue
		}
		c := left[at]
		c.Index = i
		out.Columns = append(out.Columns, c)
		left = slices.Delete(left, at, at+1)
	}
	return out
}

// shared is the scope of what belongs to the whole organisation: accepted
// words and remembered mappings.
func shared(c vehicle.Caller) store.Scope { return store.Org(c.Scope.Org()) }
