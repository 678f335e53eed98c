package rest

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Record is a record of a vehicle with its revision.
type Record[T any] struct {
	Record T     `json:"record"`
	Rev    int64 `json:"rev" doc:"revision, as in the ETag"`
}

type recordPage[T any] struct {
	Body struct {
		Items []Record[T] `json:"items"`
		Next  string      `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
	}
}

type recordAnswer[T any] struct {
	Written
	Body Record[T]
}

func savedRecord[T any](s vehicle.Saved[T]) *recordAnswer[T] {
	return &recordAnswer[T]{Written: headers(s), Body: Record[T]{s.Value, s.Rev}}
}

// RecordPath names a record in the address, at a revision.
type RecordPath struct {
	VehiclePath
	Precondition
	Record string `path:"record" maxLength:"36"`
}

// registerRecords adds the routes of one sort of record: path is its plural
// in the address, what its name for a person.
func registerRecords[T any](api huma.API, path, what string, set vehicle.RecordSet[T]) {
	base := "/api/v1/vehicles/{id}/" + path
	name := strings.ToUpper(path[:1]) + path[1:]
	tags := []string{path}

	huma.Register(api, huma.Operation{OperationID: "list" + name, Method: http.MethodGet, Path: base, Tags: tags,
		Summary: "List a vehicle's " + path + ", the newest first"},
		func(ctx context.Context, in *struct {
			VehiclePath
			PageQuery
		}) (*recordPage[T], error) {
			p, err := set.List(ctx, caller(ctx), in.ID, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &recordPage[T]{}
			out.Body.Items, out.Body.Next = make([]Record[T], 0, len(p.Items)), p.Next
			for _, d := range p.Items {
				out.Body.Items = append(out.Body.Items, Record[T]{d.Value, d.Rev})
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "add" + name, Method: http.MethodPost, Path: base, Tags: tags,
		DefaultStatus: http.StatusCreated, Summary: "Add one " + what},
		func(ctx context.Context, in *struct {
			VehiclePath
			Body T
		}) (*recordAnswer[T], error) {
			s, err := set.Add(ctx, caller(ctx), in.ID, in.Body)
			if err != nil {
				return nil, err
			}
			return savedRecord(s), nil
		})

	huma.Register(api, huma.Operation{OperationID: "update" + name, Method: http.MethodPut, Path: base + "/{record}", Tags: tags,
		Summary: "Replace one " + what},
		func(ctx context.Context, in *struct {
			RecordPath
			Body T
		}) (*recordAnswer[T], error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			s, err := set.Update(ctx, caller(ctx), in.ID, in.Record, rev, in.Body)
			if err != nil {
				return nil, precondition(err)
			}
			return savedRecord(s), nil
		})

	huma.Register(api, huma.Operation{OperationID: "remove" + name, Method: http.MethodDelete, Path: base + "/{record}", Tags: tags,
		DefaultStatus: http.StatusOK, Summary: "Remove one " + what + "; undo brings it back"},
		func(ctx context.Context, in *RecordPath) (*recordAnswer[T], error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			s, err := set.Remove(ctx, caller(ctx), in.ID, in.Record, rev)
			if err != nil {
				return nil, precondition(err)
			}
			return savedRecord(s), nil
		})
}
