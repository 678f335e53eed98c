package vehicle_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

var clock = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func openHub(t testing.TB) (*vehicle.Hub, store.DB) {
	t.Helper()
	index, err := os.ReadFile("../../embedded/vpic/data/vpic.idx")
	if err != nil {
		t.Fatalf("the vPIC index is missing: run `make vpic` (%v)", err)
	}
	d, err := vin.Open(string(index))
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return clock }
	db, err := mem.Open(append(vehicle.Schemas(), store.Undos.Schema()), mem.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return vehicle.New(db, d, vehicle.Options{Now: now}), db
}

func me() vehicle.Caller { return vehicle.Caller{Scope: store.Org("home"), Actor: actor.Machine()} }

func TestCreateDecodesAndKeepsClaimsApart(t *testing.T) {
	h, _ := openHub(t)
	s, err := h.Create(context.Background(), me(), vehicle.Draft{VIN: " 4t1bf1fk9fu226704 ", Claimed: vehicle.Claimed{Year: 2017, Make: "Toyota"}, Tags: []string{"a", "A", " b "}})
	if err != nil {
		t.Fatal(err)
	}
	v := s.Value
	if v.VIN != "4T1BF1FK9FU226704" || v.Title() != "2015 TOYOTA Camry" || v.Decoded.Year != 2015 || v.Claimed.Year != 2017 || v.Stage != vehicle.Seen {
		t.Errorf("saved %+v; want the VIN tidied, decoded 2015 beside claimed 2017, stage seen", v)
	}
	if len(v.Tags) != 2 || v.Decoded.Release != "2026_10" || s.Rev != 1 || s.Seq == 0 || s.Batch == "" {
		t.Errorf("saved %+v with revision %d, seq %d, batch %q", v, s.Rev, s.Seq, s.Batch)
	}
}

func TestTitle(t *testing.T) {
	for _, c := range []struct {
		d    vehicle.Decoded
		want string
	}{
		{vehicle.Decoded{Year: 2015, Make: "FORD", Model: "F-150"}, "2015 FORD F-150"},
		{vehicle.Decoded{Year: 2015, Make: "GREAT DANE TRAILERS", Model: "Great Dane Trailers"}, "2015 GREAT DANE TRAILERS"},
		{vehicle.Decoded{Make: "FORD"}, "FORD"},
		{vehicle.Decoded{Year: 2015}, "1FT0000000F"},
		{vehicle.Decoded{}, "1FT0000000F"},
	} {
		if got := c.d.Title("1FT0000000F"); got != c.want {
			t.Errorf("%+v is titled %q, want %q", c.d, got, c.want)
		}
	}
}

func TestBadInputNamesTheField(t *testing.T) {
	h, _ := openHub(t)
	saved, err := h.Create(context.Background(), me(), vehicle.Draft{VIN: "4T1BF1FK9FU226704"})
	if err != nil {
		t.Fatal(err)
	}
	create := func(d vehicle.Draft) error {
		_, err := h.Create(context.Background(), me(), d)
		return err
	}
	reading := func(r vehicle.Reading) error {
		_, err := h.Readings.Add(context.Background(), me(), saved.Value.ID, r)
		return err
	}
	ok := vehicle.Kilometers(1)
	cases := []struct {
		name  string
		err   error
		field string
	}{
		{"no VIN", create(vehicle.Draft{}), "/vin"},
		{"too long a VIN", create(vehicle.Draft{VIN: "4T1BF1FK9FU2267041"}), "/vin"},
		{"stage", create(vehicle.Draft{VIN: "1", Stage: "stolen"}), "/stage"},
		{"year", create(vehicle.Draft{VIN: "1", YearHint: 1800}), "/yearHint"},
		{"claimed year", create(vehicle.Draft{VIN: "1", Claimed: vehicle.Claimed{Year: 2099}}), "/claimed/year"},
		{"plate", create(vehicle.Draft{VIN: "1", Plate: strings.Repeat("A", 21)}), "/plate"},
		{"text that is none", create(vehicle.Draft{VIN: "1", Stock: "a\x00b"}), "/stock"},
		{"currency", create(vehicle.Draft{VIN: "1", Paid: &vehicle.Money{Minor: 1, Currency: "XXX"}}), "/paid/currency"},
		{"negative price", create(vehicle.Draft{VIN: "1", Asking: &vehicle.Money{Minor: -1, Currency: "USD"}}), "/asking/minor"},
		{"service kind", create(vehicle.Draft{VIN: "1", Intervals: map[vehicle.ServiceKind]vehicle.Interval{"wash": {}}}), "/intervals/wash"},
		{"interval", create(vehicle.Draft{VIN: "1", Intervals: map[vehicle.ServiceKind]vehicle.Interval{"oil": {Months: -1}}}), "/intervals/oil"},
		{"date", reading(vehicle.Reading{Date: "22.11.2026", Odometer: ok}), "/date"},
		{"date to come", reading(vehicle.Reading{Date: "2027-01-01", Odometer: ok}), "/date"},
		{"ancient date", reading(vehicle.Reading{Date: "1066-10-14", Odometer: ok}), "/date"},
		{"odometer", reading(vehicle.Reading{Date: "2026-11-01", Odometer: vehicle.Distance{Value: "12k", Unit: "km"}}), "/odometer/value"},
		{"source", reading(vehicle.Reading{Date: "2026-11-01", Odometer: ok, Source: "dream"}), "/source"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !fault.Is(c.err, fault.Invalid) || !strings.Contains(c.err.Error(), c.field+":") {
				t.Errorf("error %v, want Invalid naming %s", c.err, c.field)
			}
		})
	}
}

