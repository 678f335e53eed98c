package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// table is what was measured, in order.
type table struct{ rows [][4]string }

func (t *table) row(what, bar, measured string, held bool) {
	verdict := "held"
	if !held {
		verdict = "**missed**"
	}
	t.rows = append(t.rows, [4]string{what, bar, measured, verdict})
}

func (t *table) note(what, said string) {
	t.rows = append(t.rows, [4]string{what, "", strings.Join(strings.Fields(strings.ReplaceAll(said, "|", "/")), " "), ""})
}

// time adds a duration; a bar of 0 is none.
func (t *table) time(what string, bar, d time.Duration) {
	if bar == 0 {
		t.note(what, ms(d))
		return
	}
	t.row(what, "<= "+ms(bar), ms(d), d <= bar)
}

func (t *table) megabytes(what string, bar, mb float64) {
	t.row(what, fmt.Sprintf("<= %.0f MB", bar), fmt.Sprintf("%.0f MB", mb), mb <= bar)
}

func (t *table) percent(what string, bar, p float64) {
	t.row(what, fmt.Sprintf("< %.1f %%", bar), fmt.Sprintf("%.3f %%", p), p < bar)
}

func (t *table) count(what string, bar, n int) {
	t.row(what, fmt.Sprint(bar), fmt.Sprint(n), n <= bar)
}

func (t *table) print(w io.Writer) {
	fmt.Fprintln(w, "| what | bar | measured | |")
	fmt.Fprintln(w, "|---|---|---|---|")
	for _, r := range t.rows {
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", r[0], r[1], r[2], r[3])
	}
}

// ms writes a duration in milliseconds, with the digits that matter.
func ms(d time.Duration) string {
	n := float64(d) / float64(time.Millisecond)
	switch {
	case n < 10:
		return fmt.Sprintf("%.2f ms", n)
	case n < 100:
		return fmt.Sprintf("%.1f ms", n)
	}
	return fmt.Sprintf("%.0f ms", n)
}

// percentile is the least duration that p of a hundred do not exceed.
func percentile(d []time.Duration, p int) time.Duration {
	if len(d) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(d))
	return s[min(len(s)-1, (len(s)*p+99)/100-1)]
}

func slowest(d []time.Duration) time.Duration { return percentile(d, 100) }

func processor() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(b)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return "unknown processor"
}

func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(b), " ")
	return first
}

// folderSizes says how large store and index are.
func folderSizes(dir string) string {
	var data, index int64
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if strings.Contains(p, string(filepath.Separator)+"search"+string(filepath.Separator)) {
			index += info.Size()
		} else {
			data += info.Size()
		}
		return nil
	})
	if err != nil {
		return "size unknown"
	}
	return fmt.Sprintf("store %d MB, index %d MB", data/1e6, index/1e6)
}
