package vpic_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/embedded/vpic"
)

func TestIndexIsNotCopied(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	data, ok := vpic.Index()
	runtime.ReadMemStats(&after)
	if !ok {
		t.Fatal(vpic.ErrMissing)
	}
	if !strings.HasPrefix(data, "HUBVPIC\n") || len(data) < 20_000_000 {
		t.Fatalf("index of %d bytes begins %.8q", len(data), data)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<16 {
		t.Errorf("reading the index allocated %d bytes: it was copied", grown)
	}
	if len(data) > 28_000_000 {
		t.Errorf("index of %d bytes, at most 28 MB wanted", len(data))
	}
}
