package search_test

import (
	"testing"

	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/search/meaning"
)

// MiniLM earns its job by the built-in check, in the real worker.
func TestMiniLMEarnsTheSearch(t *testing.T) {
	model := realModel(t)
	r, err := meaning.Check().Run(t.Context(), &route.Engine{Title: "MiniLM", Embedder: model}, func(int, int) {})
	if err != nil || !r.Earned {
		t.Fatalf("%+v, %v", r, err)
	}
	t.Logf("%+v", r)
}
