package cloud

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/ollama/ollama/api"

	"github.com/hubcap-dev/hubcap/backend/llm"
)

// ollama speaks to an Ollama server by its own client.
type ollama struct{ c *api.Client }

func newOllama(base *url.URL, client *http.Client) speaker {
	return ollama{api.NewClient(base, client)}
}

func (o ollama) models(ctx context.Context) ([]Listing, error) {
	r, err := o.c.List(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Listing, 0, len(r.Models))
	for _, m := range r.Models {
		list = append(list, Listing{Name: m.Name, Digest: m.Digest, Bytes: m.Size, Parameters: m.Details.ParameterSize})
	}
	return list, nil
}

func (o ollama) chat(ctx context.Context, model string, r llm.ChatRequest, each func(string)) (ended bool, u llm.Usage, err error) {
	req := &api.ChatRequest{Model: model, Messages: []api.Message{{Role: "system", Content: r.System}, {Role: "user", Content: r.Prompt}},
		Options: map[string]any{"temperature": r.Temperature, "seed": int32(r.Seed)}}
	if r.MaxTokens > 0 {
		req.Options["num_predict"] = r.MaxTokens
	}
	if r.JSON {
		req.Format = json.RawMessage(`"json"`)
	}
	done, broken := false, &breakage{}
	err = o.c.Chat(context.WithValue(ctx, breakKey{}, broken), req, func(a api.ChatResponse) error {
		each(a.Message.Content)
		if a.Done {
			done, ended = true, a.DoneReason != "length"
			u = llm.Usage{PromptTokens: a.PromptEvalCount, OutputTokens: a.EvalCount, Prompt: a.PromptEvalDuration, Output: a.EvalDuration, Queued: a.LoadDuration}
		}
		return nil
	})
	if err == nil && !done {
		err = cmp.Or(ctx.Err(), broken.err, errCut)
	}
	return ended, u, err
}
