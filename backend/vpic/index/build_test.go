package index_test

import (
	"bytes"
	"crypto/sha256"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic/index"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
	"github.com/hubcap-dev/hubcap/internal/race"
)

const archive = "../../../embedded/vpic/vpic_2026_10.tar.zst"

func build(t *testing.T, source []byte) []byte {
	rel, err := tables.ReadArchive(bytes.NewReader(source))
	if err != nil {
		t.Error(err)
		return nil
	}
	out, err := index.Build(rel, index.Stamp{Release: "2026_10", Source: sha256.Sum256(source)})
	if err != nil {
		t.Error(err)
	}
	return out
}

// TestSameBytes: two builds of the committed archive are equal to the byte,
// equal to what `make vpic` left, and not too large.
func TestSameBytes(t *testing.T) {
	race.Skip(t)
	if testing.Short() {
		t.Skip("builds the whole index twice")
	}
	source, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	var built [2][]byte
	var wg sync.WaitGroup
	for i := range built {
		wg.Go(func() { built[i] = build(t, source) })
	}
	wg.Wait()
	if !bytes.Equal(built[0], built[1]) {
		t.Fatal("two builds of the same tables differ")
	}
	if n := len(built[0]); n > 28_000_000 {
		t.Errorf("index of %d bytes, want at most 28 MB", n)
	}
	made, err := os.ReadFile("../../../embedded/vpic/data/vpic.idx")
	if err != nil {
		t.Fatalf("the vPIC index is missing: run `make vpic` (%v)", err)
	}
	if !bytes.Equal(made, built[0]) {
		t.Error("the index in place was built by another vpicgen: run `make vpic`")
	}
	d, err := vin.Open(string(built[0]))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Verify(); err != nil {
		t.Error(err)
	}
}

// small is a release of one maker with two schemas.
func small() *tables.Release {
	rel := &tables.Release{
		ElementLookup: map[int32]string{5: "bodystyle", 26: "make", 27: "manufacturer", 28: "model", 39: "vehicletype"},
		Lookups: map[string]map[int32]string{
			"bodystyle": {1: "Sedan", 2: "Wagon"}, "make": {1: "Acme"}, "manufacturer": {1: "Acme Inc."},
			"model": {1: "Rocket", 2: "Anvil"}, "vehicletype": {2: "Passenger Car"},
			"errorcode": {0: "0 - clean", 1: "1 - check digit", 8: "8 - no data", 14: "14 - unused"},
		},
		WMIs:       []tables.WMI{{ID: 1, Code: "1AC", Manufacturer: 1, VehicleType: 2, TruckType: -1}},
		MakeModels: []tables.Pair{{A: 1, B: 1}, {A: 1, B: 2}},
		WMIMakes:   []tables.Pair{{A: 1, B: 1}},
		Links:      []tables.Link{{ID: 1, WMI: 1, Schema: 1, YearFrom: 2010, YearTo: -1}, {ID: 2, WMI: 1, Schema: 2, YearFrom: 2015, YearTo: -1}},
	}
	for i, c := range []struct {
		id   int32
		code string
	}{
		{5, "BodyClass"}, {11, "DisplacementCC"}, {12, "DisplacementCI"}, {13, "DisplacementL"}, {18, "EngineModel"},
		{26, "Make"}, {27, "Manufacturer"}, {28, "Model"}, {29, "ModelYear"}, {39, "VehicleType"}, {142, "SuggestedVIN"},
		{143, "ErrorCode"}, {144, "PossibleValues"}, {156, "AdditionalErrorText"}, {191, "ErrorText"}, {196, "VehicleDescriptor"},
	} {
		rel.Elements = append(rel.Elements, tables.Element{ID: c.id, Code: c.code, Name: c.code, Decoded: true, Weight: int32(i % 3 * 9)})
	}
	for i, f := range []struct {
		from, to int32
		text     string
	}{
		{11, 12, "#x# / 16.387064 "}, {12, 11, "#x# * 16.387064 "}, {11, 13, "#x# / 1000."},
		{13, 11, "#x# * 1000"}, {12, 13, "#x# * 0.016387064"}, {13, 12, "#x# / 0.016387064"},
	} {
		rel.Conversions = append(rel.Conversions, tables.Conversion{ID: int32(i + 1), From: f.from, To: f.to, Formula: f.text})
	}
	return rel
}

