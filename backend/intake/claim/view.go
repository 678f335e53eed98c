package claim

import "github.com/hubcap-dev/hubcap/backend/vin"

// A view is what of a result the checks need, taken out once. Values that vPIC
// only assumes for the vehicle type are left out.
type view struct {
	r *vin.Result

	make, model, manufacturer, kind   string
	series, series2, trim, trim2      string
	body, cab, drive, gear, engine    string
	fuel, fuel2, electric             string
	cylinders, layout, liters         string
	doors, gvwr, gvwrTo               string
	trimGiven, seriesGiven, fuelGiven bool

	// sure: the VIN is whole and its check digit right, so that what it says
	// is what was meant. fits: its characters are the maker's, too.
	sure, fits bool
	foreign    bool
	names      *makeNames
	decoded    *modelName
	makeKey    string
	makeWrong  bool // the claimed make is certainly another
	claimMake  string
}

func (v *view) take(r *vin.Result) {
	*v = view{r: r}
	for i := range r.Values {
		x := &r.Values[i]
		if x.Source == vin.SourceDefault || x.Text == "Not Applicable" {
			continue
		}
		switch x.ID {
		case 26:
			v.make = x.Text
		case 28:
			v.model = x.Text
		case 27:
			v.manufacturer = x.Text
		case 39:
			v.kind = x.Text
		case 34:
			v.series, v.seriesGiven = x.Text, pattern(x)
		case 110:
			v.series2 = x.Text
		case 38:
			v.trim, v.trimGiven = x.Text, pattern(x)
		case 109:
			v.trim2 = x.Text
		case 5:
			v.body = x.Text
		case 4:
			v.cab = x.Text
		case 15:
			v.drive = x.Text
		case 37:
			v.gear = x.Text
		case 18:
			v.engine = x.Text
		case 24:
			v.fuel, v.fuelGiven = x.Text, pattern(x) || x.Source == vin.SourceEngine
		case 66:
			v.fuel2 = x.Text
		case 126:
			v.electric = x.Text
		case 9:
			v.cylinders = x.Text
		case 64:
			v.layout = x.Text
		case 13:
			v.liters = x.Text
		case 14:
			v.doors = x.Text
		case 25:
			v.gvwr = x.Text
		case 190:
			v.gvwrTo = x.Text
		}
	}
	v.foreign = r.Has(7)
	v.sure = !r.TooLong && !r.Has(1) && !r.Has(6) && !r.Has(7) && !r.Has(11) && !r.Has(400)
	v.fits = v.sure && !r.Has(2) && !r.Has(3) && !r.Has(4) && !r.Has(5) && !r.Has(8)
}

func pattern(x *vin.Value) bool {
	return x.Source == vin.SourcePattern || x.Source == vin.SourceFormula
}
