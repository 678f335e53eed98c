package search_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
)

// car and job are what the tests search: a vehicle and its service records.
type car struct {
	ID       string          `json:"id"`
	VIN      string          `json:"vin"`
	Make     string          `json:"make"`
	Model    string          `json:"model"`
	Year     int64           `json:"year"`
	Cost     int64           `json:"cost"`
	Tags     []string        `json:"tags"`
	Note     string          `json:"note"`
	Due      store.Timestamp `json:"due"`
	Location string          `json:"location"`
}

type job struct {
	ID   string `json:"id"`
	Car  string `json:"car"`
	Text string `json:"text"`
}

var (
	cars = store.Define(store.Def[car]{
		Name: "cars", Class: store.Truth, Schema: 1, Key: func(c *car) string { return c.ID },
		Place: func(c *car) store.Place { return store.Place{Location: c.Location} },
	})
	jobs = store.Define(store.Def[job]{
		Name: "jobs", Class: store.Truth, Schema: 1, Key: func(j *job) string { return j.ID },
		Indexes: []store.Index[job]{{Name: "car", Fields: []store.Field[job]{
			{Name: "car", Kind: store.Text, Value: func(j *job) store.Value { return store.String(j.Car) }},
		}}},
	})
	schemas = []*store.Schema{cars.Schema(), jobs.Schema()}
	fields  = []search.Field{
		{Name: "vin", Kind: search.VIN},
		{Name: "make", Kind: search.Word, Facet: true, Weight: 2},
		{Name: "model", Kind: search.Word, Facet: true, Weight: 2},
		{Name: "year", Kind: search.Number, Facet: true},
		{Name: "cost", Kind: search.Number, Units: map[string]float64{"": 100}},
		{Name: "tag", Kind: search.Word, Facet: true},
		{Name: "due", Kind: search.Date},
		{Name: "note", Kind: search.Text},
		{Name: "service", Kind: search.Text},
	}
	now = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
	all = store.Org("main")
	who = actor.Actor{Kind: actor.Local, Name: "test"}
)

func source() search.Source {
	return search.Source{
		Schema: cars.Schema(),
		Touches: store.Touches{"jobs": func(c store.Change) (keys []string) {
			for _, doc := range [][]byte{c.Before, c.After} {
				if doc != nil {
					if j, err := jobs.Decode(doc); err == nil {
						keys = append(keys, j.Car)
					}
				}
			}
			return keys
		}},
		Compose: func(r store.Reader, key string) (search.Document, error) {
			d, err := cars.Get(r, key)
			if err != nil {
				return search.Document{}, err
			}
			c := d.Value
			out := search.Document{
				Place: d.Place,
				Texts: map[string][]string{"vin": {c.VIN}, "make": {c.Make}, "model": {c.Model}, "tag": c.Tags, "note": {c.Note}},
				Dates: map[string]time.Time{"due": c.Due.Time},
			}
			out.Numbers = map[string]int64{"cost": c.Cost}
			if c.Year > 0 {
				out.Numbers["year"] = c.Year
			}
			p, err := jobs.Query(r, store.Query{Index: "car", Prefix: store.Values(store.String(key))})
			for _, j := range p.Items {
				out.Texts["service"] = append(out.Texts["service"], j.Value.Text)
			}
			return out, err
		},
	}
}

// bench is a store and an index that follows it.
type bench struct {
	testing.TB
	db   store.DB
	ix   *search.Index
	last uint64
	stop func()
}

func newBench(tb testing.TB, db store.DB, dir string, o search.Options) *bench {
	tb.Helper()
	if db == nil {
		var err error
		if db, err = mem.Open(schemas, mem.Options{}); err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = db.Close() })
	}
	o.Fields, o.Sources = fields, []search.Source{source()}
	o.Now = func() time.Time { return now }
	if o.Fresh == 0 {
		o.Fresh = time.Minute // tests wait for the index, not for the clock
	}
	ix, err := search.Open(dir, db, o)
	if err != nil {
		tb.Fatal(err)
	}
	b := &bench{TB: tb, db: db, ix: ix, last: db.Head().Seq}
	b.run()
	tb.Cleanup(func() {
		b.stop()
		if err := ix.Close(); err != nil {
			tb.Errorf("Close: %v", err)
		}
	})
	return b
}

