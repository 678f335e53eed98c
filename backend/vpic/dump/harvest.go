package dump

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

// A source says from which columns of a table there a table here is made.
type source struct {
	here  string
	there string

	// from names a column there for each column here that is not simply the
	// column of the same name.
	from map[string]column
	when string // rows in which this column there is NULL or empty are left out; "" is none
}

// A column is how a column here is made.
type column struct {
	how  how
	from []string
}

type how int

const (
	as     how = iota // the field as it stands
	moment            // microseconds of the first time that is not NULL
	filled            // 1 where the field is neither NULL nor empty
	known             // 1 where the field is not NULL
)

func from(name string) column { return column{as, []string{name}} }

// changed is changedon everywhere.
var changed = column{moment, []string{"updatedon", "createdon"}}

// sources is the table of decode-spec section 11.
func sources() []source {
	onChange := map[string]column{"changedon": changed}
	return []source{
		{here: "pattern", there: "pattern", from: onChange},
		{here: "wmi", there: "wmi", from: map[string]column{"changedon": changed, "publicavailabilitydate": {moment, []string{"publicavailabilitydate"}}}},
		{here: "wmi_vinschema", there: "wmi_vinschema"},
		{here: "vinschema", there: "vinschema"},
		{here: "element", there: "element", from: map[string]column{"decode_present": {filled, []string{"decode"}}}},
		{here: "element_lookup", there: "element", when: "lookuptable", from: map[string]column{"elementid": from("id"), "lookuptag": from("lookuptable")}},
		{here: "errortext", there: "errorcode", when: "additionalerrortext", from: map[string]column{"errorcode": from("id"), "additionaltext": from("additionalerrortext")}},
		{here: "make_model", there: "make_model"},
		{here: "wmi_make", there: "wmi_make"},
		{here: "enginemodel", there: "enginemodel"},
		{here: "enginemodelpattern", there: "enginemodelpattern", from: onChange},
		{here: "defaultvalue", there: "defaultvalue", from: map[string]column{"changedon": changed, "defaultvalue_present": {known, []string{"defaultvalue"}}}},
		{here: "vinexception", there: "vinexception"},
		{here: "vindescriptor", there: "vindescriptor"},
		{here: "conversion", there: "conversion"},
		{here: "vspecschema", there: "vehiclespecschema"},
		{here: "vspecschemapattern", there: "vspecschemapattern"},
		{here: "vspecpattern", there: "vehiclespecpattern", from: onChange},
		{here: "vspecschemamodel", there: "vehiclespecschema_model", from: map[string]column{"schemaid": from("vehiclespecschemaid")}},
		{here: "vspecschemayear", there: "vehiclespecschema_year", from: map[string]column{"schemaid": from("vehiclespecschemaid")}},
	}
}

// needed are look-ups that no element has to name.
func needed() []string {
	return []string{"make", "model", "manufacturer", "vehicletype", "errorcode", "country"}
}

const maxLookup = 1_000_000 // names of one table; models are 32,000

// harvest gathers what is kept of a dump.
type harvest struct {
	rel     *tables.Release
	sources map[string][]source // by the table there
	seen    map[string]bool     // tables of the schema vpic that came
	names   map[string]*lookup  // all tables with id and name: which are look-ups is known at the end
	missing []string            // columns that a table lacks, in words
}

func newHarvest() *harvest {
	h := &harvest{rel: tables.New(), sources: map[string][]source{}, seen: map[string]bool{}, names: map[string]*lookup{}}
	for _, s := range sources() {
		h.sources[s.there] = append(h.sources[s.there], s)
	}
	return h
}

// A sink takes the fields of a row.
type sink interface{ add(fields [][]byte) error }

// sinks says who wants the rows of a table.
func (h *harvest) sinks(c copyHead) (list []sink, err error) {
	if c.schema != "vpic" && c.schema != "" {
		return nil, nil
	}
	if h.seen[c.table] {
		return nil, fmt.Errorf("the table %s comes twice", c.table)
	}
	h.seen[c.table] = true
	at := make(map[string]int, len(c.columns))
	for i, name := range c.columns {
		at[name] = i
	}
	lacks := map[string]bool{}
	for _, s := range h.sources[c.table] {
		t := newTransfer(h.rel.Table(s.here), s, at, lacks)
		list = append(list, t)
	}
	if len(lacks) > 0 {
		names := make([]string, 0, len(lacks))
		for n := range lacks {
			names = append(names, n)
		}
		slices.Sort(names)
		h.missing = append(h.missing, fmt.Sprintf("%s lacks the columns %s", c.table, strings.Join(names, ", ")))
		return nil, nil
	}
	id, hasID := at["id"]
	name, hasName := at["name"]
	if hasID && hasName && !unwanted(c.table) {
		l := &lookup{id: id, name: name, of: map[int32]string{}}
		h.names[c.table] = l
		list = append(list, l)
	}
	return list, nil
}

// unwanted are large tables, or of vPIC's own house, that no look-up is in.
func unwanted(table string) bool {
	return strings.HasPrefix(table, "defs_") || strings.HasSuffix(table, "_cacheexceptions") || table == "vinschema" || table == "element"
}

// lookup keeps the names of a table.
type lookup struct {
	id, name int
	of       map[int32]string
	tooMany  bool
	noNumber error
}

