package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/api"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The web client's types are made from this file: it must be what the hub
// serves.
func TestOpenAPIDocumentIsTheOneTheClientWasMadeFrom(t *testing.T) {
	const golden = "../../frontend/openapi.json"
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetIndent("", "  ")
	if err := e.Encode(api.Document("1")); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the routes changed: run `make api` and read the difference in %s", golden)
	}
}
