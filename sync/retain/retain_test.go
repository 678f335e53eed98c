package retain_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/sync/retain"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func point(line, seq uint64, at time.Duration) retain.Point {
	return retain.Point{ID: fmt.Sprintf("p%d/%d", line, seq), Line: line, Seq: seq, Time: noon.Add(at), Bytes: 1000}
}

func span(line, from, to uint64, begin, end time.Duration) retain.Span {
	return retain.Span{ID: fmt.Sprintf("s%d/%d-%d", line, from, to), Line: line, From: from, To: to, Begin: noon.Add(begin), End: noon.Add(end), Bytes: 10}
}

const day = 24 * time.Hour

// kept are the IDs that a plan keeps, in order.
func kept(plan []retain.Decision) (out []string) {
	for _, d := range plan {
		if d.Keep {
			out = append(out, d.ID)
		}
	}
	return out
}

func TestPlan(t *testing.T) {
	verified := func(p retain.Point) retain.Point { p.Verified = true; return p }
	for name, c := range map[string]struct {
		points []retain.Point
		spans  []retain.Span
		wished []time.Time
		policy retain.Policy
		want   string
	}{
		"nothing": {},
		"the newest point stays without any rule": {
			points: []retain.Point{point(1, 10, 0), point(1, 20, 100*day)},
			policy: retain.Policy{Window: time.Nanosecond},
			want:   "p1/10 p1/20", // the second before the newest is the older one's
		},
		"what leads nowhere goes": {
			points: []retain.Point{point(1, 10, 0), point(1, 20, 100*day), point(1, 30, 200*day)},
			spans:  []retain.Span{span(1, 11, 20, day, 100*day), span(1, 21, 30, 150*day, 200*day), span(1, 31, 35, 201*day, 201*day)},
			policy: retain.Policy{Window: 2 * time.Hour},
			want:   "p1/30 s1/31-35",
		},
		"the newest that was proven stays with its chain": {
			points: []retain.Point{point(1, 5, -day), verified(point(1, 10, 0)), point(1, 20, 100*day), point(1, 30, 200*day)},
			spans:  []retain.Span{span(1, 1, 10, -2*day, 0), span(1, 11, 20, day, 100*day), span(1, 21, 35, 150*day, 201*day)},
			policy: retain.Policy{Window: time.Hour},
			want:   "p1/10 s1/11-20 p1/30 s1/21-35",
		},
		"a new history without a checkpoint": {
			points: []retain.Point{point(1, 10, 0)},
			spans:  []retain.Span{span(1, 11, 20, 0, time.Hour), span(2, 1, 9, 2*time.Hour, 3*time.Hour)},
			policy: retain.Policy{Window: time.Hour},
			want:   "p1/10 s1/11-20 s2/1-9",
		},
		"a clock a year ahead for a while loses a day of the window at most": {
			points: []retain.Point{point(1, 10, 0), point(1, 20, 3*day), point(1, 30, 4*day), point(1, 40, 4*day+365*day), point(1, 50, 5*day)},
			spans:  []retain.Span{span(1, 11, 20, 0, 3*day), span(1, 21, 30, 3*day, 4*day), span(1, 31, 50, 4*day, 5*day)},
			policy: retain.Policy{Window: 2*day - time.Hour},
			want:   "p1/20 s1/21-30 s1/31-50 p1/50",
		},
		"a wished moment": {
			points: []retain.Point{point(1, 10, 0), point(1, 20, 10*day), point(1, 30, 20*day), point(1, 40, 300*day)},
			spans:  []retain.Span{span(1, 11, 15, day, 5*day), span(1, 16, 20, 6*day, 10*day), span(1, 21, 30, 11*day, 20*day), span(1, 31, 40, 21*day, 300*day)},
			wished: []time.Time{noon.Add(4 * day)},
			policy: retain.Policy{Window: time.Hour},
			want:   "p1/10 s1/11-15 p1/30 s1/31-40 p1/40",
		},
		"days that have points count, not ages": {
			points: []retain.Point{point(1, 10, 0), point(1, 11, time.Hour), point(1, 20, 50*day), point(1, 30, 90*day), point(1, 31, 90*day+time.Minute)},
			policy: retain.Policy{Daily: 3, Window: time.Second},
			want:   "p1/11 p1/20 p1/30 p1/31",
		},
		"what lies in a longer span goes": {
			points: []retain.Point{point(1, 10, 0)},
			spans:  []retain.Span{span(1, 11, 11, 1, 1), span(1, 11, 30, 1, 3), span(1, 12, 30, 2, 3), span(1, 30, 31, 3, 4), span(1, 31, 31, 4, 4)},
			want:   "p1/10 s1/11-30 s1/30-31",
		},
		"nothing lies in a span that goes": {
			points: []retain.Point{point(1, 10, 0)},
			spans:  []retain.Span{span(1, 1, 10, -2, -1), span(1, 2, 11, -2, 1)},
			want:   "p1/10 s1/2-11",
		},
	} {
		t.Run(name, func(t *testing.T) {
			plan := retain.Plan(c.points, c.spans, c.wished, c.policy)
			if len(plan) != len(c.points)+len(c.spans) {
				t.Errorf("%d decisions for %d points and %d spans", len(plan), len(c.points), len(c.spans))
			}
			for _, d := range plan {
				if len(d.Reasons) == 0 {
					t.Errorf("%s has no reason", d.ID)
				}
			}
			if got := strings.Join(kept(plan), " "); got != c.want {
				t.Errorf("keeps %q, want %q\n%v", got, c.want, plan)
			}
		})
	}
}

