package claim_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/claim/claimtest"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/internal/race"
)

type pair struct {
	d *vin.Decoder
	c *claim.Checker
}

var open = sync.OnceValues(func() (pair, error) {
	b, err := os.ReadFile("../../../embedded/vpic/data/vpic.idx")
	if err != nil {
		return pair{}, err
	}
	d, err := vin.Open(string(b))
	if err != nil {
		return pair{}, err
	}
	c, err := claim.New(d)
	return pair{d, c}, err
})

func checker(t testing.TB) (*vin.Decoder, *claim.Checker) {
	t.Helper()
	p, err := open()
	if err != nil {
		t.Fatalf("open the vPIC index (run `make vpic`): %v", err)
	}
	return p.d, p.c
}

// TestScoredLists holds the promise of the dealer's evening on six lists; the
// scores at full size are `make bench-intake`.
func TestScoredLists(t *testing.T) {
	race.Skip(t)
	d, c := checker(t)
	check := func(r *vin.Result, cl claim.Claimed) []claim.Finding { return c.Check(r, cl, nil) }
	var rows []claimtest.Row
	for seed := range uint64(6) {
		rows = append(rows, claimtest.NewWriter(d, claimtest.VINs(), 100+seed).List(2500)...)
	}
	s := claimtest.Judge(d, rows, check)
	var table strings.Builder
	s.Write(&table)
	t.Log(table.String())
	for _, f := range s.FalseHard {
		t.Errorf("false hard flag: %s", f)
	}
	for field, least := range map[claim.Field]float64{claim.Year: 99, claim.Make: 99, claim.Model: 95, claim.Body: 85, claim.Fuel: 97} {
		if got := s.Recall(field); got < least {
			t.Errorf("%.1f %% of planted %s errors found, want %.0f", got, field, least)
		}
	}
	if share := float64(s.SoftRows) / float64(s.Honest); share > 0.05 {
		t.Errorf("%.1f %% of honest rows have a soft finding, want 5 at most", 100*share)
	}
	if naive := claimtest.Judge(d, rows, claimtest.Naive); naive.HardRows < s.Honest/4 {
		t.Errorf("the naive compare flags %d of %d honest rows: the list is too kind to judge by", naive.HardRows, s.Honest)
	}
}

func BenchmarkCheck(b *testing.B) {
	d, c := checker(b)
	rows := claimtest.NewWriter(d, claimtest.VINs(), 7).List(1000)
	results := make([]vin.Result, len(rows))
	for i := range rows {
		results[i] = d.Decode(rows[i].VIN, vin.Options{Now: claimtest.Now})
		c.Check(&results[i], rows[i].Claimed, nil)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Check(&results[i%len(rows)], rows[i%len(rows)].Claimed, nil)
	}
}

func BenchmarkNew(b *testing.B) {
	d, _ := checker(b)
	r := d.Decode(claimtest.VINs()[0], vin.Options{Now: claimtest.Now})
	b.ReportAllocs()
	for b.Loop() {
		c, err := claim.New(d)
		if err != nil {
			b.Fatal(err)
		}
		c.Check(&r, claim.Claimed{claim.Make: "Ford", claim.Model: "F-150"}, nil)
	}
}
