package insight

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// maxSiblings bounds how many similar vehicles are read for a comparison, so
// that a briefing stays under its 300 ms in a store of 100,000: the nearest
// model years come first.
const maxSiblings = 40

// siblingYears is how far a similar vehicle's model year may be off.
const siblingYears = 2

// gather reads everything that a briefing of a saved vehicle may rest on,
// under the caller's scope.
func (s *Service) gather(ctx context.Context, c vehicle.Caller, id string) (Facts, error) {
	h, err := s.vehicles.History(ctx, c, id)
	if err != nil {
		return Facts{}, err
	}
	r := s.vehicles.Decode(h.Vehicle.VIN, h.Vehicle.YearHint)
	f := Facts{Saved: true, VIN: r.VIN, Decode: DecodeOf(&r, h.Vehicle.YearHint), History: h, Now: s.now(), Unit: unitOf(&h), Bare: c.Scope.Withholds(vehicle.CostsVeil)}
	if s.claims != nil {
		f.Claims = s.claims(&r, &h.Vehicle.Claimed)
	}
	if s.unit != nil {
		if u := s.unit(ctx, c); u == "km" || u == "mi" {
			f.Unit = u
		}
	}
	if f.Siblings, err = s.siblings(ctx, c, &h); err != nil {
		return Facts{}, err
	}
	return f, nil
}

// siblings reduces the vehicles of the same make and model with a model year
// within two, nearest years first.
func (s *Service) siblings(ctx context.Context, c vehicle.Caller, h *vehicle.History) ([]Sibling, error) {
	d := h.Vehicle.Decoded
	if d.Make == "" || d.Model == "" || d.Year == 0 {
		return nil, nil
	}
	var ids []string
	for _, off := range []int{0, -1, 1, -siblingYears, siblingYears} {
		if len(ids) >= maxSiblings {
			break
		}
		var page store.Page[vehicle.Vehicle]
		err := s.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
			page, err = vehicle.Vehicles.Query(r, store.Query{
				Index: "model", Limit: maxSiblings + 1,
				Prefix: store.Values(store.String(strings.ToUpper(d.Make)), store.String(strings.ToUpper(d.Model)), store.Int64(int64(d.Year+off))),
			})
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("look for similar vehicles: %w", err)
		}
		for _, v := range page.Items {
			if v.Key != h.Vehicle.ID && len(ids) < maxSiblings {
				ids = append(ids, v.Key)
			}
		}
	}
	var out []Sibling
	for _, id := range ids {
		other, err := s.vehicles.History(ctx, c, id)
		if err != nil {
			continue // removed meanwhile, or damaged: a comparison can do without it
		}
		out = append(out, SiblingOf(&other))
	}
	return out, nil
}

// unitOf is the unit that the vehicle's own odometer speaks.
func unitOf(h *vehicle.History) string {
	marks := h.Marks()
	if n := len(marks); n > 0 && marks[n-1].Odometer.Unit == "mi" {
		return "mi"
	}
	return "km"
}

var invalidPattern = regexp.MustCompile(`(\d{1,2}):(\S)`)

// DecodeOf takes from a decoder's answer what a briefing uses. Values that
// vPIC only assumes for a vehicle type are not decoded, and left out.
func DecodeOf(r *vin.Result, yearHint int) Decode {
	get := func(codes ...string) string {
		for _, c := range codes {
			if v := r.Value(c); v != nil && v.Source != vin.SourceDefault && v.Text != "Not Applicable" {
				return v.Text
			}
		}
		return ""
	}
	d := Decode{
		Release: r.Release, Clock: r.Clock, Year: r.ModelYear,
		Make: get("Make"), Model: get("Model"), Series: get("Series", "Series2"), Trim: get("Trim", "Trim2"),
		VehicleType: get("VehicleType"), BodyClass: get("BodyClass"),
		Fuel: get("FuelTypePrimary"), FuelSecondary: get("FuelTypeSecondary"), Electrification: get("ElectrificationLevel"),
		Drive: get("DriveType"), Transmission: get("TransmissionStyle"), Speeds: get("TransmissionSpeeds"),
		Cylinders: get("EngineCylinders"), Configuration: get("EngineConfiguration"), DisplacementL: get("DisplacementL"),
		ErrorCodes: append([]int{}, r.ErrorCodes...), SuggestedVIN: get("SuggestedVIN"), YearHint: yearHint,
	}
	for _, c := range r.VIN {
		if c != '*' {
			d.Known++
		}
	}
	if e, ok := vin.CheckDigit(r.VIN); ok {
		d.Expected = string(e)
	}
	if r.Has(400) {
		// "Invalid character(s): 12:Q, 14:B. The Model Year …"
		text := get("AdditionalErrorText")
		_, text, _ = strings.Cut(text, "Invalid character(s): ")
		text, _, _ = strings.Cut(text, ". ")
		for _, m := range invalidPattern.FindAllStringSubmatch(text, -1) {
			if n, err := strconv.Atoi(m[1]); err == nil && n >= 1 && n <= 17 {
				d.Invalid = append(d.Invalid, Character{n, strings.Trim(m[2], ".,")})
			}
		}
	}
	return d
}
