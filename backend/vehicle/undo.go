package vehicle

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// keepUndo is how long a batch can be taken back.
const keepUndo = 30 * 24 * time.Hour

// Undone says what Undo did. Kept counts documents that somebody has written
// since: they are left as they are.
type Undone struct {
	Restored, Kept int
	Seq            uint64
	Batch          string // undoes the undo
}

// The deeds of batches that are more than one plain write, as activity tells
// of them.
const (
	deedImport = "imported"
	deedSample = "sample_loaded"
	deedClear  = "sample_removed"
	deedUndo   = "undone"
	deedRedo   = "redone"
	deedPurge  = "purged"
	deedBulk   = "bulk_edited"
	deedMerge  = "merged"
)

// TakeBack says what is taken back.
type TakeBack struct {
	Batch string `json:"batch"`
	Only  string `json:"only,omitempty"` // one vehicle of the batch; empty is all of it
	Over  int    `json:"over,omitempty"` // vehicles, as Work says
	As    string `json:"-"`              // the batch that takes it back; one that was cut off goes on under its own

	Step func(vehicles int) error `json:"-"` // hears how far it is; an error stops it there. nil: nobody asks
}

// Undo takes back what a batch wrote, where nobody has written since; of a
// batch over many vehicles only one of them where only is not empty.
func (h *Hub) Undo(ctx context.Context, c Caller, batch, only string) (Undone, error) {
	return h.TakeBack(ctx, c, TakeBack{Batch: batch, Only: only, As: h.ids.New()})
}

// TakeBack is Undo for a batch that takes long.
func (h *Hub) TakeBack(ctx context.Context, c Caller, t TakeBack) (Undone, error) {
	w := store.Write{Scope: c.Scope, Actor: c.Actor, Batch: t.As}
	keep := h.keeping(deedUndo)
	if is, err := h.isUndo(ctx, c, t.Batch); err != nil {
		return Undone{}, err
	} else if is {
		keep.Deed = deedRedo
	}
	u, err := store.Undo(ctx, h.db, w, store.Undoing{Batch: t.Batch, Only: t.Only, Step: t.Step, Schemas: h.schemas(), Subjects: Vehicles.Schema(), Home: h.home, Keeping: keep})
	if err == nil && u.Restored == 0 && h.gone(ctx, c, u.Kept) {
		return Undone{}, fault.New(fault.Conflict, "the vehicle that this belongs to was removed").WithRemedy("bring back the vehicle first")
	}
	if err == nil && u.Restored > 0 {
		err = h.listAgain(ctx, c, w.Batch)
	}
	return Undone{u.Restored, len(u.Kept), u.Seq, w.Batch}, err
}

// home is a record that comes back, at the place where its vehicle stands:
// the vehicle may have been moved while the record was gone.
func (h *Hub) home(tx store.Tx, i store.UndoItem) (json.RawMessage, error) {
	switch i.Collection {
	case ReadingsName:
		return homeOf(tx, Readings, readingRules, i.Before)
	case ServicesName:
		return homeOf(tx, Services, serviceRules, i.Before)
	case FuelsName:
		return homeOf(tx, Fuels, fuelRules, i.Before)
	case AttachmentsName:
		return homeOf(tx, Attachments, attachmentRules, i.Before)
	}
	return i.Before, nil
}

func homeOf[T any](tx store.Tx, c *store.Collection[T], ru rules[T], doc json.RawMessage) (json.RawMessage, error) {
	r, err := c.Decode(doc)
	if err != nil {
		return doc, err
	}
	head := ru.head(&r)
	v, err := Vehicles.Get(tx, *head.vehicleID)
	switch {
	case fault.Is(err, fault.NotFound):
		return doc, nil // it comes back with its vehicle
	case err != nil || v.Value.Placed == *head.placed:
		return doc, err
	}
	*head.placed = v.Value.Placed
	return c.Encode(&r)
}

// Work is what a batch wrote, and who.
type Work struct {
	By       actor.Actor
	Vehicles bool // vehicles themselves
	Records  bool // readings, services or fuel
	Files    bool // photos and papers, and which of them is the cover
	Over     int  // how many vehicles it went over, at least
}

