package claimtest

import (
	"fmt"
	"io"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// A Score is how a check did on a list.
type Score struct {
	Rows, Honest int
	// FalseHard are honest cells that were flagged hard; they, too, are counted
	// in rows that hold an error elsewhere.
	FalseHard []string
	SoftRows  int // honest rows with a soft finding
	Soft      map[claim.Field]int
	Planted   map[claim.Field]int
	Hard      map[claim.Field]int // planted errors found hard
	Found     map[claim.Field]int // hard or soft
	Missed    []string
	Softs     []string
	HardRows  int // honest rows with a hard flag
}

// A Check is a way of comparing, such as claim.Checker's.
type Check func(r *vin.Result, c claim.Claimed) []claim.Finding

// Judge runs the check over the rows.
func Judge(d *vin.Decoder, rows []Row, check Check) *Score {
	s := &Score{Soft: map[claim.Field]int{}, Planted: map[claim.Field]int{}, Hard: map[claim.Field]int{}, Found: map[claim.Field]int{}}
	var r vin.Result
	for i := range rows {
		row := &rows[i]
		d.DecodeInto(&r, row.VIN, vin.Options{Now: Now})
		s.Rows++
		if row.Wrong == "" {
			s.Honest++
		} else {
			s.Planted[row.Wrong]++
		}
		soft, hard, found := false, false, false
		for _, f := range check(&r, row.Claimed) {
			line := fmt.Sprintf("%s %s: %s %q is %q (%s; make %q model %q)", row.VIN, row.Style, f.Field, f.Claimed, f.Decoded, f.Reason, row.Claimed[claim.Make], row.Claimed[claim.Model])
			switch {
			case f.Field == row.Wrong:
				if f.Severity == claim.Hard {
					s.Hard[f.Field]++
				}
				if f.Severity != claim.Untestable {
					s.Found[f.Field]++
				}
				found = f.Severity == claim.Hard
			case f.Severity == claim.Hard && !(row.Wrong == claim.Make && f.Field == claim.Model):
				hard = true
				s.FalseHard = append(s.FalseHard, line)
			case f.Severity == claim.Soft && row.Wrong == "":
				soft = true
				s.Soft[f.Field]++
				s.Softs = append(s.Softs, line)
			}
		}
		if row.Wrong != "" && !found {
			s.Missed = append(s.Missed, fmt.Sprintf("%s %s: planted %s %q for %q", row.VIN, row.Style, row.Wrong, row.Claimed[row.Wrong], row.Truth))
		}
		if soft {
			s.SoftRows++
		}
		if hard && row.Wrong == "" {
			s.HardRows++
		}
	}
	return s
}

// Recall is the share of a field's planted errors that were flagged hard, in
// percent; 100 where none was planted.
func (s *Score) Recall(f claim.Field) float64 {
	if s.Planted[f] == 0 {
		return 100
	}
	return 100 * float64(s.Hard[f]) / float64(s.Planted[f])
}

// Write prints the score as a table.
func (s *Score) Write(w io.Writer) {
	fmt.Fprintf(w, "%d rows, %d honest: %d false hard flags (%d rows, %.2f %%); soft on %d rows (%.1f %%)\n", s.Rows, s.Honest, len(s.FalseHard),
		s.HardRows, 100*float64(s.HardRows)/float64(max(s.Honest, 1)), s.SoftRows, 100*float64(s.SoftRows)/float64(max(s.Honest, 1)))
	for _, f := range claim.Fields() {
		if s.Planted[f] > 0 || s.Soft[f] > 0 {
			fmt.Fprintf(w, "  %-13s planted %5d, hard %6.2f %%, hard or soft %6.2f %%; soft on honest rows %d\n", f, s.Planted[f], s.Recall(f),
				100*float64(s.Found[f])/float64(max(s.Planted[f], 1)), s.Soft[f])
		}
	}
}

// Naive is the comparison that a checker has to beat: the words must be equal
// but for case.
func Naive(r *vin.Result, c claim.Claimed) (out []claim.Finding) {
	decoded := map[claim.Field]string{
		claim.Year: fmt.Sprint(r.ModelYear), claim.Make: r.Get("Make"), claim.Model: r.Get("Model"), claim.Series: r.Get("Series"),
		claim.Trim: r.Get("Trim"), claim.Body: r.Get("BodyClass"), claim.Fuel: r.Get("FuelTypePrimary"), claim.Drive: r.Get("DriveType"),
		claim.Transmission: r.Get("TransmissionStyle"), claim.Cylinders: r.Get("EngineCylinders"), claim.Displacement: r.Get("DisplacementL"),
		claim.Doors: r.Get("Doors"), claim.GVWR: r.Get("GVWR"),
	}
	for _, f := range claim.Fields() {
		said := strings.TrimSpace(c[f])
		if said == "" || decoded[f] == "" || strings.EqualFold(said, decoded[f]) {
			continue
		}
		sev := claim.Soft
		if f == claim.Year || f == claim.Make || f == claim.Model || f == claim.Body || f == claim.Fuel {
			sev = claim.Hard
		}
		out = append(out, claim.Finding{Field: f, Severity: sev, Claimed: said, Decoded: decoded[f], Reason: "The words differ."})
	}
	return out
}
