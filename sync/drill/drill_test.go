package drill_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/drill"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

type car struct {
	ID   string `json:"id"`
	Note string `json:"note"`
}

var cars = store.Define(store.Def[car]{Name: "cars", Class: store.Truth, Schema: 1, Key: func(c *car) string { return c.ID }})

var content = []*store.Schema{cars.Schema()}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB) *mem.DB {
	t.Helper()
	db, err := mem.Open(append(backup.Schemas(), content...), mem.Options{})
	check(t, err)
	return db
}

// hub is a store that ships into a bucket.
func hub(t *testing.T) (*backup.Shipper, *backup.Device, func()) {
	db := open(t)
	write := func(i int) {
		_, err := db.Update(t.Context(), store.Write{Scope: store.Org("main"), Actor: actor.Hub("test")}, func(tx store.Tx) error {
			_, err := cars.Put(tx, &car{ID: fmt.Sprint("c", i%30), Note: fmt.Sprint("note ", i)}, store.AnyRev)
			return err
		})
		check(t, err)
	}
	rec, err := seal.NewRecovery()
	check(t, err)
	repo, _, err := backup.Init(t.Context(), remote.NewMemory(remote.MemoryOptions{}), backup.Secrets{Passphrase: "a passphrase of tests", Recovery: rec}, backup.Options{Work: seal.CheapForTests})
	check(t, err)
	dev, err := repo.Device("hub")
	check(t, err)
	s := dev.NewShipper(backup.Source{DB: db, Schemas: content, Version: "test"}, backup.ShipOptions{Name: "b", Holder: "h", Scratch: t.TempDir()})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	write(0)
	go func() { ended <- s.Run(ctx) }()
	for i := range 40 {
		write(i)
		time.Sleep(time.Second)
	}
	check(t, s.Flush(t.Context()))
	return s, dev, func() { cancel(); check(t, <-ended) }
}

func options(t *testing.T, dev *backup.Device, s *backup.Shipper) drill.Options {
	return drill.Options{Device: dev, Shipper: s, Schemas: content, Scratch: t.TempDir(), Version: "test", Engines: []drill.Engine{{
		Name: "store in memory",
		Open: func(context.Context) (backup.Target, func() error, error) {
			db := open(t)
			return backup.Target{DB: db, Schemas: content}, db.Close, nil
		},
		Serve: func(context.Context) ([]string, error) { return nil, nil },
	}}}
}

func TestDrillWithEveryFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, dev, stop := hub(t)
		defer stop()
		o := options(t, dev, s)
		o.Chaos = true
		r, err := o.Run(t.Context())
		check(t, err)
		for _, f := range r.Chaos {
			if !f.Live || !f.Held {
				t.Errorf("%+v", f)
			}
		}
		if !r.OK || !r.Compared || !r.Runs[0].Equal || r.Runs[0].Counts["cars"] != 30 {
			t.Errorf("%+v", r)
		}
		if r.RPO == nil || r.RPO.MaxMS > 5000 {
			t.Errorf("RPO %+v", r.RPO)
		}
		file, err := drill.Sign(r, dev.Repo())
		check(t, err)
		again, key, err := drill.Check(file)
		check(t, err)
		if again.Runs[0].Root != r.Runs[0].Root {
			t.Error("the report reads otherwise than it was written")
		}
		var page bytes.Buffer
		check(t, drill.WriteHTML(&page, again, key))
		for _, want := range []string{"passed", "held", "store in memory", r.Runs[0].Root} {
			if !strings.Contains(page.String(), want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		forged := bytes.Replace(file, []byte(`"ok":true`), []byte(`"ok":true `), 1)
		if _, _, err := drill.Check(forged); !fault.Is(err, fault.Invalid) {
			t.Errorf("a changed report: %v", err)
		}
	})
}

// What is broken is in the report, and the drill does not pass.
func TestDrillSaysWhatIsBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, dev, stop := hub(t)
		defer stop()
		o := options(t, dev, s)
		o.Engines[0].Serve = func(context.Context) ([]string, error) { return []string{"a car has no wheels"}, nil }
		r, err := o.Run(t.Context())
		check(t, err)
		if r.OK || r.Runs[0].OK {
			t.Error("a drill passed over a broken invariant")
		}
		b, err := json.Marshal(r)
		check(t, err)
		if !strings.Contains(string(b), "no wheels") {
			t.Error("the report does not say what")
		}
		// Every part of the checkpoint is gone.
		bucket := dev.Repo().Bucket()
		check(t, bucket.List(t.Context(), "d/hub/full/", "", func(i remote.Info) error { return bucket.Delete(t.Context(), i.Name) }))
		o.Engines[0].Serve = nil
		r, err = o.Run(t.Context())
		check(t, err)
		if r.OK || r.Runs[0].Trouble == "" {
			t.Errorf("a drill passed without a checkpoint: %+v", r)
		}
	})
}
