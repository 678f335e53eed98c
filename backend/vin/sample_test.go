package vin_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// indexPath is where `make vpic` puts the index. It is read by its place, so
// that the package's tests need nothing of ours either.
const indexPath = "../../embedded/vpic/data/vpic.idx"

var loadIndex = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile(indexPath)
	return string(b), err
})

func indexData(t testing.TB) string {
	t.Helper()
	data, err := loadIndex()
	if err != nil {
		t.Fatalf("the vPIC index is missing: run `make vpic` (%v)", err)
	}
	return data
}

func open(t testing.TB) *vin.Decoder {
	t.Helper()
	d, err := vin.Open(indexData(t))
	if err != nil {
		t.Fatalf("open index: %v", err)
	}
	return d
}

// sampleClock is the clock of public-sample.json.
var sampleClock = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

type sample struct {
	VIN    string
	Kind   string
	Year   int
	Clock  string
	Expect map[string]any
}

func samples(t testing.TB) []sample {
	t.Helper()
	b, err := os.ReadFile("testdata/public-sample.json")
	if err != nil {
		t.Fatal(err)
	}
	var s []sample
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPublicSample holds the 20 recorded answers: text equal, numbers within
// 1e-6 (the sample has the digits of PostgreSQL, we give those of the live
// service).
func TestPublicSample(t *testing.T) {
	d := open(t)
	all := samples(t)
	if len(all) != 20 {
		t.Fatalf("%d samples, want 20", len(all))
	}
	for _, s := range all {
		t.Run(s.Kind+"/"+s.VIN, func(t *testing.T) {
			clock, err := time.Parse(time.DateOnly, s.Clock)
			if err != nil {
				t.Fatal(err)
			}
			r := d.Decode(s.VIN, vin.Options{ModelYear: s.Year, Now: clock})
			got := map[string][]string{}
			for _, v := range r.Values {
				got[v.Code] = append(got[v.Code], v.Text)
			}
			for code, want := range s.Expect {
				if err := sameValues(got[code], want); err != nil {
					t.Errorf("%s: %v", code, err)
				}
				delete(got, code)
			}
			for code, texts := range got {
				t.Errorf("%s: %q is not expected", code, texts)
			}
		})
	}
}

func sameValues(got []string, want any) error {
	var texts []string
	switch w := want.(type) {
	case string:
		texts = []string{w}
	case []any:
		for _, x := range w {
			texts = append(texts, fmt.Sprint(x))
		}
	}
	// The sample sorts the texts of elements with several.
	got = slices.Clone(got)
	slices.Sort(got)
	slices.Sort(texts)
	if len(got) != len(texts) {
		return fmt.Errorf("got %q, want %q", got, texts)
	}
	for i := range got {
		if got[i] == texts[i] {
			continue
		}
		g, errG := strconv.ParseFloat(got[i], 64)
		w, errW := strconv.ParseFloat(texts[i], 64)
		if errG != nil || errW != nil || math.Abs(g-w) > 1e-6*math.Abs(w) {
			return fmt.Errorf("got %q, want %q", got, texts)
		}
	}
	return nil
}
