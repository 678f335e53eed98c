package dump_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vpic/dump"
	"github.com/hubcap-dev/hubcap/backend/vpic/dump/dumptest"
	"github.com/hubcap-dev/hubcap/backend/vpic/index"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
	"github.com/hubcap-dev/hubcap/internal/race"
)

const archive = "../../../embedded/vpic/vpic_2026_10.tar.zst"

// TestSameIndex: a dump of the real shape, made from the committed archive,
// gives the same index as the archive, to the byte.
func TestSameIndex(t *testing.T) {
	race.Skip(t)
	if testing.Short() {
		t.Skip("builds the whole index")
	}
	want, err := os.ReadFile("../../../embedded/vpic/data/vpic.idx")
	if err != nil {
		t.Fatalf("the vPIC index is missing: run `make vpic` (%v)", err)
	}
	source, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	from, err := dumptest.ReadArchive(archive)
	if err != nil {
		t.Fatal(err)
	}
	out := &dumptest.Writer{From: from}
	go func() { _ = w.CloseWithError(out.Write(w)) }()
	rel, stats, err := dump.Read(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if out.Tables != 97 || stats.Tables != 97 {
		t.Errorf("%d tables written, %d read, want 97", out.Tables, stats.Tables)
	}
	got, err := index.Build(rel, index.Stamp{Release: "2026_10", Source: sha256.Sum256(source)})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the index of the dump (%d bytes) differs from that of the archive (%d bytes)", len(got), len(want))
	}
}

// TestSkippedRowsAreNotHeld reads generated cache rows through a pipe: 50 MB,
// or 2 GB with HUBCAP_TEST_DRILL=1, of which none may stay in memory.
func TestSkippedRowsAreNotHeld(t *testing.T) {
	size := int64(50 << 20)
	if os.Getenv("HUBCAP_TEST_DRILL") != "" {
		size = 2 << 30
	}
	r, w := io.Pipe()
	out := &dumptest.Writer{From: few(), Cache: func(w *bufio.Writer) {
		row := []byte("8812345\t1FTFW1EF\t2015\t11\tF\n")
		for n := int64(0); n < size; n += int64(len(row)) {
			_, _ = w.Write(row)
		}
	}}
	go func() { _ = w.CloseWithError(out.Write(w)) }()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, stats, err := dump.Read(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if stats.Skipped < size/30 {
		t.Errorf("%d rows skipped", stats.Skipped)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d bytes were allocated over %d bytes of rows that nobody needs", grown, size)
	}
	t.Logf("%d rows of %d MB skipped, %d KB allocated", stats.Skipped, size>>20, (after.TotalAlloc-before.TotalAlloc)>>10)
}

// TestKeptRowsAreBounded: all that is kept stands in memory, so a file that
// unpacks to rows without end is refused while it is still small there.
func TestKeptRowsAreBounded(t *testing.T) {
	race.Skip(t)
	long := "1\t" + strings.Repeat("B", 900_000) + "\n"
	for name, c := range map[string]struct{ head, row, want string }{
		"rows": {"COPY vpic.wmi_make (wmiid, makeid) FROM stdin;\n", strings.Repeat("1\t1\n", 1000), "more than 6000000 rows"},
		"text": {"COPY vpic.make (id, name) FROM stdin;\n", long, "384 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			r, w := io.Pipe()
			go func() {
				_, err := io.WriteString(w, c.head)
				for err == nil {
					_, err = io.WriteString(w, c.row)
				}
				_ = w.CloseWithError(err)
			}()
			_, stats, err := dump.Read(t.Context(), r)
			_ = r.Close() // the writer ends
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("after %d rows: %v, want %q", stats.Rows, err, c.want)
			}
		})
	}
}

