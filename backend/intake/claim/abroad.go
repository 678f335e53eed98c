package claim

import (
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// Abroad is what can be said of a VIN whose maker is not registered for sale in
// the United States.
type Abroad struct {
	Region     string `json:"region"`     // part of the world, empty when unknown
	ModelYears []int  `json:"modelYears"` // that position 10 could stand for, later first
	Text       string `json:"text"`       // one plain sentence
}

// Foreign says what is known of a VIN that vPIC has no maker for; ok is false
// for all others. It is no error: the check digit, too, is required of vehicles
// for North America only (49 CFR 565.15(c), ISO 3779).
func Foreign(r *vin.Result) (a Abroad, ok bool) {
	if r == nil || !r.Has(7) || len(r.VIN) < 17 {
		return Abroad{}, false
	}
	return Elsewhere(r), true
}

// Elsewhere is what can be said of a VIN that was not made for North America,
// whether vPIC knows its maker or not.
func Elsewhere(r *vin.Result) Abroad {
	p := vin.Parse(r.VIN)
	a := Abroad{Region: p.Region, ModelYears: []int{}}
	for _, y := range p.ModelYears {
		if y <= r.Clock.Year()+2 {
			a.ModelYears = append(a.ModelYears, y)
		}
	}
	a.Text = "Not registered for sale in the United States: maker " + p.WMI
	if a.Region != "" {
		a.Text += " of " + a.Region
	}
	if len(a.ModelYears) > 0 {
		var years []string
		for _, y := range a.ModelYears {
			years = append(years, itoa(y))
		}
		a.Text += "; position 10 may mean " + strings.Join(years, " or ")
	}
	a.Text += "; a check digit is not required there."
	return a
}
