package pack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
)

// shop is a registry on loopback that can misbehave.
type shop struct {
	*httptest.Server
	blobs    map[string][]byte // by digest
	manifest []byte

	mu       sync.Mutex
	ranges   []string // asked for, of the model
	misdeeds []func(http.ResponseWriter, *http.Request) bool
}

// serve opens a shop with one model, smollm2:135m, of the given bytes.
func serve(t *testing.T, b []byte) *shop {
	t.Helper()
	licence, template := []byte("\n   Apache License\nVersion 2.0\n"), []byte("{{ .System }}<|im_start|>")
	s := &shop{blobs: map[string][]byte{digest(b): b, digest(licence): licence, digest(template): template}}
	layer := func(kind string, b []byte) map[string]any {
		return map[string]any{"mediaType": "application/vnd.ollama.image." + kind, "digest": "sha256:" + digest(b), "size": len(b)}
	}
	s.manifest, _ = json.Marshal(map[string]any{"schemaVersion": 2, "config": layer("config", nil),
		"layers": []any{layer("model", b), layer("license", licence), layer("template", template), layer("params", []byte("{}"))}})
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/library/smollm2/blobs/sha256:"+digest(b) {
			s.mu.Lock()
			s.ranges = append(s.ranges, r.Header.Get("Range"))
			s.mu.Unlock()
		}
		s.mu.Lock()
		var deed func(http.ResponseWriter, *http.Request) bool
		if len(s.misdeeds) > 0 && !strings.Contains(r.URL.Path, digest(licence)) && !strings.Contains(r.URL.Path, digest(template)) {
			deed, s.misdeeds = s.misdeeds[0], s.misdeeds[1:]
		}
		s.mu.Unlock()
		if deed != nil && deed(w, r) {
			return
		}
		if r.URL.Path == "/v2/library/smollm2/manifests/135m" {
			_, _ = w.Write(s.manifest)
			return
		}
		if _, sum, ok := strings.Cut(r.URL.Path, "/blobs/sha256:"); ok && s.blobs[sum] != nil {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.blobs[sum]))
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// Misdeeds. Each answers one request; a nil lets one pass.
func status(code int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(code); return true }
}

// cut answers with n bytes of what was asked for and breaks the line.
func (s *shop) cut(b []byte, n int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		rest := b
		if from := r.Header.Get("Range"); from != "" {
			var at int
			_, _ = fmt.Sscanf(from, "bytes=%d-", &at)
			rest = b[at:]
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", at, len(b)-1, len(b)))
			w.Header().Set("Content-Length", fmt.Sprint(len(rest)))
			w.WriteHeader(http.StatusPartialContent)
		} else {
			w.Header().Set("Content-Length", fmt.Sprint(len(rest)))
		}
		_, _ = w.Write(rest[:min(n, len(rest))])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}

func pass(http.ResponseWriter, *http.Request) bool { return false }

func body(b []byte) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool { _, _ = w.Write(b); return true }
}

func endless(w http.ResponseWriter, r *http.Request) bool {
	for r.Context().Err() == nil {
		if _, err := w.Write(make([]byte, 32<<10)); err != nil {
			break
		}
	}
	return true
}

func from(s *shop, change func(*pack.Options)) func(*pack.Options) {
	return func(o *pack.Options) {
		o.Registry, o.Client = s.URL, s.Client()
		o.Pause = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		if change != nil {
			change(o)
		}
	}
}

// plain is a sound model without a chat template of its own.
func plain() []byte {
	return model{data: 200_000, tensors: []tensor{{"token_embd.weight", []uint64{8, 6250}, 0, 0}}, entries: func(g *gguf) uint64 {
		g.keyText("general.architecture", "llama")
		g.keyText("tokenizer.ggml.model", "gpt2")
		return 2
	}}.bytes()
}

