package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Thrown is a vehicle or a record that is gone and can be brought back.
type Thrown struct {
	Batch      string          `json:"batch" doc:"POST /undo/{batch}?vehicle= with the vehicle's id brings it back"`
	Collection string          `json:"collection" enum:"vehicles,odometer_readings,service_records,fuel_records,attachments"`
	ID         string          `json:"id"`
	Vehicle    *NamedVehicle   `json:"vehicle,omitempty" doc:"itself, or the one that the record belongs to; bring back a gone one first"`
	Date       vehicle.Date    `json:"date,omitempty" doc:"the record's day"`
	Name       string          `json:"name,omitempty" doc:"of a photo or paper"`
	Records    int             `json:"records" doc:"that went with the vehicle"`
	At         store.Timestamp `json:"at" doc:"when it was removed"`
	By         string          `json:"by"`
	Expires    time.Time       `json:"expires" doc:"until when it can be brought back"`
	Yours      bool            `json:"yours" doc:"you may bring it back"`
}

func registerTrash(api huma.API, d Deps) {
	tags := []string{"activity"}
	type trashPage struct {
		Body struct {
			Items []Thrown `json:"items"`
			Next  string   `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
		}
	}
	huma.Register(api, huma.Operation{OperationID: "trash", Method: http.MethodGet, Path: "/api/v1/trash", Tags: tags,
		Summary: "List removed vehicles and records that can be brought back, for 30 days"},
		func(ctx context.Context, in *PageQuery) (*trashPage, error) {
			p, err := d.Vehicles.Trash(ctx, caller(ctx), in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &trashPage{}
			out.Body.Items, out.Body.Next = make([]Thrown, 0, len(p.Items)), p.Next
			for _, t := range p.Items {
				work := vehicle.Work{By: t.Actor}
				work.Count(t.Collection, nil)
				out.Body.Items = append(out.Body.Items, Thrown{t.Batch, t.Collection, t.Key, named(t.Vehicle), t.Date, t.Name, t.Records, t.At, t.Actor.Name, t.Expires, mayTakeBack(ctx, work) == nil})
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "purge", Method: http.MethodPost, Path: "/api/v1/trash/purge/{batch}/{id}", Tags: tags,
		DefaultStatus: http.StatusNoContent, Summary: "Forget for good a vehicle or record that is in the trash",
		Description: "Nothing brings it back. Activity still tells that something was done, and not what. The change log holds it until it is trimmed."},
		func(ctx context.Context, in *struct {
			Batch string `path:"batch" maxLength:"36"`
			ID    string `path:"id" maxLength:"36" doc:"of the vehicle or record, as in the list"`
		}) (*struct{}, error) {
			return nil, d.Vehicles.Purge(ctx, caller(ctx), in.Batch, in.ID)
		})
}
