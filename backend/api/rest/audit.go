package rest

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// AuditEntry is one entry of the trail.
type AuditEntry struct {
	N         int64           `json:"n" doc:"its place in the chain, from 1"`
	At        time.Time       `json:"at"`
	Event     string          `json:"event" doc:"two words with a dot, such as data.changed or signin.failed"`
	Actor     AuditActor      `json:"actor"`
	From      string          `json:"from,omitempty" doc:"the client's address; left out on this computer"`
	Via       string          `json:"via,omitempty" doc:"the session or key"`
	Subject   audit.Subject   `json:"subject"`
	Batch     string          `json:"batch,omitempty" doc:"for GET /activity/{batch}"`
	Note      string          `json:"note,omitempty"`
	Count     int64           `json:"count,omitempty" doc:"how often it happened, of an event that is counted by the minute"`
	Since     *time.Time      `json:"since,omitempty" doc:"when it happened first, of such an event"`
	Documents []AuditDocument `json:"documents,omitempty" doc:"what was written, of a transaction of up to 20 documents"`
	Counts    []AuditCount    `json:"counts,omitempty" doc:"what was written, of a larger one"`
	Short     bool            `json:"short,omitempty" doc:"values were left out or cut: they were too long"`
	Hash      string          `json:"hash" doc:"SHA-256; the next entry carries it"`
}

