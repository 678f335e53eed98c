package invoice

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Scorer says how likely each candidate is after a prompt, as the sum of its
// log-probabilities. backend/llm/local is one.
type Scorer func(ctx context.Context, prompt string, candidates []string) ([]float64, error)

// maxText bounds what is read: an invoice of many pages has some 10,000
// letters.
const maxText = 64 << 10

// Read reads the text of an invoice. score is the second opinion; nil asks
// nobody. A model that fails costs its opinion, not the draft.
func Read(ctx context.Context, text string, score Scorer) (Sheet, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return Sheet{}, fault.InvalidField("/text", "is empty", "paste the invoice's text")
	case len(text) > maxText:
		return Sheet{}, fault.InvalidField("/text", "is longer than 64 kB", "paste one invoice at a time")
	case !utf8.ValidString(text):
		return Sheet{}, fault.InvalidField("/text", "is not UTF-8 text", "paste text, not a file")
	}
	d := Sheet{Fields: []Line{}, Work: work(text)}
	for _, f := range finders() {
		field := Line{Name: f.name, Candidates: f.rank(text)}
		if field.Candidates == nil {
			field.Candidates = []Candidate{}
		}
		settle(ctx, text, f, &field, score)
		d.Fields = append(d.Fields, field)
		if err := ctx.Err(); err != nil {
			return Sheet{}, err
		}
	}
	return d, nil
}

// settle decides a field: by the rules, and by the model where there is
// something to choose.
func settle(ctx context.Context, text string, f finder, field *Line, score Scorer) {
	cs := field.Candidates
	switch {
	case len(cs) == 0:
		field.Agreement = Absent
		return
	case len(cs) == 1 && cs[0].score > -4:
		field.Agreement, field.Chosen = Rules, &cs[0]
		return
	case len(cs) == 1:
		field.Agreement = Unsure
		return
	}
	sure := cs[0].score > cs[1].score && cs[0].score > 0
	if score == nil {
		field.Agreement = Unsure
		if sure {
			field.Agreement, field.Chosen = Rules, &cs[0]
		}
		return
	}
	i, err := opinion(ctx, text, f, cs, score)
	switch {
	case err != nil && sure:
		field.Agreement, field.Chosen = Rules, &cs[0]
	case err != nil:
		field.Agreement = Unsure
	case cs[i].score == cs[0].score && !sure:
		field.Agreement = Unsure // the rules see several alike: one opinion is not two
	case i == 0:
		field.Agreement, field.Chosen = Both, &cs[0]
	default:
		field.Agreement = Differ
		cs[1], cs[i] = cs[i], cs[1] // the two of them first
	}
}

// opinion is the model's choice: the candidate likeliest behind the lines that
// hold candidates and the question.
func opinion(ctx context.Context, text string, f finder, cs []Candidate, score Scorer) (int, error) {
	var texts []string
	for _, c := range cs {
		texts = append(texts, " "+strings.Join(strings.Fields(c.Text), " "))
	}
	logs, err := score(ctx, "Invoice:\n"+around(text, cs)+"\n\n"+f.says, texts)
	if err != nil {
		return 0, err
	}
	if len(logs) != len(cs) {
		return 0, fault.New(fault.Unavailable, "the model scored %d of %d", len(logs), len(cs))
	}
	best := 0
	for i, l := range logs {
		if l > logs[best] {
			best = i
		}
	}
	return best, nil
}

// around is the text's beginning and the lines with candidates: a small model
// reads no more.
func around(text string, cs []Candidate) string {
	const most = 1400
	var b strings.Builder
	at := 0
	for n, l := range strings.SplitAfter(text, "\n") {
		from, to := at, at+len(l)
		at = to
		keep := n < 4
		for _, c := range cs {
			keep = keep || c.From < to && c.To > from
		}
		if keep && strings.TrimSpace(l) != "" && b.Len()+len(l) < most {
			b.WriteString(strings.Join(strings.Fields(l), " ") + "\n")
		}
	}
	return strings.TrimSpace(b.String())
}
