package drill

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// Signed is a report as it is kept: its exact bytes, who signed them, and the
// signature.
type Signed struct {
	Report    json.RawMessage `json:"report"`
	Key       []byte          `json:"key"`       // public, of the backup's holder
	Signature []byte          `json:"signature"` // Ed25519 over the bytes of report
}

// Sign writes a report as JSON, signed by the holder of the backup.
func Sign(r *Report, by *backup.Repo) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	s := Signed{Report: text}
	s.Signature, s.Key = by.Sign(text)
	b, err := json.Marshal(s)
	return append(b, '\n'), err
}

// Check reads a signed report. The key that it returns says whose backup the
// report is about; compare it with the one that you know.
func Check(file []byte) (*Report, []byte, error) {
	var s Signed
	if err := json.Unmarshal(file, &s); err != nil {
		return nil, nil, fault.Wrap(fault.Invalid, err, "this is not a drill's report").WithRemedy("give the JSON file that `hubcap drill` wrote")
	}
	if !seal.Signed(s.Key, s.Report, s.Signature) {
		return nil, nil, fault.New(fault.Invalid, "the report was changed after it was signed").WithRemedy("run the drill again")
	}
	var r Report
	if err := json.Unmarshal(s.Report, &r); err != nil {
		return nil, nil, err
	}
	if r.Format > Format {
		return nil, nil, fault.New(fault.Conflict, "the report is of the newer form %d", r.Format).WithRemedy("use a newer hubcap")
	}
	return &r, s.Key, nil
}

//go:embed report.html
var page string

// WriteHTML writes a report for people: one file, that prints.
func WriteHTML(w io.Writer, r *Report, key []byte) error {
	t, err := template.New("report").Funcs(template.FuncMap{
		"ms": func(n int64) string {
			return (time.Duration(n) * time.Millisecond).Round(10 * time.Millisecond).String()
		},
		"mb":   func(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) },
		"when": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
		"sum": func(m map[string]int) (n int) {
			for _, v := range m {
				n += v
			}
			return n
		},
		"hex": func(b []byte) string { return fmt.Sprintf("%x", b) },
	}).Parse(page)
	if err != nil {
		return fmt.Errorf("the report's page: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, struct {
		*Report
		Key []byte
	}{r, key}); err != nil {
		return err
	}
	_, err = b.WriteTo(w)
	return err
}
