package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/retain"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

// Backup is a place of backups, its settings and how it stands. Secrets go in
// and never come out again.
type Backup struct {
	ID     string          `json:"id"`
	Rev    int64           `json:"rev"`
	Name   string          `json:"name"`
	Kind   string          `json:"kind" enum:"s3,folder"`
	Where  string          `json:"where" doc:"the place in a few words"`
	Folder string          `json:"folder,omitempty"`
	S3     *BackupBucket   `json:"s3,omitempty"`
	Prefix string          `json:"prefix,omitempty"`
	Added  store.Timestamp `json:"added"`
	Paused bool            `json:"paused"`

	BackupRules

	SetUp      bool   `json:"setUp" doc:"it has a repository and its key"`
	Repository string `json:"repository,omitempty"`
	Device     string `json:"device,omitempty" doc:"this hub's part of it"`
	Ask        []int  `json:"ask" doc:"the words of the recovery sheet, by their place, that are still to be entered again"`

	Phase      string           `json:"phase" enum:",starting,shipping,away,shut_out,behind,waiting,stopped,unusable" doc:"what its loop is doing; empty where none runs here"`
	Head       uint64           `json:"head" doc:"sequence of the last change"`
	Shipped    uint64           `json:"shipped" doc:"sequence of the last change that is in the backup"`
	LagSeconds int64            `json:"lagSeconds" doc:"age of the oldest change that is not in the backup"`
	Through    *store.Timestamp `json:"through,omitempty" doc:"everything written until then is in the backup"`
	Next       *store.Timestamp `json:"next,omitempty" doc:"when the next backup goes up; left out: at once, or when somebody asks"`
	First      *store.Timestamp `json:"first,omitempty" doc:"the earliest moment that can be restored"`
	Bytes      int64            `json:"bytes"`
	Objects    int64            `json:"objects"`
	Checkpoint BackupChore      `json:"checkpoint"`
	Verify     BackupChore      `json:"verify"`
	Test       BackupChore      `json:"test" doc:"a restore into a scratch store, compared by counts and Merkle root"`
	TestTookMS int64            `json:"testTookMs"`
	TestDocs   int64            `json:"testDocuments"`
	Green      bool             `json:"green" doc:"a restore test came out right and nothing severe is wrong"`
	Alerts     []targets.Alert  `json:"alerts"`
}

// BackupChore says when a chore was last done, and how it came out.
type BackupChore struct {
	Tried *store.Timestamp `json:"tried,omitempty"`
	Well  *store.Timestamp `json:"well,omitempty" doc:"the last time that it came out right"`
	Why   string           `json:"why,omitempty" doc:"why it did not, the last time"`
}

// BackupBucket is how an S3 bucket is reached.
type BackupBucket struct {
	Endpoint  string           `json:"endpoint" maxLength:"300" doc:"such as https://s3.example.com"`
	Bucket    string           `json:"bucket" maxLength:"100"`
	Region    string           `json:"region,omitempty" maxLength:"100"`
	PathStyle bool             `json:"pathStyle,omitempty" doc:"the bucket stands in the path, not in the host"`
	Class     string           `json:"class,omitempty" maxLength:"60" doc:"storage class"`
	CA        string           `json:"ca,omitempty" maxLength:"65536" doc:"PEM of a further authority"`
	AccessKey string           `json:"accessKey" maxLength:"300"`
	Ends      *store.Timestamp `json:"ends,omitempty" doc:"when the credential ends"`

	PruneAccessKey string `json:"pruneAccessKey,omitempty" maxLength:"300" doc:"a second credential, which may delete"`
}

// BackupRules say when a backup is made and what is kept.
type BackupRules struct {
	Preset   string     `json:"preset,omitempty" enum:"continuous,quarter,nightly,on_demand"`
	At       string     `json:"at,omitempty" maxLength:"5" doc:"local time of the nightly work, such as 03:10"`
	Keep     BackupKeep `json:"keep,omitempty"`
	TestDays int64      `json:"testDays,omitempty" minimum:"0" maximum:"365" doc:"days between restore tests"`
	Limit    int64      `json:"limit,omitempty" minimum:"0" doc:"KiB a second; 0 is none"`
	Hours    string     `json:"hours,omitempty" maxLength:"11" doc:"of the day in which bulk work is done, such as 22:00-06:00; empty: all"`
	LockDays int64      `json:"lockDays,omitempty" minimum:"0" maximum:"3650" doc:"object lock, where the bucket offers it"`
}

// BackupKeep says how many restore points of each sort are kept.
type BackupKeep struct {
	Last    int64 `json:"last" minimum:"0"`
	Hourly  int64 `json:"hourly" minimum:"0"`
	Daily   int64 `json:"daily" minimum:"0"`
	Weekly  int64 `json:"weekly" minimum:"0"`
	Monthly int64 `json:"monthly" minimum:"0"`
	Yearly  int64 `json:"yearly" minimum:"0"`
	Days    int64 `json:"days" minimum:"0" doc:"of which any second can be restored"`
}

