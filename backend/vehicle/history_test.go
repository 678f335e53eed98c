package vehicle_test

import (
	"testing"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

func reading(d vehicle.Date, km int64) vehicle.Revised[vehicle.Reading] {
	return vehicle.Revised[vehicle.Reading]{Record: vehicle.Reading{ID: "r" + string(d), Date: d, Odometer: vehicle.Kilometers(km), Source: vehicle.ReadByPerson}, Rev: 1}
}

func service(d vehicle.Date, km, cents int64, kind vehicle.ServiceKind) vehicle.Revised[vehicle.ServiceRecord] {
	r := vehicle.ServiceRecord{ID: "s" + string(d) + string(kind), Date: d, Items: []vehicle.ServiceItem{{Kind: kind}}}
	if km > 0 {
		o := vehicle.Kilometers(km)
		r.Odometer = &o
	}
	if cents > 0 {
		r.Items[0].Cost = &vehicle.Money{Minor: cents, Currency: "USD"}
	}
	return vehicle.Revised[vehicle.ServiceRecord]{Record: r, Rev: 1}
}

func TestMarksComeFromEveryRecordByDate(t *testing.T) {
	h := vehicle.History{
		Readings: []vehicle.Revised[vehicle.Reading]{reading("2026-03-01", 30000), reading("2026-01-01", 10000)},
		Services: []vehicle.Revised[vehicle.ServiceRecord]{service("2026-02-01", 20000, 0, "oil"), service("2026-02-02", 0, 0, "tires")},
	}
	m := h.Marks()
	if len(m) != 3 || m[0].Meters != 10_000_000 || m[1].Collection != vehicle.ServicesName || m[2].Meters != 30_000_000 {
		t.Errorf("marks %+v, want 10,000, 20,000 (service), 30,000 km", m)
	}
}

func TestRollbacks(t *testing.T) {
	cases := []struct {
		name string
		km   []int64
		days []vehicle.Date
		want int
	}{
		{"rising", []int64{1, 2, 3}, []vehicle.Date{"2026-01-01", "2026-01-02", "2026-01-03"}, 0},
		{"the same day twice is no rollback", []int64{5, 3}, []vehicle.Date{"2026-01-01", "2026-01-01"}, 0},
		{"back once, then on from there", []int64{100, 40, 50}, []vehicle.Date{"2026-01-01", "2026-02-01", "2026-03-01"}, 2},
		{"back and over the old height", []int64{100, 40, 120}, []vehicle.Date{"2026-01-01", "2026-02-01", "2026-03-01"}, 1},
		{"none", nil, nil, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var h vehicle.History
			for i := range c.km {
				h.Readings = append(h.Readings, reading(c.days[i], c.km[i]))
			}
			got := vehicle.Rollbacks(h.Marks())
			if len(got) != c.want {
				t.Errorf("%v km on %v: %d rollbacks %+v, want %d", c.km, c.days, len(got), got, c.want)
			}
			for _, r := range got {
				if r.Before.Meters <= r.After.Meters {
					t.Errorf("rollback from %d to %d m goes up", r.Before.Meters, r.After.Meters)
				}
			}
		})
	}
}

func TestJumps(t *testing.T) {
	for name, c := range map[string]struct {
		km   [2]int64
		days [2]vehicle.Date
		want bool
	}{
		"a long drive":              {[2]int64{10000, 11900}, [2]vehicle.Date{"2026-01-01", "2026-01-02"}, false},
		"a month of a truck":        {[2]int64{10000, 24000}, [2]vehicle.Date{"2026-01-01", "2026-02-01"}, false},
		"6,000 km in a day":         {[2]int64{10000, 16000}, [2]vehicle.Date{"2026-01-01", "2026-01-02"}, true},
		"90,000 km in a fortnight":  {[2]int64{10000, 100000}, [2]vehicle.Date{"2026-01-01", "2026-01-15"}, true},
		"the same day, 6,000 apart": {[2]int64{10000, 16000}, [2]vehicle.Date{"2026-01-01", "2026-01-01"}, true},
	} {
		h := vehicle.History{Readings: []vehicle.Revised[vehicle.Reading]{reading(c.days[0], c.km[0]), reading(c.days[1], c.km[1])}}
		if got := len(vehicle.Jumps(h.Marks())) > 0; got != c.want {
			t.Errorf("%s: jump %v, want %v", name, got, c.want)
		}
	}
}

