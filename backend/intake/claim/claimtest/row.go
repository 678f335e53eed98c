package claimtest

import (
	_ "embed"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

//go:embed vins.txt
var vinsText string

// VINs are VINs of the road's mix that decode cleanly; `go run
// ./cmd/benchintake -write-vins` draws them from vPIC's tables.
func VINs() []string { return strings.Fields(vinsText) }

// Now is the clock that the VINs were drawn at.
var Now = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// A Row is one line of a list.
type Row struct {
	VIN     string
	Style   string
	Claimed claim.Claimed
	// Wrong is the field with the planted error, empty for an honest row.
	Wrong claim.Field
	Truth string // what the VIN says there
}

// A Writer writes rows. It is not for several goroutines at once.
type Writer struct {
	d    *vin.Decoder
	rnd  *rand.Rand
	r    vin.Result
	base []string
}

// NewWriter returns a writer over the VINs; the same seed writes the same
// list.
func NewWriter(d *vin.Decoder, vins []string, seed uint64) *Writer {
	return &Writer{d: d, rnd: rand.New(rand.NewPCG(seed, 0x6c697374)), base: vins}
}

// List writes n rows, of which about one in five holds a planted error.
func (w *Writer) List(n int) []Row {
	rows := make([]Row, 0, n)
	for len(rows) < n {
		s := pick(w, w.base)
		w.d.DecodeInto(&w.r, s, vin.Options{Now: Now})
		st := pick(w, styles)
		row := Row{VIN: s, Style: st.name, Claimed: w.honest(st)}
		if w.chance(20) {
			w.plant(&row, st)
		}
		rows = append(rows, row)
	}
	return rows
}

func pick[T any](w *Writer, s []T) T       { return s[w.rnd.IntN(len(s))] }
func (w *Writer) chance(percent int) bool  { return w.rnd.IntN(100) < percent }
func (w *Writer) of(options string) string { return pick(w, strings.Split(options, "|")) }
func (w *Writer) get(code string) string {
	v := w.r.Value(code)
	if v == nil || v.Source == vin.SourceDefault || v.Text == "Not Applicable" {
		return ""
	}
	return v.Text
}
