package gate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
)

// lost is a store that can't be read.
type lost struct{ store.DB }

func (lost) View(context.Context, store.Scope, func(store.Reader) error) error {
	return errors.New("disk on fire")
}

func TestKeptAnswersThatCannotBeReadAreLogged(t *testing.T) {
	var log bytes.Buffer
	g := gate.NewRepeats(lost{}, store.Org("home"), time.Now, slog.New(slog.NewTextHandler(&log, nil)))
	r := httptest.NewRequest("POST", "/v", strings.NewReader("{}"))
	r.Header.Set("Idempotency-Key", "a")
	w := httptest.NewRecorder()
	g.Wrap(http.NotFoundHandler()).ServeHTTP(w, r)
	var p problem.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 500 || p.Reference == "" {
		t.Fatalf("status %d, body %s, %v; want 500 with a reference", w.Code, w.Body, err)
	}
	if !strings.Contains(log.String(), "disk on fire") || !strings.Contains(log.String(), "reference="+p.Reference) {
		t.Errorf("the log must hold the error under the reference %s: %s", p.Reference, log.String())
	}
}

func TestRepeatedWriteIsDoneOnce(t *testing.T) {
	db, err := mem.Open(gate.Schemas(), mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	done := 0
	g := gate.NewRepeats(db, store.Org("home"), func() time.Time { return now }, slog.New(slog.DiscardHandler))
	h := g.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done++
		w.Header().Set("ETag", `"1"`)
		if r.URL.Path == "/busy" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusCreated)
		if r.URL.Path == "/long" {
			fmt.Fprint(w, strings.Repeat("x", 300<<10))
		}
		fmt.Fprintf(w, "saved %d", done)
	}))
	post := func(path, key, body string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", path, strings.NewReader(body))
		if key != "" {
			r.Header.Set("Idempotency-Key", key)
		}
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}

	first, again := post("/v", "a", "{}"), post("/v", "a", "{}")
	if done != 1 || again.Code != 201 || again.Body.String() != first.Body.String() || again.Header().Get("ETag") != `"1"` || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("done %d times; the repeat got %d %q, want the first answer %q again", done, again.Code, again.Body, first.Body)
	}
	if w := post("/v", "a", `{"other":1}`); w.Code != 422 {
		t.Errorf("the key for another request: %d, want 422", w.Code)
	}
	if post("/other", "a", "{}"); done != 2 {
		t.Errorf("the key on another route was not a new request")
	}
	post("/busy", "b", "{}")
	if post("/busy", "b", "{}"); done != 4 {
		t.Errorf("a failure was kept: it is worth another try")
	}
	if post("/v", "", "{}"); done != 5 {
		t.Errorf("without a key each request is its own")
	}
	post("/long", "c", "{}")
	if w := post("/long", "c", "{}"); done != 6 || w.Code != 409 || !strings.Contains(w.Body.String(), "is done") {
		t.Errorf("a write with a long answer was done %d times; the repeat got %d %.80s, want 409 that it is done", done-5, w.Code, w.Body)
	}
	if w := post("/v", "a", "{}", "If-Match", `"2"`); w.Code != 422 {
		t.Errorf("the key for another revision: %d, want 422", w.Code)
	}
	now = now.Add(25 * time.Hour)
	if err := g.Forget(context.Background()); err != nil {
		t.Fatal(err)
	}
	if post("/v", "a", "{}"); done != 7 {
		t.Errorf("a key is kept for a day, not longer")
	}
}

// What is shown once is not kept in clear for a day.
func TestAnswersWithSecretsAreNotKept(t *testing.T) {
	db, err := mem.Open(gate.Schemas(), mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	h := gate.NewRepeats(db, store.Org("home"), time.Now, slog.New(slog.DiscardHandler)).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		done++
		fmt.Fprint(w, "the-secret")
	}))
	paths := []string{"/api/v1/session", "/api/v1/session/second", "/api/v1/setup", "/api/v1/invitations/accept", "/api/v1/me/codes", "/api/v1/me/totp", "/api/v1/keys",
		"/api/v1/keys/k1/rotate", "/api/v1/users/u1/invite", "/api/v1/users/u1/reset", "/api/v1/backups/b1/init", "/api/v1/backups/b1/recovery"}
	for _, path := range paths {
		for range 2 {
			r := httptest.NewRequest("POST", path, strings.NewReader("{}"))
			r.Header.Set("Idempotency-Key", "a")
			h.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
	if done != 2*len(paths) {
		t.Errorf("%d of %d requests were done: the others were answered from what was kept", done, 2*len(paths))
	}
}
