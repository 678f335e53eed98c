package vehicle

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Draft is what a person or program may set on a vehicle. A new vehicle
// needs its VIN alone.
type Draft struct {
	VIN      string  `json:"vin" minLength:"1" maxLength:"64" doc:"the VIN as read; partial VINs are kept too"`
	YearHint int     `json:"yearHint,omitempty" doc:"model year to decode with, where the VIN leaves two; 0 is none"`
	Claimed  Claimed `json:"claimed,omitempty" doc:"what a seller, a file or a person says"`

	Plate  string   `json:"plate,omitempty" maxLength:"20"`
	Stock  string   `json:"stock,omitempty" maxLength:"60" doc:"stock or unit number"`
	Color  string   `json:"color,omitempty" maxLength:"60"`
	Stage  Stage    `json:"stage,omitempty" enum:"seen,bought,in_work,listed,sold" doc:"where it stands; seen if left out"`
	Asking *Money   `json:"asking,omitempty"`
	Paid   *Money   `json:"paid,omitempty"`
	Tags   []string `json:"tags,omitempty" maxItems:"50"`

	SoldFor *Money            `json:"soldFor,omitempty" doc:"the price at which it was sold"`
	Fields  map[string]string `json:"fields,omitempty" doc:"your own fields by name: at most 60, of 1,000 characters each"`

	// Reached and From are kept where they are left out.
	Reached map[Stage]Date `json:"reached,omitempty" doc:"the day on which each stage was reached, YYYY-MM-DD; left out stays as it is. A stage that is new gets today; days of later stages are dropped"`
	From    *Origin        `json:"from,omitempty" doc:"the list that it came from; left out stays as it is"`

	Intervals map[ServiceKind]Interval `json:"intervals,omitempty" doc:"this vehicle's own service intervals by kind"`

	Location string `json:"location,omitempty" maxLength:"100"`
	Group    string `json:"group,omitempty" maxLength:"100"`

	// Owner is kept where it is left out.
	Owner *string `json:"owner,omitempty" maxLength:"36" doc:"id of the account whose vehicle it is; empty is nobody's, left out stays as it is"`
}

// Draft returns what can be set on v, as it is now.
func (v *Vehicle) Draft() Draft {
	return Draft{VIN: v.VIN, YearHint: v.YearHint, Claimed: v.Claimed, Plate: v.Plate, Stock: v.Stock, Stage: v.Stage,
		Asking: v.Asking, Paid: v.Paid, SoldFor: v.SoldFor, Color: v.Color, Tags: v.Tags, Fields: v.Fields, Reached: v.Reached, From: v.From,
		Intervals: v.Intervals, Location: v.Location, Group: v.Group}
}

// check tidies d and finds what is wrong with it.
func (d *Draft) check(now time.Time) error {
	d.VIN = strings.TrimSpace(d.VIN)
	if d.VIN == "" {
		return fault.InvalidField("/vin", "is empty", "give the VIN, or the part of it that is known with * for the rest")
	}
	if d.Stage == "" {
		d.Stage = Seen
	}
	if !known(d.Stage, Stages()) {
		return fault.InvalidField("/stage", "is not a stage", "use seen, bought, in_work, listed or sold")
	}
	for _, y := range []struct {
		field string
		year  int
	}{{"/yearHint", d.YearHint}, {"/claimed/year", d.Claimed.Year}} {
		if y.year != 0 && (y.year < 1900 || y.year > now.Year()+2) {
			return fault.InvalidField(y.field, "is not a model year", fmt.Sprintf("give a year from 1900 to %d, or none", now.Year()+2))
		}
	}
	for _, t := range []struct {
		field string
		text  *string
		max   int
	}{
		{"/plate", &d.Plate, 20}, {"/stock", &d.Stock, 60}, {"/color", &d.Color, 60}, {"/location", &d.Location, 100}, {"/group", &d.Group, 100},
		{"/claimed/make", &d.Claimed.Make, 100}, {"/claimed/model", &d.Claimed.Model, 100}, {"/claimed/trim", &d.Claimed.Trim, 100},
		{"/claimed/bodyClass", &d.Claimed.BodyClass, 100}, {"/claimed/fuel", &d.Claimed.Fuel, 100}, {"/claimed/drive", &d.Claimed.Drive, 100},
		{"/claimed/transmission", &d.Claimed.Transmission, 100}, {"/claimed/source", &d.Claimed.Source, 200},
		{"/claimed/series", &d.Claimed.Series, 100}, {"/claimed/cylinders", &d.Claimed.Cylinders, 100},
		{"/claimed/displacement", &d.Claimed.Displacement, 100}, {"/claimed/doors", &d.Claimed.Doors, 100}, {"/claimed/gvwr", &d.Claimed.GVWR, 100},
	} {
		if err := tidy(t.field, t.text, t.max); err != nil {
			return err
		}
	}
	for _, m := range []struct {
		field string
		money *Money
	}{{"/asking", d.Asking}, {"/paid", d.Paid}, {"/soldFor", d.SoldFor}} {
		if err := m.money.check(m.field); err != nil {
			return err
		}
	}
	for _, check := range []func() error{d.checkTags, d.checkFields, d.checkOrigin, func() error { return d.checkReached(now) }} {
		if err := check(); err != nil {
			return err
		}
	}
	for k, i := range d.Intervals {
		field := "/intervals/" + string(k)
		if _, ok := KindOf(k); !ok {
			return fault.InvalidField(field, "is not a service kind", "use one of the kinds that /service-kinds lists")
		}
		if i.Kilometers < 0 || i.Kilometers > 1_000_000 || i.Months < 0 || i.Months > 240 {
			return fault.InvalidField(field, "is out of range", "give 0 to 1,000,000 km and 0 to 240 months; 0 switches that side off")
		}
	}
	return nil
}

const maxTags = 50

func (d *Draft) checkTags() error {
	if len(d.Tags) > maxTags {
		return fault.InvalidField("/tags", "are more than 50", "keep the tags that you search by")
	}
	tags, seen := []string{}, map[string]bool{}
	for i, t := range d.Tags {
		if err := tidy(fmt.Sprintf("/tags/%d", i), &t, 40); err != nil {
			return err
		}
		if t != "" && !seen[strings.ToLower(t)] {
			seen[strings.ToLower(t)] = true
			tags = append(tags, t)
		}
	}
	d.Tags = tags
	return nil
}

// tidy trims a text and refuses what is too long or not text.
func tidy(field string, s *string, max int) error {
	*s = strings.TrimSpace(*s)
	if !utf8.ValidString(*s) || strings.ContainsRune(*s, 0) {
		return fault.InvalidField(field, "is not plain text", "remove the unreadable characters")
	}
	if n := utf8.RuneCountInString(*s); n > max {
		return fault.InvalidField(field, fmt.Sprintf("has %d characters", n), fmt.Sprintf("shorten it to %d", max))
	}
	return nil
}

func known[T comparable](v T, list []T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}
