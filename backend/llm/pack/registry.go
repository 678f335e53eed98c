package pack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// reference names a model in a registry: "smollm2:135m" is the tag 135m of
// library/smollm2.
type reference struct{ space, model, tag string }

var referenceForm = regexp.MustCompile(`^(?:([a-zA-Z0-9][a-zA-Z0-9._-]{0,79})/)?([a-zA-Z0-9][a-zA-Z0-9._-]{0,79})(?::([a-zA-Z0-9][a-zA-Z0-9._-]{0,79}))?$`)

func parseReference(name string) (reference, error) {
	m := referenceForm.FindStringSubmatch(name)
	if m == nil {
		return reference{}, fault.New(fault.Invalid, "%.80q is not the name of a model", name).WithRemedy("write it as smollm2:135m or owner/model:tag")
	}
	r := reference{m[1], m[2], m[3]}
	if r.space == "" {
		r.space = "library"
	}
	if r.tag == "" {
		r.tag = "latest"
	}
	return r, nil
}

func (r reference) String() string {
	s := r.model + ":" + r.tag
	if r.space != "library" {
		s = r.space + "/" + s
	}
	return s
}

// layer is a blob that a manifest names.
type layer struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
}

// sum is the digest in hex.
func (l layer) sum() string { return strings.TrimPrefix(l.Digest, "sha256:") }

type manifest struct {
	Version int     `json:"schemaVersion"`
	Layers  []layer `json:"layers"`
}

// Media types of the layers that are read (ollama, server/create.go).
const (
	modelLayer    = "application/vnd.ollama.image.model"
	adapterLayer  = "application/vnd.ollama.image.adapter"
	licenceLayer  = "application/vnd.ollama.image.license"
	templateLayer = "application/vnd.ollama.image.template"
)

// Bounds of what a registry says.
const (
	maxManifest  = 1 << 20
	maxLayers    = 64
	maxSmallBlob = 1 << 20 // a licence, a template
	maxLicences  = 4
)

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// model returns the one layer that is the model.
func (m manifest) model() (layer, error) {
	odd := func(format string, args ...any) error {
		return fault.New(fault.Invalid, "the registry's description of the model can't be used: "+format, args...).WithRemedy("choose another model or tag")
	}
	if m.Version != 2 || len(m.Layers) == 0 || len(m.Layers) > maxLayers {
		return layer{}, odd("it is of version %d with %d parts", m.Version, len(m.Layers))
	}
	var found []layer
	for _, l := range m.Layers {
		if !digestForm.MatchString(l.Digest) || l.Size < 0 {
			return layer{}, odd("a part has no digest or size")
		}
		switch l.MediaType {
		case modelLayer:
			found = append(found, l)
		case adapterLayer:
			return layer{}, odd("it is an addition to another model")
		}
	}
	if len(found) != 1 || found[0].Size == 0 {
		return layer{}, odd("it names %d models instead of one", len(found))
	}
	return found[0], nil
}

// registry speaks to one registry.
type registry struct {
	base   *url.URL
	client *http.Client
	stall  time.Duration
}

// registry returns the one that is set.
func (s *Shelf) registry() (*registry, error) {
	if s.opts.Registry == "" {
		return nil, fault.New(fault.Unavailable, "no registry of models is set").
			WithRemedy("set `registry.address` to the address of an Ollama registry that you trust (see `hubcap config`), or import a GGUF file")
	}
	base, err := url.Parse(strings.TrimSuffix(s.opts.Registry, "/"))
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" || base.RawQuery != "" || base.User != nil {
		return nil, fault.New(fault.Invalid, "the setting `registry.address` is not the address of a registry").WithRemedy("write it as https://registry.example")
	}
	client := *s.opts.Client // a copy: its redirects are our own
	client.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		switch {
		case len(via) > 5:
			return fault.New(fault.Unavailable, "the registry redirects in a circle").WithRemedy("try again later")
		case base.Scheme == "https" && r.URL.Scheme != "https":
			return fault.New(fault.Denied, "the registry redirects to an address without encryption").WithRemedy("use another registry")
		case r.URL.Host != base.Host && !slices.Contains(s.opts.Redirects, r.URL.Host):
			return fault.New(fault.Denied, "the registry redirects to another host, %s", r.URL.Host).
				WithRemedy("if you trust it, add it to the setting `registry.redirects`")
		}
		return nil
	}
	return &registry{base: base, client: &client, stall: s.opts.Stall}, nil
}

