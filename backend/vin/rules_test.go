package vin_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// TestRules tries single rules of the decode specification where the public
// sample has no case; `make parity` compares 20,000 VINs field by field.
func TestRules(t *testing.T) {
	d := open(t)
	for _, c := range []struct {
		name  string
		in    string
		o     vin.Options
		check func(r *vin.Result) bool
	}{
		{"fixed model year, code says 2008 (2, live)", "KNDJH741485111111", vin.Options{}, func(r *vin.Result) bool {
			return r.ModelYear == 2009 && r.Conclusive
		}},
		{"fixed model year, code says 2011 (2, live)", "KMHGC4DH8BU111111", vin.Options{}, func(r *vin.Result) bool {
			return r.ModelYear == 2012 && r.Conclusive
		}},
		{"first 17 of a longer one (1, live)", "999999999993VV3B7AXXNM077525", vin.Options{}, func(r *vin.Result) bool {
			return r.TooLong && r.VIN == "999999999993VV3B7" && slices.Equal(r.ErrorCodes, []int{1, 7, 400})
		}},
		{"empty (1)", "", vin.Options{}, func(r *vin.Result) bool {
			return slices.Equal(r.ErrorCodes, []int{6, 7, 11}) && r.Descriptor == "***********" && r.ModelYear == 0
		}},
		{"white space and lower case (1)", "\t1hgcm82633a004352\n", vin.Options{}, func(r *vin.Result) bool {
			return r.VIN == "1HGCM82633A004352" && r.Get("Make") == "HONDA" && slices.Equal(r.ErrorCodes, []int{0})
		}},
		{"one illegal character a rune (1)", "1HGCM82633漢004352", vin.Options{}, func(r *vin.Result) bool {
			return r.Has(400) && r.Get("SuggestedVIN") == "1HGCM82633!004352" && strings.Contains(r.Get("AdditionalErrorText"), "11:漢")
		}},
		{"six-character WMI (1)", "1M9WB608XAP538899", vin.Options{}, func(r *vin.Result) bool {
			return r.WMI == "1M9538" && r.Descriptor == "1M9WB608*AP538"
		}},
		{"position 7 decides for cars (2)", "1HGCM82633A004352", vin.Options{}, func(r *vin.Result) bool {
			return r.ModelYear == 2003 && r.Conclusive
		}},
		{"trailers stay open (2)", "1M9WB608XAP538899", vin.Options{}, func(r *vin.Result) bool {
			return r.ModelYear == 2010 && !r.Conclusive
		}},
		{"unpublished maker (4.1)", "1HGCM82633A004352", vin.Options{Now: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}, func(r *vin.Result) bool {
			return r.Has(7) && r.Get("Make") == "" && r.ManufacturerID == 0
		}},
		{"the caller's year contradicts (3)", "1HGCM82633A004352", vin.Options{ModelYear: 1995}, func(r *vin.Result) bool {
			return r.ModelYear == 1995 && r.Has(12)
		}},
		{"the caller's year outside the window (3)", "1HGCM82633A004352", vin.Options{ModelYear: 1900}, func(r *vin.Result) bool {
			return r.ModelYear == 2003 && r.Has(12)
		}},
		{"the caller's year agrees (3)", "1HGCM82633A004352", vin.Options{ModelYear: 2003}, func(r *vin.Result) bool {
			return r.ModelYear == 2003 && slices.Equal(r.ErrorCodes, []int{0})
		}},
		{"several values, in the order of their patterns (4.6)", "1M9WB608XAP538899", vin.Options{}, func(r *vin.Result) bool {
			return slices.Equal(r.All("OtherTrailerInfo"), []string{"Over width", "Band Saw Trailer"})
		}},
		{"digits of the VIN as value (4.5)", "1M9WB608XAP538899", vin.Options{}, func(r *vin.Result) bool {
			v := r.Value("TrailerLength")
			return v != nil && v.Text == "60" && v.Source == vin.SourceFormula && v.Provenance().Key == "**##"
		}},
		{"make from the model (4.7)", "1HGCM82633A004352", vin.Options{}, func(r *vin.Result) bool {
			v := r.Value("Make")
			return v != nil && v.Source == vin.SourceModelMake && r.MakeID == 474 && r.ModelID == 1861 && r.ManufacturerID == 988
		}},
		{"specifications (4.9)", "5YJ3E1EB6K", vin.Options{}, func(r *vin.Result) bool {
			v := r.Value("CurbWeightLB")
			return v != nil && v.Source == vin.SourceSpec && v.Provenance().Spec == 5206
		}},
		{"defaults can be left out (13)", "1M9WB608XAP538899", vin.Options{SkipDefaults: true}, func(r *vin.Result) bool {
			return !slices.ContainsFunc(r.Values, func(v vin.Value) bool { return v.Source == vin.SourceDefault })
		}},
		{"trim that the maker encodes", "1HGCM82633A004352", vin.Options{}, func(r *vin.Result) bool { return r.TrimEncoded() }},
		{"trim that only the vehicle's papers know", "5YJ3E1EB6K", vin.Options{}, func(r *vin.Result) bool { return !r.TrimEncoded() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.o.Now.IsZero() {
				c.o.Now = sampleClock
			}
			r := d.Decode(c.in, c.o)
			if !c.check(&r) {
				t.Errorf("%q %+v: year %d (conclusive %v), codes %v, values:", c.in, c.o, r.ModelYear, r.Conclusive, r.ErrorCodes)
				for _, v := range r.Values {
					if v.Source != vin.SourceDefault {
						t.Logf("  %s = %q (%s)", v.Code, v.Text, v.Source)
					}
				}
			}
		})
	}
}

