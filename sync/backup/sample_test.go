package backup_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

var newSample = flag.Bool("new-sample", false, "write a sample of this format beside the committed ones")

// sample says what a committed repository holds. Its passphrase is public.
type sample struct {
	Passphrase string          `json:"passphrase"`
	Recovery   string          `json:"recovery"`
	Vault      string          `json:"vault"`
	Moments    []sampledMoment `json:"moments"`
}

type sampledMoment struct {
	At      time.Time     `json:"at"` // zero: the newest
	Content store.Content `json:"content"`
	Files   int           `json:"files"`
}

// Every later version restores the backups of all before it.
func TestCommittedSamples(t *testing.T) {
	if *newSample {
		writeSample(t)
	}
	dirs, err := filepath.Glob("testdata/repository-*")
	check(t, err)
	if len(dirs) == 0 {
		t.Fatal("no sample is committed")
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join(dir, "expected.json"))
			check(t, err)
			var want sample
			check(t, json.Unmarshal(b, &want))
			bucket := copied(t, filepath.Join(dir, "bucket"))
			for _, secret := range []string{want.Passphrase, want.Recovery} {
				key, err := backup.Unlock(t.Context(), bucket, secret)
				check(t, err)
				repo, err := backup.Open(t.Context(), bucket, key, backup.Options{})
				check(t, err)
				dev, err := repo.Device("hub-1")
				check(t, err)
				v, err := dev.Verify(t.Context(), backup.VerifyOptions{T: 1})
				check(t, err)
				if !v.OK {
					t.Errorf("verify: %+v", v.Findings)
				}
				rings, err := dev.Vaults(t.Context())
				check(t, err)
				if len(rings) != 1 || string(rings[0]) != want.Vault {
					t.Errorf("the vault's rings: %q", rings)
				}
				for _, m := range want.Moments {
					db, err := mem.Open(schemas(), mem.Options{})
					check(t, err)
					r, err := dev.Restore(t.Context(), backup.Target{DB: db, Schemas: content, Files: newShelf()},
						backup.RestoreOptions{At: m.At, Cache: filepath.Join(t.TempDir(), "c")})
					check(t, err)
					if r.Content.Root != m.Content.Root || r.Files != m.Files || len(r.Lost) > 0 {
						t.Errorf("at %v: %+v, want %+v", m.At, r, m)
					}
				}
			}
		})
	}
}

// copied is a bucket in memory with what lies in a folder, so that a restore
// can't write there.
func copied(t *testing.T, dir string) remote.Bucket {
	t.Helper()
	b := remote.NewMemory(remote.MemoryOptions{})
	check(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		st, err := f.Stat()
		if err != nil {
			return err
		}
		_, err = b.Put(t.Context(), filepath.ToSlash(name), f, st.Size(), remote.Put{})
		return err
	}))
	return b
}

func writeSample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 77)
		rec, err := seal.NewRecovery()
		check(t, err)
		check(t, w.repo.ChangeRecovery(t.Context(), rec))
		want := sample{Passphrase: secret, Recovery: rec.Text(), Vault: "the ring of the vault"}
		w.write()
		s := w.shipper(backup.ShipOptions{})
		stop := w.running(s)
		w.ready(s)
		for range 10 {
			time.Sleep(7 * time.Minute)
			w.write()
		}
		check(t, s.Flush(t.Context()))
		_, err = s.Compact(t.Context(), nil)
		check(t, err)
		_, err = s.Checkpoint(t.Context(), nil)
		check(t, err)
		time.Sleep(time.Minute)
		w.write()
		check(t, s.Flush(t.Context()))
		stop()
		for _, m := range []time.Time{{}, w.states[4].time, w.states[8].time} {
			state := w.states[len(w.states)-1]
			if !m.IsZero() {
				state = w.at(m)
			}
			r, _, _ := w.restore(m, state)
			want.Moments = append(want.Moments, sampledMoment{At: m, Content: r.Content, Files: r.Files})
		}
		dir := "testdata/repository-1"
		check(t, os.RemoveAll(dir))
		for _, n := range w.objects("") {
			path := filepath.Join(dir, "bucket", filepath.FromSlash(n))
			check(t, os.MkdirAll(filepath.Dir(path), 0o755))
			check(t, os.WriteFile(path, w.read(n), 0o644))
		}
		b, err := json.MarshalIndent(want, "", "  ")
		check(t, err)
		check(t, os.WriteFile(filepath.Join(dir, "expected.json"), append(b, '\n'), 0o644))
	})
}
