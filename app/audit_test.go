package app_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// What is written over REST is told, found, exported and verified; the values
// are there, and a key is not.
func TestAuditTrailOfAHub(t *testing.T) {
	const canary = "sk-canary-5f3a9d7e1b"
	dir := t.TempDir()
	a, h := openApp(t, dir, nil)
	v := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704", "stock": "A-1"}))
	id := v.body["id"].(string)
	h.want(201, h.do("POST", "/api/v1/vehicles/"+id+"/readings", map[string]any{"date": "2026-01-02", "odometer": map[string]any{"value": "1200", "unit": "km"}}))
	h.want(201, h.do("POST", "/api/v1/providers", map[string]any{"name": "P", "kind": "openai", "url": "https://api.example.com/v1", "key": canary, "models": []string{}, "enabled": false}))
	h.want(200, h.do("DELETE", "/api/v1/vehicles/"+id, nil, "If-Match", "*"))

	all := h.want(200, h.do("GET", "/api/v1/audit", nil)).body["items"].([]any)
	var told []string
	for _, e := range all {
		e := e.(map[string]any)
		if e["event"] == "data.changed" {
			told = append(told, e["subject"].(map[string]any)["kind"].(string))
		}
	}
	if got := fmt.Sprint(told); got != "[vehicles model_providers vehicles vehicles]" {
		t.Errorf("told of %s", got)
	}
	newest := all[0].(map[string]any)
	if doc := newest["documents"].([]any)[0].(map[string]any); doc["deleted"] != true || !strings.Contains(fmt.Sprint(doc["fields"]), "A-1") {
		t.Errorf("the delete is told as %v", doc)
	}
	h.want(200, h.do("GET", "/api/v1/vehicles/export", nil))
	if of := h.want(200, h.do("GET", "/api/v1/audit?event=data.exported", nil)).body["items"].([]any); len(of) != 1 || of[0].(map[string]any)["note"] != "csv" {
		t.Errorf("the export of vehicles is told as %v", of)
	}
	if newest["actor"].(map[string]any)["kind"] != "local" {
		t.Errorf("by %v", newest["actor"])
	}
	of := h.want(200, h.do("GET", "/api/v1/audit?subject="+id+"&limit=2", nil)).body
	if len(of["items"].([]any)) != 2 || of["next"] == nil {
		t.Errorf("the first page of the vehicle is %v", of)
	}
	if rest := h.want(200, h.do("GET", "/api/v1/audit?subject="+id+"&cursor="+of["next"].(string), nil)).body; len(rest["items"].([]any)) != 1 || rest["next"] != nil {
		t.Errorf("the second page is %v", rest)
	}
	if v := h.want(200, h.do("GET", "/api/v1/audit/verify", nil)).body; v["whole"] != true || v["unproven"] != 0.0 {
		t.Errorf("verify says %v", v)
	}

	for _, format := range []string{"csv", "jsonl"} {
		resp, err := http.Get(h.url + "/api/v1/audit/export?format=" + format)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(resp.Body); err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment; ") || !strings.HasSuffix(resp.Header.Get("Content-Disposition"), format+`"`) {
			t.Errorf("%s: %d, %v", format, resp.StatusCode, resp.Header)
		}
		if strings.Contains(b.String(), "canary") || strings.Contains(b.String(), "hv1.") || !strings.Contains(b.String(), "***") {
			t.Errorf("the %s export holds the key or does not cover it: %s", format, b.String())
		}
		if format == "csv" {
			if rows, err := csv.NewReader(&b).ReadAll(); err != nil || len(rows) < 6 {
				t.Errorf("%d rows, %v", len(rows), err)
			}
		}
	}
	h.want(422, h.do("GET", "/api/v1/audit/export?format=pdf", nil))
	if e := h.want(200, h.do("GET", "/api/v1/audit?event=audit.exported", nil)).body["items"].([]any); len(e) != 2 {
		t.Errorf("%d exports are told, want 2", len(e))
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

// The doctor finds an entry that somebody has written over, with checksum,
// index and log as they should be.
func TestDoctorFindsAForgedEntry(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_DB") != "" {
		t.Skip("the forger writes a data folder")
	}
	dir := t.TempDir()
	a, h := openApp(t, dir, nil)
	for range 3 {
		h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704", "stock": "secret deal"}))
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if d := auditCheck(t, dir); len(d.Findings) != 0 {
		t.Fatalf("before the forgery: %+v", d)
	}
	forge(t, dir, audit.Entries.Schema(), "0000000000000002", func(doc []byte) []byte { return bytes.ReplaceAll(doc, []byte("secret deal"), []byte("nothing now")) })
	if d := auditCheck(t, dir); len(d.Findings) != 1 || !strings.Contains(d.Findings[0].What, "entry 2 was written again") {
		t.Errorf("after the forgery: %+v", d)
	}
}

func auditCheck(t *testing.T, dir string) rest.Diagnosis {
	t.Helper()
	r := examine(t, dir, false)
	for _, d := range r.Checks {
		if d.Name == "audit" {
			return d
		}
	}
	t.Fatalf("no check of the trail: %+v", r)
	return rest.Diagnosis{}
}

// forge changes a stored document by the engine, as one who can write files.
func forge(t *testing.T, dir string, s *store.Schema, key string, change func([]byte) []byte) {
	t.Helper()
	db, err := bolt.Open(t.Context(), dir, app.Collections(), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Update(t.Context(), store.Write{Scope: store.Org("home"), Actor: actor.Machine()}, func(tx store.Tx) error {
		rec, err := tx.Fetch(s, key)
		if err != nil {
			return err
		}
		row := store.Row{Key: key, Doc: change(rec.Doc)}
		if row.Place, row.Entries, err = s.Entries(row.Doc); err != nil {
			return err
		}
		_, err = tx.Store(s, row, rec.Rev)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A change of keys leaves every secret usable and nothing under the old key,
// also after it was cut off in the middle; a secret that no owner names keeps
// the old key.
func TestChangeOfKeys(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_DB") != "" {
		t.Skip("it looks into a data folder")
	}
	const canary = "sk-canary-5f3a9d7e1b"
	given := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given = r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"data":[]}`)
	}))
	defer s.Close()
	dir := t.TempDir()
	a, h := openApp(t, dir, nil)
	p := h.want(201, h.do("POST", "/api/v1/providers", map[string]any{"name": "P", "kind": "openai", "url": s.URL + "/v1", "key": canary, "models": []string{}, "enabled": true})).body["id"].(string)
	usable := func(h *hub) {
		t.Helper()
		given = ""
		h.want(200, h.do("POST", "/api/v1/providers/"+p+"/offers", nil))
		if given != "Bearer "+canary {
			t.Errorf("the provider got %q", given)
		}
	}
	usable(h)
	old := h.want(200, h.do("GET", "/api/v1/vault", nil)).body["keys"].([]any)[0].(string)
	first := h.want(200, h.do("POST", "/api/v1/vault/rotate", nil)).body
	if first["resealed"] != 1.0 || fmt.Sprint(first["retired"]) != "["+old+"]" || len(first["keys"].([]any)) != 1 {
		t.Errorf("the change says %v", first)
	}
	usable(h)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}

	// Cut off after the new key was made; an undo entry holds an image.
	v, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	before := v.IDs()[0]
	image, stray := imageOf(t, dir, p), vault.Sealed("")
	if stray, err = v.Seal("nobody/knows", vault.NewSecret("stray")); err != nil {
		t.Fatal(err)
	}
	insert(t, dir, func(tx store.Tx) error {
		_, err := store.Undos.Insert(tx, &store.UndoEntry{ID: "b/1", Batch: "b", Actor: actor.Machine(), Items: []store.UndoItem{{Collection: route.Providers.Name(), Key: p, Rev: 2, Before: image}}})
		return err
	})
	if _, err := (vault.Source{Dir: dir}).Add(); err != nil {
		t.Fatal(err)
	}
	a, h = openApp(t, dir, nil)
	usable(h)
	again := h.want(200, h.do("POST", "/api/v1/vault/rotate", nil)).body
	if again["resealed"] != 2.0 || fmt.Sprint(again["retired"]) != "["+before+"]" {
		t.Errorf("the second change says %v, want the provider and the undo entry sealed anew", again)
	}
	usable(h)
	if v := h.want(200, h.do("GET", "/api/v1/audit/verify", nil)).body; v["whole"] != true {
		t.Errorf("the trail after two changes of keys: %v", v)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if b := stored(t, dir, store.Undos.Schema(), "b/1"); bytes.Contains(b, []byte(before)) || !bytes.Contains(b, []byte("hv1.")) {
		t.Errorf("the undo entry holds %s", b)
	}

	// A value that nobody names, under the key in use.
	if v, err = vault.Open(dir); err != nil {
		t.Fatal(err)
	}
	if stray, err = v.Seal("nobody/knows", vault.NewSecret("stray")); err != nil {
		t.Fatal(err)
	}
	insert(t, dir, func(tx store.Tx) error {
		_, err := store.Undos.Insert(tx, &store.UndoEntry{ID: "b/2", Batch: "b", Actor: actor.Machine(), Items: []store.UndoItem{{Collection: "gone", Key: "x", Rev: 2, Before: json.RawMessage(`{"key":"` + string(stray) + `"}`)}}})
		return err
	})
	a, h = openApp(t, dir, nil)
	if r := h.do("POST", "/api/v1/vault/rotate", nil); r.status != 409 || !strings.Contains(r.raw, "undo still holds") {
		t.Errorf("with a stray value: %d %s", r.status, r.raw)
	}
	if keys := h.want(200, h.do("GET", "/api/v1/vault", nil)).body["keys"].([]any); len(keys) != 2 {
		t.Errorf("the old key is gone: %v", keys)
	}
	usable(h)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "vault.key.*")); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
}

