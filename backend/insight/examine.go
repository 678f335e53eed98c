package insight

import (
	"context"
	"fmt"
	"time"

	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// examineRounds is how often a model puts each example into words.
const examineRounds = 4

// WordCheck is the built-in check for the job of choosing words: a few
// made-up vehicles, worded several times each. It takes some 10 s of one core
// with a small model.
func WordCheck() route.Check {
	return route.Check{Capability: llm.Word, Version: fmt.Sprintf("%016x", phraseDigest()), Run: examineWording}
}

func examineWording(ctx context.Context, e *route.Engine, progress func(done, total int)) (route.Report, error) {
	var r harm
	taken := map[string]map[string]int{} // place: way: how often
	all := examples()
	for n, f := range all {
		findings := Find(f)
		p := newPlan(findings)
		for round := range uint64(examineRounds) {
			start, first := time.Now(), time.Duration(0)
			reply, err := e.Worder.Word(ctx, p.request(uint64(n)*1000+round), func(llm.Chunk) {
				if first == 0 {
					first = time.Since(start)
				}
			})
			if err != nil {
				return route.Report{}, err
			}
			r.briefings++
			progress(r.briefings, len(all)*examineRounds)
			r.firstMS = max(r.firstMS, ceilMS(first))
			r.wholeMS = max(r.wholeMS, ceilMS(time.Since(start)))
			if !p.valid(reply.Path) || len(Check(p.sentences(reply.Path), findings, len(p.dropped))) > 0 {
				r.problems++
				continue
			}
			r.repeats += repeats(p.sentences(reply.Path))
			r.rulesRepeats += repeats(p.sentences(p.rulesPath(round)))
			for place, way := range p.choices(reply.Path) {
				if taken[place] == nil {
					taken[place] = map[string]int{}
				}
				taken[place][way]++
			}
		}
	}
	r.favourite = favourite(taken)
	return r.report(), nil
}

// favourite is the share in percent of the commonest way, over all places
// that were reached more than twice.
func favourite(taken map[string]map[string]int) int {
	most, all := 0, 0
	for _, ways := range taken {
		sum, top := 0, 0
		for _, n := range ways {
			sum, top = sum+n, max(top, n)
		}
		if sum > 2 {
			most, all = most+top, all+sum
		}
	}
	if all == 0 {
		return 0
	}
	return 100 * most / all
}

// examples are the vehicles of the check: one in trouble, one sound, one
// with little on file.
func examples() []Facts {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	decode := Decode{Release: "check", Make: "HONDA", Model: "Civic", Year: 2016, VehicleType: "PASSENGER CAR", BodyClass: "Sedan/Saloon",
		Fuel: "Gasoline", Cylinders: "4", DisplacementL: "2.0", Drive: "FWD/Front-Wheel Drive", Transmission: "Manual/Standard", ErrorCodes: []int{0}, Known: 17}
	reading := func(id, date string, km int64) vehicle.Revised[vehicle.Reading] {
		return vehicle.Revised[vehicle.Reading]{Record: vehicle.Reading{ID: id, Date: vehicle.Date(date), Odometer: vehicle.Kilometers(km)}, Rev: 1}
	}
	service := func(id, date string, km int64, cents int64, kinds ...vehicle.ServiceKind) vehicle.Revised[vehicle.ServiceRecord] {
		d := vehicle.Kilometers(km)
		r := vehicle.ServiceRecord{ID: id, Date: vehicle.Date(date), Odometer: &d}
		for _, k := range kinds {
			r.Items = append(r.Items, vehicle.ServiceItem{Kind: k, Cost: &vehicle.Money{Minor: cents, Currency: "USD"}})
		}
		return vehicle.Revised[vehicle.ServiceRecord]{Record: r, Rev: 1}
	}
	base := Facts{Saved: true, VIN: "2HGFC2F59GH000000", Decode: decode, Now: now, Unit: "km"}
	base.History.Vehicle.ID, base.History.Rev = "check", 1

	trouble := base
	trouble.History.Vehicle.Claimed = vehicle.Claimed{Year: 2017, Make: "Honda"}
	trouble.History.Readings = []vehicle.Revised[vehicle.Reading]{reading("r1", "2024-03-03", 182340), reading("r2", "2025-06-08", 121900)}
	trouble.History.Services = []vehicle.Revised[vehicle.ServiceRecord]{service("s1", "2024-01-10", 180100, 9000, "oil", "tires")}

	sound := base
	sound.History.Readings = []vehicle.Revised[vehicle.Reading]{reading("r1", "2024-03-03", 82340), reading("r2", "2026-06-08", 121900)}
	sound.History.Services = []vehicle.Revised[vehicle.ServiceRecord]{service("s1", "2026-06-08", 121900, 19000, "oil", "tires", "brakes")}
	for _, m := range []int64{90, 101, 103, 140, 150, 160} {
		sound.Siblings = append(sound.Siblings, Sibling{ID: "x", Rev: 1, Meters: m * 1e6, Cost: m * 10, Currency: "USD"})
	}

	little := base
	little.Decode.ErrorCodes, little.Decode.Expected = []int{1}, "X"
	little.History.Readings = []vehicle.Revised[vehicle.Reading]{reading("r1", "2026-03-03", 82340)}
	return []Facts{trouble, sound, little}
}