func TestCostNeedsASpanAndOneCurrency(t *testing.T) {
	span := []vehicle.Revised[vehicle.Reading]{reading("2026-01-01", 10000), reading("2026-06-01", 20000)}
	cases := []struct {
		name string
		h    vehicle.History
		want int64 // minor units per 1,000 km; 0 is not enough data
	}{
		{"service over 10,000 km", vehicle.History{Readings: span, Services: []vehicle.Revised[vehicle.ServiceRecord]{service("2026-02-01", 0, 50000, "oil")}}, 5000},
		{"a record before the span does not count", vehicle.History{Readings: span, Services: []vehicle.Revised[vehicle.ServiceRecord]{service("2025-02-01", 0, 99999, "oil"), service("2026-02-01", 0, 50000, "oil")}}, 5000},
		{"one reading", vehicle.History{Readings: span[:1], Services: []vehicle.Revised[vehicle.ServiceRecord]{service("2026-01-01", 0, 50000, "oil")}}, 0},
		{"under 1,000 km", vehicle.History{Readings: []vehicle.Revised[vehicle.Reading]{reading("2026-01-01", 10000), reading("2026-06-01", 10999)}, Services: []vehicle.Revised[vehicle.ServiceRecord]{service("2026-02-01", 0, 50000, "oil")}}, 0},
		{"no cost known", vehicle.History{Readings: span, Services: []vehicle.Revised[vehicle.ServiceRecord]{service("2026-02-01", 0, 0, "oil")}}, 0},
		{"a doubted odometer", vehicle.History{Readings: append([]vehicle.Revised[vehicle.Reading]{reading("2026-07-01", 5000)}, span...), Services: []vehicle.Revised[vehicle.ServiceRecord]{service("2026-02-01", 0, 50000, "oil")}}, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cost, ok := c.h.Cost()
			if ok != (c.want > 0) || ok && cost.MinorPer1000Km() != c.want {
				t.Errorf("Cost() = %+v, %v; want %d per 1,000 km", cost, ok, c.want)
			}
		})
	}
}

func TestDue(t *testing.T) {
	gas := vehicle.Vehicle{Decoded: vehicle.Decoded{Fuel: "Gasoline", VehicleType: "PASSENGER CAR"}}
	h := vehicle.History{
		Vehicle:  gas,
		Readings: []vehicle.Revised[vehicle.Reading]{reading("2026-11-01", 63000)},
		Services: []vehicle.Revised[vehicle.ServiceRecord]{
			service("2026-05-01", 50000, 0, "oil"),   // 12,000 km: overdue by 1,000
			service("2026-05-01", 55000, 0, "tires"), // 12,000 km: 4,000 left
		},
	}
	byKind := map[vehicle.ServiceKind]vehicle.Due{}
	due := h.Due("2026-11-22")
	for _, d := range due {
		byKind[d.Kind] = d
	}
	oil, tires := byKind["oil"], byKind["tires"]
	if due[0].Kind != "oil" || !oil.Overdue || *oil.MetersLeft != -1_000_000 || *oil.DaysLeft != 160 {
		t.Errorf("oil: %+v (first is %s), want it first and overdue by 1,000 km with 160 days left", oil, due[0].Kind)
	}
	if tires.Overdue || *tires.MetersLeft != 4_000_000 || tires.On != "2027-05-01" {
		t.Errorf("tires: %+v, want 4,000 km left, due 2027-05-01", tires)
	}
	if d := byKind["brakes"]; !d.NothingOnFile || d.Overdue {
		t.Errorf("brakes: %+v, want nothing on file, which is not overdue", d)
	}

	h.Vehicle.Intervals = map[vehicle.ServiceKind]vehicle.Interval{"oil": {Kilometers: 20000}, "tires": {}}
	for _, d := range h.Due("2026-11-22") {
		switch d.Kind {
		case "oil":
			if d.Overdue || d.DaysLeft != nil {
				t.Errorf("oil with its own 20,000 km: %+v, want not overdue and no date", d)
			}
		case "tires":
			t.Error("tires were switched off for this vehicle and are still listed")
		}
	}
}

func TestKindsApplyToWhatTheVehicleIs(t *testing.T) {
	applies := func(d vehicle.Decoded) map[vehicle.ServiceKind]bool {
		v := vehicle.Vehicle{Decoded: d}
		m := map[vehicle.ServiceKind]bool{}
		for _, k := range vehicle.ServiceKinds() {
			_, m[k.Kind] = v.IntervalFor(k.Kind)
		}
		return m
	}
	electric, hybrid, trailer := applies(vehicle.Decoded{Fuel: "Electric"}), applies(vehicle.Decoded{Fuel: "Electric", FuelSecondary: "Gasoline"}), applies(vehicle.Decoded{VehicleType: "TRAILER"})
	if electric["oil"] || !electric["tires"] || !electric["brake_fluid"] {
		t.Errorf("a battery-electric car needs %v", electric)
	}
	if !hybrid["oil"] {
		t.Error("a plug-in hybrid needs oil changes")
	}
	if trailer["oil"] || trailer["battery"] || !trailer["inspection"] {
		t.Errorf("a trailer needs %v", trailer)
	}
	bike := applies(vehicle.Decoded{Fuel: "Gasoline", VehicleType: "MOTORCYCLE"})
	if bike["cabin_filter"] || bike["tires"] || !bike["oil"] {
		t.Errorf("a motorcycle needs %v", bike)
	}
	if applies(vehicle.Decoded{})["other"] {
		t.Error("other work has no interval")
	}
}
