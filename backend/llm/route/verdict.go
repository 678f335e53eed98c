package route

import (
	"context"
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Check is the built-in examination for one capability.
type Check struct {
	Capability llm.Capability
	// Version changes with whatever the check looks at; an older verdict no
	// longer counts then.
	Version string
	// Run examines an engine that can do the job. It reports progress in its
	// own steps. An error means that the check could not be made, which is no
	// verdict.
	Run func(ctx context.Context, e *Engine, progress func(done, total int)) (Report, error)
}

// Report is what a check came to.
type Report struct {
	Earned  bool     `json:"earned"`
	Reason  string   `json:"reason"` // one sentence: why, or why not
	Figures []Figure `json:"figures"`
}

// Figure is one measured value.
type Figure struct {
	Name  string `json:"name"`  // such as "first sentence"
	Value string `json:"value"` // decimal
	Unit  string `json:"unit"`  // "" for a plain number
}

// Verdict is a saved report. It belongs to this machine: a model may be fast
// enough on one and too slow on another.
type Verdict struct {
	Key        string          `json:"key"`
	Ref        string          `json:"ref"`
	Title      string          `json:"title"`
	Capability llm.Capability  `json:"capability"`
	Version    string          `json:"version"`
	Report     Report          `json:"report"`
	TookMS     int64           `json:"tookMs"`
	At         store.Timestamp `json:"at"`
}

// Verdicts is the collection of what models earned here.
var Verdicts = store.Define(store.Def[Verdict]{
	Name: "model_verdicts", Class: store.Local, Schema: 1,
	Key: func(v *Verdict) string { return v.Key },
})

// verdictKey names the verdict of these bytes under this check.
func verdictKey(e *Engine, c Check) string {
	return fmt.Sprintf("%s %s %s", c.Capability, e.Ref, digest(e.Print, c.Version))
}
