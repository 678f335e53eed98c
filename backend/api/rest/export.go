package rest

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/sheet"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

func registerExport(api huma.API, d Deps) {
	huma.Register(api, huma.Operation{OperationID: "exportVehicles", Method: http.MethodGet, Path: "/api/v1/vehicles/export", Tags: []string{"vehicles"},
		Summary:     "Export the vehicles that you see, the last changed first, or what the list shows",
		Description: "CSV with a row a vehicle, or JSON Lines with the vehicles as the API gives them. With q, sort or columns, and always as XLSX or JSON, it is what the list of vehicles shows: VIN, stock, plate and odometer, then the columns that are named. What you may not see is left out.",
		Responses: map[string]*huma.Response{"200": {Description: "the vehicles", Content: map[string]*huma.MediaType{
			"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}, "application/jsonl": {Schema: &huma.Schema{Type: huma.TypeString}},
			"application/json": {Schema: &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}}, xlsxMedia: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}},
		func(ctx context.Context, in *struct {
			Format  string   `query:"format" enum:"csv,jsonl,json,xlsx" default:"csv"`
			Q       string   `query:"q" maxLength:"500" doc:"what the search asks for"`
			Sort    string   `query:"sort" maxLength:"100" doc:"as in a search"`
			Columns []string `query:"columns,explode" maxItems:"100" doc:"columns of the list, field:Name for one of your own; none and no q and no sort is the whole table"`
		}) (*huma.StreamResponse, error) {
			c := caller(ctx)
			if in.Q != "" || in.Sort != "" || len(in.Columns) > 0 || in.Format == "xlsx" || in.Format == "json" {
				return d.exportList(ctx, c, in.Format, in.Q, in.Sort, in.Columns)
			}
			first, err := d.Vehicles.List(ctx, c, "", store.MaxLimit)
			if err != nil {
				return nil, err
			}
			if err := d.noteExport(ctx, c, in.Format); err != nil {
				return nil, err
			}
			media, export := "text/csv; charset=utf-8", exportCSV
			if in.Format == "jsonl" {
				media, export = "application/jsonl", exportLines
			}
			return &huma.StreamResponse{Body: func(hc huma.Context) {
				d.asFile(hc, media, in.Format)
				next := func(cursor string) (store.Page[vehicle.Vehicle], error) {
					return d.Vehicles.List(hc.Context(), c, cursor, store.MaxLimit)
				}
				if err := export(hc.BodyWriter(), first, next); err != nil {
					// Half an export must not look whole: the connection is cut.
					panic(http.ErrAbortHandler)
				}
			}}, nil
		})
}

const xlsxMedia = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// exportList exports what the list of vehicles shows.
func (d Deps) exportList(ctx context.Context, c vehicle.Caller, format, q, sort string, columns []string) (*huma.StreamResponse, error) {
	export, err := exportOf(ctx, d, c, q, sort, columns)
	if err != nil {
		return nil, err
	}
	if err := d.noteExport(ctx, c, format); err != nil {
		return nil, err
	}
	media := map[string]string{"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "json": "application/json", "xlsx": xlsxMedia}[format]
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		d.asFile(hc, media, format)
		e := export(hc.Context())
		if err := e.write(hc.BodyWriter(), format); err != nil {
			panic(http.ErrAbortHandler) // half an export must not look whole
		}
	}}, nil
}

// noteExport puts an export into the trail before it goes out.
func (d Deps) noteExport(ctx context.Context, c vehicle.Caller, format string) error {
	h := audit.Happening{Event: audit.Exported, Subject: audit.Subject{Kind: "vehicles"}, Note: format}
	return d.Audit.Record(ctx, store.Org(c.Scope.Org()), c.Actor, h)
}

// asFile makes an answer one that is saved.
func (d Deps) asFile(hc huma.Context, media, format string) {
	hc.SetHeader("Content-Type", media)
	hc.SetHeader("Cache-Control", "no-store")
	hc.SetHeader("Content-Disposition", `attachment; filename="hubcap-vehicles-`+d.Now().UTC().Format("20060102")+"."+format+`"`)
}

type nextPage func(cursor string) (store.Page[vehicle.Vehicle], error)

// eachPage calls f with p and the pages after it.
func eachPage(p store.Page[vehicle.Vehicle], next nextPage, f func(store.Doc[vehicle.Vehicle]) error) (err error) {
	for {
		for _, v := range p.Items {
			if err := f(v); err != nil {
				return err
			}
		}
		if p.Next == "" {
			return nil
		}
		if p, err = next(p.Next); err != nil {
			return err
		}
	}
}

func exportLines(w io.Writer, p store.Page[vehicle.Vehicle], next nextPage) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return eachPage(p, next, func(v store.Doc[vehicle.Vehicle]) error { return e.Encode(asVehicle(v)) })
}

func exportCSV(w io.Writer, p store.Page[vehicle.Vehicle], next nextPage) error {
	out := csv.NewWriter(w)
	err := out.Write([]string{"VIN", "unit", "plate", "model year", "make", "model", "trim", "body class", "stage", "location", "group",
		"asking", "asking currency", "paid", "paid currency", "sold for", "sold for currency", "color",
		"seen on", "bought on", "in work since", "listed on", "sold on", "list", "row of the list", "own fields", "tags", "changed", "id"})
	if err != nil {
		return err
	}
	err = eachPage(p, next, func(d store.Doc[vehicle.Vehicle]) error {
		v := &d.Value
		asking, askingIn := amount(v.Asking)
		paid, paidIn := amount(v.Paid)
		soldFor, soldForIn := amount(v.SoldFor)
		file, row := origin(v.From)
		year := ""
		if v.Decoded.Year > 0 {
			year = strconv.Itoa(v.Decoded.Year)
		}
		return out.Write(sheet.Row([]string{v.VIN, v.Stock, v.Plate, year, v.Decoded.Make, v.Decoded.Model, v.Decoded.Trim, v.Decoded.BodyClass, string(v.Stage),
			v.Location, v.Group, asking, askingIn, paid, paidIn, soldFor, soldForIn, v.Color,
			string(v.Reached[vehicle.Seen]), string(v.Reached[vehicle.Bought]), string(v.Reached[vehicle.InWork]), string(v.Reached[vehicle.Listed]), string(v.Reached[vehicle.Sold]),
			file, row, ownFields(v.Fields), strings.Join(v.Tags, ", "), v.Updated.UTC().Format("2006-01-02T15:04:05Z"), v.ID}))
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}

func amount(m *vehicle.Money) (value, currency string) {
	if m == nil {
		return "", ""
	}
	value, currency, _ = strings.Cut(m.String(), " ")
	return value, currency
}

// origin names the list that a vehicle came from, and its row there.
func origin(o *vehicle.Origin) (file, row string) {
	if o == nil || o.File == "" {
		return "", ""
	}
	return o.File, strconv.Itoa(o.Row)
}

// ownFields puts the owner's own fields into one cell, "name: text", a line
// each.
func ownFields(fields map[string]string) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		lines = append(lines, name+": "+fields[name])
	}
	return strings.Join(lines, "\n")
}
