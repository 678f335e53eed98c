package mapping

import (
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// distrusted are the words by which a list says that the odometer's number is
// not the distance.
var distrusted = []struct {
	says  string
	words []string
}{
	{TMU, []string{"tmu", "truemilesunknown", "truemileageunknown", "notactual", "notactualmiles", "notactualmileage", "nam", "nonactual", "milesunknown", "mileageunknown", "unknownmiles", "unknownmileage", "odometerdiscrepancy", "discrepancy", "rolledback", "rollback", "replaced", "odometerreplaced", "broken"}},
	{Exempt, []string{"exempt", "exemptmiles", "exemptmileage", "milesexempt", "mileageexempt", "odometerexempt", "exmpt", "exceedsmechanicallimits", "eml"}},
	{Inoperable, []string{"inop", "inoperable", "inoperative", "inoperabledigitaldash", "digitaldash", "nopower", "noreading", "unreadable", "notreadable", "cannotread", "nostart"}},
}

// odometer reads a distance: "82838.0mi", "133 320 km", "120k", or what says that
// there is none to trust.
func odometer(s, unit string) (d *vehicle.Distance, says, problem string) {
	if says := distrust(s); says != "" {
		return nil, says, ""
	}
	number, before, after, ok := decimal(s)
	if !ok {
		return nil, "", "This is no distance."
	}
	if strings.HasSuffix(before, "-") {
		return nil, "", "The distance is negative."
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(after), notLetter) {
		switch w {
		case "k":
			number = thousand(number)
		case "mi", "mile", "miles", "mls", "ml", "milles", "millas", "meilen":
			unit = "mi"
		case "km", "kms", "kilometer", "kilometers", "kilometre", "kilometres", "kilometros", "kilómetros", "kilomètres":
			unit = "km"
		case "kmi":
			number, unit = thousand(number), "mi"
		case "kkm", "tkm":
			number, unit = thousand(number), "km"
		}
	}
	whole, rest, pointed := strings.Cut(number, ".")
	if rest = strings.TrimRight(rest, "0"); pointed && rest != "" {
		number = whole + "." + rest[:min(len(rest), 6)]
	} else {
		number = whole
	}
	if trimmed := strings.TrimLeft(number, "0"); trimmed == "" || trimmed[0] == '.' {
		number = "0" + trimmed
	} else {
		number = trimmed
	}
	got, err := vehicle.ParseDistance("", number, unit)
	if err != nil {
		return nil, "", "The number is too large for a distance."
	}
	return &got, "", ""
}

// distrust finds the words that say that a cell's number is not the distance.
func distrust(s string) string {
	together := lettersOf(s)
	if together == "" {
		return ""
	}
	words := strings.FieldsFunc(strings.ToLower(s), notLetter)
	for _, x := range distrusted {
		for _, w := range x.words {
			if together == w || slices.Contains(words, w) || len(w) > 8 && strings.Contains(together, w) {
				return x.says
			}
		}
	}
	return ""
}

func notLetter(r rune) bool { return lettersOf(string(r)) == "" }
