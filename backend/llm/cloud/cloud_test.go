package cloud_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/cloud"
	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

const key = "sk-canary-0123456789"

// protocol is one kind of provider, as a server on loopback speaks it.
type protocol struct {
	kind   cloud.Kind
	path   string // of chat
	list   string // path of the models
	listed string // their body
	// answer sends the words one by one; cut leaves out the end.
	answer func(w http.ResponseWriter, words []string, reason string, cut bool)
	fail   func(message string) string
}

func protocols() []protocol {
	flush := func(w http.ResponseWriter) { w.(http.Flusher).Flush() }
	return []protocol{{
		kind: cloud.OpenAI, path: "/v1/chat/completions", list: "/v1/models", listed: `{"data":[{"id":"b"},{"id":"a"}]}`,
		answer: func(w http.ResponseWriter, words []string, reason string, cut bool) {
			w.Header().Set("Content-Type", "text/event-stream")
			for _, s := range words {
				b, _ := json.Marshal(s)
				fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%s}}]}\n\n", b)
				flush(w)
			}
			if !cut {
				fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":%q}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n", reason)
			}
		},
		fail: func(m string) string { return fmt.Sprintf(`{"error":{"message":%q,"type":"x"}}`, m) },
	}, {
		kind: cloud.Ollama, path: "/api/chat", list: "/api/tags", listed: `{"models":[{"name":"b:1b","digest":"d","size":5,"details":{"parameter_size":"1B"}},{"name":"a"}]}`,
		answer: func(w http.ResponseWriter, words []string, reason string, cut bool) {
			for _, s := range words {
				b, _ := json.Marshal(s)
				fmt.Fprintf(w, "{\"message\":{\"role\":\"assistant\",\"content\":%s},\"done\":false}\n", b)
				flush(w)
			}
			if !cut {
				fmt.Fprintf(w, "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":%q,\"prompt_eval_count\":7,\"eval_count\":3}\n", reason)
			}
		},
		fail: func(m string) string { return fmt.Sprintf(`{"error":%q}`, m) },
	}}
}

// each runs a test against every protocol.
func each(t *testing.T, run func(t *testing.T, p protocol)) {
	for _, p := range protocols() {
		t.Run(string(p.kind), func(t *testing.T) { run(t, p) })
	}
}

func open(t *testing.T, p protocol, o cloud.Options, serve http.HandlerFunc) (*cloud.Provider, *atomic.Int32) {
	t.Helper()
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		serve(w, r)
	}))
	t.Cleanup(s.Close)
	g, err := netguard.Parse("loopback")
	if err != nil {
		t.Fatal(err)
	}
	base := s.URL
	if p.kind == cloud.OpenAI {
		base += "/v1"
	}
	o.Kind, o.HTTP, o.Key = p.kind, g.Client(), vault.NewSecret(key)
	t.Cleanup(o.HTTP.CloseIdleConnections)
	if o.URL, err = g.URL(base); err != nil {
		t.Fatal(err)
	}
	if o.Backoff == 0 {
		o.Backoff = time.Millisecond
	}
	c, err := cloud.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c, &asked
}

func ask(c *cloud.Provider) (llm.GenerateReply, string, error) {
	var seen strings.Builder
	r, err := c.Chat(context.Background(), "m", llm.ChatRequest{System: "s", Prompt: "p", JSON: true, Temperature: 0.5, Seed: 1 << 40, MaxTokens: 9}, func(ch llm.Chunk) { seen.WriteString(ch.Text) })
	return r, seen.String(), err
}

func TestChat(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		var body map[string]any
		c, _ := open(t, p, cloud.Options{}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != p.path {
				t.Errorf("asked %s, want %s", r.URL.Path, p.path)
			}
			if got := r.Header.Get("Authorization"); got != "Bearer "+key {
				t.Errorf("Authorization %q", got)
			}
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				t.Error(err)
			}
			p.answer(w, []string{"Twelve", " past", " two."}, "stop", false)
		})
		r, seen, err := ask(c)
		if err != nil || r.Text != "Twelve past two." || seen != r.Text || !r.Ended {
			t.Fatalf("Chat = %+v, %v; streamed %q", r, err, seen)
		}
		if r.Usage.PromptTokens != 7 || r.Usage.OutputTokens != 3 {
			t.Errorf("usage %+v, want 7 and 3 tokens", r.Usage)
		}
		if body["model"] != "m" || len(body["messages"].([]any)) != 2 {
			t.Errorf("sent %v", body)
		}
	})
}

