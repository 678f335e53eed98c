package job

import (
	"encoding/json"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// State is where a job stands.
type State string

const (
	Queued   State = "queued"   // waits for its turn; also what a stop or a crash interrupted
	Running  State = "running"  // is being done
	Paused   State = "paused"   // waits for somebody to resume it
	Done     State = "done"     // came to its end
	Failed   State = "failed"   // ended with Problem
	Canceled State = "canceled" // ended by somebody; its finished rows stay
)

// States returns all states, those of an unfinished job first.
func States() []State { return []State{Queued, Running, Paused, Done, Failed, Canceled} }

// Ended reports whether nothing more will happen to a job.
func (s State) Ended() bool { return s == Done || s == Failed || s == Canceled }

// Job is one piece of long work.
type Job struct {
	ID    string          `json:"id"`
	Kind  string          `json:"kind"`
	Title string          `json:"title"` // for a person: "Build the search index again"
	State State           `json:"state"`
	By    actor.Actor     `json:"by"`
	Input json.RawMessage `json:"input"` // what it was started with; null is nothing

	Count   int64  `json:"done"`  // steps or rows finished
	Total   int64  `json:"total"` // 0 is not known
	Note    string `json:"note"`  // what is being done right now
	Rows    int64  `json:"rows"`  // results kept, which a cancel leaves in place
	Problem string `json:"problem"`
	Remedy  string `json:"remedy"`

	Result     json.RawMessage `json:"result"` // small; null until there is one
	Checkpoint json.RawMessage `json:"checkpoint"`
	Saves      int64           `json:"saves"` // checkpoints saved so far

	Attempts int   `json:"attempts"` // starts, the first one included
	Crashes  int   `json:"crashes"`  // in a row, without a checkpoint between them
	CrashAt  int64 `json:"crashAt"`  // Saves at the last crash

	Created store.Timestamp `json:"created"`
	Began   store.Timestamp `json:"began"` // the last start
	Ended   store.Timestamp `json:"ended"`
}

// place makes a job its starter's own.
func (j *Job) place() store.Place { return store.Place{Owner: j.By.ID} }

// Status is a job with what is known of it only while it runs.
type Status struct {
	Job
	Org   string
	Rate  float64       // steps a second over the last moments; 0 is not known
	ETA   time.Duration // to the end at that rate; 0 is not known
	Asked string        // "pause" or "cancel" while the job has yet to reach a step
	Gone  bool          // it was removed
}

// Jobs is the collection of jobs. It is local: a job belongs to the
// installation that does the work.
var Jobs = store.Define(store.Def[Job]{
	Name: "jobs", Class: store.Local, Schema: 1,
	Key:   func(j *Job) string { return j.ID },
	Place: func(j *Job) store.Place { return j.place() },
	Indexes: []store.Index[Job]{
		{Name: "open", Fields: []store.Field[Job]{
			{Name: "ended", Kind: store.Bool, Value: func(j *Job) store.Value { return store.Flag(j.State.Ended()) }},
			{Name: "created", Kind: store.Time, Value: func(j *Job) store.Value { return j.Created.Value() }},
		}},
		{Name: "ended", Fields: []store.Field[Job]{
			{Name: "ended", Kind: store.Time, Value: func(j *Job) store.Value { return j.Ended.Value() }},
		}},
	},
})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{Jobs.Schema()} }
