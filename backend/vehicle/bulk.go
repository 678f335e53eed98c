package vehicle

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Change is what is done to many vehicles at once. What is left out stays as
// it is on each of them.
type Change struct {
	Stage    Stage   `json:"stage,omitempty" enum:"seen,bought,in_work,listed,sold" doc:"left out stays"`
	On       Date    `json:"on,omitempty" doc:"day on which the stage was reached, YYYY-MM-DD; today if left out"`
	Location *string `json:"location,omitempty" maxLength:"100" doc:"empty takes it away"`
	Group    *string `json:"group,omitempty" maxLength:"100" doc:"empty takes it away"`
	Asking   *Money  `json:"asking,omitempty"`
	NoAsking bool    `json:"noAsking,omitempty" doc:"take the asking price away"`

	AddTags    []string `json:"addTags,omitempty" maxItems:"50"`
	RemoveTags []string `json:"removeTags,omitempty" maxItems:"50" doc:"whatever their case"`

	Fields map[string]string `json:"fields,omitempty" doc:"your own fields by name; an empty text takes the field away"`
}

// nothing reports whether c changes nothing at all.
func (c *Change) nothing() bool { return reflect.ValueOf(*c).IsZero() }

// Check finds what is wrong with a change, before any vehicle is read.
func (h *Hub) Check(c Change) error {
	if c.nothing() {
		return fault.InvalidField("/change", "says nothing", "give the stage, the location, tags, the price or a field to set")
	}
	if c.NoAsking && c.Asking != nil {
		return fault.InvalidField("/change/noAsking", "stands beside a price", "set the price, or take it away")
	}
	if c.On != "" && c.Stage == "" {
		return fault.InvalidField("/change/on", "is the day of no stage", "give the stage that was reached on that day")
	}
	if _, ok := c.Fields[""]; ok {
		return fault.InvalidField("/change/fields", "has a field without a name", "give each field its name")
	}
	d := Draft{VIN: "1"} // the rules of a vehicle, on one that is nobody's
	c.on(&d)
	return d.check(h.now())
}

// on makes the change on a draft.
func (c *Change) on(d *Draft) {
	if c.Stage != "" {
		d.Stage = c.Stage
		if c.On != "" {
			days := maps.Clone(d.Reached)
			if days == nil {
				days = map[Stage]Date{}
			}
			days[c.Stage] = c.On
			d.Reached = days
		}
	}
	if c.Location != nil {
		d.Location = *c.Location
	}
	if c.Group != nil {
		d.Group = *c.Group
	}
	if c.Asking != nil {
		asking := *c.Asking
		d.Asking = &asking
	}
	if c.NoAsking {
		d.Asking = nil
	}
	if len(c.RemoveTags) > 0 {
		d.Tags = slices.DeleteFunc(slices.Clone(d.Tags), func(t string) bool {
			return slices.ContainsFunc(c.RemoveTags, func(r string) bool { return strings.EqualFold(strings.TrimSpace(r), t) })
		})
	}
	if len(c.AddTags) > 0 {
		d.Tags = append(slices.Clone(d.Tags), c.AddTags...) // the check takes out what stands twice
	}
	if len(c.Fields) > 0 {
		fields := maps.Clone(d.Fields)
		if fields == nil {
			fields = map[string]string{}
		}
		maps.Copy(fields, c.Fields) // the check takes out those without a text
		d.Fields = fields
	}
}

// Bulk counts what became of the vehicles of a change.
type Bulk struct {
	Changed int      `json:"changed"`
	Same    int      `json:"same" doc:"they were so already"`
	Missing int      `json:"missing" doc:"gone, or out of what the caller reaches"`
	Refused []string `json:"refused" doc:"of up to 20 vehicles: why they can't be so"`

	Seq uint64 `json:"-"` // of the last write
}

const maxRefused = 20

// Add counts more vehicles of the same change.
func (b *Bulk) Add(more Bulk) {
	b.Changed, b.Same, b.Missing, b.Seq = b.Changed+more.Changed, b.Same+more.Same, b.Missing+more.Missing, more.Seq
	b.Refused = append(b.Refused, more.Refused[:min(len(more.Refused), max(0, maxRefused-len(b.Refused)))]...)
}

// Edit makes a change on some vehicles in one transaction, as part of a batch
// that goes on over many calls. A vehicle that can't be changed so is left as
// it is and named; the others are changed.
func (h *Hub) Edit(ctx context.Context, c Caller, b TakeBatch, ids []string, ch Change) (Bulk, error) {
	began, err := h.began(ctx, c, b.ID)
	if err != nil {
		return Bulk{}, err
	}
	keep := h.keeping(deedBulk)
	if keep.First = b.First; began {
		keep.First = ""
	}
	var out Bulk
	seq, err := h.db.Update(ctx, store.Write{Scope: c.Scope, Actor: c.Actor, Batch: b.ID}, func(tx store.Tx) error {
		out = Bulk{Refused: []string{}}
		for _, id := range ids {
			if err := h.editOne(tx, c, id, ch, &out); err != nil {
				return err
			}
		}
		if out.Changed == 0 {
			return nil
		}
		return keep.Keep(tx)
	})
	out.Seq = seq
	return out, err
}

func (h *Hub) editOne(tx store.Tx, c Caller, id string, ch Change, out *Bulk) error {
	doc, err := get(tx, Vehicles, id, "vehicle")
	if fault.Is(err, fault.NotFound) {
		out.Missing++
		return nil
	}
	if err != nil {
		return err
	}
	v := doc.Value
	d := v.Draft()
	ch.on(&d)
	err = h.apply(&v, d)
	if err == nil {
		err = c.mayPut(&v)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Denied) {
		if len(out.Refused) < maxRefused {
			out.Refused = append(out.Refused, fmt.Sprintf("%s: %v", doc.Value.Title(), err))
		}
		return nil
	}
	if err != nil {
		return err
	}
	was := doc.Value
	was.Updated = v.Updated
	before, err := Vehicles.Encode(&was)
	if err != nil {
		return err
	}
	after, err := Vehicles.Encode(&v)
	if err != nil {
		return err
	}
	if string(before) == string(after) {
		out.Same++
		return nil
	}
	out.Changed++
	if _, err := Vehicles.Put(tx, &v, doc.Rev); err != nil {
		return err
	}
	if v.Placed != doc.Value.Placed {
		return h.moveRecords(tx, &v)
	}
	return nil
}

// EditAll is Edit of a few vehicles as a batch of its own.
func (h *Hub) EditAll(ctx context.Context, c Caller, ids []string, ch Change) (batch string, out Bulk, err error) {
	if err := h.Check(ch); err != nil {
		return "", out, err
	}
	b := TakeBatch{ID: h.ids.New(), First: h.ids.New()}
	if out, err = h.Edit(ctx, c, b, ids, ch); err != nil {
		return "", out, err
	}
	if out.Changed == 0 {
		return "", out, nil
	}
	return b.ID, out, h.EndTake(ctx, c, b, out.Changed)
}
