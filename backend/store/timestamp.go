package store

import (
	"encoding/json"
	"fmt"
	"time"
)

// Timestamp is a moment as documents hold it: RFC 3339, UTC, six digits of a
// second. The zero Timestamp is null; tag such a field omitzero to leave it
// out.
type Timestamp struct{ time.Time }

const timestampLayout = "2006-01-02T15:04:05.000000Z"

// Moment returns t as documents hold it, rounded down to the microsecond.
func Moment(t time.Time) Timestamp {
	return Timestamp{t.UTC().Truncate(time.Microsecond)}
}

// Value returns t for an index: null when zero.
func (t Timestamp) Value() Value { return AtOrNull(t.Time) }

func (t Timestamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	if y := t.UTC().Year(); y < 0 || y > 9999 {
		return nil, fmt.Errorf("year %d is outside 0 to 9999", y)
	}
	return []byte(t.UTC().Format(`"` + timestampLayout + `"`)), nil
}

func (t *Timestamp) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*t = Timestamp{}
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	p, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("%q is not an RFC 3339 time", s)
	}
	*t = Moment(p)
	return nil
}
