package bolt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

var (
	all = store.Org("main")
	who = actor.Actor{Kind: actor.Local, Name: "drill"}
)

func open(dir string, schemas ...*store.Schema) (*bolt.DB, error) {
	if schemas == nil {
		schemas = storetest.Schemas()
	}
	return bolt.Open(context.Background(), dir, schemas, bolt.Options{LockWait: 200 * time.Millisecond})
}

func mustOpen(t *testing.T, dir string) *bolt.DB {
	t.Helper()
	db, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func insert(db store.DB, ids ...string) error {
	_, err := db.Update(context.Background(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
		for _, id := range ids {
			if _, err := storetest.Cars.Insert(tx, &storetest.Car{ID: id, VIN: "VIN-" + id, Note: "note of " + id}); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// filled makes a folder of n cars, one transaction each, and closes it.
func filled(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	db := mustOpen(t, dir)
	for i := range n {
		if err := insert(db, fmt.Sprintf("car%04d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// wantRefusal checks that err is a sentence for a person: of the kind
// unavailable, with these words and a remedy.
func wantRefusal(t *testing.T, err error, words ...string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Unavailable && f.Kind != fault.Full || f.Remedy == "" {
		t.Fatalf("got %v, want Unavailable or Full with a remedy", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error()+f.Remedy, w) {
			t.Errorf("%q (remedy %q) does not say %q", err, f.Remedy, w)
		}
	}
}

func TestTruncatedFileIsRefused(t *testing.T) {
	dir := filled(t, 200)
	path := filepath.Join(dir, "data.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := os.Getpagesize()
	used := 0 // bytes up to the first page never used
	for i := range 2 {
		used = max(used, page*int(binary.LittleEndian.Uint64(whole[i*page+16+40:])))
	}
	for _, size := range []int{0, 1, 79, page, 2 * page, 3 * page, used / 4, used / 2, used - page, used - 1} {
		if err := os.WriteFile(path, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := open(dir)
		wantRefusal(t, err, path)
		if after, _ := os.ReadFile(path); len(after) != size {
			t.Errorf("cut at %d, the refused file was changed", size)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, dir)
}

func TestFlippedBitNamesTheRecord(t *testing.T) {
	dir := filled(t, 100)
	path := filepath.Join(dir, "data.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The document stands in its bucket and in the log; flip both, and every
	// stale copy on free pages.
	mark := []byte("note of car0042")
	if n := bytes.Count(b, mark); n < 2 {
		t.Fatalf("the mark stands %d times in the file: the fault is not live", n)
	}
	b = bytes.ReplaceAll(b, mark, []byte("note of car0O42"))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	db := mustOpen(t, dir)
	err = db.View(t.Context(), all, func(r store.Reader) error {
		_, err := storetest.Cars.Get(r, "car0042")
		var damaged *store.Damaged
		if !errors.As(err, &damaged) || damaged.Key != "car0042" || damaged.Collection != "cars" {
			t.Errorf("Get = %v, want Damaged naming cars car0042", err)
		}
		for _, q := range []store.Query{{Limit: 200}, {Index: "vin", Limit: 200}} {
			p, err := storetest.Cars.Query(r, q)
			if err != nil || len(p.Items) != 99 || len(p.Damaged) != 1 || p.Damaged[0].Key != "car0042" {
				t.Errorf("Query %+v = %d documents, damaged %v, %v, want 99 and car0042", q, len(p.Items), p.Damaged, err)
			}
		}
		p, err := storetest.Cars.GetMany(r, []string{"car0041", "car0042", "car0043"})
		if err != nil || len(p.Items) != 2 || len(p.Damaged) != 1 {
			t.Errorf("GetMany = %+v, %v", p, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := insert(db, "new"); err != nil {
		t.Errorf("writing elsewhere: %v", err)
	}
	_, err = db.Changes(t.Context(), 40, 10)
	var damaged *store.Damaged
	if !errors.As(err, &damaged) || damaged.Key != "43" {
		t.Errorf("Changes over the damaged one = %v, want Damaged naming 43", err)
	}
}

// TestFlippedBitsAnywhere: whatever one byte of a leaf or head page becomes,
// the process lives, and what is read is either what was written or an error.
// Branch pages are left out: bbolt follows their page numbers without end
// when they form a ring, and a stack that overflows can't be recovered.
func TestFlippedBitsAnywhere(t *testing.T) {
	dir := filled(t, 60)
	path := filepath.Join(dir, "data.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	step := 503 // one byte of so many: pages, headers, keys, values
	if os.Getenv("HUBCAP_TEST_DRILL") == "1" {
		step = 61
	}
	for at := 3; at < len(whole); at += step {
		page := at / os.Getpagesize() * os.Getpagesize()
		const branch, free = 0x01, 0
		if flags := binary.LittleEndian.Uint16(whole[page+8:]); flags == branch || flags == free {
			continue
		}
		b := bytes.Clone(whole)
		b[at] ^= 1 << (at % 8)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := open(dir)
		if err != nil {
			continue
		}
		_ = db.View(t.Context(), all, func(r store.Reader) error {
			for i := range 60 {
				key := fmt.Sprintf("car%04d", i)
				d, err := storetest.Cars.Get(r, key)
				if err == nil && (d.Value.ID != key || d.Value.Note != "note of "+key || d.Value.VIN != "VIN-"+key) {
					t.Errorf("with byte %d flipped, %s is read as %+v", at, key, d.Value)
				}
			}
			for _, q := range []store.Query{{}, {Index: "vin"}, {Index: "vin", Reverse: true}} {
				p, err := storetest.Cars.Query(r, q)
				for _, d := range p.Items {
					if err == nil && d.Value.Note != "note of "+d.Value.ID {
						t.Errorf("with byte %d flipped, a query reads %+v", at, d.Value)
					}
				}
			}
			return nil
		})
		_, _ = db.Changes(t.Context(), 0, 100)
		_ = insert(db, "new", "zzz")
		_ = db.Close()
	}
}

func TestTornMetaPageIsNoticed(t *testing.T) {
	dir := filled(t, 10)
	path := filepath.Join(dir, "data.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The newer meta page is the one with the greater transaction.
	tx := func(page int) uint64 { return binary.LittleEndian.Uint64(b[page*os.Getpagesize()+16+48:]) }
	newer := 0
	if tx(1) > tx(0) {
		newer = 1
	}
	b[newer*os.Getpagesize()+16+56] ^= 0xff // its checksum
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	db := mustOpen(t, dir)
	if got := db.Head().Seq; got != 9 {
		t.Fatalf("the head is %d: the fault is not live", got)
	}
	wantRefusal(t, db.Fault(), "10", "head file", "accept")
	wantRefusal(t, insert(db, "new"), "10")
	if err := db.View(t.Context(), all, func(r store.Reader) error { _, err := storetest.Cars.Get(r, "car0003"); return err }); err != nil {
		t.Errorf("reading: %v", err)
	}
	epoch := db.Head().Epoch
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	lost, err := bolt.AcceptLoss(t.Context(), dir)
	if err != nil || lost.From != 10 || lost.To != 10 {
		t.Fatalf("AcceptLoss = %+v, %v, want 10 to 10", lost, err)
	}
	db = mustOpen(t, dir)
	if err := db.Fault(); err != nil {
		t.Errorf("Fault after the loss was accepted: %v", err)
	}
	if err := insert(db, "new"); err != nil {
		t.Errorf("writing after the loss was accepted: %v", err)
	}
	// No sequence is given twice, and followers know to rebuild.
	if h := db.Head(); h.Seq != 11 || h.Epoch == epoch {
		t.Errorf("Head = %v, want 11 and not epoch %s", h, epoch)
	}
	if _, err := db.Changes(t.Context(), 9, 1); !errors.Is(err, store.ErrTrimmed) {
		t.Errorf("Changes over the gap = %v, want ErrTrimmed", err)
	}
	if c, err := db.Changes(t.Context(), 10, 1); err != nil || c[0].Seq != 11 {
		t.Errorf("Changes after the gap = %v, %v", c, err)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := filled(t, 1)
	db := mustOpen(t, dir)
	began := time.Now()
	_, err := open(dir)
	wantRefusal(t, err, dir, strconv.Itoa(os.Getpid()), "--data")
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the refusal took %v, want under 2 s", took)
	}
	if err := insert(db, "still"); err != nil {
		t.Errorf("the first one writes: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, dir)
}

func TestReadOnlyFolderIsRefused(t *testing.T) {
	dir := filled(t, 1)
	if os.Geteuid() == 0 {
		// Root writes anywhere: the drill runs as nobody.
		out := asNobody(t, "readonly", dir)
		if !strings.Contains(out, "can't be written") || !strings.Contains(out, "--data") {
			t.Errorf("the refusal is %q", out)
		}
		return
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	if err := os.WriteFile(filepath.Join(dir, "probe"), nil, 0o600); err == nil {
		t.Fatal("the folder can be written: the fault is not live")
	}
	_ = os.Chmod(filepath.Join(dir, "lock"), 0o400)
	_, err := open(dir)
	wantRefusal(t, err, "can't be written", "--data")
}

func TestNewerDataIsRefused(t *testing.T) {
	dir := filled(t, 3)
	newer := store.Define(store.Def[storetest.Car]{
		Name: "cars", Class: store.Truth, Schema: 2, Key: func(c *storetest.Car) string { return c.ID },
		Upgrade: []func(map[string]any) error{func(map[string]any) error { return nil }},
	})
	db, err := open(dir, newer.Schema(), storetest.Sessions.Schema())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(filepath.Join(dir, "data.db"))
	_, err = open(dir)
	wantRefusal(t, err, "newer Hubcap", "cars", "schema 2", "nothing was touched")
	after, _ := os.ReadFile(filepath.Join(dir, "data.db"))
	if !bytes.Equal(before, after) {
		t.Error("the refused file was changed")
	}
}

func TestIndexesFollowTheirDeclaration(t *testing.T) {
	dir := filled(t, 3000)
	type car = storetest.Car
	notes := store.Define(store.Def[car]{
		Name: "cars", Class: store.Truth, Schema: 1, Key: func(c *car) string { return c.ID },
		Indexes: []store.Index[car]{
			{Name: "note", Fields: []store.Field[car]{{Name: "note", Kind: store.Text, Value: func(c *car) store.Value { return store.String(c.Note) }}}},
			{Name: "vin", Fields: []store.Field[car]{{Name: "vin", Kind: store.Text, Value: func(c *car) store.Value { return store.String(c.VIN) }}}},
		},
	})
	for round := range 2 { // there and back
		db, err := open(dir, notes.Schema(), storetest.Sessions.Schema())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
			if err := notes.Delete(tx, fmt.Sprintf("car%04d", 7+round), 1); err != nil {
				return err
			}
			_, err := notes.Put(tx, &car{ID: "car1000", VIN: "other", Note: fmt.Sprint("changed ", round)}, store.AnyRev)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		count := func(c *store.Collection[car], db store.DB, q store.Query) (n int) {
			q.Limit = store.MaxLimit
			for {
				var p store.Page[car]
				if err := db.View(t.Context(), all, func(r store.Reader) (err error) { p, err = c.Query(r, q); return err }); err != nil {
					t.Fatal(err)
				}
				if len(p.Damaged) > 0 {
					t.Fatal(p.Damaged[0])
				}
				n += len(p.Items)
				if q.Cursor = p.Next; q.Cursor == "" {
					return n
				}
			}
		}
		for _, q := range []store.Query{{Index: "note"}, {Index: "vin"}} {
			if got := count(notes, db, q); got != 2999-round {
				t.Errorf("index %s holds %d, want %d", q.Index, got, 2999-round)
			}
		}
		if got := count(notes, db, store.Query{Index: "note", Range: store.StartsWith("changed")}); got != 1 {
			t.Errorf("the new index finds %d changed, want 1", got)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		db, err = open(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []store.Query{{Index: "stock"}, {Index: "make_year"}, {Index: "vin"}} {
			if got := count(storetest.Cars, db, q); got != 2999-round {
				t.Errorf("back again, index %s holds %d, want %d", q.Index, got, 2999-round)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDamagedLocalFileIsPutAside(t *testing.T) {
	dir := filled(t, 2)
	if err := os.WriteFile(filepath.Join(dir, "local.db"), []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	db := mustOpen(t, dir)
	if err := insert(db, "new"); err != nil {
		t.Error(err)
	}
	if aside, _ := filepath.Glob(filepath.Join(dir, "local.db.damaged-*")); len(aside) != 1 {
		t.Errorf("put aside: %v, want one file", aside)
	}
}

func TestHalfMadeFileIsForgotten(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "data.db.new"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := insert(mustOpen(t, dir), "a"); err != nil {
		t.Error(err)
	}
}

// asNobody runs a step of TestMain as an unprivileged user.
func asNobody(t *testing.T, step, dir string) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "drill")
	b, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, b, 0o755); err != nil {
		t.Fatal(err)
	}
	for d := filepath.Dir(copied); d != "/" && d != os.TempDir(); d = filepath.Dir(d) {
		_ = os.Chmod(d, 0o755)
	}
	for d := dir; d != "/" && d != os.TempDir(); d = filepath.Dir(d) {
		_ = os.Chmod(d, 0o755)
	}
	cmd := exec.Command(copied)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "HUBCAP_TEST_STEP="+step, "HUBCAP_TEST_DIR="+dir)
	runAsNobody(cmd)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("step %s: %v\n%s", step, err, out)
	}
	return string(out)
}
