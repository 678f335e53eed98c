package app

import (
	"github.com/hubcap-dev/hubcap/backend/account"

	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Brief writes the briefing of a vehicle's id, a saved VIN or any other VIN:
// by the hub that runs on the data folder, or, without one, here.
func Brief(ctx context.Context, cfg config.Config, o Options, ref string, year int) (insight.Briefing, error) {
	r, err := ReadRunning(cfg.Data)
	if err == nil {
		b, err := briefBeside(ctx, r, ref, year)
		var refused *net.OpError
		if !errors.As(err, &refused) {
			return b, err
		}
		// run.json of a hub that was killed: nobody answers its socket.
	} else if !fault.Is(err, fault.NotFound) {
		return insight.Briefing{}, err
	}
	a, err := Open(ctx, cfg, o)
	if err != nil {
		return insight.Briefing{}, err
	}
	a.settleModel(ctx)
	b, err := a.insights.Brief(ctx, vehicle.Caller{Scope: store.Org(account.Home), Actor: actor.Machine()}, ref, year)
	return b, errors.Join(err, a.Close())
}

// settleModel waits until the model is ready or will not be for a while.
func (a *App) settleModel(ctx context.Context) {
	for {
		changed := a.model.Changed()
		if a.model.State().Condition != llm.Starting {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// briefBeside asks a running hub through its socket.
func briefBeside(ctx context.Context, r Running, ref string, year int) (insight.Briefing, error) {
	client := r.client()
	defer client.CloseIdleConnections()
	id, err := savedAs(ctx, client, ref)
	if err != nil {
		return insight.Briefing{}, err
	}
	where, body := "/api/v1/insights", []byte(nil)
	if id != "" {
		where = "/api/v1/vehicles/" + url.PathEscape(id) + "/insights"
	} else if body, err = json.Marshal(map[string]any{"vin": ref, "year": year}); err != nil {
		return insight.Briefing{}, err
	}
	resp, err := ask(ctx, client, http.MethodPost, where, body)
	if err != nil {
		return insight.Briefing{}, err
	}
	defer resp.Body.Close()
	return lastInsight(ctx, resp)
}

// savedAs finds the vehicle that ref is the id or VIN of, "" where none is.
func savedAs(ctx context.Context, client *http.Client, ref string) (string, error) {
	resp, err := ask(ctx, client, http.MethodGet, "/api/v1/vehicles/"+url.PathEscape(ref), nil)
	if err == nil {
		return ref, resp.Body.Close()
	}
	if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Invalid) {
		return "", err
	}
	resp, err = ask(ctx, client, http.MethodGet, "/api/v1/vehicles?vin="+url.QueryEscape(ref), nil)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var page struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		return "", fmt.Errorf("read the hub's answer: %w", err)
	}
	if len(page.Items) == 0 {
		return "", nil
	}
	return page.Items[0].ID, nil
}

// lastInsight reads the stream of a briefing to its last wording. When ctx
// ends before, the wording so far stands.
func lastInsight(ctx context.Context, resp *http.Response) (insight.Briefing, error) {
	var last insight.Briefing
	seen := false
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 4<<20)
	event := ""
	for lines.Scan() {
		line := lines.Bytes()
		if name, ok := bytes.CutPrefix(line, []byte("event: ")); ok {
			event = string(name)
		}
		if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok && event == "insight" {
			if err := json.Unmarshal(data, &last); err != nil {
				return last, fmt.Errorf("read the hub's briefing: %w", err)
			}
			seen = true
		}
	}
	if !seen {
		return last, fault.New(fault.Unavailable, "the running hub stopped before it answered").WithRemedy("try again")
	}
	if err := lines.Err(); err != nil && ctx.Err() == nil {
		return last, fmt.Errorf("read the hub's briefing: %w", err)
	}
	return last, nil
}