func (l *lookup) add(fields [][]byte) error {
	if l.tooMany || l.noNumber != nil {
		return nil // a reason to refuse only where somebody needs the table
	}
	if len(l.of) == maxLookup {
		l.tooMany, l.of = true, nil
		return nil
	}
	id, err := strconv.ParseInt(string(fields[l.id]), 10, 32)
	if err != nil {
		l.noNumber, l.of = err, nil
		return nil
	}
	l.of[int32(id)] = tables.Unescape(string(fields[l.name]))
	return nil
}

// transfer makes rows here of rows there.
type transfer struct {
	to      *tables.Table
	columns []place
	when    int // -1 for every row
	out     [][]byte
	numbers [][]byte // room for what is computed, one a column
}

type place struct {
	how how
	at  []int
}

// newTransfer joins a source's columns by name; those that are not there go
// into lacks.
func newTransfer(to *tables.Table, s source, at map[string]int, lacks map[string]bool) *transfer {
	t := &transfer{to: to, when: -1}
	find := func(name string) int {
		i, ok := at[name]
		if !ok {
			lacks[name] = true
		}
		return i
	}
	for _, name := range to.Columns() {
		c, ok := s.from[name]
		if !ok {
			c = from(name)
		}
		p := place{how: c.how}
		for _, n := range c.from {
			p.at = append(p.at, find(n))
		}
		t.columns = append(t.columns, p)
	}
	if s.when != "" {
		t.when = find(s.when)
	}
	t.out = make([][]byte, len(t.columns))
	t.numbers = make([][]byte, len(t.columns))
	return t
}

var (
	null = []byte(`\N`)
	yes  = []byte("1")
	no   = []byte("0")
)

func (t *transfer) add(fields [][]byte) error {
	if t.when >= 0 && empty(fields[t.when]) {
		return nil
	}
	for i, c := range t.columns {
		f := fields[c.at[0]]
		switch c.how {
		case as:
			t.out[i] = f
		case filled:
			t.out[i] = flag(!empty(f))
		case known:
			t.out[i] = flag(!bytes.Equal(f, null))
		case moment:
			for _, at := range c.at[1:] {
				if bytes.Equal(f, null) {
					f = fields[at]
				}
			}
			if bytes.Equal(f, null) {
				t.out[i] = f
				continue
			}
			us, err := microseconds(f)
			if err != nil {
				return err
			}
			t.numbers[i] = strconv.AppendInt(t.numbers[i][:0], us, 10)
			t.out[i] = t.numbers[i]
		}
	}
	return t.to.Add(t.out)
}

func empty(f []byte) bool { return len(f) == 0 || bytes.Equal(f, null) }

func flag(b bool) []byte {
	if b {
		return yes
	}
	return no
}

// release is what was gathered; fault.Invalid names all that is missing.
func (h *harvest) release() (*tables.Release, error) {
	if len(h.seen) == 0 {
		return nil, fault.New(fault.Invalid, "this is no dump of the vPIC tables: it holds no COPY of one").WithRemedy(plainRemedy)
	}
	absent := map[string]bool{}
	for there := range h.sources {
		if !h.seen[there] {
			absent[there] = true
		}
	}
	for id, tag := range h.rel.ElementLookup {
		h.rel.ElementLookup[id] = strings.ToLower(tag)
	}
	public := map[int32]bool{}
	for _, e := range h.rel.Elements {
		public[e.ID] = e.Decoded && !e.Private
	}
	wanted := map[string]bool{}
	for _, tag := range needed() {
		wanted[tag] = true
	}
	for id, tag := range h.rel.ElementLookup {
		wanted[tag] = wanted[tag] || public[id]
	}
	for tag, must := range wanted {
		l := h.names[tag]
		switch {
		case l == nil && !must:
		case l == nil && h.seen[tag]:
			h.missing = append(h.missing, tag+" lacks the columns id, name")
		case l == nil:
			absent[tag] = true
		case must && l.tooMany:
			return nil, fault.New(fault.Invalid, "the look-up table %s has more than %d names", tag, maxLookup).WithRemedy(plainRemedy)
		case must && l.noNumber != nil:
			return nil, fault.Wrap(fault.Invalid, l.noNumber, "the look-up table %s has a number that is none", tag).WithRemedy(plainRemedy)
		case l.of != nil:
			h.rel.Lookups[tag] = l.of
		}
	}
	if len(absent) > 0 || len(h.missing) > 0 {
		return nil, h.lacking(absent)
	}
	// Groups that are new to the builder are ordered by their first element.
	slices.SortStableFunc(h.rel.Elements, func(a, b tables.Element) int { return cmp.Compare(a.ID, b.ID) })
	return h.rel, nil
}

func (h *harvest) lacking(absent map[string]bool) error {
	parts := slices.Clone(h.missing)
	if len(absent) > 0 {
		names := make([]string, 0, len(absent))
		for n := range absent {
			names = append(names, n)
		}
		slices.Sort(names)
		parts = append(parts, "the tables "+strings.Join(names, ", ")+" are missing")
	}
	slices.Sort(parts)
	return fault.New(fault.Invalid, "this dump is not complete: %s", strings.Join(parts, "; ")).
		WithRemedy("%s; if it is, NHTSA has changed its tables and Hubcap needs a newer version", plainRemedy)
}
