package rest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// column is one of an export of the list, as the list has it on the screen.
type column struct {
	name   string // as views and the list name it
	header string
	of     func(v *FoundVehicle) string
}

// ownColumn begins the name of a column of a field of one's own.
const ownColumn = "field:"

// fleetColumns are all columns that the list has. distance is "km" or "mi".
func fleetColumns(distance string) []column {
	per := 1000.0
	if distance == "mi" {
		per = 1609.344
	}
	odometer := func(v *FoundVehicle) string {
		if v.Read == "" {
			return ""
		}
		return strconv.FormatFloat(float64(v.Odometer)/per, 'f', 0, 64)
	}
	money := func(m *vehicle.Money) string {
		if m == nil {
			return ""
		}
		return m.String()
	}
	reached := func(s vehicle.Stage) func(*FoundVehicle) string {
		return func(v *FoundVehicle) string { return string(v.Vehicle.Reached[s]) }
	}
	moment := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	return []column{
		{"vin", "VIN", func(v *FoundVehicle) string { return v.Vehicle.VIN }},
		{"stock", "stock", func(v *FoundVehicle) string { return v.Vehicle.Stock }},
		{"plate", "plate", func(v *FoundVehicle) string { return v.Vehicle.Plate }},
		{"odometer", "odometer (" + distance + ")", odometer},
		{"read", "odometer read on", func(v *FoundVehicle) string { return v.Read }},
		{"vehicle", "vehicle", func(v *FoundVehicle) string { return v.Vehicle.Title }},
		{"year", "year", func(v *FoundVehicle) string { return number(v.Vehicle.Decoded.Year) }},
		{"make", "make", func(v *FoundVehicle) string { return v.Vehicle.Decoded.Make }},
		{"model", "model", func(v *FoundVehicle) string { return v.Vehicle.Decoded.Model }},
		{"series", "series", func(v *FoundVehicle) string { return v.Vehicle.Decoded.Series }},
		{"trim", "trim", func(v *FoundVehicle) string { return v.Vehicle.Decoded.Trim }},
		{"type", "vehicle type", func(v *FoundVehicle) string { return v.Vehicle.Decoded.VehicleType }},
		{"body", "body class", func(v *FoundVehicle) string { return v.Vehicle.Decoded.BodyClass }},
		{"fuel", "fuel", func(v *FoundVehicle) string { return v.Vehicle.Decoded.Fuel }},
		{"drive", "drive", func(v *FoundVehicle) string { return v.Vehicle.Decoded.Drive }},
		{"transmission", "transmission", func(v *FoundVehicle) string { return v.Vehicle.Decoded.Transmission }},
		{"color", "color", func(v *FoundVehicle) string { return v.Vehicle.Color }},
		{"stage", "stage", func(v *FoundVehicle) string { return string(v.Vehicle.Stage) }},
		{"seen", "seen on", reached(vehicle.Seen)},
		{"bought", "bought on", reached(vehicle.Bought)},
		{"inWork", "in work since", reached(vehicle.InWork)},
		{"listed", "listed on", reached(vehicle.Listed)},
		{"sold", "sold on", reached(vehicle.Sold)},
		{"price", "asking", func(v *FoundVehicle) string { return money(v.Vehicle.Asking) }},
		{"paid", "paid", func(v *FoundVehicle) string { return money(v.Vehicle.Paid) }},
		{"soldfor", "sold for", func(v *FoundVehicle) string { return money(v.Vehicle.SoldFor) }},
		{"location", "location", func(v *FoundVehicle) string { return v.Vehicle.Location }},
		{"group", "group", func(v *FoundVehicle) string { return v.Vehicle.Group }},
		{"tag", "tags", func(v *FoundVehicle) string { return strings.Join(v.Vehicle.Tags, ", ") }},
		{"mismatch", "claims beside the VIN", func(v *FoundVehicle) string { return v.Mismatch }},
		{"due", "service due", func(v *FoundVehicle) string { return v.Due }},
		{"list", "list", func(v *FoundVehicle) string { file, _ := origin(v.Vehicle.From); return file }},
		{"row", "row of the list", func(v *FoundVehicle) string { _, row := origin(v.Vehicle.From); return row }},
		{"changed", "changed", func(v *FoundVehicle) string { return moment(v.Vehicle.Updated.Time) }},
		{"created", "saved", func(v *FoundVehicle) string { return moment(v.Vehicle.Created.Time) }},
		{"id", "id", func(v *FoundVehicle) string { return v.Vehicle.ID }},
	}
}

// alwaysExported stand first in every export: by them a person finds the
// vehicle again, whatever columns the screen has.
var alwaysExported = []string{"vin", "stock", "plate", "odometer"}

// chosenColumns are those that were asked for behind the ones that always
// stand.
func chosenColumns(names []string, distance string) ([]column, error) {
	known := map[string]column{}
	for _, c := range fleetColumns(distance) {
		known[c.name] = c
	}
	var out []column
	seen := map[string]bool{}
	for i, name := range append(append([]string{}, alwaysExported...), names...) {
		if seen[name] || name == "" {
			continue
		}
		seen[name] = true
		c, ok := known[name]
		if own, isOwn := strings.CutPrefix(name, ownColumn); isOwn && own != "" && utf8.RuneCountInString(own) <= vehicle.MaxFieldName {
			c, ok = column{name, own, func(v *FoundVehicle) string { return v.Vehicle.Fields[own] }}, true
		}
		if !ok {
			return nil, fault.InvalidField(fmt.Sprintf("/columns/%d", i-len(alwaysExported)), "is not a column of the list", "use the names that the list has, such as year, make or field:Lane")
		}
		out = append(out, c)
	}
	return out, nil
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
