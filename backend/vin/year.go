package vin

// yearOf gives the year of the 2010-2039 cycle that a character at position 10
// stands for (49 CFR 565.15, table VII); 0 for the others.
var yearOf = func() (t [256]uint16) {
	for i, c := range "ABCDEFGHJKLMNPRSTVWXY123456789" {
		t[c] = uint16(2010 + i)
	}
	return t
}()

// YearCandidates are the model years between 1980 and 2039 that a year code
// (position 10) can stand for, the later one first. None for I, O, Q, U, Z, 0
// and other characters.
func YearCandidates(code rune) []int {
	if code >= 'a' && code <= 'z' {
		code -= 'a' - 'A'
	}
	if code < 0 || code > 255 || yearOf[byte(code)] == 0 {
		return nil
	}
	y := int(yearOf[byte(code)])
	return []int{y, y - 30}
}
