package repair

import (
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// A slip is one edit and the VIN that it leads to; its check digit is right.
type slip struct {
	vin      [17]byte
	kind     string
	position int
	from, to string
	weight   int // thousandths of a natural logarithm
}

const legal = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"

// How likely each slip is, beside a substitution by any of the other 32
// characters at any of 17 places: two exchanged are one of 16, a look-alike is
// one of two or three. (The five kinds of slip are taken to be equally common.)
const (
	weightSwap      = 3500
	weightLookAlike = 2800
	weightResembles = 1200
	weightNeighbour = 600
	weightIllegal   = 6000 // I, O and Q stand in no VIN
	weightMissing   = 0
	weightExtra     = 0
	weightTwice     = 693 // of two alike, either may be the one
)

// looks are characters that eyes, pens and scanners confuse, both ways;
// resembles those that they confuse now and then.
var (
	looks     = pairs("O0 Q0 I1 D0 L1 J1 T1 71 Z2 S5 B8 G6 CG 38 UV VY MN KX 49 A4 EF PR")
	resembles = pairs("T7 72 C6 C0 B6 86 3B E3 PF VW HN HM XY 94 9G 9P 53 56 Z7 F7 80 60 90 U0 YV R8 RK")
)

// keys are neighbours on the keyboard and on the number pad.
var keys = neighbours("1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")

func pairs(s string) (t [256][]byte) {
	for p := range strings.FieldsSeq(s) {
		if len(p) == 2 {
			t[p[0]] = append(t[p[0]], p[1])
			t[p[1]] = append(t[p[1]], p[0])
		}
	}
	return t
}

func neighbours(rows ...string) (t [256][]byte) {
	for _, row := range rows {
		for i := 1; i < len(row); i++ {
			t[row[i]] = append(t[row[i]], row[i-1])
			t[row[i-1]] = append(t[row[i-1]], row[i])
		}
	}
	for _, column := range []string{"147", "258", "369", "1Q", "2W", "3E", "4R", "5T", "6Y", "7U", "9O", "QA", "WS", "ED", "RF", "TG", "YH", "UJ", "AZ", "SX", "DC", "FV", "GB", "HN", "JM"} {
		for i := 1; i < len(column); i++ {
			t[column[i]] = append(t[column[i]], column[i-1])
			t[column[i-1]] = append(t[column[i-1]], column[i])
		}
	}
	return t
}

func has(t *[256][]byte, a, b byte) bool {
	for _, c := range t[a] {
		if c == b {
			return true
		}
	}
	return false
}

// appendSlips finds every VIN one slip away with the right check digit.
func appendSlips(out []slip, s string) []slip {
	add := func(v [17]byte, kind string, position int, from, to string, weight int) {
		if c, ok := checkDigit(&v); ok && c == v[8] {
			out = append(out, slip{v, kind, position, from, to, weight})
		}
	}
	switch len(s) {
	case 17:
		substitutions(s, add)
		swaps(s, add)
	case 16:
		for i := 0; i <= 16; i++ {
			for k := range len(legal) {
				c := legal[k]
				if i > 0 && s[i-1] == c {
					continue // the same as before its twin
				}
				var v [17]byte
				copy(v[:], s[:i])
				v[i] = c
				copy(v[i+1:], s[i:])
				weight := weightMissing
				if i < 16 && s[i] == c {
					weight += weightTwice
				}
				add(v, Missing, i+1, "", string(c), weight)
			}
		}
	case 18:
		for i := range 18 {
			if i > 0 && s[i-1] == s[i] {
				continue
			}
			var v [17]byte
			copy(v[:], s[:i])
			copy(v[i:], s[i+1:])
			weight := weightExtra
			if i < 17 && s[i] == s[i+1] || i == 0 && s[i] == 'I' { // scanners read a leading I of Code 39
				weight += weightTwice
			}
			add(v, Extra, i+1, s[i:i+1], "", weight)
		}
	}
	return out
}

type adder func(v [17]byte, kind string, position int, from, to string, weight int)

func substitutions(s string, add adder) {
	var v [17]byte
	copy(v[:], s)
	// All of I, O and Q at once: who writes one O for a zero writes them all.
	all, first, changed := v, -1, 0
	for i, c := range v {
		if x := meant(c); x != 0 {
			all[i] = x
			changed++
			if first < 0 {
				first = i
			}
		}
	}
	if changed > 1 {
		add(all, LookAlike, first+1, s[first:first+1], string(all[first]), weightIllegal)
	}
	for i, old := range v {
		for k := range len(legal) {
			c := legal[k]
			if c == old {
				continue
			}
			kind, weight := Substitution, 0
			switch {
			case meant(old) == c:
				kind, weight = LookAlike, weightIllegal
			case has(&looks, old, c):
				kind, weight = LookAlike, weightLookAlike
			case has(&resembles, old, c):
				kind, weight = LookAlike, weightResembles
			case has(&keys, old, c):
				weight = weightNeighbour
			}
			v[i] = c
			add(v, kind, i+1, s[i:i+1], string(c), weight)
		}
		v[i] = old
	}
}

// meant is what an illegal letter stands for, 0 for legal ones.
func meant(c byte) byte {
	switch c {
	case 'O', 'Q':
		return '0'
	case 'I':
		return '1'
	}
	return 0
}

func swaps(s string, add adder) {
	for i := 1; i < 17; i++ {
		if s[i] == s[i-1] {
			continue
		}
		var v [17]byte
		copy(v[:], s)
		v[i], v[i-1] = v[i-1], v[i]
		add(v, Transposition, i, s[i-1:i+1], string(v[i-1])+string(v[i]), weightSwap)
	}
}

// checkDigit is 49 CFR 565.15(c) without allocation; vin.CheckDigit reads
// strings.
func checkDigit(v *[17]byte) (byte, bool) {
	sum := 0
	for i, c := range v {
		x := values[c]
		if x < 0 {
			return 0, false
		}
		sum += int(x) * weights[i]
	}
	return "0123456789X"[sum%11], true
}

var weights = [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}

// values are taken from vin.CheckDigit itself, so that there is one table.
var values = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range len(legal) {
		// Alone at position 16, whose weight is 3: 3x mod 11 tells x.
		s := []byte("00000000000000000")
		s[15] = legal[i]
		digit, ok := vin.CheckDigit(string(s))
		if !ok {
			continue
		}
		for x := range 11 {
			if "0123456789X"[3*x%11] == byte(digit) {
				t[legal[i]] = int8(x)
				break
			}
		}
	}
	return t
}()
