package search_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
)

// TestMain lets the test binary play a hub that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("HUBCAP_TEST_DIR"); dir != "" {
		writeUntilKilled(dir)
	}
	os.Exit(m.Run())
}

func writeUntilKilled(dir string) {
	fail := func(err error) {
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	}
	db, err := bolt.Open(context.Background(), dir, schemas, bolt.Options{})
	fail(err)
	ix, err := search.Open(dir+"/search", db, search.Options{Fields: fields, Sources: []search.Source{source()}})
	fail(err)
	go func() { fail(ix.Run(context.Background())) }()
	var ids store.IDs
	for {
		c := car{ID: ids.New(), Note: "killed"}
		_, err := db.Update(context.Background(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
			_, err := cars.Insert(tx, &c)
			return err
		})
		fail(err)
		fmt.Println("wrote", c.ID)
	}
}

// TestKill kills a hub while it writes and indexes: whatever the index had
// not yet taken in is read again from the log.
func TestKill(t *testing.T) {
	rounds := 5
	if os.Getenv("HUBCAP_TEST_DRILL") == "1" {
		rounds = 200
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	wrote := 0
	for round := range rounds {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), "HUBCAP_TEST_DIR="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); {
			if !strings.HasPrefix(lines.Text(), "wrote ") {
				t.Fatalf("round %d: %s", round, lines.Text())
			}
			wrote++
			if n++; n == 1+round*37%200 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait()
		t.Run("", func(t *testing.T) {
			db, err := bolt.Open(t.Context(), dir, schemas, bolt.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			if err := db.Fault(); err != nil {
				t.Fatal(err)
			}
			b := newBench(t, db, dir+"/search", search.Options{})
			res := b.search(all, search.Request{Query: "killed", Limit: 1})
			// A write whose acknowledgement was cut off may be there too.
			if int(res.Total) < wrote || int(res.Total) != int(db.Head().Seq) {
				t.Errorf("round %d: %d acknowledged, the log holds %d, the index finds %d", round, wrote, db.Head().Seq, res.Total)
			}
		})
	}
}
