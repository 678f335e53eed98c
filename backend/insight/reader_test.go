package insight_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The reader takes a briefing's sentences as a stranger would, without
// findings or phrases: it understands a sentence by one of the patterns
// below, or calls it unreadable, and holds what it says against the raw
// records.
type reader struct {
	raw  *raw
	seen map[string]bool // what the briefing has spoken of
	last string          // what the last sentence was about
}

type pattern struct {
	about string
	re    *regexp.Regexp
	check func(r *reader, m []string) error
}

const (
	dist = `([\d,.]+) (km|mi)`
	on   = `(\d{1,2} [A-Z][a-z]+ \d{4})`
)

var opening = regexp.MustCompile(`^(?:Also|In addition|Beyond that|Otherwise|On the good side|At least), (.)`)

// read returns what is wrong with a sentence; nil if it holds.
func (r *reader) read(text string) error {
	if m := opening.FindStringSubmatch(text); m != nil {
		text = strings.ToUpper(m[1]) + text[len(m[0]):]
	}
	text = strings.TrimSuffix(text, ".")
	for _, p := range allPatterns() {
		if m := p.re.FindStringSubmatch(text); m != nil {
			r.seen[p.about], r.last = true, p.about
			if err := p.check(r, m); err != nil {
				return fmt.Errorf("%s: %w", p.about, err)
			}
			return nil
		}
	}
	return fmt.Errorf("unreadable")
}

var allPatterns = sync.OnceValue(func() []pattern { return append(widerPatterns(), patterns()...) })

// widerPatterns read what only a model that writes may say.
func widerPatterns() []pattern {
	p := func(about, re string, check func(*reader, []string) error) pattern {
		return pattern{about, regexp.MustCompile("^(?:" + re + ")$"), check}
	}
	return []pattern{
		p("identity", `(?:The vehicle|It) is (an? .+?)(?: with (.+))?`, func(r *reader, m []string) error {
			_, m[1], _ = strings.Cut(m[1], " ")
			return r.identity(m)
		}),
		p("clean", `The VIN is in order and decodes cleanly`, func(r *reader, _ []string) error {
			return must(slices.Equal(r.raw.result.ErrorCodes, []int{0}) && digit(r.raw.vin) == r.raw.vin[8:9], fmt.Sprint(r.raw.result.ErrorCodes))
		}),
		p("check digit", `The check digit of the VIN (?:is wrong|does not add up): position 9 holds (\S) and (?:should hold|should be|works out as) (\S), so at least one character (?:is wrong|was misread)`, (*reader).digit),
		p("check digit", `Position 9 of the VIN, its check digit, is (\S) and (?:should hold|should be|works out as) (\S),? so at least one character (?:is wrong|was misread)`, (*reader).digit),
		p("rollback", `The odometer fell from `+dist+` on `+on+` to `+dist+` on `+on, func(r *reader, m []string) error {
			return r.fell(1, m[1], m[2], m[3], m[4], m[5], m[6])
		}),
		p("rollback", `Between `+on+` and `+on+` the odometer (?:fell|dropped) from `+dist+` to `+dist, func(r *reader, m []string) error {
			return r.fell(1, m[3], m[4], m[1], m[5], m[6], m[2])
		}),
		p("overdue", `The (.+) is `+dist+` overdue(?: and|; it) was last done on `+on, func(r *reader, m []string) error { return r.overBy(m[1], m[2], m[3], m[4]) }),
		p("overdue", `The (.+) has been overdue since `+on+` and was last done on `+on, func(r *reader, m []string) error { return r.overSince(m[1], m[2], m[3]) }),
		p("due", `The (.+) is due(?: next,)? in `+dist, func(r *reader, m []string) error { return r.dueIn(m[1], m[2], m[3]) }),
		p("due", `The (.+) is due(?: next,)? on `+on, func(r *reader, m []string) error { return r.dueOn(m[1], m[2]) }),
		p("cost", `Service and fuel (?:have cost|come to) ([\d,.]+) ([A-Z]{3}) per 1,000 (km|mi), which is (.+) the median of (\w+) similar vehicles, ([\d,.]+) ([A-Z]{3})`, func(r *reader, m []string) error {
			return r.costs(m[1], m[2], m[3], m[4], m[5], m[6], m[7])
		}),
		p("per year", `(?:This vehicle|It) has (?:covered|done) about `+dist+` a year, which is (.+) the US average of `+dist, (*reader).perYear),
		p("siblings", `(?:Its|The) odometer, at `+dist+`, is (.+) the median (?:odometer )?of (\w+) similar vehicles, `+dist, func(r *reader, m []string) error {
			return r.compared(m[4], m[5], m[6], m[1], m[2], m[3])
		}),
		p("odometer", `The odometer (?:read|showed) `+dist+` on `+on, func(r *reader, m []string) error { return r.at(m[1], m[2], m[3]) }),
		p("since", `The last record is from `+on+`, (\d+) months ago`, func(r *reader, m []string) error {
			_, since := r.raw.gaps()
			return must(m[2] == fmt.Sprint(since), fmt.Sprint(since))
		}),
		p("gap", `There is no record between `+on+` and `+on+`, (\d+) months`, (*reader).gap),
		p("no services", `There is no service record on file`, func(r *reader, _ []string) error {
			return must(len(r.raw.services) == 0, "there are service records")
		}),
		p("no readings", `There is no odometer reading on file, (?:so )?nothing can be said about distance`, func(r *reader, _ []string) error {
			return must(len(r.raw.marks) == 0, "there are readings")
		}),
	}
}

