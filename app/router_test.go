package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
)

// A provider's key goes in and is never seen again: not in an answer, not in
// a log line of any level, not in any file of the data folder, not in an
// error that the provider's own answer echoes.
func TestProvidersKeyIsNeverSeenAgain(t *testing.T) {
	const canary = "sk-canary-5f3a9d7e1b"
	asked := false
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = true
		if r.Header.Get("Authorization") != "Bearer "+canary {
			t.Errorf("the provider got the key %q", r.Header.Get("Authorization"))
		}
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"error":{"message":"Incorrect API key provided: %s"}}`, canary)
	}))
	defer s.Close()

	var log bytes.Buffer
	cfg, err := config.Load("", nil, map[string]string{"data": t.TempDir(), "models": t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, app.Options{Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	h := gate.Local(a.Handler())
	var answers strings.Builder
	call := func(method, path, body string, want int) map[string]any {
		t.Helper()
		r := httptest.NewRequest(method, "http://hub"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("If-Match", "*")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		answers.WriteString(w.Body.String())
		if w.Code != want {
			t.Fatalf("%s %s: %d %s, want %d", method, path, w.Code, w.Body.String(), want)
		}
		var out map[string]any
		_ = json.Unmarshal(w.Body.Bytes(), &out)
		return out
	}
	p := call("POST", "/api/v1/providers", fmt.Sprintf(`{"name":"P","kind":"openai","url":%q,"key":%q,"models":["m"],"enabled":true}`, s.URL+"/v1", canary), 201)
	if asked {
		t.Error("entering a provider sent something to it")
	}
	call("GET", "/api/v1/providers", "", 200)
	call("GET", "/api/v1/engines", "", 200)
	call("GET", "/api/v1/settings", "", 200)
	call("POST", "/api/v1/providers/"+p["id"].(string)+"/offers", "", 403)
	if !asked {
		t.Fatal("the test of the provider sent nothing")
	}
	call("PUT", "/api/v1/providers/"+p["id"].(string), fmt.Sprintf(`{"name":"P","kind":"openai","url":"https://elsewhere.example.com","enabled":true,"key":"%s x"}`, canary), 422)
	call("GET", "/api/v1/activity", "", 200)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(answers.String(), "canary") {
		t.Error("an answer tells the key")
	}
	if strings.Contains(log.String(), "canary") {
		t.Error("the log tells the key")
	}
	files := 0
	err = filepath.WalkDir(cfg.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		files++
		if bytes.Contains(b, []byte(canary)) {
			t.Errorf("%s holds the key", path)
		}
		return err
	})
	if err != nil || files < 3 {
		t.Fatalf("looked at %d files, %v", files, err)
	}
}
