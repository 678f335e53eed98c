package rest

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/sheet"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// exportMost is how many rows an export of the list may have: as far as a
// search reaches.
const exportMost = 100_000

// found walks over all that a search finds, page by page in its order. What
// changes meanwhile may be missed or come twice; a vehicle comes once.
func found(ctx context.Context, d Deps, c vehicle.Caller, q, sort string, first *search.Result) iter.Seq2[*FoundVehicle, error] {
	return func(yield func(*FoundVehicle, error) bool) {
		seen := map[string]bool{}
		r := *first
		for at := 0; ; {
			var page Found
			if err := page.fill(ctx, d, c, r.Hits); err != nil {
				yield(nil, err)
				return
			}
			for i := range page.Items {
				v := &page.Items[i]
				if seen[v.Vehicle.ID] {
					continue
				}
				seen[v.Vehicle.ID] = true
				if !yield(v, nil) {
					return
				}
			}
			if r.Next == "" {
				return
			}
			at += search.MaxHits
			var err error
			if r, err = searchPage(ctx, d, c, q, sort, at); err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

func searchPage(ctx context.Context, d Deps, c vehicle.Caller, q, sort string, at int) (search.Result, error) {
	if sort == "" && q == "" {
		sort = "-changed"
	}
	return d.Search.Search(ctx, c.Scope, search.Request{Kind: vehicle.VehiclesName, Query: q, Sort: sort, Offset: at, Limit: search.MaxHits})
}

// listExport is an export of what the list shows.
type listExport struct {
	columns []column
	rows    iter.Seq2[*FoundVehicle, error]
}

// exportOf makes an export of what the list shows; what is wrong with it is
// found before the first byte goes out.
func exportOf(ctx context.Context, d Deps, c vehicle.Caller, q, sort string, columns []string) (func(context.Context) listExport, error) {
	p, err := d.Accounts.Preferences(ctx, c.Scope.Org(), c.Actor)
	if err != nil {
		return nil, err
	}
	chosen, err := chosenColumns(columns, p.Distance)
	if err != nil {
		return nil, err
	}
	first, err := searchPage(ctx, d, c, q, sort, 0)
	switch {
	case err != nil:
		return nil, err
	case first.Building:
		return nil, fault.New(fault.Unavailable, "the search index is being built").WithRemedy("try again in a moment: before that some vehicles would be missing")
	case first.Total > exportMost:
		return nil, fault.New(fault.Limited, "%d vehicles match, and an export of the list has %d rows at most", first.Total, exportMost).WithRemedy("narrow the search, or export all vehicles as CSV or JSON Lines without columns")
	}
	return func(ctx context.Context) listExport { return listExport{chosen, found(ctx, d, c, q, sort, &first)} }, nil
}

func (e *listExport) header() []string {
	out := make([]string, len(e.columns))
	for i, c := range e.columns {
		out[i] = c.header
	}
	return out
}

// cells are the rows as text.
func (e *listExport) cells() iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for v, err := range e.rows {
			if err != nil {
				yield(nil, err)
				return
			}
			row := make([]string, len(e.columns))
			for i, c := range e.columns {
				row[i] = c.of(v)
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (e *listExport) write(w io.Writer, format string) error {
	switch format {
	case "xlsx":
		return list.WriteXLSX(w, "Vehicles", e.header(), e.cells())
	case "json":
		return e.json(w)
	case "jsonl":
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for v, err := range e.rows {
			if err == nil {
				err = enc.Encode(v.Vehicle)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	out := csv.NewWriter(w)
	if err := out.Write(e.header()); err != nil {
		return err
	}
	for row, err := range e.cells() {
		if err == nil {
			err = out.Write(sheet.Row(row))
		}
		if err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// json writes an array of objects with the columns by their names.
func (e *listExport) json(w io.Writer) error {
	n := 0
	for row, err := range e.cells() {
		if err != nil {
			return err
		}
		object := make(map[string]string, len(row))
		for i, c := range e.columns {
			object[c.name] = row[i]
		}
		b, err := json.Marshal(object)
		if err != nil {
			return err
		}
		before := "[\n"
		if n > 0 {
			before = ",\n"
		}
		if _, err := fmt.Fprintf(w, "%s%s", before, b); err != nil {
			return err
		}
		n++
	}
	end := "\n]\n"
	if n == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(w, end)
	return err
}