// Count adds a document to what was written. fields are those that were
// changed; none where it came or went.
func (w *Work) Count(collection string, fields []string) {
	switch collection {
	case VehiclesName:
		cover := coverAlone(fields)
		w.Files, w.Vehicles = w.Files || cover, w.Vehicles || !cover
	case AttachmentsName:
		w.Files = true
	case ReadingsName, ServicesName, FuelsName:
		w.Records = true
	}
}

// Wrote says what a batch wrote, as far as the caller sees it; fault.NotFound
// where that is nothing.
func (h *Hub) Wrote(ctx context.Context, c Caller, batch string) (Work, error) {
	var out Work
	q := store.Query{Range: store.OfBatch(batch), Limit: store.MaxLimit}
	for {
		var p store.Page[store.UndoEntry]
		if err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) { p, err = store.Undos.Query(r, q); return err }); err != nil {
			return out, err
		}
		for _, d := range p.Items {
			out.By, out.Over = d.Value.Actor, max(out.Over, int(d.Value.Subjects), 1)
			for _, item := range d.Value.Items {
				out.Count(item.Collection, item.Fields)
			}
		}
		if q.Cursor = p.Next; q.Cursor == "" || out.Vehicles && out.Records && out.Files {
			if out.By.Nobody() {
				return out, fault.New(fault.NotFound, "there is nothing to undo under %q", batch).
					WithRemedy("it may have been taken back already, or forgotten after its 30 days; look at the activity again")
			}
			return out, nil
		}
	}
}

// gone reports whether nothing could be taken back because the vehicle is not
// there any more.
func (h *Hub) gone(ctx context.Context, c Caller, kept []store.UndoItem) bool {
	for _, item := range kept {
		if item.New() || !item.Gone || item.Collection == VehiclesName {
			return false
		}
		id := h.vehicleOf(store.Change{Collection: item.Collection, Key: item.Key, Before: item.Before})
		if _, err := h.Get(ctx, c, id); !fault.Is(err, fault.NotFound) {
			return false
		}
	}
	return len(kept) > 0
}

// isUndo reports whether a batch is itself an undo.
func (h *Hub) isUndo(ctx context.Context, c Caller, batch string) (bool, error) {
	var p store.Page[store.UndoEntry]
	err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
		p, err = store.Undos.Query(r, store.Query{Range: store.OfBatch(batch), Limit: 1})
		return err
	})
	for _, d := range p.Items {
		if d.Value.First && d.Value.Deed == deedUndo {
			return true, nil
		}
	}
	return false, err
}

// keeping is how a batch that begins now is kept for Undo.
func (h *Hub) keeping(deed string) store.Keeping {
	return store.Keeping{IDs: h.ids, Now: h.now(), Subject: h.vehicleOf, First: h.ids.New(), Deed: deed}
}

// vehicleOf is VehicleOf for what other packages keep about vehicles, too:
// their documents name the vehicle as vehicleId.
func (h *Hub) vehicleOf(c store.Change) string {
	if id := VehicleOf(c); id != "" {
		return id
	}
	for _, k := range h.kept {
		if k.Schema.Name != c.Collection {
			continue
		}
		doc := c.After
		if doc == nil {
			doc = c.Before
		}
		var of struct {
			VehicleID string `json:"vehicleId"`
		}
		if json.Unmarshal(doc, &of) == nil {
			return of.VehicleID
		}
	}
	return ""
}

// schemas are the collections that a batch may have written.
func (h *Hub) schemas() []*store.Schema {
	all := Schemas()
	for _, k := range h.kept {
		all = append(all, k.Schema)
	}
	return all
}

// ForgetUndo removes undo entries older than 30 days, everywhere.
func (h *Hub) ForgetUndo(ctx context.Context, org string) error {
	_, err := store.ForgetUndo(ctx, h.db, store.Write{Scope: store.System().In(org), Actor: actor.Hub("housekeeping")}, h.now().Add(-keepUndo))
	return err
}
