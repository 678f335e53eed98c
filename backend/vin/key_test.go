package vin_test

import (
	"testing"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

func TestParseKey(t *testing.T) {
	for _, c := range []struct {
		name, key       string
		at              int
		any             bool
		match, explicit string
	}{
		{"literal", "AB", 1, false, "B", "B"},
		{"star", "*B", 0, true, "", ""},
		{"underscore in a LIKE key is any character", "_B", 0, true, "", "_"},
		{"digit sign", "**#", 2, false, "#", "0123456789"},
		{"list", "[B2D]", 0, false, "2BD", "2BD"},
		{"underscore in a class is itself", "[X__]", 0, false, "_X", "_X"},
		{"star in a class is dropped from the valid characters", "[*A]", 0, false, "*A", "A"},
		{"range spells out no I, O, Q", "[G-R]", 0, false, "GHIJKLMNOPQR", "GHJKLMNPR"},
		{"range of digits", "[0-4]", 0, false, "01234", "01234"},
		{"negated", "[^A-Z0-8]", 0, false, "!#$%&()*+,-./:;=?@[]^_|~<>9", "9"},
		{"behind the bar", "*****|*[HJ]", 7, false, "HJ", "HJ"},
		{"the bar itself", "*****|*H", 5, false, "|", "|"},
		{"the odd class of WMI 7T0", "[1-A-JT]", 0, false, "1ABCDEFGHIJT", "-123456789AJT"},
		{"dash at the end", "[A-]", 0, false, "-A", "-A"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := vin.ParseKey(c.key)
			if c.at >= len(p) {
				t.Fatalf("%q has %d positions", c.key, len(p))
			}
			got := p[c.at]
			if got.Any != c.any || got.Match.String() != c.match || got.Explicit.String() != c.explicit {
				t.Errorf("%q at %d: any %v, match %q, explicit %q; want %v, %q, %q",
					c.key, c.at, got.Any, got.Match, got.Explicit, c.any, c.match, c.explicit)
			}
		})
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, in string
		check    func(p vin.Parts) bool
	}{
		{"parts", "1hgcm82633a004352", func(p vin.Parts) bool {
			return p.WMI == "1HG" && p.VDS == "CM8263" && p.VIS == "3A004352" && p.Plant == "A" && p.Serial == "004352" &&
				p.CheckDigit == "3" && p.Expected == "3" && len(p.Problems) == 0 && p.Region == "North America"
		}},
		{"small builder", "1M9WB608XAP538899", func(p vin.Parts) bool {
			return p.SmallBuilder && p.WMI == "1M9538" && p.Serial == "899"
		}},
		{"check digit", "1HGCM82643A004352", func(p vin.Parts) bool {
			return len(p.Problems) == 1 && p.Problems[0] == vin.Problem{Kind: vin.ProblemCheckDigit, Position: 9, Character: "4", Instead: "3"}
		}},
		{"look-alikes", "IHGCM82633AO04352", func(p vin.Parts) bool {
			return len(p.Problems) == 2 && p.Problems[0].Instead == "1" && p.Problems[1].Instead == "0" && p.Problems[1].Position == 12
		}},
		{"short", "1HG", func(p vin.Parts) bool {
			return p.WMI == "1HG" && p.VDS == "" && len(p.Problems) == 1 && p.Problems[0].Kind == vin.ProblemShort
		}},
		{"long", "1HGCM82633A004352X", func(p vin.Parts) bool {
			return p.VIN == "1HGCM82633A004352" && p.Length == 18 && p.Problems[0].Kind == vin.ProblemLong
		}},
		{"unknown is no problem", "5YJ3E1EB*KF******", func(p vin.Parts) bool { return len(p.Problems) == 0 }},
		{"year code", "1HGCM8263UA004352", func(p vin.Parts) bool {
			return len(p.ModelYears) == 0 && len(p.Problems) > 0 && p.Problems[0].Kind == vin.ProblemYearCode
		}},
		{"foreign letter", "1HGCM826Ä3A004352", func(p vin.Parts) bool {
			return p.VIN == "1HGCM826Ä3A004352"
		}},
		{"empty", "  ", func(p vin.Parts) bool { return p.VIN == "" && len(p.Problems) == 1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if p := vin.Parse(c.in); !c.check(p) {
				t.Errorf("%q: got %+v", c.in, p)
			}
		})
	}
}

func TestYearCandidates(t *testing.T) {
	for code, want := range map[rune]int{'A': 2010, 'H': 2017, 'J': 2018, 'P': 2023, 'R': 2024, 'Y': 2030, '1': 2031, '9': 2039, 't': 2026} {
		if got := vin.YearCandidates(code); len(got) != 2 || got[0] != want || got[1] != want-30 {
			t.Errorf("%c: got %v, want %d and %d", code, got, want, want-30)
		}
	}
	for _, code := range "IOQUZ0*Ä " {
		if got := vin.YearCandidates(code); got != nil {
			t.Errorf("%c: got %v, want none", code, got)
		}
	}
}

func TestCheckDigit(t *testing.T) {
	for in, want := range map[string]string{
		"1HGCM82633A004352": "3", "11111111111111111": "1", "1M9WB608XAP538899": "X", "1hgcm82633a004352": "3",
	} {
		if got, ok := vin.CheckDigit(in); !ok || string(got) != want {
			t.Errorf("%s: got %c %v, want %s", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "1HG", "IHGCM82633A004352", "1HGCM82633A00435*", "1HGCM82633A0043522"} {
		if got, ok := vin.CheckDigit(in); ok {
			t.Errorf("%q: got %c, want none", in, got)
		}
	}
}
