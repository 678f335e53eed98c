package claim_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/claim/claimtest"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

func check(t *testing.T, number string, cl claim.Claimed, a *claim.Aliases) []claim.Finding {
	t.Helper()
	d, c := checker(t)
	r := d.Decode(number, vin.Options{Now: claimtest.Now})
	return c.Check(&r, cl, a)
}

// one is the only finding, or a failure.
func one(t *testing.T, found []claim.Finding) claim.Finding {
	t.Helper()
	if len(found) != 1 {
		t.Fatalf("%d findings, want one: %v", len(found), found)
	}
	return found[0]
}

func TestYears(t *testing.T) {
	for _, x := range []struct {
		name, vin, said string
		want            claim.Severity
	}{
		{"same", "1FTFW1ET4EFC23745", "2014", ""},
		{"two digits", "1FTFW1ET4EFC23745", "14", ""},
		{"apostrophe", "1FTFW1ET4EFC23745", "'14", ""},
		{"with letters", "1FTFW1ET4EFC23745", "MY2014", ""},
		{"spreadsheet number", "1FTFW1ET4EFC23745", "2014.0", ""},
		{"two years", "1FTFW1ET4EFC23745", "2013/2014", ""},
		{"one later", "1FTFW1ET4EFC23745", "2015", claim.Hard},
		{"one earlier", "1FTFW1ET4EFC23745", "'13", claim.Hard},
		{"thirty earlier", "1G1FB3DX5H0143964", "1987", claim.Hard},
		{"no year", "1FTFW1ET4EFC23745", "new", claim.Untestable},
		{"wrong check digit", "1FTFW1ET5EFC23745", "2015", claim.Soft},
		{"short", "1FTFW1ET4E", "2015", claim.Soft},
		{"short, same", "1FTFW1ET4E", "2014", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			found := check(t, x.vin, claim.Claimed{claim.Year: x.said}, nil)
			if x.want == "" {
				if len(found) != 0 {
					t.Errorf("%q of %s: %v", x.said, x.vin, found)
				}
				return
			}
			if f := one(t, found); f.Severity != x.want {
				t.Errorf("%q of %s is %s, want %s: %s", x.said, x.vin, f.Severity, x.want, f.Reason)
			}
		})
	}
}

// TestBothYears: a trailer's position 10 may mean two years thirty apart, and
// either is honest.
func TestBothYears(t *testing.T) {
	d, c := checker(t)
	for _, s := range claimtest.VINs() {
		r := d.Decode(s, vin.Options{Now: claimtest.Now})
		if r.Conclusive || r.ModelYear < 2012 {
			continue
		}
		for _, y := range []string{"1982", "1983", "1984", "1985", "1986", "1987", "1988", "1989", "1990", "1991", "1992", "1993", "1994", "1995", "1996"} {
			found := c.Check(&r, claim.Claimed{claim.Year: y}, nil)
			possible := false
			for _, p := range vin.YearCandidates(rune(r.VIN[9])) {
				possible = possible || y == itoa(p)
			}
			if possible != (len(found) == 0) {
				t.Errorf("%s decodes to %d, claimed %s: %v", s, r.ModelYear, y, found)
			}
		}
		return
	}
	t.Skip("no VIN of the list leaves its year open")
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/1000), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)})
}

// TestForeign: what vPIC has no maker for is never an error.
func TestForeign(t *testing.T) {
	d, c := checker(t)
	var r vin.Result
	for _, s := range []string{"VF1BZBB0642123456", "WVWZZZ1KZAW000001", "TMBJJ7NE5F0123456", "VSSZZZ1MZ4R000001", "UU1HSDCVG56123456", "XTA210990Y2766389"} {
		if r = d.Decode(s, vin.Options{Now: claimtest.Now}); r.Has(7) {
			break
		}
	}
	if !r.Has(7) {
		t.Fatal("every maker is registered in this release: find another VIN")
	}
	a, ok := claim.Foreign(&r)
	if !ok || a.Region != "Europe" || !strings.Contains(a.Text, "Not registered for sale in the United States") {
		t.Errorf("foreign: %+v, %v", a, ok)
	}
	for _, f := range c.Check(&r, claim.Claimed{claim.Year: "1999", claim.Make: "Renault", claim.Model: "Clio", claim.Fuel: "diesel"}, nil) {
		if f.Severity != claim.Untestable {
			t.Errorf("%s is %s, want untestable: %s", f.Field, f.Severity, f.Reason)
		}
	}
	known := d.Decode("1FTFW1ET4EFC23745", vin.Options{Now: claimtest.Now})
	if _, ok := claim.Foreign(&known); ok {
		t.Error("a Ford is not foreign")
	}
}

