package intake

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
)

// Look says which rows of a checked intake somebody wants to see.
type Look struct {
	Statuses []Status
	Severity claim.Severity // at least one finding of it
	Field    claim.Field    // with a finding in it
	Verdict  string
	Compared string // new, same or price
	Abroad   bool
	Text     string // in any cell
	Sort     []Order
	After    int // rows to pass over
	Limit    int
}

// Order is one key of a sort.
type Order struct {
	By   string // row, vin, status, severity, score, year, make, model, asking, odometer, lot
	Down bool
}

// Orders are what rows can be sorted by.
func Orders() []string {
	return []string{"row", "vin", "status", "severity", "score", "year", "make", "model", "asking", "odometer", "lot"}
}

// Counts say what is among the rows that have been checked.
type Counts struct {
	Status   map[Status]int         `json:"status"`
	Severity map[claim.Severity]int `json:"severity"`
	Field    map[claim.Field]int    `json:"field"` // with a hard or soft finding
	Verdict  map[string]int         `json:"verdict"`
	Compared map[string]int         `json:"compared"`
	Abroad   int                    `json:"abroad"`
	Edited   int                    `json:"edited"`
	Clear    int                    `json:"clear" doc:"fixable rows of which one suggestion stands out"`
}

func newCounts() Counts {
	return Counts{map[Status]int{}, map[claim.Severity]int{}, map[claim.Field]int{}, map[string]int{}, map[string]int{}, 0, 0, 0}
}

// add counts a row n times; -1 takes it out.
func (c *Counts) add(r *Row, n int) {
	c.Status[r.Status] += n
	if r.clear() {
		c.Clear += n
	}
	if s := r.Severity(); s != "" {
		c.Severity[s] += n
	}
	for _, f := range r.Findings {
		if f.Severity != claim.Untestable {
			c.Field[f.Field] += n
		}
	}
	c.Verdict[r.Verdict.Verdict] += n
	if r.Compared != nil {
		c.Compared[r.Compared.State] += n
	}
	if r.Abroad != nil {
		c.Abroad += n
	}
	if len(r.Edited) > 0 {
		c.Edited += n
	}
}

func (c *Counts) clone() Counts {
	return Counts{maps.Clone(c.Status), maps.Clone(c.Severity), maps.Clone(c.Field), maps.Clone(c.Verdict), maps.Clone(c.Compared), c.Abroad, c.Edited, c.Clear}
}

// shows reports whether a row is one that is looked for.
func (l *Look) shows(r *Row) bool {
	switch {
	case len(l.Statuses) > 0 && !slices.Contains(l.Statuses, r.Status),
		l.Severity != "" && !slices.ContainsFunc(r.Findings, func(f claim.Finding) bool { return f.Severity == l.Severity }),
		l.Field != "" && !slices.ContainsFunc(r.Findings, func(f claim.Finding) bool { return f.Field == l.Field && f.Severity != claim.Untestable }),
		l.Verdict != "" && r.Verdict.Verdict != l.Verdict,
		l.Compared != "" && (r.Compared == nil || r.Compared.State != l.Compared),
		l.Abroad && r.Abroad == nil:
		return false
	}
	return l.Text == "" || r.contains(strings.ToUpper(strings.TrimSpace(l.Text)))
}

func (r *Row) contains(text string) bool {
	return strings.Contains(strings.ToUpper(r.VIN), text) ||
		slices.ContainsFunc(r.cells, func(s string) bool { return strings.Contains(strings.ToUpper(s), text) })
}

// pick returns the rows that l wants, in its order, and how many there are.
func (l *Look) pick(rows []Row) (page []Row, total int) {
	var at []int
	for i := range rows {
		if l.shows(&rows[i]) {
			at = append(at, i)
		}
	}
	if len(l.Sort) > 0 {
		slices.SortStableFunc(at, func(a, b int) int { return l.order(&rows[a], &rows[b]) })
	}
	total = len(at)
	at = at[min(l.After, total):]
	for _, i := range at[:min(l.Limit, len(at))] {
		page = append(page, rows[i])
	}
	return page, total
}

func (l *Look) order(a, b *Row) int {
	for _, o := range l.Sort {
		if n := byKey(o.By, a, b); n != 0 {
			if o.Down {
				return -n
			}
			return n
		}
	}
	return 0
}

func byKey(key string, a, b *Row) int {
	switch key {
	case "vin":
		return cmp.Compare(a.VIN, b.VIN)
	case "status":
		return cmp.Compare(slices.Index(Statuses(), a.Status), slices.Index(Statuses(), b.Status))
	case "severity":
		return cmp.Compare(grave(a), grave(b))
	case "score":
		return cmp.Compare(a.Verdict.Score, b.Verdict.Score)
	case "year":
		return cmp.Compare(number(a.Decoded["ModelYear"]), number(b.Decoded["ModelYear"]))
	case "make":
		return cmp.Compare(a.Decoded["Make"], b.Decoded["Make"])
	case "model":
		return cmp.Compare(a.Decoded["Model"], b.Decoded["Model"])
	case "asking":
		return cmp.Compare(minor(a), minor(b))
	case "odometer":
		return cmp.Compare(meters(a), meters(b))
	case "lot":
		return natural(a.Lot, b.Lot)
	}
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.N, b.N))
}

func grave(r *Row) int {
	switch r.Severity() {
	case claim.Hard:
		return 3
	case claim.Soft:
		return 2
	case claim.Untestable:
		return 1
	}
	return 0
}

func minor(r *Row) int64 {
	if r.Asking == nil {
		return -1
	}
	return r.Asking.Minor
}

func meters(r *Row) int64 {
	if r.Odometer == nil {
		return -1
	}
	return r.Odometer.Meters
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// natural orders numbers by their value and all else as text: lot 9 stands
// before lot 10.
func natural(a, b string) int {
	if n, m := number(a), number(b); n >= 0 && m >= 0 {
		return cmp.Compare(n, m)
	}
	return cmp.Compare(a, b)
}
