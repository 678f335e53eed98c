package remote_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/remotetest"
)

const helperEnv = "HUBCAP_TEST_DIRECTORY"

// TestMain is also the second process of the tests below.
func TestMain(m *testing.M) {
	if dir := os.Getenv(helperEnv); dir != "" {
		if err := helper(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// helper counts a number in the folder up by conditions, a hundred times.
func helper(dir string) error {
	d, err := remote.OpenDirectory(dir, remote.DirectoryOptions{})
	if err != nil {
		return err
	}
	return count(d, 100)
}

// count adds n to the number in an object, each time by reading it and writing
// it back on the condition that nobody else did.
func count(b remote.Bucket, n int) error {
	ctx := context.Background()
	for n > 0 {
		body, info, err := remotetest.Read(ctx, b, "n")
		if err != nil {
			return err
		}
		var at int
		if _, err := fmt.Sscan(body, &at); err != nil {
			return err
		}
		_, err = remotetest.Write(ctx, b, "n", fmt.Sprint(at+1), remote.Put{IfTag: info.Tag})
		switch {
		case err == nil:
			n--
		case !errors.Is(err, remote.ErrChanged):
			return err
		}
	}
	return nil
}

func TestDirectoryOfTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	d := directory(t, dir)
	if _, err := remotetest.Write(t.Context(), d, "n", "0", remote.Put{}); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var others []*exec.Cmd
	for range 2 {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), helperEnv+"="+dir)
		cmd.Stderr = new(bytes.Buffer)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		others = append(others, cmd)
	}
	if err := count(d, 100); err != nil {
		t.Error(err)
	}
	for _, cmd := range others {
		if err := cmd.Wait(); err != nil {
			t.Errorf("the other process: %v\n%s", err, cmd.Stderr)
		}
	}
	if body, _, err := remotetest.Read(t.Context(), d, "n"); body != "300" || err != nil {
		t.Errorf("three have counted a hundred each: %q, %v", body, err)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, ".tmp")); len(left) != 0 {
		t.Errorf("temporary files are left: %v", left)
	}
}

// What a writer that died has left is no object, and goes after a day.
func TestDirectoryAfterACrash(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"young": time.Hour, "old": 48 * time.Hour} {
		path := filepath.Join(dir, ".tmp", name)
		if err := errors.Join(os.WriteFile(path, []byte("half"), 0o600), os.Chtimes(path, time.Time{}, time.Now().Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	d := directory(t, dir)
	if got := remotetest.Names(t, d, "", ""); len(got) != 0 {
		t.Errorf("objects: %v", got)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, ".tmp")); len(left) != 1 || left[0].Name() != "young" {
		t.Errorf("left are %v", left)
	}
}

func TestDirectoryIsNotLedAstray(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(secret, []byte("secret"), 0o600))
	must(os.Symlink(secret, filepath.Join(dir, "link")))
	must(os.Symlink(outside, filepath.Join(dir, "folder")))
	must(os.Symlink("real", filepath.Join(dir, "inner")))
	must(os.Mkdir(filepath.Join(dir, "sub"), 0o700))
	must(os.Symlink("../../../../../../../../"+secret, filepath.Join(dir, "sub", "up")))
	must(exec.Command("mkfifo", filepath.Join(dir, "pipe")).Run())
	d, ctx := directory(t, dir), t.Context()
	if _, err := remotetest.Write(ctx, d, "real", "real", remote.Put{}); err != nil {
		t.Fatal(err)
	}
	if got := remotetest.Names(t, d, "", ""); len(got) != 1 || got[0] != "real" {
		t.Errorf("List = %v", got)
	}
	for _, name := range []string{"link", "folder/secret", "inner", "sub/up", "pipe", "sub"} {
		if body, _, err := remotetest.Read(ctx, d, name); err == nil || body != "" {
			t.Errorf("Get(%s) = %q, %v", name, body, err)
		}
		if _, err := remotetest.Write(ctx, d, name, "x", remote.Put{}); err == nil {
			t.Errorf("Put(%s) went through", name)
		}
		if _, err := remotetest.Write(ctx, d, name, "x", remote.Put{IfAbsent: true}); err == nil {
			t.Errorf("Put(%s) where nothing is went through", name)
		}
		_ = d.Delete(ctx, name)
	}
	if _, err := remotetest.Write(ctx, d, "folder/new", "x", remote.Put{}); err == nil {
		t.Error("Put behind a link went through")
	}
	if _, err := remotetest.Write(ctx, d, "real/below", "x", remote.Put{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("Put below an object: %v", err)
	}
	if files, _ := os.ReadDir(outside); len(files) != 1 {
		t.Errorf("outside there is %v", files)
	}
	if b, err := os.ReadFile(secret); string(b) != "secret" || err != nil {
		t.Errorf("the secret is %q, %v", b, err)
	}
}

// A drive that is pulled out leaves its empty folder on the system's disk.
func TestDirectoryOfAPulledOutDrive(t *testing.T) {
	parent := t.TempDir()
	dir, away := filepath.Join(parent, "drive"), filepath.Join(parent, "away")
	if _, err := remote.OpenDirectory(dir, remote.DirectoryOptions{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("OpenDirectory of nothing: %v", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	d, ctx := directory(t, dir), t.Context()
	if _, err := remotetest.Write(ctx, d, "a", "a", remote.Put{}); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, away); err != nil {
		t.Fatal(err)
	}
	if _, err := remotetest.Write(ctx, d, "b", "b", remote.Put{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Put into a folder that is gone: %v", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := remotetest.Write(ctx, d, "b", "b", remote.Put{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Put into the empty folder: %v", err)
	}
	if _, _, err := d.Get(ctx, "a"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Get from the empty folder: %v, want it away, not without the object", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("the empty folder has %v", files)
	}
	if err := errors.Join(os.Remove(dir), os.Rename(away, dir)); err != nil {
		t.Fatal(err)
	}
	if _, err := remotetest.Write(ctx, d, "b", "b", remote.Put{}); err != nil {
		t.Errorf("Put after the drive is back: %v", err)
	}
}

// endless never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// A source that fails is the caller's error, not the drive's.
func TestDirectoryTellsTheSourceFromTheDrive(t *testing.T) {
	d := directory(t, t.TempDir())
	_, err := d.Put(t.Context(), "a", io.MultiReader(strings.NewReader("a"), errorReader{fs.ErrPermission}), 2, remote.Put{})
	if err != fs.ErrPermission {
		t.Errorf("Put of a body that fails: %v", err)
	}
	if _, err := d.Put(t.Context(), "a", endless{}, 1<<20, remote.Put{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("Put of a body without end: %v", err)
	}
}

type errorReader struct{ err error }

func (e errorReader) Read([]byte) (int, error) { return 0, e.err }
