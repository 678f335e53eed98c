package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/checklist"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/repair"
	"github.com/hubcap-dev/hubcap/backend/report"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

func evening(rows int) (*intake.Intake, *intake.View) {
	i := &intake.Intake{Name: "Friday in Zürich – лоты", Files: []intake.File{{Name: "lots.csv"}}, Wishes: checklist.Wishes{Ceiling: &vehicle.Money{Minor: 1500000, Currency: "USD"}}}
	v := &intake.View{Total: rows + 1, Checked: rows, Done: true, Counts: intake.Counts{Status: map[intake.Status]int{}, Field: map[claim.Field]int{claim.Year: 2, claim.Model: 1}}}
	for n := 1; n <= rows; n++ {
		r := intake.Row{File: 1, N: n, Lot: fmt.Sprint(100 + n), VIN: "1FTEW1EG5FFB12345", Status: intake.Ready,
			Decoded: map[string]string{"ModelYear": "2015", "Make": "FORD", "Model": "F-150"}, Asking: &vehicle.Money{Minor: 1245000, Currency: "USD"},
			Odometer: &vehicle.Distance{Value: "82838", Unit: "mi", Meters: 133314840},
			Verdict:  checklist.Verdict{Verdict: checklist.Buy, Lines: []checklist.Line{{Rule: "C10", Verdict: checklist.Buy, Text: "The price of 12450.00 USD is 2550.00 USD below your ceiling."}}}}
		switch n % 5 {
		case 1:
			r.Status, r.Message = intake.Mismatch, "The list and the VIN disagree."
			r.Findings = []claim.Finding{
				{Field: claim.Model, Severity: claim.Hard, Claimed: "Ranger", Decoded: "F-150", Reason: "vPIC knows Ranger as another model of Ford."},
				{Field: claim.Year, Severity: claim.Hard, Claimed: "2016", Decoded: "2015", Reason: "Position 10 is F, which stands for 2015."},
				{Field: claim.Trim, Severity: claim.Soft, Claimed: "XLT " + strings.Repeat("Super", 30), Decoded: "", Reason: "The VIN does not say what trim it is."}}
			r.Verdict = checklist.Verdict{Verdict: checklist.Leave, Lines: []checklist.Line{{Rule: "C2", Verdict: checklist.Leave, Text: "The VIN contradicts the claimed model."}, {Rule: "C10", Verdict: checklist.Buy, Text: "The price of 12450.00 USD is 2550.00 USD below your ceiling."}}}
		case 2:
			r.Status, r.Message, r.VIN, r.Lot, r.Asking, r.Odometer = intake.Fixable, "The check digit should be 5 and is 6.", "1FTEW1EG6FFB12345", "", nil, nil
			r.Decoded, r.Claimed = nil, claim.Claimed{claim.Year: "2015", claim.Make: "Škoda", claim.Model: "=cmd|' /C calc'!A0"}
			r.Repairs = []repair.Candidate{{VIN: "1FTEW1EG5FFB12345", Title: "2015 FORD F-150"}}
			r.Verdict = checklist.Verdict{Verdict: checklist.Look, Lines: []checklist.Line{{Rule: "C1", Verdict: checklist.Look, Text: "The VIN is wrong, and one edit makes it right."}}}
		case 3:
			r.Status, r.Message, r.SameAs = intake.Duplicate, "An earlier row has this VIN.", &intake.Ref{File: 1, Row: 1}
		}
		v.Counts.Status[r.Status]++
		v.Rows = append(v.Rows, r)
	}
	return i, v
}

func TestSheets(t *testing.T) {
	for _, tt := range []struct {
		name string
		rows int
		p    report.Paper
	}{{"letter", 6, report.Letter}, {"a4", 40, report.A4}, {"empty", 0, report.A4}} {
		t.Run(tt.name, func(t *testing.T) {
			i, v := evening(tt.rows)
			l := &intake.Look{Statuses: []intake.Status{intake.Ready, intake.Mismatch}, Sort: []intake.Order{{By: "score", Down: true}}}
			if tt.rows == 40 {
				i.Files = []intake.File{{N: 1, Name: "lots.csv"}, {N: 2, Name: "more lots of the evening, second file.xlsx"}}
				v.Rows[5].File = 2
			}
			var b bytes.Buffer
			if err := report.Sheet(&b, head(tt.p), i, l, v); err != nil {
				t.Fatal(err)
			}
			keep(t, "sheet-"+tt.name+".pdf", b.Bytes())
			golden(t, "sheet-"+tt.name+".txt", read(t, b.Bytes()))
			b.Reset()
			if err := report.Discrepancies(&b, head(tt.p), i, v); err != nil {
				t.Fatal(err)
			}
			keep(t, "discrepancy-"+tt.name+".pdf", b.Bytes())
			got := read(t, b.Bytes())
			golden(t, "discrepancy-"+tt.name+".txt", got)
			for _, not := range []string{"15,000", "ceiling", "12,450", "PASS", "C10"} {
				if strings.Contains(got, not) {
					t.Errorf("the seller's report tells %q of the buyer:\n%s", not, got)
				}
			}
		})
	}
}
