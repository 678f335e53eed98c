package job_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
)

// tally is a row that a job has done, and how often.
type tally struct {
	ID    string `json:"id"`
	Times int64  `json:"times"`
}

var tallies = store.Define(store.Def[tally]{Name: "tallies", Class: store.Local, Schema: 1, Key: func(r *tally) string { return r.ID }})

// rowsOfDrill is how many rows the killed job has.
const rowsOfDrill = 300

// careful keeps each row with its checkpoint; careless keeps the row and
// notes the checkpoint after it, which is lost when it is killed.
func careful(ctx context.Context, r *job.Run) error {
	return eachRow(ctx, r, func(next int64, row func(store.Tx) error) error { return r.Commit(ctx, next+1, row) })
}

func careless(db store.DB) func(context.Context, *job.Run) error {
	return func(ctx context.Context, r *job.Run) error {
		return eachRow(ctx, r, func(next int64, row func(store.Tx) error) error {
			if err := db.UpdateLocal(ctx, me.Scope, row); err != nil {
				return err
			}
			return r.SaveCheckpoint(ctx, next+1)
		})
	}
}

func eachRow(ctx context.Context, r *job.Run, keep func(next int64, row func(store.Tx) error) error) error {
	const total = rowsOfDrill
	var next int64
	if _, err := r.Checkpoint(&next); err != nil {
		return err
	}
	for ; next < total; next++ {
		if err := r.Step(ctx); err != nil {
			return err
		}
		err := keep(next, func(tx store.Tx) error {
			row := tally{ID: fmt.Sprintf("%03d", next)}
			if d, err := tallies.Get(tx, row.ID); err == nil {
				row.Times = d.Value.Times
			}
			row.Times++
			_, err := tallies.Put(tx, &row, store.AnyRev)
			return err
		})
		if err != nil {
			return err
		}
		r.Progress(next+1, total, "")
		fmt.Println("row", next)
	}
	return nil
}

// TestMain lets the test binary play a hub that is killed at its work.
func TestMain(m *testing.M) {
	if dir := os.Getenv("HUBCAP_TEST_DIR"); dir != "" {
		if err := work(dir, os.Getenv("HUBCAP_TEST_STEP")); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func openKilled(dir string) (store.DB, error) {
	return bolt.Open(context.Background(), dir, append(job.Schemas(), tallies.Schema()), bolt.Options{})
}

// work does the job of the folder to its end.
func work(dir, kind string) error {
	db, err := openKilled(dir)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	desk := job.New(db, []job.Kind{{Name: "careful", Run: careful}, {Name: "careless", Run: careless(db)}},
		job.Options{Ended: func(s job.State) { fmt.Println("ended", s); cancel() }})
	open, err := desk.List(ctx, me, false, "", 1)
	if err != nil {
		return err
	}
	if len(open.Items) == 0 {
		if _, err := desk.Start(ctx, me, kind, nil, ""); err != nil {
			return err
		}
	}
	if err := desk.Run(ctx); err != nil {
		return err
	}
	return db.Close()
}

// A job killed again and again does every row exactly once, by its own
// checkpoint. First the fault shows that it is live: a job that keeps its
// checkpoint apart from its rows does some of them twice.
func TestKill(t *testing.T) {
	kills := 6
	if os.Getenv("HUBCAP_TEST_DRILL") == "1" {
		kills = 100
	}
	if twice, _ := drill(t, "careless", 2); twice == 0 {
		t.Fatal("no row was done twice: the kill does not come between a row and its checkpoint, and proves nothing")
	}
	twice, attempts := drill(t, "careful", kills)
	if twice != 0 {
		t.Errorf("%d rows were done twice", twice)
	}
	t.Logf("%d attempts, each row once", attempts)
}

// drill runs a job to its end through kills, and counts the rows done twice.
func drill(t *testing.T, kind string, kills int) (twice, attempts int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ended := ""
	killed := 0
	for round := 0; ended == ""; round++ {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), "HUBCAP_TEST_DIR="+dir, "HUBCAP_TEST_STEP="+kind)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); {
			switch {
			case strings.HasPrefix(lines.Text(), "ended "):
				ended = lines.Text()
			case !strings.HasPrefix(lines.Text(), "row "):
				t.Fatalf("round %d: %s", round, lines.Text())
			}
			if n++; killed < kills && n == 1+round*7%(rowsOfDrill/(kills+1)+1) {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				killed++
			}
		}
		_ = cmd.Wait() // it was killed
	}
	if ended != "ended done" || killed < kills {
		t.Fatalf("after %d kills the job %s", killed, ended)
	}
	db, err := openKilled(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(t.Context(), me.Scope, func(r store.Reader) error {
		p, err := tallies.Query(r, store.Query{Limit: 1000})
		if err != nil {
			return err
		}
		if len(p.Items) != rowsOfDrill {
			t.Errorf("%s: %d rows were done, want %d", kind, len(p.Items), rowsOfDrill)
		}
		for _, d := range p.Items {
			if d.Value.Times != 1 {
				twice++
			}
		}
		jobs, err := job.Jobs.Query(r, store.Query{})
		if err == nil {
			attempts = jobs.Items[0].Value.Attempts
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return twice, attempts
}
