package tables

// New returns a release without rows, to be filled table by table.
func New() *Release { return newRelease() }

// A Table takes rows for one table of a release.
type Table struct {
	l   loader
	r   row
	bad error
}

// Table returns a filler of the table, by its name here (decode-spec section
// 11); nil when there is no such table.
func (rel *Release) Table(name string) *Table {
	l, ok := rel.loaders()[name]
	if !ok {
		return nil
	}
	t := &Table{l: l}
	t.r = row{err: &t.bad, texts: map[string]string{}}
	return t
}

// Columns names the fields that Add wants, in their order.
func (t *Table) Columns() []string { return t.l.columns }

// Add takes one row: fields in COPY's text form, which it does not keep.
func (t *Table) Add(fields [][]byte) error {
	t.r.fields = fields
	t.l.row(t.r)
	return t.bad
}

// Unescape undoes COPY's backslashes in a field; NULL reads as empty.
func Unescape(s string) string { return unescape(s) }
