package retain

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Sum is what a plan comes to.
type Sum struct {
	KeepPoints, KeepSpans     int
	KeepBytes                 int64
	ForgetPoints, ForgetSpans int
	ForgetBytes               int64
}

// Add sums up a plan.
func Add(plan []Decision) (s Sum) {
	for _, d := range plan {
		switch {
		case d.Keep && d.Span:
			s.KeepSpans++
		case d.Keep:
			s.KeepPoints++
		case d.Span:
			s.ForgetSpans++
		default:
			s.ForgetPoints++
		}
		if d.Keep {
			s.KeepBytes += d.Bytes
		} else {
			s.ForgetBytes += d.Bytes
		}
	}
	return s
}

// WriteText writes what a plan would do, for a dry run: each checkpoint that
// is kept, and the rest in runs of one fate.
func WriteText(w io.Writer, plan []Decision) error {
	var b strings.Builder
	for i := 0; i < len(plan); {
		n := 1
		for i+n < len(plan) && same(plan[i], plan[i+n]) {
			n++
		}
		run, fate := plan[i:i+n], "forget"
		if run[0].Keep {
			fate = "keep"
		}
		fmt.Fprintf(&b, "%-6s  %s", fate, second(run[0]))
		if n > 1 {
			fmt.Fprintf(&b, " to %s", second(run[n-1]))
		}
		s := Add(run)
		fmt.Fprintf(&b, " UTC  %s, %s: %s\n", counts(s.KeepPoints+s.ForgetPoints, s.KeepSpans+s.ForgetSpans),
			size(s.KeepBytes+s.ForgetBytes), strings.Join(run[0].Reasons, "; "))
		i += n
	}
	s := Add(plan)
	fmt.Fprintf(&b, "keeps %s (%s), forgets %s (%s)\n",
		counts(s.KeepPoints, s.KeepSpans), size(s.KeepBytes), counts(s.ForgetPoints, s.ForgetSpans), size(s.ForgetBytes))
	_, err := io.WriteString(w, b.String())
	return err
}

// same tells things of one fate for one reason; a kept checkpoint stands by
// itself.
func same(a, b Decision) bool {
	return a.Keep == b.Keep && (!a.Keep || a.Span && b.Span) && slices.Equal(a.Reasons, b.Reasons)
}

func second(d Decision) string { return d.Time.UTC().Format("2006-01-02 15:04:05") }

func counts(points, spans int) string {
	words := make([]string, 0, 2)
	for _, c := range []struct {
		n    int
		name string
	}{{points, "checkpoint"}, {spans, "log segment"}} {
		switch {
		case c.n == 1:
			words = append(words, "1 "+c.name)
		case c.n > 1:
			words = append(words, fmt.Sprintf("%d %ss", c.n, c.name))
		}
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, " and ")
}

func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1000_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
