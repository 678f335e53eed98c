package vehicle

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// Decoder answers what a VIN says: *vin.Decoder, or one that changes when a
// newer vPIC release is brought in.
type Decoder interface {
	Decode(input string, o vin.Options) vin.Result
}

// Redecoded is what the vPIC release in use says of a saved vehicle, where
// that is not what was saved with it. It changes nothing until a person
// accepts it.
type Redecoded struct {
	VehicleID string          `json:"vehicleId"`
	VIN       string          `json:"vin"`
	YearHint  int             `json:"yearHint"`
	Before    Decoded         `json:"before"`
	After     Decoded         `json:"after"`
	Found     store.Timestamp `json:"found"`

	Placed
}

// Redecodes is the collection of what waits to be accepted.
var Redecodes = store.Define(store.Def[Redecoded]{
	Name: "redecoded", Class: store.Derived, Schema: 1,
	Key:   func(r *Redecoded) string { return r.VehicleID },
	Place: func(r *Redecoded) store.Place { return r.place() },
})

// ValueChange is one field of a decode that changed.
type ValueChange struct {
	Element string `json:"element"` // the name of the field in Decoded: "bodyClass"
	Before  string `json:"before"`
	After   string `json:"after"`
}

// Differences names the fields that differ, in the order of Decoded. The
// stamp of release and clock is none.
func (r *Redecoded) Differences() []ValueChange {
	out := []ValueChange{}
	a, b := reflect.ValueOf(r.Before), reflect.ValueOf(r.After)
	for i := range a.NumField() {
		name, _, _ := strings.Cut(a.Type().Field(i).Tag.Get("json"), ",")
		x, y := text(a.Field(i)), text(b.Field(i))
		if name != "release" && name != "clock" && x != y {
			out = append(out, ValueChange{name, x, y})
		}
	}
	return out
}

// text is a field of Decoded as a person reads it.
func text(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return v.String()
	}
	b, err := json.Marshal(v.Interface())
	if err != nil || v.Kind() == reflect.Int && v.IsZero() {
		return ""
	}
	return strings.Trim(string(b), `"`)
}

// differs reports whether two decodes say different things.
func differs(a, b Decoded) bool {
	b.Release, b.Clock = a.Release, a.Clock
	if len(a.ErrorCodes) == 0 && len(b.ErrorCodes) == 0 {
		a.ErrorCodes, b.ErrorCodes = nil, nil
	}
	return !reflect.DeepEqual(a, b)
}

// Redecode decodes a page of saved vehicles again, in the order of their
// keys, and returns those of which the release in use says something else.
// seen counts all that it looked at; next is "" at the end.
func (h *Hub) Redecode(ctx context.Context, c Caller, cursor string, limit int) (changed []Redecoded, seen int, next string, err error) {
	p, err := h.query(ctx, c, store.Query{Cursor: cursor, Limit: limit})
	if err != nil {
		return nil, 0, "", err
	}
	for _, d := range p.Items {
		if err := ctx.Err(); err != nil {
			return nil, 0, "", context.Cause(ctx)
		}
		if row, differs := h.redecoded(&d.Value); differs {
			changed = append(changed, row)
		}
	}
	return changed, len(p.Items) + len(p.Damaged), p.Next, nil
}

