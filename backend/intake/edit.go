package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Change is what somebody sets on one row. It replaces what was set before, so
// that the answer of the change before undoes it.
type Change struct {
	Ref
	Values   []Value  `json:"values" maxItems:"60" doc:"texts in the place of the file's; none takes all edits back"`
	Decision Decision `json:"decision,omitempty" enum:"leave,take,fill,overwrite" doc:"what happens with the row at the commit; left out is by its status"`
}

const maxChanges = 2_000

func editKey(intake string, r Ref) string { return fmt.Sprintf("%s/%03d/%07d", intake, r.File, r.Row) }

// Edit changes rows of an intake, all or none, and returns what stood there
// before.
func (s *Service) Edit(ctx context.Context, c vehicle.Caller, id string, changes []Change) (before []Change, err error) {
	if len(changes) == 0 || len(changes) > maxChanges {
		return nil, fault.InvalidField("/changes", fmt.Sprintf("are %d", len(changes)), fmt.Sprintf("change 1 to %d rows at once", maxChanges))
	}
	for i := range changes {
		if err := changes[i].check(fmt.Sprintf("/changes/%d", i)); err != nil {
			return nil, err
		}
	}
	was, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	var now Saved
	edits := map[Ref]*Edit{}
	_, err = s.o.DB.Update(ctx, store.Write{Scope: c.Scope, Actor: c.Actor}, func(tx store.Tx) error {
		before = before[:0]
		clear(edits)
		if now, err = get(tx, id); err != nil {
			return err
		}
		for _, ch := range changes {
			f, err := now.Intake.fileOf(ch.File)
			if err != nil {
				return err
			}
			if ch.Row < 1 || ch.Row > f.Rows {
				return noRow(ch.Ref)
			}
			old, err := s.put(tx, &now.Intake, ch, c)
			if err != nil {
				return err
			}
			before = append(before, old)
			edits[ch.Ref] = nil
			if len(ch.Values) > 0 || ch.Decision != Undecided {
				edits[ch.Ref] = &Edit{Values: ch.Values, Decision: ch.Decision}
			}
		}
		now.Intake.Edits++
		now.Intake.Updated = store.Moment(s.o.Now())
		now.Rev, err = Intakes.Put(tx, &now.Intake, now.Rev)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.follow(ctx, &was, &now, edits)
	return before, nil
}

// put writes one row's edit and says what stood there.
func (s *Service) put(tx store.Tx, i *Intake, ch Change, c vehicle.Caller) (Change, error) {
	key := editKey(i.ID, ch.Ref)
	old := Change{Ref: ch.Ref, Values: []Value{}}
	d, err := Edits.Get(tx, key)
	if err == nil {
		old.Values, old.Decision = d.Value.Values, d.Value.Decision
	} else if !fault.Is(err, fault.NotFound) {
		return old, err
	}
	if len(ch.Values) == 0 && ch.Decision == Undecided {
		if err == nil {
			return old, Edits.Delete(tx, key, d.Rev)
		}
		return old, nil
	}
	e := Edit{ID: key, Intake: i.ID, Ref: ch.Ref, Values: ch.Values, Decision: ch.Decision, By: c.Actor, At: store.Moment(s.o.Now()), Location: i.Location, Group: i.Group, Owner: i.Owner}
	_, err = Edits.Put(tx, &e, store.AnyRev)
	return old, err
}

func (c *Change) check(at string) error {
	if !slices.Contains([]Decision{Undecided, Leave, Take, Fill, Overwrite}, c.Decision) {
		return fault.InvalidField(at+"/decision", "is not a decision", "use leave, take, fill or overwrite, or none")
	}
	if c.Values == nil {
		c.Values = []Value{}
	}
	if len(c.Values) > 60 {
		return fault.InvalidField(at+"/values", fmt.Sprintf("are %d", len(c.Values)), "change at most 60 fields of a row")
	}
	for n, v := range c.Values {
		if v.Target == mapping.Skip || !slices.Contains(mapping.Targets(), v.Target) {
			return fault.InvalidField(fmt.Sprintf("%s/values/%d/target", at, n), "is no field", "name the field that the text is for")
		}
		if v.Target == mapping.Custom && (strings.TrimSpace(v.Name) == "" || utf8.RuneCountInString(v.Name) > vehicle.MaxFieldName || strings.ContainsFunc(v.Name, unicode.IsControl)) {
			return fault.InvalidField(fmt.Sprintf("%s/values/%d/name", at, n), "is not the name of a field", fmt.Sprintf("use one line of at most %d characters", vehicle.MaxFieldName))
		}
		if !utf8.ValidString(v.Text) || len(v.Text) > 10_000 {
			return fault.InvalidField(fmt.Sprintf("%s/values/%d/text", at, n), "is not a plain text of at most 10,000 bytes", "shorten it")
		}
	}
	return nil
}

// follow brings those who look at the intake up to its edits without checking
// all of it again.
func (s *Service) follow(ctx context.Context, was, now *Saved, edits map[Ref]*Edit) {
	files := map[int]*File{}
	for n := range now.Intake.Files {
		files[now.Intake.Files[n].N] = &now.Intake.Files[n]
	}
	s.mu.Lock()
	var behind []*sight
	for key, x := range s.sights {
		x.mu.Lock()
		ours := x.intake == now.Intake.ID
		ready := ours && x.done && x.err == nil && x.stamp.rev == was.Rev && now.Rev == was.Rev+1
		x.mu.Unlock()
		switch {
		case ready:
			behind = append(behind, x)
		case ours:
			s.close(key)
		}
	}
	s.mu.Unlock()
	for _, x := range behind {
		to := x.stamp
		to.rev = now.Rev
		if err := x.redo(ctx, edits, files, to); err != nil {
			s.drop(func(y *sight) bool { return x == y })
		}
	}
}

// edits reads all edits of an intake, by file and row.
func (s *Service) edits(ctx context.Context, c vehicle.Caller, id string) (map[int]map[int]*Edit, error) {
	out := map[int]map[int]*Edit{}
	q := store.Query{Index: "intake", Prefix: store.Values(store.String(id)), Limit: store.MaxLimit}
	for {
		var p store.Page[Edit]
		if err := s.o.DB.View(ctx, c.Scope, func(r store.Reader) (err error) { p, err = Edits.Query(r, q); return err }); err != nil {
			return nil, fmt.Errorf("read the edits of a list: %w", err)
		}
		for i := range p.Items {
			e := &p.Items[i].Value
			if out[e.Ref.File] == nil {
				out[e.Ref.File] = map[int]*Edit{}
			}
			out[e.Ref.File][e.Ref.Row] = e
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

// AcceptRepairs puts the first suggestion in the place of the VIN in fixable
// rows, and returns what stood there before. refs names the rows; none is all
// in which it stands out.
func (s *Service) AcceptRepairs(ctx context.Context, c vehicle.Caller, id string, refs []Ref) ([]Change, error) {
	v, err := s.Look(ctx, c, id, Look{Statuses: []Status{Fixable}, Limit: MaxRows}, true)
	if err != nil {
		return nil, err
	}
	var changes []Change
	for i := range v.Rows {
		r := &v.Rows[i]
		if len(refs) > 0 && !slices.Contains(refs, r.Ref()) || len(refs) == 0 && !r.clear() {
			continue
		}
		values := slices.DeleteFunc(slices.Clone(r.Edited), func(v Value) bool { return v.Target == mapping.VIN })
		changes = append(changes, Change{Ref: r.Ref(), Values: append(values, Value{Target: mapping.VIN, Text: r.Suggestions[0]}), Decision: r.Decision})
	}
	if len(changes) == 0 {
		return nil, fault.New(fault.Conflict, "none of these rows can be fixed by a suggestion").WithRemedy("they may have been fixed already: read the list again; where several suggestions are as likely, choose one in the row")
	}
	return s.Edit(ctx, c, id, changes)
}
