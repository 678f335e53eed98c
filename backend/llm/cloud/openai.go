package cloud

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	openai "github.com/sashabaranov/go-openai"

	"github.com/hubcap-dev/hubcap/backend/llm"
)

// openAI speaks chat completions. Endpoints differ in which parameters they
// take: one that is refused is left out from then on.
type openAI struct {
	c *openai.Client

	mu   sync.Mutex
	ways map[string]dialect // by model
}

// dialect is what a model's endpoint does not take.
type dialect struct{ noJSON, noTemperature, noSeed, completionTokens bool }

func newOpenAI(base *url.URL, client *http.Client) speaker {
	c := openai.DefaultConfig("") // the key is the transport's matter
	c.BaseURL, c.HTTPClient = strings.TrimSuffix(base.String(), "/"), client
	return &openAI{c: openai.NewClientWithConfig(c), ways: map[string]dialect{}}
}

func (o *openAI) models(ctx context.Context) ([]Listing, error) {
	r, err := o.c.ListModels(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Listing, 0, len(r.Models))
	for _, m := range r.Models {
		list = append(list, Listing{Name: m.ID})
	}
	return list, nil
}

func (o *openAI) way(model string) dialect {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ways[model]
}

func (o *openAI) chat(ctx context.Context, model string, r llm.ChatRequest, each func(string)) (ended bool, u llm.Usage, err error) {
	for {
		d := o.way(model)
		ended, u, err = o.once(ctx, model, r, d, each)
		next, other := d.after(err)
		if !other {
			return ended, u, err
		}
		o.mu.Lock()
		o.ways[model] = next
		o.mu.Unlock()
	}
}

// after reads a refusal: whether it is about a parameter that can be left out.
func (d dialect) after(err error) (dialect, bool) {
	if errors.Is(err, openai.ErrReasoningModelMaxTokensDeprecated) && !d.completionTokens {
		d.completionTokens = true
		return d, true
	}
	if errors.Is(err, openai.ErrReasoningModelLimitationsOther) && !d.noTemperature {
		d.noTemperature = true
		return d, true
	}
	status, message := refusal(err)
	if status != http.StatusBadRequest && status != http.StatusUnprocessableEntity {
		return d, false
	}
	for _, p := range []struct {
		word string
		off  *bool
	}{{"response_format", &d.noJSON}, {"max_tokens", &d.completionTokens}, {"temperature", &d.noTemperature}, {"seed", &d.noSeed}} {
		if strings.Contains(message, p.word) && !*p.off {
			*p.off = true
			return d, true
		}
	}
	return d, false
}

func (o *openAI) once(ctx context.Context, model string, r llm.ChatRequest, d dialect, each func(string)) (ended bool, u llm.Usage, err error) {
	req := openai.ChatCompletionRequest{Model: model, Stream: true,
		Messages: []openai.ChatCompletionMessage{{Role: openai.ChatMessageRoleSystem, Content: r.System}, {Role: openai.ChatMessageRoleUser, Content: r.Prompt}}}
	if !d.noTemperature {
		req.Temperature = r.Temperature
	}
	if d.completionTokens {
		req.MaxCompletionTokens = r.MaxTokens
	} else {
		//lint:ignore SA1019 most endpoints that speak the protocol know this name alone
		req.MaxTokens = r.MaxTokens
	}
	if !d.noSeed {
		seed := int(int32(r.Seed))
		req.Seed = &seed
	}
	if r.JSON && !d.noJSON {
		req.ResponseFormat = &openai.ChatCompletionResponseFormat{Type: openai.ChatCompletionResponseFormatTypeJSONObject}
	}
	s, err := o.c.CreateChatCompletionStream(ctx, req)
	if err != nil {
		return false, u, err
	}
	defer s.Close()
	finished := false
	for {
		part, err := s.Recv()
		if errors.Is(err, io.EOF) {
			if !finished {
				return false, u, errCut
			}
			return ended, u, nil
		}
		if err != nil {
			return false, u, err
		}
		if part.Usage != nil {
			u.PromptTokens, u.OutputTokens = part.Usage.PromptTokens, part.Usage.CompletionTokens
		}
		for _, c := range part.Choices {
			if c.Index != 0 {
				continue
			}
			each(c.Delta.Content)
			if c.FinishReason != "" {
				finished, ended = true, c.FinishReason != openai.FinishReasonLength
			}
		}
	}
}
