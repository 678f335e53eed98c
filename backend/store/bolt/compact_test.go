package bolt_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
)

type leaf struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

var leaves = store.Define(store.Def[leaf]{Name: "leaves", Class: store.Truth, Schema: 1, Key: func(l *leaf) string { return l.ID }})

func TestCompactGivesRoomBackAndKeepsTheRest(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	schemas := []*store.Schema{leaves.Schema()}
	db, err := bolt.Open(ctx, dir, schemas, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := store.Write{Scope: store.Org("home"), Actor: actor.Machine()}
	write := func(n int, do func(tx store.Tx, key string) error) {
		t.Helper()
		_, err := db.Update(ctx, w, func(tx store.Tx) error {
			for i := range n {
				if err := do(tx, fmt.Sprintf("k%04d", i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	write(2000, func(tx store.Tx, key string) error {
		_, err := leaves.Insert(tx, &leaf{key, strings.Repeat("x", 3000)})
		return err
	})
	write(1999, func(tx store.Tx, key string) error { return leaves.Delete(tx, key, store.AnyRev) })
	if _, err := db.Trim(ctx, 0); err != nil {
		t.Fatal(err)
	}
	head := db.Head()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	before, after, err := bolt.Compact(ctx, dir)
	if err != nil || after*2 > before {
		t.Fatalf("%d bytes before, %d after, %v; want less than half", before, after, err)
	}
	if db, err = bolt.Open(ctx, dir, schemas, bolt.Options{}); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if db.Head() != head {
		t.Errorf("head %+v after, %+v before", db.Head(), head)
	}
	err = db.View(ctx, store.Org("home"), func(r store.Reader) error {
		d, err := leaves.Get(r, "k1999")
		if err == nil && len(d.Value.Text) != 3000 {
			err = fmt.Errorf("%d bytes of text", len(d.Value.Text))
		}
		return err
	})
	if err != nil {
		t.Errorf("the document that stayed: %v", err)
	}
}
