package claim

import (
	"strconv"
	"strings"
)

// checkGVWR compares weights in pounds: a class, a number or a range, with the
// class or classes that the VIN allows (49 CFR 565.15(b), vPIC elements 25 and
// 190).
func (c *Checker) checkGVWR(v *view, said string, out *finder) {
	lo, hi, ok := classPounds(v.gvwr)
	if !ok {
		out.untestable(said, v.gvwr, "The VIN does not say the gross weight.")
		return
	}
	if lo2, hi2, ok := classPounds(v.gvwrTo); ok {
		lo, hi = min(lo, lo2), max(hi, hi2)
	}
	from, to, ok := claimedPounds(said)
	switch {
	case !ok:
		out.untestable(said, v.gvwr, "The list's gross weight can't be read.")
	case from <= hi+1 && to >= lo-1:
	default:
		out.differ(v, false, said, v.gvwr, "The VIN says "+v.gvwr+".")
	}
}

const endless = 1 << 30

// classPounds reads "Class 2E: 6,001 - 7,000 lb (...)".
func classPounds(s string) (lo, hi int, ok bool) {
	_, s, ok = strings.Cut(s, ":")
	if !ok {
		return 0, 0, false
	}
	s, _, _ = strings.Cut(s, "(")
	n := numbers(s)
	switch {
	case len(n) == 0:
		return 0, 0, false
	case strings.Contains(s, "or less"):
		return 0, n[0], true
	case strings.Contains(s, "above"):
		return n[0], endless, true
	case len(n) < 2:
		return 0, 0, false
	}
	return n[0], n[1], true
}

// classes are the ranges by the class's name.
var classes = map[string][2]int{
	"1": {0, 6000}, "2": {6001, 10000}, "3": {10001, 14000}, "4": {14001, 16000}, "5": {16001, 19500},
	"6": {19501, 26000}, "7": {26001, 33000}, "8": {33001, endless},
	"1A": {0, 3000}, "1B": {3001, 4000}, "1C": {4001, 5000}, "1D": {5001, 6000},
	"2E": {6001, 7000}, "2F": {7001, 8000}, "2G": {8001, 9000}, "2H": {9001, 10000},
	// The trade's halves of class 2 (40 CFR 86.1803: heavy-duty from 8,501).
	"2A": {6001, 8500}, "2B": {8501, 10000},
	"A": {0, 3000}, "B": {3001, 4000}, "C": {4001, 5000}, "D": {5001, 6000}, "E": {6001, 7000}, "F": {7001, 8000}, "G": {8001, 9000}, "H": {9001, 10000},
}

func claimedPounds(s string) (from, to int, ok bool) {
	up := strings.ToUpper(s)
	name := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(up), "GVWR"), " "))
	name = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(name, "CLASS"), "-"))
	if cut := strings.IndexAny(name, " :("); cut > 0 && (strings.Contains(up, "CLASS") || strings.Contains(name, ":")) {
		name = name[:cut]
	}
	if c, ok := classes[name]; ok {
		return c[0], c[1], true
	}
	unit, _, _ := strings.Cut(up, "(")
	n := numbers(unit)
	if len(n) == 0 {
		return 0, 0, false
	}
	if strings.Contains(unit, "KG") {
		for i := range n {
			n[i] = int(float64(n[i])/0.45359237 + 0.5)
		}
	}
	from, to = n[0], n[0]
	if len(n) > 1 {
		to = n[1]
	}
	if to < 500 { // thousands, or no weight
		return 0, 0, false
	}
	switch {
	case strings.Contains(unit, "LESS"), strings.Contains(unit, "UNDER"), strings.Contains(unit, "UP TO"), strings.Contains(unit, "<"):
		from = 0
	case strings.Contains(unit, "ABOVE"), strings.Contains(unit, "OVER"), strings.Contains(unit, "MORE"), strings.Contains(unit, "+"), strings.Contains(unit, ">"):
		to = endless
	}
	return min(from, to), max(from, to), true
}

// numbers are the whole numbers of a text; "6,001" is one.
func numbers(s string) (out []int) {
	for i := 0; i < len(s); {
		if !isDigit(s[i]) {
			i++
			continue
		}
		digits := []byte{}
		for i < len(s) && (isDigit(s[i]) || s[i] == ',' && i+1 < len(s) && isDigit(s[i+1])) {
			if s[i] != ',' {
				digits = append(digits, s[i])
			}
			i++
		}
		if i < len(s) && s[i] == '.' {
			for i++; i < len(s) && isDigit(s[i]); i++ {
			}
		}
		if n, err := strconv.Atoi(string(digits)); err == nil {
			out = append(out, n)
		}
	}
	return out
}