// BackupEntry is what a person enters.
type BackupEntry struct {
	Name        string        `json:"name" maxLength:"80"`
	Kind        string        `json:"kind" enum:"s3,folder"`
	Folder      string        `json:"folder,omitempty" maxLength:"4096"`
	S3          *BackupBucket `json:"s3,omitempty"`
	Secret      *string       `json:"secret,omitempty" maxLength:"4096" doc:"of the access key; left out: the one that is there stays"`
	PruneSecret *string       `json:"pruneSecret,omitempty" maxLength:"4096"`
	Prefix      string        `json:"prefix,omitempty" maxLength:"300"`
	Paused      bool          `json:"paused,omitempty"`
	BackupRules
}

func (e *BackupEntry) entry() targets.Entry {
	out := targets.Entry{Target: targets.Target{Name: e.Name, Kind: e.Kind, Folder: e.Folder, Prefix: e.Prefix, Paused: e.Paused, Preset: e.Preset, At: e.At,
		Keep: targets.Keep(e.Keep), TestDays: e.TestDays, Limit: e.Limit, Hours: e.Hours, LockDays: e.LockDays}}
	if b := e.S3; b != nil {
		out.S3 = &targets.Bucket{Endpoint: b.Endpoint, Bucket: b.Bucket, Region: b.Region, PathStyle: b.PathStyle, Class: b.Class, CA: b.CA,
			AccessKey: b.AccessKey, Ends: b.Ends, PruneAccessKey: b.PruneAccessKey}
	}
	for from, to := range map[*string]**vault.Secret{e.Secret: &out.Secret, e.PruneSecret: &out.PruneSecret} {
		if from != nil {
			s := vault.NewSecret(*from)
			*to = &s
		}
	}
	return out
}

func asBackup(s *targets.Status, now time.Time) Backup {
	t, r := s.Target.Value, s.Record
	b := Backup{ID: s.Target.Key, Rev: s.Target.Rev, Name: t.Name, Kind: t.Kind, Where: t.Where(), Folder: t.Folder, Prefix: t.Prefix, Added: t.Added, Paused: t.Paused,
		BackupRules: BackupRules{Preset: t.Preset, At: t.At, Keep: BackupKeep(t.Keep), TestDays: t.TestDays, Limit: t.Limit, Hours: t.Hours, LockDays: t.LockDays},
		SetUp:       t.SetUp(), Repository: t.Repository, Device: t.Device, Ask: append([]int{}, s.Ask...), Phase: string(s.Phase), Head: s.Head, Shipped: s.Shipped,
		LagSeconds: int64(s.Lag(now).Seconds()), Through: maybe(store.Moment(s.Through)), Next: maybe(store.Moment(s.Next)), First: maybe(r.First),
		Bytes: r.Bytes, Objects: r.Objects, Checkpoint: asChore(r.Checkpoint), Verify: asChore(r.Verify), Test: asChore(r.Test), TestTookMS: r.TestTook, TestDocs: r.TestDocs,
		Green: s.Green, Alerts: append([]targets.Alert{}, s.Alerts...)}
	if t.S3 != nil {
		b.S3 = &BackupBucket{Endpoint: t.S3.Endpoint, Bucket: t.S3.Bucket, Region: t.S3.Region, PathStyle: t.S3.PathStyle, Class: t.S3.Class, CA: t.S3.CA,
			AccessKey: t.S3.AccessKey, Ends: t.S3.Ends, PruneAccessKey: t.S3.PruneAccessKey}
	}
	return b
}

func asChore(d targets.Done) BackupChore {
	return BackupChore{Tried: maybe(d.Tried), Well: maybe(d.Well), Why: d.Why}
}

// maybe is a time, nil where there is none.
func maybe(t store.Timestamp) *store.Timestamp {
	if t.IsZero() {
		return nil
	}
	return &t
}

// BackupPath names a backup in the address.
type BackupPath struct {
	ID string `path:"id" maxLength:"36"`
}

type backupAnswer struct {
	ETag string `header:"ETag"`
	Body Backup
}

