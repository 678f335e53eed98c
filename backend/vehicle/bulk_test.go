package vehicle_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

func TestManyAreChangedAtOnceAndTakenBackAtOnce(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	var ids []string
	for _, d := range []vehicle.Draft{
		{VIN: "4T1BF1FK9FU226704", Tags: []string{"Old", "keep"}, Fields: map[string]string{"Lane": "A", "Bay": "1"}, Location: "north"},
		{VIN: "1FTFW1EF0FF107919", Stage: vehicle.Bought, Asking: &vehicle.Money{Minor: 1, Currency: "USD"}},
	} {
		s, err := h.Create(ctx, me(), d)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.Value.ID)
	}
	if _, err := h.Readings.Add(ctx, me(), ids[0], vehicle.Reading{Date: "2026-11-01", Odometer: vehicle.Kilometers(1000)}); err != nil {
		t.Fatal(err)
	}
	south := "south"
	change := vehicle.Change{Stage: vehicle.Bought, On: "2026-11-20", Location: &south, Asking: &vehicle.Money{Minor: 990_000, Currency: "USD"},
		AddTags: []string{"New", "KEEP"}, RemoveTags: []string{"old"}, Fields: map[string]string{"Lane": "B", "Bay": ""}}
	batch, b, err := h.EditAll(ctx, me(), append(ids, "gone"), change)
	if err != nil || b.Changed != 2 || b.Missing != 1 || len(b.Refused) != 0 {
		t.Fatalf("changed %+v, %v", b, err)
	}
	got, err := h.Get(ctx, me(), ids[0])
	v := got.Value
	if err != nil || v.Stage != vehicle.Bought || v.Reached[vehicle.Bought] != "2026-11-20" || v.Reached[vehicle.Seen] != "2026-11-22" || v.Location != "south" || v.Asking.Minor != 990_000 ||
		!slices.Equal(v.Tags, []string{"keep", "New"}) || !maps.Equal(v.Fields, map[string]string{"Lane": "B"}) {
		t.Errorf("after the change: %+v, %v", v, err)
	}
	if p, err := h.Readings.List(ctx, me(), ids[0], "", 1); err != nil || p.Items[0].Value.Location != "south" {
		t.Errorf("its readings stayed behind: %+v, %v", p, err)
	}
	if _, b, err := h.EditAll(ctx, me(), ids, change); err != nil || b.Same != 2 || b.Changed != 0 {
		t.Errorf("the same again: %+v, %v", b, err)
	}
	acts, err := h.Activity(ctx, me(), "", "", 10)
	if err != nil || acts.Items[0].Deed != "bulk_edited" || acts.Items[0].Vehicles != 2 {
		t.Errorf("activity: %+v, %v", acts.Items, err)
	}
	if u, err := h.Undo(ctx, me(), batch, ""); err != nil || u.Restored != 3 {
		t.Fatalf("undo: %+v, %v", u, err)
	}
	if got, err := h.Get(ctx, me(), ids[1]); err != nil || got.Value.Asking.Minor != 1 || got.Value.Location != "" {
		t.Errorf("after the undo: %+v, %v", got.Value, err)
	}
}

func TestAChangeOfManyIsCheckedFirst(t *testing.T) {
	h, _ := openHub(t)
	for _, c := range []struct {
		name, field string
		c           vehicle.Change
	}{
		{"nothing", "/change", vehicle.Change{}},
		{"stage", "/stage", vehicle.Change{Stage: "stolen"}},
		{"day without stage", "/change/on", vehicle.Change{On: "2026-11-01"}},
		{"day to come", "/reached/sold", vehicle.Change{Stage: vehicle.Sold, On: "2027-11-01"}},
		{"price and none", "/change/noAsking", vehicle.Change{NoAsking: true, Asking: &vehicle.Money{Currency: "USD"}}},
		{"price", "/asking/currency", vehicle.Change{Asking: &vehicle.Money{Currency: "XXX"}}},
		{"tag", "/tags/0", vehicle.Change{AddTags: []string{strings.Repeat("x", 41)}}},
		{"field", "/fields/n", vehicle.Change{Fields: map[string]string{"n": strings.Repeat("x", 1001)}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := h.EditAll(context.Background(), me(), []string{"x"}, c.c); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.field) {
				t.Errorf("error %v, want Invalid naming %s", err, c.field)
			}
		})
	}
}