// listAgain puts the vehicles whose decode an undo brought back on the list of
// what waits, where the release in use says something else of them: accepting
// had taken them off.
func (h *Hub) listAgain(ctx context.Context, c Caller, batch string) error {
	for cursor := ""; ; {
		var p store.Page[store.UndoEntry]
		var rows []Redecoded
		err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
			if p, err = store.Undos.Query(r, store.Query{Range: store.OfBatch(batch), Limit: 200, Cursor: cursor}); err != nil {
				return err
			}
			rows = nil
			for _, e := range p.Items {
				for _, item := range e.Value.Items {
					if item.Collection != VehiclesName || !item.New() && !slices.Contains(item.Fields, "decoded") {
						continue
					}
					d, err := Vehicles.Get(r, item.Key)
					if fault.Is(err, fault.NotFound) {
						continue
					}
					if err != nil {
						return err
					}
					if row, differs := h.redecoded(&d.Value); differs {
						rows = append(rows, row)
					}
				}
			}
			return nil
		})
		if err == nil && len(rows) > 0 {
			err = h.db.UpdateLocal(ctx, c.Scope, func(tx store.Tx) error {
				for i := range rows {
					if _, err := Redecodes.Put(tx, &rows[i], store.AnyRev); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil {
			return fmt.Errorf("list what reads otherwise again: %w", err)
		}
		if cursor = p.Next; cursor == "" {
			return nil
		}
	}
}

// redecoded holds a vehicle against the release in use.
func (h *Hub) redecoded(v *Vehicle) (row Redecoded, changed bool) {
	r := h.Decode(v.VIN, v.YearHint)
	now := DecodedFrom(&r)
	return Redecoded{VehicleID: v.ID, VIN: v.VIN, YearHint: v.YearHint, Before: v.Decoded, After: now, Found: store.Moment(h.now()), Placed: v.Placed}, differs(v.Decoded, now)
}

// ForgetRedecoded removes all that waits, some at a time.
func (h *Hub) ForgetRedecoded(ctx context.Context, c Caller) error {
	for {
		left := 0
		err := h.db.UpdateLocal(ctx, c.Scope, func(tx store.Tx) error {
			p, err := Redecodes.Query(tx, store.Query{Limit: 500})
			if err != nil {
				return err
			}
			left = len(p.Items)
			return forget(tx, p.Items)
		})
		if err != nil || left == 0 {
			return err
		}
	}
}

func forget(tx store.Tx, rows []store.Doc[Redecoded]) error {
	for _, d := range rows {
		if err := Redecodes.Delete(tx, d.Key, store.AnyRev); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

// Redecoded returns a page of what waits to be accepted. What was overtaken
// (the vehicle is gone, or was decoded anew since) is left out.
func (h *Hub) Redecoded(ctx context.Context, c Caller, cursor string, limit int) (items []Redecoded, next string, err error) {
	err = h.db.View(ctx, c.Scope, func(r store.Reader) error {
		p, err := Redecodes.Query(r, store.Query{Cursor: cursor, Limit: limit})
		if err != nil {
			return err
		}
		next = p.Next
		for _, d := range p.Items {
			v, err := Vehicles.Get(r, d.Key)
			switch {
			case fault.Is(err, fault.NotFound):
			case err != nil:
				return err
			case d.Value.fits(&v.Value):
				items = append(items, d.Value)
			}
		}
		return nil
	})
	return items, next, err
}

// fits reports whether the vehicle is still as it was found.
func (r *Redecoded) fits(v *Vehicle) bool {
	return v.VIN == r.VIN && v.YearHint == r.YearHint && v.Decoded.Release == r.Before.Release && !differs(v.Decoded, r.Before)
}

// Accepting is how far the accepting of all that waits is: a job's
// checkpoint.
type Accepting struct {
	First    string `json:"first"` // key of the batch's first undo entry
	Accepted int    `json:"accepted"`
	Stale    int    `json:"stale"` // overtaken, and left as they are
}

// Accept writes what was found for these vehicles, in one batch that Undo
// takes back. Those that were overtaken are left as they are.
func (h *Hub) Accept(ctx context.Context, c Caller, ids []string) (batch string, a Accepting, seq uint64, err error) {
	var rows []store.Doc[Redecoded]
	err = h.db.View(ctx, c.Scope, func(r store.Reader) error {
		p, err := Redecodes.GetMany(r, ids)
		rows = p.Items
		return err
	})
	if err != nil {
		return "", a, 0, err
	}
	batch = h.ids.New()
	a.First = h.ids.New()
	seq, err = h.accept(ctx, c, batch, &a, rows)
	a.Stale += len(ids) - len(rows)
	return batch, a, seq, err
}

// AcceptMore writes the next of all that waits under a batch, and says
// whether more do. Called again with a after a crash it goes on.
func (h *Hub) AcceptMore(ctx context.Context, c Caller, batch string, a *Accepting, limit int) (more bool, err error) {
	var rows []store.Doc[Redecoded]
	err = h.db.View(ctx, c.Scope, func(r store.Reader) error {
		p, err := Redecodes.Query(r, store.Query{Limit: limit})
		rows = p.Items
		return err
	})
	if err != nil {
		return false, err
	}
	if len(rows) == 0 {
		w := store.Write{Scope: c.Scope, Actor: c.Actor, Batch: batch}
		return false, h.sumUp(ctx, w, a.First, a.Accepted)
	}
	_, err = h.accept(ctx, c, batch, a, rows)
	return true, err
}

func (h *Hub) accept(ctx context.Context, c Caller, batch string, a *Accepting, rows []store.Doc[Redecoded]) (seq uint64, err error) {
	keep := h.keeping("")
	keep.First = a.First
	began, err := h.began(ctx, c, batch)
	if err != nil {
		return 0, err
	}
	if began {
		keep.First = ""
	}
	accepted, stale := 0, 0
	seq, err = h.db.Update(ctx, store.Write{Scope: c.Scope, Actor: c.Actor, Batch: batch}, func(tx store.Tx) error {
		accepted, stale = 0, 0
		for i := range rows {
			r := &rows[i].Value
			d, err := Vehicles.Get(tx, r.VehicleID)
			if fault.Is(err, fault.NotFound) || err == nil && !r.fits(&d.Value) {
				stale++
				continue
			}
			if err != nil {
				return err
			}
			v := d.Value
			v.Decoded, v.Updated = r.After, store.Moment(h.now())
			if _, err := Vehicles.Put(tx, &v, d.Rev); err != nil {
				return err
			}
			accepted++
		}
		return keep.Keep(tx)
	})
	if err != nil {
		return 0, err
	}
	a.Accepted, a.Stale = a.Accepted+accepted, a.Stale+stale
	return seq, h.db.UpdateLocal(ctx, c.Scope, func(tx store.Tx) error { return forget(tx, rows) })
}

// began reports whether a batch has written something.
func (h *Hub) began(ctx context.Context, c Caller, batch string) (bool, error) {
	var p store.Page[store.UndoEntry]
	err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
		p, err = store.Undos.Query(r, store.Query{Range: store.OfBatch(batch), Limit: 1})
		return err
	})
	return len(p.Items) > 0, err
}
