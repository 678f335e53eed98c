package invoice

// Span is a part of the text in bytes, from From up to To.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Candidate is a part of the text that may be a field's value.
type Candidate struct {
	Text  string `json:"text"`           // as it stands in the text
	Value string `json:"value"`          // as Hubcap writes it: 2026-03-14, 84120, 412.50
	Unit  string `json:"unit,omitempty"` // km or mi; a currency's code
	Span
	score int // how much the words around it speak for it
}

// Agreement says why a field is filled, or why it is not.
type Agreement string

const (
	Both   Agreement = "both"   // rules and model chose the same
	Rules  Agreement = "rules"  // rules alone: no model was asked, or there was nothing to choose
	Differ Agreement = "differ" // they differ, and a person decides
	Unsure Agreement = "unsure" // the rules can't decide
	Absent Agreement = "absent" // the text has none
)

// Line is one field of the draft. Chosen is left out unless it may be filled in.
type Line struct {
	Name       string      `json:"name"`
	Chosen     *Candidate  `json:"chosen,omitempty"`
	Agreement  Agreement   `json:"agreement"`
	Candidates []Candidate `json:"candidates"` // the likeliest first
}

// Work is a kind of work that the text names.
type Work struct {
	Kind string `json:"kind"` // of vehicle.ServiceKinds
	Text string `json:"text"`
	Span
}

// Sheet is what the text says: the draft of a service record.
type Sheet struct {
	Fields []Line  `json:"fields"` // date, odometer, total, number, shop, vin, plate
	Work   []Work  `json:"work"`   // one a kind, in the text's order
	Model  *string `json:"model"`  // that gave a second opinion; nil without one
}

// Field returns the field called name.
func (d *Sheet) Field(name string) Line {
	for _, f := range d.Fields {
		if f.Name == name {
			return f
		}
	}
	return Line{}
}