func TestPull(t *testing.T) {
	b := plain()
	r := serve(t, b)
	s, dir := open(t, from(r, nil))
	var last, total int64
	a, err := s.Pull(t.Context(), "smollm2:135m", func(n, of int64) {
		if n < last {
			t.Errorf("progress went back from %d to %d", last, n)
		}
		last, total = n, of
	})
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(r.URL, "http://")
	if a.Name != "smollm2-135m" || a.Digest != digest(b) || a.Licence != "Apache License" || a.Form != llm.ChatML ||
		a.Source != "smollm2:135m from the registry "+host || last != int64(len(b)) || total != last {
		t.Errorf("got %+v after %d of %d", a, last, total)
	}
	p, err := s.Find(t.Context(), a.Name)
	if err != nil || !strings.Contains(p.LicenceText, "Version 2.0") {
		t.Errorf("found %+v, %v", p, err)
	}
	if got := left(t, dir); !slices.Equal(got, []string{"smollm2-135m.gguf", "smollm2-135m.json"}) {
		t.Errorf("the folder holds %v", got)
	}
	if again, err := s.Pull(t.Context(), "library/smollm2:135m", nil); err != nil || !again.Already {
		t.Errorf("again: %+v, %v", again, err)
	}
}

// Whatever the registry does for a while, a pull gets there or says why.
func TestPullFromABadRegistry(t *testing.T) {
	b := plain()
	type deeds = []func(http.ResponseWriter, *http.Request) bool
	other := bytes.Clone(b)
	other[len(other)-1] ^= 1
	for _, row := range []struct {
		name   string
		deeds  func(*shop) deeds
		kind   fault.Kind // "" is a success
		want   string
		ranges []string // nil is not looked at
	}{
		{"cut three times", func(s *shop) deeds { return deeds{pass, s.cut(b, 1000), s.cut(b, 1), s.cut(b, 70000)} }, "", "",
			[]string{"", "bytes=1000-", "bytes=1001-", "bytes=71001-"}},
		{"cut before the first byte, and at the last", func(s *shop) deeds { return deeds{pass, s.cut(b, 0), s.cut(b, len(b)-1)} }, "", "",
			[]string{"", "", fmt.Sprintf("bytes=%d-", len(b)-1)}},
		{"no ranges", func(s *shop) deeds { return deeds{pass, s.cut(b, 1000), body(b)} }, "", "", nil},
		{"500 now and then", func(s *shop) deeds { return deeds{status(500), status(503), pass, status(502), pass} }, "", "", nil},
		{"500 for good", func(s *shop) deeds { return slices.Repeat(deeds{status(500)}, 9) }, fault.Unavailable, "answered 500", nil},
		{"416", func(s *shop) deeds { return deeds{pass, s.cut(b, 1000), status(416)} }, "", "", nil},
		{"a range from elsewhere", func(s *shop) deeds {
			return deeds{pass, s.cut(b, 1000), func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Content-Range", "bytes 0-9/10")
				w.WriteHeader(http.StatusPartialContent)
				return true
			}}
		}, "", "", nil},
		{"404", func(s *shop) deeds { return deeds{status(404)} }, fault.NotFound, "no such model", nil},
		{"401", func(s *shop) deeds { return deeds{status(401)} }, fault.Denied, "everybody", nil},
		{"429 for good", func(s *shop) deeds { return slices.Repeat(deeds{status(429)}, 9) }, fault.Limited, "429", nil},
		{"other bytes", func(s *shop) deeds { return deeds{pass, body(other)} }, fault.Unavailable, "other bytes", nil},
		{"too few bytes", func(s *shop) deeds { return deeds{pass, body(b[:100])} }, fault.Unavailable, "other bytes", nil},
		{"too many bytes", func(s *shop) deeds { return deeds{pass, body(append(bytes.Clone(b), 'x'))} }, fault.Unavailable, "other bytes", nil},
		{"a body without end", func(s *shop) deeds { return deeds{pass, endless} }, fault.Unavailable, "other bytes", nil},
		{"a manifest without end", func(s *shop) deeds { return deeds{endless} }, fault.Invalid, "longer than", nil},
		{"a manifest that is none", func(s *shop) deeds { return deeds{body([]byte("<html>"))} }, fault.Invalid, "can't be read", nil},
		{"a manifest without a model", func(s *shop) deeds {
			return deeds{body([]byte(`{"schemaVersion":2,"layers":[{"mediaType":"x","digest":"sha256:` + digest(nil) + `","size":1}]}`))}
		},
			fault.Invalid, "0 models", nil},
		{"a digest with a path in it", func(s *shop) deeds {
			return deeds{body([]byte(`{"schemaVersion":2,"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:../../x","size":1}]}`))}
		}, fault.Invalid, "no digest", nil},
		{"a model of 2^60 bytes", func(s *shop) deeds {
			return deeds{body([]byte(`{"schemaVersion":2,"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:` + digest(b) + `","size":1152921504606846976}]}`))}
		}, fault.Limited, "at most", nil},
		{"another host", func(s *shop) deeds {
			return deeds{pass, func(w http.ResponseWriter, r *http.Request) bool {
				http.Redirect(w, r, "http://elsewhere.example/blob", http.StatusTemporaryRedirect)
				return true
			}}
		}, fault.Denied, "elsewhere.example", nil},
		{"in a circle", func(s *shop) deeds {
			round := func(w http.ResponseWriter, r *http.Request) bool {
				http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
				return true
			}
			return slices.Repeat(deeds{round}, 60)
		}, fault.Unavailable, "circle", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := serve(t, b)
			r.misdeeds = row.deeds(r)
			s, dir := open(t, from(r, nil))
			a, err := s.Pull(t.Context(), "smollm2:135m", nil)
			if row.kind == "" {
				if err != nil || a.Digest != digest(b) {
					t.Fatalf("%+v, %v", a, err)
				}
				if row.ranges != nil && !slices.Equal(r.ranges, row.ranges) {
					t.Errorf("asked for %q, want %q", r.ranges, row.ranges)
				}
				return
			}
			if !fault.Is(err, row.kind) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %s about %q", err, row.kind, row.want)
			}
			var f *fault.Error
			if !errors.As(err, &f) || f.Remedy == "" {
				t.Errorf("%v says no remedy", err)
			}
			for _, name := range left(t, dir) {
				if !strings.HasPrefix(name, ".part-") {
					t.Errorf("left behind: %s", name)
				}
			}
		})
	}
}

