package search_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/search"
)

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, query, problem, remedy string }{
		{"an unknown operator", "colour:red", "colour:", `make:, model:`},
		{"an unknown operator, quotable", "http://x", "http:", `"http://x"`},
		{"no value", "make: ford", "make:", "has:make"},
		{"an empty quote", `make:""`, "make:", "value"},
		{"not a number", "year:new", `"new" is not a number for year:`, "year:1000"},
		{"half a range", "year:2015..x", `"x"`, "year:"},
		{"a range of nothing", "year:..", "year:", "year:"},
		{"a range backwards", "year:2018..2015", "year:", "year:2015..2018"},
		{"an unknown unit", "cost:5km", "cost:", "digits"},
		{"not a date", "due:soon", `"soon" is not a date for due:`, "due:<30d"},
		{"a month that is none", "due:2026-13", "due:", "a day"},
		{"has nothing", "has:wheels", "has:", "note:"},
		{"two signs", "year:<>3", "year:", "year:"},
		{"too little of a VIN", "vin:1f", "vin:", "four or more"},
		{"marks for a text", "note:!", "note:", "letters"},
		{"a novel", strings.Repeat("word ", 40), "32", "less"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := search.Parse(c.query, fields, now)
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 {
				t.Fatalf("Parse(%q) = %v, want Invalid", c.query, err)
			}
			if got := f.Fields[0]; got.Pointer != "/q" || !strings.Contains(got.Problem, c.problem) || !strings.Contains(got.Remedy, c.remedy) {
				t.Errorf("Parse(%q) says %q, remedy %q, want %q and %q", c.query, got.Problem, got.Remedy, c.problem, c.remedy)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`make:ford year:2015..2018 cost:>1000 has:note due:<30d tag:x -make:x "quoted phrase"`,
		`"never closed`, `-`, `--x`, `a:b:c`, `year:-1..`, "\x00\xff", `due:-9999y`, "F-150's ./-'", `vin:*****`, `cost:1e309`, `year:99999999999999999999`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := search.Parse(s, fields, now)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("Parse(%q) = %v, want Invalid or nothing", s, err)
			}
			return
		}
		for _, c := range q.Clauses {
			if c.Range != nil && !(c.Range.From <= c.Range.To) && !strings.ContainsAny(s, "<>") {
				t.Errorf("Parse(%q) has the range %v", s, *c.Range)
			}
		}
	})
}
