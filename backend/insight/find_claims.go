package insight

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
)

// verdict is what comparing a claim with the decode comes to.
type verdict int

const (
	silent verdict = iota // nothing was claimed
	agrees
	untestable // the VIN does not say
	soft       // differs, but may be another name for the same
	hard       // cannot both be true
)

// findClaims says how claims and VIN compare, as package claim has found. The
// functions below are the simple form, for facts of which nobody asked it:
// names of models are not looked up, so a model that differs is a warning, not
// critical.
func findClaims(f *Facts) []Finding {
	c, d := f.History.Vehicle.Claimed, &f.Decode
	year := ""
	if c.Year > 0 {
		year = strconv.Itoa(c.Year)
	}
	decodedYear := ""
	if d.Year > 0 {
		decodedYear = strconv.Itoa(d.Year)
	}
	rows := []struct {
		of                      claim.Field
		field, claimed, decoded string
		compare                 func(claimed, decoded string) verdict
	}{
		{claim.Year, "model year", year, decodedYear, exact},
		{claim.Make, "make", c.Make, makeName(d.Make), compareMakes},
		{claim.Model, "model", c.Model, d.Model, compareModels},
		{claim.Fuel, "fuel", c.Fuel, fuelText(d), func(a, _ string) verdict { return compareFuels(a, d) }},
		{claim.Body, "body", c.BodyClass, bodyWord(d), compareBodies},
		{claim.Trim, "trim", c.Trim, strings.TrimSpace(d.Trim + " " + d.Series), compareTrims},
		{claim.Drive, "drive", c.Drive, driveWord(d), compareDrives},
		{claim.Transmission, "transmission", c.Transmission, transmission(d), compareTransmissions},
	}
	var out []Finding
	for _, r := range rows {
		claimed := common(r.field, strings.TrimSpace(r.claimed))
		v := silent
		switch {
		case claimed == "":
		case r.decoded == "":
			v = untestable
		case f.Claims != nil:
			v = verdictOf(f.Claims[r.of])
		default:
			v = r.compare(claimed, r.decoded)
		}
		x := Finding{Kind: Claim, Subject: "claim", Metric: r.field, Value: claimed, Reference: r.decoded, Severity: Info,
			Records: f.vehicleRecord(), Method: "what is claimed against vPIC " + d.Release}
		switch v {
		case silent:
			continue
		case agrees:
			x.Direction = Agrees
		case untestable:
			x.Direction, x.Reference = Untestable, ""
		case soft:
			x.Direction, x.Severity = Differs, Warning
		case hard:
			x.Direction, x.Severity = Differs, Critical
		}
		out = append(out, x)
	}
	return out
}

func verdictOf(s claim.Severity) verdict {
	switch s {
	case claim.Hard:
		return hard
	case claim.Soft:
		return soft
	case claim.Untestable:
		return untestable
	}
	return agrees
}

// common writes the everyday words of a claim in lower case; names and
// abbreviations stay as they were claimed.
func common(field, s string) string {
	switch field {
	case "fuel", "body", "drive", "transmission":
		if len(s) > 4 || s != strings.ToUpper(s) {
			return strings.ToLower(s)
		}
	}
	return s
}

func exact(a, b string) verdict {
	if a == b {
		return agrees
	}
	return hard
}

// plain reduces a name to its letters and digits.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, s)
}

var makeAliases = map[string]string{
	"chevy": "chevrolet", "vw": "volkswagen", "mercedes": "mercedesbenz", "benz": "mercedesbenz", "mb": "mercedesbenz",
	"dodgeram": "ram", "ramtrucks": "ram", "landrover": "landrover", "range rover": "landrover", "hd": "harleydavidson", "harley": "harleydavidson",
}

func compareMakes(a, b string) verdict {
	pa, pb := plain(a), plain(b)
	if alias, ok := makeAliases[pa]; ok {
		pa = alias
	}
	switch {
	case pa == pb:
		return agrees
	case pa != "" && (strings.HasPrefix(pb, pa) || strings.HasPrefix(pa, pb)):
		return soft
	case pa == "dodge" && pb == "ram", pa == "ram" && pb == "dodge": // one maker until 2010
		return soft
	}
	return hard
}

// compareModels takes a claim that holds the decoded name, or the other way
// round, as the same: "F150 XLT" is an F-150.
func compareModels(a, b string) verdict {
	pa, pb := plain(a), plain(b)
	if pa == pb || pa != "" && pb != "" && (strings.Contains(pa, pb) || strings.Contains(pb, pa)) {
		return agrees
	}
	for _, w := range strings.FieldsFunc(b, func(r rune) bool { return r == ' ' || r == '/' }) {
		if len(plain(w)) >= 3 && strings.Contains(pa, plain(w)) {
			return agrees
		}
	}
	return soft
}