// TestAliases: what people accept for all goes before everything else.
func TestAliases(t *testing.T) {
	const f150 = "1FTFW1ET4EFC23745"
	if f := one(t, check(t, f150, claim.Claimed{claim.Model: "Workhorse 9"}, nil)); f.Severity != claim.Soft {
		t.Errorf("before: %+v", f)
	}
	a := claim.NewAliases([]claim.Alias{
		{Field: claim.Model, Make: "ford", Said: "workhorse  9", Means: "F-150"},
		{Field: claim.Body, Said: "XK7", Means: "Pickup"},
		{Field: claim.Body, Said: " ", Means: "Sedan"},
	})
	if found := check(t, f150, claim.Claimed{claim.Model: "Workhorse 9", claim.Body: "xk7"}, a); len(found) != 0 {
		t.Errorf("after: %v", found)
	}
	const camaro = "1G1FB3DX5H0143964"
	if f := one(t, check(t, camaro, claim.Claimed{claim.Model: "Workhorse 9"}, a)); f.Claimed != "Workhorse 9" {
		t.Errorf("another make's alias: %+v", f)
	}
	b := claim.NewAliases([]claim.Alias{{Field: claim.Body, Said: "XK7", Means: "Pickup"}})
	if f := one(t, check(t, camaro, claim.Claimed{claim.Body: "XK7"}, b)); f.Severity != claim.Hard || f.Claimed != "XK7" {
		t.Errorf("an alias that contradicts: %+v", f)
	}
}

// TestShapes: order, blanks, and that every finding has its sentence.
func TestShapes(t *testing.T) {
	found := check(t, "1FTFW1ET4EFC23745", claim.Claimed{
		claim.Year: "2012", claim.Make: "Toyota", claim.Model: "Camry", claim.Series: "n/a", claim.Trim: "—", claim.Body: "Sedan", claim.Fuel: "Diesel",
		claim.Drive: "FWD", claim.Transmission: "??", claim.Cylinders: "12", claim.Displacement: "1.0L", claim.Doors: "9", claim.GVWR: "Class 8",
	}, nil)
	var order []claim.Field
	for _, f := range found {
		order = append(order, f.Field)
		if !strings.HasSuffix(f.Reason, ".") || f.Claimed == "" || f.Severity == "" {
			t.Errorf("finding without its parts: %+v", f)
		}
	}
	all := claim.Fields()
	if !slices.IsSortedFunc(order, func(a, b claim.Field) int { return slices.Index(all, a) - slices.Index(all, b) }) {
		t.Errorf("order %v", order)
	}
	for _, f := range []claim.Field{claim.Series, claim.Trim, claim.Transmission} {
		if slices.Contains(order, f) {
			t.Errorf("%s was blank and has a finding", f)
		}
	}
	if check(t, "1FTFW1ET4EFC23745", nil, nil) != nil {
		t.Error("nothing claimed, something found")
	}
}

// TestManyAtOnce: one Checker, many goroutines (with -race).
func TestManyAtOnce(t *testing.T) {
	d, c := checker(t)
	rows := claimtest.NewWriter(d, claimtest.VINs(), 3).List(200)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, row := range rows {
				r := d.Decode(row.VIN, vin.Options{Now: claimtest.Now})
				c.Check(&r, row.Claimed, nil)
			}
		})
	}
	wg.Wait()
}

