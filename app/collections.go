package app

import (
	"slices"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/lease"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/move"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/view"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

// Collections are all that a store of Hubcap holds. One that is new or
// changed needs a step for PostgreSQL: go test ./app -run TestMigrations
// -update writes it.
func Collections() []*store.Schema {
	return slices.Concat(vehicle.Schemas(), account.Schemas(), insight.Schemas(), view.Schemas(), intake.Schemas(), gate.Schemas(), route.Schemas(), job.Schemas(),
		move.Schemas(), audit.Schemas(), lan.Schemas(), lease.Schemas(), backup.Schemas(), targets.Schemas(), []*store.Schema{store.Undos.Schema()})
}
