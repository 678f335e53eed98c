package insight

import "time"

// Way is how a briefing's wording came about.
type Way string

const (
	Written Way = "write" // a model wrote, and every statement was checked
	Worded  Way = "word"  // a model chose between phrasings that are all true
	Rules   Way = "rules" // code chose
)

// Briefing is a text with its evidence. Its JSON is what
// `hubcap insight --format json` and the API give.
type Briefing struct {
	Subject   string     `json:"subject"` // the vehicle's id; empty for a VIN that is not saved
	VIN       string     `json:"vin"`
	Way       Way        `json:"way"`
	Model     *string    `json:"model"`           // nil unless a model chose the words
	Where     string     `json:"where,omitempty"` // the machine that the model was asked on; empty is this one
	Release   string     `json:"release"`         // of vPIC
	Clock     string     `json:"clock"`           // when it was made, RFC 3339
	Sentences []Sentence `json:"sentences"`
	Findings  []Finding  `json:"findings"`
	Dropped   int        `json:"dropped"` // findings that no sentence says
	MS        Timings    `json:"ms"`
}

// Timings are wall times in whole milliseconds, rounded up.
type Timings struct {
	Rules int64 `json:"rules"` // findings and wording by rules
	Model int64 `json:"model"` // 0 if no model was asked
}

// Label says in one line who chose the words.
func (b *Briefing) Label() string {
	if b.Way == Rules || b.Model == nil {
		return "Worded by rules from the records. No AI."
	}
	where := "on this computer"
	if b.Where != "" {
		where = "at " + b.Where
	}
	if b.Way == Written {
		return "Written by " + *b.Model + " " + where + ", each statement checked against the records."
	}
	return "Facts by code, worded by " + *b.Model + " " + where + " from verified statements."
}

// Text is the briefing as one paragraph.
func (b *Briefing) Text() string {
	text := ""
	for i, s := range b.Sentences {
		if i > 0 {
			text += " "
		}
		text += s.Text
	}
	return text
}

// ceilMS rounds up, so that what happened never took "0 ms".
func ceilMS(d time.Duration) int64 { return int64((d + time.Millisecond - 1) / time.Millisecond) }

// byRules makes the briefing of facts in plain wording, with the plan that a
// model may word again.
func byRules(f *Facts, subject string) (Briefing, plan, []string) {
	start := time.Now()
	findings := Find(*f)
	p := newPlan(findings)
	path := p.rulesPath(seed(subject+f.VIN, findings, f.Now))
	b := Briefing{
		Subject: subject, VIN: f.VIN, Way: Rules, Release: f.Decode.Release, Clock: f.Now.UTC().Format(time.RFC3339),
		Sentences: p.sentences(path), Findings: findings, Dropped: len(p.dropped),
	}
	problems := Check(b.Sentences, findings, len(p.dropped))
	b.MS.Rules = ceilMS(time.Since(start))
	return b, p, problems
}
