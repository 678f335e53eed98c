package vehicle_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

func TestDistanceKeepsWhatWasRead(t *testing.T) {
	cases := []struct {
		name, value, unit string
		meters            int64
		problem           string
	}{
		{"kilometres", "82838", "km", 82_838_000, ""},
		{"miles, exact factor", "1", "mi", 1609, ""},
		{"a decimal rounds to the metre", "82838.4", "mi", 133_315_482, ""},
		{"zero", "0", "km", 0, ""},
		{"half a metre rounds up", "0.0005", "km", 1, ""},
		{"no unit", "1", "", 0, "/odometer/unit"},
		{"unit of another quantity", "1", "L", 0, "/odometer/unit"},
		{"comma", "82,838", "km", 0, "/odometer/value"},
		{"negative", "-1", "km", 0, "/odometer/value"},
		{"exponent", "1e9", "km", 0, "/odometer/value"},
		{"empty", "", "km", 0, "/odometer/value"},
		{"beyond any odometer", "10000000000", "km", 0, "/odometer/value"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d, err := vehicle.ParseDistance("/odometer", c.value, c.unit)
			if c.problem != "" {
				if err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Fatalf("ParseDistance(%q, %q): error %v, want one about %s", c.value, c.unit, err, c.problem)
				}
				return
			}
			if err != nil || d.Meters != c.meters || d.Value != c.value || d.Unit != c.unit {
				t.Errorf("ParseDistance(%q, %q) = %+v, %v; want %d m as read", c.value, c.unit, d, err, c.meters)
			}
		})
	}
}

func TestVolumeIsLiquidOrEnergy(t *testing.T) {
	for _, c := range []struct {
		value, unit string
		ml, wh      int64
	}{{"10", "gal", 37_854, 0}, {"10", "impgal", 45_461, 0}, {"47.3", "L", 47_300, 0}, {"61.25", "kWh", 0, 61_250}} {
		v, err := vehicle.ParseVolume("/volume", c.value, c.unit)
		if err != nil || v.Milliliters != c.ml || v.WattHours != c.wh {
			t.Errorf("ParseVolume(%s %s) = %+v, %v; want %d mL, %d Wh", c.value, c.unit, v, err, c.ml, c.wh)
		}
	}
}

func TestMoneyText(t *testing.T) {
	for _, c := range []struct {
		m    vehicle.Money
		want string
	}{{vehicle.Money{Minor: 123450, Currency: "USD"}, "1234.50 USD"}, {vehicle.Money{Minor: 5, Currency: "EUR"}, "0.05 EUR"}, {vehicle.Money{Minor: 5000, Currency: "JPY"}, "5000 JPY"}} {
		if got := c.m.String(); got != c.want {
			t.Errorf("%+v reads %q, want %q", c.m, got, c.want)
		}
	}
}

func TestAddMonthsStaysInTheMonth(t *testing.T) {
	for _, c := range []struct {
		from vehicle.Date
		n    int
		want vehicle.Date
	}{{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2025-11-30", 3, "2026-02-28"}, {"2026-03-15", 12, "2027-03-15"}, {"2026-03-31", -1, "2026-02-28"}} {
		if got := c.from.AddMonths(c.n); got != c.want {
			t.Errorf("%s plus %d months is %s, want %s", c.from, c.n, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := vehicle.DateOf(vehicle.Date("2000-01-01").Time().AddDate(0, 0, rapid.IntRange(0, 20000).Draw(t, "day")))
		n := rapid.IntRange(0, 600).Draw(t, "months")
		later := d.AddMonths(n)
		if later < d {
			t.Fatalf("%s plus %d months is %s, which is earlier", d, n, later)
		}
		if (int(later.Time().Month())-int(d.Time().Month())-n)%12 != 0 {
			t.Fatalf("%s plus %d months is %s: another month", d, n, later)
		}
	})
}
