package vin

// CheckDigit computes the character that belongs at position 9 of a VIN of 17
// characters (49 CFR 565.15(c)). ok is false when another character is none
// that a VIN may hold (I, O, Q and signs have no value) or the length is wrong.
func CheckDigit(s string) (expected rune, ok bool) {
	if len(s) != 17 {
		return 0, false
	}
	sum := 0
	for i := range 17 {
		if i == 8 {
			continue
		}
		c := s[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		w := digitValue[c]
		if w == noValue {
			return 0, false
		}
		sum += int(w) * digitWeight[i]
	}
	return rune(digitOf[sum%11]), true
}

const (
	noValue = 255
	digitOf = "0123456789X"
)

var digitWeight = [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}

// digitValue is the transliteration of 49 CFR 565.15(c), table III.
var digitValue = func() (t [256]uint8) {
	for i := range t {
		t[i] = noValue
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = uint8(c - '0')
	}
	for i, c := range "ABCDEFGH" {
		t[c] = uint8(i + 1)
	}
	for i, c := range "JKLMN" {
		t[c] = uint8(i + 1)
	}
	t['P'], t['R'] = 7, 9
	for i, c := range "STUVWXYZ" {
		t[c] = uint8(i + 2)
	}
	return t
}()

// checkDigit is vPIC's own function: '?' where a character is not one that its
// rules allow (decode-spec section 7). correcting selects the stricter variant
// that vPIC uses to try out corrections.
func (q *query) checkDigit(correcting bool) byte {
	v := &q.v
	if q.n != 17 || yearOf[v[9]] == 0 || !alphanumeric(v[8]) {
		return '?'
	}
	digitsFrom := 14
	six := v[2] == '9'
	switch {
	case six:
	case correcting:
		digitsFrom = 12
	case q.carLT:
		digitsFrom = 12
	default:
		digitsFrom = 13
	}
	sum := 0
	for i, c := range v {
		if i == 8 {
			continue
		}
		w := digitValue[c]
		if w == noValue || (i >= digitsFrom && c > '9') {
			return '?'
		}
		sum += int(w) * digitWeight[i]
	}
	return digitOf[sum%11]
}

func alphanumeric(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' }
