package insight

// Kind names what a finding is about.
type Kind string

const (
	Identity     Kind = "identity"      // what the VIN says the vehicle is
	Spec         Kind = "spec"          // engine, drive, transmission
	CheckDigit   Kind = "check-digit"   // position 9 does not add up
	VINError     Kind = "vin-error"     // any other error code of the decode; Metric says which
	VINClean     Kind = "vin-clean"     // error code 0
	Claim        Kind = "claim"         // claimed against decoded, one a field; Metric is the field
	Odometer     Kind = "odometer"      // the last reading
	Rollback     Kind = "rollback"      // a reading below an earlier one
	Jump         Kind = "jump"          // a rise that nobody drives
	PerYear      Kind = "per-year"      // distance against age
	Siblings     Kind = "siblings"      // odometer against similar vehicles
	NoComparison Kind = "no-comparison" // too few similar vehicles
	Cost         Kind = "cost"          // service and fuel over distance
	NotEnough    Kind = "not-enough-data"
	ServiceDue   Kind = "service" // due or overdue, one a service kind; Metric is the service kind
	OnTime       Kind = "on-time" // no recorded service is due or overdue
	Unrecorded   Kind = "unrecorded"
	Gap          Kind = "gap"
	Quality      Kind = "quality" // what is missing from the records
)

// Direction says how a value stands to its reference.
type Direction string

const (
	None       Direction = ""
	Above      Direction = "above"
	FarAbove   Direction = "far above"
	Near       Direction = "near"
	Below      Direction = "below"
	FarBelow   Direction = "far below"
	Differs    Direction = "differs"
	Agrees     Direction = "agrees"
	Untestable Direction = "untestable"
	Overdue    Direction = "overdue"
	Due        Direction = "due"
	Within     Direction = "within"
	Between    Direction = "between"
	Since      Direction = "since"
	Unknown    Direction = "unknown"
)

// Severity says how much a finding matters. Critical: stop and verify before
// any money moves. Warning: it will cost time or money. Info: good to know.
type Severity string

const (
	Critical Severity = "critical"
	Warning  Severity = "warning"
	Info     Severity = "info"
)

// Urgent reports whether a briefing must name the finding.
func (s Severity) Urgent() bool { return s == Critical || s == Warning }

// Record names a document at the revision that was read.
type Record struct {
	Collection string `json:"collection"`
	Key        string `json:"key"`
	Rev        int64  `json:"rev"`
}

// Finding is one thing that code found, with its proof. Values are text: a
// plain decimal ("82838.4") where Unit is set, else words.
type Finding struct {
	ID        string    `json:"id"`      // "F1", in the order of the briefing
	Kind      Kind      `json:"kind"`    //
	Subject   string    `json:"subject"` // what it is about, in words: "odometer", "oil change"
	Metric    string    `json:"metric"`
	Value     string    `json:"value"`
	Unit      string    `json:"unit"`
	Reference string    `json:"reference"` // what Value was compared with, in the same unit; empty is nothing
	N         int       `json:"n"`         // how many the reference, or the count in Value, rests on
	Direction Direction `json:"direction"`
	Severity  Severity  `json:"severity"`
	Dates     []string  `json:"dates"` // YYYY-MM-DD
	Records   []Record  `json:"records"`
	Method    string    `json:"method"` // how it was found, for whoever opens it
}

// good reports whether f is good news; urgent findings are bad news, and
// the rest is neither.
func (f Finding) good() bool {
	switch f.Kind {
	case VINClean, OnTime:
		return true
	case Claim:
		return f.Direction == Agrees
	case Cost:
		return f.Direction == Below || f.Direction == FarBelow
	default:
		return false
	}
}
