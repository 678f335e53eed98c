package intake

import (
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/intake/checklist"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Intake is one evening's work, as it is kept.
type Intake struct {
	ID      string           `json:"id"`
	Name    string           `json:"name"`
	Files   []File           `json:"files"`
	NextN   int              `json:"nextN"` // number of the next file: numbers are not used again
	Wishes  checklist.Wishes `json:"wishes"`
	Against string           `json:"against,omitempty"` // the intake that prices and lots are compared with
	Commits []Commit         `json:"commits"`
	Edits   int64            `json:"edits"` // counts the writes of its edits, so that a look knows when it is behind

	By      actor.Actor     `json:"by"`
	Created store.Timestamp `json:"created"`
	Updated store.Timestamp `json:"updated"`
	Removed store.Timestamp `json:"removed,omitzero"` // set while it lies in the trash

	Location string `json:"location,omitempty"`
	Group    string `json:"group,omitempty"`
	Owner    string `json:"owner,omitempty"`
}

// File is one list of an intake.
type File struct {
	N       int             `json:"n"` // its number in the intake
	Name    string          `json:"name"`
	SHA256  string          `json:"sha256"`
	Bytes   int64           `json:"bytes"`
	Reading list.Options    `json:"reading"` // what somebody set; the rest is detected
	Table   list.Table      `json:"table"`
	Rows    int             `json:"rows"`
	Mapping mapping.Mapping `json:"mapping"`
	// Remembered is set where the mapping is one that was saved for a file with
	// the same headings.
	Remembered bool `json:"remembered,omitempty"`
}

// Commit is one job that took rows of the intake into the hub.
type Commit struct {
	Batch   string          `json:"batch"` // the job's id, and what Undo takes
	At      store.Timestamp `json:"at"`
	By      actor.Actor     `json:"by"`
	Policy  vehicle.Policy  `json:"policy"`
	Outcome Outcome         `json:"outcome"`
	Ended   bool            `json:"ended"` // false: it was begun, and its job tells how far it is

	// Undone is that it was taken back since; it is found out for who reads the
	// intake, and never stored.
	Undone bool `json:"undone,omitempty"`
}

// Ref names a row of an intake.
type Ref struct {
	File int `json:"file"` // File.N
	Row  int `json:"row"`  // from 1, after the header
}

// after reports whether the row comes after another: files stand in the order
// of their numbers.
func (r Ref) after(x Ref) bool { return r.File > x.File || r.File == x.File && r.Row > x.Row }

// Decision is what somebody wants to happen with a row at the commit.
type Decision string

// The decisions. Undecided rows go by their status and the commit's policy.
const (
	Undecided Decision = ""
	Leave     Decision = "leave"     // do not take it
	Take      Decision = "take"      // take it whatever its status
	Fill      Decision = "fill"      // of a vehicle that is here: fill what is blank
	Overwrite Decision = "overwrite" // of a vehicle that is here: the list wins
)

// Edit is what somebody changed in one row.
type Edit struct {
	ID       string          `json:"id"` // see editKey
	Intake   string          `json:"intake"`
	Ref      Ref             `json:"ref"`
	Values   []Value         `json:"values"`
	Decision Decision        `json:"decision,omitempty"`
	By       actor.Actor     `json:"by"`
	At       store.Timestamp `json:"at"`

	Location string `json:"location,omitempty"`
	Group    string `json:"group,omitempty"`
	Owner    string `json:"owner,omitempty"`
}

// Value is a cell's text in the place of the one in the file.
type Value struct {
	Target mapping.Target `json:"target"`
	Name   string         `json:"name,omitempty"` // of the custom field
	Text   string         `json:"text"`
}

// Alias is a reading of a list's words that was accepted for all lists.
type Alias struct {
	ID string `json:"id"` // field, make and words
	claim.Alias
	By actor.Actor     `json:"by"`
	At store.Timestamp `json:"at"`
}

// Template is a mapping that is used again for files with the same headings.
type Template struct {
	ID      string          `json:"id"` // the headings' fingerprint
	Name    string          `json:"name"`
	Mapping mapping.Mapping `json:"mapping"`
	By      actor.Actor     `json:"by"`
	At      store.Timestamp `json:"at"`
}

// Intakes is the collection of intakes. A list is its owner's secret, so a
// scope of one's own sees no other's.
var Intakes = store.Define(store.Def[Intake]{
	Name: "intakes", Class: store.Truth, Schema: 1,
	Key:   func(i *Intake) string { return i.ID },
	Place: func(i *Intake) store.Place { return store.Place{Location: i.Location, Group: i.Group, Owner: i.Owner} },
	Indexes: []store.Index[Intake]{
		{Name: "removed", Fields: []store.Field[Intake]{
			{Name: "removed", Kind: store.Bool, Value: func(i *Intake) store.Value { return store.Flag(!i.Removed.IsZero()) }},
			{Name: "created", Kind: store.Time, Value: func(i *Intake) store.Value { return i.Created.Value() }},
		}},
	},
	Blobs: func(i *Intake) []string {
		names := make([]string, len(i.Files))
		for n := range i.Files {
			names[n] = i.Files[n].SHA256
		}
		return names
	},
})

// Edits is the collection of edited rows.
var Edits = store.Define(store.Def[Edit]{
	Name: "intake_edits", Class: store.Truth, Schema: 1,
	Key:   func(e *Edit) string { return e.ID },
	Place: func(e *Edit) store.Place { return store.Place{Location: e.Location, Group: e.Group, Owner: e.Owner} },
	Indexes: []store.Index[Edit]{
		{Name: "intake", Fields: []store.Field[Edit]{
			{Name: "intake", Kind: store.Text, Value: func(e *Edit) store.Value { return store.String(e.Intake) }},
		}},
	},
})

// Aliases is the collection of accepted readings.
var Aliases = store.Define(store.Def[Alias]{
	Name: "claim_aliases", Class: store.Truth, Schema: 1,
	Key: func(a *Alias) string { return a.ID },
})

// Templates is the collection of remembered mappings.
var Templates = store.Define(store.Def[Template]{
	Name: "import_templates", Class: store.Truth, Schema: 1,
	Key: func(t *Template) string { return t.ID },
})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema {
	return []*store.Schema{Intakes.Schema(), Edits.Schema(), Aliases.Schema(), Templates.Schema(), WatchedFiles.Schema()}
}
