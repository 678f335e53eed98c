package dump_test

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

const archive = "../../../embedded/vpic/vpic_2026_10.tar.zst"

// sheet is a table as the archive holds it: columns and rows in COPY's text.
type sheet struct {
	columns []string
	rows    []string
}

func (s *sheet) at(name string) int { return slices.Index(s.columns, name) }

// readArchive reads the committed archive without the code under test.
func readArchive(t testing.TB) map[string]*sheet {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all := map[string]*sheet{}
	for files := tar.NewReader(z); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		name, ok := strings.CutSuffix(path.Base(head.Name), ".tsv")
		if !ok {
			continue
		}
		b, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
		all[name] = &sheet{strings.Split(lines[0], "\t"), lines[1:]}
	}
}

// writer writes a dump as pg_dump does, of the archive's tables under NHTSA's
// names and shapes, with surprises.
type writer struct {
	w    *bufio.Writer
	from map[string]*sheet
	end  string // of a line
	n    int    // tables written

	// cache writes rows of wmiyearvalidchars; nil writes one.
	cache func(w *bufio.Writer)
	leave map[string]bool   // tables left out
	head  map[string]string // other columns, by table
}

// a value makes a field there of a row's fields here.
type value func(row []string, n int) string

func (w *writer) line(s string) { _, _ = w.w.WriteString(s + w.end) }

// moment writes microseconds as PostgreSQL prints a timestamp.
func moment(us string) string {
	if us == `\N` {
		return us
	}
	n, _ := strconv.ParseInt(us, 10, 64)
	return strings.TrimRight(strings.TrimRight(time.UnixMicro(n).UTC().Format("2006-01-02 15:04:05.000000"), "0"), ".")
}

// createdOn and updatedOn are two columns of which the later stands for the
// change; now and then only the first is there.
func onChange(at int) (created, updated value) {
	created = func(row []string, n int) string {
		if n%3 == 0 || row[at] == `\N` {
			return moment(row[at])
		}
		return "1999-01-02 03:04:05"
	}
	updated = func(row []string, n int) string {
		if n%3 == 0 {
			return `\N`
		}
		return moment(row[at])
	}
	return created, updated
}

func text(s string) value { return func([]string, int) string { return s } }
func number(base int) value {
	return func(_ []string, n int) string { return strconv.Itoa(base + n) }
}

// boolean writes 1 and 0 as t and f.
func boolean(at int) value {
	return func(row []string, _ int) string {
		return map[string]string{"1": "t", "0": "f", `\N`: `\N`}[row[at]]
	}
}

func (w *writer) table(name string, columns []string, s *sheet, make map[string]value) {
	w.n++
	if w.leave[name] {
		return
	}
	head := "(" + strings.Join(columns, ", ") + ")"
	if h, ok := w.head[name]; ok {
		head = h
	}
	w.line("--")
	w.line("-- Data for Name: " + name + "; Type: TABLE DATA; COPY vpic." + name + " (id) FROM stdin;")
	w.line("--")
	w.line("")
	w.line("COPY vpic." + name + " " + head + " FROM stdin;")
	values := []value{}
	for _, c := range columns {
		c = strings.Trim(c, `"`)
		v := make[c]
		if v == nil {
			at := s.at(c)
			if at < 0 {
				panic(name + " has no column " + c)
			}
			v = func(row []string, _ int) string { return row[at] }
		}
		values = append(values, v)
	}
	for n, r := range s.rows {
		row := strings.Split(r, "\t")
		for i, v := range values {
			if i > 0 {
				_ = w.w.WriteByte('\t')
			}
			_, _ = w.w.WriteString(v(row, n))
		}
		_, _ = w.w.WriteString(w.end)
	}
	w.line(`\.`)
	w.line("")
	w.line("")
}

// write writes the whole dump: 97 tables in the order of their names.
func (w *writer) write() error {
	w.preamble()
	steps := map[string]func(){}
	w.lookups(steps)
	w.patterns(steps)
	w.small(steps)
	w.specs(steps)
	w.skipped(steps)
	names := []string{}
	for n := range steps {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		steps[n]()
	}
	w.line("ALTER TABLE ONLY vpic.pattern ADD CONSTRAINT pattern_pkey PRIMARY KEY (id);")
	w.line("CREATE INDEX ix ON vpic.wmi USING btree (wmi); SELECT pg_catalog.setval('vpic.\"it''s; COPY vpic.x (id) FROM stdin;\"', 1, false);")
	w.line("-- PostgreSQL database dump complete")
	return w.w.Flush()
}

