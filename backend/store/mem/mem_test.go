package mem_test

import (
	"testing"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

func TestSuite(t *testing.T) {
	storetest.Run(t, storetest.Engine{Open: func(t *testing.T, _ string, o storetest.Options) store.DB {
		db, err := mem.Open(o.Schemas, mem.Options{Now: o.Now, Observer: o.Observer})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}})
}
