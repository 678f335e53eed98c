package gate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// A write that carries an Idempotency-Key is done once: the same key with
// the same request is answered again from what was kept, for a day.

// Answer is what was answered to a write, kept under its key.
type Answer struct {
	ID      string            `json:"id"`      // of caller, route and key
	Request string            `json:"request"` // sha256 of the precondition, the body and what the caller may do
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Long    bool              `json:"long,omitempty"` // the body was too long to keep
	At      store.Timestamp   `json:"at"`
}

var answers = store.Define(store.Def[Answer]{
	Name: "repeated_answers", Class: store.Local, Schema: 1,
	Key: func(a *Answer) string { return a.ID },
	Indexes: []store.Index[Answer]{{Name: "at", Fields: []store.Field[Answer]{
		{Name: "at", Kind: store.Time, Value: func(a *Answer) store.Value { return a.At.Value() }},
	}}},
})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{answers.Schema()} }

const (
	keyHeader  = "Idempotency-Key"
	keepFor    = 24 * time.Hour
	maxKept    = 256 << 10 // bytes of an answer's body; of a longer one only is kept that it was given
	maxKeySize = 255
)

// Repeats answers repeated writes.
type Repeats struct {
	db    store.DB
	scope store.Scope
	now   func() time.Time
	log   *slog.Logger

	mu      sync.Mutex
	running map[string]bool // keys of writes that are being done
}

// NewRepeats keeps answers in db under scope.
func NewRepeats(db store.DB, scope store.Scope, now func() time.Time, log *slog.Logger) *Repeats {
	return &Repeats{db: db, scope: scope, now: now, log: log, running: map[string]bool{}}
}

// Wrap puts the guard before next.
func (g *Repeats) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get(keyHeader)
		// A file is known by its digest: sending it twice does no harm, and it is
		// too long to be kept.
		if key == "" || r.Method == http.MethodGet || r.Method == http.MethodHead || Upload(r) || givesSecrets(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		if err := g.serve(w, r, key, next); err != nil {
			p := problem.From(err, digest(r.URL.Path, key)[:16])
			if p.Reference != "" {
				g.log.Error("repeats of a request can't be told", "err", err, "reference", p.Reference)
			}
			p.Write(w)
		}
	})
}

// givesSecrets tells the addresses whose answers hold what is shown once: a
// session, a key, a link, codes. None of it is kept in clear, so they are not
// repeated.
func givesSecrets(path string) bool {
	return begins(path, []string{SignInPath, "/api/v1/setup", "/api/v1/invitations", "/api/v1/me", "/api/v1/keys"}) ||
		strings.HasPrefix(path, "/api/v1/backups/") && (strings.HasSuffix(path, "/init") || strings.HasSuffix(path, "/recovery")) ||
		strings.HasPrefix(path, "/api/v1/users/") && (strings.HasSuffix(path, "/invite") || strings.HasSuffix(path, "/reset"))
}

func (g *Repeats) serve(w http.ResponseWriter, r *http.Request, key string, next http.Handler) error {
	if len(key) > maxKeySize {
		return fault.InvalidField(keyHeader, "is longer than 255 bytes", "use a UUID")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2<<20))
	if err != nil {
		return fault.New(fault.Invalid, "the body could not be read to its end")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	who := Principal(r.Context())
	id := digest(string(who.Actor.Kind), who.Actor.ID, who.Key, r.Method, r.URL.Path, key)
	if !g.begin(id) {
		return fault.New(fault.Conflict, "a request with this %s is being answered right now", keyHeader).WithRemedy("wait for its answer, then ask again")
	}
	defer g.end(id)

	// What was answered to more rights, or over another reach, is no answer now.
	rights := digest(append([]string{strconv.FormatUint(uint64(who.Rights), 16), string(who.Reach.Kind)}, who.Reach.Places...)...)
	request := digest(r.Header.Get("If-Match"), string(body), rights)
	kept, found, err := g.find(r.Context(), id)
	switch {
	case err != nil:
		return err
	case found && kept.Request != request:
		return fault.InvalidField(keyHeader, "was used for another request", "use a new key for a new request")
	case found && kept.Long:
		return fault.New(fault.Conflict, "this request is done already, with an answer too long to give again").WithRemedy("read what it wrote")
	case found:
		for k, v := range kept.Headers {
			w.Header().Set(k, v)
		}
		w.Header().Set("Idempotent-Replayed", "true")
		w.WriteHeader(kept.Status)
		// The client may be gone; there is nobody left to tell.
		_, _ = io.WriteString(w, kept.Body)
		return nil
	}
	rec := &recorder{ResponseWriter: w, status: http.StatusOK}
	next.ServeHTTP(rec, r)
	if rec.status >= 500 || againLater(rec.status) {
		return nil // worth another try
	}
	a := Answer{ID: id, Request: request, Status: rec.status, Headers: map[string]string{}, Body: rec.body.String(), At: store.Moment(g.now())}
	if a.Long = rec.body.Len() > maxKept; a.Long {
		a.Body = ""
	}
	for _, h := range []string{"Content-Type", "ETag", "Hubcap-Seq", "Hubcap-Batch"} {
		if v := w.Header().Get(h); v != "" {
			a.Headers[h] = v
		}
	}
	// The write is done and answered; an answer that can't be kept only means
	// that a repeat would be done again, which is no reason to fail now.
	err = g.db.UpdateLocal(context.WithoutCancel(r.Context()), g.scope, func(tx store.Tx) error {
		_, err := answers.Put(tx, &a, store.AnyRev)
		return err
	})
	if err != nil {
		g.log.Warn("answer not kept", "err", err)
	}
	return nil
}

// againLater tells the answers to a write that was not even begun, and is once
// its sender has signed in, confirmed, been given the right, or waited.
func againLater(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusTooManyRequests
}

func (g *Repeats) begin(id string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running[id] {
		return false
	}
	g.running[id] = true
	return true
}

func (g *Repeats) end(id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.running, id)
}

func (g *Repeats) find(ctx context.Context, id string) (Answer, bool, error) {
	var a Answer
	err := g.db.View(ctx, g.scope, func(r store.Reader) error {
		doc, err := answers.Get(r, id)
		a = doc.Value
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return a, false, nil
	}
	if err != nil {
		return a, false, fmt.Errorf("look for a kept answer: %w", err)
	}
	return a, g.now().Sub(a.At.Time) < keepFor, nil
}

// Forget removes answers that are a day old.
func (g *Repeats) Forget(ctx context.Context) error {
	for {
		more := false
		err := g.db.UpdateLocal(ctx, g.scope, func(tx store.Tx) error {
			p, err := answers.Query(tx, store.Query{Index: "at", Range: &store.Range{To: store.At(g.now().Add(-keepFor))}, Limit: 200})
			if err != nil {
				return err
			}
			more = p.Next != ""
			for _, d := range p.Items {
				if err := answers.Delete(tx, d.Key, store.AnyRev); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || !more {
			return err
		}
	}
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// recorder passes an answer on and keeps a copy of its beginning.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.body.Len() <= maxKept {
		r.body.Write(b)
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the writer behind.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
