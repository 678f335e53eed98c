// Package api is the hub's one HTTP handler: the single-page app, REST,
// metrics and health.
package api

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Deps are what the handler stands on.
type Deps struct {
	REST    rest.Deps
	Log     *slog.Logger
	Site    fs.FS                                              // the built single-page app; nil where it is not built in
	Metrics http.Handler                                       // Prometheus text
	Ready   func() error                                       // nil when the hub can answer
	Request func(class string, status int, took time.Duration) // one answered request
	NewID   func() string                                      // request references
}

// maxBody bounds a JSON body; a document is at most 1 MiB.
const maxBody = "1536K"

// New returns the handler. What stands before it (gate, admission) is the
// listener's matter.
func New(d Deps) http.Handler {
	e := echo.New()
	e.HTTPErrorHandler = fail
	e.Use(d.observe, d.recover, middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{
		Limit: maxBody, Skipper: func(c echo.Context) bool { return gate.Upload(c.Request()) },
	}), stale, guard)

	rest.Register(humaecho.New(e, rest.Config(d.REST.Version)), d.REST)

	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", func(c echo.Context) error {
		if err := d.Ready(); err != nil {
			return err
		}
		return c.String(http.StatusOK, "ready\n")
	})
	e.GET("/metrics", echo.WrapHandler(d.Metrics))
	e.GET("/*", site(d.Site))
	return e
}

// Document is the OpenAPI document of the REST API, without a hub behind it.
func Document(version string) *huma.OpenAPI {
	a := humaecho.New(echo.New(), rest.Config(version))
	rest.Register(a, rest.Deps{Version: version, Vehicles: &vehicle.Hub{}, Now: time.Now})
	return a.OpenAPI()
}

// plain are the addresses beside REST and the pages, and who may read them.
// Health is answered before, to anybody.
var plain = map[string]account.Permission{"/metrics": account.ManageHub, "/api/v1/openapi": ""}

// guard holds the plain addresses to their permission: "" is whoever is
// signed in.
func guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		for path, need := range plain {
			if !strings.HasPrefix(c.Request().URL.Path, path) {
				continue
			}
			p := gate.Principal(c.Request().Context())
			_, err := p.Seeing()
			if need != "" {
				_, err = p.For(need)
			}
			if err != nil {
				return rest.Refusal(p, err, "")
			}
		}
		return next(c)
	}
}

// staleReads begin the addresses of what may be read from a replica: documents
// of truth alone, whose writes have a sequence.
var staleReads = []string{"/api/v1/vehicles", "/api/v1/search", "/api/v1/decode", "/api/v1/activity", "/api/v1/trash"}

// stale lets a reader who says which write of his own he must see be answered
// by a replica: GET with the Hubcap-Seq of his last write, 0 before the first.
func stale(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		at, err := strconv.ParseUint(r.Header.Get("Hubcap-Seq"), 10, 64)
		if err == nil && r.Method == http.MethodGet && slices.ContainsFunc(staleReads, func(p string) bool { return strings.HasPrefix(r.URL.Path, p) }) {
			c.SetRequest(r.WithContext(store.AcceptStale(r.Context(), at)))
		}
		return next(c)
	}
}

// observe gives each request a reference, counts it and logs it.
func (d Deps) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		id := d.NewID()
		c.Request().Header.Set(echo.HeaderXRequestID, id)
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		// No answer stays on a disk that others share; a page's files say
		// otherwise of themselves.
		c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
		if err := next(c); err != nil {
			c.Error(err)
		}
		took, status := time.Since(start), c.Response().Status
		d.Request(class(c), status, took)
		level, facts := slog.LevelDebug, []any{"class", class(c), "status", status, "took_ms", took.Milliseconds(), "reference", id}
		if status >= 500 && status != http.StatusServiceUnavailable {
			level, facts = slog.LevelError, append(facts, "err", c.Get(rest.FailureKey))
		}
		d.Log.Log(c.Request().Context(), level, "request answered", facts...)
		return nil
	}
}

// class is the method and the route's pattern: a bounded set, without ids and
// without methods that a client invents.
func class(c echo.Context) string {
	p := c.Path()
	if p == "" {
		return "none"
	}
	switch m := c.Request().Method; m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m + " " + p
	}
	return "OTHER " + p
}

// recover turns a panic into an answer and a log line with its stack.
func (d Deps) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil && r != http.ErrAbortHandler {
				d.Log.Error("request handler panicked", "panic", fmt.Sprint(r), "stack", string(debug.Stack()), "reference", c.Response().Header().Get(echo.HeaderXRequestID))
				err = problem.From(fmt.Errorf("panic: %v", r), c.Response().Header().Get(echo.HeaderXRequestID))
			}
		}()
		return next(c)
	}
}

// fail answers with a problem, whatever made the error.
func fail(err error, c echo.Context) {
	c.Set(rest.FailureKey, err)
	if c.Response().Committed {
		return
	}
	reference := c.Response().Header().Get(echo.HeaderXRequestID)
	var he *echo.HTTPError
	p := problem.From(err, reference)
	switch {
	case errors.As(err, &he) && he.Code == http.StatusNotFound:
		p = problem.New(he.Code, "There is nothing at this address.")
	case errors.As(err, &he) && he.Code == http.StatusRequestEntityTooLarge:
		p = problem.New(he.Code, "The body is larger than "+maxBody+".")
		p.Remedy = "Send less at once."
	case errors.As(err, &he):
		p = problem.New(he.Code, http.StatusText(he.Code)+".")
	}
	p.Write(c.Response())
}

// site serves the single-page app: files by name, index.html for the app's
// own addresses.
func site(files fs.FS) echo.HandlerFunc {
	return func(c echo.Context) error {
		name := strings.TrimPrefix(c.Request().URL.Path, "/")
		if strings.HasPrefix(name, "api/") {
			return echo.ErrNotFound
		}
		if files == nil {
			return c.String(http.StatusOK, "This Hubcap was built without its pages. Run `make run`, or use the API under /api/v1.\n")
		}
		if info, err := fs.Stat(files, name); name == "" || err != nil || info.IsDir() {
			if strings.HasPrefix(name, "assets/") {
				return echo.ErrNotFound
			}
			name = "index.html"
		}
		cache := "no-cache"
		if strings.HasPrefix(name, "assets/") {
			cache = "public, max-age=31536000, immutable" // named by their content
		}
		c.Response().Header().Set(echo.HeaderCacheControl, cache)
		http.ServeFileFS(c.Response(), c.Request(), files, name)
		return nil
	}
}
