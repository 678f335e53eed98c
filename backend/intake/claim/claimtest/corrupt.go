package claimtest

import (
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// A Corrupted is a VIN with one slip, and what the list claims of the vehicle.
type Corrupted struct {
	Row
	Written string
	Kind    string
}

// Corrupt writes n VINs with one slip each, the five kinds by turns, such that
// the slip shows: the check digit or the length is wrong. Substitutions are any
// character at any place, the hardest to undo; look-alikes are those that
// handwriting and scanners confuse.
func (w *Writer) Corrupt(n int) []Corrupted {
	kinds := []string{"substitution", "look_alike", "transposition", "missing", "extra"}
	out := make([]Corrupted, 0, n)
	for len(out) < n {
		row := w.List(1)[0]
		for row.Wrong != "" {
			row = w.List(1)[0]
		}
		kind := kinds[len(out)%len(kinds)]
		written := w.corrupt(row.VIN, kind)
		if written == "" || written == row.VIN {
			continue
		}
		if digit, ok := vin.CheckDigit(written); ok && byte(digit) == written[8] {
			continue
		}
		out = append(out, Corrupted{row, written, kind})
	}
	return out
}

const vinCharacters = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"

func (w *Writer) corrupt(s, kind string) string {
	i := w.rnd.IntN(17)
	c := string(vinCharacters[w.rnd.IntN(len(vinCharacters))])
	switch kind {
	case "substitution":
		return s[:i] + c + s[i+1:]
	case "look_alike":
		for range 40 {
			i = w.rnd.IntN(17)
			var options []string
			for _, p := range []string{"0O", "0Q", "1I", "0D", "1L", "1J", "1T", "17", "2Z", "S5", "8B", "6G", "CG", "38", "VU", "VY", "MN", "5S", "B8", "G6", "Z2", "D0", "UV", "NM", "49", "4A", "EF", "PR", "KX"} {
				if p[0] == s[i] {
					options = append(options, p[1:])
				}
			}
			if len(options) > 0 {
				return s[:i] + pick(w, options) + s[i+1:]
			}
		}
		return ""
	case "transposition":
		if i == 16 {
			return ""
		}
		return s[:i] + s[i+1:i+2] + s[i:i+1] + s[i+2:]
	case "missing":
		return s[:i] + s[i+1:]
	default:
		if w.chance(50) {
			c = s[i : i+1]
		}
		return strings.Join([]string{s[:i], s[i:]}, c)
	}
}
