package targets

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/backup"
)

// Drilled is what a drill of a target works with: its device, and the shipper
// that can compare it with the live store.
func (d *Desk) Drilled(ctx context.Context, sc store.Scope, id string) (*backup.Device, *backup.Shipper, error) {
	dev, err := d.Device(ctx, sc, id)
	if err != nil {
		return nil, nil, err
	}
	_, s, err := d.shipper(ctx, id)
	return dev, s, err
}
