package bolt_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// benchCar is about as large as a vehicle: 1.5 KB.
func benchCar(i int) storetest.Car {
	price := int64(i % 40_000)
	return storetest.Car{
		ID: fmt.Sprintf("01961f2e-7c4b-7a31-8f00-%012d", i), VIN: fmt.Sprintf("1FTFW1ET%09d", i), Make: []string{"Ford", "BMW", "Audi"}[i%3],
		Year: int64(1990 + i%36), Price: &price, Stock: fmt.Sprint("S", i), Seen: store.Moment(time.UnixMicro(int64(i))),
		Note: strings.Repeat("front brakes worn, ", 60), Location: fmt.Sprint("lot", i%5),
	}
}