func (b *bench) run() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.ix.Run(ctx) }()
	b.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Errorf("Run: %v", err)
		}
	})
}

func (b *bench) put(docs ...any) {
	b.Helper()
	seq, err := b.db.Update(context.Background(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) (err error) {
		for _, d := range docs {
			switch d := d.(type) {
			case car:
				_, err = cars.Put(tx, &d, store.AnyRev)
			case job:
				_, err = jobs.Put(tx, &d, store.AnyRev)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.last = seq
}

// search asks for q, having seen the last write.
func (b *bench) search(s store.Scope, r search.Request) search.Result {
	b.Helper()
	r.Kind, r.After = "cars", b.last
	res, err := b.ix.Search(context.Background(), s, r)
	if err != nil {
		b.Fatalf("Search(%q): %v", r.Query, err)
	}
	if res.Stale {
		b.Fatalf("Search(%q): stale at %d, want %d", r.Query, res.Seq, b.last)
	}
	return res
}

func keys(r search.Result) string {
	var k []string
	for _, h := range r.Hits {
		k = append(k, h.Key)
	}
	return strings.Join(k, " ")
}

func day(s string) store.Timestamp {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return store.Moment(t)
}

func fleet() []any {
	return []any{
		car{ID: "a", VIN: "1FTFW1ET5DFC10312", Make: "Ford", Model: "F-150", Year: 2013, Cost: 1_250_000, Tags: []string{"fleet", "Winter Tyres"},
			Note: "Front brakes worn, rust on the tailgate", Due: day("2026-07-01"), Location: "berlin"},
		car{ID: "b", VIN: "5YJ3E1EB6KF445566", Make: "Tesla", Model: "Model 3", Year: 2019, Cost: 2_000_000, Tags: []string{"fleet"}, Location: "berlin"},
		car{ID: "c", VIN: "WBA3A5C50CF256789", Make: "BMW", Model: "328i", Year: 2012, Cost: 90_000, Note: "Händler in München; très propre", Due: day("2026-05-01"), Location: "paris"},
		car{ID: "d", VIN: "1FMCU9GD0KUA00101", Make: "Ford", Model: "Escape", Year: 2019, Cost: 100_000, Note: "worn front tyres"},
		job{ID: "j1", Car: "b", Text: "Replaced brake pads and rotors"},
		job{ID: "j2", Car: "c", Text: "Oil change at 90.000 km"},
	}
}

func TestSearch(t *testing.T) {
	b := newBench(t, nil, t.TempDir(), search.Options{})
	b.put(fleet()...)
	for _, c := range []struct{ name, query, want string }{
		{"everything", "", "a b c d"},
		{"a word", "rust", "a"},
		{"case", "RUST", "a"},
		{"a word of two", "ford", "a d"},
		{"both words", "ford worn", "a d"},
		{"both words, one of them elsewhere", "ford escape", "d"},
		{"a word of a service record", "rotors", "b"},
		{"the start of a word", "brak", "a b"},
		{"accents", "munchen", "c"},
		{"accents typed", "Händler", "c"},
		{"one letter wrong", "breakes", "a"},
		{"one letter wrong in one of two words", "tesla rotorz", "b"},
		{"short words are taken as they are", "rux", ""},
		{"joined words, joined", "f150", "a"},
		{"joined words, apart", "F-150", "a"},
		{"a part of joined words", "150", "a"},
		{"a phrase", `"front brakes"`, "a"},
		{"a phrase in the wrong order", `"brakes front"`, ""},
		{"a quoted word is no start of one", `"brak"`, ""},
		{"without", "ford -rust", "d"},
		{"only without", "-ford", "b c"},
		{"without a phrase", `-"front brakes" ford`, "d"},
		{"VIN, whole", "1FTFW1ET5DFC10312", "a"},
		{"VIN, last six", "445566", "b"},
		{"VIN, last four", "6789", "c"},
		{"VIN, last eight", "cf256789", "c"},
		{"VIN, start", "5YJ", "b"},
		{"VIN, start of eight", "1fmcu9gd", "d"},
		{"VIN, look-alikes", "UAOOIOI", "d"},
		{"VIN, Q for 0", "kuaQQ1q1", "d"},
		{"VIN, as an operator", "vin:10312", "a"},
		{"make", "make:ford", "a d"},
		{"make, quoted", `make:"Ford"`, "a d"},
		{"not of a make", "-make:ford", "b c"},
		{"model with a blank", `model:"model 3"`, "b"},
		{"model by its start", "model:f-1", "a"},
		{"year", "year:2019", "b d"},
		{"years", "year:2012..2013", "a c"},
		{"years from", "year:2013..", "a b d"},
		{"years to", "year:..2012", "c"},
		{"cost above", "cost:>1000", "a b"},
		{"cost at least", "cost:>=1000", "a b d"},
		{"cost below", "cost:<1000", "c"},
		{"tag", "tag:fleet", "a b"},
		{"tag with a blank", `tag:"winter tyres"`, "a"},
		{"in a note", "note:worn", "a d"},
		{"in a service", "service:brake", "b"},
		{"there is a note", "has:note", "a c d"},
		{"there is none", "-has:note", "b"},
		{"due soon", "due:<30d", "a c"},
		{"due, not yet late", "due:0d..30d", "a"},
		{"due in a month", "due:2026-05", "c"},
		{"due on a day", "due:2026-07-01", "a"},
		{"all at once", `make:ford year:2010..2015 cost:>100 has:note "brakes worn" -tag:sold`, "a"},
		{"marks only", "!!! ...", "a b c d"},
		{"a colon in a time", "12:30", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := *b
			b.TB = t
			got := b.search(all, search.Request{Query: c.query, Sort: "vin"})
			want := c.want
			if sorted := sortWords(keys(got)); sorted != want {
				t.Errorf("%s finds %q, want %q", c.query, sorted, want)
			}
			if int(got.Total) != len(got.Hits) {
				t.Errorf("%s: total %d of %d hits", c.query, got.Total, len(got.Hits))
			}
		})
	}
}

func sortWords(s string) string {
	w := strings.Fields(s)
	for i := range w {
		for j := i; j > 0 && w[j] < w[j-1]; j-- {
			w[j], w[j-1] = w[j-1], w[j]
		}
	}
	return strings.Join(w, " ")
}

func TestOrderFacetsAndPages(t *testing.T) {
	b := newBench(t, nil, t.TempDir(), search.Options{})
	b.put(fleet()...)
	for _, c := range []struct{ sort, want string }{
		{"year", "c a d b"}, {"-year", "d b a c"}, {"cost", "c d a b"}, {"-cost", "b a d c"},
		{"make", "c d a b"}, {"due", "c a d b"}, {"-due", "a c d b"}, {"model", "c d a b"},
	} {
		if got := keys(b.search(all, search.Request{Sort: c.sort})); got != c.want {
			t.Errorf("sorted by %s: %s, want %s", c.sort, got, c.want)
		}
		var paged []string
		r := search.Request{Sort: c.sort, Limit: 1}
		for {
			res := b.search(all, r)
			paged = append(paged, keys(res))
			if r.Cursor = res.Next; r.Cursor == "" {
				break
			}
		}
		if got := strings.Join(paged, " "); got != c.want {
			t.Errorf("sorted by %s, one by one: %s, want %s", c.sort, got, c.want)
		}
	}
	res := b.search(all, search.Request{Query: "has:note", Facets: []string{"make", "year", "tag"}, Limit: 1})
	if got := fmt.Sprint(res.Facets["make"], res.Facets["year"], res.Facets["tag"]); got != "[{Ford 2} {BMW 1}] [{2012 1} {2013 1} {2019 1}] [{Winter Tyres 1} {fleet 1}]" {
		t.Errorf("facets: %s", got)
	}
	if res.Total != 3 || len(res.Hits) != 1 {
		t.Errorf("total %d, %d hits, want 3 and 1", res.Total, len(res.Hits))
	}
	// The best comes first: a make weighs more than a word in a note.
	b.put(car{ID: "e", Make: "BMW", Note: "taken in part exchange for a ford"})
	if got := keys(b.search(all, search.Request{Query: "ford"})); !strings.HasSuffix(got, "e") {
		t.Errorf("best first: %s, want e last: %+v", got, b.search(all, search.Request{Query: "ford"}).Hits)
	}
	for _, h := range b.search(all, search.Request{Query: "ford"}).Hits {
		if !(h.Score > 0) {
			t.Errorf("the score of %s is %v", h.Key, h.Score)
		}
	}
	for _, r := range []search.Request{{Sort: "note"}, {Sort: "color"}, {Facets: []string{"vin"}}, {Limit: 1000}, {Cursor: "x"}, {Query: "other", Sort: "year", Cursor: "AAAAAXh4eHh4eHh4"}} {
		r.Kind = "cars"
		if _, err := b.ix.Search(t.Context(), all, r); !fault.Is(err, fault.Invalid) {
			t.Errorf("the request %+v is answered with %v, want Invalid", r, err)
		}
	}
}

func TestScope(t *testing.T) {
	b := newBench(t, nil, t.TempDir(), search.Options{})
	b.put(fleet()...)
	for _, c := range []struct {
		name  string
		scope store.Scope
		want  string
		makes string
	}{
		{"the organisation", all, "a b c d", "[{Ford 2} {BMW 1} {Tesla 1}]"},
		{"another", store.Org("other"), "", "[]"},
		{"a location", all.At("berlin"), "a b", "[{Ford 1} {Tesla 1}]"},
		{"two", all.At("berlin", "paris"), "a b c", "[{BMW 1} {Ford 1} {Tesla 1}]"},
		{"nowhere in particular", all.At(""), "d", "[{Ford 1}]"},
		{"no location", all.At(), "", "[]"},
		{"an owner", all.OwnedBy("ada"), "", "[]"},
		{"the system", store.System(), "a b c d", "[{Ford 2} {BMW 1} {Tesla 1}]"},
	} {
		res := b.search(c.scope, search.Request{Facets: []string{"make"}})
		if got := sortWords(keys(res)); got != c.want || fmt.Sprint(res.Facets["make"]) != c.makes || int(res.Total) != len(res.Hits) {
			t.Errorf("%s: %q of %d, %v, want %q, %s", c.name, got, res.Total, res.Facets["make"], c.want, c.makes)
		}
	}
	if _, err := b.ix.Search(t.Context(), store.Scope{}, search.Request{Kind: "cars"}); !fault.Is(err, fault.Denied) {
		t.Errorf("without a scope: %v, want Denied", err)
	}
	// A document that moved away is not shown, even before the index knows.
	b.stop()
	b.put(car{ID: "a", Make: "Ford", Location: "paris", Note: "secret"})
	res, err := b.ix.Search(t.Context(), all.At("berlin"), search.Request{Kind: "cars", Query: "ford"})
	if err != nil || len(res.Hits) != 0 {
		t.Errorf("what moved away is shown: %+v, %v", res.Hits, err)
	}
}

func TestReasons(t *testing.T) {
	b := newBench(t, nil, t.TempDir(), search.Options{})
	b.put(fleet()...)
	long := strings.Repeat("lorem ipsum ", 40) + "the Bremsflüssigkeit is old " + strings.Repeat("dolor sit ", 40)
	b.put(car{ID: "long", Note: long})
	for _, c := range []struct{ query, key, want string }{
		{"brakes", "a", "note: Front [brakes] worn, rust on the tailgate"},
		{"front brakes", "a", "note: [Front] [brakes] worn, rust on the tailgate"},
		{"rotors", "b", "service: Replaced brake pads and [rotors]"},
		{"445566", "b", "vin: 5YJ3E1EB6KF[445566]"},
		{"munchen", "c", "note: Händler in [München]; très propre"},
		{"tialgate", "a", ""},
		{"tailgete", "a", "note: Front brakes worn, rust on the [tailgate]"},
		{"make:for", "a", "make: [Ford]"},
		{"f150", "a", "model: [F-150]"},
		{"uaooioi", "d", "vin: 1FMCU9GD0K[UA00101]"},
		{"ford rust", "a", "make: [Ford] | note: Front brakes worn, [rust] on the tailgate"},
		{"year:2013", "a", ""},
	} {
		got := ""
		for _, h := range b.search(all, search.Request{Query: c.query}).Hits {
			if h.Key == c.key {
				got = marked(h.Reasons)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.query, got, c.want)
		}
	}
	h := b.search(all, search.Request{Query: "bremsflussigkeit"}).Hits
	if len(h) != 1 || len(h[0].Reasons) != 1 || !strings.Contains(marked(h[0].Reasons), "[Bremsflüssigkeit]") || len(h[0].Reasons[0].Text) > 140 {
		t.Errorf("of a long text: %+v", h)
	}
}

func marked(reasons []search.Reason) string {
	var out []string
	for _, r := range reasons {
		s, at := "", 0
		for _, m := range r.Marks {
			s += r.Text[at:m[0]] + "[" + r.Text[m[0]:m[1]] + "]"
			at = m[1]
		}
		out = append(out, r.Field+": "+s+r.Text[at:])
	}
	return strings.Join(out, " | ")
}

// TestFollows: changes, deletes and the records of a document reach the index.
func TestFollows(t *testing.T) {
	b := newBench(t, nil, t.TempDir(), search.Options{})
	b.put(fleet()...)
	want := func(q, keysWanted string) {
		t.Helper()
		if got := sortWords(keys(b.search(all, search.Request{Query: q}))); got != keysWanted {
			t.Errorf("%s finds %q, want %q", q, got, keysWanted)
		}
	}
	want("rotors", "b")
	b.put(job{ID: "j1", Car: "d", Text: "Replaced rotors"}) // moved to another car
	want("rotors", "d")
	b.put(car{ID: "a", Make: "Lada"})
	want("make:ford", "d")
	seq, err := b.db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
		return errors.Join(jobs.Delete(tx, "j1", store.AnyRev), cars.Delete(tx, "c", store.AnyRev))
	})
	if err != nil {
		t.Fatal(err)
	}
	b.last = seq
	want("rotors", "")
	want("", "a b d")
}

func TestStale(t *testing.T) {
	b := newBench(t, nil, t.TempDir(), search.Options{Fresh: time.Nanosecond})
	b.put(fleet()...)
	b.stop()
	b.put(car{ID: "new"})
	res, err := b.ix.Search(t.Context(), all, search.Request{Kind: "cars", After: b.last})
	if err != nil || !res.Stale || res.Seq >= b.last {
		t.Errorf("Search after a write not yet indexed = %+v, %v, want Stale", res, err)
	}
}

// TestRebuildWhileServing: searches never fail and never lose a document
// while the index is made again and again, also when its folder is deleted.
func TestRebuildWhileServing(t *testing.T) {
	dir := t.TempDir()
	b := newBench(t, nil, dir, search.Options{})
	b.put(fleet()...)
	b.search(all, search.Request{}) // the first build is done
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for ctx.Err() == nil {
				res, err := b.ix.Search(t.Context(), all, search.Request{Kind: "cars", Query: "make:ford"})
				if err != nil || keys(res) == "" || res.Total != 2 {
					t.Errorf("while rebuilding: %d hits, %v", res.Total, err)
					return
				}
			}
		})
	}
	for i := range 4 {
		if i%2 == 0 {
			b.ix.Rebuild()
		} else {
			old, _ := filepath.Glob(filepath.Join(dir, "gen-*"))
			for _, path := range old {
				if err := os.RemoveAll(path); err != nil {
					t.Fatal(err)
				}
			}
		}
		b.put(car{ID: fmt.Sprint("new", i), Note: "fresh"})
		if got := b.search(all, search.Request{Query: "fresh"}); int(got.Total) != i+1 {
			t.Errorf("after rebuild %d: %d found, want %d", i, got.Total, i+1)
		}
	}
	cancel()
	wg.Wait()
}