// AuditActor is who did it.
type AuditActor struct {
	Kind string `json:"kind" doc:"user, service, local or system; empty where nobody was signed in"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// AuditDocument is one document that was written.
type AuditDocument struct {
	Collection string       `json:"collection"`
	Key        string       `json:"key"`
	Rev        int64        `json:"rev"`
	New        bool         `json:"new,omitempty"`
	Deleted    bool         `json:"deleted,omitempty"`
	Fields     []AuditField `json:"fields,omitempty"`
}

// AuditField is one value that changed. Secrets stand as "***".
type AuditField struct {
	Pointer string `json:"pointer"`
	Before  any    `json:"before,omitempty" doc:"left out where there was none"`
	After   any    `json:"after,omitempty" doc:"left out where there is none"`
}

// AuditCount is how many documents of a collection were written.
type AuditCount struct {
	Collection string `json:"collection"`
	Documents  int64  `json:"documents"`
}

// AuditPage is one page of the trail, the newest entries first.
type AuditPage struct {
	Items   []AuditEntry `json:"items"`
	Next    string       `json:"next,omitempty" doc:"cursor of the next page; a page may be short and have one"`
	Damaged []string     `json:"damaged,omitempty" doc:"numbers of entries that can't be read"`
}

// AuditVerified is what a look at the whole chain found.
type AuditVerified struct {
	Whole    bool       `json:"whole" doc:"nothing is missing, changed or put in"`
	Entries  int64      `json:"entries"`
	First    int64      `json:"first"`
	Last     int64      `json:"last"`
	Since    *time.Time `json:"since,omitempty"`
	Until    *time.Time `json:"until,omitempty"`
	Compared int64      `json:"compared" doc:"transactions of the change log that were compared with their entries"`
	Unproven int64      `json:"unproven" doc:"entries that no key of this hub proves"`
	BrokenAt int64      `json:"brokenAt,omitempty" doc:"number of the first entry that is wrong"`
	Broken   string     `json:"broken,omitempty" doc:"what is wrong with it"`
}

// AuditQuery picks entries.
type AuditQuery struct {
	Event      string    `query:"event" maxLength:"100"`
	Actor      string    `query:"actor" maxLength:"256" doc:"an account's id, or local or system"`
	Subject    string    `query:"subject" maxLength:"256" doc:"id of what it is about, such as a vehicle's"`
	Collection string    `query:"collection" maxLength:"100"`
	Key        string    `query:"key" maxLength:"256" doc:"of a document that was written"`
	From       string    `query:"from" maxLength:"100" doc:"the client's address"`
	Since      time.Time `query:"since"`
	Until      time.Time `query:"until" doc:"before this"`
	Text       string    `query:"text" maxLength:"200" doc:"somewhere in the entry, whatever the case"`
}

func (q *AuditQuery) filter() audit.Filter {
	return audit.Filter{Event: audit.Event(q.Event), Actor: q.Actor, Subject: q.Subject, Collection: q.Collection, Key: q.Key, From: q.From, Since: q.Since, Until: q.Until, Text: q.Text}
}

func registerAudit(api huma.API, d Deps) {
	tags := []string{"audit"}
	huma.Register(api, huma.Operation{OperationID: "audit", Method: http.MethodGet, Path: "/api/v1/audit", Tags: tags,
		Summary: "List what was done, by whom and from where, the newest first"},
		func(ctx context.Context, in *struct {
			AuditQuery
			PageQuery
		}) (*struct{ Body AuditPage }, error) {
			p, err := d.Audit.List(ctx, caller(ctx).Scope, in.filter(), in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := AuditPage{Items: make([]AuditEntry, 0, len(p.Items)), Next: p.Next, Damaged: p.Damaged}
			for i := range p.Items {
				out.Items = append(out.Items, auditEntry(&p.Items[i]))
			}
			return &struct{ Body AuditPage }{out}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "exportAudit", Method: http.MethodGet, Path: "/api/v1/audit/export", Tags: tags,
		Summary: "Export the trail, the oldest first: CSV for people, JSON Lines with the entries as they are stored",
		Responses: map[string]*huma.Response{"200": {Description: "the entries", Content: map[string]*huma.MediaType{
			"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}, "application/jsonl": {Schema: &huma.Schema{Type: huma.TypeString}}}}}},
		func(ctx context.Context, in *struct {
			AuditQuery
			Format string `query:"format" enum:"csv,jsonl" default:"csv"`
		}) (*huma.StreamResponse, error) {
			c, f := caller(ctx), in.filter()
			h := audit.Happening{Event: audit.AuditExported, Note: in.Format}
			if err := d.Audit.Record(ctx, c.Scope, c.Actor, h); err != nil {
				return nil, err
			}
			return &huma.StreamResponse{Body: func(hc huma.Context) {
				media := "text/csv; charset=utf-8"
				if in.Format == string(audit.JSONL) {
					media = "application/jsonl"
				}
				hc.SetHeader("Content-Type", media)
				hc.SetHeader("Cache-Control", "no-store")
				hc.SetHeader("Content-Disposition", `attachment; filename="hubcap-audit-`+d.Now().UTC().Format("20060102T150405Z")+"."+in.Format+`"`)
				if err := d.Audit.Export(hc.Context(), c.Scope, f, audit.Format(in.Format), hc.BodyWriter()); err != nil {
					// Half an export must not look whole: the connection is cut.
					panic(http.ErrAbortHandler)
				}
			}}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "verifyAudit", Method: http.MethodGet, Path: "/api/v1/audit/verify", Tags: tags,
		Summary: "Read the whole trail and say whether it is what was written"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body AuditVerified }, error) {
			v, err := d.Audit.Verify(ctx, caller(ctx).Scope)
			if err != nil {
				return nil, err
			}
			out := AuditVerified{Whole: v.Break == nil && v.Unproven == 0, Entries: v.Entries, First: v.First, Last: v.Last,
				Since: moment(v.Since), Until: moment(v.Till), Compared: v.Compared, Unproven: v.Unproven}
			if v.Break != nil {
				out.BrokenAt, out.Broken = v.Break.N, v.Break.What
			}
			return &struct{ Body AuditVerified }{out}, nil
		})
}

func moment(t store.Timestamp) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t.Time
}

func auditEntry(e *audit.Entry) AuditEntry {
	out := AuditEntry{N: e.N, At: e.At.Time, Event: string(e.Event), Actor: AuditActor{string(e.Actor.Kind), e.Actor.ID, e.Actor.Name}, From: e.From, Via: e.Via,
		Subject: e.Subject, Batch: e.Batch, Note: e.Note, Count: e.Count, Since: moment(e.Since), Short: e.Short, Hash: e.Hash}
	for _, d := range e.Documents {
		doc := AuditDocument{Collection: d.Collection, Key: d.Key, Rev: d.Rev, New: d.New, Deleted: d.Deleted}
		for _, f := range d.Fields {
			doc.Fields = append(doc.Fields, AuditField{f.Pointer, raw(f.Before), raw(f.After)})
		}
		out.Documents = append(out.Documents, doc)
	}
	for _, c := range e.Counts {
		out.Counts = append(out.Counts, AuditCount(c))
	}
	return out
}

// raw is a stored value as it is; nil where there is none.
func raw(b json.RawMessage) any {
	if len(b) == 0 {
		return nil
	}
	return b
}
