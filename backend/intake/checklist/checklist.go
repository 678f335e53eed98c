package checklist

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// Wishes are what the buyer looks for. Zero values wish for nothing.
type Wishes struct {
	Ceiling           *vehicle.Money `json:"ceiling,omitempty"`           // the most to pay
	Makes             []string       `json:"makes,omitempty"`             //
	MaxOdometerMeters int64          `json:"maxOdometerMeters,omitempty"` //
	MinYear           int            `json:"minYear,omitempty"`           // of the model
	CleanTitleOnly    bool           `json:"cleanTitleOnly,omitempty"`    // a branded title is left, not looked at
}

// Facts are what is known of a lot besides its row.
type Facts struct {
	Status     string // of the row: ready, mismatch, fixable, duplicate, existing, short, invalid
	Candidates int    // how many repairs of its VIN pass
	Abroad     bool   // the maker is not registered for sale in the United States
	Recalls    int    // campaigns that apply to the model; 0 too where none were imported
}

// What a rule or all of them say, the gravest first.
const (
	Leave = "pass" // leave it
	Look  = "look" // look at it
	Buy   = "buy"
)

// Line is what one rule says.
type Line struct {
	Rule    string `json:"rule"` // its id: "C1"
	Verdict string `json:"verdict" enum:"pass,look,buy"`
	Text    string `json:"text"` // one sentence
}

// Verdict is what all rules say together.
type Verdict struct {
	Verdict string `json:"verdict" enum:"pass,look,buy"`
	Lines   []Line `json:"lines"` // the gravest first
	Score   int    `json:"score"` // 0 to 100, higher is better; sorts lots
}

// Judge holds a lot against the rules. r is the decoded VIN, nil where there is
// none.
func Judge(l *mapping.Lot, findings []claim.Finding, r *vin.Result, f Facts, w Wishes, now time.Time) Verdict {
	j := judge{lot: l, findings: findings, result: r, facts: f, wishes: w, now: now, lines: []Line{}}
	for _, rule := range []func(){j.number, j.claims, j.abroad, j.odometer, j.title, j.condition, j.price, j.wanted, j.recalls, j.twice} {
		rule()
	}
	slices.SortStableFunc(j.lines, func(a, b Line) int { return cmp.Compare(gravity(b.Verdict), gravity(a.Verdict)) })
	v := Verdict{Verdict: Buy, Lines: j.lines}
	if len(j.lines) > 0 {
		v.Verdict = j.lines[0].Verdict
	}
	v.Score = j.score(v.Verdict)
	return v
}

func gravity(verdict string) int {
	switch verdict {
	case Leave:
		return 2
	case Look:
		return 1
	}
	return 0
}

// judge is one lot before the rules.
type judge struct {
	lot      *mapping.Lot
	findings []claim.Finding
	result   *vin.Result
	facts    Facts
	wishes   Wishes
	now      time.Time
	lines    []Line
}

func (j *judge) say(rule, verdict, format string, args ...any) {
	j.lines = append(j.lines, Line{rule, verdict, fmt.Sprintf(format, args...)})
}

// score puts verdicts apart, and lots of one verdict by how much speaks against
// them; what is to be bought, by how far it is below the ceiling.
func (j *judge) score(verdict string) int {
	leave, look := 0, 0
	for _, l := range j.lines {
		leave += gravity(l.Verdict) / 2
		look += gravity(l.Verdict) % 2
	}
	switch verdict {
	case Leave:
		return max(0, 39-9*(leave-1)-2*look)
	case Look:
		return max(40, 69-6*(look-1))
	}
	score := 80
	if c, a := j.wishes.Ceiling, j.lot.Asking; c != nil && a != nil && a.Currency == c.Currency && c.Minor > 0 && a.Minor <= c.Minor {
		score += int(20 * (c.Minor - a.Minor) / c.Minor)
	}
	return score
}

// number is the rule C1.
func (j *judge) number() {
	switch j.facts.Status {
	case "fixable":
		j.say("C1", Look, "The VIN is not right as it is written; %s within one character. Read it from the car.", one(j.facts.Candidates, "VIN that passes lies", "VINs that pass lie"))
	case "invalid":
		if j.lot.VIN == "" {
			j.say("C1", Look, "The list gives no VIN, so nothing in it can be checked.")
			return
		}
		j.say("C1", Look, "The VIN is not right, and nothing near it is. Read it from the car.")
	case "short":
		j.say("C1", Look, "The VIN is not whole, so it can't be proven. Read the rest of it from the car.")
	default:
		if !j.facts.Abroad && len(j.findings) == 0 && j.result != nil {
			j.say("C1", Buy, "The VIN is whole, and what the list claims agrees with it.")
		}
	}
}

func one(n int, single, several string) string {
	if n == 1 {
		return "one " + single
	}
	return strconv.Itoa(n) + " " + several
}

// claims are the rules C2 and C3.
func (j *judge) claims() {
	for _, f := range j.findings {
		switch f.Severity {
		case claim.Hard:
			j.say("C2", Leave, "The %s is not what the list claims: %s", f.Field, f.Reason)
		case claim.Soft:
			j.say("C3", Look, "The %s reads differently: %s", f.Field, f.Reason)
		}
	}
}

// abroad is the rule C4.
func (j *judge) abroad() {
	if j.facts.Abroad {
		j.say("C4", Look, "It was made for another market: ask for import papers and whether parts can be had.")
	}
}

// recalls is the rule C13.
func (j *judge) recalls() {
	if n := j.facts.Recalls; n > 0 {
		j.say("C13", Look, "%s to this model; confirm by VIN whether it was done.", one(n, "recall applies", "recalls apply"))
	}
}

// twice are the rules C14 and C15.
func (j *judge) twice() {
	switch j.facts.Status {
	case "duplicate":
		j.say("C14", Look, "The same VIN stands in another row: find out which of them is the lot.")
	case "existing":
		j.say("C15", Look, "A vehicle with this VIN is here already.")
	}
}

// year is the model year, decoded before claimed; 0 is unknown.
func (j *judge) year() int {
	if j.result != nil && j.result.ModelYear != 0 {
		return j.result.ModelYear
	}
	y, err := strconv.Atoi(strings.TrimSpace(j.lot.Claimed[claim.Year]))
	if err != nil {
		return 0
	}
	return y
}

// element is a decoded value, "" where there is none.
func (j *judge) element(code string) string {
	if j.result == nil {
		return ""
	}
	return j.result.Get(code)
}
