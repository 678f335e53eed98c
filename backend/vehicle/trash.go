package vehicle

import (
	"context"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Thrown is a vehicle or a record that is gone and can be brought back.
type Thrown struct {
	Batch      string // that removed it; Undo with Vehicle.ID brings it back
	Collection string
	Key        string
	Vehicle    Named  // itself, or the one that the record belongs to
	Date       Date   // the record's day
	Name       string // of a photo or paper
	Records    int    // that went with the vehicle
	At         store.Timestamp
	Actor      actor.Actor
	Expires    time.Time
}

// Trash is one page of what is gone.
type Trash struct {
	Items []Thrown
	Next  string
}

// Trash returns what was removed in the last 30 days and not brought back,
// the newest first: a vehicle with its records, or a single record.
func (h *Hub) Trash(ctx context.Context, c Caller, cursor string, limit int) (Trash, error) {
	var out Trash
	// The 30 days are no range of the query: they move on between two pages,
	// and a cursor belongs to the query that it comes from.
	docs, next, err := h.undoEntries(ctx, c, store.Query{Index: "at",
		Filter: []store.Cond{store.Where("trash", store.Flag(true))}, Reverse: true, Cursor: cursor}, limit)
	if err != nil {
		return out, err
	}
	out.Next = next
	oldest := h.now().Add(-keepUndo)
	names := map[string]Named{}
	for _, d := range docs {
		if d.Value.At.Before(oldest) { // so are all that follow
			out.Next = ""
			break
		}
		err := h.db.View(ctx, c.Scope, func(r store.Reader) error {
			thrown, err := h.thrown(r, &d.Value, names)
			out.Items = append(out.Items, thrown...)
			return err
		})
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

func (h *Hub) thrown(r store.Reader, u *store.UndoEntry, names map[string]Named) (out []Thrown, err error) {
	row := Thrown{Batch: u.Batch, At: u.At, Actor: u.Actor, Expires: u.At.Add(keepUndo)}
	if row.Vehicle, err = h.named(r, u.Subject, names); err != nil {
		return nil, err
	}
	whole := false
	for i := range u.Items {
		item := &u.Items[i]
		if !item.Gone || item.New() || !h.counts(item.Collection) {
			continue
		}
		if item.Collection == VehiclesName {
			whole = true
			row.Collection, row.Key = VehiclesName, item.Key
			continue
		}
		t := row
		t.Collection, t.Key, t.Date = item.Collection, item.Key, dateIn(item)
		if item.Collection == AttachmentsName {
			a, _ := Attachments.Decode(item.Before)
			t.Name = a.Called()
		}
		out = append(out, t)
	}
	if whole {
		row.Records = len(out)
		return []Thrown{row}, nil
	}
	return out, nil
}

// dateIn is the day of a record that is gone.
func dateIn(item *store.UndoItem) Date {
	switch item.Collection {
	case ReadingsName:
		r, _ := Readings.Decode(item.Before)
		return r.Date
	case ServicesName:
		r, _ := Services.Decode(item.Before)
		return r.Date
	case FuelsName:
		r, _ := Fuels.Decode(item.Before)
		return r.Date
	case AttachmentsName:
		a, _ := Attachments.Decode(item.Before)
		return DateOf(a.At.Time)
	}
	return ""
}

// Purge forgets for good a vehicle with all its records, or one record, that
// is in the trash: no undo brings it back.
func (h *Hub) Purge(ctx context.Context, c Caller, batch, key string) error {
	q := store.Query{Range: store.OfBatch(batch), Limit: 100}
	for {
		var p store.Page[store.UndoEntry]
		err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) { p, err = store.Undos.Query(r, q); return err })
		if err != nil {
			return err
		}
		for _, d := range p.Items {
			if gone, ok := h.inTrash(&d.Value, key); ok {
				return h.purge(ctx, c, d, gone)
			}
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return notInTrash()
		}
	}
}

func notInTrash() error {
	return fault.New(fault.NotFound, "this is not in the trash").WithRemedy("it may have been brought back or purged; look at the list again")
}

// inTrash finds what an undo of the entry would bring back under a key.
func (h *Hub) inTrash(u *store.UndoEntry, key string) (store.UndoItem, bool) {
	for _, item := range u.Items {
		if u.Spent == "" && item.Key == key && item.Gone && !item.New() && h.counts(item.Collection) {
			return item, true
		}
	}
	return store.UndoItem{}, false
}

// purge begins with the entry that an undo would bring the thing back from,
// and makes sure in the same transaction that none has: whoever comes second
// of an undo and a purge is told so.
func (h *Hub) purge(ctx context.Context, c Caller, from store.Doc[store.UndoEntry], gone store.UndoItem) error {
	w := store.Write{Scope: c.Scope, Actor: c.Actor}
	which := func(item store.UndoItem) bool {
		return gone.Collection == VehiclesName || item.Collection == gone.Collection && item.Key == gone.Key
	}
	n, err := store.PurgeEntry(ctx, h.db, w, from.Key, which, func(r store.Reader, u *store.UndoEntry) error {
		_, err := r.Fetch(h.schema(gone.Collection), gone.Key)
		if err == nil {
			return fault.New(fault.Conflict, "this is back already").WithRemedy("remove it first")
		}
		if _, ok := h.inTrash(u, gone.Key); !ok {
			return notInTrash()
		}
		if !fault.Is(err, fault.NotFound) {
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	if n == 0 { // the 30 days ended meanwhile
		return notInTrash()
	}
	_, err = store.Purge(ctx, h.db, w, from.Value.Subject, which)
	return err
}
