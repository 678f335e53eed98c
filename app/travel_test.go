package app_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// From the bucket and the passphrase alone: somebody with an authenticator
// app signs in, a phone that trusted the hub's authority connects, a stored
// secret is used. With HUBCAP_TEST_DB the hubs are on PostgreSQL, and this is
// the runbook "Lost database".
func TestEverythingTravelsWithTheBackup(t *testing.T) {
	place := t.TempDir()
	const password = "violet anvil crosses seven rivers"
	seed, roots := liveAndBackUp(t, place, password)

	dir := filepath.Join(t.TempDir(), "new")
	restoreOn(t, place, dir)
	settings := map[string]string{"data": dir}
	if os.Getenv("HUBCAP_TEST_DB") != "" {
		settings["db"] = databaseOf(t, dir)
	}
	s := serveLAN(t, settings)
	// The phone knows the old authority and nothing else.
	phone := s.client(&tls.Config{RootCAs: roots})
	resp, err := phone.Get(s.status.URL + "/api/v1/session")
	if err != nil {
		t.Fatalf("a phone that trusted the hub before: %v", err)
	}
	body(t, resp)

	b := s.browser()
	e := b.ask(200, "POST", "/api/v1/session", map[string]any{"login": "olga", "password": password})
	if e["next"] != "second" {
		t.Fatalf("the password alone: %v", e)
	}
	// The step that the set-up used does not count again.
	b.ask(200, "POST", "/api/v1/session/second", map[string]any{"ticket": e["ticket"], "method": "totp", "value": b.code(seed, time.Now().Add(30*time.Second))})
	list := b.ask(200, "GET", "/api/v1/providers", nil)["items"].([]any)
	if len(list) != 1 {
		t.Fatalf("providers: %v", list)
	}
	p := list[0].(map[string]any)
	if p["hasKey"] != true {
		t.Errorf("the provider's key did not come back: %v", p)
	}
	// A change of keys opens each sealed value: one that does not open stops it.
	b.ask(200, "POST", "/api/v1/vault/rotate", nil)
}

// liveAndBackUp is a hub's life until its machine is lost.
func liveAndBackUp(t *testing.T, place, password string) (seed string, roots *x509.CertPool) {
	s := serveLAN(t, nil)
	b := s.browser()
	b.ask(200, "POST", "/api/v1/setup", map[string]any{"code": s.app.SetupCode(), "organisation": "Miller Motors", "name": "Olga Owner", "login": "olga", "password": password})
	seed = b.ask(200, "POST", "/api/v1/me/totp", nil)["secret"].(string)
	b.ask(204, "PUT", "/api/v1/me/totp", map[string]any{"code": b.code(seed, time.Now())})
	b.ask(201, "POST", "/api/v1/providers", map[string]any{"name": "Far", "kind": "openai", "url": "https://models.example.com/v1", "key": "canary-key", "enabled": false})
	id := b.ask(201, "POST", "/api/v1/backups", map[string]any{"name": "Drive", "kind": "folder", "folder": place})["id"].(string)
	b.ask(200, "POST", "/api/v1/backups/"+id+"/init", map[string]any{"passphrase": drillSecret})
	j := b.ask(202, "POST", "/api/v1/backups/"+id+"/now", map[string]any{})
	for j["state"] != "done" {
		if j["state"] == "failed" {
			t.Fatalf("back up now: %v", j)
		}
		j = b.ask(200, "GET", "/api/v1/jobs/"+j["id"].(string), nil)
	}
	if found := strewnIn(t, place, "canary-key", password, seed); len(found) > 0 {
		t.Errorf("in clear in the backup: %v", found)
	}
	return seed, s.roots
}

// strewnIn names the secrets that stand in a folder's files as they are.
func strewnIn(t *testing.T, dir string, secrets ...string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, s := range secrets {
			if strings.Contains(string(text), s) {
				found = append(found, path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// restoreOn brings the backup back for a hub with that data folder, and tries
// it out as a drill does.
func restoreOn(t *testing.T, place, dir string) {
	t.Helper()
	p, err := app.ParsePlace(place, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	d, err := app.OpenDevice(t.Context(), config.Config{}, p, vault.NewSecret(drillSecret), app.Found{})
	if err != nil {
		t.Fatal(err)
	}
	r, bare := app.Restoring{Into: dir}, app.BareDrill{Out: t.TempDir(), Version: "test"}
	if os.Getenv("HUBCAP_TEST_DB") != "" {
		r = app.Restoring{Into: databaseOf(t, dir), Keys: dir}
		bare.Database = cluster.URL(cluster.Database(t, ""))
	}
	if _, err := app.Restore(context.Background(), d, r); err != nil {
		t.Fatal(err)
	}
	report, _, err := app.Drill(t.Context(), config.Config{Models: t.TempDir()}, d, bare)
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range report.Runs {
		if !run.OK {
			t.Errorf("the drill: %s: %s %v %v", run.Engine, run.Trouble, run.Wrong, run.Lost)
		}
		if run.Root != report.Runs[0].Root {
			t.Errorf("the engines hold different stores: %+v", report.Runs)
		}
	}
}
