package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

func changeLog(t *testing.T, e Engine) {
	clock := &tick{now: time.Date(2026, 5, 1, 10, 0, 0, 123456789, time.UTC)}
	b := openAt(t, e, t.TempDir(), Options{Now: clock.Now})
	b.insert(Car{ID: "a", Note: "one", Location: "berlin"})
	seq, err := b.db.Update(ctx(), store.Write{Scope: all, Actor: who, Batch: "imp1"}, func(tx store.Tx) error {
		for i := range 3 {
			if _, err := Cars.Insert(tx, &Car{ID: fmt.Sprint("n", i)}); err != nil {
				return err
			}
		}
		if _, err := Cars.Put(tx, &Car{ID: "a", Note: "two", Location: "paris"}, 1); err != nil {
			return err
		}
		return Cars.Delete(tx, "n1", 1)
	})
	if err != nil || seq != 6 {
		t.Fatalf("Update = %d, %v, want sequence 6", seq, err)
	}
	changes, err := b.db.Changes(ctx(), 0, 1000)
	if err != nil || len(changes) != 6 {
		t.Fatalf("Changes = %d, %v, want 6", len(changes), err)
	}
	doc := func(id, location, note string) string {
		return `{"$schema":1,"group":"","id":"` + id + `","location":"` + location + `","make":"","note":"` + note +
			`","owner":"","price":null,"seen":null,"sold":false,"vin":"","year":0}`
	}
	want := []struct {
		tx            uint64
		last          bool
		batch, key    string
		rev           int64
		before, after string
		location      string
	}{
		{1, true, "", "a", 1, "", doc("a", "berlin", "one"), "berlin"},
		{2, false, "imp1", "n0", 1, "", doc("n0", "", ""), ""},
		{2, false, "imp1", "n1", 1, "", doc("n1", "", ""), ""},
		{2, false, "imp1", "n2", 1, "", doc("n2", "", ""), ""},
		{2, false, "imp1", "a", 2, doc("a", "berlin", "one"), doc("a", "paris", "two"), "paris"},
		{2, true, "imp1", "n1", 2, doc("n1", "", ""), "", ""},
	}
	for i, w := range want {
		c := changes[i]
		if c.Seq != uint64(i+1) || c.Tx != w.tx || c.Last != w.last || c.Batch != w.batch || c.Key != w.key || c.Rev != w.rev ||
			string(c.Before) != w.before || string(c.After) != w.after || c.Place.Location != w.location ||
			c.Org != org || c.Collection != "cars" || c.Actor != who || !c.Time.Equal(clock.now.Truncate(time.Microsecond)) {
			t.Errorf("change %d:\n got %+v\nwant %+v", i+1, c, w)
		}
		if c.Deleted() != (w.after == "") {
			t.Errorf("change %d: Deleted = %v", i+1, c.Deleted())
		}
	}
	// Whole transactions, whatever the limit.
	for _, c := range []struct{ after, limit, want int }{{0, 1, 1}, {0, 2, 6}, {1, 1, 5}, {6, 10, 0}, {99, 1, 0}} {
		got, err := b.db.Changes(ctx(), uint64(c.after), c.limit)
		if err != nil || len(got) != c.want {
			t.Errorf("Changes(%d, %d) = %d changes, %v, want %d", c.after, c.limit, len(got), err, c.want)
		}
	}
	// Wait returns at once, at the next commit, and with its context.
	if err := b.db.Wait(ctx(), 5); err != nil {
		t.Errorf("Wait for what is there: %v", err)
	}
	waited := make(chan error)
	go func() { waited <- b.db.Wait(ctx(), 6) }()
	b.insert(Car{ID: "next"})
	if err := <-waited; err != nil {
		t.Errorf("Wait: %v", err)
	}
	short, cancel := context.WithCancel(ctx())
	cancel()
	if err := b.db.Wait(short, 99); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait = %v, want canceled", err)
	}
}