// TestProvenance holds values against rows of the tables.
func TestProvenance(t *testing.T) {
	d := open(t)
	r := d.Decode("2B6CB2162D9478376", vin.Options{Now: sampleClock})
	date := func(s string) time.Time {
		day, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return day
	}
	for code, want := range map[string]vin.Provenance{
		"Model":         {Source: vin.SourcePattern, WMI: "2B6", Schema: 14559, Key: "*B*1", YearFrom: 1981, Attribute: 10963, ChangedOn: date("2017-02-09")},
		"Series":        {Source: vin.SourcePattern, WMI: "2B6", Schema: 14559, Key: "*B2", YearFrom: 1981, ChangedOn: date("2025-09-26")},
		"DisplacementL": {Source: vin.SourcePattern, WMI: "2B6", Schema: 14557, Key: "****6", YearFrom: 1981, ChangedOn: date("2017-02-10")},
		"Make":          {Source: vin.SourceModelMake, WMI: "2B6", Schema: 14559, Key: "*B*1", Attribute: 476},
		"Manufacturer":  {Source: vin.SourceManufacturer, WMI: "2B6", Attribute: 995},
		"VehicleType":   {Source: vin.SourceVehicleType, WMI: "2B6", Attribute: 10},
		"TrailerType":   {Source: vin.SourceDefault},
		"ErrorCode":     {Source: vin.SourceDecoding},
	} {
		v := r.Value(code)
		if v == nil {
			t.Errorf("%s is missing", code)
			continue
		}
		got := v.Provenance()
		want.YearFrom = got.YearFrom // depends on the link, not on the row
		if got != want {
			t.Errorf("%s: got %+v, want %+v", code, got, want)
		}
	}
}

func TestMaker(t *testing.T) {
	d := open(t)
	for in, want := range map[string]string{
		"1HG": "AMERICAN HONDA MOTOR CO., INC.", "1hgcm8": "AMERICAN HONDA MOTOR CO., INC.",
		"1M9538": "MIGHTY MITE", "1M9WB608XAP538899": "MIGHTY MITE",
	} {
		if m, ok := d.WMI(in); !ok || m.Manufacturer != want {
			t.Errorf("%s: got %+v %v, want %s", in, m, ok, want)
		}
	}
	for _, in := range []string{"", "1", "1H", "ZZZ", "漢漢漢"} {
		if m, ok := d.WMI(in); ok {
			t.Errorf("%q: got %+v, want none", in, m)
		}
	}
}

func TestElements(t *testing.T) {
	d := open(t)
	all := d.Elements()
	if len(all) != 141 || all[0].Code != "SuggestedVIN" || all[1].Code != "ErrorCode" {
		t.Errorf("%d elements, first %+v", len(all), all[0])
	}
	if d.Release() != "2026_10" || d.Source() != "ee4fe5f5e94d55285327ebee2f3b7d62995ca130737b24e172d15b6dbdcdeb21" {
		t.Errorf("release %s from %s", d.Release(), d.Source())
	}
	if err := d.Verify(); err != nil {
		t.Error(err)
	}
}