// A redirect to another host is followed where the setting allows it.
func TestPullByAnotherHost(t *testing.T) {
	b := plain()
	store := serve(t, b)
	front := serve(t, b)
	front.misdeeds = []func(http.ResponseWriter, *http.Request) bool{pass, func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, store.URL+r.URL.Path, http.StatusTemporaryRedirect)
		return true
	}}
	u, err := url.Parse(store.URL)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := open(t, from(front, func(o *pack.Options) { o.Redirects = []string{u.Host} }))
	if _, err := s.Pull(t.Context(), "smollm2:135m", nil); err != nil {
		t.Fatal(err)
	}
	if len(store.ranges) != 1 {
		t.Errorf("the other host was asked %d times", len(store.ranges))
	}
}

// A canceled pull leaves its part, from which the next goes on; one that
// was damaged on disk meanwhile is noticed by the digest.
func TestPullGoesOnAfterCancel(t *testing.T) {
	for _, damage := range []bool{false, true} {
		t.Run(fmt.Sprintf("damaged %v", damage), func(t *testing.T) {
			b := plain()
			r := serve(t, b)
			s, dir := open(t, from(r, nil))
			ctx, cancel := context.WithCancel(t.Context())
			r.misdeeds = []func(http.ResponseWriter, *http.Request) bool{pass, func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Content-Length", fmt.Sprint(len(b)))
				_, _ = w.Write(b[:100_000])
				w.(http.Flusher).Flush()
				<-ctx.Done()
				panic(http.ErrAbortHandler)
			}}
			_, err := s.Pull(ctx, "smollm2:135m", func(n, _ int64) {
				if n >= 100_000 {
					cancel()
				}
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("got %v, want canceled", err)
			}
			part := filepath.Join(dir, ".part-"+digest(b))
			got, err := os.ReadFile(part)
			if err != nil || len(got) != 100_000 {
				t.Fatalf("the part has %d bytes: %v", len(got), err)
			}
			if damage {
				got[5] ^= 1
				if err := os.WriteFile(part, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err = s.Pull(t.Context(), "smollm2:135m", nil)
			if damage {
				if !fault.Is(err, fault.Unavailable) {
					t.Fatalf("a damaged part: %v, want Unavailable", err)
				}
				_, err = s.Pull(t.Context(), "smollm2:135m", nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.ranges[1] != "bytes=100000-" {
				t.Errorf("asked for %q", r.ranges)
			}
		})
	}
}

// A registry that stands still is left.
// TestPullIntoAFullDisk: others fill the disk after the pull has begun. It
// says so, tries no more, and goes on when there is room again.
func TestPullIntoAFullDisk(t *testing.T) {
	b := plain()
	r := serve(t, b)
	var looks atomic.Int64
	var room atomic.Bool
	s, _ := open(t, from(r, func(o *pack.Options) {
		o.Free = func(string) (int64, error) {
			if looks.Add(1) > 1 && !room.Load() { // the first look is before the pull
				return 1 << 20, nil
			}
			return 1 << 40, nil
		}
	}))
	_, err := s.Pull(t.Context(), "smollm2:135m", nil)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Full || f.Remedy == "" || looks.Load() != 2 {
		t.Fatalf("after %d looks %v, want fault.Full with a remedy after 2", looks.Load(), err)
	}
	room.Store(true)
	if _, err := s.Pull(t.Context(), "smollm2:135m", nil); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestPullStalls(t *testing.T) {
	b := plain()
	r := serve(t, b)
	hold := func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }
	r.misdeeds = []func(http.ResponseWriter, *http.Request) bool{pass, hold, hold, hold, hold, hold}
	s, _ := open(t, from(r, func(o *pack.Options) { o.Stall = 100 * time.Millisecond }))
	if _, err := s.Pull(t.Context(), "smollm2:135m", nil); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "sent nothing") {
		t.Errorf("got %v, want Unavailable about the standstill", err)
	}
}

func TestPullNeedsARegistryAndAName(t *testing.T) {
	s, _ := open(t, nil)
	if _, err := s.Pull(t.Context(), "smollm2:135m", nil); !fault.Is(err, fault.Unavailable) {
		t.Errorf("no registry: %v", err)
	}
	s, _ = open(t, func(o *pack.Options) { o.Registry = "ftp://x" })
	if _, err := s.Pull(t.Context(), "smollm2:135m", nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("an odd registry: %v", err)
	}
	for _, name := range []string{"", "a b", "../x", "a/b/c", "x:y:z", "-x", "x:", "http://host/x"} {
		if _, err := s.Pull(t.Context(), name, nil); !fault.Is(err, fault.Invalid) {
			t.Errorf("Pull(%q): %v, want Invalid", name, err)
		}
	}
}

// A pulled model that can't be used is not kept; one that could not be tried
// just now keeps its bytes.
func TestPullOfAnUnusableModel(t *testing.T) {
	for _, row := range []struct {
		kind fault.Kind
		kept int
	}{{fault.Invalid, 0}, {fault.Unavailable, 1}} {
		r := serve(t, plain())
		s, dir := open(t, from(r, func(o *pack.Options) {
			o.Try = func(context.Context, pack.Pack) (bool, error) { return true, fault.New(row.kind, "it did not answer") }
		}))
		if _, err := s.Pull(t.Context(), "smollm2:135m", nil); !fault.Is(err, row.kind) {
			t.Errorf("got %v, want %s", err, row.kind)
		}
		if got := left(t, dir); len(got) != row.kept {
			t.Errorf("%s: left %v", row.kind, got)
		}
	}
}