// clock: the log's times never go backwards, even when the machine's do.
func clock(t *testing.T, e Engine) {
	now := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	clock := &tick{now: now}
	b := openAt(t, e, t.TempDir(), Options{Now: clock.Now})
	b.insert(Car{ID: "a"})
	clock.set(now.AddDate(-1, 0, 0))
	b.insert(Car{ID: "b"})
	clock.set(now.Add(time.Second))
	b.insert(Car{ID: "c"})
	changes, err := b.db.Changes(ctx(), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []time.Time{now, now, now.Add(time.Second)} {
		if !changes[i].Time.Equal(want) {
			t.Errorf("change %d is of %v, want %v", i+1, changes[i].Time, want)
		}
	}
}

func trim(t *testing.T, e Engine) {
	b := open(t, e)
	for i := range 10 {
		b.insert(Car{ID: fmt.Sprint("x", i)}, Car{ID: fmt.Sprint("y", i)})
	}
	head := b.db.Head()
	ack := func(name string, seq, maxLag uint64) {
		t.Helper()
		if err := b.db.Acknowledge(ctx(), name, store.Position{Epoch: head.Epoch, Seq: seq}, maxLag); err != nil {
			t.Fatal(err)
		}
	}
	trimmed := func(keep, want uint64) {
		t.Helper()
		if n, err := b.db.Trim(ctx(), keep); err != nil || n != want {
			t.Errorf("Trim(%d) = %d, %v, want %d", keep, n, err, want)
		}
	}
	ack("search", 6, 0)
	ack("dead", 2, 10)
	states, err := b.db.Followers(ctx())
	if err != nil || len(states) != 2 || states[0].Name != "dead" || states[1].At.Seq != 6 {
		t.Errorf("Followers = %+v, %v", states, err)
	}
	trimmed(0, 6) // "dead" is 18 behind, more than its 10
	if _, err := b.db.Changes(ctx(), 5, 1); !errors.Is(err, store.ErrTrimmed) {
		t.Errorf("Changes after 5 = %v, want ErrTrimmed", err)
	}
	if c, err := b.db.Changes(ctx(), 6, 1); err != nil || c[0].Seq != 7 {
		t.Errorf("Changes after 6 = %v, %v", c, err)
	}
	ack("search", 13, 0)
	trimmed(0, 6) // 13 lies inside a transaction: only up to 12
	if err := b.db.Forget(ctx(), "search"); err != nil {
		t.Fatal(err)
	}
	trimmed(5, 2) // 20-5 lies inside one too
	trimmed(0, 4) // the last transaction stays
	trimmed(0, 0)
	if got := b.db.Head(); got != head {
		t.Errorf("trimming moved the head to %v", got)
	}
	b.insert(Car{ID: "more"})
	if c, err := b.db.Changes(ctx(), 20, 1); err != nil || len(c) != 1 || c[0].Seq != 21 {
		t.Errorf("after trimming the next change is %v, %v", c, err)
	}
}

// mirror is a follower that keeps a copy of all cars and its position, and
// fails as it is told.
type mirror struct {
	mu       sync.Mutex
	maxLag   uint64
	at       store.Position
	docs     map[string]string
	applied  int
	rebuilds int
	fail     int // so many Applies from now
	moved    chan struct{}
}

func newMirror() *mirror { return &mirror{docs: map[string]string{}, moved: make(chan struct{}, 1)} }

func (m *mirror) Name() string   { return "mirror" }
func (m *mirror) MaxLag() uint64 { return m.maxLag }

func (m *mirror) Position(context.Context) (store.Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at, nil
}

func (m *mirror) Apply(_ context.Context, changes []store.Change, at store.Position) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail > 0 {
		m.fail--
		return errors.New("not now")
	}
	if !changes[len(changes)-1].Last {
		return errors.New("half a transaction")
	}
	for _, c := range changes {
		if c.Deleted() {
			delete(m.docs, c.Org+"/"+c.Key)
		} else {
			m.docs[c.Org+"/"+c.Key] = string(c.After)
		}
	}
	m.applied += len(changes)
	m.at = at
	m.tell()
	return nil
}

func (m *mirror) Rebuild(ctx context.Context, db store.DB) (store.Position, error) {
	at := db.Head()
	docs := map[string]string{}
	q := store.Query{Limit: 100}
	for {
		var recs store.Records
		err := db.View(ctx, store.System(), func(r store.Reader) (err error) {
			recs, err = r.Select(Cars.Schema(), q)
			return err
		})
		if err != nil {
			return at, err
		}
		for _, rec := range recs.Records {
			docs[rec.Org+"/"+rec.Key] = string(rec.Doc)
		}
		if q.Cursor = recs.Next; q.Cursor == "" {
			break
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.docs, m.at = docs, at
	m.rebuilds++
	m.tell()
	return at, nil
}

func (m *mirror) tell() {
	select {
	case m.moved <- struct{}{}:
	default:
	}
}

// reach waits until the mirror has come to seq.
func (m *mirror) reach(t *testing.T, seq uint64) {
	t.Helper()
	for {
		m.mu.Lock()
		at := m.at.Seq
		m.mu.Unlock()
		if at >= seq {
			return
		}
		<-m.moved
	}
}

// start follows until stop is called.
func (m *mirror) start(b *bench) (stop func()) {
	ctx, cancel := context.WithCancel(ctx())
	ended := make(chan error, 1)
	go func() {
		ended <- store.Follow(ctx, b.db, m, store.FollowOptions{Batch: 7, Retry: time.Millisecond})
	}()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			b.t.Errorf("Follow: %v", err)
		}
	}
}