// TestRebuildAskedDuringRebuild: a rebuild that is asked for while another goes
// on is made: the other may have read what was wrong.
func TestRebuildAskedDuringRebuild(t *testing.T) {
	var b *bench
	var late atomic.Bool
	src := source()
	compose := src.Compose
	src.Compose = func(r store.Reader, key string) (search.Document, error) {
		d, err := compose(r, key)
		if late.Load() {
			d.Texts["note"] = []string{"thylacine"}
		} else {
			late.Store(true)
			b.ix.Rebuild()
		}
		return d, err
	}
	db, err := mem.Open(schemas, mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b = &bench{TB: t, db: db}
	b.put(car{ID: "a"})
	o := search.Options{Fields: fields, Sources: []search.Source{src}, Now: func() time.Time { return now }}
	if b.ix, err = search.Open(t.TempDir(), db, o); err != nil {
		t.Fatal(err)
	}
	b.run()
	defer func() {
		b.stop()
		if err := b.ix.Close(); err != nil {
			t.Error(err)
		}
	}()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
		got, err := b.ix.Search(t.Context(), all, search.Request{Kind: "cars", Query: "thylacine"})
		if err == nil && got.Total == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the second rebuild was not made: %+v, %v", got, err)
		}
	}
}

// TestReopen: an index is used again as it is, a foreign or broken one is
// built again, and a store that went on meanwhile is caught up with.
func TestReopen(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	db, err := bolt.Open(t.Context(), data, schemas, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	first := func(do func(b *bench)) {
		t.Helper()
		t.Run("", func(t *testing.T) { // closes the index at its end
			do(newBench(t, db, dir, search.Options{}))
		})
	}
	first(func(b *bench) {
		b.put(fleet()...)
		b.search(all, search.Request{})
	})
	generation := func() string {
		paths, _ := filepath.Glob(filepath.Join(dir, "gen-*"))
		return fmt.Sprint(paths)
	}
	was := generation()
	_, err = db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
		return cars.Delete(tx, "a", store.AnyRev) // while nobody indexes
	})
	if err != nil {
		t.Fatal(err)
	}
	first(func(b *bench) {
		if got := sortWords(keys(b.search(all, search.Request{}))); got != "b c d" {
			b.Errorf("caught up: %s, want b c d", got)
		}
	})
	if generation() != was {
		t.Error("an index that only lagged was built again")
	}
	for _, hurt := range []func(path string) error{
		func(path string) error { return os.RemoveAll(path) },
		func(path string) error {
			return os.WriteFile(filepath.Join(path, "index_meta.json"), []byte("{"), 0o600)
		},
		func(path string) error { return os.Truncate(filepath.Join(path, "store", "root.bolt"), 5000) },
	} {
		paths, _ := filepath.Glob(filepath.Join(dir, "gen-*"))
		if err := hurt(paths[0]); err != nil {
			t.Fatal(err)
		}
		first(func(b *bench) {
			if got := sortWords(keys(b.search(all, search.Request{}))); got != "b c d" {
				b.Errorf("built again: %s, want b c d", got)
			}
		})
	}
}

