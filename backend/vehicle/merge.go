package vehicle

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Merge says how two records of one vehicle become one.
type Merge struct {
	Other string   // id of the record that goes
	Take  []string // fields of Other that win over those that stay, as MergeFields names them
}

// MergeFields are the fields of which one of the two records must win, in the
// order of a form. What one of them lacks comes from the other without asking;
// tags, notes and own fields are kept of both.
func MergeFields() []string {
	return []string{"vin", "plate", "stock", "color", "stage", "asking", "paid", "soldFor", "claimed", "intervals", "location", "group", "owner", "cover", "from"}
}

// Merge joins the records of one vehicle: readings, services, fuel, notes,
// photos and papers of the other come to this one, and the other goes. It is
// one write, and one undo takes it back.
func (h *Hub) Merge(ctx context.Context, c Caller, id string, ifRev int64, m Merge) (Saved[Vehicle], error) {
	if m.Other == id {
		return Saved[Vehicle]{}, fault.InvalidField("/other", "is this vehicle itself", "name the other record of the same vehicle")
	}
	if c.Scope.Withholds(CostsVeil) {
		return Saved[Vehicle]{}, fault.New(fault.Denied, "who does not see what vehicles cost can't merge them: what the other one cost would be lost").WithRemedy("ask a manager to merge them")
	}
	for _, f := range m.Take {
		if !known(f, MergeFields()) {
			return Saved[Vehicle]{}, fault.InvalidField("/take", "names no field that can be chosen", "use the names of the fields, such as plate or asking")
		}
	}
	return writeAs(ctx, h, c, deedMerge, func(tx store.Tx) (Vehicle, int64, error) {
		doc, err := get(tx, Vehicles, id, "vehicle")
		if err != nil {
			return Vehicle{}, 0, err
		}
		other, err := get(tx, Vehicles, m.Other, "other vehicle")
		if err != nil {
			return Vehicle{}, 0, err
		}
		v := join(doc.Value, other.Value, m.Take)
		if len(v.Notes) > 500 {
			return v, 0, fault.New(fault.Limited, "the two have %d notes together, and a vehicle may have 500", len(v.Notes)).WithRemedy("remove notes that are no longer needed")
		}
		if len(v.Fields) > MaxFields {
			return v, 0, fault.New(fault.Limited, "the two have %d own fields together, and a vehicle may have %d", len(v.Fields), MaxFields).WithRemedy("take fields away that are no longer needed")
		}
		if v.VIN != doc.Value.VIN || v.YearHint != doc.Value.YearHint {
			v.Decoded = other.Value.Decoded
		}
		v.Updated = store.Moment(h.now())
		if err := c.mayPut(&v); err != nil {
			return v, 0, err
		}
		rev, err := Vehicles.Put(tx, &v, ifRev)
		if err != nil {
			return v, 0, err
		}
		if v.Placed != doc.Value.Placed {
			if err := h.moveRecords(tx, &v); err != nil {
				return v, 0, err
			}
		}
		if err := h.adopt(tx, other.Value.ID, &v); err != nil {
			return v, 0, err
		}
		for _, k := range h.kept {
			if err := k.Remove(tx, other.Value.ID); err != nil {
				return v, 0, err
			}
		}
		return v, rev, Vehicles.Delete(tx, other.Value.ID, other.Rev)
	})
}

// adopt gives every record of a vehicle to v.
func (h *Hub) adopt(tx store.Tx, from string, v *Vehicle) error {
	if err := eachOf(tx, h.Readings, from, give(tx, Readings, readingRules, v)); err != nil {
		return err
	}
	if err := eachOf(tx, h.Services, from, give(tx, Services, serviceRules, v)); err != nil {
		return err
	}
	if err := eachOf(tx, h.Attachments, from, give(tx, Attachments, attachmentRules, v)); err != nil {
		return err
	}
	return eachOf(tx, h.Fuels, from, give(tx, Fuels, fuelRules, v))
}

func give[T any](tx store.Tx, c *store.Collection[T], ru rules[T], v *Vehicle) func(*T) error {
	return func(r *T) error {
		head := ru.head(r)
		*head.vehicleID, *head.placed = v.ID, v.Placed
		_, err := c.Put(tx, r, store.AnyRev)
		return err
	}
}

// join makes one vehicle of two records of it.
func join(v, o Vehicle, take []string) Vehicle {
	for _, f := range MergeFields() {
		wins := slices.Contains(take, f)
		switch f {
		case "vin":
			if wins {
				v.VIN, v.YearHint = o.VIN, o.YearHint
			}
		case "plate":
			pick(&v.Plate, o.Plate, wins)
		case "stock":
			pick(&v.Stock, o.Stock, wins)
		case "color":
			pick(&v.Color, o.Color, wins)
		case "stage":
			if wins {
				v.Stage = o.Stage
			}
			v.Reached = days(v, o, wins)
		case "asking":
			pick(&v.Asking, o.Asking, wins)
		case "paid":
			pick(&v.Paid, o.Paid, wins)
		case "soldFor":
			pick(&v.SoldFor, o.SoldFor, wins)
		case "claimed":
			pick(&v.Claimed, o.Claimed, wins)
		case "intervals":
			if wins && len(o.Intervals) > 0 || len(v.Intervals) == 0 {
				v.Intervals = o.Intervals
			}
		case "location":
			pick(&v.Location, o.Location, wins)
		case "group":
			pick(&v.Group, o.Group, wins)
		case "owner":
			pick(&v.Owner, o.Owner, wins)
		case "cover":
			pick(&v.Cover, o.Cover, wins)
		case "from":
			pick(&v.From, o.From, wins)
		}
	}
	v.Tags = union(v.Tags, o.Tags)
	v.Notes = append(slices.Clone(v.Notes), o.Notes...)
	slices.SortStableFunc(v.Notes, func(a, b Note) int { return a.At.Compare(b.At.Time) })
	if len(o.Fields) > 0 {
		fields := maps.Clone(o.Fields)
		maps.Copy(fields, v.Fields)
		v.Fields = fields
	}
	v.Sample = v.Sample && o.Sample
	return v
}

// pick takes the other's where it wins or nothing is here.
func pick[T any](mine *T, other T, wins bool) {
	if o := reflect.ValueOf(&other).Elem(); o.IsZero() || !wins && !reflect.ValueOf(mine).Elem().IsZero() {
		return
	}
	*mine = other
}

// days joins the days of two lives' stages, up to the stage that it stands at.
func days(v, o Vehicle, wins bool) map[Stage]Date {
	first, second := v.Reached, o.Reached
	if wins {
		first, second = second, first
	}
	out := map[Stage]Date{}
	at := slices.Index(Stages(), v.Stage)
	for i, s := range Stages() {
		day := first[s]
		if day == "" {
			day = second[s]
		}
		if i <= at && day != "" {
			out[s] = day
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func union(a, b []string) []string {
	d := Draft{Tags: append(slices.Clone(a), b...)}
	if len(d.Tags) > 50 {
		d.Tags = d.Tags[:50]
	}
	if err := d.checkTags(); err != nil {
		return a // they were checked when they were saved
	}
	return d.Tags
}
