package vehicle_test

import (
	"context"
	"slices"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

func take(t *testing.T, h *vehicle.Hub, b vehicle.TakeBatch, rows ...vehicle.Taking) []vehicle.Took {
	t.Helper()
	took, err := h.Take(context.Background(), me(), b, rows)
	if err != nil {
		t.Fatal(err)
	}
	return took
}

func lot(mark, vin string, p vehicle.Policy, d vehicle.Draft) vehicle.Taking {
	d.VIN = vin
	return vehicle.Taking{Mark: mark, Policy: p, Entry: vehicle.Entry{Draft: d}}
}

const (
	camry  = "4T1BF1FK9FU226704"
	accord = "1HGCM82633A004352"
)

var batch = vehicle.TakeBatch{ID: "019a0000-0000-7000-8000-000000000001", First: "019a0000-0000-7000-8000-000000000002"}

// A row is taken once, however often its job comes back to it.
func TestARowIsTakenOnce(t *testing.T) {
	h, _ := openHub(t)
	row := lot("1.1", camry, vehicle.FillBlanks, vehicle.Draft{Claimed: vehicle.Claimed{Year: 2015}})
	if got := take(t, h, batch, row, lot("1.2", accord, vehicle.FillBlanks, vehicle.Draft{})); !slices.Equal(got, []vehicle.Took{vehicle.TookNew, vehicle.TookNew}) {
		t.Fatalf("taken: %v, want both created", got)
	}
	if got := take(t, h, batch, row); got[0] != vehicle.TookBefore {
		t.Errorf("again: %v, want before", got)
	}
	if p, err := h.List(context.Background(), me(), "", 10); err != nil || len(p.Items) != 2 {
		t.Errorf("%d vehicles, %v; want 2", len(p.Items), err)
	}
	// Another evening's list names the same vehicle, and says nothing new.
	other := vehicle.TakeBatch{ID: "019a0000-0000-7000-8000-000000000009", First: "019a0000-0000-7000-8000-00000000000a"}
	if got := take(t, h, other, row); got[0] != vehicle.TookNothing {
		t.Errorf("another list: %v, want unchanged", got)
	}
}

func TestVehiclesThatAreHere(t *testing.T) {
	price := &vehicle.Money{Minor: 900_000, Currency: "USD"}
	reading := vehicle.Reading{Date: "2026-11-20", Odometer: vehicle.Kilometers(81_000), Source: "import"}
	for _, c := range []struct {
		name   string
		policy vehicle.Policy
		want   vehicle.Took
		model  string
		plate  string
	}{
		{"blanks are filled", vehicle.FillBlanks, vehicle.TookFilled, "Camry", "OLD"},
		{"the list wins", vehicle.ListWins, vehicle.TookOver, "Camry SE", "NEW"},
		{"somebody decides", vehicle.AskFirst, vehicle.TookUndecided, "Camry", "OLD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, _ := openHub(t)
			ctx := context.Background()
			s, err := h.Create(ctx, me(), vehicle.Draft{VIN: camry, Plate: "OLD", Claimed: vehicle.Claimed{Model: "Camry"}, Fields: map[string]string{"Lane": "B"}})
			if err != nil {
				t.Fatal(err)
			}
			row := lot("1.1", camry, c.policy, vehicle.Draft{Plate: "NEW", Asking: price, Claimed: vehicle.Claimed{Model: "Camry SE", Year: 2015}, Tags: []string{"tonight"}, Fields: map[string]string{"Lane": "C", "Run": "7"}})
			row.Entry.Readings = []vehicle.Reading{reading}
			if got := take(t, h, batch, row); got[0] != c.want {
				t.Fatalf("taken: %v, want %v", got, c.want)
			}
			doc, err := h.Get(ctx, me(), s.Value.ID)
			if err != nil {
				t.Fatal(err)
			}
			v := doc.Value
			if v.Claimed.Model != c.model || v.Plate != c.plate {
				t.Errorf("model %q and plate %q, want %q and %q", v.Claimed.Model, v.Plate, c.model, c.plate)
			}
			asked := c.policy == vehicle.AskFirst
			if (v.Asking == nil) != asked || (v.Claimed.Year == 0) != asked || (v.Fields["Run"] == "") != asked || (len(v.Tags) == 0) != asked {
				t.Errorf("%+v: blanks are filled unless somebody is to decide", v)
			}
			if asked {
				return
			}
			if got := take(t, h, batch, row); got[0] != vehicle.TookNothing {
				t.Errorf("again: %v, want unchanged", got)
			}
			if _, err := h.Undo(ctx, me(), batch.ID, ""); err != nil {
				t.Fatal(err)
			}
			back, err := h.History(ctx, me(), s.Value.ID)
			if err != nil || back.Vehicle.Plate != "OLD" || back.Vehicle.Asking != nil || len(back.Readings) != 0 {
				t.Errorf("taken back: %+v with %d readings, %v; want it as it was", back.Vehicle, len(back.Readings), err)
			}
		})
	}
}

// A vehicle that was sold has its own life; the same VIN begins another.
func TestASoldVehicleComesBackAsANewOne(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	sold, err := h.Create(ctx, me(), vehicle.Draft{VIN: camry, Stage: vehicle.Sold})
	if err != nil {
		t.Fatal(err)
	}
	if got := take(t, h, batch, lot("1.1", camry, vehicle.ListWins, vehicle.Draft{Plate: "NEW"})); got[0] != vehicle.TookNew {
		t.Fatalf("taken: %v, want created", got)
	}
	doc, err := h.Get(ctx, me(), sold.Value.ID)
	if err != nil || doc.Value.Plate != "" || doc.Rev != sold.Rev {
		t.Errorf("the sold one is %+v, %v; want it untouched", doc.Value, err)
	}
}

// What one row is refused for takes none of its transaction's others along.
func TestTakeIsAllOrNothing(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	_, err := h.Take(ctx, me(), batch, []vehicle.Taking{lot("1.1", camry, vehicle.FillBlanks, vehicle.Draft{}), lot("1.2", "", vehicle.FillBlanks, vehicle.Draft{})})
	if !fault.Is(err, fault.Invalid) {
		t.Fatalf("Take = %v, want invalid", err)
	}
	if empty, err := h.Empty(ctx, me()); err != nil || !empty {
		t.Errorf("something was written, %v", err)
	}
}

func TestOneUndoTakesAllBatchesOfAJobBack(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	take(t, h, batch, lot("1.1", camry, vehicle.FillBlanks, vehicle.Draft{}))
	take(t, h, batch, lot("1.2", accord, vehicle.FillBlanks, vehicle.Draft{}))
	if err := h.EndTake(ctx, me(), batch, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Undo(ctx, me(), batch.ID, ""); err != nil {
		t.Fatal(err)
	}
	if empty, err := h.Empty(ctx, me()); err != nil || !empty {
		t.Errorf("not all of it was taken back, %v", err)
	}
}
