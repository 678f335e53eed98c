package mapping

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	fourDigits = regexp.MustCompile(`^(19[3-9][0-9]|20[0-4][0-9])$`)
	shortYear  = regexp.MustCompile(`^['’]([0-9]{2})$`)
)

// yearWord reads a word that is a model year: "2015", "'15".
func yearWord(w string) (string, bool) {
	w = strings.Trim(w, ",;:()")
	if fourDigits.MatchString(w) {
		return w, true
	}
	if m := shortYear.FindStringSubmatch(w); m != nil {
		n, _ := strconv.Atoi(m[1])
		return strconv.Itoa(century(n)), true
	}
	return "", false
}

// splitVehicle takes "2015 Ford F-150 XLT" apart. The year may stand first or
// last; where the model ends and the trim begins nobody can say without knowing
// the model, so model is all that follows the make.
func splitVehicle(s string) (year, make, model string) {
	words := strings.Fields(s)
	if len(words) == 0 {
		return "", "", ""
	}
	if y, ok := yearWord(words[0]); ok {
		year, words = y, words[1:]
	} else if y, ok := yearWord(words[len(words)-1]); ok && len(words) > 1 {
		year, words = y, words[:len(words)-1]
	} else if len(words) > 2 && len(words[0]) == 2 && makePrefix(words[1:]) > 0 && strings.Trim(words[0], "0123456789") == "" { // "15 FORD F150"
		n, _ := strconv.Atoi(words[0])
		year, words = strconv.Itoa(century(n)), words[1:]
	} else if y, ok := yearWord(words[min(len(words)-1, makePrefix(words))]); ok && makePrefix(words) > 0 { // "Ford 2015 F-150"
		n := makePrefix(words)
		year = y
		words = append(append([]string{}, words[:n]...), words[n+1:]...)
	}
	n := makePrefix(words)
	make = strings.Trim(strings.Join(words[:n], " "), ",.;:")
	return year, make, strings.Trim(strings.Join(words[n:], " "), " ,;:-–")
}

var (
	liters    = regexp.MustCompile(`(?i)(?:^|[^0-9.,])([0-9]{1,2}[.,][0-9]{1,2}) ?-?(?:l|lt|ltr|liter|litre|liters|litres|litros|t|i|d|s|tdi|tsi|tfsi|gdi|cdi)?(?:$|[^0-9a-z])`)
	wholeL    = regexp.MustCompile(`(?i)(?:^|[^0-9.,])([1-9]) ?(?:l|liter|litre|liters|litres)(?:$|[^0-9a-z])`)
	cubic     = regexp.MustCompile(`(?i)(?:^|[^0-9])([0-9]{3,5}) ?(cc|ccm|cm3|cm³|cid|ci|cu\.? ?in\.?)(?:$|[^0-9a-z])`)
	shaped    = regexp.MustCompile(`(?i)(?:^|[^0-9a-z])(?:v|i|l|h|w|r|flat|inline|straight|boxer)[ -]?(2|3|4|5|6|8|10|12|16)(?:$|[^0-9a-z.])`)
	cylinders = regexp.MustCompile(`(?i)(?:^|[^0-9])(1|2|3|4|5|6|8|10|12|16)[ -]?(?:cyl|zyl|cil)`)
	cylFirst  = regexp.MustCompile(`(?i)(?:cyl|cylinders?|zylinder|cilindros?)[ :]*(1|2|3|4|5|6|8|10|12|16)(?:$|[^0-9])`)
)

// splitEngine finds displacement, cylinders and fuel in "3.5L V6 ECOBOOST".
func splitEngine(s string) (displacement, count, fuel string) {
	if m := liters.FindStringSubmatch(s); m != nil {
		if v, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64); err == nil && v >= 0.5 && v <= 16 {
			displacement = strings.Replace(m[1], ",", ".", 1) + "L"
		}
	}
	if m := wholeL.FindStringSubmatch(s); m != nil && displacement == "" {
		displacement = m[1] + ".0L"
	}
	if m := cubic.FindStringSubmatch(s); m != nil && displacement == "" {
		displacement = m[1] + " " + strings.ToLower(strings.NewReplacer(".", "", " ", "").Replace(m[2]))
	}
	for _, re := range []*regexp.Regexp{cylinders, cylFirst, shaped} {
		if m := re.FindStringSubmatch(s); m != nil && count == "" {
			count = m[1]
		}
	}
	return displacement, count, fuelWord(s)
}

// fuelWord finds the word for a fuel in the text of an engine. Of a car with
// both, the hybrid counts.
func fuelWord(s string) string {
	words := " " + strings.Join(strings.FieldsFunc(strings.ToLower(s), notLetter), " ") + " "
	for _, f := range []struct{ word, fuel string }{
		{"plug in hybrid", "Plug-in Hybrid"}, {"phev", "Plug-in Hybrid"}, {"mild hybrid", ""}, {"mhev", ""}, {"hybrid", "Hybrid"},
		{"turbodiesel", "Diesel"}, {"diesel", "Diesel"}, {"tdi", "Diesel"}, {"cdi", "Diesel"}, {"bluetec", "Diesel"}, {"duramax", "Diesel"}, {"powerstroke", "Diesel"}, {"power stroke", "Diesel"}, {"cummins", "Diesel"}, {"ecodiesel", "Diesel"},
		{"electric", "Electric"}, {"bev", "Electric"}, {"flex fuel", "Flex Fuel"}, {"flexible fuel", "Flex Fuel"}, {"ffv", "Flex Fuel"}, {"gasoline", "Gasoline"}, {"gas", "Gasoline"}, {"petrol", "Gasoline"}, {"benzin", "Gasoline"}, {"cng", "CNG"},
	} {
		if strings.Contains(words, " "+f.word+" ") {
			return f.fuel
		}
	}
	return ""
}

var (
	doorWords  = regexp.MustCompile(`(?i)(?:^|[^0-9a-z])(([2-6])[ -]?(?:d|dr|drs|door|doors|türer|türig|puertas|portes|pt))(?:$|[^0-9a-z])`)
	driveWords = regexp.MustCompile(`(?i)(?:^|[^0-9a-z])(awd|4wd|4x4|fwd|rwd|2wd|4x2|all[ -]wheel drive|four[ -]wheel drive|front[ -]wheel drive|rear[ -]wheel drive)(?:$|[^0-9a-z])`)
)

// splitStyle takes "4D SUV AWD" apart.
func splitStyle(s string) (doors, drive, body string) {
	take := func(re *regexp.Regexp, group int) string {
		at := re.FindStringSubmatchIndex(s)
		if at == nil {
			return ""
		}
		word := s[at[2*group]:at[2*group+1]]
		s = s[:at[2]] + " " + s[at[3]:]
		return word
	}
	doors = take(doorWords, 2)
	drive = take(driveWords, 1)
	body = strings.Join(strings.Fields(strings.Trim(s, " ,;/-")), " ")
	return doors, drive, body
}