func patterns() []pattern {
	p := func(about, re string, check func(*reader, []string) error) pattern {
		return pattern{about, regexp.MustCompile("^(?:" + re + ")$"), check}
	}
	code := func(n int) func(*reader, []string) error {
		return func(r *reader, _ []string) error {
			if !slices.Contains(r.raw.result.ErrorCodes, n) {
				return fmt.Errorf("vPIC gives %v, not %d", r.raw.result.ErrorCodes, n)
			}
			return nil
		}
	}
	return []pattern{
		p("identity", `(?:This is|By its VIN, this is|The VIN (?:describes|stands for)) an? (.+?)(?: with (.+))?`, (*reader).identity),
		p("identity", `No make or model can be decoded from the VIN|The VIN does not resolve to a make and model`, func(r *reader, _ []string) error {
			return must(r.raw.result.Get("Make") == "", "there is a make")
		}),
		p("check digit", `The check digit of the VIN (?:is wrong|does not add up): position 9 holds (\S) and should hold (\S), so at least one character is wrong`, (*reader).digit),
		p("check digit", `Position 9 of the VIN, its check digit, is (\S) and (?:should be|works out as) (\S): at least one character (?:is wrong|was misread)`, (*reader).digit),
		p("check digit", `The check digit of the VIN does not add up: position 9 holds (\S), and (\S) is expected; outside North America .+`, (*reader).digit),
		p("check digit", `Position 9 of the VIN is (\S) where a North American VIN would have (\S); elsewhere .+`, (*reader).digit),
		p("check digit", `The check digit of the VIN .+(?:so at least one character is wrong|common outside North America)`, code(1)),
		p("position", `The VIN's character (\d+) is (\S), but only (\S) fits there`, (*reader).position),
		p("position", `As character (\d+) the VIN has (\S), which does not fit this maker's pattern, and more than one other would`, (*reader).open),
		p("position", `At positions (.+) the VIN does not fit this maker's pattern`, func(r *reader, m []string) error {
			return must(m[1] == joined(bangs(r.raw.result.Get("SuggestedVIN"))), "the suggested VIN is "+r.raw.result.Get("SuggestedVIN"))
		}),
		p("illegal", `Character (\d+) of the VIN is (\S), which (?:is not allowed|cannot stand) there: .+`, (*reader).character),
		p("illegal", `Characters .+ of the VIN, .+, (?:are not allowed|cannot stand) there: .+|The VIN has characters that .+, at positions .+`, code(400)),
		p("incomplete", `(?:Only|The VIN is incomplete, with) (\d+) of (?:the )?17 characters(?: of the VIN are known)?, so the decode is partial`, func(r *reader, m []string) error {
			n := len(r.raw.vin) - strings.Count(r.raw.vin, "*")
			return must(m[1] == fmt.Sprint(n) && slices.Contains(r.raw.result.ErrorCodes, 6), fmt.Sprint(n))
		}),
		p("illegal", `(\w+) characters of the VIN (?:are not allowed|cannot stand) where they are: .+|The VIN has (\w+) characters that (?:are not allowed|cannot stand) where they are`, code(400)),
		p("incomplete", `(All but|Not) one of the 17 characters of the VIN (?:is known|are missing), so .+`, func(r *reader, m []string) error {
			n := len(r.raw.vin) - strings.Count(r.raw.vin, "*")
			return must(n == 1 && m[1] == "All but" || n == 0 && m[1] == "Not", fmt.Sprint(n))
		}),
		p("year hint", `The model year given to the decoder, (\d+), cannot be confirmed by the VIN`, func(r *reader, m []string) error {
			return must(fmt.Sprint(r.raw.vehicle.YearHint) == m[1] && (len(r.raw.vin) < 10 || r.raw.vin[9] == '*'), r.raw.vin)
		}),
		p("maker", `(?:No maker with|Under) the code (\S+) .+ registered with NHTSA, so the VIN says little`, func(r *reader, m []string) error {
			return must(strings.HasPrefix(m[1], r.raw.vin[:3]) && slices.Contains(r.raw.result.ErrorCodes, 7), r.raw.vin)
		}),
		p("no detail", `(?:NHTSA has|For this VIN, NHTSA has) no detailed data.*`, code(8)),
		p("unexplained", `(?:Some characters of the VIN .+|What the maker filed with NHTSA does not explain every character of the VIN)`, code(14)),
		p("year code", `(?:Position 10 of the VIN is|The VIN has) (\S)(?: in position 10)?, which stands for no model year, so what is decoded may be wrong`, func(r *reader, m []string) error {
			return must(r.raw.vin[9:10] == m[1] && slices.Contains(r.raw.result.ErrorCodes, 11), r.raw.vin)
		}),
		p("year hint", `The model year given to the decoder, (\d+), differs from the one that the VIN holds`, func(r *reader, m []string) error {
			return must(fmt.Sprint(r.raw.vehicle.YearHint) == m[1], "the hint is another")
		}),
		p("clean", `(?:The VIN|Nothing is wrong with the VIN: it) decodes cleanly, .+`, func(r *reader, _ []string) error {
			return must(slices.Equal(r.raw.result.ErrorCodes, []int{0}) && digit(r.raw.vin) == r.raw.vin[8:9], fmt.Sprint(r.raw.result.ErrorCodes))
		}),
		p("claim", `The claimed (.+) is (.+), but the VIN says (.+)`, (*reader).differs),
		p("claim", `By claim the (.+) is (.+); by VIN it is (.+)`, (*reader).differs),
		p("claim", `The claim and the VIN disagree on (.+)|What is claimed differs from the VIN in (.+)`, (*reader).differ),
		p("agree", `Claim and VIN agree on (?:the )?(.+)|The VIN (?:confirms|bears out) the claimed (.+)`, (*reader).agree),
		p("untestable", `Whether the claimed (.+) (?:is|are) right cannot be told from the VIN|The VIN (?:does not say|cannot show) whether the claimed (.+) (?:is|are) right`, (*reader).claimed),
		p("rollback", `The odometer (?:went back|went backwards): `+dist+` on `+on+`, then `+dist+` on `+on, func(r *reader, m []string) error {
			return r.fell(1, m[1], m[2], m[3], m[4], m[5], m[6])
		}),
		p("rollback", `From `+on+` to `+on+` the odometer (?:fell|dropped) from `+dist+` to `+dist, func(r *reader, m []string) error {
			return r.fell(1, m[3], m[4], m[1], m[5], m[6], m[2])
		}),
		p("rollback", `Odometer readings (?:fell|dropped) from `+dist+` on `+on+` to `+dist+` on `+on, func(r *reader, m []string) error {
			return r.fell(1, m[1], m[2], m[3], m[4], m[5], m[6])
		}),
		p("rollback", `(?:The odometer went backw?a?r?d?s?|Odometer readings fell) (twice|\w+ times), (?:at worst|most of all) from `+dist+` on `+on+` to `+dist+` on `+on, func(r *reader, m []string) error {
			return r.fell(number(strings.Replace(strings.TrimSuffix(m[1], " times"), "twice", "two", 1)), m[2], m[3], m[4], m[5], m[6], m[7])
		}),
		p("jump", `Between `+on+` and `+on+` the odometer (?:rose|climbed) by `+dist+`, more than anyone drives in that time(?:, and that is one of (\w+) such rises)?`, func(r *reader, m []string) error {
			return r.rose(m[1], m[2], m[3], m[4], m[5])
		}),
		p("jump", `A rise of `+dist+` between `+on+` and `+on+` is more than .+`, func(r *reader, m []string) error { return r.rose(m[3], m[4], m[1], m[2], "") }),
		p("jump", `On `+on+` alone the odometer (?:rose|climbed) by `+dist+`, more than anyone drives in a day(?:, and that is one of (\w+) such rises)?`, func(r *reader, m []string) error {
			return r.rose(m[1], m[1], m[2], m[3], m[4])
		}),
		p("jump", `A rise of `+dist+` on `+on+` alone is more than .+`, func(r *reader, m []string) error { return r.rose(m[3], m[3], m[1], m[2], "") }),
		p("overdue", `The (.+) is overdue by `+dist+`; it was last done on `+on, func(r *reader, m []string) error { return r.overBy(m[1], m[2], m[3], m[4]) }),
		p("overdue", `Last done on `+on+`, the (.+) is `+dist+` overdue`, func(r *reader, m []string) error { return r.overBy(m[2], m[3], m[4], m[1]) }),
		p("overdue", `The (.+), last done on `+on+`, is `+dist+` overdue`, func(r *reader, m []string) error { return r.overBy(m[1], m[3], m[4], m[2]) }),
		p("overdue", `The (.+) has been overdue since `+on+`; it was last done on `+on, func(r *reader, m []string) error { return r.overSince(m[1], m[2], m[3]) }),
		p("overdue", `Last done on `+on+`, the (.+) has been overdue since `+on, func(r *reader, m []string) error { return r.overSince(m[2], m[3], m[1]) }),
		p("overdue", `The (.+), last done on `+on+`, has been overdue since `+on, func(r *reader, m []string) error { return r.overSince(m[1], m[3], m[2]) }),
		p("overdue", `(?:There are )?(\w+) services (?:are )?overdue: (.+)`, (*reader).overdue),
		p("due", `(?:Next due is the|The next service due is the) (.+), in `+dist, func(r *reader, m []string) error { return r.dueIn(m[1], m[2], m[3]) }),
		p("due", `In `+dist+` the (.+) (?:is|falls) due`, func(r *reader, m []string) error { return r.dueIn(m[3], m[1], m[2]) }),
		p("due", `(?:Next due is the|The next service due is the) (.+), on `+on, func(r *reader, m []string) error { return r.dueOn(m[1], m[2]) }),
		p("due", `On `+on+` the (.+) (?:is|falls) due`, func(r *reader, m []string) error { return r.dueOn(m[2], m[1]) }),
		p("due", `(?:Next|Coming) due are the (.+)`, (*reader).dueMany),
		p("on time", `All (\w+) services on record are within their intervals`, (*reader).onTime),
		p("on time", `The services on record, (\w+) in all, are within their intervals`, (*reader).onTime),
		p("on time", `(?:Both|The (two)) services on record are within their intervals`, func(r *reader, _ []string) error { return r.onTime([]string{"", "two"}) }),
		p("on time", `(?:The recorded (.+)|The only service on record, the (.+),) is within its interval`, func(r *reader, _ []string) error { return r.onTime([]string{"", "one"}) }),
		p("cost", `Service and fuel (?:have cost|come to) ([\d,.]+) ([A-Z]{3}) per 1,000 (km|mi), (.+) the median of (\w+) similar vehicles, ([\d,.]+) ([A-Z]{3})`, func(r *reader, m []string) error {
			return r.costs(m[1], m[2], m[3], m[4], m[5], m[6], m[7])
		}),
		p("cost", `Running costs, at ([\d,.]+) ([A-Z]{3}) per 1,000 (km|mi), are (.+) the ([\d,.]+) ([A-Z]{3}) median of (\w+) similar vehicles`, func(r *reader, m []string) error {
			return r.costs(m[1], m[2], m[3], m[4], m[7], m[5], m[6])
		}),
		p("cost", `(?:Service and fuel|Running costs) (?:have cost|come to|are) ([\d,.]+) ([A-Z]{3}) per 1,000 (km|mi), and there (?:is|are) (?:only )?(\w+) similar vehicles? to compare with`, (*reader).costAlone),
		p("no cost", `(?:There is not enough data for a cost per distance|A cost per distance cannot be (?:given|worked out)): (.+)`, (*reader).noCost),
		p("per year", `(?:This vehicle|It) has (?:covered|done) about `+dist+` a year(?:, (.+) the US average of `+dist+`)?`, (*reader).perYear),
		p("per year", `Yearly use, at about `+dist+`, is (.+) the US average of `+dist, (*reader).perYear),
		p("siblings", `Among (\w+) similar vehicles the median odometer is `+dist+`; this one, at `+dist+`, is (.+) (?:it)`, func(r *reader, m []string) error {
			return r.compared(m[1], m[2], m[3], m[4], m[5], m[6])
		}),
		p("siblings", `(?:Its odometer, at|At) `+dist+`(?:,| this one) is (.+) the median (?:odometer )?of (\w+) similar vehicles, `+dist, func(r *reader, m []string) error {
			return r.compared(m[4], m[5], m[6], m[1], m[2], m[3])
		}),
		p("no siblings", `(?:Only|With only) (\w+) similar vehicles? (?:is |are )?on file.*`, (*reader).few),
		p("no siblings", `(?:No|With no) similar vehicle (?:is )?on file.*`, func(r *reader, _ []string) error { return r.few([]string{"", "no"}) }),
		p("gap", `Nothing was recorded between `+on+` and `+on+`, (\d+) months`, (*reader).gap),
		p("gap", `The records have a gap of (\d+) months, from `+on+` to `+on, func(r *reader, m []string) error { return r.gap([]string{"", m[2], m[3], m[1]}) }),
		p("since", `(?:Nothing has been recorded since|The records end on) `+on+`, (\d+) months ago`, func(r *reader, m []string) error {
			_, since := r.raw.gaps()
			return must(m[2] == fmt.Sprint(since), fmt.Sprint(since))
		}),
		p("odometer", `The last odometer reading is `+dist+`, from `+on, func(r *reader, m []string) error { return r.at(m[1], m[2], m[3]) }),
		p("odometer", `At the last reading, on `+on+`, the odometer (?:was|stood) at `+dist, func(r *reader, m []string) error { return r.at(m[2], m[3], m[1]) }),
		p("no readings", `(?:No|Without an) odometer reading (?:is )?on file, (?:so )?nothing can be said about distance`, func(r *reader, _ []string) error {
			return must(len(r.raw.marks) == 0, "there are readings")
		}),
		p("no services", `No service record is on file|The file holds no service record`, func(r *reader, _ []string) error {
			return must(len(r.raw.services) == 0, "there are service records")
		}),
		p("unrecorded", `(?:For (\w+) kinds of service there is no record|The records are silent on (\w+) kinds of service)`, func(r *reader, m []string) error {
			return must(number(m[1]+m[2]) == len(r.missing()), strings.Join(r.missing(), ", "))
		}),
		p("unrecorded", `(?:No (.+) is on record|The records do not show (?:any|a past) (.+))`, func(r *reader, m []string) error {
			return must(slices.Equal(split(m[1]+m[2]), r.missing()), strings.Join(r.missing(), ", "))
		}),
	}
}

