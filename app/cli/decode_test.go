package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hubcap-dev/hubcap/app/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"hubcap": func() { os.Exit(cli.Main("test")) },
	})
}

// TestDecodeScripts runs testdata/decode*.txtar; -update rewrites what they
// expect.
func TestDecodeScripts(t *testing.T) {
	index, err := filepath.Abs("../../embedded/vpic/data/vpic.idx")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(index); err != nil {
		t.Fatalf("the vPIC index is missing: run `make vpic` (%v)", err)
	}
	scripts, err := filepath.Glob("testdata/decode*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	testscript.Run(t, testscript.Params{
		Files:         scripts,
		UpdateScripts: update(),
		Setup: func(env *testscript.Env) error {
			env.Setenv("INDEX", index)
			return nil
		},
	})
}

func update() bool {
	for _, a := range os.Args {
		if a == "-update" {
			return true
		}
	}
	return os.Getenv("UPDATE") != ""
}

// TestDecodeKeepsOrder: batches are answered on all cores and come out in the
// order of the input.
func TestDecodeKeepsOrder(t *testing.T) {
	const n = 5000
	var in strings.Builder
	for i := range n {
		fmt.Fprintf(&in, "1HGCM82633A%06d,%d\n", i, 1990+i%30)
	}
	var out, notes bytes.Buffer
	root := cli.Root("test")
	root.SetArgs([]string{"decode", "--now", "2026-11-22", "--format", "vpic", "-"})
	root.SetIn(strings.NewReader(in.String()))
	root.SetOut(&out)
	root.SetErr(&notes)
	if err := root.ExecuteContext(context.Background()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != n || notes.Len() > 0 {
		t.Fatalf("%d answers to %d lines, notes %q", len(lines), n, notes.String())
	}
	for i, line := range lines {
		var got struct {
			VIN    string
			Year   int
			Values map[string]any
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		if want := fmt.Sprintf("1HGCM82633A%06d", i); got.VIN != want || got.Year != 1990+i%30 || got.Values["Make"] != "HONDA" {
			t.Fatalf("line %d: got %s, year %d, make %v; want %s", i+1, got.VIN, got.Year, got.Values["Make"], want)
		}
	}
}

// TestDecodeStops: giving up does not wait for a reader that never ends.
func TestDecodeStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	root := cli.Root("test")
	root.SetArgs([]string{"decode", "-"})
	root.SetIn(r)
	root.SetOut(&bytes.Buffer{})
	root.SetErr(&bytes.Buffer{})
	done := make(chan error)
	go func() { done <- root.ExecuteContext(ctx) }()
	cancel()
	if err := <-done; err == nil {
		t.Error("a cancelled decode reported success")
	}
}
