package vehicle

import (
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// DecodedFrom keeps of a decoder's answer what lists, search and comparisons
// use. Defaults that vPIC assumes for a vehicle type are left out: they are
// not decoded.
func DecodedFrom(r *vin.Result) Decoded {
	get := func(code string) string {
		if v := r.Value(code); v != nil && v.Source != vin.SourceDefault {
			return v.Text
		}
		return ""
	}
	first := func(codes ...string) string {
		for _, c := range codes {
			if s := get(c); s != "" {
				return s
			}
		}
		return ""
	}
	return Decoded{
		Release: r.Release, Clock: store.Moment(r.Clock),
		Make: get("Make"), Model: get("Model"), Year: r.ModelYear,
		Series: first("Series", "Series2"), Trim: first("Trim", "Trim2"),
		VehicleType: get("VehicleType"), BodyClass: get("BodyClass"),
		Fuel: get("FuelTypePrimary"), FuelSecondary: get("FuelTypeSecondary"),
		Drive: get("DriveType"), Transmission: get("TransmissionStyle"),
		Cylinders: get("EngineCylinders"), Displacement: get("DisplacementL"),
		Manufacturer: get("Manufacturer"), ErrorCodes: append([]int{}, r.ErrorCodes...), SuggestedVIN: get("SuggestedVIN"),
	}
}

// Decode asks the decoder about a VIN, with the hub's clock.
func (h *Hub) Decode(input string, yearHint int) vin.Result {
	return h.decoder.Decode(input, vin.Options{ModelYear: yearHint, Now: h.now()})
}

// Title is "2015 FORD F-150", or the VIN where it says too little. Makers of
// trailers name their model after themselves; it is said once.
func (d Decoded) Title(vin string) string {
	var parts []string
	if d.Year > 0 {
		parts = append(parts, strconv.Itoa(d.Year))
	}
	if d.Make != "" {
		parts = append(parts, d.Make)
	}
	if d.Model != "" && !strings.EqualFold(d.Make, d.Model) {
		parts = append(parts, d.Model)
	}
	if d.Make == "" && d.Model == "" {
		return vin
	}
	return strings.Join(parts, " ")
}

// setVIN decodes a VIN into v, where it or its hint is new.
func (h *Hub) setVIN(v *Vehicle, input string, yearHint int) error {
	normal := strings.ToUpper(strings.TrimSpace(input))
	if v.Decoded.Release != "" && v.VIN == normal && v.YearHint == yearHint {
		return nil
	}
	r := h.Decode(input, yearHint)
	if r.TooLong {
		return fault.InvalidField("/vin", "has more than 17 characters", "remove what does not belong to it; a scanner may have added a sign before or behind")
	}
	v.VIN, v.YearHint, v.Decoded = r.VIN, yearHint, DecodedFrom(&r)
	return nil
}
