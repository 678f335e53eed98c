package vehicle

import (
	"fmt"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// The rules refuse what cannot be true (a distance that is no number, a date
// in the future). What is merely odd, such as an odometer that went back, is
// kept as it was read: the briefing names it.

var readingRules = rules[Reading]{
	what: "odometer reading",
	head: func(r *Reading) head { return head{&r.ID, &r.VehicleID, &r.Placed} },
	check: func(r *Reading, now time.Time) error {
		if r.Source == "" {
			r.Source = ReadByPerson
		}
		if !known(r.Source, []ReadingSource{ReadByPerson, ReadAtAuction, ReadOnImport}) {
			return fault.InvalidField("/source", "is not a source of readings", "use person, auction or import")
		}
		if err := tidy("/note", &r.Note, 1000); err != nil {
			return err
		}
		if err := r.Date.check("/date", now); err != nil {
			return err
		}
		return r.Odometer.check("/odometer")
	},
}

var serviceRules = rules[ServiceRecord]{
	what: "service record",
	head: func(r *ServiceRecord) head { return head{&r.ID, &r.VehicleID, &r.Placed} },
	check: func(r *ServiceRecord, now time.Time) error {
		if err := r.Date.check("/date", now); err != nil {
			return err
		}
		if err := r.Odometer.check("/odometer"); err != nil {
			return err
		}
		if err := tidy("/workshop", &r.Workshop, 200); err != nil {
			return err
		}
		if err := tidy("/note", &r.Note, 10_000); err != nil {
			return err
		}
		if len(r.Items) == 0 || len(r.Items) > 100 {
			return fault.InvalidField("/items", fmt.Sprintf("has %d lines", len(r.Items)), "give from 1 to 100 lines of what was done")
		}
		for i := range r.Items {
			it, field := &r.Items[i], fmt.Sprintf("/items/%d", i)
			if _, ok := KindOf(it.Kind); !ok {
				return fault.InvalidField(field+"/kind", "is not a service kind", "use one of the kinds that /service-kinds lists")
			}
			if err := tidy(field+"/text", &it.Text, 500); err != nil {
				return err
			}
			if err := it.Cost.check(field + "/cost"); err != nil {
				return err
			}
		}
		return nil
	},
}

var fuelRules = rules[FuelRecord]{
	what: "fuel record",
	head: func(r *FuelRecord) head { return head{&r.ID, &r.VehicleID, &r.Placed} },
	check: func(r *FuelRecord, now time.Time) error {
		if err := r.Date.check("/date", now); err != nil {
			return err
		}
		if err := r.Odometer.check("/odometer"); err != nil {
			return err
		}
		v, err := ParseVolume("/volume", r.Volume.Value, r.Volume.Unit)
		if err != nil {
			return err
		}
		r.Volume = v
		if err := tidy("/note", &r.Note, 1000); err != nil {
			return err
		}
		return r.Cost.check("/cost")
	},
}

// check reads d's value afresh, so that the metres are always the value's
// own, whatever a program sent for them.
func (d *Distance) check(field string) error {
	if d == nil {
		return nil
	}
	p, err := ParseDistance(field, d.Value, d.Unit)
	if err != nil {
		return err
	}
	*d = p
	return nil
}
