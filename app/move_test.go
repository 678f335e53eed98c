package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store/move"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// folderOf makes a data folder with one vehicle and a key file.
func folderOf(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	a, h := openApp(t, dir, map[string]string{"db": ""})
	h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Open(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func run(t *testing.T, from, to, keys string) (move.Report, error) {
	t.Helper()
	return app.Move(t.Context(), app.Moving{From: from, To: to, Keys: keys}, move.Options{})
}

// The key file comes before the documents: a move that is killed at its end
// has carried it, and one that would end with another key does not begin.
func TestMoveCarriesTheKeyFirst(t *testing.T) {
	from := folderOf(t)
	other := t.TempDir()
	if _, err := vault.Open(other); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, from, other, ""); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "another key file") {
		t.Fatalf("into a folder with another key: %v", err)
	}
	if err := os.Remove(filepath.Join(other, vault.FileName)); err != nil {
		t.Fatal(err)
	}
	if r, err := run(t, from, other, ""); err != nil || r.Content.Counts["vehicles"] != 1 {
		t.Fatalf("when the key is out of the way: %+v, %v", r, err)
	}
	was, err := os.ReadFile(filepath.Join(from, vault.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if is, err := os.ReadFile(filepath.Join(other, vault.FileName)); err != nil || string(is) != string(was) {
		t.Errorf("the key is not there: %v", err)
	}
	// A folder that is in use keeps what it has, the lack of a key too.
	used := folderOf(t)
	if err := os.Remove(filepath.Join(used, vault.FileName)); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, from, used, ""); !fault.Is(err, fault.Conflict) {
		t.Fatalf("into a folder in use: %v", err)
	}
	if _, err := os.Stat(filepath.Join(used, vault.FileName)); err == nil {
		t.Error("a refused move left its key behind")
	}
}

func TestMoveNames(t *testing.T) {
	from := folderOf(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(from, link); err != nil {
		t.Skip(err)
	}
	t.Chdir(t.TempDir())
	for to, want := range map[string]string{
		from:                                  "the same",
		from + "/":                            "the same",
		link:                                  "the same",
		"postgre://hub:canary@127.0.0.1/hub":  "can't be read",
		"POSTGRES://hub:canary@127.0.0.1/hub": "can't be read",
		"host=127.0.0.1 port=1 user=hub password=canary dbname=hubcap":  "does not answer",
		" password=canary host=127.0.0.1 port=1 user=hub dbname=hubcap": "does not answer",
	} {
		_, err := run(t, from, to, "")
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "canary") {
			t.Errorf("to %q: %v, want %q", to, err, want)
		}
	}
	if made, err := os.ReadDir("."); err != nil || len(made) > 0 {
		t.Errorf("folders were made: %v %v", made, err)
	}
}

// A folder that no hub has used is no source, and stays as it is.
func TestMoveWantsASource(t *testing.T) {
	none, to := t.TempDir(), filepath.Join(t.TempDir(), "to")
	if _, err := run(t, none, to, ""); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "no data folder") {
		t.Errorf("from an empty folder: %v", err)
	}
	if made, err := os.ReadDir(none); err != nil || len(made) > 0 {
		t.Errorf("files were made there: %v %v", made, err)
	}
}

// A first start that was killed between two migrations is gone on with by the
// next: there is no data that a person would have to decide on.
func TestFirstStartIsFinishedByTheNext(t *testing.T) {
	url := databaseOf(t, t.Name())
	m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	_, err = m.Up(t.Context())
	if err == nil {
		_, err = m.Down(t.Context(), 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	a, h := openApp(t, t.TempDir(), map[string]string{"db": url})
	h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if unused, err := m.Unused(t.Context()); err != nil || unused {
		t.Errorf("a database with a vehicle counts as unused: %v", err)
	}
}

// An index that somebody dropped comes back by a move into an empty database:
// what the doctor advises loses no document.
func TestDriftIsMendedByAMove(t *testing.T) {
	dir, url := t.TempDir(), databaseOf(t, t.Name())
	a, h := openApp(t, dir, map[string]string{"db": url})
	h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	name := nameOf(t, url)
	cluster.SQL(t, name, "DROP INDEX hubcap.vehicles__vin")
	cluster.SQL(t, name, "CREATE INDEX mine ON hubcap.vehicles (rev)")
	said := h.want(200, h.do("GET", "/api/v1/doctor", nil)).raw
	for _, want := range []string{"vehicles__vin is missing", "hubcap move", "mine is not declared", "remove it"} {
		if !strings.Contains(said, want) {
			t.Errorf("the doctor does not say %q: %.600s", want, said)
		}
	}
	if strings.Contains(said, "migrate down") {
		t.Error("the doctor advises a step back, which removes documents")
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	fresh := databaseOf(t, t.Name()+" fresh")
	if r, err := run(t, url, fresh, ""); err != nil || r.Content.Counts["vehicles"] != 1 {
		t.Fatalf("move: %+v, %v", r, err)
	}
	_, h = openApp(t, dir, map[string]string{"db": fresh})
	if said := h.want(200, h.do("GET", "/api/v1/doctor", nil)).raw; strings.Contains(said, "vehicles__vin") || strings.Contains(said, "mine") {
		t.Errorf("after the move: %.600s", said)
	}
}
