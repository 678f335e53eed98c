package bolt_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// TestDiskFull fills a small disk under a store: writes are refused with a
// sentence, what was saved is read, and writing goes on when there is space.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=16m"); err != nil {
		t.Skipf("a small disk can't be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	db, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 9<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	write := func(i int) error {
		_, err := db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
			_, err := storetest.Cars.Insert(tx, &storetest.Car{ID: fmt.Sprintf("car%04d", i), Note: strings.Repeat("x", 100_000)})
			return err
		})
		return err
	}
	saved := 0
	for ; saved < 200; saved++ {
		if err = write(saved); err != nil {
			break
		}
	}
	if err == nil {
		t.Fatal("the disk does not fill: the fault is not live")
	}
	wantRefusal(t, err, "full", "free some space")
	if saved < 5 {
		t.Fatalf("only %d were saved before the disk was full", saved)
	}
	head := db.Head().Seq
	if int(head) != saved {
		t.Errorf("the head is %d after %d writes", head, saved)
	}
	read := func() {
		t.Helper()
		err := db.View(t.Context(), all, func(r store.Reader) error {
			for i := range saved {
				if _, err := storetest.Cars.Get(r, fmt.Sprintf("car%04d", i)); err != nil {
					return err
				}
			}
			_, err := storetest.Cars.Get(r, fmt.Sprintf("car%04d", saved))
			if !fault.Is(err, fault.NotFound) {
				return fmt.Errorf("what was refused is there: %w", err)
			}
			return nil
		})
		if err != nil {
			t.Errorf("reading on a full disk: %v", err)
		}
	}
	read()
	// The refused one may have left pages of older transactions to the next; the
	// disk is full all the same.
	for range 20 {
		if err = write(saved); err != nil {
			break
		}
		saved++
	}
	if err == nil {
		t.Error("writes pass on a full disk")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	read()
	if err := write(saved); err != nil {
		t.Errorf("with space again: %v", err)
	}
	saved++
	if int(db.Head().Seq) != saved {
		t.Errorf("the refused writes took sequences: %d after %d writes", db.Head().Seq, saved)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = open(dir); err != nil {
		t.Fatal(err)
	}
	read()
	if err := db.Fault(); err != nil {
		t.Errorf("Fault after reopening: %v", err)
	}
}
