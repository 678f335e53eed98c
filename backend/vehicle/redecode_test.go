package vehicle_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// another answers as a later release would: for Camrys it says what it says
// of an Accord.
type another struct {
	vehicle.Decoder
	on bool
}

func (a *another) Decode(input string, o vin.Options) vin.Result {
	if a.on && strings.HasPrefix(input, "4T1BF1FK") {
		r := a.Decoder.Decode("1HGCM82633A004352", o)
		r.VIN = input
		return r
	}
	return a.Decoder.Decode(input, o)
}

// decoderOf decodes as a hub does.
type decoderOf struct{ *vehicle.Hub }

func (d decoderOf) Decode(input string, o vin.Options) vin.Result {
	return d.Hub.Decode(input, o.ModelYear)
}

// TestRedecode: what another release says is listed and written on nothing;
// accepting all goes on after a crash under one batch that one undo takes
// back; what somebody changed meanwhile is left alone.
func TestRedecode(t *testing.T) {
	d := &another{}
	h, db := openHub(t)
	d.Decoder = decoderOf{h}
	h = vehicle.New(db, d, vehicle.Options{Now: func() time.Time { return clock }})
	ctx, me := t.Context(), me()
	var ids []string
	for _, v := range []string{"4T1BF1FK9FU226704", "4T1BF1FK9FU226705", "4T1BF1FK9FU226706", "4T1BF1FK9FU226707", "5YJ3E1EB6KF000001"} {
		s, err := h.Create(ctx, me, vehicle.Draft{VIN: v, Stage: vehicle.Seen})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.Value.ID)
	}
	models := func() (out []string) {
		for _, id := range ids {
			v, err := h.Get(ctx, me, id)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, v.Value.Decoded.Model)
		}
		return out
	}
	want := func(models []string, list string) {
		t.Helper()
		if got := strings.Join(models, " "); got != list {
			t.Errorf("models %s, want %s", got, list)
		}
	}
	look := func() (found int) {
		t.Helper()
		for cursor, first := "", true; first || cursor != ""; first = false {
			changed, seen, next, err := h.Redecode(ctx, me, cursor, 2)
			if err != nil || seen == 0 {
				t.Fatalf("%d seen, %v", seen, err)
			}
			cursor = next
			found += len(changed)
			if err := db.UpdateLocal(ctx, me.Scope, func(tx store.Tx) error {
				for i := range changed {
					if _, err := vehicle.Redecodes.Put(tx, &changed[i], store.AnyRev); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		return found
	}
	if n := look(); n != 0 {
		t.Errorf("the same release changes %d vehicles", n)
	}
	d.on = true
	if n := look(); n != 4 {
		t.Fatalf("%d changed, want 4", n)
	}
	want(models(), "Camry Camry Camry Camry Model 3")
	rows, _, err := h.Redecoded(ctx, me, "", 10)
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	c := rows[0].Differences()
	if len(c) < 3 || c[0] != (vehicle.ValueChange{Element: "make", Before: "TOYOTA", After: "HONDA"}) {
		t.Errorf("differences: %v", c)
	}

	// Somebody gives the last Camry another VIN.
	if _, err := h.Update(ctx, me, ids[3], store.AnyRev, vehicle.Draft{VIN: "5YJ3E1EB6KF000002", Stage: vehicle.Seen}); err != nil {
		t.Fatal(err)
	}
	a := vehicle.Accepting{First: "first"}
	batch := "0199a000-0000-7000-8000-000000000001"
	if more, err := h.AcceptMore(ctx, me, batch, &a, 2); err != nil || !more {
		t.Fatal(more, err)
	}
	a = vehicle.Accepting{First: "first"} // the crash came before the checkpoint
	for more := true; more; {
		if more, err = h.AcceptMore(ctx, me, batch, &a, 2); err != nil {
			t.Fatal(err)
		}
	}
	want(models(), "Accord Accord Accord Model 3 Model 3")
	if a.Stale != 1 {
		t.Errorf("%d were overtaken, want 1", a.Stale)
	}
	u, err := h.Undo(ctx, me, batch, "")
	if err != nil || u.Restored != 3 {
		t.Errorf("undo: %+v %v", u, err)
	}
	want(models(), "Camry Camry Camry Model 3 Model 3")
	if rows, _, err := h.Redecoded(ctx, me, "", 10); err != nil || len(rows) != 3 {
		t.Errorf("%d rows wait after the undo, want the 3 that it took back; %v", len(rows), err)
	}
	if u, err = h.Undo(ctx, me, u.Batch, ""); err != nil || u.Restored != 3 {
		t.Errorf("undo of the undo: %+v %v", u, err)
	}
	want(models(), "Accord Accord Accord Model 3 Model 3")
	if rows, _, err := h.Redecoded(ctx, me, "", 10); err != nil || len(rows) != 0 {
		t.Errorf("%d rows wait of what reads as it is saved, %v", len(rows), err)
	}
	if _, err = h.Undo(ctx, me, u.Batch, ""); err != nil {
		t.Error(err)
	}

	// One by one, and a vehicle that is gone.
	look()
	if err := h.ForgetRedecoded(ctx, me); err != nil {
		t.Fatal(err)
	}
	if rows, _, err := h.Redecoded(ctx, me, "", 10); err != nil || len(rows) != 0 {
		t.Errorf("%d rows left, %v", len(rows), err)
	}
	look()
	if _, err := h.Delete(ctx, me, ids[1], store.AnyRev); err != nil {
		t.Fatal(err)
	}
	_, acc, seq, err := h.Accept(ctx, me, ids[:2])
	if err != nil || acc.Accepted != 1 || acc.Stale != 1 || seq == 0 {
		t.Errorf("accept: %+v %v", acc, err)
	}
}
