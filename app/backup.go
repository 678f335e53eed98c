package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/blob"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lease"
	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/move"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/backup"
	place "github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/s3"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

// Content is what of the collections a backup holds: all truth, without the
// marks of moves and restores.
func Content() []*store.Schema {
	return targets.Content(Collections(), move.Marks.Schema(), backup.Marks.Schema())
}

// openBackups joins the store, the files and the vault to the places where
// backups go.
func (a *App) openBackups() {
	a.leases = lease.New(a.db, a.seize)
	a.backups = targets.New(targets.Options{
		DB: a.db, Engine: a.beneath, Source: a.backupSource, Lease: a.leases, IDs: a.ids, Now: a.now, Log: a.log,
		Record: a.trail.Record, Vault: a.keys.Vault, Data: a.cfg.Data, Version: a.version,
		Open: func(_ context.Context, t *targets.Target, secret vault.Secret) (place.Bucket, error) {
			if t.S3 != nil {
				if err := mayReach(a.cfg.NetAllow, t.S3.Endpoint); err != nil {
					return nil, err
				}
			}
			return OpenTarget(t, secret, a.cfg.NetAllow)
		},
		Scratch: func(ctx context.Context, dir string) (backup.Target, func() error, error) {
			db, err := bolt.Open(ctx, dir, Collections(), bolt.Options{})
			if err != nil {
				return backup.Target{}, nil, err
			}
			return backup.Target{DB: db, Schemas: Content()}, db.Close, nil
		},
	})
	a.metrics.Backups(a.backupStates)
	if !a.still {
		a.loop("backups", a.backups.Run)
	}
}

// mayReach refuses an endpoint that the guard would not dial, or that is plain
// http to another machine, naming the field of a bucket.
func mayReach(guard netguard.Guard, endpoint string) error {
	_, err := guard.URL(endpoint)
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) > 0 {
		return fault.InvalidField("/endpoint", f.Fields[0].Problem, f.Fields[0].Remedy)
	}
	return err
}

// seize is the engine's way to let one process of several do something.
func (a *App) seize(ctx context.Context, name string) (lease.Lock, error) {
	switch db := a.beneath.(type) {
	case *bolt.DB:
		s, err := db.Seize(ctx, name)
		if err != nil {
			return nil, err
		}
		return s, nil
	case *postgres.DB:
		s, err := db.Seize(ctx, name)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	return nil, fault.New(fault.Internal, "this store gives no leases")
}

// backupSource is the store as a backup reads it.
func (a *App) backupSource() backup.Source {
	return backup.Source{DB: a.beneath, Schemas: Content(), Files: a.files.blobs, Version: a.version,
		Vault: func(seal func([]byte) ([]byte, error)) ([]byte, error) {
			v, err := a.keys.Vault()
			if err != nil {
				return nil, err
			}
			return v.Export(seal)
		}}
}

// OpenTarget reaches the place of a target, below its prefix.
func OpenTarget(t *targets.Target, secret vault.Secret, guard netguard.Guard) (place.Bucket, error) {
	b, err := openPlace(t, secret, guard)
	if err != nil {
		return nil, err
	}
	if t.Limit > 0 {
		b = place.Limit(b, t.Limit<<10)
	}
	return place.Under(b, t.Prefix)
}

func openPlace(t *targets.Target, secret vault.Secret, guard netguard.Guard) (place.Bucket, error) {
	if t.Kind == targets.Folder || t.S3 == nil {
		return place.OpenDirectory(t.Folder, place.DirectoryOptions{})
	}
	o := s3.Options{Endpoint: t.S3.Endpoint, Bucket: t.S3.Bucket, Region: t.S3.Region, PathStyle: t.S3.PathStyle,
		AccessKey: t.S3.AccessKey, SecretKey: secret.Reveal(), Class: t.S3.Class}
	if t.S3.CA != "" {
		o.CA = []byte(t.S3.CA)
	}
	if tr, ok := guard.Client().Transport.(*http.Transport); ok {
		o.Transport = tr
	}
	return s3.Open(o)
}

// backupStates are the targets as the metrics tell them.
func (a *App) backupStates() []telemetry.Backup {
	ctx, cancel := context.WithTimeout(a.running, 5*time.Second)
	defer cancel()
	list, err := a.backups.Status(ctx, store.Org(account.Home))
	if err != nil {
		return nil
	}
	now := a.now()
	out := make([]telemetry.Backup, 0, len(list))
	for _, s := range list {
		b := telemetry.Backup{Target: s.Target.Key, Lag: s.Lag(now), Through: s.Through, Verified: s.Record.Verify.Well.Time, Tested: s.Record.Test.Well.Time,
			Bytes: s.Record.Bytes, Green: s.Green, Alerts: map[string]bool{}}
		if s.Head > s.Shipped {
			b.Changes = s.Head - s.Shipped
		}
		for _, alert := range s.Alerts {
			b.Alerts[string(alert.Code)] = alert.Severe
		}
		out = append(out, b)
	}
	return out
}

// checkBackups tells the doctor how the backups stand.
func (a *App) checkBackups(ctx context.Context, e *examination) error {
	list, err := a.backups.Status(ctx, store.Org(account.Home))
	if err != nil {
		return err
	}
	green := 0
	for _, s := range list {
		for _, alert := range s.Alerts {
			if alert.Severe {
				e.wrong(alert.What, alert.Remedy)
			} else {
				e.note(alert.What, alert.Remedy)
			}
		}
		if s.Green {
			green++
		}
	}
	switch {
	case len(list) == 0:
		e.Facts = "there is none: a lost disk loses everything"
	default:
		e.Facts = fmt.Sprintf("%d of %d are proven by a restore", green, len(list))
	}
	return nil
}

// copiesFolder holds stores that were restored beside the hub's own.
const copiesFolder = "restored"

func (a *App) copyFolder(name string) string { return filepath.Join(a.cfg.Data, copiesFolder, name) }

// blobsOf is the place of the files of records in a data folder.
func blobsOf(data string) *blob.Folder { return blob.OpenFolder(filepath.Join(data, blobsFolder), nil) }