// A month of nightly checkpoints and a segment every six hours, as the dry run
// prints it.
func TestDryRunText(t *testing.T) {
	var points []retain.Point
	var spans []retain.Span
	for d := range time.Duration(40) {
		points = append(points, point(1, uint64(10+40*d), d*day))
		for q := range time.Duration(4) {
			from := uint64(11 + 40*d + 10*q)
			spans = append(spans, span(1, from, from+9, d*day+q*6*time.Hour+time.Hour, d*day+q*6*time.Hour+5*time.Hour))
		}
	}
	points[30].Verified = true
	plan := retain.Plan(points, spans, []time.Time{noon.Add(3*day + 8*time.Hour)}, retain.Default())
	var out bytes.Buffer
	if err := retain.WriteText(&out, plan); err != nil {
		t.Fatal(err)
	}
	golden(t, "dryrun.txt", out.Bytes())
}

func TestEstimate(t *testing.T) {
	var out bytes.Buffer
	for _, u := range []struct {
		name string
		retain.Usage
	}{
		{"nothing happens", retain.Usage{}},
		{"a household", retain.Usage{WritesPerDay: 2, StoreBytes: 200 << 10, FilesPerDay: 0.2, FilesStored: 50e6}},
		{"a dealer", retain.Usage{WritesPerDay: 800, StoreBytes: 20 << 20, FilesPerDay: 40, FilesStored: 20e9}},
		{"a fleet", retain.Usage{WritesPerDay: 100_000, StoreBytes: 120 << 20, FilesPerDay: 300, FilesStored: 200e9}},
	} {
		fmt.Fprintln(&out, u.name)
		last := int64(-1)
		for _, p := range retain.Presets() {
			c := retain.Estimate(p, u.Usage, retain.Default())
			fmt.Fprintf(&out, "  %-11s puts %7d  lists %6d  gets %7d  deletes %7d  up %6d MB  down %6d MB  lies %6d MB\n", p, c.Puts, c.Lists, c.Gets, c.Deletes, c.Uploaded/1e6, c.Downloaded/1e6, c.Stored/1e6)
			if last >= 0 && c.Puts > last {
				t.Errorf("%s: %s puts more (%d) than the one before (%d)", u.name, p, c.Puts, last)
			}
			last = c.Puts
		}
	}
	golden(t, "estimate.txt", out.Bytes())
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(want, got) {
		t.Errorf("%s differs (-update rewrites it):\n%s", name, got)
	}
}
