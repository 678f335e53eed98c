package audit

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/sheet"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Format is a form of export.
type Format string

const (
	CSV   Format = "csv"   // for people and spreadsheets
	JSONL Format = "jsonl" // the stored entries, one a line: their hashes can be checked from them
)

// Check refuses a format that there is not.
func (f Format) Check() error {
	if f != CSV && f != JSONL {
		return fault.InvalidField("/format", "is not a format of the trail", "use csv or jsonl")
	}
	return nil
}

var columns = []string{"n", "at", "event", "actor_kind", "actor_id", "actor", "from", "via", "subject_kind", "subject_id", "subject",
	"count", "since", "batch", "note", "documents", "hash"}

// Export writes the entries that a filter picks, the oldest first, a page at
// a time: the trail may be longer than the memory.
func (t *Trail) Export(ctx context.Context, s store.Scope, f Filter, format Format, w io.Writer) error {
	if err := format.Check(); err != nil {
		return err
	}
	p, err := t.span(ctx, s, f)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if format == CSV {
		if err := out.Write(columns); err != nil {
			return err
		}
	}
	var failed error
	err = t.walk(ctx, s, f, p, false, func(rec store.Record, e *Entry) bool {
		switch {
		case ctx.Err() != nil:
			failed = ctx.Err()
		case e == nil:
			failed = fault.New(fault.Unavailable, "the entry %s of the trail is damaged on disk", rec.Key).WithRemedy("run `hubcap doctor`, and export the parts before and after it")
		case !f.matches(rec.Doc, e):
		case format == JSONL:
			_, failed = w.Write(append(rec.Doc, '\n'))
		default:
			failed = out.Write(e.cells())
		}
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	if format == CSV {
		out.Flush()
		if err == nil {
			err = out.Error()
		}
	}
	if err != nil {
		return fmt.Errorf("export the trail: %w", err)
	}
	return nil
}

func (e *Entry) cells() []string {
	moment := func(t store.Timestamp) string {
		if t.IsZero() {
			return ""
		}
		b, _ := t.MarshalJSON() // it was read from JSON
		return string(b[1 : len(b)-1])
	}
	count, what := "", ""
	if e.Count > 0 {
		count = strconv.FormatInt(e.Count, 10)
	}
	var written any
	switch {
	case len(e.Documents) > 0:
		written = e.Documents
	case len(e.Counts) > 0:
		written = e.Counts
	}
	if written != nil {
		b, err := json.Marshal(written)
		if err == nil {
			what = string(b)
		}
	}
	row := []string{strconv.FormatInt(e.N, 10), moment(e.At), string(e.Event), string(e.Actor.Kind), e.Actor.ID, e.Actor.Name, e.From, e.Via,
		e.Subject.Kind, e.Subject.ID, e.Subject.Name, count, moment(e.Since), e.Batch, e.Note, what, e.Hash}
	return sheet.Row(row)
}