func (w *writer) preamble() {
	for _, l := range []string{
		"--", "-- PostgreSQL database dump", "--", "", `\restrict x0IgHk7`, "SET standard_conforming_strings = on;",
		"CREATE SCHEMA vpic;", "COMMENT ON SCHEMA vpic IS 'COPY vpic.pattern (id) FROM stdin; it''s';",
		"CREATE FUNCTION vpic.a(v text) RETURNS text LANGUAGE plpgsql AS $$", "BEGIN", "COPY vpic.pattern (id) FROM stdin;", "1", `\.`, "-- it's $1", "END;", "$$;",
		"CREATE FUNCTION vpic.b() RETURNS void LANGUAGE plpgsql AS $_$ BEGIN EXECUTE $q$ COPY vpic.wmi (id) FROM stdin; $q$; END; $_$;",
		"/* a comment; /* nested */ COPY vpic.wmi (id) FROM stdin; */", `SELECT E'it\'s; COPY vpic.wmi (id) FROM stdin;';`,
		"CREATE TABLE vpic.pattern (", "    id integer NOT NULL,", "    keys_regex text GENERATED ALWAYS AS (replace((keys)::text, '*'::text, '.'::text)) STORED", ");",
		"CREATE VIEW vpic.v AS SELECT 1; ",
	} {
		w.line(l)
	}
}

func (w *writer) lookups(steps map[string]func()) {
	by := map[string]*sheet{}
	for _, r := range w.from["lookups"].rows {
		tag, rest, _ := strings.Cut(r, "\t")
		if by[tag] == nil {
			by[tag] = &sheet{columns: []string{"id", "name"}}
		}
		by[tag].rows = append(by[tag].rows, rest)
	}
	texts := map[string]string{}
	for _, r := range w.from["errortext"].rows {
		code, text, _ := strings.Cut(r, "\t")
		texts[code] = text
	}
	for tag, s := range by {
		steps[tag] = func() {
			switch tag {
			case "errorcode":
				w.table(tag, []string{"id", "name", "additionalerrortext", "weight"}, s, map[string]value{"weight": text("1"),
					"additionalerrortext": func(row []string, _ int) string {
						if t, ok := texts[row[0]]; ok {
							return t
						}
						return `\N`
					}})
			case "make", "model", "manufacturer", "vehicletype": // columns more, in another order
				w.table(tag, []string{"createdon", "name", `"id"`, "note"}, s, map[string]value{"createdon": text("2015-01-01 00:00:00"), "note": text(`a\tb\\N\n`)})
			default:
				w.table(tag, []string{"id", "name"}, s, nil)
			}
		}
	}
}

func (w *writer) patterns(steps map[string]func()) {
	p := w.from["pattern"]
	created, updated := onChange(p.at("changedon"))
	steps["pattern"] = func() {
		w.table("pattern", []string{"id", "vinschemaid", `"keys"`, "elementid", "attributeid", "createdon", "updatedon"}, p, map[string]value{"createdon": created, "updatedon": updated})
	}
	m := w.from["wmi"]
	wcreated, wupdated := onChange(m.at("changedon"))
	steps["wmi"] = func() {
		w.table("wmi", []string{"id", "wmi", "manufacturerid", "makeid", "vehicletypeid", "createdon", "updatedon", "countryid", "publicavailabilitydate", "trucktypeid", "processedon", "noncompliant", "noncompliantsetbyovsc"}, m,
			map[string]value{"createdon": wcreated, "updatedon": wupdated, "countryid": text(`\N`), "processedon": text(`\N`), "noncompliant": text("f"), "noncompliantsetbyovsc": text("f"),
				"publicavailabilitydate": func(row []string, _ int) string { return moment(row[m.at("publicavailabilitydate")]) }})
	}
	steps["wmi_vinschema"] = func() {
		w.table("wmi_vinschema", []string{"id", "wmiid", "vinschemaid", "yearfrom", "yearto", "orgid"}, w.from["wmi_vinschema"], map[string]value{"orgid": text(`\N`)})
	}
	v := w.from["vinschema"]
	steps["vinschema"] = func() {
		w.table("vinschema", []string{"id", "name", "sourcewmi", "createdon", "updatedon", "tobeqced"}, v, map[string]value{"name": text(`Schema\tone`), "sourcewmi": text(`\N`),
			"createdon": text("2015-01-01 00:00:00.5"), "updatedon": text(`\N`), "tobeqced": boolean(v.at("tobeqced"))})
	}
	e := w.from["element"]
	tags := map[string]string{}
	for _, r := range w.from["element_lookup"].rows {
		id, tag, _ := strings.Cut(r, "\t")
		tags[id] = strings.ToUpper(tag[:1]) + tag[1:]
	}
	steps["element"] = func() {
		w.table("element", []string{"id", "name", "code", "lookuptable", "description", "isprivate", "groupname", "datatype", "minallowedvalue", "maxallowedvalue", "isqs", "decode", "weight"}, e,
			map[string]value{"description": text(`<p>It\r\nsays \\. and\ttabs</p>`), "isprivate": boolean(e.at("isprivate")), "minallowedvalue": text(`\N`), "maxallowedvalue": text(`\N`), "isqs": text("t"),
				"lookuptable": func(row []string, n int) string {
					if tag, ok := tags[row[0]]; ok {
						return tag
					}
					return []string{`\N`, ""}[n%2]
				}})
	}
}

