package vehicle

import (
	"math/big"
	"regexp"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Distance is an odometer value or an interval as it was read, and in metres.
type Distance struct {
	Value  string `json:"value" pattern:"^[0-9]{1,9}([.][0-9]{1,6})?$" doc:"decimal digits as read"` // decimal, as read: "82838.4"
	Unit   string `json:"unit" enum:"km,mi"`                                                         // "km" or "mi"
	Meters int64  `json:"meters" readOnly:"true"`                                                    // rounded to the metre
}

// Volume is an amount of fuel or energy as it was read, and canonical.
// Exactly one of Milliliters and WattHours is set, by the unit.
type Volume struct {
	Value       string `json:"value" doc:"decimal digits as read"`
	Unit        string `json:"unit" enum:"L,gal,impgal,kWh"`          // "L", "gal" (US), "impgal" or "kWh"
	Milliliters int64  `json:"milliliters,omitempty" readOnly:"true"` // for liquid fuel
	WattHours   int64  `json:"wattHours,omitempty" readOnly:"true"`   // for electricity
}

// Exact definitions: international mile 1,609.344 m (1959 agreement); US
// gallon 231 cubic inches = 3.785411784 L; imperial gallon 4.54609 L
// (NIST Handbook 44, appendix C).
var (
	metersPer      = map[string]*big.Rat{"km": rat("1000"), "mi": rat("1609.344")}
	millilitersPer = map[string]*big.Rat{"L": rat("1000"), "gal": rat("3785.411784"), "impgal": rat("4546.09")}
	wattHoursPer   = map[string]*big.Rat{"kWh": rat("1000")}
)

var decimal = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,6})?$`)

// ParseDistance reads a decimal value and a unit. field is the JSON pointer
// that an error names.
func ParseDistance(field, value, unit string) (Distance, error) {
	per, ok := metersPer[unit]
	if !ok {
		return Distance{}, fault.InvalidField(field+"/unit", "is not a unit of distance", `use "km" or "mi"`)
	}
	n, err := canonical(field, value, per)
	return Distance{Value: value, Unit: unit, Meters: n}, err
}

// Kilometers returns a distance of whole kilometres.
func Kilometers(km int64) Distance {
	return Distance{Value: big.NewInt(km).String(), Unit: "km", Meters: km * 1000}
}

// ParseVolume reads a decimal value and a unit of fuel or energy.
func ParseVolume(field, value, unit string) (Volume, error) {
	if per, ok := millilitersPer[unit]; ok {
		n, err := canonical(field, value, per)
		return Volume{Value: value, Unit: unit, Milliliters: n}, err
	}
	if per, ok := wattHoursPer[unit]; ok {
		n, err := canonical(field, value, per)
		return Volume{Value: value, Unit: unit, WattHours: n}, err
	}
	return Volume{}, fault.InvalidField(field+"/unit", "is not a unit of fuel or energy", `use "L", "gal", "impgal" or "kWh"`)
}

func canonical(field, value string, per *big.Rat) (int64, error) {
	if !decimal.MatchString(value) {
		return 0, fault.InvalidField(field+"/value", "is not a plain decimal number", `write digits with an optional point, such as "82838.4"`)
	}
	v, _ := new(big.Rat).SetString(value)
	v.Mul(v, per)
	half := new(big.Rat).Add(v, big.NewRat(1, 2))
	return new(big.Int).Div(half.Num(), half.Denom()).Int64(), nil
}

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic("vehicle: bad constant " + s)
	}
	return r
}

// Money is an amount of a currency in its minor unit (cents, pence, yen).
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"` // ISO 4217, such as "USD"
}

// The currencies that Hubcap offers, with the digits of their minor unit
// (ISO 4217).
var minorDigits = map[string]int{
	"USD": 2, "CAD": 2, "MXN": 2, "EUR": 2, "GBP": 2, "CHF": 2, "AUD": 2, "NZD": 2,
	"SEK": 2, "NOK": 2, "DKK": 2, "PLN": 2, "CZK": 2, "JPY": 0, "KRW": 0, "AED": 2,
}

func (m *Money) check(field string) error {
	if m == nil {
		return nil
	}
	if _, ok := minorDigits[m.Currency]; !ok {
		return fault.InvalidField(field+"/currency", "is not a currency that Hubcap knows", `use an ISO 4217 code such as "USD"`)
	}
	if m.Minor < 0 || m.Minor > 1e13 {
		return fault.InvalidField(field+"/minor", "is out of range", "give an amount from 0 up, in minor units (cents)")
	}
	return nil
}

// String writes the amount with its decimal point and currency: "1234.50 USD".
func (m Money) String() string {
	d := minorDigits[m.Currency]
	s := big.NewInt(m.Minor).String()
	if d > 0 {
		neg := strings.HasPrefix(s, "-")
		s = strings.TrimPrefix(s, "-")
		for len(s) <= d {
			s = "0" + s
		}
		s = s[:len(s)-d] + "." + s[len(s)-d:]
		if neg {
			s = "-" + s
		}
	}
	return s + " " + m.Currency
}
