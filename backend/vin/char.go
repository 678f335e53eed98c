package vin

import "math/bits"

// A Char is the small number of one VIN character, so that a set of
// characters fits one machine word. Numbers follow the order in which vPIC
// prints sets: signs, then digits, then letters (decode-spec section 6).
type Char = uint8

// charOther stands for every character that no pattern key may hold. Its bit
// is never set in a Set, so such a character is in no set.
const charOther Char = 63

const (
	signs      = "!#$%&()*+,-./:;=?@[]^_|~<>"
	digits     = "0123456789"
	letters    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	alphabet   = signs + digits + letters
	firstDigit = Char(len(signs))
	firstLet   = firstDigit + 10
)

// A Set is a set of characters, one bit a Char.
type Set uint64

// vinOrder holds the 33 characters that a range in a key's class stands for
// when it is expanded into valid characters: no I, O or Q.
const vinOrder = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"

var charOf = func() (t [256]Char) {
	for i := range t {
		t[i] = charOther
	}
	for i := range len(alphabet) {
		t[alphabet[i]] = Char(i)
	}
	return t
}()

// bit is the set of one character; empty for charOther.
func bit(c byte) Set {
	if n := charOf[c]; n != charOther {
		return 1 << n
	}
	return 0
}

// Contains reports whether the set holds the character.
func (s Set) Contains(c byte) bool { return s&bit(c) != 0 }

// appendTo appends the characters in vPIC's printing order.
func (s Set) appendTo(b []byte) []byte {
	for s &= 1<<len(alphabet) - 1; s != 0; s &= s - 1 {
		b = append(b, alphabet[bits.TrailingZeros64(uint64(s))])
	}
	return b
}

// String lists the characters: signs, digits, letters.
func (s Set) String() string { return string(s.appendTo(nil)) }