func TestCutByLengthIsNotEnded(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		c, _ := open(t, p, cloud.Options{}, func(w http.ResponseWriter, r *http.Request) { p.answer(w, []string{"Twelve"}, "length", false) })
		if r, _, err := ask(c); err != nil || r.Ended {
			t.Fatalf("Chat = %+v, %v; want Ended false", r, err)
		}
	})
}

func TestModels(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		c, _ := open(t, p, cloud.Options{}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != p.list {
				t.Errorf("asked %s, want %s", r.URL.Path, p.list)
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, p.listed)
		})
		list, err := c.Models(context.Background())
		if err != nil || len(list) != 2 || list[0].Name != "a" {
			t.Fatalf("Models = %+v, %v", list, err)
		}
	})
}

// Whoever tests an address reads what is wrong with it: a place that is slow,
// or that is something else, is not one that can't be reached.
func TestListingFailsInWords(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		for name, c := range map[string]struct {
			serve http.HandlerFunc
			want  string
		}{
			"slow":    {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "did not say within"},
			"garbage": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>hello</html>") }, "not as a place of models"},
			"shape":   {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "[1, 2]") }, "not as a place of models"},
		} {
			t.Run(name, func(t *testing.T) {
				o := cloud.Options{}
				if name == "slow" {
					o.Listing = 50 * time.Millisecond
				}
				remote, _ := open(t, p, o, c.serve)
				_, err := remote.Models(context.Background())
				var f *fault.Error
				if !errors.As(err, &f) || f.Kind != fault.Unavailable || !strings.Contains(f.Message, c.want) || f.Remedy == "" {
					t.Errorf("Models = %v, want %q with a remedy", err, c.want)
				}
			})
		}
	})
}

func TestFailures(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		status := func(code int, header ...string) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				for i := 0; i+1 < len(header); i += 2 {
					w.Header().Set(header[i], header[i+1])
				}
				w.WriteHeader(code)
				_, _ = io.WriteString(w, p.fail("no, not with "+key))
			}
		}
		for name, c := range map[string]struct {
			serve http.HandlerFunc
			kind  fault.Kind
			asked int32
		}{
			"wrong key":      {status(401), fault.Denied, 1},
			"forbidden":      {status(403), fault.Denied, 1},
			"no such model":  {status(404), fault.NotFound, 1},
			"bad request":    {status(400), fault.Unavailable, 1},
			"too often":      {status(429), fault.Limited, 3},
			"come back soon": {status(429, "Retry-After", "3600"), fault.Limited, 1},
			"down":           {status(503), fault.Unavailable, 3},
			"broken":         {status(500), fault.Unavailable, 3},
			"not a protocol": {func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "<html>Welcome</html>") }, fault.Unavailable, 1},
			"empty":          {func(w http.ResponseWriter, r *http.Request) {}, fault.Unavailable, 1},
			"cut":            {func(w http.ResponseWriter, r *http.Request) { p.answer(w, []string{"Twelve"}, "", true) }, fault.Unavailable, 1},
			"hung up": {func(w http.ResponseWriter, r *http.Request) {
				c, _, err := http.NewResponseController(w).Hijack()
				if err == nil {
					c.Close()
				}
			}, fault.Unavailable, 3},
			"endless": {func(w http.ResponseWriter, r *http.Request) {
				p.answer(w, []string{strings.Repeat("a", 40<<10), strings.Repeat("b", 40<<10)}, "stop", false)
			}, fault.Unavailable, 1},
		} {
			t.Run(name, func(t *testing.T) {
				pr, asked := open(t, p, cloud.Options{MaxBytes: 64 << 10}, c.serve)
				r, _, err := ask(pr)
				if !fault.Is(err, c.kind) {
					t.Fatalf("Chat = %+v, %v; want %s", r, err, c.kind)
				}
				if strings.Contains(err.Error(), "canary") {
					t.Errorf("the error tells the key: %v", err)
				}
				if n := asked.Load(); n != c.asked && name != "hung up" { // net/http itself may try a reused connection once more
					t.Errorf("asked %d times, want %d", n, c.asked)
				}
				if r.Text != "" {
					t.Errorf("half an answer came along: %q", r.Text)
				}
			})
		}
	})
}

func TestRetryAfterIsKept(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		c, _ := open(t, p, cloud.Options{}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(429)
		})
		_, _, err := ask(c)
		var f *fault.Error
		if !errors.As(err, &f) || f.RetryAfter != time.Hour {
			t.Fatalf("Chat: %v, want to come back in an hour", err)
		}
	})
}

