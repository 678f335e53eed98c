package cloud

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Kind is the protocol that a provider speaks.
type Kind string

const (
	Ollama Kind = "ollama" // an Ollama server
	OpenAI Kind = "openai" // chat completions, as OpenAI and many others serve them
)

// Options say where a provider is. Kind, URL and HTTP are required.
type Options struct {
	Kind Kind
	URL  *url.URL     // checked by netguard
	Key  vault.Secret // sent as a bearer token; may be empty
	HTTP *http.Client // netguard's

	Listing  time.Duration // for the list of models; 0 is 20 s
	Silence  time.Duration // without a byte before a request counts as lost; 0 is 60 s
	Patience time.Duration // the longest wait that a provider may ask for between tries; 0 is 8 s
	Backoff  time.Duration // before the second try, the double before the third; 0 is 300 ms
	Open     time.Duration // how long the breaker keeps away after five failures; 0 is 30 s
	MaxBytes int64         // of an answer; 0 is 8 MiB
}

// Provider is one place where models are asked. It is safe for concurrent use.
type Provider struct {
	o       Options
	client  *http.Client
	breaker circuitbreaker.CircuitBreaker[*http.Response]
	speaks  speaker
}

// Listing is a model that a provider offers.
type Listing struct {
	Name       string
	Digest     string // "" where the provider tells none
	Bytes      int64
	Parameters string // such as "1.2B"
}

// speaker is one protocol.
type speaker interface {
	models(ctx context.Context) ([]Listing, error)
	chat(ctx context.Context, model string, r llm.ChatRequest, each func(text string)) (ended bool, u llm.Usage, err error)
}

// New returns a provider; nothing is sent yet.
func New(o Options) (*Provider, error) {
	o.Silence, o.Patience = cmp.Or(o.Silence, time.Minute), cmp.Or(o.Patience, 8*time.Second)
	o.Backoff, o.Open = cmp.Or(o.Backoff, 300*time.Millisecond), cmp.Or(o.Open, 30*time.Second)
	o.MaxBytes, o.Listing = cmp.Or(o.MaxBytes, 8<<20), cmp.Or(o.Listing, 20*time.Second)
	p := &Provider{o: o, breaker: newBreaker(o)}
	p.client = &http.Client{CheckRedirect: o.HTTP.CheckRedirect, Transport: p.transport(o.HTTP.Transport)}
	switch o.Kind {
	case Ollama:
		p.speaks = newOllama(o.URL, p.client)
	case OpenAI:
		p.speaks = newOpenAI(o.URL, p.client)
	default:
		return nil, fault.InvalidField("/kind", "is not a kind of provider", "write ollama or openai")
	}
	return p, nil
}

// Resting reports whether the breaker keeps requests away for now, and for
// how long.
func (p *Provider) Resting() (time.Duration, bool) {
	return p.breaker.RemainingDelay(), p.breaker.IsOpen()
}

// Models lists what the provider offers, by name.
func (p *Provider) Models(ctx context.Context) ([]Listing, error) {
	short, cancel := context.WithTimeout(ctx, p.o.Listing)
	defer cancel()
	list, err := p.speaks.models(short)
	if err != nil && short.Err() != nil && ctx.Err() == nil { // its end, not the asker's
		return nil, fault.New(fault.Unavailable, "%s did not say within %s which models it has", p.o.URL.Host, p.o.Listing).WithRemedy("check that it is well, and ask again")
	}
	if err != nil {
		return nil, p.explain(err)
	}
	slices.SortFunc(list, func(a, b Listing) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// Chat asks one model and calls each with the text as it comes. Errors are of
// kind Denied (the key), NotFound (the model), Limited (too much, with
// RetryAfter), Unavailable, or ctx's. Text that came before an error is lost:
// half an answer is none.
func (p *Provider) Chat(ctx context.Context, model string, r llm.ChatRequest, each func(llm.Chunk)) (llm.GenerateReply, error) {
	start := time.Now()
	var text []byte
	ended, u, err := p.speaks.chat(ctx, model, r, func(s string) {
		text = append(text, s...)
		if each != nil && s != "" {
			each(llm.Chunk{Text: s, After: time.Since(start)})
		}
	})
	if err != nil {
		return llm.GenerateReply{}, p.explain(err)
	}
	if u.Output == 0 {
		u.Output = time.Since(start)
	}
	return llm.GenerateReply{Text: string(text), Ended: ended, Usage: u}, nil
}
