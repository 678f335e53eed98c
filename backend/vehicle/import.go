package vehicle

import (
	"context"
	"errors"
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// Entry is a vehicle with its records on its way in; keys, decoded values
// and places are set when it is saved.
type Entry struct {
	Draft    Draft
	Notes    []string
	Readings []Reading
	Services []ServiceRecord
	Fuels    []FuelRecord
}

// Import saves entries under one batch, one transaction each. sample marks
// them as part of the sample fleet. It stops at the first that is not valid;
// those before it are saved, and the batch undoes them.
func (h *Hub) Import(ctx context.Context, c Caller, entries []Entry, sample bool) (batch string, err error) {
	batch = h.ids.New()
	w := store.Write{Scope: c.Scope, Actor: c.Actor, Batch: batch}
	keep := h.keeping(deedImport)
	if sample {
		keep.Deed = deedSample
	}
	first, saved := keep.First, 0
	defer func() { err = errors.Join(err, h.sumUp(ctx, w, first, saved)) }()
	for i := range entries {
		if _, err := h.db.Update(ctx, w, func(tx store.Tx) error {
			if err := h.insert(tx, entries[i], sample); err != nil {
				return err
			}
			return keep.Keep(tx)
		}); err != nil {
			return batch, fmt.Errorf("entry %d of %d: %w", i+1, len(entries), err)
		}
		saved++
		keep.First, keep.Now = "", h.now()
	}
	return batch, nil
}

// sumUp notes over how many vehicles a batch went, where they are several.
func (h *Hub) sumUp(ctx context.Context, w store.Write, first string, vehicles int) error {
	if vehicles < 2 {
		return nil
	}
	_, err := h.db.Update(ctx, w, func(tx store.Tx) error { return store.SumUp(tx, w.Batch, first, vehicles) })
	return err
}

func (h *Hub) insert(tx store.Tx, e Entry, sample bool) error {
	v := Vehicle{ID: h.ids.New(), Created: store.Moment(h.now()), Notes: []Note{}, Sample: sample}
	if err := h.apply(&v, e.Draft); err != nil {
		return err
	}
	return h.insertWith(tx, &v, e)
}

// insertWith saves a vehicle with the records of e.
func (h *Hub) insertWith(tx store.Tx, v *Vehicle, e Entry) error {
	for _, text := range e.Notes {
		if err := tidy("/notes", &text, 10_000); err != nil {
			return err
		}
		v.Notes = append(v.Notes, Note{ID: h.ids.New(), Text: text, At: v.Created})
	}
	if _, err := Vehicles.Insert(tx, v); err != nil {
		return err
	}
	if err := insertRecords(tx, h, v, h.Readings, e.Readings); err != nil {
		return err
	}
	if err := insertRecords(tx, h, v, h.Services, e.Services); err != nil {
		return err
	}
	return insertRecords(tx, h, v, h.Fuels, e.Fuels)
}

func insertRecords[T any](tx store.Tx, h *Hub, v *Vehicle, s RecordSet[T], records []T) error {
	for i := range records {
		r := records[i]
		if err := s.rules.check(&r, h.now()); err != nil {
			return fmt.Errorf("%s %d: %w", s.rules.what, i+1, err)
		}
		head := s.rules.head(&r)
		*head.id, *head.vehicleID, *head.placed = h.ids.New(), v.ID, v.Placed
		if _, err := s.collection.Insert(tx, &r); err != nil {
			return fmt.Errorf("%s %d: %w", s.rules.what, i+1, err)
		}
	}
	return nil
}

// RemoveSample deletes every vehicle of the sample fleet with its records,
// under one batch, and says how many there were.
func (h *Hub) RemoveSample(ctx context.Context, c Caller) (batch string, n int, err error) {
	batch = h.ids.New()
	w := store.Write{Scope: c.Scope, Actor: c.Actor, Batch: batch}
	keep := h.keeping(deedClear)
	first := keep.First
	for {
		var left int
		_, err := h.db.Update(ctx, w, func(tx store.Tx) error {
			p, err := Vehicles.Query(tx, store.Query{Index: "sample", Prefix: store.Values(store.Flag(true)), Limit: 10})
			if err != nil {
				return err
			}
			left = len(p.Items)
			for _, d := range p.Items {
				if err := h.deleteRecords(tx, d.Key); err != nil {
					return err
				}
				if err := Vehicles.Delete(tx, d.Key, d.Rev); err != nil {
					return err
				}
			}
			return keep.Keep(tx)
		})
		if err != nil || left == 0 {
			return batch, n, errors.Join(err, h.sumUp(ctx, w, first, n))
		}
		n += left
		keep.First, keep.Now = "", h.now()
	}
}

// HasSample reports whether any vehicle of the sample fleet is there.
func (h *Hub) HasSample(ctx context.Context, c Caller) (bool, error) {
	p, err := h.query(ctx, c, store.Query{Index: "sample", Prefix: store.Values(store.Flag(true)), Limit: 1})
	return len(p.Items) > 0, err
}

// Empty reports whether there is no vehicle at all.
func (h *Hub) Empty(ctx context.Context, c Caller) (bool, error) {
	p, err := h.List(ctx, c, "", 1)
	return len(p.Items) == 0 && len(p.Damaged) == 0, err
}
