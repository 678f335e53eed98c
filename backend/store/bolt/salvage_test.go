package bolt_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// wrecked is a folder with a history: what every car ever was, and is.
type wrecked struct {
	dir   string
	whole []byte                      // data.db before anything happens to it
	was   map[string]map[int64]string // key -> revision -> note
	is    map[string]int64            // key -> its last revision; absent when deleted
}

// lived makes a folder of cars that were made, changed, deleted and made
// again. keep is how much of the log stays.
func lived(t *testing.T, cars int, keep uint64) *wrecked {
	t.Helper()
	w := &wrecked{dir: t.TempDir(), was: map[string]map[int64]string{}, is: map[string]int64{}}
	db := mustOpen(t, w.dir)
	r := rand.New(rand.NewPCG(uint64(cars), keep))
	for n := 0; n < cars*3; n++ {
		key := fmt.Sprintf("car%05d", r.IntN(cars))
		_, err := db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
			if w.is[key] > 0 && r.IntN(5) == 0 {
				delete(w.is, key)
				return storetest.Cars.Delete(tx, key, store.AnyRev)
			}
			note := fmt.Sprintf("note %d of %s %s", n, key, strings.Repeat("x", r.IntN(300)))
			rev, err := storetest.Cars.Put(tx, &storetest.Car{ID: key, VIN: "VIN-" + key, Note: note}, store.AnyRev)
			if err != nil {
				return err
			}
			if w.was[key] == nil {
				w.was[key] = map[int64]string{}
			}
			// A document that is made again begins at 1 again: any of those
			// that had this revision is one that was.
			w.was[key][rev] += "|" + note
			w.is[key] = rev
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Trim(t.Context(), keep); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.whole, err = os.ReadFile(filepath.Join(w.dir, "data.db")); err != nil {
		t.Fatal(err)
	}
	return w
}

// harm puts a damaged file in the place of the whole one.
func (w *wrecked) harm(t *testing.T, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, "data.db"), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// complains reports whether the ordinary open refuses the folder, or the
// doctor's walk finds a flaw: that the fault is live.
func (w *wrecked) complains(t *testing.T) bool {
	t.Helper()
	pages, err := bolt.Walk(t.Context(), w.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if len(p.Flaws) > 0 {
			return true
		}
	}
	// Only a file that the walk finds sound is opened: bbolt follows a ring of
	// pages without end.
	db, err := open(w.dir)
	if err != nil {
		return true
	}
	defer db.Close()
	e, err := db.Examine(t.Context())
	return err != nil || db.Fault() != nil || len(e.Flaws) > 0
}

// salvage reads the folder and checks what holds whatever happened to it:
// what is called live or salvaged is the last version, what is older is one
// that was, whatever is missing is named, nothing that was deleted comes back
// in silence, and the damaged file is left as it is.
func (w *wrecked) salvage(t *testing.T, what string) bolt.SalvageReport {
	t.Helper()
	path := filepath.Join(w.dir, "data.db")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Salvage(t.Context(), w.dir, storetest.Schemas(), bolt.SalvageOptions{})
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	defer s.Close()
	to, err := mem.Open(storetest.Schemas(), mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	if err := s.Fill(t.Context(), to); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	older, lost := map[string]bool{}, map[string]bool{}
	for _, d := range s.Report.Older {
		older[d.Key] = true
	}
	for _, d := range s.Report.Lost {
		lost[d.Key] = true
	}
	there := map[string]bool{}
	err = store.EachPage(t.Context(), to, storetest.Cars.Schema(), "", func(p store.Records) error {
		for _, r := range p.Records {
			there[r.Key] = true
			c, err := storetest.Cars.Decode(r.Doc)
			if err != nil {
				return err
			}
			notes := strings.Split(w.was[r.Key][r.Rev], "|")
			if !slices.Contains(notes, c.Note) {
				t.Errorf("%s: %s at %d is %q, which it never was", what, r.Key, r.Rev, c.Note)
			}
			if older[r.Key] {
				continue
			}
			if w.is[r.Key] != r.Rev || notes[len(notes)-1] != c.Note {
				t.Errorf("%s: %s is given as certain at revision %d; its last is %d (0 is deleted)", what, r.Key, r.Rev, w.is[r.Key])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	unnamed := 0
	for key := range w.is {
		if !there[key] && !lost[key] {
			unnamed++
		}
	}
	if unnamed > 0 && len(s.Report.Flaws) == 0 {
		t.Errorf("%s: %d documents are missing without a word", what, unnamed)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("%s: the damaged file was changed: %v", what, err)
	}
	if t.Failed() {
		t.Logf("%+v", s.Report.Collections)
	}
	return s.Report
}

func cars(r bolt.SalvageReport) bolt.SalvageCollection {
	for _, c := range r.Collections {
		if c.Name == "cars" {
			return c
		}
	}
	return bolt.SalvageCollection{}
}

// pagesOf lists the pages of a kind that a file has, used or not.
func pagesOf(b []byte, kind uint16) (out []int) {
	size := os.Getpagesize()
	for at := 2 * size; at+size <= len(b); at += size {
		if binary.LittleEndian.Uint64(b[at:]) == uint64(at/size) && binary.LittleEndian.Uint16(b[at+8:]) == kind {
			out = append(out, at)
		}
	}
	return out
}

func TestSalvageOfAWholeFile(t *testing.T) {
	w := lived(t, 300, 100)
	if w.complains(t) {
		t.Fatal("the file is not whole")
	}
	r := w.salvage(t, "whole")
	if c := cars(r); c.Live != len(w.is) || c.Salvaged+c.Older+c.Lost != 0 || !r.Whole() || len(r.Flaws) > 0 || r.LogGaps > 0 || r.Content == nil {
		t.Errorf("a whole file of %d: %+v, flaws %v", len(w.is), c, r.Flaws)
	}
}

// TestSalvageWithTheWholeLog: where the log reaches back to every document,
// all of them come back, whatever page is gone.
func TestSalvageWithTheWholeLog(t *testing.T) {
	w := lived(t, 200, 1<<40)
	size := os.Getpagesize()
	branches := pagesOf(w.whole, 0x01)
	if len(branches) == 0 {
		t.Fatal("no branch pages: the drill is too small")
	}
	live := 0
	for _, at := range append(branches, 0, size) {
		b := bytes.Clone(w.whole)
		clear(b[at : at+size])
		w.harm(t, b)
		if !w.complains(t) {
			continue
		}
		live++
		r := w.salvage(t, fmt.Sprintf("page %d zeroed", at/size))
		if c := cars(r); c.Live+c.Salvaged != len(w.is) {
			t.Errorf("page %d zeroed: %+v, want %d certain", at/size, c, len(w.is))
		}
	}
	if live < 3 {
		t.Errorf("%d faults were live", live)
	}
}

func TestSalvageTornHeads(t *testing.T) {
	for _, keep := range []uint64{1 << 40, 60} {
		w := lived(t, 200, keep)
		size := os.Getpagesize()
		both := bytes.Clone(w.whole)
		both[16+56] ^= 0xff
		both[size+16+56] ^= 0xff
		gone := bytes.Clone(w.whole)
		clear(gone[:2*size])
		newer := 0
		if binary.LittleEndian.Uint64(w.whole[size+16+48:]) > binary.LittleEndian.Uint64(w.whole[16+48:]) {
			newer = size
		}
		one := bytes.Clone(w.whole)
		one[newer+16+56] ^= 0xff
		for name, b := range map[string][]byte{"both sums": both, "both gone": gone} {
			w.harm(t, b)
			if !w.complains(t) {
				t.Fatalf("%s: the fault is not live", name)
			}
			if c := cars(w.salvage(t, name)); c.Live+c.Salvaged != len(w.is) {
				t.Errorf("%s, %d of the log: %+v, want %d", name, keep, c, len(w.is))
			}
		}
		w.harm(t, one)
		w.salvage(t, "the newer one")
	}
	// The last transaction is behind the torn head page, and comes back.
	dir := filled(t, 50)
	path := filepath.Join(dir, "data.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	size := os.Getpagesize()
	newer := 0
	if binary.LittleEndian.Uint64(b[size+16+48:]) > binary.LittleEndian.Uint64(b[16+48:]) {
		newer = size
	}
	b[newer+16+56] ^= 0xff
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	db := mustOpen(t, dir)
	if db.Fault() == nil {
		t.Fatal("the fault is not live")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Salvage(t.Context(), dir, storetest.Schemas(), bolt.SalvageOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if c := cars(s.Report); c.Live != 49 || c.Salvaged != 1 || s.Report.Head != 50 {
		t.Errorf("behind a torn head page: %+v, head %d, want 49 live, 1 salvaged, 50", c, s.Report.Head)
	}
}

func TestSalvageTruncated(t *testing.T) {
	w := lived(t, 300, 50)
	for _, part := range []int{0, 1, 20, 50, 80, 95} {
		w.harm(t, w.whole[:len(w.whole)*part/100])
		if !w.complains(t) {
			continue // what is cut off was never used
		}
		c := cars(w.salvage(t, fmt.Sprintf("cut at %d%%", part)))
		t.Logf("cut at %d%%: %+v of %d", part, c, len(w.is))
	}
}

// TestSalvageAnything: runs of zeroed pages, of foreign pages, of flipped
// bits, wherever they are.
func TestSalvageAnything(t *testing.T) {
	for _, keep := range []uint64{1 << 40, 40} {
		w := lived(t, 150, keep)
		size := os.Getpagesize()
		rounds, live := 60, 0
		if os.Getenv("HUBCAP_TEST_DRILL") == "1" {
			rounds = 3000
		}
		r := rand.New(rand.NewPCG(keep, 9))
		for round := range rounds {
			b := bytes.Clone(w.whole)
			what := ""
			switch round % 4 {
			case 0:
				from, n := r.IntN(len(b)/size), 1+r.IntN(6)
				clear(b[from*size : min(len(b), (from+n)*size)])
				what = fmt.Sprintf("%d pages zeroed at %d", n, from)
			case 1:
				for range 40 {
					b[r.IntN(len(b))] ^= 1 << r.IntN(8)
				}
				what = "40 bits flipped"
			case 2:
				// Heads and elements of pages: where the tree hangs together.
				for range 6 {
					b[r.IntN(len(b)/size)*size+r.IntN(120)] ^= 1 << r.IntN(8)
				}
				what = "6 bits of heads flipped"
			case 3:
				from, to := r.IntN(len(b)/size-2)+2, r.IntN(len(b)/size-2)+2
				copy(b[to*size:(to+1)*size], b[from*size:])
				what = fmt.Sprintf("page %d over page %d", from, to)
			}
			w.harm(t, b)
			if w.complains(t) {
				live++
			}
			w.salvage(t, fmt.Sprintf("round %d: %s", round, what))
			if t.Failed() {
				t.Fatalf("with %d of the log", keep)
			}
		}
		t.Logf("%d of the log: %d of %d faults were live", keep, live, rounds)
		if live < rounds/8 {
			t.Errorf("only %d of %d faults were live", live, rounds)
		}
	}
}

// TestSalvageRing: a branch that leads back to itself or above ends.
func TestSalvageRing(t *testing.T) {
	w := lived(t, 400, 50)
	live := 0
	for _, at := range pagesOf(w.whole, 0x01) {
		for _, to := range pagesOf(w.whole, 0x01) {
			b := bytes.Clone(w.whole)
			binary.LittleEndian.PutUint64(b[at+16+8:], uint64(to/os.Getpagesize()))
			if bytes.Equal(b, w.whole) {
				continue
			}
			w.harm(t, b)
			if pages, err := bolt.Walk(t.Context(), w.dir); err != nil || len(pages[0].Flaws) == 0 {
				continue // on a free page
			}
			live++
			w.salvage(t, fmt.Sprintf("page %d leads to %d", at, to))
		}
	}
	if live == 0 {
		t.Error("no ring was live")
	}
}

func TestSalvageInsistsOnAStoppedHub(t *testing.T) {
	dir := filled(t, 1)
	mustOpen(t, dir)
	_, err := bolt.Salvage(t.Context(), dir, storetest.Schemas(), bolt.SalvageOptions{LockWait: 50 * time.Millisecond})
	wantRefusal(t, err, "another Hubcap")
	_, err = bolt.Salvage(t.Context(), t.TempDir(), storetest.Schemas(), bolt.SalvageOptions{})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("an empty folder: %v", err)
	}
}

// TestSalvageLarge: a file of 200 MB with a tenth of its pages gone.
func TestSalvageLarge(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_DRILL") != "1" {
		t.Skip("set HUBCAP_TEST_DRILL=1 for the file of 200 MB")
	}
	dir := t.TempDir()
	db := mustOpen(t, dir)
	for n := 0; n < 240_000; n += 2000 {
		_, err := db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
			for i := range 2000 {
				id := fmt.Sprintf("018f0000-0000-7000-8000-%012d", n+i)
				if _, err := storetest.Cars.Insert(tx, &storetest.Car{ID: id, VIN: "VIN-" + id, Note: strings.Repeat("n", 150)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Trim(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "data.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	size := os.Getpagesize()
	for range len(b) / size / 10 {
		at := (2 + r.IntN(len(b)/size-2)) * size
		clear(b[at : at+size])
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	megabytes := len(b) >> 20
	b = nil
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	s, err := bolt.Salvage(t.Context(), dir, storetest.Schemas(), bolt.SalvageOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	took := time.Since(began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	to, err := bolt.Open(t.Context(), t.TempDir(), storetest.Schemas(), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	if err := s.Fill(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MB read in %v, written in %v, %d MB held: %+v", megabytes, took, time.Since(began)-took, (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>20, cars(s.Report))
}
