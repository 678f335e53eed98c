package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// IntakePath names an intake in the address.
type IntakePath struct {
	ID string `path:"id" maxLength:"36"`
}

// IntakeFilePath names a file of an intake in the address.
type IntakeFilePath struct {
	IntakePath
	File int `path:"file" minimum:"1" maximum:"100000"`
}

type intakeAnswer struct {
	ETag string `header:"ETag" doc:"the revision"`
	Body intake.Intake
}

func asIntake(s intake.Saved, err error) (*intakeAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &intakeAnswer{etag(s.Rev), s.Intake}, nil
}

// listFile is an upload of a list.
type listFile struct {
	IntakePath
	Name string `query:"name" required:"true" minLength:"1" maxLength:"255" doc:"what the file is called; pasted text may be called anything"`
	Upload
}

func tooLarge() error {
	p := problem.New(http.StatusRequestEntityTooLarge, "The file is larger than 64 MiB.")
	p.Remedy = "Split it, or save it as CSV."
	return p
}

func registerIntakes(api huma.API, d Deps) {
	tags := []string{"intakes"}
	const base = "/api/v1/intakes"
	const one, file = base + "/{id}", base + "/{id}/files/{file}"

	huma.Register(api, huma.Operation{OperationID: "listIntakes", Method: http.MethodGet, Path: base, Tags: tags,
		Summary: "List the evenings' lists, the newest first"},
		func(ctx context.Context, in *struct {
			PageQuery
			Trash bool `query:"trash" doc:"those that were removed in the last 30 days"`
		}) (*struct {
			Body struct {
				Items []intake.Intake `json:"items"`
				Next  string          `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
			}
		}, error) {
			p, err := d.Intakes.List(ctx, caller(ctx), in.Trash, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []intake.Intake `json:"items"`
					Next  string          `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
				}
			}{}
			out.Body.Items, out.Body.Next = make([]intake.Intake, 0, len(p.Items)), p.Next
			for _, x := range p.Items {
				out.Body.Items = append(out.Body.Items, x.Value)
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "createIntake", Method: http.MethodPost, Path: base, Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Begin a list; files are put into it afterwards"},
		func(ctx context.Context, in *struct {
			Body struct {
				Name string `json:"name,omitempty" maxLength:"120" doc:"the evening's date if left out"`
			}
		}) (*intakeAnswer, error) {
			return asIntake(d.Intakes.Create(ctx, caller(ctx), in.Body.Name))
		})

	huma.Register(api, huma.Operation{OperationID: "getIntake", Method: http.MethodGet, Path: one, Tags: tags,
		Summary: "Read one list: its files, how their columns are read, and what was taken from it"},
		func(ctx context.Context, in *IntakePath) (*intakeAnswer, error) {
			return asIntake(d.Intakes.Get(ctx, caller(ctx), in.ID))
		})

	huma.Register(api, huma.Operation{OperationID: "updateIntake", Method: http.MethodPatch, Path: one, Tags: tags,
		Summary: "Name a list, set your wishes, or choose the list to compare with"},
		func(ctx context.Context, in *struct {
			IntakePath
			Body intake.Settings
		}) (*intakeAnswer, error) {
			return asIntake(d.Intakes.Set(ctx, caller(ctx), in.ID, in.Body))
		})

	huma.Register(api, huma.Operation{OperationID: "removeIntake", Method: http.MethodDelete, Path: one, Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Remove a list; for 30 days it can be brought back. Vehicles that it brought stay"},
		func(ctx context.Context, in *IntakePath) (*intakeAnswer, error) {
			return asIntake(d.Intakes.Remove(ctx, caller(ctx), in.ID, false))
		})

	huma.Register(api, huma.Operation{OperationID: "restoreIntake", Method: http.MethodPost, Path: one + "/restore", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Bring back a list that was removed"},
		func(ctx context.Context, in *IntakePath) (*intakeAnswer, error) {
			return asIntake(d.Intakes.Remove(ctx, caller(ctx), in.ID, true))
		})

	huma.Register(api, huma.Operation{OperationID: "addIntakeFile", Method: http.MethodPut, Path: one + "/files", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Put a file into a list: CSV, TSV, XLSX, XLS, ODS, JSON lines, a text PDF with a table, or pasted text, at most 64 MiB",
		RequestBody: fileBody()},
		func(ctx context.Context, in *listFile) (*intakeAnswer, error) {
			if in.length() > intake.MaxFile {
				return nil, tooLarge()
			}
			return asIntake(d.Intakes.AddFile(ctx, caller(ctx), in.ID, in.Name, in.body()))
		})

	huma.Register(api, huma.Operation{OperationID: "previewIntakeFile", Method: http.MethodGet, Path: file + "/preview", Tags: tags,
		Summary: "Read the headings and the first rows of a file, as they stand in it"},
		func(ctx context.Context, in *IntakeFilePath) (*struct{ Body intake.Preview }, error) {
			p, err := d.Intakes.Preview(ctx, caller(ctx), in.ID, in.File)
			if err != nil {
				return nil, err
			}
			return &struct{ Body intake.Preview }{p}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "updateIntakeFile", Method: http.MethodPatch, Path: file, Tags: tags,
		Summary: "Say how a file is read and what its columns mean"},
		func(ctx context.Context, in *struct {
			IntakeFilePath
			Body intake.FileSettings
		}) (*intakeAnswer, error) {
			return asIntake(d.Intakes.SetFile(ctx, caller(ctx), in.ID, in.File, in.Body))
		})

	huma.Register(api, huma.Operation{OperationID: "removeIntakeFile", Method: http.MethodDelete, Path: file, Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Take a file off a list; vehicles that it brought stay"},
		func(ctx context.Context, in *IntakeFilePath) (*intakeAnswer, error) {
			return asIntake(d.Intakes.TakeOff(ctx, caller(ctx), in.ID, in.File))
		})

	huma.Register(api, huma.Operation{OperationID: "checkIntake", Method: http.MethodPost, Path: one + "/check", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Check a list to its end, as a job whose result is the counts; nothing is written. The rows are read as ever"},
		func(ctx context.Context, in *IntakePath) (*jobAnswer, error) {
			have, err := d.Intakes.Get(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			j, err := d.Jobs.Start(ctx, job.Caller(caller(ctx)), intake.CheckJob, intake.CheckOrder{Intake: in.ID}, "Check "+have.Intake.Name)
			if err != nil {
				return nil, err
			}
			return &jobAnswer{asJob(job.Status{Job: j})}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "commitIntake", Method: http.MethodPost, Path: one + "/commit", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Take rows of a list into the hub, as a job; its id is the batch that undo takes back"},
		func(ctx context.Context, in *struct {
			IntakePath
			Body struct {
				Policy   string          `json:"policy,omitempty" enum:"fill,overwrite,ask" default:"fill" doc:"for vehicles that are here already: fill their blanks, let the list win, or leave them until somebody decides"`
				Statuses []intake.Status `json:"statuses,omitempty" maxItems:"7" enum:"ready,mismatch,fixable,duplicate,existing,short,invalid" doc:"rows of these are taken; ready, mismatch, short and existing if left out"`
			}
		}) (*jobAnswer, error) {
			have, err := d.Intakes.Get(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			for _, x := range have.Intake.Commits {
				if j, err := d.Jobs.Get(ctx, job.Caller(caller(ctx)), x.Batch); err == nil && !j.State.Ended() {
					return nil, fault.New(fault.Conflict, "this list is being taken in already").WithRemedy("wait for its end, or stop it")
				}
			}
			order := intake.CommitOrder{Intake: in.ID, Policy: vehicle.Policy(in.Body.Policy), Statuses: in.Body.Statuses}
			if err := order.Check(); err != nil {
				return nil, err
			}
			j, err := d.Jobs.Start(ctx, job.Caller(caller(ctx)), intake.CommitJob, order, "Take in "+have.Intake.Name)
			if err != nil {
				return nil, err
			}
			return &jobAnswer{asJob(job.Status{Job: j})}, nil
		})

	registerIntakeRows(api, d, one, tags)
	registerIntakeWords(api, d, tags)
	registerIntakeCheck(api, d, tags)
}
