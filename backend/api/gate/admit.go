package gate

import (
	"net/http"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/problem"
)

// Admission bounds how many requests run at once and how long one waits for
// its place, so that a flood ends in quick, honest 503s and the health check
// still answers.
type Admission struct {
	places chan struct{}
	queue  chan struct{}
	wait   time.Duration
}

// NewAdmission lets running requests run and queued ones wait up to wait.
func NewAdmission(running, queued int, wait time.Duration) *Admission {
	return &Admission{places: make(chan struct{}, running), queue: make(chan struct{}, queued), wait: wait}
}

// LivePath is the address of live updates. They stay open for hours and do
// nothing most of the time, so they take no place here; their own number is
// bounded where they are answered.
const LivePath = "/api/v1/live"

// Wrap puts the bound before next. Health checks and live updates pass.
func (a *Admission) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || r.URL.Path == LivePath {
			next.ServeHTTP(w, r)
			return
		}
		if !a.enter(r) {
			w.Header().Set("Retry-After", "1")
			p := problem.New(http.StatusServiceUnavailable, "Hubcap has more requests than it can answer right now.")
			p.Remedy = "Try again in a second."
			p.Write(w)
			return
		}
		defer func() { <-a.places }()
		next.ServeHTTP(w, r)
	})
}

func (a *Admission) enter(r *http.Request) bool {
	select {
	case a.places <- struct{}{}:
		return true
	default:
	}
	select {
	case a.queue <- struct{}{}:
		defer func() { <-a.queue }()
	default:
		return false
	}
	t := time.NewTimer(a.wait)
	defer t.Stop()
	select {
	case a.places <- struct{}{}:
		return true
	case <-t.C:
	case <-r.Context().Done():
	}
	return false
}