// TestTieBreaks builds two patterns that compete for one element and looks
// which one wins (decode-spec section 4.6).
func TestTieBreaks(t *testing.T) {
	const model, rocket, anvil = 28, "1", "2" // Rocket must win
	for name, patterns := range map[string][2]tables.Pattern{
		"the later schema, though older": {
			{ID: 2, Schema: 2, Keys: "*", Attribute: rocket, Changed: 1}, {ID: 1, Schema: 1, Keys: "A", Attribute: anvil, Changed: 9}},
		"the later date, though longer": {
			{ID: 2, Schema: 1, Keys: "AB", Attribute: rocket, Changed: 9}, {ID: 1, Schema: 1, Keys: "A", Attribute: anvil, Changed: 1}},
		"the shorter key without stars": {
			{ID: 2, Schema: 1, Keys: "***D", Attribute: rocket, Changed: 5}, {ID: 1, Schema: 1, Keys: "AB", Attribute: anvil, Changed: 5}},
		"brackets count as length": {
			{ID: 2, Schema: 1, Keys: "AB", Attribute: rocket, Changed: 5}, {ID: 1, Schema: 1, Keys: "[A]", Attribute: anvil, Changed: 5}},
		"the lower key, a star before letters": {
			{ID: 2, Schema: 1, Keys: "*B", Attribute: rocket, Changed: 5}, {ID: 1, Schema: 1, Keys: "A", Attribute: anvil, Changed: 5}},
		"the lower number": {
			{ID: 1, Schema: 1, Keys: "A", Attribute: rocket, Changed: 5}, {ID: 2, Schema: 1, Keys: "A", Attribute: anvil, Changed: 5}},
	} {
		t.Run(name, func(t *testing.T) {
			for swap := range 2 {
				rel := small()
				for i := range 2 {
					p := patterns[(i+swap)%2]
					p.Element = model
					rel.Patterns = append(rel.Patterns, p)
				}
				out, err := index.Build(rel, index.Stamp{Release: "2026_10"})
				if err != nil {
					t.Fatal(err)
				}
				d, err := vin.Open(string(out))
				if err != nil {
					t.Fatal(err)
				}
				r := d.Decode("1ACABCD50HA000001", vin.Options{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
				if got := r.Get("Model"); got != "Rocket" || r.Get("Make") != "ACME" {
					t.Errorf("got model %q, make %q; codes %v", got, r.Get("Make"), r.ErrorCodes)
				}
			}
		})
	}
}

// TestWidens: numbers that outgrow four bytes take five, and still decode.
func TestWidens(t *testing.T) {
	rel := small()
	rel.Lookups["model"] = map[int32]string{}
	for i := range int32(1 << 16) {
		rel.Lookups["model"][i+1] = "Model"
	}
	const n = 1<<16 + 3
	for i := range int32(n) {
		rel.Patterns = append(rel.Patterns, tables.Pattern{
			ID: i + 1, Schema: 1 + i/40000, Keys: "*A", Element: 28, Changed: int64(i), Attribute: itoa(i%(1<<16) + 1),
		})
	}
	rel.Patterns = append(rel.Patterns, tables.Pattern{ID: n + 1, Schema: 1, Keys: "A", Element: 5, Attribute: "2", Changed: 1})
	out, err := index.Build(rel, index.Stamp{Release: "2026_10"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := vin.Open(string(out))
	if err != nil {
		t.Fatal(err)
	}
	r := d.Decode("1ACAACD50HA000001", vin.Options{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	if r.ModelID != 3 || r.Get("BodyClass") != "Wagon" {
		t.Errorf("model %d, body %q; want 3, Wagon", r.ModelID, r.Get("BodyClass"))
	}
}

func itoa(n int32) string {
	if n >= 10 {
		return itoa(n/10) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

func TestBuildRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*tables.Release)
		want  string
	}{
		"two rows of a WMI": {func(r *tables.Release) { r.WMIs = append(r.WMIs, r.WMIs[0]) }, "WMI 1AC stands in two rows"},
		"element gone":      {func(r *tables.Release) { r.Elements = r.Elements[2:] }, "vPIC element 11 is missing"},
		"model of two makes": {func(r *tables.Release) {
			r.MakeModels = append(r.MakeModels, tables.Pair{A: 2, B: 1})
			r.Patterns = append(r.Patterns, tables.Pattern{ID: 1, Schema: 1, Keys: "A", Element: 28, Attribute: "1"})
		}, "model 1 has the makes"},
		"formula changed": {func(r *tables.Release) {
			r.Conversions[0].Formula = "sqrt(#x#)"
			r.Patterns = append(r.Patterns, tables.Pattern{ID: 1, Schema: 1, Keys: "A", Element: 11, Attribute: "1"})
		}, "cannot read"},
		"any run inside a key": {func(r *tables.Release) {
			r.Patterns = append(r.Patterns, tables.Pattern{ID: 1, Schema: 1, Keys: "A%B", Element: 28, Attribute: "1"})
		}, "not supported"},
	} {
		t.Run(name, func(t *testing.T) {
			rel := small()
			c.spoil(rel)
			if _, err := index.Build(rel, index.Stamp{Release: "2026_10"}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
