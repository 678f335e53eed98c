package gate

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/problem"
)

// Pace holds clients of the network to a pace, so that many slow ones can't
// keep places that others need.
type Pace struct {
	// Read is how long a whole JSON body may take.
	Read time.Duration
	// Standstill is how long an upload or an answer may stand still.
	Standstill time.Duration
	// BytesPerSecond is the slowest pace of an upload, after Standstill.
	BytesPerSecond int64
	// Bodies is how many JSON bodies one address may be sending at once.
	Bodies int

	mu      sync.Mutex
	sending map[string]int
}

// NewPace returns the pace of a LAN: the slowest mobile connection keeps it.
func NewPace() *Pace {
	return &Pace{Read: 20 * time.Second, Standstill: 30 * time.Second, BytesPerSecond: 8 << 10, Bodies: 64, sending: map[string]int{}}
}

// maxSent is one byte more than a JSON body may have: the handler then says
// that it is too large.
const maxSent = 1536<<10 + 1

// Wrap reads JSON bodies whole before next sees the request, so that a slow
// one takes no place of others, and cuts off uploads and answers that crawl.
func (p *Pace) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		switch {
		case r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0:
		case Upload(r):
			r.Body = &pacedBody{ReadCloser: r.Body, control: control, pace: p, began: time.Now()}
		default:
			body, problem := p.whole(w, r)
			if problem != nil {
				problem.Write(w)
				return
			}
			r.Body = body
		}
		next.ServeHTTP(&pacedWriter{ResponseWriter: w, control: control, standstill: p.Standstill}, r)
		// The rest that the server still holds; it clears this itself.
		_ = control.SetWriteDeadline(time.Now().Add(p.Standstill))
	})
}

// whole reads a JSON body.
func (p *Pace) whole(w http.ResponseWriter, r *http.Request) (io.ReadCloser, *problem.Problem) {
	from := account.Network(Address(r.Context())).String()
	if !p.begin(from) {
		return nil, problem.New(http.StatusTooManyRequests, "This address is sending too many bodies at once.")
	}
	defer p.end(from)
	control := http.NewResponseController(w)
	// A recorder of a test has no deadlines, which is no reason to refuse.
	_ = control.SetReadDeadline(time.Now().Add(p.Read))
	b, err := io.ReadAll(io.LimitReader(r.Body, maxSent))
	if err != nil {
		w.Header().Set("Connection", "close")
		return nil, problem.New(http.StatusRequestTimeout, "The body did not arrive whole in time.")
	}
	_ = control.SetReadDeadline(time.Time{})
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (p *Pace) begin(from string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sending[from] >= p.Bodies {
		return false
	}
	p.sending[from]++
	return true
}

func (p *Pace) end(from string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sending[from]--; p.sending[from] == 0 {
		delete(p.sending, from)
	}
}

// pacedBody is an upload that must go on.
type pacedBody struct {
	io.ReadCloser
	control *http.ResponseController
	pace    *Pace
	began   time.Time
	read    int64
}

func (b *pacedBody) Read(to []byte) (int, error) {
	now := time.Now()
	due := b.began.Add(b.pace.Standstill + time.Duration(b.read/b.pace.BytesPerSecond)*time.Second)
	if still := now.Add(b.pace.Standstill); still.Before(due) {
		due = still
	}
	_ = b.control.SetReadDeadline(due)
	n, err := b.ReadCloser.Read(to)
	b.read += int64(n)
	return n, err
}

// pacedWriter gives up on a client that does not take its answer. The
// deadline goes after each write: one that is left standing would end a
// stream of HTTP/2 that has nothing to say for a while.
type pacedWriter struct {
	http.ResponseWriter
	control    *http.ResponseController
	standstill time.Duration
}

func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *pacedWriter) Write(b []byte) (int, error) {
	defer w.hold()()
	return w.ResponseWriter.Write(b)
}

// FlushError is what http.ResponseController calls.
func (w *pacedWriter) FlushError() error {
	defer w.hold()()
	return w.control.Flush()
}

func (w *pacedWriter) Flush() { _ = w.FlushError() }

func (w *pacedWriter) hold() (release func()) {
	if err := w.control.SetWriteDeadline(time.Now().Add(w.standstill)); errors.Is(err, http.ErrNotSupported) {
		return func() {}
	}
	return func() { _ = w.control.SetWriteDeadline(time.Time{}) }
}