// stored reads one document's bytes.
func stored(t *testing.T, dir string, s *store.Schema, key string) []byte {
	t.Helper()
	db, err := bolt.Open(t.Context(), dir, app.Collections(), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var rec store.Record
	err = db.View(t.Context(), store.Org("home"), func(r store.Reader) (err error) { rec, err = r.Fetch(s, key); return err })
	if err != nil {
		t.Fatal(err)
	}
	return rec.Doc
}

func imageOf(t *testing.T, dir, provider string) []byte {
	return stored(t, dir, route.Providers.Schema(), provider)
}

func insert(t *testing.T, dir string, fn func(store.Tx) error) {
	t.Helper()
	db, err := bolt.Open(t.Context(), dir, app.Collections(), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Update(t.Context(), store.Write{Scope: store.Org("home"), Actor: actor.Machine()}, fn); err != nil {
		t.Fatal(err)
	}
}

// Live updates and search know nothing of the trail.
func TestTheTrailIsNotALiveUpdate(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	e := h.listenLive("")
	e.hear("hello", nil)
	v := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704", "stock": "Quokka-77"}))
	h.want(200, h.do("DELETE", "/api/v1/vehicles/"+v.body["id"].(string), nil, "If-Match", "*"))
	e.hear("change", func(ev event) bool {
		if ev.body["collection"] == "audit" {
			t.Errorf("the trail is told as %v", ev.body)
		}
		return ev.body["deleted"] == true
	})
	last := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "1FTFW1EF0FF107919"}))
	if a := h.search("Quokka-77", last.header.Get("Hubcap-Seq")); strings.Contains(a.raw, "Quokka") {
		t.Errorf("search finds what the trail says of a vehicle that is gone: %s", a.raw)
	}
}
