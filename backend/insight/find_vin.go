package insight

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// findVIN puts the decode's error codes (vPIC element 143) into findings.
func findVIN(f *Facts) []Finding {
	d := &f.Decode
	v := []rune(f.VIN) // positions count characters, whatever their bytes
	var out []Finding
	add := func(x Finding) {
		x.Subject, x.Records = "VIN", f.vehicleRecord()
		if x.Method == "" {
			x.Method = "vPIC " + d.Release
		}
		out = append(out, x)
	}
	for _, code := range d.ErrorCodes {
		method := fmt.Sprintf("vPIC %s, error code %d", d.Release, code)
		e := Finding{Kind: VINError, Severity: Warning, Method: method}
		switch code {
		case 0:
			add(Finding{Kind: VINClean, Metric: "error code", Severity: Info, Direction: Agrees, Method: method})
			continue
		case 1:
			if x, ok := checkDigit(f, method); ok {
				add(x)
			}
			continue
		case 2, 3:
			pos, is, fits, ok := replaced(f.VIN, d.SuggestedVIN)
			if !ok {
				e.Metric, e.Severity, e.Value = "characters", Critical, "one"
				break
			}
			e.Metric, e.Severity, e.Direction = fmt.Sprintf("character %d", pos), Critical, Differs
			e.Value, e.Reference = is, fits
		case 4, 5:
			marks := marked(d.SuggestedVIN)
			e.Severity, e.Direction, e.N = Critical, Unknown, len(marks)
			e.Metric, e.Value = "positions", numbers(marks)
			if len(marks) == 1 && marks[0] <= len(v) {
				e.Metric, e.Value = fmt.Sprintf("character %d", marks[0]), string(v[marks[0]-1])
			}
			if len(marks) == 0 {
				e.Value = "some"
			}
		case 6:
			e.Metric, e.Value, e.Reference = "known characters", strconv.Itoa(d.Known), "17"
		case 7:
			e.Metric, e.Value = "maker code", makerCode(v)
		case 8:
			e.Metric, e.Severity = "detail", Info
		case 9:
			e.Metric = "glider"
		case 10:
			e.Metric = "off-road"
		case 11:
			if len(v) < 10 {
				continue
			}
			e.Metric, e.Value = "character 10", string(v[9])
			e.Direction = Unknown
		case 12:
			if d.YearHint == 0 {
				continue
			}
			e.Metric, e.Value, e.Direction = "model year hint", strconv.Itoa(d.YearHint), Differs
			if len(v) < 10 || v[9] == '*' { // no year code to differ from
				e.Direction = Unknown
			}
		case 14:
			e.Metric, e.Severity = "explained characters", Info
		case 400:
			for _, c := range d.Invalid {
				add(Finding{Kind: VINError, Metric: fmt.Sprintf("character %d", c.Position), Value: c.Char,
					Direction: Untestable, Severity: Critical, Method: method})
			}
			if len(d.Invalid) > 0 {
				continue
			}
			e.Metric, e.Severity, e.Value = "characters", Critical, "some"
		default:
			e.Metric, e.Severity, e.Value = "error code", Info, strconv.Itoa(code)
		}
		add(e)
	}
	if d.Make == "" && !slices.Contains(d.ErrorCodes, 7) {
		add(Finding{Kind: Identity, Metric: "make and model", Direction: Unknown, Severity: Warning})
	}
	return out
}

// checkDigit is error code 1. Position 9 is a check digit by law in North
// America only (49 CFR 565.15(c)); makers for other markets fill it as they
// like, so there it is a warning.
func checkDigit(f *Facts, method string) (Finding, bool) {
	v := []rune(f.VIN)
	if len(v) != 17 {
		return Finding{}, false
	}
	x := Finding{Kind: CheckDigit, Metric: "position 9", Value: string(v[8]), Reference: f.Decode.Expected,
		Direction: Differs, Severity: Warning, Method: method + "; 49 CFR 565.15(c)"}
	if v[0] >= '1' && v[0] <= '5' {
		x.Severity = Critical
	}
	if x.Reference == "" || x.Reference == x.Value {
		x.Reference = ""
	}
	return x, true
}

