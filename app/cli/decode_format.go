package cli

import (
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

func formatters(f decodeFlags) map[string]formatter {
	return map[string]formatter{
		"text": textFormat{provenance: f.provenance},
		"json": jsonFormat{},
		"csv":  csvFormat{},
		"vpic": vpicFormat{},
	}
}

// vpicFormat is one JSON object a line with vPIC's element codes.
type vpicFormat struct{}

func (vpicFormat) head(b []byte, _ *vin.Decoder) []byte { return b }

func (vpicFormat) answer(b []byte, r *vin.Result, year int, _ bool) []byte {
	b = append(b, `{"vin":`...)
	b = appendJSON(b, r.Given)
	b = append(b, `,"year":`...)
	b = appendYear(b, year)
	b = append(b, `,"values":{`...)
	for i := 0; i < len(r.Values); i++ {
		v := &r.Values[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendJSON(b, v.Code), ':')
		if !v.Multi {
			b = appendJSON(b, v.Text)
			continue
		}
		b = appendJSON(append(b, '['), v.Text)
		for i+1 < len(r.Values) && r.Values[i+1].Element == v.Element {
			i++
			b = appendJSON(append(b, ','), r.Values[i].Text)
		}
		b = append(b, ']')
	}
	return append(b, '}', '}', '\n')
}

// jsonFormat is one JSON object a line with everything that is known,
// provenance included.
type jsonFormat struct{}

func (jsonFormat) head(b []byte, _ *vin.Decoder) []byte { return b }

func (jsonFormat) answer(b []byte, r *vin.Result, year int, _ bool) []byte {
	text := func(name, s string) {
		b = append(appendJSON(append(b, ','), name), ':')
		b = appendJSON(b, s)
	}
	number := func(name string, n int) {
		if n != 0 {
			b = append(appendJSON(append(b, ','), name), ':')
			b = strconv.AppendInt(b, int64(n), 10)
		}
	}
	flag := func(name string, v bool) {
		b = append(appendJSON(append(b, ','), name), ':')
		b = strconv.AppendBool(b, v)
	}
	b = append(b, `{"given":`...)
	b = appendJSON(b, r.Given)
	text("vin", r.VIN)
	b = append(b, `,"year":`...)
	b = appendYear(b, year)
	text("wmi", r.WMI)
	text("descriptor", r.Descriptor)
	flag("tooLong", r.TooLong)
	number("modelYear", r.ModelYear)
	flag("conclusive", r.Conclusive)
	b = append(b, `,"errorCodes":[`...)
	for i, c := range r.ErrorCodes {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(c), 10)
	}
	b = append(b, ']')
	number("makeId", r.MakeID)
	number("modelId", r.ModelID)
	number("manufacturerId", r.ManufacturerID)
	flag("trimEncoded", r.TrimEncoded())
	text("release", r.Release)
	text("clock", r.Clock.UTC().Format(time.RFC3339))
	b = append(b, `,"values":[`...)
	for i := range r.Values {
		v := &r.Values[i]
		p := v.Provenance()
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"id":`...)
		b = strconv.AppendInt(b, int64(v.ID), 10)
		text("code", v.Code)
		text("name", v.Name)
		text("group", v.Group)
		text("value", v.Text)
		text("source", v.Source.String())
		if p.WMI != "" {
			text("wmi", p.WMI)
		}
		number("schema", p.Schema)
		if p.Key != "" {
			text("key", p.Key)
		}
		number("attributeId", p.Attribute)
		number("specification", p.Spec)
		if p.From != nil {
			text("from", p.From.Code)
		}
		if !p.ChangedOn.IsZero() {
			text("changedOn", p.ChangedOn.Format(time.DateOnly))
		}
		b = append(b, '}')
	}
	return append(b, ']', '}', '\n')
}

// csvFormat is a table with a column for every element.
type csvFormat struct{}

func (csvFormat) head(b []byte, d *vin.Decoder) []byte {
	b = append(b, "VIN,Year"...)
	for _, e := range d.Elements() {
		b = appendCSV(append(b, ','), e.Code)
	}
	return append(b, '\n')
}

func (csvFormat) answer(b []byte, r *vin.Result, year int, _ bool) []byte {
	b = append(appendCSV(b, r.Given), ',')
	if year != 0 {
		b = strconv.AppendInt(b, int64(year), 10)
	}
	column := -1
	for i := 0; i < len(r.Values); i++ {
		v := &r.Values[i]
		b = appendCommas(b, v.Order-column)
		column = v.Order
		text := v.Text
		for i+1 < len(r.Values) && r.Values[i+1].Element == v.Element {
			i++
			text += "|" + r.Values[i].Text
		}
		b = appendCSV(b, text)
	}
	b = appendCommas(b, r.Elements()-1-column)
	return append(b, '\n')
}

const commas = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"

func appendCommas(b []byte, n int) []byte {
	for n > len(commas) {
		b = append(b, commas...)
		n -= len(commas)
	}
	return append(b, commas[:max(n, 0)]...)
}

// appendCSV quotes where RFC 4180 asks for it.
func appendCSV(b []byte, s string) []byte {
	quote := false
	for i := range len(s) {
		switch s[i] {
		case ',', '"', '\r', '\n':
			quote = true
		}
	}
	if !quote {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

func appendYear(b []byte, year int) []byte {
	if year == 0 {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, int64(year), 10)
}

const hexDigits = "0123456789abcdef"

// appendJSON writes a JSON string; bytes that are no UTF-8 become U+FFFD.
func appendJSON(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += size
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		from = i
	}
	return append(append(b, s[from:]...), '"')
}
