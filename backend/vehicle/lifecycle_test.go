package vehicle_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

type days = map[vehicle.Stage]vehicle.Date

func TestStagesRememberTheirDay(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	s, err := h.Create(ctx, me(), vehicle.Draft{VIN: "4T1BF1FK9FU226704"})
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name  string
		stage vehicle.Stage
		given days
		want  days
	}{
		{"bought on a day of its own", vehicle.Bought, days{vehicle.Seen: "2026-11-01", vehicle.Bought: "2026-11-03"}, days{vehicle.Seen: "2026-11-01", vehicle.Bought: "2026-11-03"}},
		{"sold today, the others as they were", vehicle.Sold, nil, days{vehicle.Seen: "2026-11-01", vehicle.Bought: "2026-11-03", vehicle.Sold: "2026-11-22"}},
		{"back in the workshop: it is not sold", vehicle.InWork, nil, days{vehicle.Seen: "2026-11-01", vehicle.Bought: "2026-11-03", vehicle.InWork: "2026-11-22"}},
		{"back to bought keeps the day of the purchase", vehicle.Bought, nil, days{vehicle.Seen: "2026-11-01", vehicle.Bought: "2026-11-03"}},
		{"the days are taken away", vehicle.Bought, days{}, days{}},
	}
	for _, step := range steps {
		d := s.Value.Draft()
		d.Stage, d.Reached = step.stage, step.given
		if s, err = h.Update(ctx, me(), s.Value.ID, s.Rev, d); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if !maps.Equal(s.Value.Reached, step.want) {
			t.Errorf("%s: %v, want %v", step.name, s.Value.Reached, step.want)
		}
	}
}

func TestWhatAListBringsIsKeptAndComesBack(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	d := vehicle.Draft{VIN: "4T1BF1FK9FU226704", Color: " Silver ", SoldFor: &vehicle.Money{Minor: 1_500_000, Currency: "USD"},
		Claimed: vehicle.Claimed{Series: "LE", Cylinders: "4", Displacement: "2.5L", Doors: "4D", GVWR: "Class 1"},
		Fields:  map[string]string{" Lane ": " B12 ", "Empty": " "}, From: &vehicle.Origin{File: "tuesday.csv", Row: 17}}
	s, err := h.Create(ctx, me(), d)
	if err != nil {
		t.Fatal(err)
	}
	v := s.Value
	if v.Color != "Silver" || !maps.Equal(v.Fields, map[string]string{"Lane": "B12"}) || v.From.Row != 17 || v.Reached[vehicle.Seen] != "2026-11-22" || v.Claimed != d.Claimed {
		t.Errorf("saved %+v", v)
	}
	again, err := h.Update(ctx, me(), v.ID, s.Rev, v.Draft())
	if err != nil {
		t.Fatal(err)
	}
	if g := again.Value; g.Color != v.Color || !maps.Equal(g.Fields, v.Fields) || *g.From != *v.From || *g.SoldFor != *v.SoldFor || g.Claimed != v.Claimed || !maps.Equal(g.Reached, v.Reached) {
		t.Errorf("a draft of what is there changed it: %+v, before %+v", g, v)
	}
	plain, err := h.Update(ctx, me(), v.ID, again.Rev, vehicle.Draft{VIN: v.VIN})
	if err != nil || plain.Value.From == nil || plain.Value.Fields != nil || plain.Value.Reached[vehicle.Seen] == "" {
		t.Errorf("a draft without them: %+v, %v; want the origin and the days kept, the fields gone", plain.Value, err)
	}
}

func TestWhatItWasSoldForIsVeiledWithTheCosts(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	s, err := h.Create(ctx, me(), vehicle.Draft{VIN: "4T1BF1FK9FU226704", SoldFor: &vehicle.Money{Minor: 1, Currency: "USD"}})
	if err != nil {
		t.Fatal(err)
	}
	veiled := vehicle.Caller{Scope: store.Org("home").Without(vehicle.CostsVeil), Actor: me().Actor}
	if doc, err := h.Get(ctx, veiled, s.Value.ID); err != nil || doc.Value.SoldFor != nil {
		t.Errorf("without costs: %+v, %v; want no price", doc.Value.SoldFor, err)
	}
	if _, err := h.Update(ctx, veiled, s.Value.ID, s.Rev, vehicle.Draft{VIN: s.Value.VIN}); err != nil {
		t.Fatal(err)
	}
	if doc, err := h.Get(ctx, me(), s.Value.ID); err != nil || doc.Value.SoldFor == nil {
		t.Errorf("after a write by somebody who does not see it: %+v, %v; want the price kept", doc.Value.SoldFor, err)
	}
}

func TestFieldsOfOnesOwnHaveBounds(t *testing.T) {
	h, _ := openHub(t)
	many := map[string]string{}
	for i := range vehicle.MaxFields + 1 {
		many[fmt.Sprint(i)] = "x"
	}
	for _, c := range []struct {
		name, field string
		d           vehicle.Draft
	}{
		{"too many", "/fields", vehicle.Draft{Fields: many}},
		{"too long a name", "/fields/" + strings.Repeat("n", 61), vehicle.Draft{Fields: map[string]string{strings.Repeat("n", 61): "x"}}},
		{"no name", "/fields", vehicle.Draft{Fields: map[string]string{" ": "x"}}},
		{"two lines", "/fields/a~1b\n", vehicle.Draft{Fields: map[string]string{"a/b\n\nc": "x"}}},
		{"too long a text", "/fields/n", vehicle.Draft{Fields: map[string]string{"n": strings.Repeat("x", 1001)}}},
		{"no text", "/fields/n", vehicle.Draft{Fields: map[string]string{"n": "\x00"}}},
		{"stage", "/reached/stolen", vehicle.Draft{Reached: days{"stolen": "2026-11-01"}}},
		{"day to come", "/reached/seen", vehicle.Draft{Reached: days{vehicle.Seen: "2027-11-01"}}},
		{"row", "/from/row", vehicle.Draft{From: &vehicle.Origin{Row: -1}}},
		{"price", "/soldFor/currency", vehicle.Draft{SoldFor: &vehicle.Money{Minor: 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.d.VIN = "4T1BF1FK9FU226704"
			if _, err := h.Create(context.Background(), me(), c.d); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.field) {
				t.Errorf("error %v, want Invalid naming %s", err, c.field)
			}
		})
	}
}
