package claim_test

import (
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/claim/claimtest"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// TestOwnWordsAreNeverHard: whatever a list makes of vPIC's own words for a
// vehicle (cut off, joined, turned about, in the wrong column, with words
// around them) is no certain contradiction of it.
func TestOwnWordsAreNeverHard(t *testing.T) {
	race.Skip(t)
	d, c := checker(t)
	tried := 0
	for _, s := range claimtest.VINs() {
		r := d.Decode(s, vin.Options{Now: claimtest.Now})
		mk, model := r.Get("Make"), r.Get("Model")
		series, trim, body := r.Get("Series"), r.Get("Trim"), r.Get("BodyClass")
		cells := []string{
			model, strings.ToLower(model), strings.ReplaceAll(model, " ", ""), strings.ReplaceAll(model, "-", ""), strings.ReplaceAll(model, "-", " "),
			mk + " " + model, model + " " + mk, model + " " + series, model + " " + trim, series + " " + model, trim + " " + model, series, trim,
			series + " " + trim, model + " " + series + " " + trim, itoa(r.ModelYear) + " " + mk + " " + model + " " + trim, body, model + " " + body,
			r.Get("Series2") + " " + r.Get("Trim2"), model + " Hybrid", model + " Coupe", model + " 4D Sedan", model + " Convertible", model + " Wagon", "New " + model, model + " 2.5 S",
			model + " AWD", model + " 4WD Crew Cab", model + " Sport", model + " Limited", model + " LT", model + " SE", model + " GT", model + " Classic", model + " Unlimited", model + " Cargo",
			r.Get("EngineModel") + " " + model, model + " " + r.Get("DisplacementL") + "L", model + " V6", model + " Base", "door", "truck", "Sport", "Limited", "Custom", "XLT", "EX-L", "XLE",
		}
		for i := 3; i < len(model); i++ {
			cells = append(cells, model[:i])
		}
		cells = append(cells, strings.FieldsFunc(model, func(r rune) bool { return strings.ContainsRune(" /,()-", r) })...)
		for _, cell := range cells {
			tried++
			for _, f := range c.Check(&r, claim.Claimed{claim.Model: cell}, nil) {
				if f.Severity == claim.Hard {
					t.Errorf("%s %s %s: model %q is hard: %s", s, mk, model, cell, f.Reason)
				}
			}
		}
		for field, cell := range map[claim.Field]string{
			claim.Make: mk, claim.Body: body, claim.Fuel: r.Get("FuelTypePrimary"), claim.Drive: r.Get("DriveType"), claim.Transmission: r.Get("TransmissionStyle"),
			claim.Cylinders: r.Get("EngineCylinders"), claim.Displacement: r.Get("DisplacementL"), claim.Doors: r.Get("Doors"), claim.GVWR: r.Get("GVWR"),
			claim.Series: series, claim.Trim: trim,
		} {
			for _, f := range c.Check(&r, claim.Claimed{field: cell}, nil) {
				if f.Severity != claim.Untestable {
					t.Errorf("%s %s %s: vPIC's own %s %q is %s: %s", s, mk, model, field, cell, f.Severity, f.Reason)
				}
			}
		}
	}
	t.Logf("%d cells", tried)
}