func TestUpdateRefusesAnOlderRevision(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	s, err := h.Create(ctx, me(), vehicle.Draft{VIN: "4T1BF1FK9FU226704"})
	if err != nil {
		t.Fatal(err)
	}
	d := s.Value.Draft()
	d.Plate = "ONE"
	if _, err := h.Update(ctx, me(), s.Value.ID, s.Rev, d); err != nil {
		t.Fatal(err)
	}
	d.Plate = "TWO"
	if _, err := h.Update(ctx, me(), s.Value.ID, s.Rev, d); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second write at revision 1: %v, want Conflict", err)
	}
	if got, _ := h.Get(ctx, me(), s.Value.ID); got.Value.Plate != "ONE" {
		t.Errorf("plate is %q, want the first writer's", got.Value.Plate)
	}
}

func TestDeleteTakesRecordsAndUndoBringsAllBack(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	s, err := h.Create(ctx, me(), vehicle.Draft{VIN: "4T1BF1FK9FU226704", Location: "Main lot"})
	if err != nil {
		t.Fatal(err)
	}
	id := s.Value.ID
	if _, err := h.Readings.Add(ctx, me(), id, vehicle.Reading{Date: "2026-11-01", Odometer: vehicle.Kilometers(1000)}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Services.Add(ctx, me(), id, vehicle.ServiceRecord{Date: "2026-11-01", Items: []vehicle.ServiceItem{{Kind: "oil"}}}); err != nil {
		t.Fatal(err)
	}
	if s, err = h.AddNote(ctx, me(), id, "two keys"); err != nil {
		t.Fatal(err)
	}
	before, err := h.History(ctx, me(), id)
	if err != nil {
		t.Fatal(err)
	}
	gone, err := h.Delete(ctx, me(), id, s.Rev)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Get(ctx, me(), id); !fault.Is(err, fault.NotFound) {
		t.Fatalf("after the delete: %v, want NotFound", err)
	}
	u, err := h.Undo(ctx, me(), gone.Batch, "")
	if err != nil || u.Restored != 3 || u.Kept != 0 {
		t.Fatalf("undo: %+v, %v; want 3 documents restored", u, err)
	}
	after, err := h.History(ctx, me(), id)
	if err != nil || len(after.Readings) != 1 || len(after.Services) != 1 || after.Vehicle.Notes[0].Text != "two keys" || after.Readings[0].Record != before.Readings[0].Record {
		t.Errorf("after the undo: %+v, %v; want all as before", after, err)
	}
}

func TestRecordsAreReachedByTheirOwnVehicleAlone(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	a, err := h.Create(ctx, me(), vehicle.Draft{VIN: "4T1BF1FK9FU226704"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := h.Create(ctx, me(), vehicle.Draft{VIN: "1FTFW1EF0FF107919"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Readings.Add(ctx, me(), a.Value.ID, vehicle.Reading{Date: "2026-11-01", Odometer: vehicle.Kilometers(1000)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Readings.Remove(ctx, me(), b.Value.ID, r.Value.ID, r.Rev); !fault.Is(err, fault.NotFound) {
		t.Errorf("removing a record by way of another vehicle: %v, want NotFound", err)
	}
	elsewhere := vehicle.Caller{Scope: store.Org("other"), Actor: actor.Machine()}
	if _, err := h.Readings.Remove(ctx, elsewhere, a.Value.ID, r.Value.ID, r.Rev); !fault.Is(err, fault.NotFound) {
		t.Errorf("removing a record of another organisation: %v, want NotFound", err)
	}
	if p, err := h.Readings.List(ctx, me(), a.Value.ID, "", 10); err != nil || len(p.Items) != 1 {
		t.Errorf("the record: %+v, %v; want it untouched", p, err)
	}
}

func TestMovingAVehicleMovesItsRecords(t *testing.T) {
	h, db := openHub(t)
	ctx := context.Background()
	s, err := h.Create(ctx, me(), vehicle.Draft{VIN: "4T1BF1FK9FU226704", Location: "north"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Readings.Add(ctx, me(), s.Value.ID, vehicle.Reading{Date: "2026-11-01", Odometer: vehicle.Kilometers(1000)}); err != nil {
		t.Fatal(err)
	}
	d := s.Value.Draft()
	d.Location = "south"
	if _, err := h.Update(ctx, me(), s.Value.ID, s.Rev, d); err != nil {
		t.Fatal(err)
	}
	seen := func(location string) (n int) {
		err := db.View(ctx, store.Org("home").At(location), func(r store.Reader) error {
			p, err := vehicle.Readings.Query(r, store.Query{})
			n = len(p.Items)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if seen("north") != 0 || seen("south") != 1 {
		t.Errorf("readings in the north %d, in the south %d; want 0 and 1", seen("north"), seen("south"))
	}
}

func TestSampleFleetIsWhatItSays(t *testing.T) {
	h, _ := openHub(t)
	ctx := context.Background()
	fleet := sample.Fleet(sample.Seed, clock)
	if len(fleet) < 55 || len(fleet) > 70 {
		t.Fatalf("%d vehicles, want about 60", len(fleet))
	}
	makes, types, planted := map[string]bool{}, map[string]bool{}, map[sample.Fault]int{}
	for _, v := range fleet {
		r := h.Decode(v.Draft.VIN, 0)
		clean := len(r.ErrorCodes) == 1 && r.ErrorCodes[0] == 0
		if clean == (v.Planted == sample.BadDigit) {
			t.Errorf("%s with fault %q decodes with codes %v", v.Draft.VIN, v.Planted, r.ErrorCodes)
		}
		d := vehicle.DecodedFrom(&r)
		if d.Make == "" || d.Model == "" {
			t.Errorf("%s: make %q, model %q; the sample should decode", v.Draft.VIN, d.Make, d.Model)
		}
		makes[d.Make], types[d.VehicleType] = true, true
		planted[v.Planted]++
		hist := vehicle.History{}
		for _, x := range v.Readings {
			hist.Readings = append(hist.Readings, vehicle.Revised[vehicle.Reading]{Record: x})
		}
		for _, x := range v.Services {
			hist.Services = append(hist.Services, vehicle.Revised[vehicle.ServiceRecord]{Record: x})
		}
		for _, x := range v.Fuels {
			hist.Fuels = append(hist.Fuels, vehicle.Revised[vehicle.FuelRecord]{Record: x})
		}
		if back := len(vehicle.Rollbacks(hist.Marks())) > 0; back != (v.Planted == sample.Rollback) {
			t.Errorf("%s: odometer went back %v, fault %q", v.Draft.Stock, back, v.Planted)
		}
		if jumps := vehicle.Jumps(hist.Marks()); len(jumps) > 0 {
			t.Errorf("%s: nobody drives %+v", v.Draft.Stock, jumps[0])
		}
	}
	if len(makes) < 20 || len(types) < 5 || len(planted) < 9 {
		t.Errorf("%d makes, %d vehicle types, %d faults: %v", len(makes), len(types), len(planted), planted)
	}

	batch, err := h.Import(ctx, me(), sample.Entries(sample.Seed, clock), true)
	if err != nil || batch == "" {
		t.Fatal(err)
	}
	removed, n, err := h.RemoveSample(ctx, me())
	if err != nil || n != len(fleet) {
		t.Fatalf("removed %d of %d: %v", n, len(fleet), err)
	}
	if empty, err := h.Empty(ctx, me()); err != nil || !empty {
		t.Errorf("after the removal the store is empty: %v, %v", empty, err)
	}
	if u, err := h.Undo(ctx, me(), removed, ""); err != nil || u.Kept != 0 {
		t.Errorf("undo of the removal: %+v, %v", u, err)
	}
	if p, err := h.List(ctx, me(), "", 200); err != nil || len(p.Items) != len(fleet) {
		t.Errorf("after the undo %d vehicles, %v; want %d", len(p.Items), err, len(fleet))
	}
}

func TestSampleIsTheSameForASeedAndADay(t *testing.T) {
	a, b := sample.Entries(7, clock), sample.Entries(7, clock.Add(time.Hour))
	for i := range a {
		if a[i].Draft.VIN != b[i].Draft.VIN || len(a[i].Fuels) != len(b[i].Fuels) {
			t.Fatalf("vehicle %d differs between two makings of one day", i)
		}
	}
	if c := sample.Entries(8, clock); c[0].Draft.VIN == a[0].Draft.VIN {
		t.Error("another seed makes the same VINs")
	}
}
