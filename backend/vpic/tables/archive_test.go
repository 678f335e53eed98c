package tables_test

import (
	"archive/tar"
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

// pack makes an archive of files.
func pack(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: "./" + name + ".tsv", Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// minimal are all tables with their column names and one row in some.
func minimal() map[string]string {
	return map[string]string{
		// Columns in another order than ours, one more, COPY's escapes, NULL.
		"pattern":            "keys\textra\tid\tvinschemaid\telementid\tattributeid\tchangedon\n*[A-C]|*H\tx\t7\t8\t114\ta\\tb\\\\c\\nd\t1425463434630000\n",
		"wmi":                "id\twmi\tmanufacturerid\tmakeid\tvehicletypeid\ttrucktypeid\tpublicavailabilitydate\tchangedon\n1\t1AC\t2\t\\N\t3\t\\N\t5\t6\n",
		"wmi_vinschema":      "id\twmiid\tvinschemaid\tyearfrom\tyearto\n1\t1\t8\t2010\t\\N\n",
		"vinschema":          "id\ttobeqced\n8\t1\n",
		"element":            "id\tname\tcode\tisprivate\tgroupname\tdatatype\tdecode\tdecode_present\tweight\n114\tNote\tNote\t0\tGeneral\tstring\tPattern\t1\t\\N\n",
		"element_lookup":     "elementid\tlookuptag\n",
		"lookups":            "tag\tid\tname\nmake\t1\tAcme\n",
		"errortext":          "errorcode\tadditionaltext\n",
		"make_model":         "makeid\tmodelid\n1\t2\n",
		"wmi_make":           "wmiid\tmakeid\n",
		"enginemodel":        "id\tname\n",
		"enginemodelpattern": "id\tenginemodelid\telementid\tattributeid\tchangedon\n",
		"defaultvalue":       "id\telementid\tvehicletypeid\tdefaultvalue\tdefaultvalue_present\tchangedon\n",
		"vinexception":       "vin\tcheckdigit\n",
		"vindescriptor":      "id\tdescriptor\tmodelyear\tcreatedon\tupdatedon\n",
		"conversion":         "id\tfromelementid\ttoelementid\tformula\n",
		"vspecschema":        "id\tmakeid\tvehicletypeid\ttobeqced\n",
		"vspecschemapattern": "id\tschemaid\n",
		"vspecpattern":       "id\tvspecschemapatternid\tiskey\telementid\tattributeid\tchangedon\n",
		"vspecschemamodel":   "schemaid\tmodelid\n",
		"vspecschemayear":    "schemaid\tyear\n",
	}
}

func TestReadArchive(t *testing.T) {
	rel, err := tables.ReadArchive(bytes.NewReader(pack(t, minimal())))
	if err != nil {
		t.Fatal(err)
	}
	want := tables.Pattern{ID: 7, Schema: 8, Keys: "*[A-C]|*H", Element: 114, Attribute: "a\tb\\c\nd", Changed: 1425463434630000}
	if len(rel.Patterns) != 1 || rel.Patterns[0] != want {
		t.Errorf("patterns: got %+v, want %+v", rel.Patterns, want)
	}
	if w := rel.WMIs[0]; w.TruckType != -1 || w.VehicleType != 3 || w.Public != 5 {
		t.Errorf("WMI: %+v", w)
	}
	if rel.Links[0].YearTo != -1 || !rel.Unchecked[8] || rel.Lookups["make"][1] != "Acme" || rel.Elements[0].Weight != -1 {
		t.Errorf("links %+v, unchecked %v, lookups %v, elements %+v", rel.Links, rel.Unchecked, rel.Lookups, rel.Elements)
	}
}

func TestReadArchiveRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(map[string]string)
		want  string
	}{
		"table missing":  {func(f map[string]string) { delete(f, "wmi"); delete(f, "element") }, "lacks the tables element, wmi"},
		"column missing": {func(f map[string]string) { f["vinschema"] = "id\n8\n" }, "table vinschema: lacks the column tobeqced"},
		"field missing":  {func(f map[string]string) { f["vinschema"] += "9\n" }, "table vinschema: line 3: 1 fields, want 2"},
		"no number":      {func(f map[string]string) { f["vinschema"] += "nine\t1\n" }, "table vinschema: line 3"},
	} {
		t.Run(name, func(t *testing.T) {
			files := minimal()
			c.spoil(files)
			if _, err := tables.ReadArchive(bytes.NewReader(pack(t, files))); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	whole := pack(t, minimal())
	for _, n := range []int{0, 10, len(whole) / 2} {
		if _, err := tables.ReadArchive(bytes.NewReader(whole[:n])); err == nil {
			t.Errorf("an archive cut at %d bytes was read", n)
		}
	}
}

// TestCounts holds the row counts of release 2026_10 (decode-spec section 11).
func TestCounts(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the whole archive")
	}
	f, err := os.Open("../../../embedded/vpic/vpic_2026_10.tar.zst")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rel, err := tables.ReadArchive(f)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]int{
		"pattern": {len(rel.Patterns), 1_682_444}, "wmi": {len(rel.WMIs), 13_014}, "wmi_vinschema": {len(rel.Links), 41_810},
		"vspecpattern": {len(rel.SpecRows), 231_867}, "vinexception": {len(rel.Exceptions), 18_806},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %d rows, want %d", name, c[0], c[1])
		}
	}
}
