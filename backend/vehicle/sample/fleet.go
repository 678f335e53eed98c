// Package sample makes the sample fleet: about sixty vehicles with VINs that
// really decode and two to three years of plausible records, the same ones
// for the same seed and day. Some carry planted faults, so that a newcomer
// sees what Hubcap finds. Every document is marked as sample.
package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Vehicle is one vehicle of the fleet before it is saved.
type Vehicle struct {
	vehicle.Entry
	Planted Fault // what is wrong with it on purpose
}

// Fault is what a vehicle of the sample has on purpose.
type Fault string

const (
	Sound      Fault = ""
	Rollback   Fault = "rollback"    // the odometer went back
	Overdue    Fault = "overdue"     // no oil change for far too long
	Gap        Fault = "gap"         // a year without any record
	Costly     Fault = "costly"      // costs far more than its siblings
	WrongYear  Fault = "wrong_year"  // claimed year is not the VIN's
	WrongModel Fault = "wrong_model" // claimed model is another one
	WrongFuel  Fault = "wrong_fuel"  // claimed fuel is not the VIN's
	BadDigit   Fault = "bad_digit"   // VIN with a mistyped character
	NoRecords  Fault = "no_records"  // nothing but the VIN
)

// faults plants one by the vehicle's place in the stems.
var faults = map[int]Fault{
	2: Rollback, 5: Costly, 7: Overdue, 9: WrongYear, 12: Costly, 15: Overdue, 18: Gap, 21: WrongModel, 24: Rollback,
	27: Overdue, 29: WrongFuel, 32: BadDigit, 34: NoRecords, 36: Gap, 38: WrongYear, 41: Overdue, 44: NoRecords,
	47: Rollback, 50: WrongYear, 53: WrongFuel, 56: Overdue, 59: NoRecords,
}

// Seed is the seed of the fleet that people see.
const Seed = 20261122

// Fleet returns the fleet of a seed as it stands on the day of now.
func Fleet(seed uint64, now time.Time) []Vehicle {
	today := vehicle.DateOf(now).Time()
	var fleet []Vehicle
	for i, s := range stems() {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		b := &builder{rand: r, today: today, use: s.use, fault: faults[i]}
		fleet = append(fleet, b.vehicle(i, s))
	}
	return fleet
}

// builder makes one vehicle.
type builder struct {
	rand  *rand.Rand
	today time.Time
	use   use
	fault Fault
	out   Vehicle
	miles bool      // this one's odometer and pump show US units
	last  time.Time // day of the last reading; nothing else is dated later
}

func (b *builder) vehicle(i int, s stem) Vehicle {
	vin := s.vin(fmt.Sprintf("%06d", 100000+b.rand.IntN(800000)))
	if b.fault == BadDigit {
		vin = vin[:13] + string('0'+(vin[13]-'0'+1)%10) + vin[14:]
	}
	b.miles = i%9 != 4
	b.out = Vehicle{Planted: b.fault, Entry: vehicle.Entry{Draft: vehicle.Draft{
		VIN: vin, Stock: fmt.Sprintf("S%03d", i+1), Plate: fmt.Sprintf("%c%c%c %04d", 'A'+i%26, 'K'+i%7, 'R'+i%5, 1000+b.rand.IntN(9000)),
		Stage: vehicle.Stages()[i%len(vehicle.Stages())], Tags: []string{"sample"},
		Location: []string{"North yard", "Main lot", "Workshop"}[i%3], Group: []string{"retail", "fleet"}[i%2],
	}}}
	b.prices()
	b.claims()
	b.notes(i)
	if b.fault != NoRecords && b.use.kmPerYear > 0 {
		b.records()
	} else if b.use.kmPerYear == 0 {
		b.yard()
	}
	return b.out
}

func (b *builder) prices() {
	age := int64(4 + b.rand.IntN(6))
	value := b.use.price * 100
	for range age {
		value = value * 87 / 100
	}
	value = value / 10000 * 10000
	d := &b.out.Draft
	switch d.Stage {
	case vehicle.Seen:
		d.Asking = usd(value)
	case vehicle.Listed, vehicle.Sold:
		d.Asking, d.Paid = usd(value*118/100/10000*10000), usd(value)
	default:
		d.Paid = usd(value)
	}
}