func registerBackups(api huma.API, d Deps) {
	tags := []string{"backups"}
	answer := func(ctx context.Context, id string, err error) (*backupAnswer, error) {
		if err != nil {
			return nil, err
		}
		s, err := d.Backups.StatusOf(ctx, caller(ctx).Scope, id)
		if err != nil {
			return nil, err
		}
		return &backupAnswer{ETag: etag(s.Target.Rev), Body: asBackup(&s, d.Now())}, nil
	}
	huma.Register(api, huma.Operation{OperationID: "listBackups", Method: http.MethodGet, Path: "/api/v1/backups", Tags: tags,
		Summary: "List the places of backups and how each stands"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []Backup `json:"items"`
			}
		}, error) {
			list, err := d.Backups.Status(ctx, caller(ctx).Scope)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []Backup `json:"items"`
				}
			}{}
			out.Body.Items = make([]Backup, 0, len(list))
			for i := range list {
				out.Body.Items = append(out.Body.Items, asBackup(&list[i], d.Now()))
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "getBackup", Method: http.MethodGet, Path: "/api/v1/backups/{id}", Tags: tags,
		Summary: "Read one place of backups and how it stands"},
		func(ctx context.Context, in *BackupPath) (*backupAnswer, error) { return answer(ctx, in.ID, nil) })

	huma.Register(api, huma.Operation{OperationID: "addBackup", Method: http.MethodPost, Path: "/api/v1/backups", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Enter a place of backups; nothing is sent there before it is set up"},
		func(ctx context.Context, in *struct{ Body BackupEntry }) (*backupAnswer, error) {
			c := caller(ctx)
			doc, err := d.Backups.Save(ctx, c.Scope, c.Actor, "", in.Body.entry(), 0)
			return answer(ctx, doc.Key, err)
		})

	huma.Register(api, huma.Operation{OperationID: "setBackup", Method: http.MethodPut, Path: "/api/v1/backups/{id}", Tags: tags,
		Summary: "Change the settings of a place of backups, or pause it"},
		func(ctx context.Context, in *struct {
			BackupPath
			IfMatch string `header:"If-Match" required:"true"`
			Body    BackupEntry
		}) (*backupAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			c := caller(ctx)
			_, err = d.Backups.Save(ctx, c.Scope, c.Actor, in.ID, in.Body.entry(), rev)
			return answer(ctx, in.ID, err)
		})

	huma.Register(api, huma.Operation{OperationID: "removeBackup", Method: http.MethodDelete, Path: "/api/v1/backups/{id}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Forget a place of backups with its keys; what lies there stays"},
		func(ctx context.Context, in *struct {
			BackupPath
			IfMatch string `header:"If-Match" required:"true"`
		}) (*struct{}, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			c := caller(ctx)
			return nil, precondition(d.Backups.Remove(ctx, c.Scope, c.Actor, in.ID, rev))
		})

	huma.Register(api, huma.Operation{OperationID: "tryBackup", Method: http.MethodPost, Path: "/api/v1/backups/try", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Try a place as it is entered or saved: reach, write, read, delete, clock"},
		func(ctx context.Context, in *struct {
			Body struct {
				ID    string       `json:"id,omitempty" maxLength:"36" doc:"the saved one, whose secret is used where none is entered"`
				Entry *BackupEntry `json:"entry,omitempty"`
			}
		}) (*struct{ Body BackupTried }, error) {
			var e *targets.Entry
			if in.Body.Entry != nil {
				entry := in.Body.Entry.entry()
				e = &entry
			}
			steps, exists, err := d.Backups.Test(ctx, caller(ctx).Scope, in.Body.ID, e)
			if err != nil {
				return nil, err
			}
			return &struct{ Body BackupTried }{BackupTried{Steps: append([]targets.Step{}, steps...), Exists: exists}}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "estimateBackup", Method: http.MethodPost, Path: "/api/v1/backups/estimate", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Estimate a month's requests and bytes of rules, from what this hub wrote in the last days"},
		func(ctx context.Context, in *struct{ Body BackupRules }) (*struct{ Body BackupEstimate }, error) {
			u, err := d.BackupUsage(ctx)
			if err != nil {
				return nil, err
			}
			preset := retain.Preset(in.Body.Preset)
			if preset == "" {
				preset = retain.Continuous
			}
			keep := targets.Keep(in.Body.Keep)
			if keep == (targets.Keep{}) {
				keep = targets.KeepOf(retain.Default())
			}
			c := retain.Estimate(preset, u, keep.Policy())
			return &struct{ Body BackupEstimate }{BackupEstimate{ClassA: c.Puts + c.Lists, ClassB: c.Gets, Deletes: c.Deletes, Uploaded: c.Uploaded,
				Downloaded: c.Downloaded, Stored: c.Stored, WritesPerDay: int64(u.WritesPerDay)}}, nil
		})
	registerBackupKeys(api, d, answer)
	registerBackupWork(api, d)
	registerBackupOutside(api, d)
}

// BackupTried is what a test of a place found.
type BackupTried struct {
	Steps  []targets.Step `json:"steps"`
	Exists bool           `json:"exists" doc:"there is a backup already: open it with its passphrase"`
}

// BackupEstimate is what a month costs.
type BackupEstimate struct {
	ClassA       int64 `json:"classA" doc:"requests that providers price higher: put and list"`
	ClassB       int64 `json:"classB" doc:"the others: get"`
	Deletes      int64 `json:"deletes"`
	Uploaded     int64 `json:"uploaded" doc:"bytes"`
	Downloaded   int64 `json:"downloaded" doc:"bytes"`
	Stored       int64 `json:"stored" doc:"bytes that lie there in the long run"`
	WritesPerDay int64 `json:"writesPerDay" doc:"what it was reckoned with"`
}
