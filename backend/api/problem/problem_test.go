package problem_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

func TestEveryKindGoesOverHTTPAndBack(t *testing.T) {
	for kind, status := range map[fault.Kind]int{
		fault.NotFound: 404, fault.Conflict: 409, fault.Invalid: 422, fault.Denied: 403, fault.Limited: 429,
		fault.Unavailable: 503, fault.Full: 507,
	} {
		e := &fault.Error{Kind: kind, Message: "what happened", Remedy: "what to do", Fields: []fault.Field{{Pointer: "/a", Problem: "is odd", Remedy: "make it even"}}}
		w := httptest.NewRecorder()
		problem.From(fmt.Errorf("wrapped: %w", e), "ref").Write(w)
		if w.Code != status || w.Header().Get("Content-Type") != problem.ContentType {
			t.Errorf("%s: status %d as %q, want %d as a problem", kind, w.Code, w.Header().Get("Content-Type"), status)
		}
		var p problem.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		back := p.Fault()
		if back.Kind != kind || back.Message != e.Message || back.Remedy != e.Remedy || len(back.Fields) != 1 || back.Fields[0] != e.Fields[0] {
			t.Errorf("%s came back as %+v", kind, back)
		}
	}
}

func TestInternalErrorsShowAReferenceOnly(t *testing.T) {
	w := httptest.NewRecorder()
	problem.From(errors.New("password s3cret in /etc/passwd"), "ref-7").Write(w)
	if w.Code != 500 || strings.Contains(w.Body.String(), "s3cret") || !strings.Contains(w.Body.String(), "ref-7") {
		t.Errorf("status %d, body %s; want 500 with the reference alone", w.Code, w.Body)
	}
}

func TestRetryAfterRoundsUp(t *testing.T) {
	for after, want := range map[time.Duration]string{0: "1", 300 * time.Millisecond: "1", 2500 * time.Millisecond: "3"} {
		w := httptest.NewRecorder()
		problem.From(&fault.Error{Kind: fault.Unavailable, RetryAfter: after}, "").Write(w)
		if got := w.Header().Get("Retry-After"); got != want {
			t.Errorf("retry after %s: header %q, want %q", after, got, want)
		}
	}
}

func TestAnEndedRequestIsNobodysFault(t *testing.T) {
	w := httptest.NewRecorder()
	problem.From(fmt.Errorf("read: %w", context.Canceled), "ref").Write(w)
	if w.Code != 503 || strings.Contains(w.Body.String(), "ref") {
		t.Errorf("status %d, body %s; want 503 without a reference", w.Code, w.Body)
	}
}
