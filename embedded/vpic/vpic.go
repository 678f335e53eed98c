// Package vpic carries the vPIC index inside the binary. The index is built
// from the committed archive by `make vpic`; without it the package compiles
// and says what to run.
package vpic

import (
	"embed"
	"errors"
	"io"
	"reflect"
)

//go:embed all:data
var files embed.FS

const indexName = "data/vpic.idx"

// ErrMissing is the complaint of callers that need the index and find none.
var ErrMissing = errors.New("the vPIC index is not built in: run `make vpic`, then build again")

// Index is the index file, not copied: the string lies in the program's own
// read-only pages, of which the system loads those that are touched.
func Index() (data string, ok bool) {
	f, err := files.Open(indexName)
	if err != nil {
		return "", false
	}
	if s, ok := inPlace(f); ok {
		return s, true
	}
	// A later Go may shape embed's file otherwise; then a copy must do.
	b, err := io.ReadAll(f)
	return string(b), err == nil
}

// inPlace reads the string behind an open embedded file. embed gives no way to
// it but copies, and 25 MB of copy cost each start 10 ms and 25 MB.
func inPlace(f any) (string, bool) {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return "", false
	}
	file := v.Elem().FieldByName("f")
	if file.Kind() == reflect.Pointer && !file.IsNil() {
		file = file.Elem()
	}
	if file.Kind() != reflect.Struct {
		return "", false
	}
	data := file.FieldByName("data")
	if data.Kind() != reflect.String {
		return "", false
	}
	return data.String(), true
}
