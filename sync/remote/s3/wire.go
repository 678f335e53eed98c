package s3

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// wire is the transport: it trusts the target's own authorities and remembers
// the time that answers give.
type wire struct {
	t    *http.Transport
	seen atomic.Pointer[moment]
}

// moment is a time of the other side, and when it was heard here.
type moment struct{ date, at time.Time }

func newWire(o Options) (*wire, error) {
	t := o.Transport
	if t == nil {
		t = http.DefaultTransport.(*http.Transport).Clone()
		t.Proxy = nil
	} else {
		t = t.Clone()
	}
	// A body is what was stored, whatever its bytes look like.
	t.DisableCompression = true
	if len(o.CA) > 0 {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		if !roots.AppendCertsFromPEM(o.CA) {
			return nil, fault.InvalidField("/ca", "holds no certificate", "paste the authority's certificate in PEM form, with its BEGIN and END lines")
		}
		if t.TLSClientConfig == nil {
			t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		t.TLSClientConfig.RootCAs = roots
	}
	return &wire{t: t}, nil
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := w.t.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		w.seen.Store(&moment{date.UTC(), time.Now()})
	}
	if isPage(r, answer) {
		_ = answer.Body.Close()
		return nil, errPage
	}
	return answer, nil
}

// errPage says that a web page answers. An empty one would read as an empty
// listing.
var errPage = errors.New("a web page answers, not an S3 service")

func isPage(r *http.Request, answer *http.Response) bool {
	return r.Method != http.MethodHead && strings.HasPrefix(answer.Header.Get("Content-Type"), "text/") &&
		(answer.StatusCode/100 == 2 || answer.StatusCode == http.StatusNotFound)
}
