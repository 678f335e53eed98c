package sheet_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/sheet"
)

// No cell begins like a formula, and nothing of a text is lost.
func TestNoCellIsAFormula(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"} {
		if got := sheet.Cell(text); got != "'"+text {
			t.Errorf("Cell(%q) = %q", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		got := sheet.Row([]string{text})[0]
		if strings.ContainsAny(got[:min(1, len(got))], "=+-@\t\r") || strings.TrimPrefix(got, "'") != strings.TrimPrefix(text, "'") && got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
