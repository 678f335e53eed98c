package vehicle

import (
	"context"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// keepUndo is how long a batch can be taken back.
const keepUndo = 30 * 24 * time.Hour

// Undone says what Undo did. Kept counts documents that somebody has written
// since: they are left as they are.
type Undone struct {
	Restored, Kept int
	Seq            uint64
	Batch          string // undoes the undo
}

// Undo takes back what a batch wrote, where nobody has written since.
func (h *Hub) Undo(ctx context.Context, c Caller, batch string) (Undone, error) {
	w := store.Write{Scope: c.Scope, Actor: c.Actor, Batch: h.ids.New()}
	schemas := Schemas()
	for _, k := range h.kept {
		schemas = append(schemas, k.Schema)
	}
	u, err := store.Undo(ctx, h.db, schemas, w, batch, h.ids, h.now())
	return Undone{u.Restored, len(u.Kept), u.Seq, w.Batch}, err
}

// ForgetUndo removes undo entries older than 30 days, everywhere.
func (h *Hub) ForgetUndo(ctx context.Context, org string) error {
	_, err := store.ForgetUndo(ctx, h.db, store.Write{Scope: store.System().In(org), Actor: actor.Hub("housekeeping")}, h.now().Add(-keepUndo))
	return err
}