// few is the archive's shape with a row or none in each table.
func few() map[string]*dumptest.Sheet {
	s := func(columns string, rows ...string) *dumptest.Sheet {
		return &dumptest.Sheet{Columns: strings.Split(columns, " "), Rows: rows}
	}
	return map[string]*dumptest.Sheet{
		"pattern":            s("id vinschemaid keys elementid attributeid changedon", "7\t8\t*[A-C]|*H\t114\ta\\tb\\\\c\\nd\t1425463434630000", "8\t8\tB\t114\te\t1"),
		"wmi":                s("id wmi manufacturerid makeid vehicletypeid trucktypeid publicavailabilitydate changedon", "1\t1AC\t2\t\\N\t3\t\\N\t5000000\t6000000"),
		"wmi_vinschema":      s("id wmiid vinschemaid yearfrom yearto", "1\t1\t8\t2010\t\\N"),
		"vinschema":          s("id tobeqced", "8\t1"),
		"element":            s("id name code isprivate groupname datatype decode decode_present weight", "114\tNote\tNote\t0\tGeneral\tstring\tPattern\t1\t\\N", "26\tMake\tMake\t0\tGeneral\tlookup\tPattern\t1\t2", "9\tHidden\tHidden\t1\tInternal\tlookup\t\\N\t0\t\\N"),
		"element_lookup":     s("elementid lookuptag", "26\tmake", "9\tgone"),
		"lookups":            s("tag id name", "make\t1\tAcme", "model\t1\tRocket", "manufacturer\t2\tAcme Inc.", "vehicletype\t3\tCar", "errorcode\t4\t4 - bad", "errorcode\t5\t5 - worse", "country\t6\tNowhere"),
		"errortext":          s("errorcode additionaltext", "4\tmore"),
		"make_model":         s("makeid modelid", "1\t1"),
		"wmi_make":           s("wmiid makeid", "1\t1"),
		"enginemodel":        s("id name", "1\tV8"),
		"enginemodelpattern": s("id enginemodelid elementid attributeid changedon", "1\t1\t9\t6\t7"),
		"defaultvalue":       s("id elementid vehicletypeid defaultvalue defaultvalue_present changedon", "1\t3\t1\t0\t1\t5", "2\t3\t2\t\\N\t0\t5", "3\t3\t2\t\t1\t\\N"),
		"vinexception":       s("vin checkdigit", "1C9FA2625R1257006\t1"),
		"vindescriptor":      s("id descriptor modelyear createdon updatedon", "10\tYV4BR00K*L1\t2020\t2023-01-18 10:34:44.157\t\\N"),
		"conversion":         s("id fromelementid toelementid formula", "1\t11\t12\t#x# / 16.387064 "),
		"vspecschema":        s("id makeid vehicletypeid tobeqced", "1\t1\t7\t0"),
		"vspecschemapattern": s("id schemaid", "1\t1"),
		"vspecpattern":       s("id vspecschemapatternid iskey elementid attributeid changedon", "1\t1\t1\t86\t1\t1672929092247000"),
		"vspecschemamodel":   s("schemaid modelid", "1\t2208"),
		"vspecschemayear":    s("schemaid year", "1\t2016"),
	}
}

// small writes a whole small dump.
func small(change func(*dumptest.Writer)) string {
	var b strings.Builder
	w := &dumptest.Writer{From: few()}
	if change != nil {
		change(w)
	}
	if err := w.Write(&b); err != nil {
		panic(err)
	}
	return b.String()
}

func read(text string) (*tables.Release, error) {
	rel, _, err := dump.Read(context.Background(), strings.NewReader(text))
	return rel, err
}

