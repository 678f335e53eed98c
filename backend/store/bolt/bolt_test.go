package bolt_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

func TestSuite(t *testing.T) {
	storetest.Run(t, storetest.Engine{
		Open: func(t *testing.T, dir string, o storetest.Options) store.DB {
			db, err := bolt.Open(t.Context(), dir, o.Schemas, bolt.Options{Now: o.Now, Observer: o.Observer})
			if err != nil {
				t.Fatal(err)
			}
			return db
		},
		Copy: copyFolder,
	})
}

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	files, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		in, err := os.Open(filepath.Join(from, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out, err := os.Create(filepath.Join(to, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(out, in); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		in.Close()
	}
}
