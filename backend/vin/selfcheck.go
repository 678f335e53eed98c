package vin

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// A Check is one VIN whose right answer is known.
type Check struct {
	VIN    string                     `json:"vin"`
	Year   int                        `json:"year"` // model year given with the VIN; 0 is none
	Kind   string                     `json:"kind"`
	Clock  string                     `json:"clock"`  // YYYY-MM-DD
	Expect map[string]json.RawMessage `json:"expect"` // by element code; arrays for elements that may hold several
}

// ReadChecks reads a list of checks as public-sample.json holds them.
func ReadChecks(b []byte) ([]Check, error) {
	var all []Check
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("read checks: %w", err)
	}
	return all, nil
}

// Differences decodes the check's VIN at its clock and names each element
// whose value is not the expected one. Numbers are equal within 1e-6, since
// vPIC's databases write them with different digits; several values of one
// element are compared as a set.
func (d *Decoder) Differences(c Check) ([]string, error) {
	now, err := time.Parse(time.DateOnly, c.Clock)
	if err != nil {
		return nil, fmt.Errorf("check of %s: %w", c.VIN, err)
	}
	r := d.Decode(c.VIN, Options{ModelYear: c.Year, Now: now})
	var bad []string
	for code, raw := range c.Expect {
		var want []string
		if json.Unmarshal(raw, &want) != nil {
			want = []string{""}
			if err := json.Unmarshal(raw, &want[0]); err != nil {
				return nil, fmt.Errorf("check of %s: %s: %w", c.VIN, code, err)
			}
		}
		got := r.All(code)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.EqualFunc(got, want, sameValue) {
			bad = append(bad, fmt.Sprintf("%s is %q, want %q", code, got, want))
		}
	}
	for _, v := range r.Values {
		if _, ok := c.Expect[v.Code]; !ok {
			bad = append(bad, fmt.Sprintf("%s is %q, want none", v.Code, v.Text))
		}
	}
	slices.Sort(bad)
	return bad, nil
}

func sameValue(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && math.Abs(x-y) <= 1e-6*math.Max(math.Abs(x), math.Abs(y))
}
