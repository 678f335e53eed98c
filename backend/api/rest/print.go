package rest

import (
	"context"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/report"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

const pdfMedia = "application/pdf"

func pdfResponse(media ...string) map[string]*huma.Response {
	content := map[string]*huma.MediaType{}
	for _, m := range append(media, pdfMedia) {
		content[m] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return map[string]*huma.Response{"200": {Description: "the document", Content: content}}
}

// PaperQuery is the size of paper in a request for a document.
type PaperQuery struct {
	Paper string `query:"paper" enum:"a4,letter" doc:"the one that you prefer if left out"`
}

// PrintOrder says what a job prints, and of which vehicles.
type PrintOrder struct {
	What     string   `json:"what" enum:"stickers,labels"`
	IDs      []string `json:"ids,omitempty" maxItems:"5000" doc:"of the vehicles, in the order of the print"`
	Query    *string  `json:"query,omitempty" maxLength:"500" doc:"instead of ids: all that this search finds; empty is every vehicle"`
	Paper    string   `json:"paper,omitempty" enum:"a4,letter" doc:"of stickers"`
	Template string   `json:"template,omitempty" maxLength:"20" doc:"of labels"`
	Code     string   `json:"code,omitempty" enum:"qr,code128,code39" doc:"on labels"`
	Start    int      `json:"start,omitempty" minimum:"1" maximum:"100" doc:"the first label of the sheet that is used"`
	Singles  bool     `json:"singles,omitempty" doc:"also a ZIP with a file a sticker"`
}

type document struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	CacheControl       string `header:"Cache-Control"`
	Body               []byte
}

func (d Deps) asDocument(name string, b []byte, err error) (*document, error) {
	if err != nil {
		return nil, err
	}
	return &document{pdfMedia, `attachment; filename="hubcap-` + name + "-" + d.Now().UTC().Format("20060102") + `.pdf"`, "no-store", b}, nil
}

func registerPrint(api huma.API, d Deps) {
	tags := []string{"print"}
	note := func(ctx context.Context, c vehicle.Caller, subject audit.Subject, what string) error {
		return d.Audit.Record(ctx, store.Org(c.Scope.Org()), c.Actor, audit.Happening{Event: audit.Exported, Subject: subject, Note: what})
	}
	// many is the trail's subject of prints of vehicles.
	many := func(ids []string) audit.Subject {
		if len(ids) == 1 {
			return audit.Subject{Kind: "vehicle", ID: ids[0]}
		}
		return audit.Subject{Kind: "vehicles"}
	}
	now := func(ctx context.Context, o report.Order) (*document, error) {
		c := caller(ctx)
		b, err := d.Prints.Print(ctx, c, o)
		if err != nil {
			return nil, err
		}
		if err := note(ctx, c, many(o.IDs), o.What+" "+strconv.Itoa(len(o.IDs))+" pdf"); err != nil {
			return nil, err
		}
		return d.asDocument(o.What, b, nil)
	}

	huma.Register(api, huma.Operation{OperationID: "listLabelSheets", Method: http.MethodGet, Path: "/api/v1/labels", Tags: tags,
		Summary: "List the sheets and rolls of labels that can be printed on"},
		func(context.Context, *struct{}) (*struct {
			Body struct {
				Items []report.Template `json:"items"`
			}
		}, error) {
			out := &struct {
				Body struct {
					Items []report.Template `json:"items"`
				}
			}{}
			out.Body.Items = report.Templates()
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "printStickers", Method: http.MethodGet, Path: "/api/v1/vehicles/stickers", Tags: tags, Responses: pdfResponse(),
		Summary: "Print window stickers of up to 20 vehicles as one PDF; of more by a job"},
		func(ctx context.Context, in *struct {
			PaperQuery
			IDs []string `query:"id,explode" required:"true" minItems:"1" maxItems:"20" doc:"of the vehicles"`
		}) (*document, error) {
			return now(ctx, report.Order{What: report.OfStickers, IDs: in.IDs, Paper: report.Paper(in.Paper)})
		})

	huma.Register(api, huma.Operation{OperationID: "printLabels", Method: http.MethodGet, Path: "/api/v1/vehicles/labels", Tags: tags, Responses: pdfResponse(),
		Summary: "Print labels of up to 100 vehicles as one PDF; of more by a job"},
		func(ctx context.Context, in *struct {
			IDs      []string `query:"id,explode" required:"true" minItems:"1" maxItems:"100" doc:"of the vehicles"`
			Template string   `query:"template" required:"true" maxLength:"20" doc:"id of the sheet or roll"`
			Code     string   `query:"code" enum:"qr,code128,code39" default:"qr" doc:"QR of the record's address, or a bar code of the VIN"`
			Start    int      `query:"start" minimum:"1" maximum:"100" default:"1" doc:"the first label of the sheet that is used"`
		}) (*document, error) {
			return now(ctx, report.Order{What: report.OfLabels, IDs: in.IDs, Template: in.Template, Code: report.Code(in.Code), Start: in.Start})
		})

	start := func(ctx context.Context, o report.Order, subject audit.Subject, title string) (*jobAnswer, error) {
		c := caller(ctx)
		if err := o.Check(); err != nil {
			return nil, err
		}
		if err := note(ctx, c, subject, o.What+" by a job"); err != nil {
			return nil, err
		}
		j, err := d.Jobs.Start(ctx, job.Caller(c), report.Job, o, title)
		if err != nil {
			return nil, err
		}
		return &jobAnswer{asJob(job.Status{Job: j})}, nil
	}

	huma.Register(api, huma.Operation{OperationID: "printVehicles", Method: http.MethodPost, Path: "/api/v1/vehicles/print", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Print stickers or labels of many vehicles, as a job; what it printed is kept for a day"},
		func(ctx context.Context, in *struct{ Body PrintOrder }) (*jobAnswer, error) {
			b := &in.Body
			o := report.Order{What: b.What, IDs: b.IDs, Paper: report.Paper(b.Paper), Template: b.Template, Code: report.Code(b.Code), Start: b.Start, Singles: b.Singles}
			switch {
			case b.Query != nil && len(b.IDs) > 0:
				return nil, fault.InvalidField("/query", "stands beside ids", "name the vehicles, or the search that finds them")
			case b.Query != nil:
				var err error
				if o.IDs, err = foundIDs(ctx, d, caller(ctx), *b.Query); err != nil {
					return nil, err
				}
			}
			if len(o.IDs) == 0 {
				return nil, fault.InvalidField("/ids", "are none", "name the vehicles, or the search that finds them")
			}
			return start(ctx, o, audit.Subject{Kind: "vehicles"}, o.Title(len(o.IDs)))
		})

	huma.Register(api, huma.Operation{OperationID: "printTaken", Method: http.MethodPost, Path: "/api/v1/intakes/{id}/stickers", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Print stickers of all vehicles that came from a list, as a job"},
		func(ctx context.Context, in *struct {
			IntakePath
			Body struct {
				Paper   string `json:"paper,omitempty" enum:"a4,letter"`
				Singles bool   `json:"singles,omitempty" doc:"also a ZIP with a file a sticker"`
			}
		}) (*jobAnswer, error) {
			have, err := d.Intakes.Get(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			o := report.Order{What: report.OfStickers, Intake: in.ID, Paper: report.Paper(in.Body.Paper), Singles: in.Body.Singles}
			return start(ctx, o, audit.Subject{Kind: "intake", ID: in.ID}, "Print stickers of "+have.Intake.Name)
		})

	huma.Register(api, huma.Operation{OperationID: "printIntake", Method: http.MethodGet, Path: "/api/v1/intakes/{id}/print", Tags: tags, Responses: pdfResponse(),
		Summary:     "Print a list: the buy/pass sheet of the rows that are shown, or the discrepancy report for the seller",
		Description: "The sheet has the rows that the query wants, in its order; offset, limit and whole are passed over. The discrepancy report is of all rows, and tells nothing of your wishes and verdicts."},
		func(ctx context.Context, in *struct {
			IntakePath
			RowQuery
			PaperQuery
			What string `query:"what" enum:"sheet,discrepancies" default:"sheet"`
		}) (*document, error) {
			c := caller(ctx)
			l, err := in.look()
			if err != nil {
				return nil, err
			}
			var b []byte
			if in.What == "discrepancies" {
				b, err = d.Prints.Discrepancies(ctx, c, in.ID, report.Paper(in.Paper))
			} else {
				b, err = d.Prints.Sheet(ctx, c, in.ID, l, report.Paper(in.Paper))
			}
			if err != nil {
				return nil, err
			}
			if err := note(ctx, c, audit.Subject{Kind: "intake", ID: in.ID}, in.What+" pdf"); err != nil {
				return nil, err
			}
			return d.asDocument(in.What, b, nil)
		})

	huma.Register(api, huma.Operation{OperationID: "getPrinted", Method: http.MethodGet, Path: "/api/v1/printed/{id}", Tags: tags, Responses: pdfResponse("application/zip"),
		Summary: "Fetch what a job of yours printed, up to a day after it"},
		func(ctx context.Context, in *struct {
			JobPath
			Format string `query:"format" enum:"pdf,zip" default:"pdf"`
		}) (*huma.StreamResponse, error) {
			c := caller(ctx)
			j, err := d.Jobs.Get(ctx, job.Caller(c), in.ID)
			if err != nil {
				return nil, err
			}
			if j.Kind != report.Job || j.By.ID != c.Actor.ID || j.By.Kind != c.Actor.Kind {
				return nil, fault.New(fault.NotFound, "you have no such print")
			}
			f, err := d.Prints.Shelf.Open(in.ID, in.Format)
			if err != nil {
				return nil, err
			}
			return d.fetched(f, in.Format), nil
		})
}

// fetched streams a print. It closes f.
func (d Deps) fetched(f *os.File, format string) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer f.Close()
		e := humaecho.Unwrap(hc)
		h := e.Response().Header()
		h.Set("Content-Type", map[string]string{"pdf": pdfMedia, "zip": "application/zip"}[format])
		h.Set("Content-Disposition", `attachment; filename="hubcap-print-`+d.Now().UTC().Format("20060102")+"."+format+`"`)
		h.Set("Cache-Control", "no-store")
		http.ServeContent(e.Response(), e.Request(), "", time.Time{}, trusted{f})
	}}
}
