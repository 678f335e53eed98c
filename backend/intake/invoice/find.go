package invoice

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// finder finds the candidates of one field.
type finder struct {
	name  string
	says  string // of the question to a model: "The date of this invoice is"
	find  func(text string) []Candidate
	for_  *regexp.Regexp // words before a candidate that speak for it
	other *regexp.Regexp // words that speak against it
}

// finders are the fields. English and German labels, since those are the
// invoices that there were to try it on.
var finders = sync.OnceValue(func() []finder {
	re := func(s string) *regexp.Regexp { return regexp.MustCompile(`(?i)\b(?:` + s + `)`) }
	return []finder{
		{"date", "The date of this invoice is", dates,
			re(`invoice date|date of (?:invoice|service)|service date|repair date|date in|date|datum|dated|rechnungsdatum|vom`),
			re(`due|payable|pay by|next|printed|warranty|expires?|until|valid|first registration|erstzulassung|fällig|zahlbar|nächste|birth|build|appointment`)},
		{"odometer", "The odometer reading on this invoice is", odometers,
			re(`odometer|odo|mileage|miles in|mileage in|km[- ]?stand|kilometerstand|reading|tacho|speedo`),
			re(`next|due|warranty|every|interval|up to|last|previous|nächste|alle|mileage out|miles out|out:`)},
		{"total", "The total amount to pay on this invoice is", amounts,
			re(`grand total|total due|amount due|balance due|invoice total|total|gesamtbetrag|gesamt|endbetrag|summe|to pay|rechnungsbetrag|please pay`),
			re(`sub-?total|subtotal|tax|vat|mwst|netto|net|deposit|paid|discount|labou?r|parts|rate|per hour|deductible|estimate|zwischensumme|each|unit|quote|saved|core|change`)},
		{"number", "The number of this invoice is", numbers,
			re(`invoice (?:no|number|num|nr|id|#)|invoice|inv|rechnungs?-?(?:nr|nummer)|rechnung nr|bill no|ro|repair order|work order`),
			re(`phone|tel|fax|customer|kunde|account|tax id|ust|vat|part|order date|vin|plate|iban`)},
		{"shop", "The workshop that wrote this invoice is", shops,
			re(`\x00`), re(`bill to|customer|sold to|kunde|an:|attn|owner`)},
		{"vin", "The VIN on this invoice is", vins, re(`vin|chassis|fahrgestell|fin|serial`), re(`\x00`)},
		{"plate", "The license plate on this invoice is", plates, re(`plate|license|licence|kennzeichen|reg|registration|tag`), re(`\x00`)},
	}
})

var (
	isoDate    = regexp.MustCompile(`\b(20\d\d)-(\d\d)-(\d\d)\b`)
	slashDate  = regexp.MustCompile(`\b(\d{1,2})/(\d{1,2})/(20\d\d|\d\d)\b`)
	dotDate    = regexp.MustCompile(`\b(\d{1,2})\.(\d{1,2})\.(20\d\d|\d\d)\b`)
	wordDate   = regexp.MustCompile(`(?i)\b(?:(\d{1,2})(?:st|nd|rd|th|\.)? ([a-zä]{3,9})\.?,? (20\d\d)|([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (20\d\d))\b`)
	number     = `\d{1,3}(?:[,.' ]\d{3})+|\d+`
	odometer   = regexp.MustCompile(`(?i)\b(` + number + `)(?:\.\d)? ?(km|kms|mi|miles|mls)\b`)
	bareMiles  = regexp.MustCompile(`(?i)\b(odometer|odo|mileage(?: in)?|miles in|km[- ]?stand|kilometerstand)[ .:#]*(?:in|reading)?[ .:]*(` + number + `)\b`)
	amount     = regexp.MustCompile(`(?i)(?:(\$|€|£|usd|eur|gbp|cad|chf) ?)?\b(\d{1,3}(?:[,.' ]\d{3})+[.,]\d\d|\d+[.,]\d\d)\b(?: ?(\$|€|£|usd|eur|gbp|cad|chf)\b?)?`)
	labelled   = regexp.MustCompile(`(?i)(?:invoice|inv|rechnung|rechnungs-?nr|rechnungsnummer|bill|repair order|work order|ro)(?: ?(?:no|number|num|nr|id))?[ .:#]{1,4}([A-Z0-9][A-Z0-9/-]{2,19})\b`)
	vinToken   = regexp.MustCompile(`\b[A-HJ-NPR-Z0-9]{17}\b`)
	plateWord  = regexp.MustCompile(`(?i)\b(?:license plate|licence plate|plate(?: no)?|license|kennzeichen|reg(?:istration)?(?: no)?|tag)[ .:#]{1,4}([A-Z0-9ÄÖÜ]{1,8}(?:[ -][A-Z0-9]{1,4}){0,2})\b`)
	heading    = regexp.MustCompile(`(?i)^(?:tax )?(?:invoice|rechnung|bill|receipt|estimate|thank|repair order)\b`)
	longNumber = regexp.MustCompile(`\d{3,}`)
	shopWord   = regexp.MustCompile(`(?i)\b(garage|motors?|auto|automotive|service|tires?|tyres?|werkstatt|gmbh|llc|inc|ltd|kfz|repair|bros|brothers|works?|center|centre|lube|brakes?)\b`)
)

