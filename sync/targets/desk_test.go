package targets_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lease"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

var (
	home  = store.Org(account.Home)
	owner = actor.Actor{Kind: actor.Local, Name: "owner"}
)

const passphrase = "four words and one more"

func schemas() []*store.Schema {
	return slices.Concat(storetest.Schemas(), targets.Schemas(), lease.Schemas(), backup.Schemas())
}

// hub is a store with a desk over it.
type hub struct {
	dir  string
	db   *bolt.DB
	desk *targets.Desk
	stop func()
}

func open(t *testing.T, dir string) *hub {
	t.Helper()
	db, err := bolt.Open(t.Context(), dir, schemas(), bolt.Options{})
	check(t, err)
	keys := vault.NewKeys(vault.Source{Dir: dir})
	content := targets.Content(schemas(), backup.Marks.Schema())
	h := &hub{dir: dir, db: db}
	h.desk = targets.New(targets.Options{
		DB: db, Engine: db, Vault: keys.Vault, Data: dir, Work: seal.CheapForTests,
		Source: func() backup.Source {
			return backup.Source{DB: db, Schemas: content, Vault: func(sealIt func([]byte) ([]byte, error)) ([]byte, error) {
				v, err := keys.Vault()
				if err != nil {
					return nil, err
				}
				return v.Export(sealIt)
			}}
		},
		Lease: lease.New(db, func(ctx context.Context, name string) (lease.Lock, error) {
			s, err := db.Seize(ctx, name)
			if err != nil {
				return nil, err
			}
			return s, nil
		}),
		Open: func(_ context.Context, t *targets.Target, _ vault.Secret) (remote.Bucket, error) {
			b, err := remote.OpenDirectory(t.Folder, remote.DirectoryOptions{})
			if err != nil {
				return nil, err
			}
			return remote.Under(b, t.Prefix)
		},
		Scratch: func(ctx context.Context, dir string) (backup.Target, func() error, error) {
			scratch, err := bolt.Open(ctx, dir, schemas(), bolt.Options{})
			if err != nil {
				return backup.Target{}, nil, err
			}
			return backup.Target{DB: scratch, Schemas: content}, scratch.Close, nil
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.desk.Run(ctx) }()
	ended := false
	h.stop = func() {
		if ended {
			return
		}
		ended = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(h.stop)
	return h
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *hub) write(t *testing.T, ids ...string) {
	t.Helper()
	_, err := h.db.Update(t.Context(), store.Write{Scope: home, Actor: owner}, func(tx store.Tx) error {
		for _, id := range ids {
			if _, err := storetest.Cars.Put(tx, &storetest.Car{ID: id, Note: "note of " + id}, store.AnyRev); err != nil {
				return err
			}
		}
		return nil
	})
	check(t, err)
}

func folder(path string) targets.Entry {
	return targets.Entry{Target: targets.Target{Name: "Drive", Kind: targets.Folder, Folder: path}}
}

// until waits for a state of a target.
func (h *hub) until(t *testing.T, id string, what string, is func(targets.Status) bool) targets.Status {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		st, err := h.desk.StatusOf(t.Context(), home, id)
		check(t, err)
		if is(st) {
			return st
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("waited for %s: %+v", what, st)
		}
	}
}

func codes(st targets.Status) (out []targets.Code) {
	for _, a := range st.Alerts {
		out = append(out, a.Code)
	}
	return out
}

func TestATargetFromItsEntryToARestoreTest(t *testing.T) {
	h := open(t, t.TempDir())
	place := t.TempDir()
	h.write(t, "a", "b")
	doc, err := h.desk.Save(t.Context(), home, owner, "", folder(place), 0)
	check(t, err)
	id := doc.Key
	if steps, exists, err := h.desk.Test(t.Context(), home, id, nil); err != nil || exists || len(steps) < 5 || slices.ContainsFunc(steps, func(s targets.Step) bool { return !s.OK }) {
		t.Errorf("Test = %+v, %v, %v", steps, exists, err)
	}
	if left, _ := filepath.Glob(place + "/hubcap-test*"); len(left) > 0 {
		t.Errorf("the test left %v", left)
	}
	if st := h.until(t, id, "a state", func(targets.Status) bool { return true }); !slices.Equal(codes(st), []targets.Code{targets.NotSetUp}) {
		t.Errorf("alerts %v", codes(st))
	}
	if _, err := h.desk.Init(t.Context(), home, owner, id, "short"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a short passphrase: %v", err)
	}
	sheet, err := h.desk.Init(t.Context(), home, owner, id, passphrase)
	check(t, err)
	if len(sheet.Words) != 10 || len(sheet.Ask) != 2 || !strings.HasPrefix(sheet.Text, "AGE-SECRET-KEY-1") {
		t.Errorf("the sheet %d words, asks %v", len(sheet.Words), sheet.Ask)
	}
	if _, err := h.desk.Init(t.Context(), home, owner, id, passphrase); !fault.Is(err, fault.Conflict) {
		t.Errorf("set up twice: %v", err)
	}
	st := h.until(t, id, "the first restore test", func(st targets.Status) bool { return !st.Record.Test.Tried.IsZero() })
	if !st.Record.Test.OK() || !st.Green || st.Record.TestDocs < 2 || !slices.Equal(st.Ask, sheet.Ask) || !slices.Equal(codes(st), []targets.Code{targets.RecoveryUnconfirmed}) {
		t.Errorf("after the restore test: green %v, %+v, alerts %v", st.Green, st.Record, st.Alerts)
	}
	if err := h.desk.Confirm(t.Context(), home, owner, id, map[int]string{sheet.Ask[0]: "AAAAAA", sheet.Ask[1]: sheet.Words[sheet.Ask[1]-1]}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wrong word: %v", err)
	}
	words := map[int]string{}
	for _, at := range sheet.Ask {
		words[at] = strings.ToLower(sheet.Words[at-1])
	}
	check(t, h.desk.Confirm(t.Context(), home, owner, id, words))

	h.write(t, "c")
	h.until(t, id, "what was written", func(st targets.Status) bool { return st.Pending.IsZero() && st.Phase == backup.Shipping })
	check(t, h.desk.Now(t.Context(), id, true, nil))
	if v, err := h.desk.Verify(t.Context(), home, id, true, nil); err != nil || !v.OK {
		t.Errorf("Verify = %+v, %v", v, err)
	}
	if p, err := h.desk.Prove(t.Context(), id, nil); err != nil || p.Documents < 3 {
		t.Errorf("Prove = %+v, %v", p, err)
	}
	if there, err := h.desk.History(t.Context(), home, id); err != nil || len(there.Lines) != 1 || len(there.Lines[0].Fulls) < 2 || len(there.Reaches()) == 0 {
		t.Errorf("History = %+v, %v", there, err)
	}
	if p, err := h.desk.Prune(t.Context(), home, id, true, nil); err != nil || len(p.Decisions) == 0 {
		t.Errorf("Prune = %+v, %v", p, err)
	}
	docs, _, err := h.desk.Extract(t.Context(), home, id, time.Time{}, nil, func(coll, _, key string, _ []byte) bool { return coll == "cars" && key == "a" })
	if err != nil || len(docs) != 1 {
		t.Errorf("Extract = %d, %v", len(docs), err)
	}
	if text := strings.Join(inFolder(t, place), " "); strings.Contains(text, "note of") || strings.Contains(text, "hubcap-vault") {
		t.Error("the place holds something in clear")
	}
	// The recovery key opens it too, from outside.
	b, err := remote.OpenDirectory(place, remote.DirectoryOptions{})
	check(t, err)
	for _, secret := range []string{passphrase, sheet.Text} {
		if _, err := targets.From(t.Context(), b, secret, ""); err != nil {
			t.Errorf("from outside: %v", err)
		}
	}
	if _, err := targets.From(t.Context(), b, "not the passphrase", ""); !fault.Is(err, fault.Denied) {
		t.Errorf("a wrong passphrase: %v", err)
	}
	// What follows is that nothing more is sent.
	doc, err = h.desk.Get(t.Context(), home, id)
	check(t, err)
	e := targets.Entry{Target: doc.Value}
	e.Paused = true
	doc, err = h.desk.Save(t.Context(), home, owner, id, e, doc.Rev)
	check(t, err)
	if !doc.Value.SetUp() || doc.Value.Device == "" {
		t.Error("a change of settings forgot what the target is set up with")
	}
	h.until(t, id, "the pause", func(st targets.Status) bool { return st.Phase == "" })
	if _, err := h.desk.Save(t.Context(), home, owner, id, folder(t.TempDir()), doc.Rev); !fault.Is(err, fault.Conflict) {
		t.Errorf("another place: %v", err)
	}
	check(t, h.desk.Remove(t.Context(), home, owner, id, doc.Rev))
	if f, err := h.db.Followers(t.Context()); err != nil || len(f) > 0 {
		t.Errorf("the log waits for %v, %v", f, err)
	}
}

func inFolder(t *testing.T, dir string) (texts []string) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		texts = append(texts, string(b))
		return err
	})
	check(t, err)
	return texts
}

