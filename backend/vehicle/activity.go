package vehicle

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Deed is what was done, in a word.
type Deed string

// The deeds of a plain write; those of greater batches stand in undo.go.
const (
	DeedCreated       Deed = "created"
	DeedEdited        Deed = "edited"
	DeedRemoved       Deed = "removed"
	DeedRecordAdded   Deed = "record_added"
	DeedRecordChanged Deed = "record_changed"
	DeedRecordRemoved Deed = "record_removed"
)

// Activity is one thing that somebody did: a batch, or what it did to one
// vehicle. It is read from the undo entries, and as old as they are at most.
type Activity struct {
	Batch   string
	At      store.Timestamp
	Actor   actor.Actor
	Deed    Deed
	Of      string // for undone and redone: the batch that was taken back
	Vehicle Named  // the first one, where there are several

	Vehicles int       // that the batch went over
	Touched  []Touched // documents of this vehicle, at most maxTouched
	More     int       // documents left out of Touched

	Spent    string // the batch that took this back
	Undoable bool   // it is not taken back yet, and something stands as it left it
	Expires  time.Time
}

// Named is a vehicle as lists name it, whether it is there or gone.
type Named struct {
	ID    string
	Title string // "" where nothing is known of it any more
	VIN   string
	Gone  bool
}

// Touched is one document that was written.
type Touched struct {
	Collection string
	Key        string
	Done       string   // "added", "changed" or "removed"
	Fields     []string // of the first level, that were changed
}

const (
	maxTouched = 20 // documents that one row names
	maxReads   = 30 // index reads of store.MaxExamined entries for one page
)

// Activities is one page of them.
type Activities struct {
	Items []Activity
	Next  string
}

// Activity returns what was done in the last 30 days, the newest first: to
// one vehicle, or everywhere with one row a batch.
func (h *Hub) Activity(ctx context.Context, c Caller, vehicleID, cursor string, limit int) (Activities, error) {
	q := store.Query{Index: "at", Filter: []store.Cond{store.Where("first", store.Flag(true))}, Reverse: true, Cursor: cursor}
	if vehicleID != "" {
		q = store.Query{Index: "subject", Prefix: store.Values(store.String(vehicleID)), Reverse: true, Cursor: cursor}
	}
	var out Activities
	docs, next, err := h.undoEntries(ctx, c, q, limit)
	if err != nil {
		return out, err
	}
	out.Next = next
	names := map[string]Named{}
	for _, d := range docs {
		u := &d.Value
		if n := len(out.Items); n > 0 && out.Items[n-1].Batch == u.Batch && vehicleID != "" {
			continue // a batch so large that this vehicle has several entries
		}
		err := h.db.View(ctx, c.Scope, func(r store.Reader) error {
			a, err := h.activityOf(r, u, names)
			if err == nil {
				out.Items = append(out.Items, a)
			}
			return err
		})
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// undoEntries reads entries until there are limit of them or no more. A
// narrow filter gives short pages: where it has looked at many in vain it
// returns what there is, with a cursor.
func (h *Hub) undoEntries(ctx context.Context, c Caller, q store.Query, limit int) (docs []store.Doc[store.UndoEntry], next string, err error) {
	if limit < 1 || limit > store.MaxLimit {
		limit = store.DefaultLimit
	}
	for range maxReads {
		if len(docs) >= limit {
			break
		}
		q.Limit = limit - len(docs)
		var p store.Page[store.UndoEntry]
		err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) { p, err = store.Undos.Query(r, q); return err })
		if err != nil {
			return nil, "", err
		}
		docs = append(docs, p.Items...)
		if q.Cursor = p.Next; q.Cursor == "" {
			break
		}
	}
	return docs, q.Cursor, nil
}

