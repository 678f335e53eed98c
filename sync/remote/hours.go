package remote

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Hours are the part of each day in which bulk work (checkpoints, compaction,
// verification) may run. The zero Hours are always.
type Hours struct {
	from, to int // minutes of the day; equal: always
	zone     *time.Location
}

// ParseHours reads "22:00-06:00", by the clocks of zone (nil: UTC). "" is
// always. A beginning after the end crosses midnight.
func ParseHours(text string, zone *time.Location) (Hours, error) {
	if zone == nil {
		zone = time.UTC
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return Hours{zone: zone}, nil
	}
	from, to, ok := strings.Cut(text, "-")
	f, ferr := minuteOf(from)
	t, terr := minuteOf(to)
	if !ok || ferr != nil || terr != nil || f == t {
		return Hours{}, fault.InvalidField("/hours", "are not hours of the day", "write such as 22:00-06:00, or nothing for the whole day")
	}
	return Hours{f, t, zone}, nil
}

func minuteOf(text string) (int, error) {
	text = strings.TrimSpace(text)
	if text == "24:00" {
		return 0, nil
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err
}

// String is the form that ParseHours reads.
func (h Hours) String() string {
	if h.from == h.to {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.from/60, h.from%60, h.to/60, h.to%60)
}

// Open reports whether work may run at this moment.
func (h Hours) Open(now time.Time) bool {
	if h.from == h.to {
		return true
	}
	local := now.In(h.zone)
	m := local.Hour()*60 + local.Minute()
	if h.from < h.to {
		return h.from <= m && m < h.to
	}
	return m >= h.from || m < h.to
}

// Next is the first moment from now on at which work may run. Where a clock is
// set forward over the beginning, it is the first minute after.
func (h Hours) Next(now time.Time) time.Time {
	if h.Open(now) {
		return now
	}
	local := now.In(h.zone)
	for day := range 3 {
		y, m, d := local.Date()
		at := time.Date(y, m, d+day, h.from/60, h.from%60, 0, 0, h.zone)
		// A beginning that this day's clocks leave out is an hour later or
		// earlier by time.Date.
		for range 3 * 60 {
			if at.After(now) && h.Open(at) {
				return at
			}
			at = at.Add(time.Minute)
		}
	}
	return now.Add(24 * time.Hour)
}

// Wait waits until work may run. It looks again each minute, for clocks are
// set and machines sleep.
func (h Hours) Wait(ctx context.Context, now func() time.Time) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := now()
		d := h.Next(at).Sub(at)
		if d <= 0 {
			return nil
		}
		timer := time.NewTimer(min(d, time.Minute))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}
