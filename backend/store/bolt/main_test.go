package bolt_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// TestMain lets the test binary play a process that is killed or has few
// rights.
func TestMain(m *testing.M) {
	dir := os.Getenv("HUBCAP_TEST_DIR")
	switch os.Getenv("HUBCAP_TEST_STEP") {
	case "write":
		writeUntilKilled(dir)
	case "readonly":
		if err := os.WriteFile(dir+"/probe", nil, 0o600); err == nil {
			fmt.Println("the folder can be written: the fault is not live")
			os.Exit(1)
		}
		_, err := open(dir)
		var f *fault.Error
		if !errors.As(err, &f) {
			fmt.Println("opened:", err)
			os.Exit(1)
		}
		fmt.Println(f, f.Remedy)
	default:
		os.Exit(m.Run())
	}
}

// writeUntilKilled writes from four goroutines and prints each key once its
// write is acknowledged.
func writeUntilKilled(dir string) {
	db, err := open(dir)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	var mu sync.Mutex
	var ids store.IDs
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				id := ids.New()
				if err := insert(db, id, id+"-2"); err != nil {
					fmt.Println("error", err)
					os.Exit(1)
				}
				mu.Lock()
				fmt.Println("wrote", id)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// TestKill kills a writing process again and again: nothing acknowledged is
// lost, nothing is half written, the log is whole.
func TestKill(t *testing.T) {
	rounds := 10
	if os.Getenv("HUBCAP_TEST_DRILL") == "1" {
		rounds = 200
	}
	dir := t.TempDir()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var wrote []string
	for round := range rounds {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), "HUBCAP_TEST_STEP=write", "HUBCAP_TEST_DIR="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); {
			id, ok := strings.CutPrefix(lines.Text(), "wrote ")
			if !ok {
				t.Fatalf("round %d: %s", round, lines.Text())
			}
			wrote = append(wrote, id)
			// Somewhere between the first and the thirtieth write.
			if n++; n == 1+round*7%30 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait()
		if round%10 != 9 && round != rounds-1 {
			continue // the next writer opens it as it is
		}
		db := mustOpen(t, dir)
		if err := db.Fault(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		err = db.View(t.Context(), all, func(r store.Reader) error {
			for _, id := range wrote {
				for _, key := range []string{id, id + "-2"} {
					if _, err := storetest.Cars.Get(r, key); err != nil {
						return fmt.Errorf("acknowledged and lost: %w", err)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		checkWhole(t, db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d acknowledged transactions, none lost", rounds, len(wrote))
}

// checkWhole compares documents, index and log with one another.
func checkWhole(t *testing.T, db store.DB) {
	t.Helper()
	counts := map[string]int{}
	for _, index := range []string{"", "vin", "stock"} {
		q := store.Query{Index: index, Limit: store.MaxLimit}
		for {
			var p store.Page[storetest.Car]
			if err := db.View(t.Context(), all, func(r store.Reader) (err error) { p, err = storetest.Cars.Query(r, q); return err }); err != nil {
				t.Fatal(err)
			}
			if len(p.Damaged) > 0 {
				t.Fatal(p.Damaged[0])
			}
			counts[index] += len(p.Items)
			if q.Cursor = p.Next; q.Cursor == "" {
				break
			}
		}
	}
	log := 0
	for after := uint64(0); after < db.Head().Seq; {
		changes, err := db.Changes(t.Context(), after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			if after++; c.Seq != after {
				t.Fatalf("the log goes from %d to %d", after-1, c.Seq)
			}
		}
		log += len(changes)
	}
	if counts[""] != counts["vin"] || counts[""] != counts["stock"] || counts[""] != log || log%2 != 0 {
		t.Errorf("documents and indexes %v, log %d: want all the same, and even", counts, log)
	}
}