// replaced compares a VIN with the suggested one that differs in one place.
func replaced(given, suggestion string) (pos int, is, fits string, ok bool) {
	v, suggested := []rune(given), []rune(suggestion)
	if len(v) != len(suggested) {
		return 0, "", "", false
	}
	n := 0
	for i := range v {
		if v[i] != suggested[i] {
			n++
			pos, is, fits = i+1, string(v[i]), string(suggested[i])
		}
	}
	return pos, is, fits, n == 1 && fits != "!"
}

// marked lists the positions of the '!' in a suggested VIN.
func marked(suggested string) []int {
	var out []int
	for i, c := range []rune(suggested) {
		if c == '!' {
			out = append(out, i+1)
		}
	}
	return out
}

func numbers(ns []int) string {
	words := make([]string, len(ns))
	for i, n := range ns {
		words[i] = strconv.Itoa(n)
	}
	return list(words, "and")
}

// makerCode is the WMI: three characters, six for a maker of fewer than
// 1,000 vehicles a year, whose third is 9 (49 CFR 565.15(a)).
func makerCode(v []rune) string {
	if len(v) >= 14 && v[2] == '9' {
		return string(v[:3]) + string(v[11:14])
	}
	return strings.TrimSpace(string(v[:min(3, len(v))]))
}

// findSpecs says what the vehicle is.
func findSpecs(f *Facts) []Finding {
	d := &f.Decode
	if d.Make == "" {
		return nil
	}
	method := "decoded from the VIN by vPIC " + d.Release
	records := f.vehicleRecord()
	out := []Finding{{Kind: Identity, Subject: "vehicle", Metric: "year, make, model and body", Value: identity(d), Severity: Info, Records: records, Method: method}}
	for _, s := range []struct{ metric, value string }{
		{"engine", engine(d)}, {"drive", driveWord(d)}, {"transmission", transmission(d)},
	} {
		if s.value != "" {
			out = append(out, Finding{Kind: Spec, Subject: "vehicle", Metric: s.metric, Value: s.value, Severity: Info, Records: records, Method: method})
		}
	}
	return out
}

// identity is "2015 Ford F-150 pickup", without what is unknown.
func identity(d *Decode) string {
	var parts []string
	if d.Year > 0 {
		parts = append(parts, strconv.Itoa(d.Year))
	}
	// Small makers' models often repeat the maker's name.
	if !strings.HasPrefix(plain(d.Model), plain(d.Make)) || plain(d.Make) == "" {
		parts = append(parts, makeName(d.Make))
	}
	if d.Model != "" {
		parts = append(parts, d.Model)
	}
	if b := bodyWord(d); b != "" && !strings.Contains(strings.ToLower(d.Model), b) {
		parts = append(parts, b)
	}
	return strings.Join(parts, " ")
}

// makeName writes a make as people do; vPIC has it in capitals. Short ones
// are mostly abbreviations (BMW, GMC, RAM).
func makeName(s string) string {
	if special, ok := makeNames[s]; ok {
		return special
	}
	if len(s) <= 3 || strings.ContainsAny(s, "0123456789") {
		return s
	}
	b := []byte(strings.ToLower(s))
	start := true
	for i, c := range b {
		if start && c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
		start = c == ' ' || c == '-' || c == '/' || c == '&' || c == '.'
	}
	return string(b)
}

var makeNames = map[string]string{
	"RAM": "Ram", "KIA": "Kia", "FIAT": "Fiat", "MINI": "MINI", "SMART": "smart", "MCLAREN": "McLaren", "KTM": "KTM",
	"SAAB": "Saab", "SEAT": "SEAT", "ASTON MARTIN": "Aston Martin", "IC BUS": "IC Bus", "DEERE": "Deere", "MAN": "MAN",
}

// bodyWord turns vPIC's body class (element 5) or, failing that, vehicle
// type (element 39) into the word that people use.
func bodyWord(d *Decode) string {
	for _, b := range bodies {
		if strings.HasPrefix(d.BodyClass, b.prefix) {
			return b.word
		}
	}
	switch d.VehicleType {
	case "TRAILER":
		return "trailer"
	case "MOTORCYCLE":
		return "motorcycle"
	case "BUS":
		return "bus"
	}
	return ""
}

