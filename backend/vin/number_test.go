package vin_test

import (
	"testing"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// TestLiveNumbers holds digits recorded from the live service (decode-spec
// section 8): SQL Server cuts, it does not round.
func TestLiveNumbers(t *testing.T) {
	const (
		literToCubicInch = "#x# / 0.016387064"
		cubicInchToCC    = "#x# * 16.387064 "
		ccToCubicInch    = "#x# / 16.387064 "
		ccToLiter        = "#x# / 1000."
		literToCC        = "#x# * 1000"
		cubicInchToLiter = "#x# * 0.016387064"
	)
	for _, c := range []struct{ formula, value, want string }{
		{literToCubicInch, "3.0", "183.07123228419"},
		{literToCubicInch, "2.0", "122.04748818946"},
		{literToCubicInch, "6.7", "408.85908543470"},
		{cubicInchToCC, "181.8", "2979.1682352"},
		{ccToLiter, "348", "0.348000"},
		{ccToCubicInch, "348", "21.236262944"},
		{ccToCubicInch, "650.00", "39.66543366157"},
		// By the same rules.
		{literToCC, "5.9", "5900.0"},
		{literToCC, "2", "2000"},
		{cubicInchToLiter, "183", "2.998832712"},
		{cubicInchToCC, "183", "2998.832712"},
		{ccToLiter, "1600.0", "1.600000"},
		{literToCubicInch, "0", "0.0000000000"},
		{ccToLiter, "-348", "-0.348000"},
		// Not numbers.
		{ccToLiter, "TBD", "0"},
		{literToCC, "", "0"},
		{literToCC, "1.2.3", "0"},
		{literToCC, ".", "0"},
	} {
		f, ok := vin.ParseFormula(c.formula)
		if !ok {
			t.Fatalf("formula %q is not read", c.formula)
		}
		if got := f.Apply(c.value); got != c.want {
			t.Errorf("%s of %q: got %s, want %s", c.formula, c.value, got, c.want)
		}
	}
	for _, s := range []string{"", "#x#", "#x# + 1", "#x# / x", "x / 1"} {
		if f, ok := vin.ParseFormula(s); ok {
			t.Errorf("formula %q was read as %+v", s, f)
		}
	}
}

// TestConvertedValues: what the index was built with is what a decode shows.
func TestConvertedValues(t *testing.T) {
	d := open(t)
	r := d.Decode("JGCSENNU1GY516964", vin.Options{Now: sampleClock})
	for code, want := range map[string]string{
		"DisplacementCC": "1600.0", "DisplacementL": "1.6", "DisplacementCI": "97.63799055157",
	} {
		v := r.Value(code)
		if v == nil || v.Text != want {
			t.Errorf("%s: got %+v, want %s", code, v, want)
		}
	}
	if v := r.Value("DisplacementCI"); v != nil {
		if p := v.Provenance(); p.Source != vin.SourceConversion || p.From == nil || p.From.Code != "DisplacementL" {
			t.Errorf("DisplacementCI rests on %+v", p)
		}
	}
}
