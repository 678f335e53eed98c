package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

// RestoreOutside is the kind of job that restores a backup which is not one of
// this hub's.
const RestoreOutside = "restore_outside"

// OutsideJob is its input. What opens the backup is no part of it.
type OutsideJob struct {
	Ref    string    `json:"ref"`
	Device string    `json:"device,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

// BackupOutside is a backup that this hub knows nothing of.
type BackupOutside struct {
	Entry  BackupEntry `json:"entry" doc:"where it lies"`
	Secret string      `json:"secret" minLength:"1" maxLength:"1000" doc:"its passphrase, or its recovery key"`
}

// RestoreFrom asks for a restore of such a backup.
type RestoreFrom struct {
	BackupOutside
	Device string           `json:"device,omitempty" maxLength:"40" doc:"which hub's; left out: the one that wrote last"`
	At     *store.Timestamp `json:"at,omitempty" doc:"left out: the newest"`
}

// Targets is the place as it is opened. It needs no name.
func (b *BackupOutside) Targets() targets.Entry {
	e := b.Entry.entry()
	e.Name = "outside"
	return e
}

// HubThere is one hub that wrote into a backup.
type HubThere struct {
	Device  string        `json:"device"`
	Bytes   int64         `json:"bytes"`
	Reaches []BackupReach `json:"reaches" doc:"of which every second can be restored"`
}

func registerBackupOutside(api huma.API, d Deps) {
	tags := []string{"backups"}
	huma.Register(api, huma.Operation{OperationID: "lookOutside", Method: http.MethodPost, Path: "/api/v1/restores/look", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Open a backup that is not one of this hub's and say what can be restored"},
		func(ctx context.Context, in *struct{ Body BackupOutside }) (*struct {
			Body struct {
				Hubs []HubThere `json:"hubs" doc:"the one that wrote last first"`
			}
		}, error) {
			list, err := d.Backups.Look(ctx, in.Body.Targets(), in.Body.Secret)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Hubs []HubThere `json:"hubs" doc:"the one that wrote last first"`
				}
			}{}
			out.Body.Hubs = []HubThere{}
			for _, h := range list {
				there := HubThere{Device: h.Device, Bytes: h.History.Bytes, Reaches: []BackupReach{}}
				for _, r := range h.History.Reaches() {
					there.Reaches = append(there.Reaches, BackupReach{r.Line, store.Moment(r.From), store.Moment(r.To)})
				}
				out.Body.Hubs = append(out.Body.Hubs, there)
			}
			return out, nil
		})
	huma.Register(api, huma.Operation{OperationID: "restoreOutside", Method: http.MethodPost, Path: "/api/v1/restores", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Restore such a backup into a store beside this one, as a job"},
		func(ctx context.Context, in *struct{ Body RestoreFrom }) (*jobAnswer, error) {
			return started(d.RestoreFrom(ctx, job.Caller(caller(ctx)), in.Body))
		})
	huma.Register(api, huma.Operation{OperationID: "switchCopy", Method: http.MethodPost, Path: "/api/v1/backup-copies/switch", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Have a restored copy take this store's place at the next start; what is here becomes a copy"},
		func(ctx context.Context, in *struct {
			Body struct {
				Name string `json:"name" maxLength:"64" pattern:"^[0-9A-Za-z-]*$" doc:"empty: none, after all"`
			}
		}) (*struct{}, error) {
			return nil, d.SwitchCopy(ctx, caller(ctx), in.Body.Name)
		})
}