func must(ok bool, truth string) error {
	if !ok {
		return fmt.Errorf("not so: %s", truth)
	}
	return nil
}

var words = []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"}

func number(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return slices.Index(words, strings.ToLower(s))
}

func value(s string) float64 {
	v, _ := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	return v
}

func when(s string) time.Time {
	t, _ := time.Parse("2 January 2006", s)
	return t
}

// near compares a distance in a sentence with meters, to the rounding of the
// unit.
func near(n, unit string, meters float64) bool {
	return math.Abs(value(n)-meters/unitMeters(unit)) <= 0.51
}

// split takes a list apart: "the a (by 5 km), b and c".
func split(s string) (out []string) {
	s = regexp.MustCompile(`\s*\([^)]*\)`).ReplaceAllString(s, "")
	s = strings.NewReplacer(" and ", ", ", " or ", ", ").Replace(s)
	for _, x := range strings.Split(s, ", ") {
		out = append(out, strings.TrimPrefix(x, "the "))
	}
	return out
}

func bangs(s string) (out []int) {
	for i, c := range []byte(s) {
		if c == '!' {
			out = append(out, i+1)
		}
	}
	return out
}

func joined(n []int) string {
	s := strings.Trim(strings.ReplaceAll(fmt.Sprint(n), " ", ", "), "[]")
	if i := strings.LastIndex(s, ", "); i >= 0 {
		s = s[:i] + " and " + s[i+2:]
	}
	return s
}

// direction is the word for a ratio, by the thresholds that the method
// states: within a tenth, and beyond half.
func direction(ratio float64) string {
	switch {
	case ratio > 1.5:
		return "well above"
	case ratio > 1.1:
		return "above"
	case ratio < 0.5:
		return "well below"
	case ratio < 0.9:
		return "below"
	}
	return "close to"
}
