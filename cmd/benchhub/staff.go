package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// hire makes n accounts with a key each. From then on requests come with
// these keys, by turns.
func (h *hub) hire(ctx context.Context, n int) error {
	var keys []string
	for i := range n {
		var u struct{ ID string }
		err := h.make(ctx, "/api/v1/users", map[string]any{"kind": "service", "login": fmt.Sprintf("bench-%d-%d", h.cmd.Process.Pid, i), "name": "Bench",
			"role": "integration", "reach": map[string]string{"kind": "all"}}, &u)
		if err != nil {
			return err
		}
		var k struct{ Token string }
		err = h.make(ctx, "/api/v1/keys", map[string]any{"user": u.ID, "name": "bench", "permissions": []string{"vehicles.read", "vehicles.write", "records.write", "vin.decode"}}, &k)
		if err != nil {
			return err
		}
		keys = append(keys, k.Token)
	}
	h.keys = keys
	return nil
}

func (h *hub) make(ctx context.Context, path string, body, out any) error {
	a := h.ask(ctx, request{method: http.MethodPost, path: path, body: body})
	if a.err != nil {
		return a.err
	}
	if a.status != http.StatusCreated {
		return fmt.Errorf("POST %s: %d %s", path, a.status, a.body)
	}
	return json.Unmarshal(a.body, out)
}

// bearer is what the next request comes with.
func (h *hub) bearer() string {
	if len(h.keys) == 0 {
		return h.token
	}
	return h.keys[h.turn.Add(1)%uint64(len(h.keys))]
}
