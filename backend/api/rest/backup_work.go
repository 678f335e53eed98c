package rest

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// The kinds of jobs on backups.
const (
	BackupNow            = "backup_now"
	BackupVerify         = "backup_verify"
	BackupTest           = "backup_test"
	BackupPrune          = "backup_prune"
	BackupRotate         = "backup_rotate"
	BackupRestore        = "backup_restore"
	BackupRestoreVehicle = "backup_restore_vehicle"
	BackupDrill          = "backup_drill"
)

// BackupJob is the input of a job on a backup.
type BackupJob struct {
	ID      string    `json:"id"`
	Full    bool      `json:"full,omitempty"`    // a checkpoint too; every object
	At      time.Time `json:"at,omitzero"`       // of a restore; zero: the newest
	Vehicle string    `json:"vehicle,omitempty"` // key or VIN
	Chaos   bool      `json:"chaos,omitempty"`   // a drill with faults
}

// BackupPoint is a moment that the backup holds whole by itself.
type BackupPoint struct {
	Line  uint64          `json:"line" doc:"of history: a greater one is newer"`
	Seq   uint64          `json:"seq"`
	Time  store.Timestamp `json:"time"`
	Bytes int64           `json:"bytes"`
	Whole bool            `json:"whole"`
}

// BackupReach is a stretch of time of which every second can be restored.
type BackupReach struct {
	Line uint64          `json:"line"`
	From store.Timestamp `json:"from"`
	To   store.Timestamp `json:"to"`
}

// BackupPoints are the moments of a backup that can be restored.
type BackupPoints struct {
	Points  []BackupPoint `json:"points" doc:"the newest first"`
	Reaches []BackupReach `json:"reaches"`
	Bytes   int64         `json:"bytes"`
	Objects int           `json:"objects"`
	Strange int           `json:"strange" doc:"objects that no hub wrote; they are left alone"`
}

// BackupPointsOf is what a history offers to a restore.
func BackupPointsOf(h *backup.History) BackupPoints {
	out := BackupPoints{Points: []BackupPoint{}, Reaches: []BackupReach{}, Bytes: h.Bytes, Objects: h.Objects, Strange: len(h.Strange)}
	for _, l := range slices.Backward(h.Lines) {
		for _, f := range slices.Backward(l.Fulls) {
			out.Points = append(out.Points, BackupPoint{l.ID, f.Seq, store.Moment(f.Time), f.Bytes, f.Whole})
		}
	}
	for _, r := range h.Reaches() {
		out.Reaches = append(out.Reaches, BackupReach{r.Line, store.Moment(r.From), store.Moment(r.To)})
	}
	return out
}

// BackupDecision is what the rules make of one checkpoint or segment.
type BackupDecision struct {
	Time    store.Timestamp `json:"time"`
	Bytes   int64           `json:"bytes"`
	Keep    bool            `json:"keep"`
	Reasons []string        `json:"reasons"`
}

// BackupPlan is what forgetting would do now.
type BackupPlan struct {
	Points      []BackupDecision `json:"points"`
	KeepBytes   int64            `json:"keepBytes"`
	ForgetBytes int64            `json:"forgetBytes"`
	Segments    int              `json:"segments" doc:"segments of the log that would be forgotten"`
	Waiting     int              `json:"waiting" doc:"objects that were marked and wait a day before they go"`
}

// StoreCopy is a store that was restored beside the hub's own.
type StoreCopy struct {
	Name    string           `json:"name"`
	Path    string           `json:"path" doc:"its folder on the hub's computer"`
	Made    store.Timestamp  `json:"made"`
	Backup  string           `json:"backup"`
	At      *store.Timestamp `json:"at,omitempty" doc:"the moment that was wished for; left out: the newest"`
	Time    store.Timestamp  `json:"time" doc:"of the last change in it"`
	Seq     uint64           `json:"seq"`
	Root    string           `json:"root" doc:"Merkle root of its content"`
	Counts  []CopyCount      `json:"counts"`
	Lost    int              `json:"lost" doc:"files that the backup does not have whole"`
	Next    bool             `json:"next" doc:"it takes the store's place at the next start"`
	Command string           `json:"command" doc:"what puts it in the place of the hub's own store, with the hub stopped"`
}

// CopyCount compares one collection.
type CopyCount struct {
	Collection string `json:"collection"`
	There      int    `json:"there" doc:"documents in the copy"`
	Here       int    `json:"here" doc:"documents in the hub's own store when it was made"`
}