func (w *writer) small(steps map[string]func()) {
	steps["make_model"] = func() {
		w.table("make_model", []string{"id", "makeid", "modelid", "createdon", "updatedon"}, w.from["make_model"], map[string]value{"id": number(1), "createdon": text(`\N`), "updatedon": text(`\N`)})
	}
	steps["wmi_make"] = func() { w.table("wmi_make", []string{"wmiid", "makeid"}, w.from["wmi_make"], nil) }
	steps["enginemodel"] = func() {
		w.table("enginemodel", []string{"id", "name", "description"}, w.from["enginemodel"], map[string]value{"description": text("")})
	}
	ep := w.from["enginemodelpattern"]
	created, updated := onChange(ep.at("changedon"))
	steps["enginemodelpattern"] = func() {
		w.table("enginemodelpattern", []string{"id", "enginemodelid", "elementid", "attributeid", "createdon", "updatedon"}, ep, map[string]value{"createdon": created, "updatedon": updated})
	}
	dv := w.from["defaultvalue"]
	dcreated, dupdated := onChange(dv.at("changedon"))
	steps["defaultvalue"] = func() {
		w.table("defaultvalue", []string{"id", "elementid", "vehicletypeid", "defaultvalue", "createdon", "updatedon"}, dv, map[string]value{"createdon": dcreated, "updatedon": dupdated,
			"defaultvalue": func(row []string, _ int) string {
				if row[dv.at("defaultvalue_present")] == "0" {
					return `\N`
				}
				return row[dv.at("defaultvalue")]
			}})
	}
	steps["vinexception"] = func() {
		w.table("vinexception", []string{"id", "vin", "checkdigit", "createdon", "updatedon"}, w.from["vinexception"], map[string]value{"id": number(1), "checkdigit": text("t"), "createdon": text(`\N`), "updatedon": text(`\N`)})
	}
	steps["vindescriptor"] = func() {
		w.table("vindescriptor", w.from["vindescriptor"].columns, w.from["vindescriptor"], nil)
	}
	steps["conversion"] = func() { w.table("conversion", w.from["conversion"].columns, w.from["conversion"], nil) }
}

func (w *writer) specs(steps map[string]func()) {
	s := w.from["vspecschema"]
	none := map[string]value{"id": number(1), "createdon": text(`\N`), "updatedon": text(`\N`), "sourcedate": text("2020-01-01")}
	steps["vehiclespecschema"] = func() {
		w.table("vehiclespecschema", []string{"id", "makeid", "createdon", "updatedon", "vehicletypeid", "sourcedate", "tobeqced"}, s,
			map[string]value{"createdon": none["createdon"], "updatedon": none["updatedon"], "sourcedate": none["sourcedate"], "tobeqced": boolean(s.at("tobeqced"))})
	}
	steps["vspecschemapattern"] = func() {
		w.table("vspecschemapattern", []string{"id", "schemaid"}, w.from["vspecschemapattern"], nil)
	}
	p := w.from["vspecpattern"]
	created, updated := onChange(p.at("changedon"))
	steps["vehiclespecpattern"] = func() {
		w.table("vehiclespecpattern", []string{"id", "vspecschemapatternid", "iskey", "elementid", "attributeid", "createdon", "updatedon"}, p,
			map[string]value{"iskey": boolean(p.at("iskey")), "createdon": created, "updatedon": updated})
	}
	pair := func(there, here, second string) {
		h := w.from[here]
		steps[there] = func() {
			w.table(there, []string{"id", "vehiclespecschemaid", second}, h, map[string]value{"id": number(1), "vehiclespecschemaid": func(row []string, _ int) string { return row[0] }})
		}
	}
	pair("vehiclespecschema_model", "vspecschemamodel", "modelid")
	pair("vehiclespecschema_year", "vspecschemayear", "year")
}

// skipped are the tables that nobody needs: a cache, defs, and others.
func (w *writer) skipped(steps map[string]func()) {
	one := &sheet{columns: []string{"id", "name"}, rows: []string{"x\ty"}}
	for _, name := range []string{"decodingoutput", "defs_body", "defs_country", "defs_make", "vinschema_cacheexceptions", "wmi_cacheexceptions"} {
		steps[name] = func() { w.table(name, one.columns, one, nil) }
	}
	steps["wmiyearvalidchars"] = func() {
		w.n++
		w.line("COPY vpic.wmiyearvalidchars (id, wmi, year, position, char) FROM stdin;")
		if w.cache != nil {
			w.cache(w.w)
		} else {
			w.line(fmt.Sprintf("%d\t1FT\t2015\t4\tE", 1))
		}
		w.line(`\.`)
	}
}