func (m *mirror) check(b *bench) {
	b.t.Helper()
	want := snapshot(b)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.docs) != len(want) {
		b.t.Errorf("the follower holds %d documents, the store %d", len(m.docs), len(want))
	}
	for k, v := range want {
		if m.docs[k] != v {
			b.t.Errorf("the follower holds %q for %s, the store %q", m.docs[k], k, v)
		}
	}
}

func snapshot(b *bench) map[string]string {
	m := newMirror()
	if _, err := m.Rebuild(ctx(), b.db); err != nil {
		b.t.Fatal(err)
	}
	return m.docs
}

func follower(t *testing.T, e Engine) {
	b := open(t, e)
	for i := range 20 {
		b.insert(Car{ID: fmt.Sprintf("k%02d", i)})
	}
	m := newMirror()
	stop := m.start(b)
	m.reach(t, 20)
	if m.rebuilds != 1 {
		t.Errorf("a new follower rebuilt %d times, want 1", m.rebuilds)
	}
	m.mu.Lock()
	m.fail = 3
	m.mu.Unlock()
	b.update(func(tx store.Tx) error {
		if err := Cars.Delete(tx, "k03", 1); err != nil {
			return err
		}
		_, err := Cars.Put(tx, &Car{ID: "k04", Note: "new"}, 1)
		return err
	})
	m.reach(t, 22)
	m.check(b)
	stop()
	states, err := b.db.Followers(ctx())
	if err != nil || len(states) != 1 || states[0].At.Seq != 22 {
		t.Errorf("when it stopped, Followers = %+v, %v, want mirror at 22", states, err)
	}
	// It comes back and reads on without a rebuild.
	b.insert(Car{ID: "late"})
	stop = m.start(b)
	m.reach(t, 23)
	stop()
	m.check(b)
	if m.rebuilds != 1 {
		t.Errorf("it rebuilt %d times, want 1", m.rebuilds)
	}
	// The store closes under it.
	ended := make(chan error, 1)
	go func() { ended <- store.Follow(ctx(), b.db, m, store.FollowOptions{}) }()
	b.insert(Car{ID: "last"})
	m.reach(t, 24)
	if err := b.db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Follow of a store that closed: %v", err)
	}
}

// farBehind: a follower that was dead for more changes than the log keeps
// rebuilds; a foreign position too.
func farBehind(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(Car{ID: "a"})
	m := newMirror()
	m.maxLag = 500
	stop := m.start(b)
	m.reach(t, 1)
	stop()
	rounds := 40
	if os.Getenv("HUBCAP_TEST_DRILL") == "1" {
		rounds = 20_000 // a million changes
	}
	for i := range rounds {
		b.update(func(tx store.Tx) error {
			for j := range 50 {
				if _, err := Cars.Put(tx, &Car{ID: fmt.Sprint("k", (i*50+j)%300), Note: fmt.Sprint(i)}, store.AnyRev); err != nil {
					return err
				}
			}
			return nil
		})
	}
	want := uint64(1 + 50*(rounds-2)) // but for the last two transactions
	if n, err := b.db.Trim(ctx(), 100); err != nil || n != want {
		t.Errorf("Trim = %d, %v, want %d: a dead follower holds the log", n, err, want)
	}
	stop = m.start(b)
	m.reach(t, b.db.Head().Seq)
	stop()
	m.check(b)
	if m.rebuilds != 2 {
		t.Errorf("it rebuilt %d times, want 2", m.rebuilds)
	}
	m.at.Epoch = "another store"
	stop = m.start(b)
	b.insert(Car{ID: "z"})
	m.reach(t, b.db.Head().Seq)
	stop()
	m.check(b)
	if m.rebuilds != 3 {
		t.Errorf("it rebuilt %d times, want 3", m.rebuilds)
	}
}

// witness: a follower that has seen more than the log holds proves a loss.
func witness(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(Car{ID: "a"})
	head := b.db.Head()
	if err := b.db.Fault(); err != nil {
		t.Errorf("Fault of a sound store: %v", err)
	}
	err := b.db.Acknowledge(ctx(), "backup", store.Position{Epoch: head.Epoch, Seq: 5}, 0)
	wantKind(t, "an acknowledgement ahead of the head", err, fault.Unavailable)
	wantKind(t, "Fault", b.db.Fault(), fault.Unavailable)
	err = b.try(all, func(tx store.Tx) error { _, err := Cars.Insert(tx, &Car{ID: "b"}); return err })
	wantKind(t, "a write", err, fault.Unavailable)
	for _, word := range []string{"2 to 5", "backup"} {
		if err == nil || !bytes.Contains([]byte(err.Error()), []byte(word)) {
			t.Errorf("the refusal %q does not name %q", err, word)
		}
	}
	if _, kind := b.get(all, "a"); kind != "" {
		t.Errorf("reading: kind %q", kind)
	}
}

