package app_test

import (
	"context"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/internal/race"
	"github.com/hubcap-dev/hubcap/sync/backup"
)

const drillSecret = "the passphrase of a drill"

// kill -9 again and again while vehicles and files are saved and the backup
// ships: nothing acknowledged is lost from the store, and once the hub has been
// up again nothing is missing from the backup. After each kill the machine is
// taken for lost: the bucket alone gives a whole store, and what it lacks was
// written in the last seconds.
func TestDrillKillInBackup(t *testing.T) {
	race.Skip(t)
	dir, drive := t.TempDir(), t.TempDir()
	p := startHub(t, dir)
	b := p.want(201, "POST", "/api/v1/backups", map[string]any{"name": "Drive", "kind": "folder", "folder": drive})
	id := b.body["id"].(string)
	p.want(200, "POST", "/api/v1/backups/"+id+"/init", map[string]any{"passphrase": drillSecret})
	p.flushed(id)
	p.kill()

	acked := &stamped{}
	var worst time.Duration
	kills := rounds(4, 200)
	for round := range kills {
		p := startHub(t, dir)
		var wg sync.WaitGroup
		for w := range 3 {
			wg.Go(func() {
				for i := w; ; i += 3 {
					v, err := p.ask("POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(i)})
					if err != nil {
						return
					}
					if v.status != 201 {
						t.Errorf("create: %d %s", v.status, v.raw)
						return
					}
					acked.add(v.body["id"].(string))
				}
			})
		}
		// Somewhere between the first write and some seconds of them.
		acked.wait(t, 1+round*37%200)
		p.kill()
		killed := time.Now()
		wg.Wait()
		there := checkWhole(t, dir)
		came := restored(t, drive, filepath.Join(t.TempDir(), "lost"))
		for vehicle, at := range acked.all() {
			if !there[vehicle] {
				t.Fatalf("round %d: %s was acknowledged and is lost", round, vehicle)
			}
			if !came[vehicle] {
				worst = max(worst, killed.Sub(at))
			}
		}
		if t.Failed() {
			return
		}
	}
	p = startHub(t, dir)
	p.flushed(id)
	p.kill()
	came := restored(t, drive, filepath.Join(t.TempDir(), "end"))
	for vehicle := range acked.all() {
		if !came[vehicle] {
			t.Fatalf("%s was acknowledged and is not in the backup", vehicle)
		}
	}
	t.Logf("%d kills, %d acknowledged vehicles, none lost; with the machine gone, writes of the last %v would have been", kills, len(acked.all()), worst.Round(time.Millisecond))
}

// flushed waits until everything committed is in the backup.
func (p *process) flushed(backup string) {
	p.t.Helper()
	j := p.want(http.StatusAccepted, "POST", "/api/v1/backups/"+backup+"/now", map[string]any{})
	for j.body["state"] != "done" {
		switch j.body["state"] {
		case "failed", "cancelled":
			p.t.Fatalf("back up now: %s", j.raw)
		}
		j = p.want(200, "GET", "/api/v1/jobs/"+j.body["id"].(string), nil)
	}
}

// restored brings the backup in a folder back into another, and returns all
// ids that are there.
func restored(t *testing.T, drive, into string) map[string]bool {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	place, err := app.ParsePlace(drive, func(string) string { return "" })
	ok(err)
	d, err := app.OpenDevice(t.Context(), config.Config{}, place, vault.NewSecret(drillSecret), app.Found{})
	ok(err)
	r, err := app.Restore(context.WithoutCancel(t.Context()), d, app.Restoring{Into: into})
	ok(err)
	if len(r.Lost) > 0 {
		t.Errorf("files are lost: %v", r.Lost)
	}
	v, err := d.Verify(t.Context(), backup.VerifyOptions{T: 1})
	ok(err)
	if !v.OK {
		t.Errorf("verify: %+v", v.Findings)
	}
	return checkWhole(t, into)
}

// stamped are acknowledged ids, with when.
type stamped struct {
	mu sync.Mutex
	of map[string]time.Time
}

func (s *stamped) add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string]time.Time{}
	}
	s.of[id] = time.Now()
}

func (s *stamped) all() map[string]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of
}

// wait returns when n more were added.
func (s *stamped) wait(t *testing.T, n int) {
	t.Helper()
	s.mu.Lock()
	until := len(s.of) + n
	s.mu.Unlock()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	end := time.After(time.Minute)
	for {
		s.mu.Lock()
		enough := len(s.of) >= until
		s.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-look.C:
		case <-end:
			t.Error("the hub does not answer writes")
			return
		}
	}
}
