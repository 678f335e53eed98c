package reference_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/reference"
)

const (
	recallFile  = "testdata/FLAT_RCL.sample.txt"
	economyFile = "testdata/vehicles.sample.csv"
)

var clock = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// known stands for the decoder's makes and models.
func known() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, m := range [][2]string{{"FORD", "F-150"}, {"FORD", "Transit"}, {"FORD", "Transit Connect"}, {"FORD", "Transit Connect Cargo"}, {"CHEVROLET", "Silverado"},
			{"MERCEDES-BENZ", "E-Class"}, {"MAZDA", "CX-5"}, {"TOYOTA", "Camry"}, {"TESLA", "Model S"}, {"RAM", "1500"}, {"ELSEWHERE", "Camry"}} {
			if !yield(m[0], m[1]) {
				return
			}
		}
	}
}

func shelf(t testing.TB, dir string) *reference.Shelf {
	t.Helper()
	s := reference.New(dir, reference.Options{Now: func() time.Time { return clock }, Models: known})
	if err := s.Load(); err != nil {
		t.Fatal(err)
	}
	return s
}

func bring(t testing.TB, s *reference.Shelf, path string) reference.Imported {
	t.Helper()
	i, err := s.Import(context.Background(), reference.Import{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func campaigns(rs []reference.Recall) string {
	var out []string
	for _, r := range rs {
		out = append(out, r.Campaign+" "+string(r.Match))
	}
	return strings.Join(out, ", ")
}

func TestRecallsAreJoinedByMakeModelAndYear(t *testing.T) {
	s := shelf(t, t.TempDir())
	i := bring(t, s, recallFile)
	if i.Kind != reference.RecallData || i.Rows != 16 || i.Used != 14 || i.Damaged != 0 || i.Newest != "2026-09-01" || !i.Imported.Equal(clock) || i.Replaced != nil {
		t.Errorf("import: %+v", i)
	}
	for _, c := range []struct {
		name string
		v    reference.Vehicle
		want string
	}{
		{"signs and case", reference.Vehicle{Make: "Ford", Model: "F150", Year: 2015}, "90V002000 same, 90V001000 same"},
		{"another year", reference.Vehicle{Make: "FORD", Model: "F-150", Year: 2014}, "90V001000 same"},
		{"no year", reference.Vehicle{Make: "FORD", Model: "F-150"}, ""},
		{"a model is no kind of another", reference.Vehicle{Make: "FORD", Model: "Transit", Year: 2015}, "90V004000 same"},
		{"nor the other way", reference.Vehicle{Make: "FORD", Model: "Transit Connect", Year: 2015}, "90V003000 same"},
		{"a kind", reference.Vehicle{Make: "CHEVROLET", Model: "Silverado", Year: 2015}, "90V006000 variant, 90V005000 variant"},
		{"a kind by its series", reference.Vehicle{Make: "CHEVROLET", Model: "Silverado", Series: "1500", Year: 2015}, "90V005000 variant"},
		{"the trim is the publisher's model", reference.Vehicle{Make: "MERCEDES-BENZ", Model: "E-Class", Trim: "E350", Year: 2015}, "90V007000 same"},
		{"the make before the model", reference.Vehicle{Make: "MAZDA", Model: "CX-5", Year: 2015}, "90V008000 same"},
		{"year unknown", reference.Vehicle{Make: "TOYOTA", Model: "Camry", Year: 2003}, "90V009000 same"},
		{"no vehicle", reference.Vehicle{Make: "ACME", Model: "ROOF RACK", Year: 2015}, ""},
		{"part of a word", reference.Vehicle{Make: "FORD", Model: "F-15", Year: 2015}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := campaigns(s.RecallsOf(c.v)); got != c.want {
				t.Errorf("%+v has %q, want %q", c.v, got, c.want)
			}
		})
	}
	r := s.Recalls("FORD", "F-150", 2015)
	if x := r[1]; !slices.Equal(x.Components, []string{"FUEL SYSTEM, GASOLINE:DELIVERY", "ENGINE AND ENGINE COOLING"}) || x.Reported != "2015-07-14" || x.Affected != 1000 || !strings.HasPrefix(x.Remedy, "SAMPLE TEXT: dealers inspect") || x.Model != "F-150" {
		t.Errorf("recall: %+v", x)
	}
	if !r[0].DoNotDrive || r[0].ParkOutside || r[1].DoNotDrive {
		t.Errorf("advice: %+v", r)
	}
	if x := s.Recalls("TOYOTA", "Camry", 2003)[0]; !x.YearUnknown {
		t.Errorf("recall of any year: %+v", x)
	}
	if x := s.Recalls("VOLKSWAGEN", "Tiguan", 2015)[0]; !strings.Contains(x.Summary, "café light – dim") {
		t.Errorf("Windows-1252: %q", x.Summary)
	}
}

func TestEconomyIsNarrowedToTheVehicle(t *testing.T) {
	s := shelf(t, t.TempDir())
	i := bring(t, s, economyFile)
	if i.Kind != reference.EconomyData || i.Used != 7 || i.Newest != "2026-08-07" {
		t.Errorf("import: %+v", i)
	}
	all := s.EconomyOf(reference.Vehicle{Make: "FORD", Model: "F-150", Year: 2015})
	if all.Rated != 3 || all.Combined != (reference.Span{Low: 17, High: 22}) || len(all.Narrowed) != 0 {
		t.Errorf("F-150: %+v", all)
	}
	one := s.EconomyOf(reference.Vehicle{Make: "FORD", Model: "F-150", Year: 2015, Cylinders: "6", Displacement: "2.70", Drive: "4WD/4-Wheel Drive/4x4"})
	if len(one.Entries) != 1 || one.City != (reference.Span{Low: 18, High: 18}) || one.Entries[0].Model != "F150 Pickup 4WD" || !slices.Equal(one.Narrowed, []string{"cylinders", "drive"}) {
		t.Errorf("F-150 with six cylinders: %+v", one)
	}
	if e := s.EconomyOf(reference.Vehicle{Make: "RAM", Model: "1500", Year: 2015, Cylinders: "12"}); len(e.Entries) != 1 {
		t.Errorf("what fits nothing narrows nothing: %+v", e)
	}
	for second, want := range map[string]int{"": 28, "Electric": 41} {
		e := s.EconomyOf(reference.Vehicle{Make: "TOYOTA", Model: "Camry", Year: 2015, Fuel: "Gasoline", SecondFuel: second})
		if len(e.Entries) != 1 || e.Combined.Low != want || !slices.Equal(e.Narrowed, []string{"hybrid"}) {
			t.Errorf("Camry with the second fuel %q: %+v", second, e)
		}
	}
	if e := s.Economy("TESLA", "Model S", 2015); len(e) != 1 || e[0].Combined != 89 {
		t.Errorf("Model S: %+v", e)
	}
	if e := s.EconomyOf(reference.Vehicle{Make: "FORD", Model: "Edge", Year: 2015}); e.Rated != 0 || e.Entries == nil {
		t.Errorf("none: %+v", e)
	}
}

func TestAnImportIsSeenWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	s := shelf(t, dir)
	first := bring(t, s, recallFile)
	before := campaigns(s.Recalls("FORD", "F-150", 2015))

	cut, stop := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	if _, err := s.Import(cut, reference.Import{Path: recallFile, Progress: func(int, string) { stop(why) }}); !errors.Is(err, why) {
		t.Errorf("canceled: %v", err)
	}
	raw, err := os.ReadFile(recallFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(raw, []byte("\n"))
	half := write(t, "FLAT_RCL.txt", bytes.Join(lines[len(lines)/2:], nil))
	if _, err := s.Import(context.Background(), reference.Import{Path: half}); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("half of it: %v", err)
	}
	old := write(t, "FLAT_RCL.txt", bytes.ReplaceAll(raw, []byte("20260901"), []byte("20250901")))
	if _, err := s.Import(context.Background(), reference.Import{Path: old}); !fault.Is(err, fault.Conflict) {
		t.Errorf("an older one: %v", err)
	}
	if got := campaigns(s.Recalls("FORD", "F-150", 2015)); got != before || s.Status().Sources[0] != first.Source {
		t.Errorf("after what failed: %q, %+v", got, s.Status())
	}
	if n := files(t, dir); n != 2 {
		t.Errorf("%d files, want the book and the choice", n)
	}
	i, err := s.Import(context.Background(), reference.Import{Path: old, Force: true})
	if err != nil || i.Replaced == nil || i.Replaced.Newest != "2026-09-01" || files(t, dir) != 2 {
		t.Errorf("by force: %+v, %v", i, err)
	}
	again := shelf(t, dir)
	if got := campaigns(again.Recalls("FORD", "F-150", 2015)); got != before {
		t.Errorf("after a start: %q", got)
	}
	bring(t, again, economyFile)
	if err := again.Remove(reference.RecallData); err != nil || again.Recalls("FORD", "F-150", 2015) != nil || len(again.Economy("FORD", "F-150", 2015)) != 3 {
		t.Errorf("removed: %v", err)
	}
	if err := again.Remove(reference.RecallData); !fault.Is(err, fault.NotFound) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestNHTSAsHalvesStandBesideEachOther(t *testing.T) {
	s := shelf(t, t.TempDir())
	raw, err := os.ReadFile(recallFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(raw, []byte("\n"))
	for i, name := range []string{"FLAT_RCL_PRE_2010", "FLAT_RCL_POST_2010"} {
		half := lines[:5]
		if i == 1 {
			half = lines[5:]
		}
		bring(t, s, packed(t, name+".zip", map[string][]byte{name + ".txt": bytes.Join(half, nil), "RCL.txt": []byte("what the columns are")}))
	}
	if got := campaigns(s.Recalls("FORD", "F-150", 2015)); got != "90V002000 same, 90V001000 same" || len(s.Status().Sources) != 2 {
		t.Errorf("two halves: %q, %+v", got, s.Status())
	}
	if bring(t, s, recallFile); len(s.Status().Sources) != 1 {
		t.Errorf("the whole replaces both: %+v", s.Status())
	}
}

func TestWhatIsSomethingElseIsRefused(t *testing.T) {
	raw, err := os.ReadFile(economyFile)
	if err != nil {
		t.Fatal(err)
	}
	header, _, _ := bytes.Cut(raw, []byte("\n"))
	tabs := strings.Repeat("\t", 26)
	for _, c := range []struct{ name, path, want string }{
		{"nothing", filepath.Join(t.TempDir(), "none.txt"), "can't be opened"},
		{"a folder", t.TempDir(), "not a file"},
		{"empty", write(t, "FLAT_RCL.txt", nil), "empty"},
		{"a list", write(t, "list.csv", []byte("VIN,Year\n1,2\n")), "neither"},
		{"columns without meaning", write(t, "FLAT_RCL.txt", []byte(strings.Repeat("x"+tabs+"\n", 40))), "not FLAT_RCL"},
		{"a line without end", write(t, "FLAT_RCL.txt", []byte("1"+tabs+"\n"+strings.Repeat("x", 1<<20))), "line 2 has more"},
		{"a quote without end", write(t, "vehicles.csv", append(header, "\n\""+strings.Repeat("x\n", 1<<20)...)), "more than 65536"},
		{"no ratings", write(t, "vehicles.csv", append(header, "\n1,2,3\n"...)), "not vehicles.csv"},
		{"a column is missing", write(t, "vehicles.csv", bytes.ReplaceAll(raw, []byte("comb08,"), []byte("combined,"))), "has no comb08"},
		{"two in an archive", packed(t, "a.zip", map[string][]byte{"a.csv": raw, "b.csv": raw}), "several"},
		{"none in an archive", packed(t, "a.zip", map[string][]byte{"a.exe": raw}), "neither a .txt nor"},
		{"half an archive", write(t, "a.zip", []byte("PK\x03\x04half")), "can't be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			s := shelf(t, dir)
			_, err := s.Import(context.Background(), reference.Import{Path: c.path})
			var f *fault.Error
			if !errors.As(err, &f) || !strings.Contains(err.Error(), c.want) || f.Remedy == "" {
				t.Errorf("error %v, want one about %q with a remedy", err, c.want)
			}
			if n := files(t, dir); n != 0 {
				t.Errorf("%d files were left", n)
			}
		})
	}
}

func TestADamagedBookIsPassedOver(t *testing.T) {
	dir := t.TempDir()
	s := shelf(t, dir)
	bring(t, s, recallFile)
	bring(t, s, economyFile)
	books, err := filepath.Glob(filepath.Join(dir, "reference", "recalls-*.ref"))
	if err != nil || len(books) != 1 {
		t.Fatal(books, err)
	}
	b, err := os.ReadFile(books[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(books[0], b, 0o644); err != nil {
		t.Fatal(err)
	}
	again := reference.New(dir, reference.Options{})
	if err := again.Load(); !fault.Is(err, fault.Unavailable) {
		t.Errorf("load: %v", err)
	}
	if st := again.Status(); len(st.Sources) != 1 || st.Warning == "" || st.Remedy == "" {
		t.Errorf("status: %+v", st)
	}
	if again.Recalls("FORD", "F-150", 2015) != nil || len(again.Economy("FORD", "F-150", 2015)) != 3 {
		t.Error("the whole book is there, the damaged one not")
	}
	if i, err := again.Import(context.Background(), reference.Import{Path: recallFile}); err != nil || i.Damaged != 0 || again.Status().Warning != "" {
		t.Errorf("brought in again: %+v, %v, %+v", i, err, again.Status())
	}
}

func TestSentFilesGoWhenNobodyNeedsThem(t *testing.T) {
	dir := t.TempDir()
	s := shelf(t, dir)
	var paths []string
	for range 2 {
		p, err := s.Receive(context.Background(), strings.NewReader("something"))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
		if err := os.Chtimes(p, clock.Add(-time.Hour), clock.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	s.Tidy(paths[:1])
	if n := files(t, dir); n != 1 {
		t.Errorf("%d files, want the one that a job goes on with", n)
	}
	if err := s.Drop(recallFile); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(recallFile); err != nil {
		t.Fatalf("a file of somebody's was removed: %v", err)
	}
	if err := s.Drop(paths[0]); err != nil || files(t, dir) != 0 {
		t.Errorf("drop: %v", err)
	}
}

func write(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t *testing.T, name string, entries map[string][]byte) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for n, content := range entries {
		w, err := z.Create(n)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, name, b.Bytes())
}

func files(t *testing.T, dir string) int {
	t.Helper()
	list, err := os.ReadDir(filepath.Join(dir, "reference"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return len(list)
}

// synthetic is a file of the size that NHTSA's has: rows of a kind of text.
type synthetic struct {
	rows, at int
	rest     []byte
}

func (s *synthetic) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		if s.at == s.rows {
			return 0, io.EOF
		}
		i := s.at
		s.at++
		text := fmt.Sprintf("SAMPLE TEXT %d: %s", i/5, strings.Repeat("a bolt may be loose. ", 12))
		s.rest = fmt.Appendf(nil, "%d\t%02dV%06d\tMAKE%d\tMODEL %d\t%d\t\tCOMPONENT %d\tMAKER %d\t20140101\t20150101\tV\t100\t20150101\tMFR\tMAKER\t20150714\t20150714\t\t\t%s\t%s\t%s\t%s\t0001\t\t\t\n",
			i, i/5%80, i/5, i%60, i%997, 1990+i%36, i%300, i%60, text, text, text, text)
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}
