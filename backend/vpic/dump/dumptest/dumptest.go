// Package dumptest writes dumps of the shape of NHTSA's, for tests: 97 tables,
// made of the tables that the committed archive holds.
package dumptest

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
	"time"

	"github.com/klauspost/compress/zstd"
)

// Sheet is a table as the archive holds it: columns and rows in COPY's text.
type Sheet struct {
	Columns []string
	Rows    []string
}

func (s *Sheet) at(name string) int { return slices.Index(s.Columns, name) }

// ReadArchive reads the committed archive, without the code under test.
func ReadArchive(file string) (map[string]*Sheet, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	all := map[string]*Sheet{}
	for files := tar.NewReader(z); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		name, ok := strings.CutSuffix(path.Base(head.Name), ".tsv")
		if !ok {
			continue
		}
		b, err := io.ReadAll(files)
		if err != nil {
			return nil, err
		}
		lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
		all[name] = &Sheet{strings.Split(lines[0], "\t"), lines[1:]}
	}
}

// Writer writes a dump as pg_dump does, of the archive's tables under NHTSA's
// names and shapes, with surprises.
type Writer struct {
	From map[string]*Sheet
	End  string // of a line; "" is "\n"

	Cache func(w *bufio.Writer) // writes rows of wmiyearvalidchars; nil writes one
	Leave map[string]bool       // tables left out
	Head  map[string]string     // other columns in the COPY, by table

	Tables int // how many were written

	w *bufio.Writer
}

// a value makes a field there of a row's fields here.
type value func(row []string, n int) string

func (w *Writer) line(s string) { _, _ = w.w.WriteString(s + w.End) }

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

