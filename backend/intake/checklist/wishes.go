package checklist

import (
	"strings"
	"unicode"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// price is the rule C10.
func (j *judge) price() {
	c, a := j.wishes.Ceiling, j.lot.Asking
	switch {
	case c == nil:
	case a == nil:
		j.say("C10", Look, "The list names no price to hold against your ceiling of %s.", c)
	case a.Currency != c.Currency:
		j.say("C10", Look, "The price of %s is in another currency than your ceiling.", a)
	case a.Minor > c.Minor:
		j.say("C10", Leave, "The price of %s is %s above your ceiling.", a, vehicle.Money{Minor: a.Minor - c.Minor, Currency: c.Currency})
	case a.Minor == 0:
		j.say("C10", Look, "The price of 0 is no price.")
	default:
		j.say("C10", Buy, "The price of %s is %s below your ceiling.", a, vehicle.Money{Minor: c.Minor - a.Minor, Currency: c.Currency})
	}
}

// wanted are the rules C11 and C12.
func (j *judge) wanted() {
	if len(j.wishes.Makes) > 0 {
		decoded, claimed := j.element("Make"), j.lot.Claimed[claim.Make]
		switch {
		case decoded == "" && claimed == "":
			j.say("C11", Look, "Nothing says what make it is.")
		case !j.wishedMake(decoded) && !j.wishedMake(claimed):
			name := decoded
			if name == "" {
				name = claimed
			}
			j.say("C11", Leave, "%s is none of the makes that you look for.", name)
		}
	}
	if least := j.wishes.MinYear; least > 0 {
		switch y := j.year(); {
		case y == 0:
			j.say("C12", Look, "Nothing says what model year it is.")
		case y < least:
			j.say("C12", Leave, "It is of model year %d; you look for %d and newer.", y, least)
		}
	}
}

// wishedMake reports whether a make is one of those that are looked for, or
// begins like it, as Mercedes does.
func (j *judge) wishedMake(name string) bool {
	name = letters(name)
	for _, w := range j.wishes.Makes {
		w = letters(w)
		if long := map[string]string{"CHEVY": "CHEVROLET", "VW": "VOLKSWAGEN"}[w]; long != "" {
			w = long
		}
		if w != "" && name != "" && (strings.HasPrefix(name, w) || strings.HasPrefix(w, name)) {
			return true
		}
	}
	return false
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}
