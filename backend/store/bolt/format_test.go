package bolt_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

var update = flag.Bool("update", false, "write the sample folder of the present format")

// The data folder of each format, as the first program of that format wrote
// it. A new format gets a folder of its own; these stay.
var sampleFolders = []string{"testdata/format-1"}

// TestOldFoldersAreRead opens copies of the committed folders.
func TestOldFoldersAreRead(t *testing.T) {
	if *update {
		writeSample(t, sampleFolders[len(sampleFolders)-1])
	}
	for _, sample := range sampleFolders {
		t.Run(filepath.Base(sample), func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range []string{"data.db", "local.db", "head"} {
				packed, err := os.Open(filepath.Join(sample, name+".gz"))
				if err != nil {
					t.Fatal(err)
				}
				defer packed.Close()
				z, err := gzip.NewReader(packed)
				if err != nil {
					t.Fatal(err)
				}
				b, err := io.ReadAll(z)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			db := mustOpen(t, dir)
			if err := db.Fault(); err != nil {
				t.Fatal(err)
			}
			if got := db.Head().Seq; got != 20 {
				t.Errorf("the head is %d, want 20", got)
			}
			err := db.View(t.Context(), all, func(r store.Reader) error {
				p, err := storetest.Cars.Query(r, store.Query{Index: "make_year", Prefix: store.Values(store.String("Audi")), Limit: 100})
				if err != nil {
					return err
				}
				if len(p.Items) != 6 || p.Items[0].Value.Note != "note of car0002 with ü" || p.Items[0].Rev != 1 {
					t.Errorf("Audis: %d, the first %+v", len(p.Items), p.Items[0])
				}
				_, err = storetest.Sessions.Get(r, "s")
				return err
			})
			if err != nil {
				t.Error(err)
			}
			checkWhole(t, db)
			if err := insert(db, "new", "newer"); err != nil {
				t.Error(err)
			}
		})
	}
}

func writeSample(t *testing.T, to string) {
	t.Helper()
	dir := t.TempDir()
	db := mustOpen(t, dir)
	for i := range 20 {
		c := benchCar(i)
		c.ID, c.Note = fmt.Sprintf("car%04d", i), fmt.Sprintf("note of car%04d with ü", i)
		if _, err := db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
			_, err := storetest.Cars.Insert(tx, &c)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.UpdateLocal(t.Context(), all, func(tx store.Tx) error {
		_, err := storetest.Sessions.Insert(tx, &storetest.Session{ID: "s"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"data.db", "local.db", "head"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name+".gz"), packed.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