func (b *builder) claims() {
	c := &b.out.Draft.Claimed
	switch b.fault {
	case WrongYear:
		c.Year = 2020
	case WrongModel:
		c.Make, c.Model = "Ford", "Expedition"
	case WrongFuel:
		c.Fuel = "Diesel"
		if b.use.unit == "kWh" {
			c.Fuel = "Gasoline"
		}
	default:
		return
	}
	c.Source = "auction list"
}

func (b *builder) notes(i int) {
	all := []string{
		"Small dent in the rear left door, paint intact.",
		"Two keys, owner's manual in the glove box.",
		"Smells of smoke; needs an interior clean before photos.",
		"Front brake pads at 4 mm on the last walk-around.",
		"Windshield chip on the passenger side, outside the wiper sweep.",
		"Tow hitch fitted; wiring tested.",
		"Customer asked for a call when it is ready.",
	}
	if i%3 == 0 {
		b.out.Notes = append(b.out.Notes, all[b.rand.IntN(len(all))])
	}
}

// records walks the months from the first record to today.
func (b *builder) records() {
	b.last = b.today.AddDate(0, 0, -3-b.rand.IntN(10))
	months := 24 + b.rand.IntN(13)
	day := b.today.AddDate(0, -months, -b.rand.IntN(20))
	meters := (30_000 + b.rand.Int64N(60_000)) * 1000
	if b.use.kmPerYear > 50_000 {
		meters *= 5
	}
	if b.use.kmPerYear < 10_000 {
		meters /= 4
	}
	monthly := b.use.kmPerYear * 1000 / 12
	sinceOil, sinceTires, sinceBrakes, fillings := int64(0), int64(0), int64(0), 0
	b.reading(moment{day, meters}, vehicle.ReadAtAuction, "condition report")
	final := moment{b.last, meters}
	for m := range months + 1 {
		silent := b.fault == Gap && m > months/3 && m < months/3+14
		driven := monthly * (80 + b.rand.Int64N(41)) / 100
		month, before := day.AddDate(0, m, 0), meters
		// on is a day of the month, with the odometer as driven evenly.
		on := func(d int) moment { return moment{month.AddDate(0, 0, d), before + driven*int64(d)/31} }
		if left := int(b.last.Sub(month).Hours() / 24); left >= 0 && left < 31 {
			final = on(left)
		}
		meters += driven
		sinceOil, sinceTires, sinceBrakes = sinceOil+driven, sinceTires+driven, sinceBrakes+driven
		if silent {
			continue
		}
		for half := range 2 {
			fillings++
			b.fuel(on(half*14+b.rand.IntN(5)), driven/2, fillings)
		}
		overdue := b.fault == Overdue && m > 6
		if !overdue && (sinceOil > 9_000_000 || m%10 == 9) && b.use.unit != "kWh" {
			b.service(on(25), "oil")
			sinceOil = 0
		}
		if sinceTires > 9_000_000 || m%11 == 5 {
			b.service(on(26), "tires")
			sinceTires = 0
		}
		if sinceBrakes > 20_000_000 || m%11 == 8 {
			b.service(on(26), "brakes", "cabin_filter")
			sinceBrakes = 0
		}
		if m%11 == 3 {
			b.service(on(27), "inspection")
		}
		if m == months/2 {
			b.service(on(27), "brake_fluid", "battery")
		}
		if b.fault == Costly && m%4 == 1 {
			b.repair(on(27))
		}
		if m%6 == 5 {
			b.reading(on(28), vehicle.ReadByPerson, "")
		}
	}
	if b.fault == Rollback {
		b.reading(moment{b.last, final.meters - 42_000_000}, vehicle.ReadAtAuction, "cluster replaced, says the seller")
		return
	}
	b.reading(final, vehicle.ReadByPerson, "")
}

// moment is a day with the odometer as it stood.
type moment struct {
	day    time.Time
	meters int64
}

// yard is the life of what has no odometer of its own.
func (b *builder) yard() {
	for y := 2; y >= 0; y-- {
		d := b.today.AddDate(-y, -1, -b.rand.IntN(40))
		if b.fault == NoRecords {
			return
		}
		b.out.Services = append(b.out.Services, vehicle.ServiceRecord{Date: vehicle.DateOf(d), Workshop: "County Trailer Service",
			Items: []vehicle.ServiceItem{{Kind: "inspection", Text: "annual inspection", Cost: usd(b.cents(12000))}, {Kind: "tires", Text: "tires checked and rotated", Cost: usd(b.cents(9000))}}})
	}
}