func TestOneOfManyThatCannotBeChangedIsNamed(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	tags := make([]string, 50)
	for i := range tags {
		tags[i] = fmt.Sprintf("tag %d", i)
	}
	full, err := h.Create(ctx, me(), vehicle.Draft{VIN: "4T1BF1FK9FU226704", Tags: tags})
	if err != nil {
		t.Fatal(err)
	}
	free, err := h.Create(ctx, me(), vehicle.Draft{VIN: "1FTFW1EF0FF107919"})
	if err != nil {
		t.Fatal(err)
	}
	_, b, err := h.EditAll(ctx, me(), []string{full.Value.ID, free.Value.ID}, vehicle.Change{AddTags: []string{"one more"}})
	if err != nil || b.Changed != 1 || len(b.Refused) != 1 || !strings.HasPrefix(b.Refused[0], "2015 TOYOTA Camry: ") {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestTwoRecordsOfOneVehicleBecomeOne(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	create := func(d vehicle.Draft) vehicle.Saved[vehicle.Vehicle] {
		s, err := h.Create(ctx, me(), d)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	a := create(vehicle.Draft{VIN: "4T1BF1FK9FU226704", Plate: "ONE", Tags: []string{"a"}, Fields: map[string]string{"Lane": "A"}, Location: "north"})
	b := create(vehicle.Draft{VIN: "4T1BF1FK9FU226704", Plate: "TWO", Stock: "S2", Tags: []string{"A", "b"}, Fields: map[string]string{"Lane": "B", "Bay": "1"}, Location: "south",
		Stage: vehicle.Bought, Paid: &vehicle.Money{Minor: 5, Currency: "USD"}})
	if _, err := h.Readings.Add(ctx, me(), b.Value.ID, vehicle.Reading{Date: "2026-11-01", Odometer: vehicle.Kilometers(1000)}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Services.Add(ctx, me(), b.Value.ID, vehicle.ServiceRecord{Date: "2026-11-01", Items: []vehicle.ServiceItem{{Kind: "oil"}}}); err != nil {
		t.Fatal(err)
	}
	noted, err := h.AddNote(ctx, me(), b.Value.ID, "two keys")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []vehicle.Merge{{Other: a.Value.ID}, {Other: b.Value.ID, Take: []string{"colour"}}} {
		if _, err := h.Merge(ctx, me(), a.Value.ID, a.Rev, m); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v, want Invalid", m, err)
		}
	}
	veiled := vehicle.Caller{Scope: store.Org("home").Without(vehicle.CostsVeil), Actor: me().Actor}
	if _, err := h.Merge(ctx, veiled, a.Value.ID, a.Rev, vehicle.Merge{Other: b.Value.ID}); !fault.Is(err, fault.Denied) {
		t.Errorf("without costs: %v, want Denied", err)
	}
	s, err := h.Merge(ctx, me(), a.Value.ID, a.Rev, vehicle.Merge{Other: b.Value.ID, Take: []string{"plate", "stage"}})
	if err != nil {
		t.Fatal(err)
	}
	v := s.Value
	if v.ID != a.Value.ID || v.Plate != "TWO" || v.Stock != "S2" || v.Stage != vehicle.Bought || v.Reached[vehicle.Seen] == "" || v.Reached[vehicle.Bought] == "" || v.Paid.Minor != 5 || v.Location != "north" ||
		!slices.Equal(v.Tags, []string{"a", "b"}) || !maps.Equal(v.Fields, map[string]string{"Lane": "A", "Bay": "1"}) || len(v.Notes) != 1 {
		t.Errorf("merged: %+v", v)
	}
	hist, err := h.History(ctx, me(), v.ID)
	if err != nil || len(hist.Readings) != 1 || len(hist.Services) != 1 || hist.Readings[0].Record.Location != "north" {
		t.Errorf("its records: %+v, %v", hist, err)
	}
	if _, err := h.Get(ctx, me(), b.Value.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("the other: %v, want it gone", err)
	}
	if acts, err := h.Activity(ctx, me(), v.ID, "", 1); err != nil || acts.Items[0].Deed != "merged" || !acts.Items[0].Undoable {
		t.Errorf("activity: %+v, %v", acts.Items, err)
	}
	if u, err := h.Undo(ctx, me(), s.Batch, ""); err != nil || u.Kept != 0 {
		t.Fatalf("undo: %+v, %v", u, err)
	}
	after, err := h.History(ctx, me(), b.Value.ID)
	if err != nil || len(after.Readings) != 1 || len(after.Services) != 1 || after.Readings[0].Record.Location != "south" || after.Vehicle.Plate != "TWO" || len(after.Vehicle.Notes) != len(noted.Value.Notes) {
		t.Errorf("after the undo: %+v, %v", after, err)
	}
	if hist, err := h.History(ctx, me(), a.Value.ID); err != nil || len(hist.Readings) != 0 || hist.Vehicle.Plate != "ONE" {
		t.Errorf("after the undo the first: %+v, %v", hist, err)
	}
}
