package rest

import (
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
)

// SentFile is what a job that brings a file in is started with.
type SentFile struct {
	Path  string `json:"path"`
	Name  string `json:"name"` // what the file was called
	Force bool   `json:"force"`
	Sent  bool   `json:"sent"` // the file was sent, and goes when the job ends
}

// fileBody describes a request whose body is a file.
func fileBody() *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
}

// Upload is the body of a request that is read by its route, as it arrives:
// huma would hold all of it. It is exported for huma alone.
type Upload struct{ request huma.Context }

// Resolve implements huma.Resolver: it keeps the request.
func (u *Upload) Resolve(ctx huma.Context) []error {
	u.request = ctx
	return nil
}

// length is how many bytes were announced; -1 is not known.
func (u *Upload) length() int64 { return humaecho.Unwrap(u.request).Request().ContentLength }

func (u *Upload) body() io.Reader {
	e := humaecho.Unwrap(u.request)
	return patient{e.Request().Body, http.NewResponseController(e.Response())}
}

// patient reads a body that may take longer than the listener gives to a
// document, as long as something comes now and then.
type patient struct {
	body    io.Reader
	control *http.ResponseController
}

// standstill is how long an upload may bring nothing.
const standstill = 30 * time.Second

func (p patient) Read(b []byte) (int, error) {
	// Where it can't be set, as behind a test's recorder, there is no limit.
	_ = p.control.SetReadDeadline(time.Now().Add(standstill))
	return p.body.Read(b)
}
