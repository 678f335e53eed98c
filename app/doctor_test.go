package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bbolt "go.etcd.io/bbolt"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
)

func settings(t *testing.T, dir string) config.Config {
	t.Helper()
	cfg, err := config.Load("", nil, map[string]string{"data": dir, "models": t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// house fills a data folder with a few vehicles and closes it.
func house(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	a, err := app.Open(t.Context(), settings(t, dir), app.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	h := &hub{t: t, url: answering(t, a)}
	for _, v := range []string{"4T1BF1FK9FU226704", "1HGCM82633A004352", "5YJ3E1EB6KF000001"} {
		h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": v, "stock": "A" + v[14:]}))
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func examine(t *testing.T, dir string, repair bool) rest.Examination {
	t.Helper()
	r, err := app.Doctor(context.Background(), settings(t, dir), app.Options{Version: "test"}, repair)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// complaint is what a check said, "" where it found nothing wrong.
func complaint(r rest.Examination, name string) string {
	for _, c := range r.Checks {
		for _, f := range c.Findings {
			if c.Name == name && f.Severity == rest.Wrong {
				return f.What + " / " + f.Remedy
			}
		}
	}
	return ""
}

func edit(t *testing.T, dir, file string, fn func(tx *bbolt.Tx) error) {
	t.Helper()
	b, err := bbolt.Open(filepath.Join(dir, file), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Update(fn), b.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestDoctor: a sound house is well; each planted harm is found by the check
// that answers for it, with a remedy, and what is derived is repaired.
func TestDoctor(t *testing.T) {
	indexBucket := func(tx *bbolt.Tx) (name []byte) {
		_ = tx.ForEach(func(n []byte, _ *bbolt.Bucket) error {
			if strings.HasPrefix(string(n), "index/vehicles/") && name == nil {
				name = append(name, n...)
			}
			return nil
		})
		return name
	}
	for name, c := range map[string]struct {
		harm       func(t *testing.T, dir string)
		check, say string
		repairs    bool
	}{
		"nothing": {func(*testing.T, string) {}, "", "", false},
		"it can't be opened": {func(t *testing.T, dir string) {
			_ = os.Remove(filepath.Join(dir, "lock"))
			if err := os.Mkdir(filepath.Join(dir, "lock"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "open", "can't be", false},
		"open to others": {func(t *testing.T, dir string) {
			if err := os.Chmod(filepath.Join(dir, "data.db"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, "files", "is open to other users", false},
		"a document's byte": {func(t *testing.T, dir string) {
			edit(t, dir, "data.db", func(tx *bbolt.Tx) error {
				b := tx.Bucket([]byte("docs/vehicles"))
				k, v := b.Cursor().First()
				w := append([]byte{}, v...)
				w[len(w)-3] ^= 1
				return b.Put(k, w)
			})
		}, "records", "checksum does not match", false},
		"an entry gone": {func(t *testing.T, dir string) {
			edit(t, dir, "data.db", func(tx *bbolt.Tx) error {
				b := tx.Bucket(indexBucket(tx))
				k, _ := b.Cursor().First()
				return b.Delete(k)
			})
		}, "records", "its entry is missing", true},
		"an entry too many": {func(t *testing.T, dir string) {
			edit(t, dir, "data.db", func(tx *bbolt.Tx) error {
				b := tx.Bucket(indexBucket(tx))
				k, v := b.Cursor().First()
				return b.Put(append(append([]byte{}, k...), 'x'), v)
			})
		}, "records", "the entry is damaged", true},
		"a change gone": {func(t *testing.T, dir string) {
			edit(t, dir, "data.db", func(tx *bbolt.Tx) error {
				c := tx.Bucket([]byte("log")).Cursor()
				c.First()
				c.Next()
				return c.Delete()
			})
		}, "log", "change 2 is missing in the log", false},
		"a branch or leaf page": {func(t *testing.T, dir string) {
			damagePage(t, filepath.Join(dir, "data.db"))
		}, "pages", "data.db: page", false},
		"a page of local.db": {func(t *testing.T, dir string) {
			damagePage(t, filepath.Join(dir, "local.db"))
		}, "pages", "local.db: page", true},
		"a damaged index of VINs": {func(t *testing.T, dir string) {
			at := filepath.Join(dir, "vpic")
			if err := errors.Join(os.MkdirAll(at, 0o700), os.WriteFile(filepath.Join(at, "current"), []byte(`{"use":{"file":"2026_11.idx","release":"2026_11"}}`), 0o644)); err != nil {
				t.Fatal(err)
			}
		}, "vpic", "can't be used", false},
		"a key file for all": {func(t *testing.T, dir string) {
			if err := os.Chmod(filepath.Join(dir, "vault.key"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, "files", "vault.key is open to other users", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := house(t)
			c.harm(t, dir)
			r := examine(t, dir, false)
			if c.check == "" {
				if !r.OK || len(r.Checks) < 9 {
					t.Fatalf("not well: %+v", r)
				}
				return
			}
			if got := complaint(r, c.check); r.OK || !strings.Contains(got, c.say) || strings.HasSuffix(got, "/ ") {
				t.Errorf("%s says %q, want %q; well: %v", c.check, got, c.say, r.OK)
			}
			if !c.repairs {
				return
			}
			if r := examine(t, dir, true); !r.OK {
				t.Errorf("not repaired: %+v", r)
			}
			if r := examine(t, dir, false); !r.OK {
				t.Errorf("not well after the repair: %+v", r)
			}
		})
	}
}

// damagePage flips a byte in the head of the last page in use that holds
// keys.
func damagePage(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := len(b) - 4096; at > 0; at -= 4096 {
		if flags := b[at+8]; (flags == 1 || flags == 2) && b[at+9] == 0 && b[at+10] > 0 && b[at] == byte(at/4096) {
			b[at] ^= 0x40
			bad := errors.Join(os.WriteFile(path, b, 0o600))
			if bad != nil {
				t.Fatal(bad)
			}
			r, err := app.Doctor(context.Background(), settings(t, filepath.Dir(path)), app.Options{}, false)
			if err != nil {
				t.Fatal(err)
			}
			if complaint(r, "pages") != "" {
				return
			}
			b[at] ^= 0x40 // a page that is free by now
		}
	}
	t.Fatal("no page to damage")
}

// TestDoctorBeside: the running hub examines itself.
func TestDoctorBeside(t *testing.T) {
	_, h := openApp(t, filepath.Join(t.TempDir(), "data"), nil)
	h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	for _, ask := range [][2]string{{"GET", "/api/v1/doctor"}, {"POST", "/api/v1/doctor/repair"}} {
		a := h.want(200, h.do(ask[0], ask[1], nil))
		if a.body["ok"] != true {
			t.Errorf("%s: %s", ask[1], a.raw)
		}
	}
}