func TestBusy(t *testing.T) {
	b := newBench(t, nil, t.TempDir(), search.Options{InFlight: 1, Queue: 1, Patience: time.Nanosecond, Fresh: time.Hour})
	b.put(fleet()...)
	b.search(all, search.Request{})
	ctx, cancel := context.WithCancel(t.Context())
	var others sync.WaitGroup
	for range 4 { // one of them has the only place, nearly always
		others.Go(func() {
			for ctx.Err() == nil {
				_, _ = b.ix.Search(ctx, all, search.Request{Kind: "cars"})
			}
		})
	}
	var f *fault.Error
	for f == nil { // until another has the place
		_, err := b.ix.Search(t.Context(), all, search.Request{Kind: "cars"})
		errors.As(err, &f)
	}
	if f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
		t.Errorf("one search too many: %v, retry after %v, want Unavailable with a time", f, f.RetryAfter)
	}
	cancel()
	others.Wait()
	b.search(all, search.Request{})
}

// TestRebuildNow: it returns when every document is in, and one that is given
// up leaves the index as it is.
func TestRebuildNow(t *testing.T) {
	b := newBench(t, nil, t.TempDir(), search.Options{})
	b.put(fleet()...)
	want := b.search(all, search.Request{}).Total
	var done, total uint64
	if err := b.ix.RebuildNow(t.Context(), func(d, n uint64) { done, total = d, n }); err != nil {
		t.Fatal(err)
	}
	if done != want || total != want {
		t.Errorf("it ended at %d of %d, want all %d", done, total, want)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	if err := b.ix.RebuildNow(ctx, func(uint64, uint64) { cancel(enough) }); err != nil && !errors.Is(err, enough) {
		t.Errorf("given up: %v", err)
	}
	b.put(car{ID: "after", Note: "fresh"})
	if got := b.search(all, search.Request{}).Total; got != want+1 {
		t.Errorf("after giving up %d are found, want %d", got, want+1)
	}
}