// get asks for path below /v2, from a byte on. The caller closes the body.
func (g *registry) get(ctx context.Context, path string, from int64) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, g.base.String()+"/v2/"+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/vnd.docker.distribution.manifest.v2+json, application/octet-stream")
	r.Header.Set("Accept-Encoding", "identity") // digests and ranges are of the bytes as they are
	if from > 0 {
		r.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-")
	}
	resp, err := g.client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if fault.Of(err) != fault.Internal { // of a redirect, or of the guard that the client stands behind
			return nil, asIs(err)
		}
		return nil, fault.Wrap(fault.Unavailable, err, "the registry %s does not answer", g.base.Host).WithRemedy("look at the network and at the setting `registry.address`, then pull again; it goes on from where it stopped")
	}
	if resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusPartialContent && from > 0 {
		return resp, nil
	}
	resp.Body.Close()
	return nil, refusal(resp, g.base.Host)
}

// asIs takes a fault out of what the client wraps around it.
func asIs(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	return err
}

// refusal turns a status into a fault.
func refusal(resp *http.Response, host string) error {
	switch code := resp.StatusCode; {
	case code == http.StatusNotFound:
		return fault.New(fault.NotFound, "the registry %s has no such model", host).WithRemedy("look at the name and the tag")
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return fault.New(fault.Denied, "the registry %s does not give this model to everybody", host).WithRemedy("choose a public model, or import its file")
	case code == http.StatusRequestedRangeNotSatisfiable:
		return errRange
	default:
		e := fault.New(fault.Unavailable, "the registry %s answered %d %s", host, code, http.StatusText(code)).WithRemedy("try again later; the pull goes on from where it stopped")
		if code == http.StatusTooManyRequests {
			e.Kind = fault.Limited
		}
		if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && n > 0 && n <= 60 {
			e.RetryAfter = time.Duration(n) * time.Second
		}
		return e
	}
}

// errRange means that the registry has no bytes from there on.
var errRange = errors.New("the registry can't go on from there")

func (g *registry) manifest(ctx context.Context, ref reference) (manifest, error) {
	b, err := g.small(ctx, ref.space+"/"+ref.model+"/manifests/"+ref.tag, maxManifest)
	if err != nil {
		return manifest{}, err
	}
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return manifest{}, fault.Wrap(fault.Invalid, err, "the registry's description of the model can't be read").WithRemedy("look at the setting `registry.address`: is it an Ollama registry?")
	}
	return m, nil
}

// small reads a whole short answer.
func (g *registry) small(ctx context.Context, path string, most int64) ([]byte, error) {
	stalled := g.stalled()
	ctx, cancel := context.WithTimeoutCause(ctx, g.stall, stalled)
	defer cancel()
	resp, err := g.get(ctx, path, 0)
	if err != nil {
		if context.Cause(ctx) == stalled {
			return nil, stalled
		}
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the registry's answer broke off").WithRemedy("try again")
	}
	if int64(len(b)) > most {
		return nil, fault.New(fault.Invalid, "the registry's answer is longer than %d bytes", most).WithRemedy("choose another model")
	}
	return b, nil
}

// stalled is the error of a registry that stands still.
func (g *registry) stalled() error {
	return fault.New(fault.Unavailable, "the registry %s sent nothing for %s", g.base.Host, g.stall).WithRemedy("pull again; it goes on from where it stopped")
}

// smallBlob reads a short blob by its digest.
func (g *registry) smallBlob(ctx context.Context, ref reference, l layer) (string, error) {
	b, err := g.small(ctx, ref.blob(l), maxSmallBlob)
	if err != nil {
		return "", err
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != l.sum() || int64(len(b)) != l.Size {
		return "", wrong()
	}
	return strings.ToValidUTF8(string(b), "?"), nil
}

func (r reference) blob(l layer) string {
	return fmt.Sprintf("%s/%s/blobs/%s", r.space, r.model, l.Digest)
}
