package api_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// brokenDB fails every read with err.
type brokenDB struct {
	store.DB
	err error
}

func (b brokenDB) View(context.Context, store.Scope, func(store.Reader) error) error { return b.err }

// ask sends one request to a hub whose store fails with broken, and returns
// the answer, the log and the classes that were counted.
func ask(t *testing.T, broken error, r *http.Request) (w *httptest.ResponseRecorder, log string, classes []string) {
	t.Helper()
	var lines bytes.Buffer
	h := api.New(api.Deps{
		REST:    rest.Deps{Now: time.Now, Vehicles: &vehicle.Hub{}, Accounts: account.New(brokenDB{err: broken}, account.Options{})},
		Log:     slog.New(slog.NewTextHandler(&lines, nil)), // Info and up
		Metrics: http.NotFoundHandler(),
		Ready:   func() error { return nil },
		Request: func(class string, _ int, _ time.Duration) { classes = append(classes, class) },
		NewID:   func() string { return "ref-1" },
	})
	w = httptest.NewRecorder()
	gate.Local(h).ServeHTTP(w, r)
	return w, lines.String(), classes
}

func TestFailures(t *testing.T) {
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name   string
		broken error
		ctx    context.Context
		status int
		retry  string // Retry-After
		errors int    // lines at Error
	}{
		{"an error of its own is logged in full, once", errors.New("disk on fire"), context.Background(), 500, "", 1},
		{"a part that is down says when to ask again", fault.New(fault.Unavailable, "the store is being opened"), context.Background(), 503, "1", 0},
		{"a client that is gone wakes nobody", context.Canceled, gone, 503, "1", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, log, _ := ask(t, c.broken, httptest.NewRequest("GET", "/api/v1/preferences", nil).WithContext(c.ctx))
			if w.Code != c.status || w.Header().Get("Retry-After") != c.retry {
				t.Errorf("status %d, Retry-After %q; want %d, %q", w.Code, w.Header().Get("Retry-After"), c.status, c.retry)
			}
			if n := strings.Count(log, "level=ERROR"); n != c.errors {
				t.Errorf("%d lines at Error, want %d:\n%s", n, c.errors, log)
			}
			if c.errors > 0 && (!strings.Contains(log, "disk on fire") || !strings.Contains(log, "reference=ref-1") || strings.Contains(w.Body.String(), "disk on fire")) {
				t.Errorf("the log must hold the error, the answer its reference only.\nlog: %s\nanswer: %s", log, w.Body)
			}
		})
	}
}

// Classes are labels of metrics: a client must not be able to make new ones.
func TestClassesAreBounded(t *testing.T) {
	for _, target := range []string{"/healthz", "/api/v1/preferences", "/nowhere"} {
		_, _, classes := ask(t, nil, httptest.NewRequest("INVENTED7", target, nil))
		if len(classes) != 1 || strings.Contains(classes[0], "INVENTED7") {
			t.Errorf("INVENTED7 %s was counted as %q", target, classes)
		}
	}
}
