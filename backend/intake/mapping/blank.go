package mapping

import "strings"

// blanks are what lists write where they have nothing to say, in lower case and
// without blanks and points.
var blanks = map[string]bool{
	"-": true, "--": true, "---": true, "—": true, "–": true, "_": true, "?": true, "??": true, "???": true,
	"n/a": true, "na": true, "n\\a": true, "#n/a": true, "#ref!": true, "#value!": true, "#name?": true, "#null!": true, "#div/0!": true,
	"none": true, "null": true, "nil": true, "nan": true, "unknown": true, "unk": true, "unkn": true, "undefined": true, "unspecified": true,
	"tbd": true, "tba": true, "notavailable": true, "notspecified": true, "notlisted": true, "notgiven": true, "notprovided": true, "notapplicable": true, "nodata": true, "(blank)": true, "(none)": true, "blank": true,
	"k/a": true, "keineangabe": true, "unbekannt": true, "ohneangabe": true, "s/d": true, "desconocido": true, "noaplica": true, "n/d": true, "inconnu": true, "nonrenseigné": true,
}

// blank reports whether a cell says nothing.
func blank(s string) bool {
	if s == "" {
		return true
	}
	if len(s) > 20 {
		return false
	}
	s = strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '\'' || r == '\u00a0' {
			return -1
		}
		return r
	}, s))
	return s == "" || blanks[s]
}