// registerBackupWork adds what is done with a backup.
func registerBackupWork(api huma.API, d Deps) {
	tags := []string{"backups"}
	start := func(ctx context.Context, kind string, in BackupJob, title string) (*jobAnswer, error) {
		c := caller(ctx)
		doc, err := d.Backups.Get(ctx, c.Scope, in.ID)
		if err != nil {
			return nil, err
		}
		return started(d.Jobs.Start(ctx, job.Caller(c), kind, in, title+": "+doc.Value.Name))
	}
	post := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodPost, Path: "/api/v1/backups/{id}/" + path, Tags: tags, DefaultStatus: http.StatusAccepted, Summary: summary}
	}
	huma.Register(api, post("backupNow", "now", "Back up everything that is committed, as a job"),
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				Full bool `json:"full,omitempty" doc:"write a whole checkpoint too"`
			}
		}) (*jobAnswer, error) {
			return start(ctx, BackupNow, BackupJob{ID: in.ID, Full: in.Body.Full}, "Back up")
		})
	huma.Register(api, post("verifyBackup", "verify", "Look whether everything is there that a restore needs, as a job"),
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				All bool `json:"all,omitempty" doc:"fetch and open every object"`
			}
		}) (*jobAnswer, error) {
			return start(ctx, BackupVerify, BackupJob{ID: in.ID, Full: in.Body.All}, "Verify")
		})
	huma.Register(api, post("testBackup", "test", "Restore into a scratch store and compare it with this one, as a job"),
		func(ctx context.Context, in *BackupPath) (*jobAnswer, error) {
			return start(ctx, BackupTest, BackupJob{ID: in.ID}, "Test a restore")
		})
	huma.Register(api, post("drillBackup", "drill", "Restore as on the day of the loss, compare with this store, take the time, and keep a signed report, as a job"),
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				Chaos bool `json:"chaos,omitempty" doc:"let faults strike a copy as well; takes a few minutes"`
			}
		}) (*jobAnswer, error) {
			return start(ctx, BackupDrill, BackupJob{ID: in.ID, Chaos: in.Body.Chaos}, "Restore drill")
		})
	huma.Register(api, post("pruneBackup", "prune", "Forget what the rules do not keep, as a job; what goes is marked first and deleted a day later"),
		func(ctx context.Context, in *BackupPath) (*jobAnswer, error) {
			return start(ctx, BackupPrune, BackupJob{ID: in.ID}, "Forget old backups")
		})
	huma.Register(api, post("rotateBackup", "rotate", "Change the data key and seal everything anew, as a job; asked again an hour later it takes the old key out"),
		func(ctx context.Context, in *BackupPath) (*jobAnswer, error) {
			return start(ctx, BackupRotate, BackupJob{ID: in.ID}, "Change the data key")
		})
	huma.Register(api, post("restoreCopy", "restore", "Restore a moment into a store beside this one, as a job"),
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				At *store.Timestamp `json:"at,omitempty" doc:"left out: the newest"`
			}
		}) (*jobAnswer, error) {
			j := BackupJob{ID: in.ID}
			if in.Body.At != nil {
				j.At = in.Body.At.Time
			}
			return start(ctx, BackupRestore, j, "Restore a copy")
		})
	huma.Register(api, post("restoreVehicle", "restore-vehicle", "Bring one vehicle back with its records as it was at a moment, as a job; it can be undone"),
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				Vehicle string           `json:"vehicle" minLength:"1" maxLength:"64" doc:"its key or its VIN"`
				At      *store.Timestamp `json:"at,omitempty" doc:"left out: the newest"`
			}
		}) (*jobAnswer, error) {
			j := BackupJob{ID: in.ID, Vehicle: in.Body.Vehicle}
			if in.Body.At != nil {
				j.At = in.Body.At.Time
			}
			return start(ctx, BackupRestoreVehicle, j, "Restore a vehicle")
		})
	file := post("restoreFile", "restore-file", "Bring the bytes of a photo or paper back that is missing or damaged here")
	file.DefaultStatus = http.StatusNoContent
	huma.Register(api, file,
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				SHA256 string `json:"sha256" pattern:"^[0-9a-f]{64}$"`
			}
		}) (*struct{}, error) {
			return nil, d.Backups.RestoreFile(ctx, caller(ctx).Scope, in.ID, in.Body.SHA256)
		})

	huma.Register(api, huma.Operation{OperationID: "listBackupPoints", Method: http.MethodGet, Path: "/api/v1/backups/{id}/points", Tags: tags,
		Summary: "List what can be restored"},
		func(ctx context.Context, in *BackupPath) (*struct{ Body BackupPoints }, error) {
			h, err := d.Backups.History(ctx, caller(ctx).Scope, in.ID)
			if err != nil {
				return nil, err
			}
			return &struct{ Body BackupPoints }{BackupPointsOf(h)}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "planPrune", Method: http.MethodGet, Path: "/api/v1/backups/{id}/prune", Tags: tags,
		Summary: "Say what forgetting would keep and why, without doing it"},
		func(ctx context.Context, in *BackupPath) (*struct{ Body BackupPlan }, error) {
			p, err := d.Backups.Prune(ctx, caller(ctx).Scope, in.ID, true, nil)
			if err != nil {
				return nil, err
			}
			sum := retain.Add(p.Decisions)
			out := &struct{ Body BackupPlan }{BackupPlan{Points: []BackupDecision{}, KeepBytes: sum.KeepBytes, ForgetBytes: sum.ForgetBytes, Segments: sum.ForgetSpans, Waiting: p.Waiting}}
			for _, x := range p.Decisions {
				if !x.Span {
					out.Body.Points = append(out.Body.Points, BackupDecision{store.Moment(x.Time), x.Bytes, x.Keep, append([]string{}, x.Reasons...)})
				}
			}
			return out, nil
		})
	registerDrills(api, d)
	huma.Register(api, huma.Operation{OperationID: "listCopies", Method: http.MethodGet, Path: "/api/v1/backup-copies", Tags: tags,
		Summary: "List the stores that were restored beside this one"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []StoreCopy `json:"items"`
			}
		}, error) {
			list, err := d.Copies(ctx)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []StoreCopy `json:"items"`
				}
			}{}
			out.Body.Items = append([]StoreCopy{}, list...)
			return out, nil
		})
	huma.Register(api, huma.Operation{OperationID: "removeCopy", Method: http.MethodDelete, Path: "/api/v1/backup-copies/{name}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Remove a store that was restored beside this one"},
		func(ctx context.Context, in *struct {
			Name string `path:"name" maxLength:"64" pattern:"^[0-9A-Za-z-]+$"`
		}) (*struct{}, error) {
			return nil, d.RemoveCopy(ctx, in.Name)
		})
}
