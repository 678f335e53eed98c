package gate_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/gate"
)

// Live updates stay open for hours: they take no place of other requests, and
// get in where all places are taken.
func TestLiveUpdatesTakeNoPlace(t *testing.T) {
	release, entered := make(chan struct{}), make(chan struct{}, 8)
	h := gate.NewAdmission(1, 0, time.Minute).Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/quick" {
			entered <- struct{}{}
			<-release
		}
	}))
	ask := func(path string) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code
	}
	done := make(chan int)
	open := func(path string) {
		go func() { done <- ask(path) }()
		<-entered
	}
	open(gate.LivePath)
	open(gate.LivePath)
	if got := ask("/quick"); got != 200 {
		t.Errorf("beside two live updates a request gets %d, want 200", got)
	}
	open("/slow")
	if got := ask("/quick"); got != 503 {
		t.Errorf("with the one place taken a request gets %d, want 503", got)
	}
	open(gate.LivePath)
	close(release)
	for range 4 {
		if got := <-done; got != 200 {
			t.Errorf("one that was let in gets %d, want 200", got)
		}
	}
}
