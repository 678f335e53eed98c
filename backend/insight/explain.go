package insight

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Explanation says how a finding came about. Code makes all of it but
// Wording; every number in it stands in a record that it names.
type Explanation struct {
	Finding   Finding   `json:"finding"`
	Statement string    `json:"statement"`         // the finding as a sentence
	Compared  string    `json:"compared"`          // what with what; empty where nothing is compared
	Rule      string    `json:"rule"`              // how it was found
	Evidence  []Exhibit `json:"evidence"`          // by date, the oldest first
	More      int       `json:"more"`              // records that rest it too and are not listed
	Related   []Related `json:"related"`           // texts about the same, which prove nothing; this vehicle's first
	Wording   *Wording  `json:"wording,omitempty"` // a model's; nil where none has earned to write, or none held
}

// Exhibit is one record and what it says.
type Exhibit struct {
	Record Record `json:"record"`
	Date   string `json:"date"` // YYYY-MM-DD; empty for one without
	Text   string `json:"text"`
}

// Wording is a model's text about one statement.
type Wording struct {
	Sentences []Sentence `json:"sentences"`
	Model     string     `json:"model"`
	Where     string     `json:"where,omitempty"`
	Label     string     `json:"label"`
}

// maxExhibits bounds the records that an explanation lists.
const maxExhibits = 60

// Explain explains a finding of a saved vehicle as it stands now.
func (s *Service) Explain(ctx context.Context, c vehicle.Caller, id, finding string) (Explanation, error) {
	f, err := s.gather(ctx, c, id)
	if err != nil {
		return Explanation{}, err
	}
	findings := Find(f)
	i := slices.IndexFunc(findings, func(x Finding) bool { return x.ID == finding })
	if i < 0 {
		return Explanation{}, fault.New(fault.NotFound, "this vehicle has no finding %q now", cut(finding)).WithRemedy("read its briefing again: the records may have changed")
	}
	x := findings[i]
	group := group1(x, findings)
	// A finding that is said with another, such as a drive with the vehicle,
	// is explained within the other's sentence.
	for _, t := range topicsOf(findings) {
		if slices.ContainsFunc(t.findings, func(g Finding) bool { return g.ID == x.ID }) {
			group = t.findings
		}
	}
	p := newPlan(group)
	e := Explanation{Finding: x, Compared: compared(x), Rule: x.Method, Evidence: []Exhibit{}, Related: []Related{}}
	if text := p.sentences(p.rulesPath(seed(id, group, f.Now))); len(text) > 0 {
		e.Statement = text[0].Text
	}
	for _, r := range x.Records {
		if len(e.Evidence) == maxExhibits {
			break
		}
		e.Evidence = append(e.Evidence, exhibit(&f, r))
	}
	e.More = len(x.Records) - len(e.Evidence)
	slices.SortStableFunc(e.Evidence, func(a, b Exhibit) int { return strings.Compare(a.Date, b.Date) })
	if related := s.related(ctx, c, &f, x); len(related) > 0 {
		e.Related = related
	}
	if s.models != nil {
		e.Wording = s.wording(ctx, c, group)
	}
	return e, nil
}

// compared says what a finding's value was held against.
func compared(f Finding) string {
	if f.Reference == "" {
		return ""
	}
	if f.Kind == ServiceDue {
		interval := f.Unit
		if interval == "days" {
			interval = "months" // the interval's own unit, see due
		}
		by := "due in"
		if f.Direction == Overdue {
			by = "overdue by"
		}
		return fmt.Sprintf("%s: %s %s, at an interval of %s", f.Subject, by, spoken(f.Value, f.Unit), spoken(f.Reference, interval))
	}
	text := fmt.Sprintf("%s of the %s: %s, held against %s", f.Metric, f.Subject, spoken(f.Value, f.Unit), spoken(f.Reference, f.Unit))
	if f.N > 1 {
		text += fmt.Sprintf(" (from %s)", count(f.N))
	}
	if f.Direction != None {
		text += ": " + string(f.Direction)
	}
	return text
}

