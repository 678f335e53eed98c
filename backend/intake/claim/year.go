package claim

import (
	"strconv"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// years are the model years that a cell may mean: "2015", "15", "'15",
// "2015.5", "MY2015", "2014/2015".
func years(s string) (out []int) {
	for i := 0; i < len(s); {
		if !isDigit(s[i]) {
			i++
			continue
		}
		j, n := i, 0
		for j < len(s) && isDigit(s[j]) {
			if j-i < 5 {
				n = n*10 + int(s[j]-'0')
			}
			j++
		}
		switch {
		case j-i == 4 && n >= 1900 && n < 2100:
			out = append(out, n)
		case j-i == 2 && len(out) == 0:
			if n < 50 {
				n += 2000
			} else {
				n += 1900
			}
			out = append(out, n)
		case j-i == 8 && len(s) == 8: // a date without signs
			if y, err := strconv.Atoi(s[:4]); err == nil && y >= 1900 && y < 2100 {
				out = append(out, y)
			}
		}
		if i = j; i < len(s) && s[i] == '.' {
			break // "2015.5", "2015.0"
		}
	}
	return out
}

func (c *Checker) checkYear(v *view, said string, out *finder) {
	claimed := years(said)
	decoded := v.r.ModelYear
	switch {
	case len(claimed) == 0:
		out.untestable(said, itoa(decoded), "The list's year can't be read as a year.")
		return
	case decoded == 0 || len(v.r.VIN) < 10:
		out.untestable(said, "", "The VIN holds no model year at position 10.")
		return
	}
	possible := []int{decoded}
	if !v.r.Conclusive {
		possible = vin.YearCandidates(rune(v.r.VIN[9]))
	}
	for _, y := range claimed {
		for _, p := range possible {
			if y == p {
				return
			}
		}
	}
	y := claimed[len(claimed)-1]
	text := "The VIN's model year is " + itoa(decoded) + ", not " + itoa(y) + "."
	switch {
	case v.fits && !c.finishedLater(v, y):
		out.hard(said, itoa(decoded), text)
	case v.fits:
		out.soft(said, itoa(decoded), "The VIN's model year is that of the chassis, "+itoa(decoded)+"; a finished vehicle may bear a later one.")
	default:
		out.soft(said, itoa(decoded), text[:len(text)-1]+v.doubt())
	}
}

// finishedLater: a chassis that another maker finished is sold under that
// maker's year, which may be one or two later.
func (c *Checker) finishedLater(v *view, claimed int) bool {
	later := claimed - v.r.ModelYear
	if later < 1 || later > 2 {
		return false
	}
	b := bodyOf(v.body)
	if b&(bodyMotorhome|bodyBus|bodyAmbulance) != 0 {
		return true
	}
	return b&bodyChassis != 0 && v.claimMake != "" && v.claimMake != v.makeKey && !c.words.major[v.claimMake]
}

func itoa(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
