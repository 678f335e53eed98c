package vehicle_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// between is a store in which somebody else writes just before the next
// Update, once it is asked for.
type between struct {
	store.DB
	other func()
}

func (b *between) Update(ctx context.Context, w store.Write, fn func(store.Tx) error) (uint64, error) {
	if other := b.other; other != nil {
		b.other = nil
		other()
	}
	return b.DB.Update(ctx, w, fn)
}

// moving is a hub whose clock goes on with every look at it.
func moving(t *testing.T) (*vehicle.Hub, *between, *time.Time) {
	t.Helper()
	index, err := os.ReadFile("../../embedded/vpic/data/vpic.idx")
	if err != nil {
		t.Fatalf("the vPIC index is missing: run `make vpic` (%v)", err)
	}
	d, err := vin.Open(string(index))
	if err != nil {
		t.Fatal(err)
	}
	at := clock
	now := func() time.Time { at = at.Add(time.Millisecond); return at }
	db, err := mem.Open(append(vehicle.Schemas(), store.Undos.Schema()), mem.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b := &between{DB: db}
	return vehicle.New(b, d, vehicle.Options{Now: now}), b, &at
}

// removed makes a vehicle and removes it, and returns its id and the batch
// that removed it.
func removed(t *testing.T, h *vehicle.Hub) (id, batch string) {
	t.Helper()
	s, err := h.Create(t.Context(), me(), vehicle.Draft{VIN: "4T1BF1FK9FU226704"})
	if err != nil {
		t.Fatal(err)
	}
	gone, err := h.Delete(t.Context(), me(), s.Value.ID, s.Rev)
	if err != nil {
		t.Fatal(err)
	}
	return s.Value.ID, gone.Batch
}

// TestTrashIsPagedWhileTimeGoesOn: the 30 days of the trash move between two
// pages, and its cursor goes on all the same.
func TestTrashIsPagedWhileTimeGoesOn(t *testing.T) {
	h, _, at := moving(t)
	old, _ := removed(t, h)
	*at = at.Add(20 * 24 * time.Hour)
	want := map[string]bool{}
	for range 5 {
		id, _ := removed(t, h)
		want[id] = true
	}
	*at = at.Add(15 * 24 * time.Hour)
	cursor, pages := "", 0
	for {
		p, err := h.Trash(t.Context(), me(), cursor, 2)
		if err != nil {
			t.Fatalf("page %d: %v", pages+1, err)
		}
		for _, row := range p.Items {
			if !want[row.Key] {
				t.Errorf("page %d has %s (older than 30 days: %t), which is not wanted or there twice", pages+1, row.Key, row.Key == old)
			}
			delete(want, row.Key)
		}
		pages++
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if len(want) > 0 || pages != 3 {
		t.Errorf("%d pages, and %d were not listed; want 3 and 0", pages, len(want))
	}
}

// TestPurgeOfWhatComesBackMeanwhile: an undo, or another purge, just before
// the purge writes. It is told so, and forgets nothing that is there.
func TestPurgeOfWhatComesBackMeanwhile(t *testing.T) {
	h, db, _ := moving(t)
	id, batch := removed(t, h)
	db.other = func() {
		if u, err := h.Undo(t.Context(), me(), batch, ""); err != nil || u.Restored != 1 {
			t.Fatalf("the undo between: %+v, %v", u, err)
		}
	}
	if err := h.Purge(t.Context(), me(), batch, id); !fault.Is(err, fault.Conflict) {
		t.Errorf("a purge after an undo: %v, want a conflict", err)
	}
	acts, err := h.Activity(t.Context(), me(), id, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range acts.Items {
		if a.Deed == "purged" || len(a.Touched) == 0 {
			t.Errorf("the purge that lost has forgotten what %q did", a.Deed)
		}
	}

	id, batch = removed(t, h)
	db.other = func() {
		if err := h.Purge(t.Context(), me(), batch, id); err != nil {
			t.Fatalf("the purge between: %v", err)
		}
	}
	if err := h.Purge(t.Context(), me(), batch, id); !fault.Is(err, fault.NotFound) {
		t.Errorf("the second purge: %v, want that it is not in the trash", err)
	}
	if _, err := h.Undo(t.Context(), me(), batch, ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("an undo after the purge: %v, want that there is nothing", err)
	}
}