// wording has a model on this computer say one statement.
func (s *Service) wording(ctx context.Context, c vehicle.Caller, group []Finding) *Wording {
	var out *Wording
	h := fnv.New64a()
	fmt.Fprint(h, group[0].Kind, group[0].Value)
	err := s.models.Do(ctx, c.Scope, llm.Write, func(ctx context.Context, e *route.Engine) error {
		if e.Away {
			return notAsked(e)
		}
		a, err := newWriter(group, h.Sum64()).write(ctx, e.Chatter, nil, nil)
		if err != nil {
			return err
		}
		b := Briefing{Way: Written}
		b.by(e)
		out = &Wording{Sentences: a.text, Model: e.Title, Where: b.Where, Label: b.Label()}
		return nil
	})
	if err != nil {
		s.log.Debug("explanation stays at rules", "err", err)
	}
	return out
}

// exhibit says what a record holds.
func exhibit(f *Facts, r Record) Exhibit {
	h, x := &f.History, Exhibit{Record: r}
	for _, d := range h.Readings {
		if d.Record.ID == r.Key {
			x.Date, x.Text = string(d.Record.Date), "odometer reading "+distance(&d.Record.Odometer, f.Unit)
		}
	}
	for _, d := range h.Services {
		if d.Record.ID == r.Key {
			x.Date, x.Text = string(d.Record.Date), serviceText(&d.Record, f.Unit)
		}
	}
	for _, d := range h.Fuels {
		if d.Record.ID == r.Key {
			x.Date, x.Text = string(d.Record.Date), fillingText(&d.Record, f.Unit)
		}
	}
	switch {
	case x.Text != "":
	case r.Key == h.Vehicle.ID:
		x.Text = "this vehicle, VIN " + h.Vehicle.VIN
	default:
		x.Text = "a similar vehicle"
	}
	return x
}

// distance is what stands in the record, and behind it the same in the
// reader's unit where that is another.
func distance(d *vehicle.Distance, unit string) string {
	text := amount(trimZeros(d.Value), d.Unit)
	if d.Unit != unit {
		text += " (" + amount(whole(d.Meters, unit), unit) + ")"
	}
	return text
}

func serviceText(r *vehicle.ServiceRecord, unit string) string {
	var work []string
	for _, it := range r.Items {
		k, _ := vehicle.KindOf(it.Kind)
		name := k.Name
		if it.Cost != nil {
			name += " (" + it.Cost.String() + ")"
		}
		work = append(work, name)
	}
	text := "service: " + list(work, "and")
	if r.Odometer != nil {
		text += ", at " + distance(r.Odometer, unit)
	}
	return text
}

func fillingText(r *vehicle.FuelRecord, unit string) string {
	text := "fuel: " + amount(trimZeros(r.Volume.Value), r.Volume.Unit)
	if r.Cost != nil {
		text += " for " + r.Cost.String()
	}
	if r.Odometer != nil {
		text += ", at " + distance(r.Odometer, unit)
	}
	return text
}

// Outgoing is what a model would be sent to write a vehicle's briefing, and
// who would be asked, in order.
type Outgoing struct {
	Engines []Asked `json:"engines"`
	System  string  `json:"system"`
	Prompt  string  `json:"prompt"`
}

// Asked is a model that would be asked.
type Asked struct {
	Model string `json:"model"`
	Away  bool   `json:"away"` // the prompt would leave this computer
	Where string `json:"where"`
}

// Outgoing shows, word by word, what Draft.Word would send for writing.
func (s *Service) Outgoing(ctx context.Context, c vehicle.Caller, id string) (Outgoing, error) {
	f, err := s.gather(ctx, c, id)
	if err != nil {
		return Outgoing{}, err
	}
	r := newWriter(Find(f), 0).request(1, nil)
	out := Outgoing{Engines: []Asked{}, System: r.System, Prompt: r.Prompt}
	if s.models == nil {
		return out, nil
	}
	engines, err := s.models.For(ctx, c.Scope, llm.Write)
	if err != nil {
		return out, err
	}
	for _, e := range engines {
		out.Engines = append(out.Engines, Asked{Model: e.Title, Away: e.Away, Where: e.Where})
	}
	return out, nil
}
