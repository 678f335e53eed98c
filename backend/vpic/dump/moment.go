package dump

import (
	"fmt"
	"time"
)

// microseconds reads "YYYY-MM-DD hh:mm:ss[.ffffff]" or a bare date as UTC.
func microseconds(b []byte) (int64, error) {
	bad := fmt.Errorf("%.40q is no time", b)
	if len(b) < 10 || b[4] != '-' || b[7] != '-' {
		return 0, bad
	}
	year, month, day := digits(b[:4]), digits(b[5:7]), digits(b[8:10])
	var hour, minute, second, fraction int
	switch rest := b[10:]; {
	case len(rest) == 0:
	case len(rest) < 9 || rest[0] != ' ' || rest[3] != ':' || rest[6] != ':':
		return 0, bad
	default:
		hour, minute, second = digits(rest[1:3]), digits(rest[4:6]), digits(rest[7:9])
		if rest = rest[9:]; len(rest) > 0 {
			if rest[0] != '.' || len(rest) < 2 || len(rest) > 7 {
				return 0, bad
			}
			fraction = digits(rest[1:])
			for n := len(rest) - 1; n < 6 && fraction >= 0; n++ {
				fraction *= 10
			}
		}
	}
	if year < 1 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || fraction < 0 {
		return 0, bad
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	if t.Day() != day {
		return 0, bad
	}
	return t.Unix()*1_000_000 + int64(fraction), nil
}

// digits is the number that b writes, -1 when it is none.
func digits(b []byte) int {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}