func (w *Writer) table(name string, columns []string, s *Sheet, make map[string]value) {
	w.Tables++
	if w.Leave[name] {
		return
	}
	head := "(" + strings.Join(columns, ", ") + ")"
	if h, ok := w.Head[name]; ok {
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
	for n, r := range s.Rows {
		row := strings.Split(r, "\t")
		for i, v := range values {
			if i > 0 {
				_ = w.w.WriteByte('\t')
			}
			_, _ = w.w.WriteString(v(row, n))
		}
		_, _ = w.w.WriteString(w.End)
	}
	w.line(`\.`)
	w.line("")
	w.line("")
}

// Write writes the whole dump: 97 tables in the order of their names.
func (w *Writer) Write(to io.Writer) error {
	w.w = bufio.NewWriterSize(to, 1<<16)
	if w.End == "" {
		w.End = "\n"
	}
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

func (w *Writer) preamble() {
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

func (w *Writer) lookups(steps map[string]func()) {
	by := map[string]*Sheet{}
	for _, r := range w.From["lookups"].Rows {
		tag, rest, _ := strings.Cut(r, "\t")
		if by[tag] == nil {
			by[tag] = &Sheet{Columns: []string{"id", "name"}}
		}
		by[tag].Rows = append(by[tag].Rows, rest)
	}
	texts := map[string]string{}
	for _, r := range w.From["errortext"].Rows {
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

func (w *Writer) patterns(steps map[string]func()) {
	p := w.From["pattern"]
	created, updated := onChange(p.at("changedon"))
	steps["pattern"] = func() {
		w.table("pattern", []string{"id", "vinschemaid", `"keys"`, "elementid", "attributeid", "createdon", "updatedon"}, p, map[string]value{"createdon": created, "updatedon": updated})
	}
	m := w.From["wmi"]
	wcreated, wupdated := onChange(m.at("changedon"))
	steps["wmi"] = func() {
		w.table("wmi", []string{"id", "wmi", "manufacturerid", "makeid", "vehicletypeid", "createdon", "updatedon", "countryid", "publicavailabilitydate", "trucktypeid", "processedon", "noncompliant", "noncompliantsetbyovsc"}, m,
			map[string]value{"createdon": wcreated, "updatedon": wupdated, "countryid": text(`\N`), "processedon": text(`\N`), "noncompliant": text("f"), "noncompliantsetbyovsc": text("f"),
				"publicavailabilitydate": func(row []string, _ int) string { return moment(row[m.at("publicavailabilitydate")]) }})
	}
	steps["wmi_vinschema"] = func() {
		w.table("wmi_vinschema", []string{"id", "wmiid", "vinschemaid", "yearfrom", "yearto", "orgid"}, w.From["wmi_vinschema"], map[string]value{"orgid": text(`\N`)})
	}
	v := w.From["vinschema"]
	steps["vinschema"] = func() {
		w.table("vinschema", []string{"id", "name", "sourcewmi", "createdon", "updatedon", "tobeqced"}, v, map[string]value{"name": text(`Schema\tone`), "sourcewmi": text(`\N`),
			"createdon": text("2015-01-01 00:00:00.5"), "updatedon": text(`\N`), "tobeqced": boolean(v.at("tobeqced"))})
	}
	e := w.From["element"]
	tags := map[string]string{}
	for _, r := range w.From["element_lookup"].Rows {
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

func (w *Writer) small(steps map[string]func()) {
	steps["make_model"] = func() {
		w.table("make_model", []string{"id", "makeid", "modelid", "createdon", "updatedon"}, w.From["make_model"], map[string]value{"id": number(1), "createdon": text(`\N`), "updatedon": text(`\N`)})
	}
	steps["wmi_make"] = func() { w.table("wmi_make", []string{"wmiid", "makeid"}, w.From["wmi_make"], nil) }
	steps["enginemodel"] = func() {
		w.table("enginemodel", []string{"id", "name", "description"}, w.From["enginemodel"], map[string]value{"description": text("")})
	}
	ep := w.From["enginemodelpattern"]
	created, updated := onChange(ep.at("changedon"))
	steps["enginemodelpattern"] = func() {
		w.table("enginemodelpattern", []string{"id", "enginemodelid", "elementid", "attributeid", "createdon", "updatedon"}, ep, map[string]value{"createdon": created, "updatedon": updated})
	}
	dv := w.From["defaultvalue"]
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
		w.table("vinexception", []string{"id", "vin", "checkdigit", "createdon", "updatedon"}, w.From["vinexception"], map[string]value{"id": number(1), "checkdigit": text("t"), "createdon": text(`\N`), "updatedon": text(`\N`)})
	}
	steps["vindescriptor"] = func() {
		w.table("vindescriptor", w.From["vindescriptor"].Columns, w.From["vindescriptor"], nil)
	}
	steps["conversion"] = func() { w.table("conversion", w.From["conversion"].Columns, w.From["conversion"], nil) }
}

func (w *Writer) specs(steps map[string]func()) {
	s := w.From["vspecschema"]
	none := map[string]value{"id": number(1), "createdon": text(`\N`), "updatedon": text(`\N`), "sourcedate": text("2020-01-01")}
	steps["vehiclespecschema"] = func() {
		w.table("vehiclespecschema", []string{"id", "makeid", "createdon", "updatedon", "vehicletypeid", "sourcedate", "tobeqced"}, s,
			map[string]value{"createdon": none["createdon"], "updatedon": none["updatedon"], "sourcedate": none["sourcedate"], "tobeqced": boolean(s.at("tobeqced"))})
	}
	steps["vspecschemapattern"] = func() {
		w.table("vspecschemapattern", []string{"id", "schemaid"}, w.From["vspecschemapattern"], nil)
	}
	p := w.From["vspecpattern"]
	created, updated := onChange(p.at("changedon"))
	steps["vehiclespecpattern"] = func() {
		w.table("vehiclespecpattern", []string{"id", "vspecschemapatternid", "iskey", "elementid", "attributeid", "createdon", "updatedon"}, p,
			map[string]value{"iskey": boolean(p.at("iskey")), "createdon": created, "updatedon": updated})
	}
	pair := func(there, here, second string) {
		h := w.From[here]
		steps[there] = func() {
			w.table(there, []string{"id", "vehiclespecschemaid", second}, h, map[string]value{"id": number(1), "vehiclespecschemaid": func(row []string, _ int) string { return row[0] }})
		}
	}
	pair("vehiclespecschema_model", "vspecschemamodel", "modelid")
	pair("vehiclespecschema_year", "vspecschemayear", "year")
}

// skipped are the tables that nobody needs: a cache, defs, and others.
func (w *Writer) skipped(steps map[string]func()) {
	one := &Sheet{Columns: []string{"id", "name"}, Rows: []string{"x\ty"}}
	for _, name := range []string{"decodingoutput", "defs_body", "defs_country", "defs_make", "vinschema_cacheexceptions", "wmi_cacheexceptions"} {
		steps[name] = func() { w.table(name, one.Columns, one, nil) }
	}
	steps["wmiyearvalidchars"] = func() {
		w.Tables++
		w.line("COPY vpic.wmiyearvalidchars (id, wmi, year, position, char) FROM stdin;")
		if w.Cache != nil {
			w.Cache(w.w)
		} else {
			w.line(fmt.Sprintf("%d\t1FT\t2015\t4\tE", 1))
		}
		w.line(`\.`)
	}
}