// FuzzCheck: any cell, any VIN, no panic; and no hard flag where the VIN fails.
func FuzzCheck(f *testing.F) {
	f.Add("1FTFW1ET4EFC23745", "F-150 4x4 & 3.5L")
	f.Add("1FTFW1ET5EFC23745", "Ünïcode 12.5.5 class 2e, 8,5")
	f.Add("WVWZZZ1KZAW000001", "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&")
	f.Add("", "2015/2016'17")
	f.Fuzz(func(t *testing.T, number, cell string) {
		d, c := checker(t)
		cl := claim.Claimed{}
		for _, x := range claim.Fields() {
			cl[x] = cell
		}
		r := d.Decode(number, vin.Options{Now: claimtest.Now})
		for _, x := range c.Check(&r, cl, claim.NewAliases([]claim.Alias{{Field: claim.Model, Said: cell, Means: cell}})) {
			if x.Severity == claim.Hard && (r.Has(1) || r.Has(6) || r.Has(7)) {
				t.Errorf("hard on a failing VIN %q: %+v", number, x)
			}
		}
		claim.Foreign(&r)
	})
}

// TestSeenInLists holds cells of lists that are about in public, with VINs of
// their kind: what once was flagged wrongly, or might be.
func TestSeenInLists(t *testing.T) {
	for _, x := range []struct {
		vin         string
		make, model string
		year        string
	}{
		{"5SFGF29269E031344", "heartland", "sundance", "2009"}, // vPIC has the maker's name for the model
		{"5SFPB3326JE365727", "heartland", "pioneer", "2018"},
		{"5SFNB2425CE237109", "heartland", "trail", "2012"},
		{"1HD1KRM1XGB609213", "harley-davidson", "road/street", "2016"},
		{"JTEZU11F88K007763", "toyota", "cruiser", "2008"},
		{"2FMDK3GC4BBB02217", "ford", "se", "2011"},
		{"2C7WDGBG1ER432307", "dodge", "caravan", "2014"}, // a Ram by VIN
		{"3C6TD4HT4CG255894", "dodge", "door", "2012"},
		{"5YMKT6C37H0X20696", "bmw", "m", "2017"},
		{"WBA7T2C04LGL17687", "bmw", "series", "2020"},
		{"3N63M0YN5FK720622", "chevrolet", "van", "2015"}, // built by Nissan
		{"JN1BJ1CR6KW314745", "nissan", "sport", "2019"},
		{"1N6BA1F46HN535299", "nissan", "xd", "2017"},
		{"5BZBF0AA5GN855028", "nissan", "nvp", "2016"},
		{"8BTPE7DD4GE127040", "mercedes-benz", "vans", "2016"},
		{"1GC4K0C84GF121926", "chevrolet", "3500", "2016"},
		{"2GCEC19H8S1195266", "chevrolet", "door", "1995"},
		{"2FTCF15Y9ECA14589", "ford", "door", "1984"},
		{"1GAZGPFG0H1169059", "chevrolet", "passenger", "2017"},
		{"1FDWF37R28EB95687", "ford", "chassis", "2008"},
	} {
		for _, f := range check(t, x.vin, claim.Claimed{claim.Year: x.year, claim.Make: x.make, claim.Model: x.model}, nil) {
			if f.Severity == claim.Hard {
				t.Errorf("%s %s %s: %s is hard: %s", x.vin, x.make, x.model, f.Field, f.Reason)
			}
		}
	}
}

// TestAllInOneCell: a list without columns for year and make.
func TestAllInOneCell(t *testing.T) {
	const f150 = "1FTFW1ET4EFC23745"
	for _, x := range []struct {
		cell string
		want []claim.Field // that are hard
	}{
		{"2014 Ford F-150 XLT", nil},
		{"Ford F150 SuperCrew", nil},
		{"2014 F-150", nil},
		{"2012 Ford F-150", []claim.Field{claim.Year}},
		{"2014 Toyota Tundra SR5", []claim.Field{claim.Make, claim.Model}},
		{"2013 Chevrolet Silverado 1500", []claim.Field{claim.Year, claim.Make, claim.Model}},
		{"2014 Ford Explorer", []claim.Field{claim.Model}},
	} {
		var got []claim.Field
		for _, f := range check(t, f150, claim.Claimed{claim.Model: x.cell}, nil) {
			if f.Severity == claim.Hard {
				got = append(got, f.Field)
			}
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%q: hard %v, want %v", x.cell, got, x.want)
		}
	}
}
