package vin

import "strings"

// MaxKey is the longest text that a pattern key is matched against: positions
// 4 to 8, a bar, positions 10 to 17.
const MaxKey = 14

// A Position is what a pattern key asks of one character.
type Position struct {
	// Match is the set of characters that satisfy the key here. Any reports
	// that every character does, also those that no Set can hold.
	Match Set
	Any   bool
	// Explicit is the set of characters that the key spells out, which is what
	// makes a character "valid" at this place and a position "used". It differs
	// from Match: a range matches I, O and Q without spelling them out, a
	// wildcard spells out nothing, '#' spells out the digits and matches none.
	Explicit Set
}

// ParseKey expands a vPIC pattern key such as "[A-C]*1|*[HJ]" into one
// Position a character of the text that it is compared with. Index 0 is VIN
// position 4, index 5 the bar that stands where position 9 would, index 6
// position 10.
//
// Two languages share the column. A key without '[' is an SQL LIKE prefix in
// which '*' and '_' are any character; a key with '[' is a pattern of classes
// in which '_' is literal. Both are prefixes and case-sensitive.
func ParseKey(key string) []Position { return appendKey(make([]Position, 0, MaxKey), key) }

// appendKey is ParseKey into memory of the caller's.
func appendKey(out []Position, key string) []Position {
	if strings.IndexByte(key, '[') < 0 {
		return appendLike(out, key)
	}
	return appendClasses(out, key)
}

func appendLike(out []Position, key string) []Position {
	// A trailing '%' adds nothing to a prefix; one inside is refused by the
	// index builder (vPIC has none).
	key = strings.TrimRight(key, "%")
	for i := range len(key) {
		switch c := key[i]; c {
		case '*':
			out = append(out, Position{Any: true})
		case '_':
			out = append(out, Position{Any: true, Explicit: bit('_')})
		case '#':
			out = append(out, Position{Match: bit('#'), Explicit: digitSet})
		default:
			out = append(out, Position{Match: bit(c), Explicit: bit(c)})
		}
	}
	return out
}

func appendClasses(out []Position, key string) []Position {
	for i := 0; i < len(key); i++ {
		switch c := key[i]; c {
		case '*':
			out = append(out, Position{Any: true})
		case '#':
			out = append(out, Position{Match: bit('#'), Explicit: digitSet})
		case '[':
			end := strings.IndexByte(key[i:], ']')
			if end < 0 {
				// An open class matches nothing; vPIC has none.
				return append(out, Position{})
			}
			class := key[i+1 : i+end]
			out = append(out, Position{Match: classMatch(class), Explicit: classExplicit(class)})
			i += end
		default:
			out = append(out, Position{Match: bit(c), Explicit: bit(c)})
		}
	}
	return out
}

var digitSet = func() (s Set) {
	for i := range len(digits) {
		s |= bit(digits[i])
	}
	return s
}()

// classMatch reads a class as the regular expression that vPIC makes of it:
// ranges by code point, so that [A-Z] matches I, O and Q too.
func classMatch(class string) Set {
	negate := strings.HasPrefix(class, "^")
	if negate {
		class = class[1:]
	}
	var s Set
	for i := 0; i < len(class); i++ {
		c := class[i]
		if i+2 < len(class) && class[i+1] == '-' {
			// "1-A-J" (two rows of WMI 7T0 in release 2026_10) is read as the
			// character 1 and the range A-J (decode-spec section 5).
			if i+4 < len(class) && class[i+3] == '-' {
				s |= bit(c)
				i++
				continue
			}
			for r := int(c); r <= int(class[i+2]); r++ {
				s |= bit(byte(r))
			}
			i += 2
			continue
		}
		s |= bit(c)
	}
	if negate {
		s = ^s &^ (1 << charOther)
	}
	return s
}

// classExplicit expands a class into valid characters: literally without '-'
// and '^', otherwise over the 33 characters that a VIN may hold.
func classExplicit(class string) Set {
	var s Set
	if !strings.ContainsAny(class, "-^") {
		for i := range len(class) {
			if class[i] != '*' && class[i] != '|' {
				s |= bit(class[i])
			}
		}
		return s
	}
	negate := strings.HasPrefix(class, "^")
	if negate {
		class = class[1:]
	}
	for i := 0; i < len(class); i++ {
		c := class[i]
		if i+2 < len(class) && class[i+1] == '-' {
			for r := range len(vinOrder) {
				if v := vinOrder[r]; v >= c && v <= class[i+2] {
					s |= bit(v)
				}
			}
			i += 2
			continue
		}
		s |= bit(c)
	}
	if negate {
		var all Set
		for r := range len(vinOrder) {
			all |= bit(vinOrder[r])
		}
		s = all &^ s
	}
	return s
}
