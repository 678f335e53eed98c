package app

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/sync/backup"
)

// AskBackup says which documents the newest state of a backup still has, for
// those that a damaged folder has lost or has older. cache is a folder for
// what is fetched meanwhile.
func AskBackup(d *backup.Device, cache string) func(context.Context, []bolt.SalvageDocument) error {
	type id struct{ coll, org, key string }
	return func(ctx context.Context, asked []bolt.SalvageDocument) error {
		if len(asked) == 0 {
			return nil
		}
		wanted := map[id]bool{}
		for _, a := range asked {
			wanted[id{a.Collection, a.Org, a.Key}] = true
		}
		docs, plan, err := d.Extract(ctx, backup.RestoreOptions{Cache: filepath.Join(cache, "asked")}, func(coll, org, key string, _ []byte) bool { return wanted[id{coll, org, key}] })
		if err != nil {
			return fmt.Errorf("ask the backup: %w", err)
		}
		revs := map[id]int64{}
		for _, d := range docs {
			revs[id{d.Collection, d.Org, d.Key}] = d.Rev
		}
		for i, a := range asked {
			if rev := revs[id{a.Collection, a.Org, a.Key}]; rev > 0 {
				asked[i].InBackup = fmt.Sprintf("revision %d, as of %s", rev, plan.At.UTC().Format("2006-01-02T15:04:05Z"))
			}
		}
		return nil
	}
}