func TestGoesOnAfterPassingTrouble(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		for name, trouble := range map[string]func(w http.ResponseWriter){
			"503": func(w http.ResponseWriter) { w.WriteHeader(503) },
			"429 with Retry-After as a date": func(w http.ResponseWriter) {
				w.Header().Set("Retry-After", time.Now().Add(-time.Second).UTC().Format(http.TimeFormat))
				w.WriteHeader(429)
			},
		} {
			t.Run(name, func(t *testing.T) {
				n := 0
				c, _ := open(t, p, cloud.Options{}, func(w http.ResponseWriter, r *http.Request) {
					if n++; n < 3 {
						trouble(w)
						return
					}
					if b, _ := io.ReadAll(r.Body); len(b) == 0 {
						t.Error("the body was not sent again")
					}
					p.answer(w, []string{"Twelve."}, "stop", false)
				})
				if r, _, err := ask(c); err != nil || r.Text != "Twelve." {
					t.Fatalf("Chat = %+v, %v", r, err)
				}
			})
		}
	})
}

func TestBreakerRestsAndComesBack(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		var well atomic.Bool
		c, asked := open(t, p, cloud.Options{Open: 50 * time.Millisecond}, func(w http.ResponseWriter, r *http.Request) {
			if !well.Load() {
				w.WriteHeader(500)
				return
			}
			p.answer(w, []string{"Twelve."}, "stop", false)
		})
		for range 3 {
			if _, _, err := ask(c); !fault.Is(err, fault.Unavailable) {
				t.Fatalf("Chat: %v", err)
			}
		}
		if n := asked.Load(); n != 5 {
			t.Errorf("the provider was asked %d times, want to be left alone after 5", n)
		}
		if _, resting := c.Resting(); !resting {
			t.Fatal("the breaker is not open")
		}
		well.Store(true)
		deadline := time.Now().Add(10 * time.Second)
		for {
			r, _, err := ask(c)
			if err == nil && r.Text == "Twelve." {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("never came back: %v", err)
			}
		}
	})
}

func TestSilenceEnds(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		for name, first := range map[string][]string{"before a byte": nil, "in the middle": {"Twelve"}} {
			t.Run(name, func(t *testing.T) {
				c, _ := open(t, p, cloud.Options{Silence: 30 * time.Millisecond}, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.ReadAll(r.Body) // the server notices a hang-up only once the body is read
					if first != nil {
						p.answer(w, first, "", true)
					}
					<-r.Context().Done()
				})
				if _, _, err := ask(c); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "sent nothing") {
					t.Fatalf("Chat: %v", err)
				}
			})
		}
	})
}

func TestCancelEndsTheRequestThere(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		gone := make(chan struct{})
		c, _ := open(t, p, cloud.Options{}, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body) // the server notices a hang-up only once the body is read
			p.answer(w, []string{"Twelve"}, "", true)
			<-r.Context().Done()
			close(gone)
		})
		ctx, cancel := context.WithCancel(context.Background())
		_, err := c.Chat(ctx, "m", llm.ChatRequest{Prompt: "p"}, func(llm.Chunk) { cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("Chat: %v", err)
		}
		<-gone
		if _, resting := c.Resting(); resting {
			t.Error("a caller who went away counts against the provider")
		}
	})
}

// An endpoint that refuses a parameter is asked again without it, and never
// with it again.
func TestParametersThatAreRefused(t *testing.T) {
	p := protocols()[0]
	refused := 0
	c, _ := open(t, p, cloud.Options{}, func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		for _, param := range []string{"response_format", "max_tokens", "temperature", "seed"} {
			if _, ok := body[param]; ok {
				refused++
				w.WriteHeader(400)
				_, _ = io.WriteString(w, p.fail("Unsupported parameter: "+param))
				return
			}
		}
		p.answer(w, []string{"Twelve."}, "stop", false)
	})
	for range 2 {
		if r, _, err := ask(c); err != nil || r.Text != "Twelve." {
			t.Fatalf("Chat = %+v, %v", r, err)
		}
	}
	if refused != 4 {
		t.Errorf("refused %d times, want once a parameter", refused)
	}
}

// The one conversation of a server with a guard that does not let it in.
func TestGuardIsAsked(t *testing.T) {
	each(t, func(t *testing.T, p protocol) {
		asked := false
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
		defer s.Close()
		open, err := netguard.Parse("loopback")
		if err != nil {
			t.Fatal(err)
		}
		u, err := open.URL(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		c, err := cloud.New(cloud.Options{Kind: p.kind, URL: u, HTTP: netguard.Guard{}.Client()})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := ask(c); !fault.Is(err, fault.Denied) || asked {
			t.Fatalf("Chat: %v; asked: %v", err, asked)
		}
	})
}
