package rest

import (
	"context"
	"net/http"
	"path/filepath"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/drill"
)

// Drill is the report of a restore drill in short.
type Drill struct {
	Name      string          `json:"name" doc:"of its files"`
	Path      string          `json:"path" doc:"of its files on the hub's computer, without .json and .html"`
	Made      store.Timestamp `json:"made"`
	Backup    string          `json:"backup" doc:"whose: the device's name in the repository"`
	OK        bool            `json:"ok"`
	Compared  bool            `json:"compared" doc:"with the live store, document for document by the Merkle root"`
	Documents int             `json:"documents"`
	Files     int             `json:"files"`
	RTOMS     int64           `json:"rtoMs" doc:"from an empty machine to an answer, the slowest engine"`
	RPOMS     int64           `json:"rpoMs" doc:"how long a change waited before it was in the bucket, 99 of 100; -1 where that can't be said"`
	Faults    int             `json:"faults" doc:"that were tried"`
	Broken    []string        `json:"broken" doc:"what did not hold, in words"`
}

// DrillOf is a report in short, whose files have that path.
func DrillOf(path string, r *drill.Report) Drill {
	d := Drill{Name: filepath.Base(path), Path: path, Made: store.Moment(r.Made), Backup: r.Device, OK: r.OK, Compared: r.Compared, RPOMS: -1, Faults: len(r.Chaos), Broken: []string{}}
	if r.RPO != nil {
		d.RPOMS = r.RPO.P99MS
	}
	for _, run := range r.Runs {
		n := 0
		for _, c := range run.Counts {
			n += c
		}
		d.Documents, d.Files, d.RTOMS = max(d.Documents, n), max(d.Files, run.Files), max(d.RTOMS, run.RTOMS)
		if run.Trouble != "" {
			d.Broken = append(d.Broken, run.Engine+": "+run.Trouble)
		}
		for _, w := range run.Wrong {
			d.Broken = append(d.Broken, run.Engine+": "+w)
		}
		for _, l := range run.Lost {
			d.Broken = append(d.Broken, run.Engine+": the file "+l+" did not come back")
		}
	}
	for _, f := range r.Chaos {
		if !f.Held {
			d.Broken = append(d.Broken, f.Name+": "+f.Note)
		}
	}
	return d
}

func registerDrills(api huma.API, d Deps) {
	tags := []string{"backups"}
	huma.Register(api, huma.Operation{OperationID: "listDrills", Method: http.MethodGet, Path: "/api/v1/drills", Tags: tags, Summary: "List the reports of restore drills"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []Drill `json:"items" doc:"the newest first"`
			}
		}, error) {
			list, err := d.Drills(ctx)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []Drill `json:"items" doc:"the newest first"`
				}
			}{}
			out.Body.Items = append([]Drill{}, list...)
			return out, nil
		})
	huma.Register(api, huma.Operation{OperationID: "getDrill", Method: http.MethodGet, Path: "/api/v1/drills/{name}", Tags: tags, Summary: "Fetch the report of a drill: signed JSON, or a page that prints"},
		func(ctx context.Context, in *struct {
			Name string `path:"name" maxLength:"64" pattern:"^drill-[0-9TZ]+$"`
			Form string `query:"form" enum:"json,html" default:"json"`
		}) (*struct {
			Type        string `header:"Content-Type"`
			Disposition string `header:"Content-Disposition"`
			Policy      string `header:"Content-Security-Policy"`
			Body        []byte
		}, error) {
			b, err := d.DrillFile(ctx, in.Name, in.Form)
			if err != nil {
				return nil, err
			}
			kind := "application/json"
			if in.Form == "html" {
				kind = "text/html; charset=utf-8"
			}
			return &struct {
				Type        string `header:"Content-Type"`
				Disposition string `header:"Content-Disposition"`
				Policy      string `header:"Content-Security-Policy"`
				Body        []byte
			}{kind, `attachment; filename="` + in.Name + "." + in.Form + `"`, "default-src 'none'; style-src 'unsafe-inline'; sandbox", b}, nil
		})
}
