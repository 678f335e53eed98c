package reference_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/reference"
)

// TestLarge: a file as large as NHTSA's comes in with flat memory. It takes
// seconds and 500 MB of disk, so it waits for HUBCAP_TEST_REFERENCE.
func TestLarge(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_REFERENCE") == "" {
		t.Skip("HUBCAP_TEST_REFERENCE is not set: 300 MB are written and read")
	}
	path := large(t, 270_000)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := shelf(t, dir)
	debug.FreeOSMemory()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	peak := uint64(0)
	i, err := s.Import(context.Background(), reference.Import{Path: path, Progress: func(int, string) {
		runtime.ReadMemStats(&now)
		peak = max(peak, now.HeapInuse)
	}})
	if err != nil {
		t.Fatal(err)
	}
	grown := int64(peak) - int64(before.HeapInuse)
	t.Logf("%d MB, %d rows in %d ms; heap at most %d MB more; book %d MB", info.Size()>>20, i.Rows, i.TookMS, grown>>20, i.Bytes>>20)
	if grown > 128<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

func large(t testing.TB, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "FLAT_RCL.txt")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, &synthetic{rows: rows}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func BenchmarkRecalls(b *testing.B) {
	s := shelf(b, b.TempDir())
	bring(b, s, large(b, 100_000))
	if len(s.Recalls("MAKE7", "MODEL 7", 1997)) == 0 {
		b.Fatal("no recall to look up")
	}
	b.ReportAllocs()
	for b.Loop() {
		s.Recalls("MAKE7", "MODEL 7", 1997)
	}
}
