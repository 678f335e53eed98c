package store

// Query asks one index of one collection.
type Query struct {
	Index  string // "" is the collection's own order, by key
	Prefix []Value
	Range  *Range // on the field after the prefix; on the key when Index is ""
	Filter []Cond // on further fields of the same index

	Reverse bool
	Cursor  string // Next of the page before; "" for the first
	Limit   int    // 1 to MaxLimit; 0 is DefaultLimit
}

const (
	DefaultLimit = 50
	MaxLimit     = 1000

	// MaxExamined is how many index entries one query looks at before it
	// returns a cursor with fewer rows than asked for, so that a narrow filter
	// or scope over a wide index never holds a transaction open.
	MaxExamined = 10_000
)

// Range is From <= v <= To, or < To with Open. An unset bound (the zero
// Value) is no bound. A null is in no range.
type Range struct {
	From, To Value
	Open     bool // exclude To
}

// Cond is an equality or a range on one field of the query's index.
type Cond struct {
	Field string
	Is    Value // set: equal to it (Null() matches nulls)
	Range Range // otherwise within it
}

// Where is the condition that a field equals v.
func Where(field string, v Value) Cond { return Cond{Field: field, Is: v} }

// WhereIn is the condition that a field lies in r.
func WhereIn(field string, r Range) Cond { return Cond{Field: field, Range: r} }

// StartsWith is the range of texts that begin with p.
func StartsWith(p string) *Range {
	// U+10FFFF is the greatest rune, and not a character: no text continues p
	// with anything after it.
	return &Range{From: String(p), To: String(p + "\U0010FFFF")}
}

// Values makes a Prefix.
func Values(v ...Value) []Value { return v }
