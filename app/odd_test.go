package app_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// A double click, or two windows, must not make two fleets.
func TestSampleIsLoadedOnce(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	var clicks sync.WaitGroup
	loaded := make(chan float64, 4)
	for range cap(loaded) {
		clicks.Go(func() { loaded <- h.want(201, h.do("POST", "/api/v1/sample", nil)).body["vehicles"].(float64) })
	}
	clicks.Wait()
	close(loaded)
	times := 0
	for n := range loaded {
		if n > 0 {
			times++
		}
	}
	if times != 1 {
		t.Errorf("the sample fleet was loaded %d times, want once", times)
	}
}

// serve runs a hub on a folder while use runs.
func serve(t *testing.T, dir, listen string, use func(app.Running)) error {
	t.Helper()
	cfg, err := config.Load("", nil, map[string]string{"data": dir, "listen": listen, "models": t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, app.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	return a.Serve(ctx, func(r app.Running) { use(r); stop() })
}

func TestServeOnAnyLoopbackAddress(t *testing.T) {
	for _, listen := range []string{"127.0.0.1:0", "127.0.0.2:0", "localhost:0"} {
		err := serve(t, t.TempDir(), listen, func(r app.Running) {
			resp, err := http.Get(r.URL + "/healthz")
			if err != nil {
				t.Errorf("%s: %v", listen, err)
				return
			}
			resp.Body.Close()
			if resp.StatusCode != 200 {
				t.Errorf("%s: its own address %s answers %s", listen, r.URL, resp.Status)
			}
			req, _ := http.NewRequest("OPTIONS", r.URL, nil)
			req.URL.Opaque, req.Host = "*", "evil.example"
			if resp, err = http.DefaultClient.Do(req); err != nil || resp.StatusCode != 421 {
				t.Errorf("%s: OPTIONS * for another host: %v, %v; want 421", listen, resp, err)
			}
		})
		if err != nil {
			t.Errorf("%s: %v", listen, err)
		}
	}
}

func TestListenErrorsNameTheCause(t *testing.T) {
	for listen, want := range map[string]string{"0.0.0.0:0": "for this computer (127.0.0.1)", "127.0.0.1:99999": "port", "127.0.0.1": "is not an address", "example.com:1": "for this computer (127.0.0.1)"} {
		err := serve(t, t.TempDir(), listen, func(app.Running) {})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("--listen %s: error %v, want one with %q", listen, err, want)
		}
	}
}

// A socket's address is short (unix(7)); the folder that stands in for a deep
// data folder goes with the hub.
func TestSocketOfADeepFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("deep folder ü/", 12))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var socket string
	if err := serve(t, dir, "127.0.0.1:0", func(r app.Running) { socket = r.Socket }); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(socket)); !os.IsNotExist(err) {
		t.Errorf("%s is left behind: %v", filepath.Dir(socket), err)
	}
}

// A power cut may leave an empty run.json: no hub is running then.
func TestRunFileThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"", "{", "null", "\x00\x00"} {
		if err := os.WriteFile(filepath.Join(dir, "run.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := app.ReadRunning(dir); !fault.Is(err, fault.NotFound) {
			t.Errorf("run.json %q: got %+v, %v; want NotFound", text, r, err)
		}
	}
}
