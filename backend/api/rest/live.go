package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// LiveHello begins a stream of live updates, and follows a reset.
type LiveHello struct {
	Instance string `json:"instance" doc:"the store's line of history; when it is another, read everything again"`
	Seq      uint64 `json:"seq" doc:"where the stream begins"`
}

// LiveChange says that a document was written. Read it where it is shown.
type LiveChange struct {
	Seq        uint64 `json:"seq"`
	Collection string `json:"collection" doc:"vehicles, odometer_readings, service_records, fuel_records, attachments, intakes, insights, preferences"`
	ID         string `json:"id"`
	Rev        int64  `json:"rev"`
	Deleted    bool   `json:"deleted"`
}

const (
	liveBeat  = 15 * time.Second // between two signs of life
	livePace  = 50 * time.Millisecond
	livePause = 10 * time.Second // a client that takes nothing for so long is cut
)

func registerLive(api huma.API, d Deps) {
	schema := func(t reflect.Type, name string) *huma.Schema {
		return api.OpenAPI().Components.Schemas.Schema(t, true, name)
	}
	stream := &huma.Response{Description: "Server-sent events.", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{OneOf: []*huma.Schema{
		schema(reflect.TypeFor[LiveHello](), "LiveHello"), schema(reflect.TypeFor[LiveChange](), "LiveChange"), schema(reflect.TypeFor[Job](), "Job"),
	}}}}}
	huma.Register(api, huma.Operation{OperationID: "live", Method: http.MethodGet, Path: gate.LivePath, Tags: []string{"hub"},
		Summary: "Hear of changes and jobs as they happen", Responses: map[string]*huma.Response{"200": stream},
		Description: "Events: `hello` first; `change` for each document written (no values travel), some tens of milliseconds after the write; `job` for each step of a job, " +
			"`job` with state `removed` when it is taken off the list; `reset` where the log no longer reaches back to the place asked for: read again what is shown. " +
			"A comment every 15 seconds shows that the stream lives. Last-Event-ID, or since, resumes after an event without a gap."},
		func(ctx context.Context, in *struct {
			Last  string `header:"Last-Event-ID" maxLength:"60" doc:"id of the last event heard"`
			Since string `query:"since" maxLength:"60" doc:"a sequence, such as the Hubcap-Seq of a write, or an event's id"`
		}) (*huma.StreamResponse, error) {
			if err := d.Feed.join(); err != nil {
				return nil, err
			}
			since := in.Last
			if since == "" {
				since = in.Since
			}
			who := principal(ctx)
			jobs, err := ownOrAll(account.ManageJobs).over(who)
			if err != nil {
				d.Feed.leave()
				return nil, err
			}
			return &huma.StreamResponse{Body: func(hc huma.Context) {
				defer d.Feed.leave()
				l := listen(hc, d, who, jobs, since)
				// The client is gone, or too slow: it comes back with its place.
				_ = l.run(hc.Context())
			}}, nil
		})
}

// listener is one live connection.
type listener struct {
	d     Deps
	who   account.Principal
	scope store.Scope // of the vehicles that it may see
	jobs  job.Caller
	w     http.ResponseWriter
	out   *http.ResponseController
	epoch string
	at    uint64 // everything up to here was said
	reset bool   // the place asked for can't be gone on from
}

func listen(hc huma.Context, d Deps, who account.Principal, jobs account.Caller, since string) *listener {
	hc.SetHeader("Content-Type", "text/event-stream")
	hc.SetHeader("Cache-Control", "no-store")
	hc.SetHeader("X-Accel-Buffering", "no") // a proxy must not gather events
	w, _ := hc.BodyWriter().(http.ResponseWriter)
	head := d.DB.Head()
	l := &listener{d: d, who: who, scope: caller(hc.Context()).Scope, jobs: job.Caller(jobs), w: w, out: http.NewResponseController(w), epoch: head.Epoch, at: head.Seq}
	if since == "" {
		return l
	}
	epoch, seq, ok := strings.Cut(since, ".")
	if !ok {
		epoch, seq = head.Epoch, since
	}
	n, err := strconv.ParseUint(seq, 10, 64)
	if l.reset = err != nil || epoch != head.Epoch || n > head.Seq; !l.reset {
		l.at = n
	}
	return l
}

func (l *listener) run(ctx context.Context) error {
	// The server's limit for reading a request must not end its answer.
	if err := l.out.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	watch := l.d.Jobs.Watch(l.jobs)
	defer watch.Close()
	if err := l.begin(ctx); err != nil {
		return err
	}
	beat := time.NewTicker(liveBeat)
	defer beat.Stop()
	for {
		rights := l.d.Accounts.Changed()
		if !l.still(ctx) {
			return nil // it comes back under the rights that it has now, if any
		}
		moved, err := l.changes(ctx)
		if err != nil {
			return err
		}
		select {
		case <-moved:
		case <-rights:
		case <-watch.C:
			// Steps of a job come by the thousand; each tells the newest only.
			pause(ctx, livePace)
			if err := l.sayJobs(watch.Take()); err != nil {
				return err
			}
		case <-beat.C:
			if err := l.write(": here\n\n"); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		case <-l.d.Feed.ended:
			return nil
		}
	}
}

