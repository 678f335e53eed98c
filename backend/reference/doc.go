// Package reference keeps public data about models of vehicles that somebody
// brought in: NHTSA's recalls (FLAT_RCL) and EPA's fuel economy
// (vehicles.csv). Both are joined to a vehicle by make, model and model year,
// never by its VIN: what is found applies to the model, and whether to this
// vehicle is confirmed by its VIN at the maker or at NHTSA.
//
// A Shelf is the folder DATA/reference. Each file brought in becomes a book
// there, made beside the one in use and chosen at the end by the renaming of
// the file current, so that half an import is never seen. A book is neither
// truth nor derived from truth: anybody can have the same file from its
// publisher again, so it fills neither the change log nor the backup, and it
// is the same on every engine. After a restore, and on each node of several,
// the files are brought in anew.
//
// The words are the publishers': a campaign is one recall with its number
// (CAMPNO), a component what is recalled, a remedy what the maker does.
package reference

import "time"

// Kind is a sort of public data.
type Kind string

// The kinds of data.
const (
	RecallData  Kind = "recalls"
	EconomyData Kind = "economy"
)

// Match says how the model of a row is that of the vehicle.
type Match string

// The matches, the best first.
const (
	Same    Match = "same"    // the row names this model
	Variant Match = "variant" // the row names a kind of this model: F-150 SUPERCREW
	Broader Match = "broader" // the row names what this model is a kind of: SPRINTER
)

// Recall is one campaign as far as it concerns a model of a year.
type Recall struct {
	Campaign     string   `json:"campaign"`           // NHTSA's number, "23V123000"
	Reported     string   `json:"reported,omitempty"` // day on which NHTSA had the report, YYYY-MM-DD
	Manufacturer string   `json:"manufacturer,omitempty"`
	Components   []string `json:"components"`
	Summary      string   `json:"summary"`
	Consequence  string   `json:"consequence,omitempty"`
	Remedy       string   `json:"remedy,omitempty"`
	Notes        string   `json:"notes,omitempty"`
	Affected     int      `json:"affected,omitempty"` // vehicles that may be affected, of all models; 0 is unknown
	DoNotDrive   bool     `json:"doNotDrive,omitempty"`
	ParkOutside  bool     `json:"parkOutside,omitempty"`

	Model       string `json:"model"` // as NHTSA writes it
	Match       Match  `json:"match" enum:"same,variant,broader"`
	YearUnknown bool   `json:"yearUnknown,omitempty"` // NHTSA gives no model year (9999)
}

// Economy is one configuration of a model that EPA rated. The ratings are
// miles per US gallon, of what runs on electricity the equivalent (MPGe).
type Economy struct {
	Model        string `json:"model"` // as EPA writes it
	Match        Match  `json:"match" enum:"same,variant,broader"`
	Cylinders    string `json:"cylinders,omitempty"`
	Displacement string `json:"displacement,omitempty"` // litres
	Drive        string `json:"drive,omitempty"`
	Transmission string `json:"transmission,omitempty"`
	Fuel         string `json:"fuel,omitempty"`
	Class        string `json:"class,omitempty"` // EPA's size class
	City         int    `json:"city"`
	Highway      int    `json:"highway"`
	Combined     int    `json:"combined"`
}

// Source is a file that was brought in.
type Source struct {
	Kind     Kind      `json:"kind" enum:"recalls,economy"`
	Part     string    `json:"part,omitempty"`   // "pre 2010" where NHTSA splits its file; empty is all
	Name     string    `json:"name"`             // what the file was called
	Newest   string    `json:"newest,omitempty"` // its own newest date, YYYY-MM-DD: what is later is not in it
	Imported time.Time `json:"imported"`
	Rows     int       `json:"rows"`    // read
	Used     int       `json:"used"`    // that are about vehicles
	Damaged  int       `json:"damaged"` // left out: not as the publisher describes its rows
	Entries  int       `json:"entries"` // campaigns, or configurations
	Bytes    int64     `json:"bytes"`   // that the book takes on disk
	Digest   string    `json:"digest"`  // SHA-256 of the book
}