// TestACopyDoesNotTakeTheBackupOver: what was restored from a backup, or made
// from a copy, asks before it writes there.
func TestACopyDoesNotTakeTheBackupOver(t *testing.T) {
	h := open(t, t.TempDir())
	place := t.TempDir()
	h.write(t, "a")
	doc, err := h.desk.Save(t.Context(), home, owner, "", folder(place), 0)
	check(t, err)
	id := doc.Key
	_, err = h.desk.Init(t.Context(), home, owner, id, passphrase)
	check(t, err)
	h.until(t, id, "the backup", func(st targets.Status) bool { return !st.Record.Test.Tried.IsZero() && st.Pending.IsZero() })
	check(t, h.desk.Now(t.Context(), id, false, nil))

	b, err := remote.OpenDirectory(place, remote.DirectoryOptions{})
	check(t, err)
	dev, err := targets.From(t.Context(), b, passphrase, "")
	check(t, err)
	rings, err := dev.Vaults(t.Context())
	check(t, err)
	dir := t.TempDir()
	other, err := bolt.Open(t.Context(), dir, schemas(), bolt.Options{})
	check(t, err)
	_, err = dev.Restore(t.Context(), backup.Target{DB: other, Schemas: targets.Content(schemas(), backup.Marks.Schema())}, backup.RestoreOptions{Cache: t.TempDir() + "/fetched"})
	check(t, err)
	check(t, other.Close())
	_, err = (vault.Source{Dir: dir}).Import(rings...)
	check(t, err)

	copied := open(t, dir)
	st := copied.until(t, id, "a state", func(targets.Status) bool { return true })
	if !slices.Contains(codes(st), targets.PausedAfterRestore) || st.Green || st.Phase != "" {
		t.Errorf("the copy: phase %q, alerts %v", st.Phase, codes(st))
	}
	h.write(t, "b") // the first one goes on
	h.until(t, id, "the first hub's write", func(st targets.Status) bool { return st.Pending.IsZero() && st.Phase == backup.Shipping })

	// A new backup beside it leaves the first one alone.
	check(t, copied.desk.Resume(t.Context(), home, owner, id, true))
	copied.write(t, "x")
	copied.until(t, id, "the copy's own backup", func(st targets.Status) bool { return !st.Record.Test.Tried.IsZero() && st.Pending.IsZero() })
	h.write(t, "c")
	h.until(t, id, "the first hub's write", func(st targets.Status) bool { return st.Pending.IsZero() && st.Phase == backup.Shipping })

	// Continuing it shuts the first one out.
	doc, err = h.desk.Get(t.Context(), home, id)
	check(t, err)
	copiedDoc, err := copied.desk.Get(t.Context(), home, id)
	check(t, err)
	if doc.Value.Device == copiedDoc.Value.Device {
		t.Error("both write as one device")
	}
}