// compareTrims never contradicts: trim words are a seller's language.
func compareTrims(a, b string) verdict {
	if strings.Contains(plain(b), plain(a)) || strings.Contains(plain(a), plain(b)) {
		return agrees
	}
	return untestable
}

func compareBodies(a, b string) verdict {
	word := ""
	for _, x := range bodies {
		if strings.EqualFold(a, x.word) || strings.HasPrefix(strings.ToLower(a), strings.ToLower(x.prefix)) {
			word = x.word
			break
		}
	}
	switch strings.ToLower(a) {
	case "truck", "pickup truck", "crew cab", "pick-up":
		word = "pickup"
	case "saloon":
		word = "sedan"
	case "estate", "station wagon":
		word = "wagon"
	case "cabriolet":
		word = "convertible"
	}
	switch {
	case word == "":
		return untestable
	case word == b:
		return agrees
	}
	// Within a group the class is a matter of taste, between them it is not.
	near := [][]string{{"SUV", "crossover", "wagon", "hatchback"}, {"sedan", "hatchback", "coupe"}, {"coupe", "convertible", "roadster"},
		{"van", "cargo van", "minivan", "step van"}, {"truck", "pickup", "chassis cab", "cutaway chassis", "truck tractor"}, {"motorcycle", "scooter"}, {"bus", "school bus", "van"}}
	for _, g := range near {
		if slices.Contains(g, word) && slices.Contains(g, b) {
			return soft
		}
	}
	return hard
}

// fuelWord is the everyday word for vPIC's fuel type (element 24).
func fuelWord(s string) string {
	switch {
	case s == "":
		return ""
	case strings.HasPrefix(s, "Gasoline"):
		return "gasoline"
	case strings.HasPrefix(s, "Flexible Fuel") || s == "Ethanol (E85)":
		return "flex-fuel"
	case strings.HasPrefix(s, "Compressed Natural Gas") || strings.HasPrefix(s, "Natural Gas") || strings.HasPrefix(s, "Liquefied Natural Gas"):
		return "natural-gas"
	case strings.HasPrefix(s, "Liquefied Petroleum"):
		return "propane"
	case strings.Contains(s, "Hydrogen") || s == "Fuel Cell":
		return "hydrogen"
	case s == "Diesel" || s == "Electric":
		return strings.ToLower(s)
	}
	return ""
}

func fuelText(d *Decode) string {
	w := fuelWord(d.Fuel)
	if w != "electric" && fuelWord(d.FuelSecondary) == "electric" {
		return w + " hybrid"
	}
	return w
}

func compareFuels(a string, d *Decode) verdict {
	claimed := ""
	switch plain(a) {
	case "gas", "gasoline", "petrol", "benzin", "unleaded":
		claimed = "gasoline"
	case "diesel":
		claimed = "diesel"
	case "electric", "ev", "bev", "batteryelectric":
		claimed = "electric"
	case "hybrid", "gasolinehybrid", "gashybrid", "hev", "phev", "pluginhybrid":
		claimed = "hybrid"
	case "flex", "flexfuel", "ffv", "e85":
		claimed = "flex-fuel"
	default:
		return untestable
	}
	decoded := fuelText(d)
	switch {
	case claimed == decoded, claimed == "hybrid" && strings.HasSuffix(decoded, " hybrid"):
		return agrees
	case claimed == "hybrid" && decoded == "gasoline": // blank is not "no"
		return untestable
	case strings.HasPrefix(decoded, claimed), claimed == "flex-fuel" && decoded == "gasoline", claimed == "gasoline" && decoded == "flex-fuel":
		return soft
	}
	return hard
}

func compareDrives(a, b string) verdict {
	four := map[string]string{"4wd": "four", "4x4": "four", "fourwheeldrive": "four", "awd": "all", "allwheeldrive": "all",
		"fwd": "front", "frontwheeldrive": "front", "rwd": "rear", "rearwheeldrive": "rear", "2wd": "two", "4x2": "two", "twowheeldrive": "two"}
	word, ok := four[plain(a)]
	switch {
	case !ok:
		return untestable
	case strings.HasPrefix(b, word):
		return agrees
	case strings.HasPrefix(b, "selectable"), word == "two" && !strings.HasPrefix(b, "four") && !strings.HasPrefix(b, "all"),
		strings.HasPrefix(b, "two") && (word == "front" || word == "rear"):
		return untestable
	}
	return soft
}

func compareTransmissions(a, b string) verdict {
	words := map[string]string{"auto": "automatic", "automatic": "automatic", "at": "automatic", "manual": "manual", "stick": "manual", "mt": "manual",
		"cvt": "continuously", "dct": "dual-clutch"}
	word, ok := words[plain(a)]
	switch {
	case !ok:
		return untestable
	case strings.Contains(b, word):
		return agrees
	case word == "automatic" && !strings.Contains(b, "manual"):
		return agrees // a CVT or a dual-clutch is sold as an automatic
	}
	return soft
}
