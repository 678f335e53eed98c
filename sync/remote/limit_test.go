package remote_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/remotetest"
)

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := remote.Limit(remote.NewMemory(remote.MemoryOptions{}), 100_000)
		began := time.Now()
		if _, err := remotetest.Write(t.Context(), b, "a", strings.Repeat("x", 1_000_000), remote.Put{}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := remotetest.Read(t.Context(), b, "a"); err != nil {
			t.Fatal(err)
		}
		// Two million bytes at 100,000 a second, but for what may go at once.
		if took := time.Since(began); took < 19*time.Second || took > 20*time.Second {
			t.Errorf("2 MB at 100 kB/s took %v", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := remotetest.Write(ctx, b, "b", strings.Repeat("x", 1_000_000), remote.Put{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a write that is cancelled: %v", err)
		}
		if got := remotetest.Names(t, b, "", ""); len(got) != 1 {
			t.Errorf("there is %v", got)
		}
	})
	m := remote.NewMemory(remote.MemoryOptions{})
	if remote.Limit(m, 0) != remote.Bucket(m) {
		t.Error("no limit is a wrapper")
	}
}

func TestHours(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		hours, now string
		next       string // "" is now
	}{
		{"", "2026-03-10 12:00", ""},
		{"22:00-06:00", "2026-03-10 22:00", ""},
		{"22:00-06:00", "2026-03-10 23:59", ""},
		{"22:00-06:00", "2026-03-10 05:59", ""},
		{"22:00-06:00", "2026-03-10 06:00", "2026-03-10 22:00"},
		{"22:00-06:00", "2026-03-10 21:59", "2026-03-10 22:00"},
		{"01:30-05:00", "2026-03-10 05:00", "2026-03-11 01:30"},
		{"18:00-24:00", "2026-03-10 23:59", ""},
		{"18:00-24:00", "2026-03-10 00:00", "2026-03-10 18:00"},
		{"00:00-06:00", "2026-12-31 12:00", "2027-01-01 00:00"},
		{"02:30-04:00", "2026-03-29 01:00", "2026-03-29 03:30"}, // 02:30 is left out that night
		{"02:00-02:30", "2026-03-29 01:00", "2026-03-30 02:00"}, // and that night has no such half hour
		{"02:30-03:30", "2026-10-24 12:00", "2026-10-25 02:30"}, // it comes twice
		{" 22:00 - 06:00 ", "2026-03-10 12:00", "2026-03-10 22:00"},
	} {
		h, err := remote.ParseHours(c.hours, berlin)
		if err != nil {
			t.Errorf("%q: %v", c.hours, err)
			continue
		}
		now, want := at(c.now), c.next
		if want == "" {
			want = c.now
		}
		if got := h.Next(now).In(berlin).Format("2006-01-02 15:04"); got != want || h.Open(now) != (c.next == "") {
			t.Errorf("%q at %s: next %s (open %v), want %s", c.hours, c.now, got, h.Open(now), want)
		}
		again, err := remote.ParseHours(h.String(), berlin)
		if err != nil || again != h {
			t.Errorf("%q is written %q, %v", c.hours, h, err)
		}
	}
	for _, bad := range []string{"22", "22:00", "22:00-", "25:00-06:00", "22:60-06:00", "06:00-06:00", "22:00-06:00-07:00", "always"} {
		if _, err := remote.ParseHours(bad, nil); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestHoursWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, err := remote.ParseHours("22:00-06:00", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Wait(t.Context(), time.Now); err != nil { // synctest begins at midnight UTC
			t.Fatal(err)
		}
		time.Sleep(12 * time.Hour)
		if err := h.Wait(t.Context(), time.Now); err != nil || time.Now().UTC().Hour() != 22 {
			t.Errorf("waited until %v, %v", time.Now().UTC(), err)
		}
		time.Sleep(12 * time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := h.Wait(ctx, time.Now); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("cancelled: %v", err)
		}
	})
}
