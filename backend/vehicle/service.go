package vehicle

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Caller is who asks, and for which part of the store.
type Caller struct {
	Scope store.Scope
	Actor actor.Actor
}

// Hub keeps vehicles and their records. Its methods may be called from many
// goroutines.
type Hub struct {
	Readings RecordSet[Reading]
	Services RecordSet[ServiceRecord]
	Fuels    RecordSet[FuelRecord]

	Attachments RecordSet[Attachment]

	db      store.DB
	decoder Decoder
	ids     *store.IDs
	now     func() time.Time
	kept    []Kept
}

// Options change what New does; the zero value works.
type Options struct {
	Now  func() time.Time // default time.Now
	IDs  *store.IDs       // default: clock and crypto/rand
	Kept []Kept
}

// Kept is what another package keeps about vehicles: it goes with the
// vehicle, in the same transaction, and comes back with Undo.
type Kept struct {
	Schema *store.Schema // its documents name the vehicle as vehicleId
	Remove func(tx store.Tx, vehicleID string) error
}

// New returns a hub over an open store.
func New(db store.DB, decoder Decoder, o Options) *Hub {
	h := &Hub{db: db, decoder: decoder, ids: o.IDs, now: o.Now, kept: o.Kept}
	if h.now == nil {
		h.now = time.Now
	}
	if h.ids == nil {
		h.ids = &store.IDs{}
	}
	h.Readings = RecordSet[Reading]{hub: h, collection: Readings, rules: readingRules}
	h.Services = RecordSet[ServiceRecord]{hub: h, collection: Services, rules: serviceRules}
	h.Fuels = RecordSet[FuelRecord]{hub: h, collection: Fuels, rules: fuelRules}
	h.Attachments = RecordSet[Attachment]{hub: h, collection: Attachments, rules: attachmentRules}
	return h
}

// Saved is a document with the revision it has now and the sequence of the
// write, with which a search may be asked to be as new as this.
type Saved[T any] struct {
	Value T
	Rev   int64
	Seq   uint64
	Batch string // names the write for Undo
}

// Create saves a new vehicle and decodes its VIN.
func (h *Hub) Create(ctx context.Context, c Caller, d Draft) (Saved[Vehicle], error) {
	v := Vehicle{ID: h.ids.New(), Created: store.Moment(h.now()), Notes: []Note{}}
	if err := h.apply(&v, d); err != nil {
		return Saved[Vehicle]{}, err
	}
	c.settle(&v, d)
	if err := c.mayPut(&v); err != nil {
		return Saved[Vehicle]{}, err
	}
	return write(ctx, h, c, func(tx store.Tx) (Vehicle, int64, error) {
		rev, err := Vehicles.Insert(tx, &v)
		return v, rev, err
	})
}

// Update replaces what can be set on a vehicle. ifRev is the revision that
// the caller read; fault.Conflict if there is a newer one.
func (h *Hub) Update(ctx context.Context, c Caller, id string, ifRev int64, d Draft) (Saved[Vehicle], error) {
	return write(ctx, h, c, func(tx store.Tx) (Vehicle, int64, error) {
		doc, err := get(tx, Vehicles, id, "vehicle")
		if err != nil {
			return Vehicle{}, 0, err
		}
		v := doc.Value
		if err := h.apply(&v, d); err != nil {
			return v, 0, err
		}
		if err := c.mayPut(&v); err != nil {
			return v, 0, err
		}
		rev, err := Vehicles.Put(tx, &v, ifRev)
		if err == nil && v.Placed != doc.Value.Placed {
			err = h.moveRecords(tx, &v)
		}
		return v, rev, err
	})
}

// Delete removes a vehicle with all its records, in one batch that Undo
// brings back.
func (h *Hub) Delete(ctx context.Context, c Caller, id string, ifRev int64) (Saved[Vehicle], error) {
	return write(ctx, h, c, func(tx store.Tx) (Vehicle, int64, error) {
		doc, err := get(tx, Vehicles, id, "vehicle")
		if err != nil {
			return Vehicle{}, 0, err
		}
		if err := Vehicles.Delete(tx, id, ifRev); err != nil {
			return doc.Value, 0, err
		}
		return doc.Value, doc.Rev, h.deleteRecords(tx, id)
	})
}

// AddNote puts a dated remark on a vehicle.
func (h *Hub) AddNote(ctx context.Context, c Caller, id, text string) (Saved[Vehicle], error) {
	if err := tidy("/text", &text, 10_000); err != nil {
		return Saved[Vehicle]{}, err
	}
	if text == "" {
		return Saved[Vehicle]{}, fault.InvalidField("/text", "is empty", "write the note")
	}
	n := Note{ID: h.ids.New(), Text: text, At: store.Moment(h.now())}
	return h.edit(ctx, c, id, func(v *Vehicle) error {
		if len(v.Notes) >= 500 {
			return fault.New(fault.Limited, "this vehicle has 500 notes").WithRemedy("remove notes that are no longer needed")
		}
		v.Notes = append(v.Notes, n)
		return nil
	})
}

// RemoveNote takes a remark off a vehicle.
func (h *Hub) RemoveNote(ctx context.Context, c Caller, id, noteID string) (Saved[Vehicle], error) {
	return h.edit(ctx, c, id, func(v *Vehicle) error {
		for i, n := range v.Notes {
			if n.ID == noteID {
				v.Notes = append(v.Notes[:i:i], v.Notes[i+1:]...)
				return nil
			}
		}
		return fault.New(fault.NotFound, "there is no such note on this vehicle")
	})
}

