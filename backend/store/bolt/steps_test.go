package bolt_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	bbolt "go.etcd.io/bbolt"

	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// later are the steps of a program to come.
func later(data, local error) []bolt.Step {
	mark := func(fail error) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error {
			_, err := tx.CreateBucket([]byte("later"))
			return errors.Join(err, fail)
		}
	}
	return append(bolt.Steps(),
		bolt.Step{Number: 2, Name: "only in data.db", Data: mark(data)},
		bolt.Step{Number: 3, Name: "only in local.db", Local: mark(local)})
}

// TestSteps: an older folder gets the steps that it lacks, once and whole; a
// newer one is refused untouched.
func TestSteps(t *testing.T) {
	ctx := context.Background()
	state := func(dir string, steps []bolt.Step) (applied []int) {
		t.Helper()
		all, err := bolt.Status(ctx, dir, bolt.Options{Steps: steps})
		if err != nil || len(all) != max(len(steps), 1) {
			t.Fatalf("Status = %v, %v", all, err)
		}
		for _, s := range all {
			if s.Applied {
				applied = append(applied, s.Number)
			}
		}
		return applied
	}
	if got := state(t.TempDir(), nil); got != nil {
		t.Errorf("an empty folder has steps %v", got)
	}
	if _, err := bolt.Status(ctx, filepath.Join(t.TempDir(), "none"), bolt.Options{}); err == nil {
		t.Error("a folder that is not there has a status")
	}
	dir := filled(t, 20)
	if got := state(dir, nil); !slices.Equal(got, []int{1}) {
		t.Errorf("a folder of today has steps %v", got)
	}
	spoilt := errors.New("spoilt")
	for _, steps := range [][]bolt.Step{later(spoilt, nil), later(nil, spoilt)} {
		if _, err := bolt.Migrate(ctx, dir, storetest.Schemas(), bolt.Options{Steps: steps}); !errors.Is(err, spoilt) {
			t.Fatalf("a step that fails: %v", err)
		}
		if got := state(dir, later(nil, nil)); !slices.Equal(got, []int{1}) {
			t.Errorf("after a step that failed: %v", got)
		}
	}
	done, err := bolt.Migrate(ctx, dir, storetest.Schemas(), bolt.Options{Steps: later(nil, nil)})
	if err != nil || len(done) != 2 || done[0].Number != 2 || done[1].Number != 3 {
		t.Fatalf("Migrate = %v, %v", done, err)
	}
	if got := state(dir, later(nil, nil)); !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("afterwards: %v", got)
	}
	if done, err := bolt.Migrate(ctx, dir, storetest.Schemas(), bolt.Options{Steps: later(spoilt, spoilt)}); err != nil || len(done) != 0 {
		t.Errorf("a second time: %v, %v", done, err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = open(dir)
	wantRefusal(t, err, "newer Hubcap", "format 3", "knows 1", "nothing was touched")
	_, err = bolt.Status(ctx, dir, bolt.Options{})
	wantRefusal(t, err, "newer Hubcap", "format 3")
	if after, _ := os.ReadFile(filepath.Join(dir, "data.db")); string(after) != string(before) {
		t.Error("the refused file was changed")
	}
	db, err := bolt.Open(ctx, dir, storetest.Schemas(), bolt.Options{Steps: later(nil, nil)})
	if err != nil {
		t.Fatal(err)
	}
	checkWhole(t, db)
	if _, err := bolt.Status(ctx, dir, bolt.Options{Steps: later(nil, nil)}); err == nil {
		t.Error("the status of a folder that is in use")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
