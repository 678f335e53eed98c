package intake

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// ReportMark begins the headings of a report's own columns: a list with them
// is read again without them.
const ReportMark = "Hubcap "

var reportColumns = []string{"status", "code", "message", "suggestion", "verdict", "year", "make", "model", "series", "trim", "body", "fuel", "drive",
	"transmission", "cylinders", "displacement", "doors", "gvwr"}

var reportCodes = []string{"ModelYear", "Make", "Model", "Series", "Trim", "BodyClass", "FuelTypePrimary", "DriveType", "TransmissionStyle", "EngineCylinders",
	"DisplacementL", "Doors", "GVWR"}

// Report is the intake row by row: the list's own columns with what was
// corrected in them, then what the check made of each row. Files with other
// columns stand below each other.
func (s *Service) Report(ctx context.Context, c vehicle.Caller, id string) (header []string, rows iter.Seq2[[]string, error], err error) {
	have, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, nil, err
	}
	columns := unite(have.Intake.Files)
	header = append(slices.Clone(columns.names), reportHeader()...)
	return header, func(yield func([]string, error) bool) {
		stopped := false
		_, err := s.walk(ctx, c, id, func(f *File, piece []Row) error {
			for i := range piece {
				if !yield(append(columns.cells(f, &piece[i]), reported(&piece[i])...), nil) {
					stopped = true
					return context.Canceled
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}, nil
}

func reportHeader() []string {
	out := make([]string, len(reportColumns))
	for i, c := range reportColumns {
		out[i] = ReportMark + c
	}
	return out
}

func reported(r *Row) []string {
	var found []string
	for _, f := range r.Findings {
		if f.Severity != claim.Untestable {
			found = append(found, string(f.Severity)+":"+string(f.Field))
		}
	}
	messages := []string{r.Message}
	for _, f := range r.Findings {
		if f.Severity != claim.Untestable && f.Reason != r.Message {
			messages = append(messages, f.Reason)
		}
	}
	out := []string{string(r.Status), strings.Join(found, " "), strings.TrimSpace(strings.Join(messages, " ")), strings.Join(r.Suggestions, " "), r.Verdict.Verdict}
	for _, code := range reportCodes {
		out = append(out, r.Decoded[code])
	}
	return out
}

// united are the columns of several files as one table's.
type united struct {
	names []string
	place map[int][]int // by File.N: where its columns stand; -1 is left out
}

func unite(files []File) united {
	u := united{place: map[int][]int{}}
	for i := range files {
		f := &files[i]
		taken := map[int]bool{}
		for n, name := range f.Table.Columns {
			at := -1
			if name == "" {
				name = "Column " + letters(n)
			}
			if !strings.HasPrefix(name, ReportMark) {
				at = slices.IndexFunc(u.names, func(x string) bool { return strings.EqualFold(x, name) })
				for at >= 0 && taken[at] { // twice in one file
					name += " "
					at = slices.IndexFunc(u.names, func(x string) bool { return strings.EqualFold(x, name) })
				}
				if at < 0 {
					u.names = append(u.names, name)
					at = len(u.names) - 1
				}
				taken[at] = true
			}
			u.place[f.N] = append(u.place[f.N], at)
		}
	}
	return u
}

// letters names a column as spreadsheets do: A, B and so on to Z, AA.
func letters(n int) string {
	s := ""
	for n++; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}

// cells are a row's cells in the united table, corrected.
func (u *united) cells(f *File, r *Row) []string {
	own := slices.Clone(r.cells)
	for _, v := range r.Edited {
		i := slices.IndexFunc(f.Mapping.Columns, func(c mapping.Column) bool { return c.Target == v.Target && c.Name == v.Name })
		if i >= 0 {
			if at := f.Mapping.Columns[i].Index; at < len(own) {
				own[at] = v.Text
			}
		}
	}
	out := make([]string, len(u.names))
	for i, at := range u.place[f.N] {
		if at >= 0 && i < len(own) {
			out[at] = own[i]
		}
	}
	return out
}