var bodies = []struct{ prefix, word string }{
	{"Sport Utility Vehicle", "SUV"}, {"Sport Utility Truck", "pickup"}, {"Crossover Utility Vehicle", "crossover"},
	{"Sedan", "sedan"}, {"Coupe", "coupe"}, {"Hatchback", "hatchback"}, {"Wagon", "wagon"}, {"Convertible", "convertible"},
	{"Roadster", "roadster"}, {"Minivan", "minivan"}, {"Cargo Van", "cargo van"}, {"Step Van", "step van"}, {"Van", "van"},
	{"Pickup", "pickup"}, {"Truck-Tractor", "truck tractor"}, {"Truck", "truck"}, {"Bus - School", "school bus"}, {"Bus", "bus"},
	{"Motorcycle - Scooter", "scooter"}, {"Motorcycle", "motorcycle"}, {"Off-Road Vehicle", "off-road vehicle"}, {"Off-road Vehicle", "off-road vehicle"}, {"Trailer", "trailer"}, {"Incomplete - Cutaway", "cutaway chassis"},
	{"Incomplete - Chassis Cab", "chassis cab"}, {"Limousine", "limousine"}, {"Motorhome", "motorhome"}, {"Ambulance", "ambulance"},
}

// engine is "2.7-liter V6" or "2.0-liter four-cylinder diesel", as far as it
// is known.
func engine(d *Decode) string {
	if d.VehicleType == "TRAILER" {
		return ""
	}
	electric := d.Fuel == "Electric"
	if electric && d.FuelSecondary == "" {
		return "battery-electric powertrain"
	}
	var parts []string
	if l, err := strconv.ParseFloat(d.DisplacementL, 64); err == nil && l >= 0.95 {
		parts = append(parts, strconv.FormatFloat(l, 'f', 1, 64)+"-liter")
	}
	if n, err := strconv.Atoi(d.Cylinders); err == nil && n > 0 {
		switch {
		case strings.HasPrefix(d.Configuration, "V-") && n == 2:
			parts = append(parts, "V-twin")
		case strings.HasPrefix(d.Configuration, "V-"):
			parts = append(parts, "V"+d.Cylinders)
		case n == 1:
			parts = append(parts, "single-cylinder")
		default:
			parts = append(parts, count(n)+"-cylinder")
		}
	}
	// Gasoline goes without saying.
	if w := fuelWord(d.Fuel); w != "" && w != "gasoline" {
		parts = append(parts, w)
	}
	hybrid := ""
	switch e := strings.ToUpper(d.Electrification); {
	case strings.Contains(e, "PHEV"):
		hybrid = "plug-in hybrid"
	case strings.HasPrefix(e, "MILD"):
		hybrid = "mild hybrid"
	case strings.Contains(e, "HEV") && !electric:
		hybrid = "hybrid"
	}
	switch {
	case hybrid != "":
		parts = append(parts, hybrid)
	case len(parts) > 0 && (strings.HasSuffix(parts[len(parts)-1], "-liter") || strings.HasSuffix(parts[len(parts)-1], "-cylinder")) || len(parts) == 1 && !strings.HasPrefix(parts[0], "V"):
		parts = append(parts, "engine")
	}
	return strings.Join(parts, " ")
}

var drives = map[string]string{
	"4WD/4-Wheel Drive/4x4": "four-wheel drive",
	"AWD/All-Wheel Drive":   "all-wheel drive",
	"FWD/Front-Wheel Drive": "front-wheel drive",
	"RWD/Rear-Wheel Drive":  "rear-wheel drive",
	"4x2":                   "two-wheel drive",
	"2WD/4WD":               "selectable two- or four-wheel drive",
}

// driveWord leaves axle formulas of trucks as they are: "6x4 drive".
func driveWord(d *Decode) string {
	if w, ok := drives[d.Drive]; ok {
		return w
	}
	if axles.MatchString(d.Drive) {
		return d.Drive + " drive"
	}
	return ""
}

var axles = regexp.MustCompile(`^\d{1,2}x\d{1,2}$`)

func transmission(d *Decode) string {
	var style string
	switch {
	case strings.HasPrefix(d.Transmission, "Manual"):
		style = "manual transmission"
	case strings.HasPrefix(d.Transmission, "Automatic"):
		style = "automatic transmission"
	case strings.HasPrefix(d.Transmission, "Dual-clutch"):
		style = "dual-clutch transmission"
	case strings.HasPrefix(d.Transmission, "Continuously Variable"), strings.HasPrefix(d.Transmission, "Electronic Continuously"):
		return "continuously variable transmission"
	default:
		return ""
	}
	if n, err := strconv.Atoi(d.Speeds); err == nil && n > 1 && n < 19 {
		return fmt.Sprintf("%s-speed %s", count(n), style)
	}
	return style
}
