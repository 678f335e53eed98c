package targets

import (
	"context"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// There is what one hub has written into a backup.
type There struct {
	Device  string
	History *backup.History
}

// last is the newest second that can be restored.
func (t *There) last() (at time.Time) {
	for _, r := range t.History.Reaches() {
		if r.To.After(at) {
			at = r.To
		}
	}
	return at
}

// From opens a backup from outside, with its passphrase or recovery key alone:
// the way of a bare machine. device "" is the hub that wrote last.
func From(ctx context.Context, b remote.Bucket, secret, device string) (*backup.Device, error) {
	repo, err := unlocked(ctx, b, secret)
	if err != nil {
		return nil, err
	}
	if device != "" {
		return repo.Device(device)
	}
	list, err := hubsIn(ctx, repo)
	if err != nil {
		return nil, err
	}
	return repo.Device(list[0].Device)
}

// Outside is From for a place as a person enters it.
func (d *Desk) Outside(ctx context.Context, e Entry, secret, device string) (*backup.Device, error) {
	b, err := d.place(ctx, e)
	if err != nil {
		return nil, err
	}
	return From(ctx, b, secret, device)
}

// Look says what a backup holds that is not one of this hub's, the hub that
// wrote last first.
func (d *Desk) Look(ctx context.Context, e Entry, secret string) ([]There, error) {
	b, err := d.place(ctx, e)
	if err != nil {
		return nil, err
	}
	repo, err := unlocked(ctx, b, secret)
	if err != nil {
		return nil, err
	}
	return hubsIn(ctx, repo)
}

func (d *Desk) place(ctx context.Context, e Entry) (remote.Bucket, error) {
	t := e.Target
	if err := d.check(&t); err != nil {
		return nil, err
	}
	secret := vault.Secret{}
	if e.Secret != nil {
		secret = *e.Secret
	}
	return d.o.Open(ctx, &t, secret)
}

func unlocked(ctx context.Context, b remote.Bucket, secret string) (*backup.Repo, error) {
	key, err := backup.Unlock(ctx, b, secret)
	if err != nil {
		return nil, err
	}
	return backup.Open(ctx, b, key, backup.Options{})
}

func hubsIn(ctx context.Context, repo *backup.Repo) ([]There, error) {
	ids, err := repo.Devices(ctx)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, fault.New(fault.NotFound, "no hub has written into this backup yet").WithRemedy("look at the place and the prefix")
	}
	var out []There
	for _, id := range ids {
		dev, err := repo.Device(id)
		if err != nil {
			return nil, err
		}
		h, err := dev.History(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, There{id, h})
	}
	slices.SortStableFunc(out, func(a, b There) int { return b.last().Compare(a.last()) })
	return out, nil
}