// writers: 200 at once, each acknowledged write is there once, sequences are
// gapless, and conflicts hurt nobody else.
func writers(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(Car{ID: "shared"})
	const n = 200
	var wg sync.WaitGroup
	var mu sync.Mutex
	won, seqs := 0, []uint64{}
	for i := range n {
		wg.Go(func() {
			err := b.try(all, func(tx store.Tx) error {
				if _, err := Cars.Insert(tx, &Car{ID: fmt.Sprintf("race%03d", i)}); err != nil {
					return err
				}
				_, err := Cars.Put(tx, &Car{ID: "shared", Note: fmt.Sprint(i)}, 1)
				return err
			})
			if err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			} else if !fault.Is(err, fault.Conflict) {
				t.Errorf("a losing writer: %v", err)
			}
			seq, err := b.db.Update(ctx(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
				_, err := Cars.Insert(tx, &Car{ID: fmt.Sprintf("own%03d", i), Stock: fmt.Sprint(i)})
				return err
			})
			if err != nil {
				t.Errorf("a writer of its own: %v", err)
			}
			if d, kind := b.get(all, fmt.Sprintf("own%03d", i)); kind != "" || d.Rev != 1 {
				t.Errorf("an acknowledged write is read as %+v, %q", d, kind)
			}
			mu.Lock()
			seqs = append(seqs, seq)
			mu.Unlock()
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d writers replaced revision 1, want 1", won)
	}
	slices.Sort(seqs)
	if len(slices.Compact(seqs)) != n {
		t.Error("two writers were told one sequence")
	}
	changes, err := b.db.Changes(ctx(), 0, 10*n)
	if err != nil || len(changes) != n+3 {
		t.Fatalf("the log holds %d changes, %v, want %d", len(changes), err, n+3)
	}
	for i, c := range changes {
		if c.Seq != uint64(i+1) {
			t.Fatalf("change %d has sequence %d", i+1, c.Seq)
		}
	}
	if got := len(b.keys(all, store.Query{})); got != n+2 {
		t.Errorf("the store holds %d documents, want %d", got, n+2)
	}
}

// reopen: what was acknowledged survives closing, and a crash.
func reopen(t *testing.T, e Engine) {
	if e.Copy == nil {
		t.Skip("this engine keeps nothing")
	}
	dir, crashed := t.TempDir(), t.TempDir()
	b := openAt(t, e, dir, Options{})
	b.insert(Car{ID: "a", VIN: "V1", Stock: "S1", Location: "berlin"}, Car{ID: "b", VIN: "V2"})
	b.update(func(tx store.Tx) error { return Cars.Delete(tx, "b", 1) })
	if err := b.db.UpdateLocal(ctx(), all, func(tx store.Tx) error {
		_, err := Sessions.Insert(tx, &Session{ID: "s"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	head := b.db.Head()
	if err := b.db.Acknowledge(ctx(), "search", store.Position{Epoch: head.Epoch, Seq: 2}, 9); err != nil {
		t.Fatal(err)
	}
	log, err := b.db.Changes(ctx(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	e.Copy(t, dir, crashed)
	if err := b.db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct{ name, dir string }{{"closed", dir}, {"crashed", crashed}} {
		t.Run(d.name, func(t *testing.T) {
			b := openAt(t, e, d.dir, Options{})
			if got := b.db.Head(); got != head {
				t.Errorf("Head = %v, want %v", got, head)
			}
			if d, kind := b.get(all.At("berlin"), "a"); kind != "" || d.Rev != 1 || d.Value.VIN != "V1" {
				t.Errorf("Get = %+v, %q", d, kind)
			}
			if got := fmt.Sprint(b.keys(all, store.Query{Index: "vin"})); got != "[a]" {
				t.Errorf("the index holds %s", got)
			}
			again, err := b.db.Changes(ctx(), 0, 100)
			if err != nil || fmt.Sprint(again) != fmt.Sprint(log) {
				t.Errorf("the log reads\n%v, %v, want\n%v", again, err, log)
			}
			b.view(all, func(r store.Reader) error { _, err := Sessions.Get(r, "s"); return err })
			states, err := b.db.Followers(ctx())
			if err != nil || len(states) != 1 || states[0].At.Seq != 2 || states[0].MaxLag != 9 {
				t.Errorf("Followers = %+v, %v", states, err)
			}
			err = b.try(all, func(tx store.Tx) error { _, err := Cars.Insert(tx, &Car{ID: "c", Stock: "S1"}); return err })
			wantKind(t, "a taken stock number", err, fault.Conflict)
			b.insert(Car{ID: "c"})
			if got := b.db.Head().Seq; got != head.Seq+1 {
				t.Errorf("the next sequence is %d, want %d", got, head.Seq+1)
			}
		})
	}
}
