package bolt

import (
	"fmt"
	"runtime/debug"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// guard calls fn and turns a panic or memory fault under it into an error.
// bbolt trusts its pages: a flipped bit in one sends it outside its map or
// into a failed assertion, and would end the process. Every touch of bbolt's
// memory goes through here; functions of the callers do not.
func guard(collection, key string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = &store.Damaged{Collection: collection, Key: key, Problem: fmt.Sprintf("a page of the file: %v", r)}
		}
	}()
	return fn()
}
