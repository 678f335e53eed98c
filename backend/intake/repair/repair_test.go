package repair_test

import (
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/claim/claimtest"
	"github.com/hubcap-dev/hubcap/backend/intake/repair"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/internal/race"
)

type tools struct {
	d *vin.Decoder
	c *claim.Checker
	r *repair.Repairer
}

var open = sync.OnceValues(func() (tools, error) {
	b, err := os.ReadFile("../../../embedded/vpic/data/vpic.idx")
	if err != nil {
		return tools{}, err
	}
	d, err := vin.Open(string(b))
	if err != nil {
		return tools{}, err
	}
	c, err := claim.New(d)
	if err != nil {
		return tools{}, err
	}
	return tools{d, c, repair.New(d, c)}, nil
})

func ready(t testing.TB) tools {
	t.Helper()
	x, err := open()
	if err != nil {
		t.Fatalf("open the vPIC index (run `make vpic`): %v", err)
	}
	return x
}

// TestTruthAmongThree corrupts 2,000 VINs, the five kinds of slip by turns, any
// character at any place.
func TestTruthAmongThree(t *testing.T) {
	race.Skip(t)
	x := ready(t)
	first, three := 0, 0
	broken := claimtest.NewWriter(x.d, claimtest.VINs(), 11).Corrupt(2000)
	for _, b := range broken {
		found := x.r.Candidates(b.Written, b.Claimed, claimtest.Now, 5)
		at := slices.IndexFunc(found, func(c repair.Candidate) bool { return c.VIN == b.VIN })
		if at == 0 {
			first++
		}
		if at >= 0 && at < 3 {
			three++
		}
	}
	t.Logf("truth first %.1f %%, among three %.1f %%", 100*float64(first)/float64(len(broken)), 100*float64(three)/float64(len(broken)))
	if three*100 < 94*len(broken) {
		t.Errorf("the truth is among the first three for %d of %d, want 94 %%", three, len(broken))
	}
}

func TestKinds(t *testing.T) {
	x := ready(t)
	const truth = "1FTFW1ET4EFC23745"
	cl := claim.Claimed{claim.Year: "2014", claim.Make: "Ford", claim.Model: "F-150"}
	for _, s := range []struct{ name, written, kind string }{
		{"letter O for a zero, twice", "1FMCU0GD8HUC93883", ""},
		{"look-alike", "1FTFWIET4EFC23745", repair.LookAlike},
		{"swapped", "1FTFW1ET4EFC23754", repair.Transposition},
		{"missing", "1FTFW1T4EFC23745", repair.Missing},
		{"extra", "1FTFW1ETT4EFC23745", repair.Extra},
		{"with blanks and signs", "1FT-FWIET 4EFC23745", repair.LookAlike},
		{"scanner's leading I", "I1FTFW1ET4EFC23745", repair.Extra},
		{"small letters", "1ftfwiet4efc23745", repair.LookAlike},
	} {
		t.Run(s.name, func(t *testing.T) {
			found := x.r.Candidates(s.written, cl, claimtest.Now, 3)
			if s.kind == "" {
				if found != nil {
					t.Errorf("a sound VIN has candidates: %v", found)
				}
				return
			}
			if len(found) == 0 || found[0].VIN != truth || found[0].Kind != s.kind {
				t.Fatalf("%s: got %+v, want %s by %s", s.written, found, truth, s.kind)
			}
			if found[0].Title != "2014 FORD F-150" || found[0].Reason == "" || found[0].Position == 0 {
				t.Errorf("parts of %+v", found[0])
			}
		})
	}
}

// TestAllZerosAsOs: who writes one O for a zero writes them all.
func TestAllZerosAsOs(t *testing.T) {
	x := ready(t)
	found := x.r.Candidates("1FMCUOGD8HUC93883", nil, claimtest.Now, 3)
	if len(found) == 0 || found[0].VIN != "1FMCU0GD8HUC93883" {
		t.Errorf("one O: %+v", found)
	}
	found = x.r.Candidates("2C4RC1CG5HR6I6O95", nil, claimtest.Now, 3)
	if len(found) == 0 || found[0].VIN != "2C4RC1CG5HR616095" {
		t.Errorf("an I and an O: %+v", found)
	}
}

func TestNothingToPropose(t *testing.T) {
	x := ready(t)
	for _, s := range []string{"", "1FTFW1ET4EFC2", "1FTFW1ET4EFC23745XX99", "WVWZZZ1KZAW000001", "not a VIN at all", "日本語日本語日本語日本語日本"} {
		for _, c := range x.r.Candidates(s, nil, claimtest.Now, 3) {
			r := x.d.Decode(c.VIN, vin.Options{Now: claimtest.Now})
			if r.Has(1) || r.Has(7) {
				t.Errorf("%q: %s does not pass", s, c.VIN)
			}
		}
	}
	if got := x.r.Candidates("1FTFWIET4EFC23745", nil, claimtest.Now, 0); got != nil {
		t.Errorf("none were wanted: %v", got)
	}
}

// FuzzCandidates: every candidate is sound and one slip away; nothing panics.
func FuzzCandidates(f *testing.F) {
	f.Add("1FTFWIET4EFC23745", "F-150")
	f.Add("1FTFW1T4EFC23745", "")
	f.Add("00000000000000000", "0")
	f.Fuzz(func(t *testing.T, written, model string) {
		x := ready(t)
		for _, c := range x.r.Candidates(written, claim.Claimed{claim.Model: model}, claimtest.Now, 20) {
			r := x.d.Decode(c.VIN, vin.Options{Now: claimtest.Now})
			digit, ok := vin.CheckDigit(c.VIN)
			if r.Has(1) || r.Has(400) || len(c.VIN) != 17 || !ok || byte(digit) != c.VIN[8] {
				t.Errorf("%q: candidate %+v has errors %v", written, c, r.ErrorCodes)
			}
		}
	})
}

func BenchmarkCandidates(b *testing.B) {
	x := ready(b)
	broken := claimtest.NewWriter(x.d, claimtest.VINs(), 5).Corrupt(500)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		k := &broken[i%len(broken)]
		x.r.Candidates(k.Written, k.Claimed, claimtest.Now, 3)
	}
}