// months by the first three letters of their English and German names.
func months() map[string]int {
	return map[string]int{"jan": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12}
}

func dateOf(y, m, d int) (string, bool) {
	if y < 100 {
		y += 2000
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t.Format(time.DateOnly), y >= 1990 && y < 2100 && t.Day() == d && int(t.Month()) == m
}

func dates(text string) (out []Candidate) {
	add := func(at []int, y, m, d int) {
		if v, ok := dateOf(y, m, d); ok {
			out = append(out, Candidate{Text: text[at[0]:at[1]], Value: v, Span: Span{at[0], at[1]}})
		}
	}
	get := func(at []int, n int) string {
		if at[2*n] < 0 {
			return ""
		}
		return text[at[2*n]:at[2*n+1]]
	}
	num := func(at []int, n int) int { v, _ := strconv.Atoi(get(at, n)); return v }
	for _, at := range isoDate.FindAllStringSubmatchIndex(text, -1) {
		add(at, num(at, 1), num(at, 2), num(at, 3))
	}
	for _, at := range dotDate.FindAllStringSubmatchIndex(text, -1) {
		add(at, num(at, 3), num(at, 2), num(at, 1))
	}
	for _, at := range slashDate.FindAllStringSubmatchIndex(text, -1) {
		// American first; both readings where both are days.
		a, b, y := num(at, 1), num(at, 2), num(at, 3)
		switch {
		case dayFirst(text):
			add(at, y, b, a)
		default:
			add(at, y, a, b)
		}
		if a <= 12 && b <= 12 && a != b && !american(text) && !dayFirst(text) {
			add(at, y, b, a)
		}
		// Where the other reading is no day, this one is meant, whatever the
		// signs: a line that somebody put in must not take the date away.
		if a > 12 && !dayFirst(text) {
			add(at, y, b, a)
		}
		if b > 12 && dayFirst(text) {
			add(at, y, a, b)
		}
	}
	for _, at := range wordDate.FindAllStringSubmatchIndex(text, -1) {
		d, name, y := num(at, 1), get(at, 2), num(at, 3)
		if name == "" {
			name, d, y = get(at, 4), num(at, 5), num(at, 6)
		}
		name = strings.ToLower(name)
		for short, m := range months() {
			if strings.HasPrefix(name, short) {
				add(at, y, m, d)
			}
		}
	}
	return out
}

// american and dayFirst look for signs of where the invoice was written.
func american(text string) bool { return americanSign.MatchString(text) && !dayFirst(text) }

var americanSign = regexp.MustCompile(`\$|(?i)\bUSD\b|\bmi(?:les)?\b|\b[A-Z]{2} \d{5}\b`)

func dayFirst(text string) bool { return dayFirstSign.MatchString(text) }

var dayFirstSign = regexp.MustCompile(`£|€|(?i)\bVAT\b|\bMOT\b|\bkm\b`)

func plain(s string) string {
	return strings.NewReplacer(",", "", ".", "", "'", "", " ", "").Replace(s)
}

func odometers(text string) (out []Candidate) {
	seen := map[int]bool{}
	for _, at := range odometer.FindAllStringSubmatchIndex(text, -1) {
		unit := "km"
		if u := strings.ToLower(text[at[4]:at[5]]); u[0] == 'm' {
			unit = "mi"
		}
		if v := plain(text[at[2]:at[3]]); len(v) >= 2 && len(v) <= 7 {
			seen[at[2]] = true
			out = append(out, Candidate{Text: text[at[0]:at[1]], Value: strings.TrimLeft(v, "0"), Unit: unit, Span: Span{at[0], at[1]}})
		}
	}
	for _, at := range bareMiles.FindAllStringSubmatchIndex(text, -1) {
		label := strings.ToLower(text[at[2]:at[3]])
		unit := ""
		switch {
		case strings.HasPrefix(label, "mile"):
			unit = "mi"
		case strings.HasPrefix(label, "k"):
			unit = "km"
		}
		if v := plain(text[at[4]:at[5]]); !seen[at[4]] && len(v) >= 2 && len(v) <= 7 {
			out = append(out, Candidate{Text: text[at[4]:at[5]], Value: strings.TrimLeft(v, "0"), Unit: unit, Span: Span{at[4], at[5]}})
		}
	}
	return slices.DeleteFunc(out, func(c Candidate) bool { return c.Value == "" })
}

func amounts(text string) (out []Candidate) {
	codes := map[string]string{"$": "USD", "€": "EUR", "£": "GBP"}
	for _, at := range amount.FindAllStringSubmatchIndex(text, -1) {
		if rest := text[at[5]:]; len(rest) > 1 && (rest[0] == '.' || rest[0] == '/') && rest[1] >= '0' && rest[1] <= '9' || strings.HasPrefix(rest, " km") || strings.HasPrefix(rest, "%") || strings.HasPrefix(rest, " %") {
			continue // a date, a distance, a tax rate
		}
		if at[4] > 0 && (text[at[4]-1] == '.' || text[at[4]-1] == '/') {
			continue
		}
		c := Candidate{Text: text[at[4]:at[5]], Span: Span{at[4], at[5]}}
		for _, n := range []int{2, 6} {
			if at[n] >= 0 {
				c.Unit = strings.ToUpper(text[at[n]:at[n+1]])
				if code, ok := codes[c.Unit]; ok {
					c.Unit = code
				}
			}
		}
		whole, cents := c.Text[:len(c.Text)-3], c.Text[len(c.Text)-2:]
		if c.Value = strings.TrimLeft(plain(whole), "0") + "." + cents; c.Value[0] == '.' {
			c.Value = "0" + c.Value
		}
		if c.Unit == "" {
			c.Unit = currencyOf(text)
		}
		out = append(out, c)
	}
	return out
}

// currencyOf is the only currency that the text names, "" if it names several
// or none.
func currencyOf(text string) string {
	found := ""
	for sign, code := range map[string]string{"$": "USD", "€": "EUR", "£": "GBP", "USD": "USD", "EUR": "EUR", "GBP": "GBP", "CAD": "CAD", "CHF": "CHF"} {
		if strings.Contains(text, sign) {
			if found != "" && found != code {
				return ""
			}
			found = code
		}
	}
	return found
}

func numbers(text string) (out []Candidate) {
	for _, at := range labelled.FindAllStringSubmatchIndex(text, -1) {
		v := text[at[2]:at[3]]
		if strings.ContainsAny(v, "0123456789") && !isoDate.MatchString(v) && !slashDate.MatchString(v) {
			out = append(out, Candidate{Text: v, Value: v, Span: Span{at[2], at[3]}})
		}
	}
	return out
}

func shops(text string) (out []Candidate) {
	at := 0
	for n, l := range strings.SplitAfter(text, "\n") {
		from, to := at, at+len(l)
		at = to
		for from < to && text[from] <= ' ' {
			from++
		}
		for to > from && text[to-1] <= ' ' {
			to--
		}
		line := text[from:to]
		if n > 40 || len(line) < 4 || len(line) > 60 || strings.ContainsAny(line, ":$€£#") || strings.Count(line, "  ") > 0 {
			continue
		}
		if !shopWord.MatchString(line) && len(out) > 0 || heading.MatchString(line) || longNumber.MatchString(line) {
			continue
		}
		out = append(out, Candidate{Text: line, Value: line, Span: Span{from, to}, score: max(0, 3-n/2)})
	}
	return out[:min(len(out), 6)]
}

func vins(text string) (out []Candidate) {
	for _, at := range vinToken.FindAllStringIndex(text, -1) {
		v := text[at[0]:at[1]]
		if !strings.ContainsAny(v, "ABCDEFGHJKLMNPRSTUVWXYZ") || !strings.ContainsAny(v, "0123456789") {
			continue
		}
		c := Candidate{Text: v, Value: v, Span: Span{at[0], at[1]}}
		if d, ok := vin.CheckDigit(v); ok && d == rune(v[8]) {
			c.score = 2
		}
		out = append(out, c)
	}
	return out
}

func plates(text string) (out []Candidate) {
	for _, at := range plateWord.FindAllStringSubmatchIndex(text, -1) {
		v := text[at[2]:at[3]]
		if strings.ContainsAny(v, "0123456789") && strings.ContainsAny(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && strings.ToUpper(v) == v && len(v) <= 10 {
			out = append(out, Candidate{Text: v, Value: v, Span: Span{at[2], at[3]}})
		}
	}
	return out
}

// rank weighs each candidate by the words before it in its line, and puts the
// likeliest first. Of two with the same value the likelier is kept.
func (f *finder) rank(text string) []Candidate {
	var out []Candidate
	for _, c := range f.find(text) {
		line := lineBefore(text, c.From)
		good, bad := last(f.for_, line), last(f.other, line)
		switch {
		case bad >= 0 && bad >= good:
			c.score -= 4
		case good >= 0:
			c.score += 4
		}
		if bad >= 0 && bad < good {
			c.score-- // "Total tax", "VAT total"
		}
		out = append(out, c)
	}
	if f.name == "total" {
		largest(out)
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return cmp.Compare(b.score, a.score) })
	var kept []Candidate
	for _, c := range out {
		if !slices.ContainsFunc(kept, func(k Candidate) bool { return k.Value == c.Value && k.Unit == c.Unit }) {
			kept = append(kept, c)
		}
	}
	return kept[:min(len(kept), 8)]
}

// largest favours the largest of the amounts: what is paid is mostly that.
func largest(cs []Candidate) {
	best, most := -1, 0.0
	for i, c := range cs {
		if v, err := strconv.ParseFloat(c.Value, 64); err == nil && v > most {
			best, most = i, v
		}
	}
	if best >= 0 {
		cs[best].score++
	}
}

// lineBefore is what stands in front of a place: its line, and the line above
// where it begins one.
func lineBefore(text string, at int) string {
	from := strings.LastIndexByte(text[:at], '\n') + 1
	line := text[from:at]
	if strings.TrimSpace(line) == "" && from > 0 {
		above := strings.LastIndexByte(text[:from-1], '\n') + 1
		return text[above:from]
	}
	return line
}

func last(re *regexp.Regexp, s string) int {
	at := re.FindAllStringIndex(s, -1)
	if len(at) == 0 {
		return -1
	}
	return at[len(at)-1][0]
}

func (c Candidate) String() string { return fmt.Sprintf("%s %s", c.Value, c.Unit) }
