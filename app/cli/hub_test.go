package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestHubScripts runs testdata/hub*.txtar: the commands that open a data
// folder, beside a running hub and without one, and what goes wrong with
// them.
func TestHubScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/hub*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	if os.Getenv("HUBCAP_TEST_RUNBOOKS") == "" { // half a minute: make test has a stage for them
		scripts = slices.DeleteFunc(scripts, func(s string) bool { return strings.Contains(s, "runbook") })
	}
	testscript.Run(t, testscript.Params{
		Files:         scripts,
		UpdateScripts: update(),
		Setup: func(env *testscript.Env) error {
			env.Setenv("DATA", filepath.Join(env.WorkDir, "data"))
			env.Setenv("HUBCAP_MODELS", filepath.Join(env.WorkDir, "no-models"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"await":    await,
			"newest":   newest,
			"sheet":    sheet,
			"flip":     flip,
			"truncate": truncate,
			"zero":     zero,
		},
	})
}

// await FILE waits until a file is there, or gone with !.
func await(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	deadline := time.Now().Add(15 * time.Second)
	for {
		_, err := os.Stat(path)
		if (err == nil) != neg {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("waited 15 s for %s", args[0])
		}
	}
}

// newest sets $NEWEST to the end of the last "Every second from … to …" that
// was printed.
func newest(ts *testscript.TestScript, _ bool, _ []string) {
	all := regexp.MustCompile(`to (\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) \(line`).FindAllStringSubmatch(ts.ReadFile("stdout"), -1)
	if len(all) == 0 {
		ts.Fatalf("no stretch of time was printed")
	}
	last := all[len(all)-1]
	at, err := time.ParseInLocation(time.DateTime, last[1]+" "+last[2], time.Local)
	ts.Check(err)
	// The listing has whole seconds; the last change was in that one.
	ts.Setenv("NEWEST", at.Add(999*time.Millisecond).UTC().Format(time.RFC3339Nano))
	// What comes next must not fall into the same second.
	for end := at.Add(time.Second); time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
}

// sheet sets $SHEET to the recovery key that was printed.
func sheet(ts *testscript.TestScript, _ bool, _ []string) {
	key := regexp.MustCompile(`AGE-SECRET-KEY-1\S+`).FindString(ts.ReadFile("stdout"))
	if key == "" {
		ts.Fatalf("no recovery key was printed")
	}
	ts.Setenv("SHEET", key)
}

// flip FILE OFFSET inverts one byte of a file.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	b[at] ^= 0xff
	ts.Check(os.WriteFile(path, b, 0o600))
}

// truncate FILE SIZE cuts a file.
func truncate(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
}

// zero FILE OFFSET BYTES writes zeros into a file.
func zero(ts *testscript.TestScript, _ bool, args []string) {
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	clear(b[at : at+n])
	ts.Check(os.WriteFile(path, b, 0o600))
}