func (b *builder) reading(m moment, s vehicle.ReadingSource, note string) {
	if m.day.After(b.last) {
		return
	}
	b.out.Readings = append(b.out.Readings, vehicle.Reading{Date: vehicle.DateOf(m.day), Odometer: b.distance(m.meters), Source: s, Note: note})
}

func (b *builder) fuel(m moment, driven int64, n int) {
	if !m.day.Before(b.last) {
		return
	}
	amount := driven / 1000 * b.use.per100km / 100 * (92 + b.rand.Int64N(17)) / 100 // mL or Wh
	r := vehicle.FuelRecord{Date: vehicle.DateOf(m.day), Full: true}
	switch {
	case b.use.unit == "kWh":
		r.Volume = volume(fmt.Sprintf("%d.%d", amount/1000, amount%1000/100), "kWh")
		r.Cost = usd(amount * (15 + b.rand.Int64N(12)) / 1000)
	case b.miles:
		thousandths := amount * 1_000_000 / 3785412
		r.Volume = volume(fmt.Sprintf("%d.%03d", thousandths/1000, thousandths%1000), "gal")
		r.Cost = usd(thousandths * (310 + b.rand.Int64N(70)) / 1000)
	default:
		r.Volume = volume(fmt.Sprintf("%d.%02d", amount/1000, amount%1000/10), "L")
		r.Cost = usd(amount * (82 + b.rand.Int64N(18)) / 1000)
	}
	if n%3 != 0 {
		o := b.distance(m.meters)
		r.Odometer = &o
	}
	b.out.Fuels = append(b.out.Fuels, r)
}

func (b *builder) service(m moment, kinds ...vehicle.ServiceKind) {
	if b.use == bike {
		kinds = slices.DeleteFunc(kinds, func(k vehicle.ServiceKind) bool { return k == "tires" || k == "cabin_filter" })
	}
	if !m.day.Before(b.last) || len(kinds) == 0 {
		return
	}
	o := b.distance(m.meters)
	r := vehicle.ServiceRecord{Date: vehicle.DateOf(m.day), Odometer: &o, Workshop: []string{"Main Street Garage", "Quick Lane", "own workshop"}[b.rand.IntN(3)]}
	for _, k := range kinds {
		info, _ := vehicle.KindOf(k)
		r.Items = append(r.Items, vehicle.ServiceItem{Kind: k, Text: info.Name, Cost: usd(b.cents(b.use.servicePrice / int64(len(kinds))))})
	}
	b.out.Services = append(b.out.Services, r)
}

func (b *builder) repair(m moment) {
	if !m.day.Before(b.last) {
		return
	}
	o := b.distance(m.meters)
	text := []string{"transfer case rebuilt", "turbocharger replaced", "radiator replaced", "front axle repaired"}[b.rand.IntN(4)]
	b.out.Services = append(b.out.Services, vehicle.ServiceRecord{Date: vehicle.DateOf(m.day), Odometer: &o, Workshop: "Main Street Garage",
		Items: []vehicle.ServiceItem{{Kind: vehicle.Other, Text: text, Cost: usd(b.cents(145000))}}})
}

func (b *builder) distance(meters int64) vehicle.Distance {
	if !b.miles {
		return vehicle.Kilometers(meters / 1000)
	}
	d, err := vehicle.ParseDistance("", fmt.Sprint(meters*1000/1609344), "mi")
	if err != nil {
		panic(fmt.Sprintf("sample: %d m: %v", meters, err))
	}
	return d
}

func (b *builder) cents(about int64) int64 { return about * (80 + b.rand.Int64N(41)) / 100 }

func volume(value, unit string) vehicle.Volume {
	v, err := vehicle.ParseVolume("", value, unit)
	if err != nil {
		panic(fmt.Sprintf("sample: %s %s: %v", value, unit, err))
	}
	return v
}

func usd(cents int64) *vehicle.Money { return &vehicle.Money{Minor: cents, Currency: "USD"} }

// Entries returns the fleet as Hub.Import takes it.
func Entries(seed uint64, now time.Time) []vehicle.Entry {
	var out []vehicle.Entry
	for _, v := range Fleet(seed, now) {
		out = append(out, v.Entry)
	}
	return out
}
