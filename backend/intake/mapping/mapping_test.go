package mapping_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
)

const (
	v1 = "1FTEW1EP5FKD00001"
	v2 = "1HGCM82633A004352"
	v3 = "5YJ3E1EB6KF000337"
)

// targets writes what a mapping says as "target target:name …".
func targets(m mapping.Mapping) string {
	var out []string
	for _, c := range m.Columns {
		s := string(c.Target)
		if c.Target == mapping.Custom {
			s += ":" + c.Name
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func rows(s string) (out [][]string) {
	for _, line := range strings.Split(s, "\n") {
		out = append(out, strings.Split(line, "|"))
	}
	return out
}

func TestGuess(t *testing.T) {
	for _, c := range []struct {
		name, header, sample string
		o                    mapping.Defaults
		want                 string
		unit, currency       string // of the odometer's and the asking price's column
		order                string
	}{
		{"a run list", "Lane/Run|VIN|Yr|Make|Model|Series|Odo|CR|Color|Seller|Announcements", "A-1|" + v1 + "|2015|FORD|F150|XLT|82838|3.4|BLK|Ally|TMU\nA-2|" + v2 + "|2003|HONDA|ACCORD|EX|133320|2.1|SIL|GM Fin|", mapping.Defaults{},
			"lot vin year make model series odometer condition color seller notes", "", "", "mdy"},
		{"the VIN under another name", "Serial #|Unit Description|Ask", v1 + "|2015 Ford F-150 XLT|$10,000\n" + v2 + "|2003 Honda Accord|$3,250", mapping.Defaults{},
			"vin vehicle asking", "", "", "mdy"},
		{"a VIN column that holds none", "VIN|Code", "A17|" + v1 + "\nA18|" + v2, mapping.Defaults{}, "custom:VIN vin", "", "", "mdy"},
		{"no headings", "|||||", v1 + "|2015|Ford|Pickup|$10,000|82838 mi\n" + v2 + "|2003|Honda|Sedan|$3,250|133320 mi\n" + v3 + "|2019|Tesla|Sedan|$21,000|TMU", mapping.Defaults{},
			"vin year make body asking odometer", "", "", "mdy"},
		{"German", "FIN|Baujahr|Marke|Modell|Kilometerstand|Preis (EUR)|Kraftstoff|Getriebe|Farbe|Datum", v1 + "|2015|Ford|F-150|133.320|10.000,00|Benzin|Automatik|rot|23.11.2026\n" + v2 + "|2003|Honda|Accord|50.000|3.250,00|Diesel|Schaltgetriebe|blau|24.11.2026", mapping.Defaults{Currency: "EUR", DistanceUnit: "km"},
			"vin year make model odometer asking fuel transmission color date", "km", "EUR", "dmy"},
		{"Spanish", "Número de serie|Año|Marca|Modelo|Kilometraje|Precio|Combustible|Transmisión|Puertas", v1 + "|2015|Ford|Lobo|133320|10000|Gasolina|Automática|4", mapping.Defaults{Currency: "MXN", DistanceUnit: "km"},
			"vin year make model odometer asking fuel transmission doors", "km", "", "dmy"},
		{"French", "NIV|Année|Marque|Modèle|Kilométrage|Prix|Carburant|Boîte|Couleur|Portes", v1 + "|2015|Ford|F-150|133 320 km|10 000 €|Essence|Automatique|noir|4", mapping.Defaults{Currency: "CAD", DistanceUnit: "km"},
			"vin year make model odometer asking fuel transmission color doors", "km", "EUR", "mdy"},
		{"a well known data set", "year|make|model|trim|body|transmission|vin|state|condition|odometer|color|interior|seller|mmr|sellingprice|saledate", "2015|Kia|Sorento|LX|SUV|automatic|" + v1 + "|ca|5|16639|white|black|kia motors|20500|21500|Tue Dec 16 2014 12:30:00 GMT-0800 (PST)\n2014|BMW|3 Series|328i|Sedan|automatic|" + v2 + "|ca|45|1331|gray|black|financial|31900|30000|Thu Jan 15 2015 04:30:00 GMT-0800 (PST)", mapping.Defaults{},
			"year make model trim body transmission vin location condition odometer color custom:interior seller custom:mmr asking date", "", "", "mdy"},
		{"Craigslist's fields", "price|year|manufacturer|model|condition|cylinders|fuel|odometer|title_status|transmission|VIN|drive|size|type|paint_color|state", "33590|2014|gmc|sierra 1500 crew cab slt|good|8 cylinders|gas|57923|clean|other|" + v1 + "|4wd|full-size|pickup|white|al\n22590|2010|chevrolet|silverado 1500|good|8 cylinders|gas|71229|clean|other|" + v2 + "|4wd|full-size|pickup|blue|al", mapping.Defaults{},
			"asking year make model condition cylinders fuel odometer title transmission vin drive custom:size body color location", "", "", "mdy"},
		{"cells with several things", "VIN|Year Make Model|Engine|Body|Miles", v1 + "|2015 Ford F-150|3.5L V6 ECOBOOST|4D SUV AWD|82838\n" + v2 + "|2003 Honda Accord|2.4L I4|4D Sedan|133320", mapping.Defaults{DistanceUnit: "km"},
			"vin vehicle engine style odometer", "mi", "", "mdy"},
		{"a description beside columns of its own", "VIN|Year|Make|Model|Description", v1 + "|2015|Ford|F-150|2015 Ford F-150 XLT\n" + v2 + "|2003|Honda|Accord|2003 Honda Accord EX", mapping.Defaults{},
			"vin year make model custom:Description", "", "", "mdy"},
		{"a year that is called model", "VIN|Vehicle|Model", v1 + "|Ford|2015 Ford F-150\n" + v2 + "|Honda|2003 Honda Accord", mapping.Defaults{}, "vin make vehicle", "", "", "mdy"},
		{"a model that begins with its make", "VIN|Model", v1 + "|Ford F-150\n" + v2 + "|Honda Accord", mapping.Defaults{}, "vin vehicle", "", "", "mdy"},
		{"models that are called like makes", "VIN|Make|Model", v1 + "|Hyundai|Genesis Coupe\n" + v2 + "|Dodge|Ram 1500", mapping.Defaults{}, "vin make model", "", "", "mdy"},
		{"a surer heading behind another", "Type|Manufacturer|Cost|VIN|Make|Body Style|Price", "x|FORD MOTOR COMPANY|1|" + v1 + "|Ford|Pickup|2\ny|HONDA|1|" + v2 + "|Honda|Coupe|2", mapping.Defaults{}, "custom:Type custom:Manufacturer custom:Cost vin make body asking", "", "", "mdy"},
		{"two columns of one kind", "VIN|Price|Price|Notes|Comments|", v1 + "|100|200|a|b|\n" + v2 + "|300|400|c|d|", mapping.Defaults{}, "vin asking custom:Price notes notes skip", "", "", "mdy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := strings.Split(c.header, "|")
			m := mapping.Guess(header, rows(c.sample), c.o)
			if got := targets(m); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
				for _, x := range m.Columns {
					t.Logf("%+v", x)
				}
			}
			for _, x := range m.Columns {
				if x.Target == mapping.Odometer && x.Unit != c.unit || x.Target == mapping.Asking && x.Currency != c.currency || x.Why == "" || x.Percent < 1 || x.Percent > 99 {
					t.Errorf("column %+v", x)
				}
			}
			if m.DateOrder != c.order {
				t.Errorf("days are %s, want %s", m.DateOrder, c.order)
			}
			if err := m.Check(len(header)); err != nil {
				t.Errorf("its own check: %v", err)
			}
			b, err := json.Marshal(m)
			var again mapping.Mapping
			if err != nil || json.Unmarshal(b, &again) != nil || !reflect.DeepEqual(again, m) {
				t.Errorf("it does not come back from JSON: %s", b)
			}
		})
	}
}

// A heading is known in the ways in which programs and people write it, and what
// only looks like one is not.
func TestHeadings(t *testing.T) {
	for want, headings := range map[string]string{
		"vin": "VIN|vin_number|VIN #|Vehicle Identification Number (VIN)|car_vin|Serial No.|Fahrgestellnummer", "year": "claimed_year|ModelYear|Model Yr|Yr.|Baujahr", "make": "claimed_make|Make Name|Marque", "model": "listed_model|Mdl|Modell",
		"trim": "Series/Trim|trim_level|Sub-model", "body": "BodyClass|Body/Style|Karosserie", "fuel": "FuelTypePrimary|Fuel Type - Primary|Carburant", "drive": "DriveType|Drive Line|4x4|Antrieb", "transmission": "TransmissionStyle|Trans|Getriebe", "cylinders": "EngineCylinders|# Cyl|Zylinder",
		"displacement": "DisplacementL|Displacement (L)|Engine Size (L)|Hubraum", "doors": "Num Doors|No. of Doors|Türen", "gvwr": "GVWR (lbs)|GVWR Class", "odometer": "Odometer (mi)|Mileage|Kilometerstand (km)", "asking": "Asking Price (USD)|List Price|Preis in EUR", "color": "Ext. Color|Color (Ext)|Farbe",
		"lot": "Lot#|Run #", "stock": "Stock#|Unit No", "custom": "Model Code|Make ID|Fuel Level|Transmission Speeds|Interior Color|MSRP|Wheelbase|Image URL|Buy Fee|Erstzulassung",
	} {
		for _, h := range strings.Split(headings, "|") {
			if m := mapping.Guess([]string{h}, [][]string{{"something else"}}, mapping.Defaults{}); string(m.Columns[0].Target) != want {
				t.Errorf("%q is %s, want %s", h, m.Columns[0].Target, want)
			}
		}
	}
}

func TestFingerprint(t *testing.T) {
	one := mapping.Fingerprint([]string{"VIN", "Model Year", "Asking $"})
	for _, h := range [][]string{{"model_year", "asking", "vin"}, {"ModelYear", "ASKING:", "Vin", ""}} {
		if got := mapping.Fingerprint(h); got != one {
			t.Errorf("%q is %s, want %s", h, got, one)
		}
	}
	if mapping.Fingerprint([]string{"VIN", "Model"}) == one || mapping.Fingerprint([]string{"", ""}) == mapping.Fingerprint([]string{""}) || mapping.Fingerprint(nil) == "" {
		t.Error("lists that differ are the same")
	}
}

func read1(target mapping.Target, text string) mapping.Lot {
	m := mapping.Mapping{Columns: []mapping.Column{{Target: target}}, Currency: "USD", DistanceUnit: "mi"}
	return m.Read([]string{text})
}

func TestVINCells(t *testing.T) {
	for _, c := range []struct{ in, want, problem string }{
		{v1, v1, ""}, {"  " + strings.ToLower(v1) + " ", v1, ""}, {"'" + v1, v1, ""}, {"I" + v1, v1, ""}, {"*" + v1 + "*", v1, ""},
		{"1FT EW1 EP5 FKD 00001", v1, ""}, {"1FTEW1EP5-FKD00001", v1, ""}, {"VIN: " + v1, v1, ""}, {"VIN#" + v1, v1, ""}, {"Ford F-150, " + v1 + " (clean)", v1, ""},
		{"=\"" + v1 + "\"", v1, ""}, {v1 + " / " + v1, v1, ""}, {v1 + ", " + v2, v1, "There are 2 VINs"}, {"1.23457E+16", "1.23457E+16", "last digits are lost"},
		{"5YJ3E1EB6K", "5YJ3E1EB6K", ""}, {"5YJ3E1EB6K*", "5YJ3E1EB6K*", ""}, {"1FTEW1EP5FKD0000I", "1FTEW1EP5FKD0000I", ""}, {"1FTEW1EP5FKD0000", "1FTEW1EP5FKD0000", ""},
		{"n/a", "", ""}, {"—", "", ""}, {"see the picture!", "SEE THE PICTURE!", ""}, {"VIN", "VIN", ""}, {"1FTEW1EP5FKD00001X", "1FTEW1EP5FKD00001X", ""},
	} {
		l := read1(mapping.VIN, c.in)
		problem := ""
		if len(l.Problems) > 0 {
			problem = l.Problems[0].Reason
		}
		if l.VIN != c.want || !strings.Contains(problem, c.problem) || (problem == "") != (c.problem == "") {
			t.Errorf("%q is %q (%q), want %q (%q)", c.in, l.VIN, problem, c.want, c.problem)
		}
	}
}

func TestMoney(t *testing.T) {
	for in, want := range map[string]string{
		"$10,000": "10000.00 USD", "10.000,00 €": "10000.00 EUR", "12.5k": "12500.00 USD", "$12.5K": "12500.00 USD", "USD 9,500 OBO": "9500.00 USD", "9500": "9500.00 USD", "9500.5": "9500.50 USD", "9,500.55": "9500.55 USD",
		"10'000 CHF": "10000.00 CHF", "£7,995": "7995.00 GBP", "C$ 12,000": "12000.00 CAD", "US$1,234,567": "1234567.00 USD", "10 000 €": "10000.00 EUR", "10\u00a0000,50 kr": "10000.50 SEK", "¥1,200,000": "1200000 JPY", "9.500,- EUR": "9500.00 EUR", "€9.500,-": "9500.00 EUR",
		"1.234.567": "1234567.00 USD", "12.345.00 €": "12345.00 EUR", "1,234,5": "1234.50 USD", "10.000": "10000.00 USD", "10,50": "10.50 USD", "0.999": "1.00 USD", "Asking: $5,000": "5000.00 USD", "5000*": "5000.00 USD", "MXN 250,000": "250000.00 MXN", "1234,5": "1234.50 USD", "0": "0.00 USD", "$ 10,000 USD": "10000.00 USD",
		"n/a": "", "—": "",
	} {
		l := read1(mapping.Asking, in)
		got := ""
		if l.Asking != nil {
			got = l.Asking.String()
		}
		if got != want || len(l.Problems) > 0 {
			t.Errorf("%q is %q, want %q; %+v", in, got, want, l.Problems)
		}
	}
	for _, in := range []string{"call", "10,000 - 12,000", "-500", "(500)", "$-5", "99999999999999999", "No reserve", "1,00,000 and 5"} {
		if l := read1(mapping.Asking, in); l.Asking != nil || len(l.Problems) != 1 || l.Problems[0].Text != in {
			t.Errorf("%q is %v, %+v; want a problem", in, l.Asking, l.Problems)
		}
	}
}

func TestOdometers(t *testing.T) {
	for in, want := range map[string]string{
		"82838.0mi": "82838 mi", "82,838": "82838 mi", "133 320 km": "133320 km", "133.320 km": "133320 km", "133.320,5 km": "133320.5 km", "120k": "120000 mi", "45k km": "45000 km", "82838.4": "82838.4 mi", "1,234 miles (actual)": "1234 mi", "000123": "123 mi", "0": "0 mi", "82,838 mi": "82838 mi", "12.5k miles": "12500 mi",
		"TMU": "tmu", "tmu - 82000": "tmu", "82,000 TMU": "tmu", "Not Actual": "tmu", "True Mileage Unknown": "tmu", "exempt": "exempt", "EXEMPT MILES": "exempt", "Inop": "inoperable", "inop. digital dash": "inoperable",
		"N/A": "", "-": "", "unknown": "",
	} {
		l := read1(mapping.Odometer, in)
		got := l.OdometerSays
		if l.Odometer != nil {
			got = l.Odometer.Value + " " + l.Odometer.Unit
		}
		if got != want || len(l.Problems) > 0 {
			t.Errorf("%q is %q, want %q; %+v", in, got, want, l.Problems)
		}
	}
	for _, in := range []string{"low", "10 to 20", "-5", "1234567890123"} {
		if l := read1(mapping.Odometer, in); l.Odometer != nil || len(l.Problems) != 1 {
			t.Errorf("%q is %v; want a problem", in, l.Odometer)
		}
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct{ in, order, want string }{
		{"2026-11-23", "", "2026-11-23"}, {"2026-11-23T10:00:00Z", "", "2026-11-23"}, {"2026-11-23 10:00", "", "2026-11-23"}, {"11/23/2026", "mdy", "2026-11-23"}, {"23/11/2026", "mdy", "2026-11-23"}, {"3/4/26", "dmy", "2026-04-03"}, {"3/4/26", "mdy", "2026-03-04"}, {"3.4.2026", "mdy", "2026-04-03"},
		{"23-Nov-26", "", "2026-11-23"}, {"Nov 23, 2026", "", "2026-11-23"}, {"23. März 2026", "", "2026-03-23"}, {"23 de noviembre de 2026", "", "2026-11-23"}, {"4 août 2026", "", "2026-08-04"}, {"20261123", "", "2026-11-23"}, {"Tue Dec 16 2014 12:30:00 GMT-0800 (PST)", "", "2014-12-16"}, {"11/23/2026 10:30 AM", "mdy", "2026-11-23"}, {"26/11/23", "ymd", "2026-11-23"},
		{"31/02/2026", "dmy", ""}, {"soon", "", ""}, {"99/99/9999", "", ""}, {"Friday", "", ""}, {"46349", "", ""},
	} {
		m := mapping.Mapping{Columns: []mapping.Column{{Target: mapping.Date}}, DateOrder: c.order}
		l := m.Read([]string{c.in})
		if string(l.Date) != c.want || (len(l.Problems) > 0) != (c.want == "") {
			t.Errorf("%q (%s) is %q, want %q", c.in, c.order, l.Date, c.want)
		}
	}
}

func TestCombinedCells(t *testing.T) {
	for _, c := range []struct {
		target   mapping.Target
		in, want string
	}{
		{mapping.Vehicle, "2015 Ford F-150 XLT", "year=2015 make=Ford model=F-150 XLT"}, {mapping.Vehicle, "'15 LAND ROVER Range Rover Sport", "year=2015 make=LAND ROVER model=Range Rover Sport"}, {mapping.Vehicle, "Mercedes-Benz C 300, 2019", "year=2019 make=Mercedes-Benz model=C 300"},
		{mapping.Vehicle, "Ford 2015 F-150", "year=2015 make=Ford model=F-150"}, {mapping.Vehicle, "15 CHEVROLET SILVERADO 1500", "year=2015 make=CHEVROLET model=SILVERADO 1500"}, {mapping.Vehicle, "Accord EX", "model=Accord EX"}, {mapping.Vehicle, "Alfa Romeo Giulia", "make=Alfa Romeo model=Giulia"}, {mapping.Vehicle, "2004 Audi", "year=2004 make=Audi"}, {mapping.Vehicle, "2015", "year=2015"},
		{mapping.Engine, "3.5L V6 ECOBOOST", "cylinders=6 displacement=3.5L"}, {mapping.Engine, "2.0T I4 Gas", "cylinders=4 displacement=2.0L fuel=Gasoline"}, {mapping.Engine, "V-8, 6.7L Turbo Diesel", "cylinders=8 displacement=6.7L fuel=Diesel"}, {mapping.Engine, "4-Cylinder", "cylinders=4"}, {mapping.Engine, "1998 cc", "displacement=1998 cc"}, {mapping.Engine, "5,7 Liter 8 Zyl.", "cylinders=8 displacement=5.7L"}, {mapping.Engine, "6 Cyl", "cylinders=6"}, {mapping.Engine, "Electric", "fuel=Electric"}, {mapping.Engine, "1.5L I3 mild hybrid", "cylinders=3 displacement=1.5L"}, {mapping.Engine, "DOHC 24V", ""}, {mapping.Engine, "EcoBoost", ""},
		{mapping.Style, "4D SUV AWD", "body=SUV doors=4 drive=AWD"}, {mapping.Style, "Sedan 4D", "body=Sedan doors=4"}, {mapping.Style, "4dr Crew Cab Pickup, 4x4", "body=Crew Cab Pickup doors=4 drive=4x4"}, {mapping.Style, "2-Door Coupe", "body=Coupe doors=2"}, {mapping.Style, "Pickup", "body=Pickup"}, {mapping.Style, "Wagon 4-DR All Wheel Drive", "body=Wagon doors=4 drive=All Wheel Drive"},
		{"year", "2015.0", "year=2015"}, {"year", "2015-01-01", "year=2015"}, {"year", "'15", "year=2015"}, {"year", "2015/16", "year=2015/16"}, {"doors", "4.0", "doors=4"}, {"make", "N/A", ""}, {"model", "X", "model=X"},
	} {
		l := read1(c.target, c.in)
		var got []string
		for _, f := range []string{"year", "make", "model", "body", "cylinders", "displacement", "doors", "drive", "fuel"} {
			for k, v := range l.Claimed {
				if string(k) == f {
					got = append(got, f+"="+v)
				}
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s %q is %q, want %q", c.target, c.in, s, c.want)
		}
	}
}

func TestReadRow(t *testing.T) {
	m := mapping.Mapping{Columns: []mapping.Column{
		{Index: 0, Target: mapping.Vehicle}, {Index: 1, Target: mapping.VIN, Header: "Serial"}, {Index: 2, Target: "model"}, {Index: 3, Target: mapping.Notes}, {Index: 4, Target: mapping.Notes},
		{Index: 5, Target: mapping.Custom, Name: "Keys"}, {Index: 6, Target: mapping.Skip}, {Index: 7, Target: mapping.Tags}, {Index: 8, Target: mapping.Title}, {Index: 9, Target: mapping.Asking, Header: "Ask"},
	}}
	cells := []string{"2015 Ford F-150 XLT", v1, "F-150", "one", "two", "2", "x", "hot; new", "none", "call"}
	l := m.Read(cells)
	if l.VIN != v1 || l.Claimed["model"] != "F-150" || l.Claimed["make"] != "Ford" || l.Claimed["year"] != "2015" || l.Notes != "one; two" || l.Custom["Keys"] != "2" || !reflect.DeepEqual(l.Tags, []string{"hot", "new"}) || l.Title != "none" || len(l.Problems) != 1 || l.Problems[0].Header != "Ask" || l.Problems[0].Column != 9 {
		t.Errorf("%+v", l)
	}
	l = m.ReadEdited(cells, []mapping.Text{{Target: mapping.VIN, Text: v2}, {Target: "year", Text: "2016"}, {Target: mapping.Asking, Text: "$5"}, {Target: mapping.Custom, Name: "Keys", Text: "1"}, {Target: mapping.Custom, Name: "Key tag", Text: "7"}, {Target: "model", Text: ""}})
	if l.VIN != v2 || l.Claimed["year"] != "2016" || l.Asking.Minor != 500 || l.Custom["Keys"] != "1" || l.Custom["Key tag"] != "7" || l.Claimed["model"] != "F-150 XLT" || len(l.Problems) != 0 {
		t.Errorf("edited: %+v", l)
	}
	m = mapping.Mapping{Columns: []mapping.Column{{Index: 0, Target: mapping.Vehicle}, {Index: 1, Target: "make"}}}
	if l := m.Read([]string{"2012 Genesis Coupe 2.0T", "Hyundai"}); l.Claimed["make"] != "Hyundai" || l.Claimed["model"] != "Genesis Coupe 2.0T" {
		t.Errorf("a model like a make: %+v", l)
	}
	if l := m.Read([]string{"2012 Chevrolet Cruze", "CHEVY"}); l.Claimed["model"] != "Cruze" {
		t.Errorf("a make in other words: %+v", l)
	}
	if l := m.Read(nil); l.VIN != "" || len(l.Claimed) != 0 || len(l.Problems) != 0 {
		t.Errorf("a short row: %+v", l)
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct{ in, at string }{
		{`{"columns":[{"index":0,"target":"vin"}]}`, ""}, {`{"columns":[]}`, "/columns"}, {`{"columns":[{"index":3,"target":"vin"}]}`, "/columns/0/index"}, {`{"columns":[{"index":-1,"target":"vin"}]}`, "/columns/0/index"},
		{`{"columns":[{"index":0,"target":"vin"},{"index":0,"target":"year"}]}`, "/columns/1/index"}, {`{"columns":[{"index":0,"target":"colour"}]}`, "/columns/0/target"}, {`{"columns":[{"index":0,"target":"year"},{"index":1,"target":"year"}]}`, "/columns/1/target"},
		{`{"columns":[{"index":0,"target":"custom"}]}`, "/columns/0/name"}, {`{"columns":[{"index":0,"target":"odometer","unit":"m"}]}`, "/columns/0/unit"}, {`{"columns":[{"index":0,"target":"asking","currency":"DOGE"}]}`, "/columns/0/currency"},
		{`{"columns":[{"index":0,"target":"vin"}],"dateOrder":"ydm"}`, "/dateOrder"}, {`{"columns":[{"index":0,"target":"notes"},{"index":1,"target":"notes"}]}`, ""},
	} {
		var m mapping.Mapping
		if err := json.Unmarshal([]byte(c.in), &m); err != nil {
			t.Fatal(err)
		}
		err := m.Check(3)
		var f *fault.Error
		if errors.As(err, &f) != (c.at != "") || f != nil && (f.Kind != fault.Invalid || f.Fields[0].Pointer != c.at || f.Fields[0].Remedy == "") {
			t.Errorf("%s: %v, want one at %q", c.in, err, c.at)
		}
	}
}

// FuzzRead reads any cell as anything: it always says something.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"", v1, "$10,000.50", "10.000,00 €", "82838.0mi", "TMU", "23. März 2026", "2015 Ford F-150", "3.5L V6", "4D SUV AWD", "1.2E+16", "' \x00é٣"} {
		f.Add(s, 0)
	}
	all := mapping.Targets()
	f.Fuzz(func(t *testing.T, s string, n int) {
		target := all[max(n, -n-1)%len(all)]
		m := mapping.Mapping{Columns: []mapping.Column{{Target: target, Name: "x"}}}
		l := m.Read([]string{s})
		if l.Asking != nil && l.Asking.Minor < 0 || l.Odometer != nil && l.Odometer.Meters < 0 || l.Date != "" && l.Date.Time().IsZero() {
			t.Errorf("%s %q is %+v", target, s, l)
		}
		mapping.Guess([]string{s, ""}, [][]string{{s, s}, {s}}, mapping.Defaults{})
	})
}

func BenchmarkGuess(b *testing.B) {
	header := strings.Split("VIN|Year|Make|Model|Trim|Odometer|Asking|Lot|Color|Body|Engine|Notes", "|")
	var sample [][]string
	for range 200 {
		sample = append(sample, strings.Split(v1+"|2015|Ford|F-150|XLT|82838 mi|$10,000|17|Black|4D SUV AWD|3.5L V6|runs and drives well", "|"))
	}
	for b.Loop() {
		mapping.Guess(header, sample, mapping.Defaults{})
	}
}

func BenchmarkRead(b *testing.B) {
	header := strings.Split("VIN|Year|Make|Model|Trim|Odometer|Asking|Lot|Color|Body|Engine|Notes", "|")
	row := strings.Split(v1+"|2015|Ford|F-150|XLT|82838 mi|$10,000|17|Black|4D SUV AWD|3.5L V6|runs and drives well", "|")
	m := mapping.Guess(header, [][]string{row, row}, mapping.Defaults{})
	for b.Loop() {
		m.Read(row)
	}
}