func TestRead(t *testing.T) {
	for name, text := range map[string]string{
		"as it comes":                small(nil),
		"lines of Windows":           small(func(w *dumptest.Writer) { w.End = "\r\n" }),
		"a mark at the front":        "\ufeff" + small(nil),
		"a table of another schema":  small(nil) + "COPY public.pattern (id) FROM stdin;\n1\n\\.\n",
		"a skipped line of any size": small(nil) + "COPY vpic.notes (text) FROM stdin;\n" + strings.Repeat("x", 3<<20) + "\n\\.\n",
	} {
		t.Run(name, func(t *testing.T) {
			rel, err := read(text)
			if err != nil {
				t.Fatal(err)
			}
			want := tables.Pattern{ID: 7, Schema: 8, Keys: "*[A-C]|*H", Element: 114, Attribute: "a\tb\\c\nd", Changed: 1425463434630000}
			if len(rel.Patterns) != 2 || rel.Patterns[0] != want || rel.Patterns[1].Changed != 1 {
				t.Errorf("patterns: got %+v, want %+v first", rel.Patterns, want)
			}
			if w := rel.WMIs[0]; w.TruckType != -1 || w.Public != 5000000 || w.Changed != 6000000 {
				t.Errorf("WMI: %+v", w)
			}
			if d := rel.Defaults; len(d) != 3 || !d[0].Present || d[1].Present || !d[2].Present || d[2].Changed != 0 {
				t.Errorf("defaults: %+v", d)
			}
			if len(rel.Elements) != 3 || rel.Elements[0].ID != 9 || !rel.Elements[0].Private || rel.Elements[0].Decoded || !rel.Elements[1].Decoded {
				t.Errorf("elements: %+v", rel.Elements)
			}
			if !rel.Unchecked[8] || rel.Lookups["make"][1] != "Acme" || len(rel.ErrorTexts) != 1 || rel.ErrorTexts[4] != "more" || rel.Lookups["defs_make"] != nil {
				t.Errorf("unchecked %v, look-ups %v, error texts %v", rel.Unchecked, rel.Lookups, rel.ErrorTexts)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	whole := small(nil)
	inPattern := strings.Index(whole, "\n7\t8\t") + 5
	for name, c := range map[string]struct{ text, want string }{
		"tables gone": {small(func(w *dumptest.Writer) { w.Leave = map[string]bool{"wmi": true, "pattern": true, "make": true} }), "the tables make, pattern, wmi are missing"},
		"columns gone": {small(func(w *dumptest.Writer) {
			w.Head = map[string]string{"wmi": "(id, wmi, a, b, c, d, e, f, g, h, i, j, k)", "vinschema": "(id, b, c, d, e, f)"}
		}), "vinschema lacks the columns tobeqced; wmi lacks the columns createdon, manufacturerid"},
		"columns not named":       {small(func(w *dumptest.Writer) { w.Head = map[string]string{"wmi_make": ""} }), "wmi_make lacks the columns makeid, wmiid"},
		"a look-up without names": {small(func(w *dumptest.Writer) { w.Head = map[string]string{"country": "(a, b)"} }), "country lacks the columns id, name"},
		"cut in the rows":         {whole[:inPattern], "the dump ends within the rows of pattern"},
		"cut in skipped rows":     {whole[:strings.Index(whole, "2015\t4")], "the dump ends within the rows of wmiyearvalidchars"},
		"cut in a statement":      {whole[:strings.Index(whole, "ADD CONSTRAINT")], "ends within a statement"},
		"a field less":            {strings.Replace(whole, "\n8\t8\tB\t", "\n8\t8\t", 1), "a row of pattern has 6 fields, its table has 7 columns"},
		"a field more":            {strings.Replace(whole, "\n8\t8\tB\t", "\n8\t8\tB\tB\t", 1), "has 8 fields"},
		"no number":               {strings.Replace(whole, "\n8\t8\tB\t", "\nx\t8\tB\t", 1), "a row of pattern: strconv.ParseInt"},
		"a time with a zone":      {strings.Replace(whole, "1970-01-01 00:00:00.000001", "1970-01-01 00:00:00+02", 1), "is no time"},
		"a table twice":           {whole + "COPY vpic.wmi (id) FROM stdin;\n\\.\n", "the table wmi comes twice"},
		"a line without end":      {strings.Replace(whole, "\n8\t8\tB\t", "\n8\t8\t"+strings.Repeat("B", 2<<20)+"\t", 1), "more than a million characters"},
		"no text":                 {strings.Replace(whole, "\n8\t8\tB\t", "\n8\t8\t\xff\t", 1), "no text in UTF-8"},
		"rows as CSV":             {"COPY vpic.wmi (id) FROM stdin WITH (FORMAT csv);\n", "has a form that is not known"},
		"no dump":                 {"hello\nworld;\n", "it holds no COPY"},
		"another program's dump":  {"COPY public.t (id) FROM stdin;\n1\n\\.\n", "it holds no COPY"},
		"nothing":                 {"", "it holds no COPY"},
		"inserted rows":           {"INSERT INTO vpic.wmi VALUES (1);\n", "it holds no COPY"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(c.text)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestOpen: the forms of a file, and those that are none.
func TestOpen(t *testing.T) {
	text := small(nil)
	bomb := text + "COPY vpic.x (id) FROM stdin;\n" + strings.Repeat("0\n", 60<<20) + "\\.\n"
	gz := func(s string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, s)
		_ = z.Close()
		return b.Bytes()
	}
	zipped := func(files ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(files); i += 2 {
			f, err := z.Create(files[i])
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.WriteString(f, files[i+1])
		}
		_ = z.Close()
		return b.Bytes()
	}
	whole := zipped("vPICList_lite_2026_11.sql", text, "readme.txt", "hello")
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 0x10
	for name, c := range map[string]struct {
		file string
		body []byte
		want string // "" is read
	}{
		"zip":               {"vPICList_lite_2026_11.plain.zip", whole, ""},
		"zip, named inside": {"download", whole, ""},
		"bare":              {"vPICList_lite_2026_11.sql", []byte(text), ""},
		"gzip":              {"vPICList_lite_2026_11.sql.gz", gz(text), ""},
		"no release":        {"dump.sql", []byte(text), "says no release"},
		"zip cut":           {"2026_11.zip", whole[:len(whole)/2], "is damaged"},
		"zip flipped":       {"2026_11.zip", flipped, "damaged"},
		"zip of nothing":    {"2026_11.zip", zipped("a.txt", "b"), "holds no .sql file"},
		"zip of two":        {"2026_11.zip", zipped("a.sql", "b", "c.sql", "d"), "holds several"},
		"gzip cut":          {"2026_11.sql.gz", gz(text)[:400], "damaged"},
		"zip bomb":          {"2026_11.zip", zipped("2026_11.sql", bomb), "more than 200 times"},
		"gzip bomb":         {"2026_11.sql.gz", gz(bomb), "more than 200 times"},
		"empty":             {"2026_11.zip", nil, "is empty"},
		"noise":             {"2026_11.zip", bytes.Repeat([]byte{0x9c, 0x12, 0xfe}, 1000), "no dump of the vPIC tables"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, c.body, 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := dump.Open(path, "")
			if err == nil {
				told := int64(0)
				f.Watch = func(done, total int64) {
					if done > told {
						told = done
					}
					if done > total {
						t.Errorf("%d of %d", done, total)
					}
				}
				_, _, err = dump.Read(t.Context(), f)
				if f.Release != "2026_11" && c.want == "" || told == 0 {
					t.Errorf("release %q, told of %d bytes", f.Release, told)
				}
				if cerr := f.Close(); cerr != nil && c.want == "" {
					t.Error(cerr)
				}
			}
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// FuzzRead: whatever the bytes, an answer and no panic.
func FuzzRead(f *testing.F) {
	whole := small(nil)
	f.Add([]byte(whole))
	f.Add([]byte("COPY vpic.wmi (id, \"a b\") FROM stdin;\n1\t2\n\\.\n"))
	f.Add([]byte("SELECT E'\\'; $a$ ; $$ /* /* */ \"x\"\" ;\nCOPY"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rel, stats, err := dump.Read(t.Context(), bytes.NewReader(b))
		if (rel == nil) == (err == nil) {
			t.Fatalf("release %v, error %v", rel, err)
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatalf("%v is no fault.Invalid", err)
		}
		if stats.Rows > int64(len(b)) {
			t.Fatalf("%d rows of %d bytes", stats.Rows, len(b))
		}
	})
}