func (h *Hub) edit(ctx context.Context, c Caller, id string, change func(*Vehicle) error) (Saved[Vehicle], error) {
	return write(ctx, h, c, func(tx store.Tx) (Vehicle, int64, error) {
		doc, err := get(tx, Vehicles, id, "vehicle")
		if err != nil {
			return Vehicle{}, 0, err
		}
		v := doc.Value
		if err := change(&v); err != nil {
			return v, 0, err
		}
		v.Updated = store.Moment(h.now())
		rev, err := Vehicles.Put(tx, &v, doc.Rev)
		return v, rev, err
	})
}

// apply sets d on v and decodes again where the VIN or its hint changed.
func (h *Hub) apply(v *Vehicle, d Draft) error {
	now := h.now()
	if err := d.check(now); err != nil {
		return err
	}
	if err := h.setVIN(v, d.VIN, d.YearHint); err != nil {
		return err
	}
	v.Claimed = d.Claimed
	v.Plate, v.Stock, v.Color = d.Plate, d.Stock, d.Color
	v.Asking, v.Paid, v.SoldFor, v.Tags, v.Intervals, v.Fields = d.Asking, d.Paid, d.SoldFor, d.Tags, d.Intervals, d.Fields
	v.reach(d.Stage, d.Reached, DateOf(now))
	if d.From != nil {
		v.From = d.From
	}
	v.Location, v.Group = d.Location, d.Group
	if d.Owner != nil {
		v.Owner = *d.Owner
	}
	v.Updated = store.Moment(now)
	return nil
}

// Get returns one vehicle.
func (h *Hub) Get(ctx context.Context, c Caller, id string) (store.Doc[Vehicle], error) {
	var doc store.Doc[Vehicle]
	err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
		doc, err = get(r, Vehicles, id, "vehicle")
		return err
	})
	return doc, err
}

// GetMany returns the vehicles of ids that exist in scope, in that order.
func (h *Hub) GetMany(ctx context.Context, c Caller, ids []string) (store.Page[Vehicle], error) {
	var p store.Page[Vehicle]
	err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
		p, err = Vehicles.GetMany(r, ids)
		return err
	})
	return p, err
}

// List returns a page of vehicles, the last changed first.
func (h *Hub) List(ctx context.Context, c Caller, cursor string, limit int) (store.Page[Vehicle], error) {
	return h.query(ctx, c, store.Query{Index: "updated", Reverse: true, Cursor: cursor, Limit: limit})
}

// WithVIN returns the vehicles that have this VIN already.
func (h *Hub) WithVIN(ctx context.Context, c Caller, v string) (store.Page[Vehicle], error) {
	return h.query(ctx, c, store.Query{Index: "vin", Prefix: store.Values(store.String(strings.ToUpper(strings.TrimSpace(v)))), Limit: 10})
}

func (h *Hub) query(ctx context.Context, c Caller, q store.Query) (store.Page[Vehicle], error) {
	var p store.Page[Vehicle]
	err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
		p, err = Vehicles.Query(r, q)
		return err
	})
	return p, err
}

// History returns a vehicle with all its records, up to 5,000 of a kind.
func (h *Hub) History(ctx context.Context, c Caller, id string) (History, error) {
	var out History
	err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
		out, err = ReadHistory(r, id)
		return err
	})
	return out, err
}

// ReadHistory is History within a transaction of the caller's.
func ReadHistory(r store.Reader, id string) (History, error) {
	doc, err := get(r, Vehicles, id, "vehicle")
	if err != nil {
		return History{}, err
	}
	out := History{Vehicle: doc.Value, Rev: doc.Rev}
	if out.Readings, err = allOf(r, Readings, id); err != nil {
		return out, err
	}
	if out.Services, err = allOf(r, Services, id); err != nil {
		return out, err
	}
	out.Fuels, err = allOf(r, Fuels, id)
	return out, err
}

// write runs fn as one change of truth with a batch of its own.
func write[T any](ctx context.Context, h *Hub, c Caller, fn func(store.Tx) (T, int64, error)) (Saved[T], error) {
	return writeAs(ctx, h, c, "", fn)
}

// writeAs is write of what activity has a name for.
func writeAs[T any](ctx context.Context, h *Hub, c Caller, deed string, fn func(store.Tx) (T, int64, error)) (Saved[T], error) {
	s := Saved[T]{Batch: h.ids.New()}
	keep := h.keeping(deed)
	seq, err := h.db.Update(ctx, store.Write{Scope: c.Scope, Actor: c.Actor, Batch: s.Batch}, func(tx store.Tx) (err error) {
		if s.Value, s.Rev, err = fn(tx); err != nil {
			return err
		}
		return keep.Keep(tx)
	})
	s.Seq = seq
	return s, err
}

// get names what is missing in the words of a person.
func get[T any](r store.Reader, c *store.Collection[T], key, what string) (store.Doc[T], error) {
	doc, err := c.Get(r, key)
	if fault.Is(err, fault.NotFound) {
		return doc, fault.New(fault.NotFound, "there is no such %s", what).WithRemedy("it may have been removed; look in the list")
	}
	if err != nil {
		return doc, fmt.Errorf("read %s: %w", what, err)
	}
	return doc, nil
}
