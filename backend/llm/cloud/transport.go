package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/failsafehttp"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// tries is how often a request is sent at most. Only requests that brought no
// answer yet are sent again.
const tries = 3

// transport stands on the guarded one: retries outside, the breaker inside
// (each try counts), the key and the limits inmost.
func (p *Provider) transport(next http.RoundTripper) http.RoundTripper {
	return tooOften{failsafehttp.NewRoundTripper(limited{next: next, key: p.o.Key, silence: p.o.Silence, max: p.o.MaxBytes}, p.retry(), p.breaker)}
}

// tooOften turns the last 429 into an error that keeps Retry-After, which the
// protocols' clients drop.
type tooOften struct{ next http.RoundTripper }

func (t tooOften) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil || resp.StatusCode != http.StatusTooManyRequests {
		return resp, err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	return nil, &limitError{after: retryAfter(resp), said: string(said)}
}

type limitError struct {
	after time.Duration
	said  string
}

func (e *limitError) Error() string { return "asked too often" }

func (p *Provider) retry() failsafe.Policy[*http.Response] {
	return retrypolicy.NewBuilder[*http.Response]().
		HandleIf(func(r *http.Response, err error) bool {
			return failed(r, err) || r != nil && r.StatusCode == http.StatusTooManyRequests
		}).
		AbortIf(func(r *http.Response, err error) bool {
			return errors.Is(err, circuitbreaker.ErrOpen) || r != nil && retryAfter(r) > p.o.Patience
		}).
		WithMaxAttempts(tries).
		WithBackoff(p.o.Backoff, p.o.Patience).
		WithJitterFactor(0.25).
		WithDelayFunc(func(e failsafe.ExecutionAttempt[*http.Response]) time.Duration {
			if r := e.LastResult(); r != nil {
				if d := retryAfter(r); d > 0 {
					return d
				}
			}
			return -1
		}).
		ReturnLastFailure().Build()
}

func newBreaker(o Options) circuitbreaker.CircuitBreaker[*http.Response] {
	return circuitbreaker.NewBuilder[*http.Response]().
		HandleIf(failed).WithFailureThreshold(5).WithDelay(o.Open).WithSuccessThreshold(1).Build()
}

// failed tells what speaks against the provider: a caller who went away does
// not, nor an address that the guard refuses.
func failed(r *http.Response, err error) bool {
	if err != nil {
		return !errors.Is(err, context.Canceled) && !errors.Is(err, netguard.ErrRefused)
	}
	return r != nil && r.StatusCode >= 500 && r.StatusCode != http.StatusNotImplemented
}

// retryAfter reads the header in both of its forms (RFC 9110, 10.2.3), 0
// where there is none.
func retryAfter(r *http.Response) time.Duration {
	h := r.Header.Get("Retry-After")
	if s, err := strconv.Atoi(h); err == nil && s > 0 {
		return time.Duration(min(s, 86400)) * time.Second
	}
	if at, err := http.ParseTime(h); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

var (
	errSilent = errors.New("no byte for too long")
	errLong   = errors.New("the answer is too long")
)

// limited adds the key and ends what is silent or endless.
type limited struct {
	next    http.RoundTripper
	key     vault.Secret
	silence time.Duration
	max     int64
}

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	watch := time.AfterFunc(l.silence, func() { cancel(errSilent) })
	r = r.Clone(ctx)
	r.Header.Del("Authorization")
	r.Header.Set("User-Agent", "hubcap")
	if !l.key.Empty() {
		r.Header.Set("Authorization", "Bearer "+l.key.Reveal())
	}
	resp, err := l.next.RoundTrip(r)
	if err != nil {
		watch.Stop()
		if errors.Is(context.Cause(ctx), errSilent) {
			err = fmt.Errorf("%w (%s)", errSilent, l.silence)
		}
		cancel(nil)
		return nil, err
	}
	resp.Body = &watched{body: resp.Body, ctx: ctx, cancel: cancel, watch: watch, silence: l.silence, left: l.max}
	return resp, nil
}

// watched is an answer's body: each byte puts the end of patience off.
type watched struct {
	body    io.ReadCloser
	ctx     context.Context
	cancel  context.CancelCauseFunc
	watch   *time.Timer
	silence time.Duration
	left    int64
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.body.Read(b)
	w.watch.Reset(w.silence)
	if w.left -= int64(n); w.left < 0 {
		n, err = 0, errLong
	}
	if err != nil && err != io.EOF {
		if errors.Is(context.Cause(w.ctx), errSilent) {
			err = errSilent
		}
		if b, ok := w.ctx.Value(breakKey{}).(*breakage); ok {
			b.err = err
		}
	}
	return n, err
}

// breakage is how an answer broke off. Ollama's client takes a body that ends
// in an error for one that ended, so the body leaves word itself.
type breakage struct{ err error }

type breakKey struct{}

func (w *watched) Close() error {
	w.watch.Stop()
	err := w.body.Close()
	w.cancel(nil)
	return err
}
