package rest

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/sheet"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// RowPath names a row of an intake in the address.
type RowPath struct {
	IntakePath
	File int `path:"file" minimum:"1" maximum:"100000"`
	Row  int `path:"row" minimum:"1" maximum:"10000000"`
}

// RowQuery says which rows of an intake are wanted.
type RowQuery struct {
	Status   []string `query:"status" maxItems:"7" enum:"ready,mismatch,fixable,duplicate,existing,short,invalid"`
	Severity string   `query:"severity" enum:"hard,soft,untestable" doc:"with at least one such finding"`
	Field    string   `query:"field" enum:"year,make,model,series,trim,body,fuel,drive,transmission,cylinders,displacement,doors,gvwr" doc:"with a hard or soft finding in it"`
	Verdict  string   `query:"verdict" enum:"buy,look,pass"`
	Compared string   `query:"compared" enum:"new,same,price" doc:"beside the list that this one is compared with"`
	Abroad   bool     `query:"abroad" doc:"vehicles that were not made for the United States"`
	Text     string   `query:"text" maxLength:"100" doc:"in the VIN or any cell"`
	Sort     string   `query:"sort" maxLength:"200" doc:"keys with commas, each with .desc for the other way: row, vin, status, severity, score, year, make, model, asking, odometer, lot"`
	Offset   int      `query:"offset" minimum:"0" maximum:"1000000" doc:"rows to pass over"`
	Limit    int      `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Whole    bool     `query:"whole" doc:"wait until all rows are checked"`
}

func (q *RowQuery) look() (intake.Look, error) {
	l := intake.Look{Severity: claim.Severity(q.Severity), Field: claim.Field(q.Field), Verdict: q.Verdict, Compared: q.Compared, Abroad: q.Abroad, Text: q.Text, After: q.Offset, Limit: q.Limit}
	for _, s := range q.Status {
		l.Statuses = append(l.Statuses, intake.Status(s))
	}
	for _, key := range strings.Split(q.Sort, ",") {
		if key = strings.TrimSpace(key); key == "" {
			continue
		}
		by, down := strings.CutSuffix(key, ".desc")
		if !slices.Contains(intake.Orders(), by) {
			return l, fault.InvalidField("sort", "can't sort by "+strconv.Quote(by), "use "+strings.Join(intake.Orders(), ", "))
		}
		l.Sort = append(l.Sort, intake.Order{By: by, Down: down})
	}
	return l, nil
}

// IntakeRows is a page of rows as the check sees them.
type IntakeRows struct {
	Items   []intake.Row  `json:"items"`
	Matches int           `json:"matches" doc:"rows that are wanted, of those that have been checked"`
	Checked int           `json:"checked"`
	Total   int           `json:"total"`
	Done    bool          `json:"done" doc:"all rows are checked"`
	Counts  intake.Counts `json:"counts" doc:"of the rows that have been checked"`
	Gone    int           `json:"gone" doc:"vehicles of the list compared with that are offered no more; when done"`
}

// RowInFile is one row with its cells as they stand in the file.
type RowInFile struct {
	intake.Row
	Columns []string `json:"columns"`
	Cells   []string `json:"cells"`
}

func registerIntakeRows(api huma.API, d Deps, one string, tags []string) {
	huma.Register(api, huma.Operation{OperationID: "listIntakeRows", Method: http.MethodGet, Path: one + "/rows", Tags: tags,
		Summary:     "Read rows of a list as the check sees them; nothing is written",
		Description: "The first call begins the check and answers with its first rows; ask again until done."},
		func(ctx context.Context, in *struct {
			IntakePath
			RowQuery
		}) (*struct{ Body IntakeRows }, error) {
			l, err := in.look()
			if err != nil {
				return nil, err
			}
			v, err := d.Intakes.Look(ctx, caller(ctx), in.ID, l, in.Whole)
			if err != nil {
				return nil, err
			}
			out := IntakeRows{Items: v.Rows, Matches: v.Matches, Checked: v.Checked, Total: v.Total, Done: v.Done, Counts: v.Counts, Gone: len(v.Gone)}
			if out.Items == nil {
				out.Items = []intake.Row{}
			}
			return &struct{ Body IntakeRows }{out}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "listIntakeGone", Method: http.MethodGet, Path: one + "/gone", Tags: tags,
		Summary: "List vehicles of the list compared with that this one offers no more"},
		func(ctx context.Context, in *IntakePath) (*struct {
			Body struct {
				Items []intake.Gone `json:"items"`
			}
		}, error) {
			v, err := d.Intakes.Look(ctx, caller(ctx), in.ID, intake.Look{}, true)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []intake.Gone `json:"items"`
				}
			}{}
			if out.Body.Items = v.Gone; out.Body.Items == nil {
				out.Body.Items = []intake.Gone{}
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "getIntakeRow", Method: http.MethodGet, Path: one + "/rows/{file}/{row}", Tags: tags,
		Summary: "Read one row with its cells as they stand in the file"},
		func(ctx context.Context, in *RowPath) (*struct{ Body RowInFile }, error) {
			c := caller(ctx)
			r, cells, err := d.Intakes.Row(ctx, c, in.ID, intake.Ref{File: in.File, Row: in.Row})
			if err != nil {
				return nil, err
			}
			out := RowInFile{Row: r, Cells: cells, Columns: []string{}}
			have, err := d.Intakes.Get(ctx, c, in.ID)
			if err != nil {
				return nil, err
			}
			for i := range have.Intake.Files {
				if have.Intake.Files[i].N == in.File {
					out.Columns = have.Intake.Files[i].Table.Columns
				}
			}
			return &struct{ Body RowInFile }{out}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "editIntakeRows", Method: http.MethodPost, Path: one + "/edits", Tags: tags, DefaultStatus: http.StatusOK,
		Summary:     "Correct rows of a list and decide what happens with them, all or none",
		Description: "The answer is what stood there before: sent as a change it takes this one back."},
		func(ctx context.Context, in *struct {
			IntakePath
			Body struct {
				Changes []intake.Change `json:"changes" minItems:"1" maxItems:"2000"`
			}
		}) (*editsAnswer, error) {
			return edited(d.Intakes.Edit(ctx, caller(ctx), in.ID, in.Body.Changes))
		})

	huma.Register(api, huma.Operation{OperationID: "acceptRepairs", Method: http.MethodPost, Path: one + "/repairs", Tags: tags, DefaultStatus: http.StatusOK,
		Summary:     "Put the first suggestion in the place of wrong VINs; the answer takes it back, as with edits",
		Description: "Without rows it is done where one suggestion stands out: it is at least four times as likely as the next."},
		func(ctx context.Context, in *struct {
			IntakePath
			Body struct {
				Rows []intake.Ref `json:"rows,omitempty" maxItems:"2000" doc:"all in which one stands out if left out"`
			}
		}) (*editsAnswer, error) {
			return edited(d.Intakes.AcceptRepairs(ctx, caller(ctx), in.ID, in.Body.Rows))
		})

	huma.Register(api, huma.Operation{OperationID: "intakeReport", Method: http.MethodGet, Path: one + "/report", Tags: tags,
		Summary: "Save the list row by row: its own columns, corrected, and what the check made of each row. It can be imported again",
		Responses: map[string]*huma.Response{"200": {Description: "the report", Content: map[string]*huma.MediaType{
			"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}},
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}},
		func(ctx context.Context, in *struct {
			IntakePath
			Format string `query:"format" enum:"csv,xlsx" default:"csv"`
		}) (*huma.StreamResponse, error) {
			c := caller(ctx)
			h := audit.Happening{Event: audit.Exported, Subject: audit.Subject{Kind: "intake", ID: in.ID}, Note: in.Format}
			if _, err := d.Intakes.Get(ctx, c, in.ID); err != nil {
				return nil, err
			}
			if err := d.Audit.Record(ctx, store.Org(c.Scope.Org()), c.Actor, h); err != nil {
				return nil, err
			}
			return &huma.StreamResponse{Body: func(hc huma.Context) {
				header, rows, err := d.Intakes.Report(hc.Context(), c, in.ID)
				if err == nil {
					hc.SetHeader("Cache-Control", "no-store")
					hc.SetHeader("Content-Disposition", `attachment; filename="hubcap-list-`+d.Now().UTC().Format("20060102")+"."+in.Format+`"`)
					if in.Format == "xlsx" {
						hc.SetHeader("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
						err = list.WriteXLSX(hc.BodyWriter(), "Report", header, rows)
					} else {
						hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
						err = writeCSV(hc.BodyWriter(), header, rows)
					}
				}
				if err != nil {
					// Half a report must not look whole: the connection is cut.
					panic(http.ErrAbortHandler)
				}
			}}, nil
		})
}

type editsAnswer struct {
	Body struct {
		Before []intake.Change `json:"before" doc:"what stood there"`
	}
}

func edited(before []intake.Change, err error) (*editsAnswer, error) {
	if err != nil {
		return nil, err
	}
	out := &editsAnswer{}
	out.Body.Before = before
	return out, nil
}

func writeCSV(w io.Writer, header []string, rows iter.Seq2[[]string, error]) error {
	out := csv.NewWriter(w)
	if err := out.Write(sheet.Row(slices.Clone(header))); err != nil {
		return err
	}
	for cells, err := range rows {
		if err == nil {
			err = out.Write(sheet.Row(cells))
		}
		if err != nil {
			return fmt.Errorf("write a report: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}
