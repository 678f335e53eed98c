package list

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// style is what a cell's number format says of its number.
type style struct {
	day, clock bool   // it is a day, a time of day
	zeros      int    // written with so many digits at least
	suffix     string // a unit or currency that only the format shows
}

// general is the style of a plain number.
var general style

// builtin are the formats that workbooks name by number alone (ECMA-376 part 1,
// 18.8.30; [MS-XLS] 2.4.126): those of days and times.
func builtin(id int) style {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id >= 50 && id <= 54, id == 36, id == 57, id == 58:
		return style{day: true}
	case id == 22:
		return style{day: true, clock: true}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return style{clock: true}
	}
	return general
}

// styleOf reads a format's code, such as [$-409]d-mmm-yy or #,##0" mi".
func styleOf(code string) style {
	var s style
	var plain, quoted strings.Builder
	first, _, _ := strings.Cut(code, ";") // the part for positive numbers
	for i := 0; i < len(first); i++ {
		switch c := first[i]; c {
		case '"':
			end := strings.IndexByte(first[i+1:], '"')
			if end < 0 {
				i = len(first)
				break
			}
			quoted.WriteString(first[i+1 : i+1+end])
			i += end + 1
		case '\\', '_', '*':
			if i+1 < len(first) && c == '\\' {
				quoted.WriteByte(first[i+1])
			}
			i++
		case '[':
			end := strings.IndexByte(first[i:], ']')
			if end < 0 {
				i = len(first)
				break
			}
			inside := first[i+1 : i+end]
			if sign, ok := strings.CutPrefix(inside, "$"); ok {
				sign, _, _ = strings.Cut(sign, "-")
				quoted.WriteString(sign)
			}
			i += end
		default:
			plain.WriteByte(c)
		}
	}
	p := strings.ToLower(plain.String())
	if p == "general" || p == "@" {
		return s
	}
	p = strings.NewReplacer("am/pm", "h", "a/p", "h", "general", "").Replace(p)
	s.day = strings.ContainsAny(p, "yd") || strings.Contains(p, "mmm")
	s.clock = strings.ContainsAny(p, "hs")
	if s.day || s.clock {
		return s
	}
	if p != "" && strings.Trim(p, "0") == "" && len(p) > 1 {
		s.zeros = len(p)
	}
	unit := strings.TrimSpace(strings.Trim(quoted.String()+onlySigns(p), " -()"))
	switch strings.ToLower(unit) {
	case "km", "kms", "mi", "mi.", "miles", "mile", "€", "£", "¥", "eur", "gbp", "usd", "cad", "us$", "ca$", "chf", "k", "l", "cc", "hp", "kw":
		s.suffix = " " + unit
	}
	return s
}

// onlySigns are the currency signs that stand in a format without quotes.
func onlySigns(p string) string {
	return strings.Map(func(r rune) rune {
		if r == '€' || r == '£' || r == '¥' {
			return r
		}
		return -1
	}, p)
}

// number writes a number of a workbook as a person expects it.
func number(v float64, s style, from1904 bool) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return ""
	case s.day && v >= 1 && v < 2_958_466: // the last day of 9999
		return dayText(v, s.clock, from1904)
	case s.clock && v >= 0 && v < 1:
		return time.Unix(int64(math.Round(v*86400)), 0).UTC().Format("15:04")
	}
	var text string
	if math.Abs(v) < 1e15 {
		// A double holds 15 decimal digits; the rest is noise of arithmetic.
		text = strconv.FormatFloat(v, 'g', 15, 64)
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			text = strconv.FormatFloat(f, 'f', -1, 64)
		}
	} else {
		// Digits are lost already: the form says so.
		text = strconv.FormatFloat(v, 'E', -1, 64)
	}
	for len(text) < s.zeros && v >= 0 && !strings.Contains(text, ".") {
		text = strings.Repeat("0", s.zeros-len(text)) + text
	}
	return text + s.suffix
}

// dayText is a day as a workbook counts it: from 1899-12-31 as 1, with a 29
// February 1900 that never was, or from 1904-01-01 as 0.
func dayText(v float64, clock, from1904 bool) string {
	days := int(v)
	seconds := int(math.Round((v - float64(days)) * 86400))
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if days < 60 {
		days++
	}
	t := epoch.AddDate(0, 0, days).Add(time.Duration(seconds) * time.Second)
	if clock && seconds > 0 {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format(time.DateOnly)
}