func (h *Hub) activityOf(r store.Reader, u *store.UndoEntry, names map[string]Named) (Activity, error) {
	a := Activity{Batch: u.Batch, At: u.At, Actor: u.Actor, Deed: deedOf(u), Of: u.Of, Vehicles: max(1, int(u.Subjects)), Spent: u.Spent, Expires: u.At.Add(keepUndo)}
	if u.Subject == "" {
		a.Vehicles = 0
	}
	var err error
	if a.Vehicle, err = h.named(r, u.Subject, names); err != nil {
		return a, err
	}
	for i := range u.Items {
		if h.counts(u.Items[i].Collection) {
			a.Touched = append(a.Touched, touched(&u.Items[i]))
		}
	}
	if len(a.Touched) > maxTouched {
		a.More, a.Touched = len(a.Touched)-maxTouched, a.Touched[:maxTouched]
	}
	switch {
	case u.Subjects > 1:
		a.Undoable, err = partLeft(r, u.Batch)
		if a.Undoable {
			a.Spent = "" // of one vehicle alone
		}
	case u.Spent == "" && len(u.Items) > 0:
		a.Undoable, err = h.stands(r, u)
	}
	return a, err
}

// partLeft reports whether a batch over many vehicles has any part that is
// not taken back, looking at its last ones: an undo begins there.
func partLeft(r store.Reader, batch string) (bool, error) {
	for _, reverse := range []bool{true, false} {
		p, err := store.Undos.Query(r, store.Query{Range: store.OfBatch(batch), Reverse: reverse, Limit: 10})
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(p.Items, func(d store.Doc[store.UndoEntry]) bool { return d.Value.Spent == "" && len(d.Value.Items) > 0 }) {
			return true, nil
		}
	}
	return false, nil
}

// counts reports whether a collection is one that a person wrote to; what
// others keep of a vehicle only comes and goes with it.
func (h *Hub) counts(collection string) bool {
	return slices.ContainsFunc(Schemas(), func(s *store.Schema) bool { return s.Name == collection })
}

func touched(i *store.UndoItem) Touched {
	t := Touched{Collection: i.Collection, Key: i.Key, Done: "changed", Fields: slices.DeleteFunc(slices.Clone(i.Fields), func(f string) bool { return f == "updated" })}
	switch {
	case i.Gone:
		t.Done = "removed"
	case i.New():
		t.Done = "added"
	}
	return t
}

// deedOf is what an entry tells of itself, or what its documents tell.
func deedOf(u *store.UndoEntry) Deed {
	switch {
	case u.First && u.Deed != "":
		return Deed(u.Deed)
	case u.Purged && len(u.Items) == 0:
		return deedPurge
	}
	deed := DeedRecordChanged
	for i := range u.Items {
		item := &u.Items[i]
		if item.Collection == VehiclesName && coverAlone(item.Fields) && len(u.Items) > 1 {
			continue // the photo tells
		}
		of := item.Collection == VehiclesName
		switch {
		case of && item.Gone:
			return DeedRemoved
		case of && item.New():
			return DeedCreated
		case of:
			return DeedEdited
		case item.Gone:
			deed = DeedRecordRemoved
		case item.New():
			deed = DeedRecordAdded
		}
	}
	return deed
}

// stands reports whether any document is as the entry left it.
func (h *Hub) stands(r store.Reader, u *store.UndoEntry) (bool, error) {
	for i, item := range u.Items {
		if i == maxTouched {
			return true, nil // likely enough; undo itself tells
		}
		s := h.schema(item.Collection)
		if s == nil {
			continue
		}
		rec, err := r.Fetch(s, item.Key)
		switch {
		case fault.Is(err, fault.NotFound):
			if item.Gone {
				return true, nil
			}
		case err != nil:
			return false, err
		case !item.Gone && rec.Rev == item.Rev:
			return true, nil
		}
	}
	return false, nil
}

