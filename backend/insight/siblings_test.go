package insight_test

import (
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Similar vehicles are too few only where they are: a vehicle without a
// reading of its own, among plenty, is not told that they are missing.
func TestTooFewSimilarVehicles(t *testing.T) {
	for n, want := range map[int]bool{0: true, 1: true, insight.MinSiblings - 1: true, insight.MinSiblings: false, 9: false} {
		f := insight.Facts{Saved: true, Unit: "km", Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
			History: vehicle.History{Vehicle: vehicle.Vehicle{ID: "me"}}}
		for i := range n {
			f.Siblings = append(f.Siblings, insight.Sibling{ID: string(rune('a' + i)), Rev: 1, Meters: 80_000_000})
		}
		got := false
		for _, x := range insight.Find(f) {
			got = got || x.Kind == insight.NoComparison
		}
		if got != want {
			t.Errorf("%d similar vehicles and no reading: said to be too few: %v, want %v", n, got, want)
		}
	}
}
