package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
)

// checkedList is an upload of a list that is not kept.
type checkedList struct {
	Name    string `query:"name" required:"true" minLength:"1" maxLength:"255" doc:"what the file is called"`
	Mapping string `query:"mapping" maxLength:"7000" pattern:"^[ -~]*$" doc:"how the columns are read, as JSON in ASCII with escapes for all else; recognised if left out. Of a longer one make a list, and patch its file"`
	Sheet   string `query:"sheet" maxLength:"255" doc:"of a file with several"`
	Upload
}

// CheckHead is the first line of a check's answer: how the list is read.
type CheckHead struct {
	Table   list.Table      `json:"table"`
	Mapping mapping.Mapping `json:"mapping"`
}

func registerIntakeCheck(api huma.API, d Deps, tags []string) {
	huma.Register(api, huma.Operation{OperationID: "checkList", Method: http.MethodPut, Path: gate.CheckPath, Tags: tags, RequestBody: fileBody(), DefaultStatus: http.StatusOK,
		Summary:     "Check a list without keeping anything of it",
		Description: "The answer is JSON lines: first how the list is read (table, mapping), then a row a line, in order, as they are checked. A last line {\"problem\"} says why it ended early.",
		Responses: map[string]*huma.Response{"200": {Description: "JSON lines", Content: map[string]*huma.MediaType{
			"application/jsonl": {Schema: &huma.Schema{Type: huma.TypeString}}}}}},
		func(ctx context.Context, in *checkedList) (*huma.StreamResponse, error) {
			loose := intake.Loose{Reading: list.Options{Name: in.Name, Sheet: in.Sheet}}
			if in.Mapping != "" {
				loose.Mapping = &mapping.Mapping{}
				if err := json.Unmarshal([]byte(in.Mapping), loose.Mapping); err != nil {
					return nil, fault.InvalidField("mapping", "is not a mapping in JSON", "send one that a check has answered with, changed as you need it")
				}
			}
			if in.length() > intake.MaxFile {
				return nil, tooLarge()
			}
			body, size, err := spooled(in.body())
			if err != nil {
				return nil, err
			}
			loose.Content, loose.Size = body, size
			c := caller(ctx)
			return &huma.StreamResponse{Body: func(hc huma.Context) {
				defer body.Close()
				d.stream(hc, func(told func(list.Table, mapping.Mapping) error, rows func([]intake.Row) error) error {
					return d.Intakes.Stream(hc.Context(), c, loose, told, rows)
				})
			}}, nil
		})
}

// stream answers with JSON lines as a check finds them. What is wrong before
// the first line is a problem as of any route.
func (d Deps) stream(hc huma.Context, check func(told func(list.Table, mapping.Mapping) error, rows func([]intake.Row) error) error) {
	e := humaecho.Unwrap(hc)
	control := http.NewResponseController(e.Response())
	out := json.NewEncoder(hc.BodyWriter())
	out.SetEscapeHTML(false)
	began := false
	err := check(func(t list.Table, m mapping.Mapping) error {
		hc.SetHeader("Content-Type", "application/jsonl")
		hc.SetHeader("Cache-Control", "no-store")
		hc.SetStatus(http.StatusOK)
		began = true
		return out.Encode(CheckHead{t, m})
	}, func(rows []intake.Row) error {
		for i := range rows {
			if err := out.Encode(&rows[i]); err != nil {
				return err
			}
		}
		if err := control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		return nil
	})
	switch {
	case err == nil:
	case !began:
		problem.From(err, logNumber(hc)).Write(e.Response())
	case hc.Context().Err() == nil:
		_ = out.Encode(map[string]string{"problem": err.Error()})
	}
}

// spool is a body in a file that is gone with its closing.
type spool struct{ *os.File }

func (s spool) Close() error { return errors.Join(s.File.Close(), os.Remove(s.Name())) }

// spooled keeps a body while it is checked.
func spooled(body io.Reader) (spool, int64, error) {
	f, err := os.CreateTemp("", "hubcap-list-*")
	if err != nil {
		return spool{}, 0, fmt.Errorf("keep a list while it is checked: %w", err)
	}
	n, err := io.Copy(f, io.LimitReader(body, intake.MaxFile+1))
	if err == nil && n > intake.MaxFile {
		err = tooLarge()
	}
	if err == nil && n == 0 {
		err = fault.New(fault.Invalid, "the file is empty").WithRemedy("choose another")
	}
	if err != nil {
		return spool{}, 0, errors.Join(err, spool{f}.Close())
	}
	return spool{f}, n, nil
}