func (h *Hub) schema(name string) *store.Schema {
	for _, s := range h.schemas() {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// named finds a vehicle's title: of one that is gone in the entry that
// removed it.
func (h *Hub) named(r store.Reader, id string, names map[string]Named) (Named, error) {
	if n, ok := names[id]; ok || id == "" {
		return n, nil
	}
	n := Named{ID: id}
	doc, err := Vehicles.Get(r, id)
	switch {
	case err == nil:
		n.Title, n.VIN = doc.Value.Title(), doc.Value.VIN
	case fault.Is(err, fault.NotFound):
		n.Gone = true
		p, err := store.Undos.Query(r, store.Query{Index: "subject", Prefix: store.Values(store.String(id)), Reverse: true, Limit: 20})
		if err != nil {
			return n, err
		}
		for _, d := range p.Items {
			if v, ok := vehicleIn(&d.Value); ok {
				n.Title, n.VIN = v.Title(), v.VIN
				break
			}
		}
	default:
		return n, err
	}
	names[id] = n
	return n, nil
}

// vehicleIn is the vehicle as it was before an entry's write, where the entry
// holds it.
func vehicleIn(u *store.UndoEntry) (Vehicle, bool) {
	for i := range u.Items {
		if item := &u.Items[i]; item.Collection == VehiclesName && !item.New() {
			v, err := Vehicles.Decode(item.Before)
			return v, err == nil
		}
	}
	return Vehicle{}, false
}

// Difference is one document of a batch before and after it.
type Difference struct {
	Touched
	Vehicle Named
	Before  json.RawMessage // nil: it was not there
	After   json.RawMessage // nil: it was not there
	Unknown bool            // what stood after the batch is not known any more
}

// Differences is one page of them.
type Differences struct {
	Items []Difference
	Next  string
}

// Differences returns what a batch changed, document by document: of one
// vehicle where vehicleID is not empty.
func (h *Hub) Differences(ctx context.Context, c Caller, batch, vehicleID, cursor string, limit int) (Differences, error) {
	q := store.Query{Range: store.OfBatch(batch), Cursor: cursor}
	if vehicleID != "" {
		q = store.Query{Index: "subject", Prefix: store.Values(store.String(vehicleID)), Reverse: true, Cursor: cursor}
		limit = store.MaxLimit // a vehicle's whole history of 30 days, of which one batch is kept
	}
	var out Differences
	docs, next, err := h.undoEntries(ctx, c, q, limit)
	if err != nil {
		return out, err
	}
	docs = slices.DeleteFunc(docs, func(d store.Doc[store.UndoEntry]) bool { return d.Value.Batch != batch })
	if out.Next = next; len(docs) == 0 && cursor == "" {
		return out, fault.New(fault.NotFound, "nothing is kept of this").WithRemedy("what was done is kept for 30 days")
	}
	names := map[string]Named{}
	for _, d := range docs {
		for i := range d.Value.Items {
			item := &d.Value.Items[i]
			if !h.counts(item.Collection) {
				continue
			}
			diff := Difference{Touched: touched(item)}
			if !item.New() {
				diff.Before = item.Before
			}
			err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
				if diff.Vehicle, err = h.named(r, d.Value.Subject, names); err != nil || item.Gone {
					return err
				}
				diff.After, err = h.after(r, &d, item)
				return err
			})
			if err != nil {
				return out, err
			}
			diff.Unknown = diff.After == nil && !item.Gone
			if s := h.schema(item.Collection); s != nil {
				if diff.Before, err = s.Cover(c.Scope, diff.Before); err != nil {
					return out, err
				}
				if diff.After, err = s.Cover(c.Scope, diff.After); err != nil {
					return out, err
				}
			}
			out.Items = append(out.Items, diff)
		}
	}
	return out, nil
}

// after is a document as a write left it: as it is now if nobody has written
// since, else as it was before the next write of it.
func (h *Hub) after(r store.Reader, d *store.Doc[store.UndoEntry], item *store.UndoItem) (json.RawMessage, error) {
	if s := h.schema(item.Collection); s != nil {
		rec, err := r.Fetch(s, item.Key)
		if err == nil && rec.Rev == item.Rev {
			return rec.Doc, nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	q := store.Query{Index: "subject", Prefix: store.Values(store.String(d.Value.Subject)), Range: &store.Range{From: d.Value.At.Value()}, Limit: 50}
	for range 20 { // a vehicle written a thousand times since: say that it is not known
		p, err := store.Undos.Query(r, q)
		if err != nil {
			return nil, err
		}
		for _, later := range p.Items {
			if later.Key <= d.Key {
				continue
			}
			for i := range later.Value.Items {
				if l := &later.Value.Items[i]; l.Collection == item.Collection && l.Key == item.Key && l.Rev > item.Rev && !l.New() {
					return l.Before, nil
				}
			}
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			break
		}
	}
	return nil, nil
}
