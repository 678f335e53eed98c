package vehicle

import (
	"context"
	"fmt"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// RecordSet keeps one sort of record of the vehicles.
type RecordSet[T any] struct {
	hub        *Hub
	collection *store.Collection[T]
	rules      rules[T]
}

// rules are what a RecordSet must know of its record.
type rules[T any] struct {
	what  string // for a person: "odometer reading"
	head  func(*T) head
	check func(*T, time.Time) error
}

// head points at the fields that every record has.
type head struct {
	id, vehicleID *string
	placed        *Placed
}

// maxRecords bounds what one vehicle may hold of a sort.
const maxRecords = 5000

// Add saves a new record of a vehicle.
func (s RecordSet[T]) Add(ctx context.Context, c Caller, vehicleID string, r T) (Saved[T], error) {
	if err := s.rules.check(&r, s.hub.now()); err != nil {
		return Saved[T]{}, err
	}
	h := s.rules.head(&r)
	*h.id, *h.vehicleID = s.hub.ids.New(), vehicleID
	return write(ctx, s.hub, c, func(tx store.Tx) (T, int64, error) {
		doc, err := get(tx, Vehicles, vehicleID, "vehicle")
		if err != nil {
			return r, 0, err
		}
		*h.placed = doc.Value.Placed
		rev, err := s.collection.Insert(tx, &r)
		return r, rev, err
	})
}

// Update replaces a record at the revision that the caller read.
func (s RecordSet[T]) Update(ctx context.Context, c Caller, vehicleID, id string, ifRev int64, r T) (Saved[T], error) {
	if err := s.rules.check(&r, s.hub.now()); err != nil {
		return Saved[T]{}, err
	}
	return write(ctx, s.hub, c, func(tx store.Tx) (T, int64, error) {
		old, err := s.of(tx, vehicleID, id)
		if err != nil {
			return r, 0, err
		}
		from, to := s.rules.head(&old.Value), s.rules.head(&r)
		*to.id, *to.vehicleID, *to.placed = *from.id, *from.vehicleID, *from.placed
		rev, err := s.collection.Put(tx, &r, ifRev)
		return r, rev, err
	})
}

// Remove deletes a record; Undo brings it back.
func (s RecordSet[T]) Remove(ctx context.Context, c Caller, vehicleID, id string, ifRev int64) (Saved[T], error) {
	return write(ctx, s.hub, c, func(tx store.Tx) (T, int64, error) {
		old, err := s.of(tx, vehicleID, id)
		if err != nil {
			return old.Value, 0, err
		}
		return old.Value, old.Rev, s.collection.Delete(tx, id, ifRev)
	})
}

// List returns a page of a vehicle's records, the newest first.
func (s RecordSet[T]) List(ctx context.Context, c Caller, vehicleID, cursor string, limit int) (store.Page[T], error) {
	var p store.Page[T]
	err := s.hub.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
		if _, err := get(r, Vehicles, vehicleID, "vehicle"); err != nil {
			return err
		}
		p, err = s.collection.Query(r, store.Query{Index: "vehicle", Prefix: store.Values(store.String(vehicleID)), Reverse: true, Cursor: cursor, Limit: limit})
		return err
	})
	return p, err
}

// of reads a record and holds it to its vehicle, so that no address reaches
// a record by way of another vehicle.
func (s RecordSet[T]) of(r store.Reader, vehicleID, id string) (store.Doc[T], error) {
	doc, err := get(r, s.collection, id, s.rules.what)
	if err == nil && *s.rules.head(&doc.Value).vehicleID != vehicleID {
		return store.Doc[T]{}, fault.New(fault.NotFound, "there is no such %s", s.rules.what)
	}
	return doc, err
}

// allOf reads every record of a vehicle, by date.
func allOf[T any](r store.Reader, c *store.Collection[T], vehicleID string) ([]Revised[T], error) {
	var out []Revised[T]
	q := store.Query{Index: "vehicle", Prefix: store.Values(store.String(vehicleID)), Limit: store.MaxLimit}
	for {
		p, err := c.Query(r, q)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", c.Name(), err)
		}
		for _, d := range p.Items {
			out = append(out, Revised[T]{d.Value, d.Rev})
		}
		if p.Next == "" || len(out) >= maxRecords {
			return out, nil
		}
		q.Cursor = p.Next
	}
}

// deleteRecords removes every record of a vehicle, and what others keep of it.
func (h *Hub) deleteRecords(tx store.Tx, vehicleID string) error {
	for _, k := range h.kept {
		if err := k.Remove(tx, vehicleID); err != nil {
			return err
		}
	}
	if err := eachOf(tx, h.Readings, vehicleID, func(r *Reading) error { return Readings.Delete(tx, r.ID, store.AnyRev) }); err != nil {
		return err
	}
	if err := eachOf(tx, h.Services, vehicleID, func(r *ServiceRecord) error { return Services.Delete(tx, r.ID, store.AnyRev) }); err != nil {
		return err
	}
	if err := eachOf(tx, h.Attachments, vehicleID, func(a *Attachment) error { return Attachments.Delete(tx, a.ID, store.AnyRev) }); err != nil {
		return err
	}
	return eachOf(tx, h.Fuels, vehicleID, func(r *FuelRecord) error { return Fuels.Delete(tx, r.ID, store.AnyRev) })
}

// moveRecords gives every record of v its place.
func (h *Hub) moveRecords(tx store.Tx, v *Vehicle) error {
	if err := eachOf(tx, h.Readings, v.ID, moveTo(tx, Readings, readingRules, v.Placed)); err != nil {
		return err
	}
	if err := eachOf(tx, h.Services, v.ID, moveTo(tx, Services, serviceRules, v.Placed)); err != nil {
		return err
	}
	if err := eachOf(tx, h.Attachments, v.ID, moveTo(tx, Attachments, attachmentRules, v.Placed)); err != nil {
		return err
	}
	return eachOf(tx, h.Fuels, v.ID, moveTo(tx, Fuels, fuelRules, v.Placed))
}

func moveTo[T any](tx store.Tx, c *store.Collection[T], ru rules[T], p Placed) func(*T) error {
	return func(r *T) error {
		*ru.head(r).placed = p
		_, err := c.Put(tx, r, store.AnyRev)
		return err
	}
}

func eachOf[T any](r store.Reader, s RecordSet[T], vehicleID string, do func(*T) error) error {
	all, err := allOf(r, s.collection, vehicleID)
	if err != nil {
		return err
	}
	for i := range all {
		if err := do(&all[i].Record); err != nil {
			return fmt.Errorf("%s: %w", s.rules.what, err)
		}
	}
	return nil
}
