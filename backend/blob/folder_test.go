package blob_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/blob"
	"github.com/hubcap-dev/hubcap/backend/blob/blobtest"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

func TestFolder(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blobtest.Subject {
		dir := t.TempDir()
		var ahead atomic.Int64
		now := func() time.Time {
			return time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC).Add(time.Duration(ahead.Add(1000)))
		}
		return blobtest.Subject{
			Store:   blob.OpenFolder(dir, now),
			Forward: func(d time.Duration) { ahead.Add(int64(d)) },
			Spoil: func(t *testing.T, name string, change func([]byte) []byte) {
				path := filepath.Join(dir, name[:2], name)
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, change(b), 0o600); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}

// The layout outlives a release: docs/formats/blobs.md.
func TestLayout(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "blobs")
	f := blob.OpenFolder(dir, nil)
	if _, err := f.Put(t.Context(), strings.NewReader("abc"), 10); err != nil {
		t.Fatal(err)
	}
	// FIPS 180-2, appendix B.1.
	path := filepath.Join(dir, "ba", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
	at, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if at.Mode().Perm() != 0o600 {
		t.Errorf("the file is %s", at.Mode())
	}
	for _, d := range []string{dir, filepath.Dir(path)} {
		if at, err := os.Stat(d); err != nil || at.Mode().Perm() != 0o700 {
			t.Errorf("%s is %v, %v", d, at.Mode(), err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// What a killed hub left half written goes with the next start; what is not
// ours is left alone and not listed.
func TestOpenClearsHalves(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"123.part", "README", "ba/notes.txt"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f := blob.OpenFolder(dir, nil)
	if _, err := os.Stat(filepath.Join(dir, "123.part")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the half file: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "README")); err != nil {
		t.Error(err)
	}
	if err := f.Each(t.Context(), func(i blob.Info) error { return fmt.Errorf("lists %s", i.SHA256) }); err != nil {
		t.Error(err)
	}
	if got, err := f.Sweep(t.Context(), 0, func(string) bool { return false }); err != nil || got.Blobs != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// probe lets this test binary play a user with few rights.
func TestMain(m *testing.M) {
	dir := os.Getenv("HUBCAP_TEST_DIR")
	if dir == "" {
		os.Exit(m.Run())
	}
	if os.WriteFile(filepath.Join(dir, "probe"), nil, 0o600) == nil {
		fmt.Println("the folder can be written: the fault is not live")
		os.Exit(1)
	}
	f := blob.OpenFolder(dir, nil)
	_, err := f.Put(bare{}, bytes.NewReader([]byte("more")), 100)
	var said *fault.Error
	if !errors.As(err, &said) || said.Remedy == "" {
		fmt.Println("put:", err)
		os.Exit(1)
	}
	fmt.Println(said.Kind, said.Remedy)
	if n, err := f.Verify(bare{}, os.Getenv("HUBCAP_TEST_NAME")); err != nil || n != 4 {
		fmt.Println("read:", n, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// bare is a context before there is a test.
type bare struct{}

func (bare) Deadline() (time.Time, bool) { return time.Time{}, false }
func (bare) Done() <-chan struct{}       { return nil }
func (bare) Err() error                  { return nil }
func (bare) Value(any) any               { return nil }