// begin says hello and what jobs there are.
func (l *listener) begin(ctx context.Context) error {
	if err := l.write("retry: 1000\n\n"); err != nil {
		return err
	}
	hello := l.hello
	if l.reset {
		hello = l.startOver
	}
	if err := hello(); err != nil {
		return err
	}
	open, err := l.d.Jobs.List(ctx, l.jobs, false, "", 200)
	if err != nil {
		return err
	}
	return l.sayJobs(open.Items)
}

func (l *listener) hello() error { return l.event("hello", l.id(l.at), LiveHello{l.epoch, l.at}) }

// startOver tells the client to read again what it shows.
func (l *listener) startOver() error {
	if err := l.event("reset", "", struct{}{}); err != nil {
		return err
	}
	return l.hello()
}

// changes says what was written since, and returns what to wait for.
func (l *listener) changes(ctx context.Context) (moved <-chan struct{}, err error) {
	for {
		news, at, moved, ok := l.d.Feed.after(l.at)
		if !ok {
			news, at, err = l.d.Feed.older(ctx, l.at)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil { // trimmed, or damaged: what is missing can't be told
				l.at = l.d.DB.Head().Seq
				if err := l.startOver(); err != nil {
					return nil, err
				}
				continue
			}
		}
		if err := l.say(news); err != nil {
			return nil, err
		}
		stuck := !ok && at == l.at // the log ends before what the feed holds: not a thing that happens
		if l.at = at; ok || stuck {
			return moved, nil
		}
	}
}

// still reports whether whoever listens may go on as it does.
func (l *listener) still(ctx context.Context) bool {
	now, err := l.d.Accounts.Current(ctx, gate.Principal(ctx))
	if err != nil {
		return false
	}
	was := gate.Principal(ctx)
	return was.Same(&now)
}

// sees reports whether a notice is for whoever listens.
func (l *listener) sees(n notice) bool {
	if n.org != l.scope.Org() {
		return false
	}
	switch n.collection {
	case vehicle.VehiclesName, vehicle.ReadingsName, vehicle.ServicesName, vehicle.FuelsName, vehicle.AttachmentsName, insight.Insights.Name():
		return l.scope.Sees(n.place)
	case intake.Intakes.Name():
		return l.scope.Sees(n.place) && l.who.May(account.WriteVehicles)
	case account.PreferencesName:
		return n.key == account.PreferencesOf(l.who.Actor)
	}
	need, ok := liveRights[n.collection]
	return ok && l.who.May(need)
}

// liveRights are what hearing of a change of other collections takes; one
// that has no row is nobody's to hear of.
var liveRights = map[string]account.Permission{
	"users": account.ManageUsers, "roles": account.ManageUsers, "organisations": account.ManageUsers, "invitations": account.ManageUsers,
	"api_keys": account.ManageKeys, "signin_providers": account.ManageOrg, "model_providers": account.ManageModels, "model_orders": account.ManageModels,
}

// say writes the notices that the caller may see, of each document the last.
func (l *listener) say(news []notice) error {
	last := map[[2]string]uint64{}
	for _, n := range news {
		last[[2]string{n.collection, n.key}] = n.seq
	}
	var b strings.Builder
	for _, n := range news {
		if !l.sees(n) || last[[2]string{n.collection, n.key}] != n.seq {
			continue
		}
		if err := l.format(&b, "change", l.id(n.seq), LiveChange{n.seq, n.collection, n.key, n.rev, n.deleted}); err != nil {
			return err
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return l.write(b.String())
}

func (l *listener) sayJobs(news []job.Status) error {
	for _, s := range news {
		if err := l.event("job", "", asJob(s)); err != nil {
			return err
		}
	}
	return nil
}

// id is an event's place in the log, for Last-Event-ID.
func (l *listener) id(seq uint64) string { return l.epoch + "." + strconv.FormatUint(seq, 10) }

// event writes one event; id is empty for one without a place in the log.
func (l *listener) event(name, id string, body any) error {
	var b strings.Builder
	if err := l.format(&b, name, id, body); err != nil {
		return err
	}
	return l.write(b.String())
}

func (l *listener) format(b *strings.Builder, name, id string, body any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if id != "" {
		fmt.Fprintf(b, "id: %s\n", id)
	}
	fmt.Fprintf(b, "event: %s\ndata: %s\n\n", name, data)
	return nil
}

// write sends, and gives up on a client that does not take it.
func (l *listener) write(s string) error {
	if err := l.out.SetWriteDeadline(time.Now().Add(livePause)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := l.w.Write([]byte(s)); err != nil {
		return err
	}
	return l.out.Flush()
}
