package backup

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Mark stands in a store that is being restored into, from the first document
// to the last, and says where an interrupted restore goes on.
type Mark struct {
	ID         string `json:"id"`
	Repository string `json:"repository"`
	Device     string `json:"device"`
	Checkpoint string `json:"checkpoint"`
	Until      int64  `json:"until"` // sequence of the last change that belongs to it
	At         string `json:"at"`    // the moment wished for; "" is the newest
	Bound      int64  `json:"bound"` // the sequence wished for; 0 is none
	Part       int64  `json:"part"`  // parts of the checkpoint that are done
	Seq        int64  `json:"seq"`   // changes that are done; 0 while parts are missing
	Documents  int64  `json:"documents"`
	Following  bool   `json:"following"` // a warm standby: whole, and more comes
}

const (
	markOrg = "hubcap" // marks belong to no organisation of anybody
	markID  = "restore"
)

// Marks holds one mark while a restore goes on.
var Marks = store.Define(store.Def[Mark]{Name: "restores", Class: store.Truth, Schema: 1, Key: func(m *Mark) string { return m.ID }})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{Marks.Schema()} }

// Refuse returns an error when a restore into db has not ended: half a store
// is not to be worked with.
func Refuse(ctx context.Context, db store.DB) error {
	m, err := markOf(ctx, db)
	if err != nil || m == nil {
		return err
	}
	if m.Following {
		return fault.New(fault.Conflict, "this is a warm standby that follows a backup").
			WithRemedy("make it the hub with `hubcap standby --promote`, or serve another folder")
	}
	return fault.New(fault.Conflict, "a restore into this store stopped after %d documents", m.Documents).
		WithRemedy("run the same `hubcap restore` again: it goes on where it stopped; or begin with an empty store")
}

func markOf(ctx context.Context, db store.DB) (*Mark, error) {
	var d store.Doc[Mark]
	err := db.View(ctx, store.Org(markOrg), func(r store.Reader) (err error) { d, err = Marks.Get(r, markID); return err })
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return &d.Value, err
}
