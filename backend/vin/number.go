package vin

import (
	"math/big"
	"strings"
)

// A Formula is one of vPIC's unit conversions: multiply or divide by a
// literal whose written precision decides the digits of the answer.
type Formula struct {
	Divide  bool
	Literal string
}

// ParseFormula reads the column of vPIC's Conversion table, such as
// "#x# / 16.387064".
func ParseFormula(s string) (Formula, bool) {
	f := strings.Fields(s)
	if len(f) != 3 || f[0] != "#x#" || (f[1] != "/" && f[1] != "*") {
		return Formula{}, false
	}
	if _, _, ok := parseDecimal(f[2]); !ok {
		return Formula{}, false
	}
	return Formula{Divide: f[1] == "/", Literal: f[2]}, true
}

// Apply converts a value as the live service does (SQL Server decimals): a
// product has the digits of both factors, a quotient max(6, scale of the value
// + precision of the literal + 1) digits, cut and not rounded. Text that is
// not a number gives "0".
func (f Formula) Apply(value string) string {
	x, xs, ok := parseDecimal(value)
	if !ok {
		return "0"
	}
	l, ls, ok := parseDecimal(f.Literal)
	if !ok || (f.Divide && l.Sign() == 0) {
		return "0"
	}
	if !f.Divide {
		return formatDecimal(x.Mul(x, l), xs+ls)
	}
	precision := len(strings.TrimLeft(strings.ReplaceAll(f.Literal, ".", ""), "0"))
	if i := strings.IndexByte(f.Literal, '.'); i >= 0 && strings.Trim(f.Literal[:i], "0") == "" {
		// T-SQL counts 0.016387064 as numeric(9,9).
		precision = len(f.Literal) - i - 1
	}
	scale := max(6, xs+precision+1)
	// value/10^xs / (l/10^ls) with scale digits, cut towards zero.
	x.Mul(x, pow10(scale+ls))
	l.Mul(l, pow10(xs))
	return formatDecimal(x.Quo(x, l), scale)
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// parseDecimal reads digits with at most one point and a sign; scale is the
// count of digits after the point.
func parseDecimal(s string) (unscaled *big.Int, scale int, ok bool) {
	s = strings.TrimSpace(s)
	body := strings.TrimLeft(s, "+-")
	if len(s)-len(body) > 1 || len(body) > 38 {
		return nil, 0, false
	}
	whole, frac, _ := strings.Cut(body, ".")
	if whole+frac == "" || strings.Trim(whole+frac, digits) != "" {
		return nil, 0, false
	}
	n, ok := new(big.Int).SetString(whole+frac, 10)
	if !ok {
		return nil, 0, false
	}
	if strings.HasPrefix(s, "-") {
		n.Neg(n)
	}
	return n, len(frac), true
}

func formatDecimal(n *big.Int, scale int) string {
	sign := ""
	if n.Sign() < 0 {
		sign = "-"
	}
	d := new(big.Int).Abs(n).String()
	if scale == 0 {
		return sign + d
	}
	if len(d) <= scale {
		d = strings.Repeat("0", scale-len(d)+1) + d
	}
	return sign + d[:len(d)-scale] + "." + d[len(d)-scale:]
}
