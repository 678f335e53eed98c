package claim_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/claim/claimtest"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// byModel are decoded VINs of the test's list by "MAKE/Model".
func byModel(t *testing.T, d *vin.Decoder) map[string][]vin.Result {
	t.Helper()
	m := map[string][]vin.Result{}
	for _, s := range claimtest.VINs() {
		r := d.Decode(s, vin.Options{Now: claimtest.Now})
		k := r.Get("Make") + "/" + r.Get("Model")
		m[k] = append(m[k], r)
	}
	return m
}

// TestHonestAndWrong holds spellings that were thought of by hand: lines of
// testdata/words.txt say vehicle, field, honest or wrong, and the cells.
func TestHonestAndWrong(t *testing.T) {
	race.Skip(t)
	d, c := checker(t)
	vehicles := byModel(t, d)
	f, err := os.Open("testdata/words.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	honest, wrong, absent := 0, 0, 0
	for s := bufio.NewScanner(f); s.Scan(); {
		line := s.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		p := strings.Split(line, " | ")
		if len(p) != 4 {
			t.Fatalf("line %q has %d parts", line, len(p))
		}
		found := vehicles[strings.TrimSpace(p[0])]
		if len(found) == 0 {
			absent++ // the VINs are drawn at random
			continue
		}
		if len(found) > 6 {
			found = found[:6]
		}
		field := claim.Field(strings.TrimSpace(p[1]))
		for _, said := range strings.Split(p[3], "; ") {
			said = strings.TrimSpace(said)
			cl := claim.Claimed{field: said}
			for i := range found {
				var got claim.Severity
				reason := ""
				for _, x := range c.Check(&found[i], cl, nil) {
					got, reason = x.Severity, x.Reason
				}
				switch strings.TrimSpace(p[2]) {
				case "same": // no finding at all
					honest++
					if got != "" {
						t.Errorf("%s %s: %s %q is %s: %s", found[i].VIN, p[0], field, said, got, reason)
					}
				case "honest": // at most soft
					honest++
					if got == claim.Hard {
						t.Errorf("%s %s: honest %s %q is hard: %s", found[i].VIN, p[0], field, said, reason)
					}
				case "wrong":
					wrong++
					if got != claim.Hard {
						t.Errorf("%s %s: wrong %s %q is %q: %s", found[i].VIN, p[0], field, said, got, reason)
					}
				default:
					t.Fatalf("line %q: neither same, honest nor wrong", line)
				}
			}
		}
	}
	t.Logf("%d honest, %d wrong; %d lines without a VIN", honest, wrong, absent)
	if absent > 30 || honest < 5000 || wrong < 1500 {
		t.Error("too little was tried: draw other VINs with benchintake -write-vins")
	}
}
