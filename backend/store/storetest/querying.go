package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

func queries(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(
		Car{ID: "1", Make: "Audi", Year: 2015, Price: ptr[int64](100)},
		Car{ID: "2", Make: "Audi", Year: 2016, Price: ptr[int64](50), Sold: true},
		Car{ID: "3", Make: "Audi", Year: 2016},
		Car{ID: "4", Make: "Audi", Year: 2018, Price: ptr[int64](70)},
		Car{ID: "5", Make: "Audi TT", Year: 2016},
		Car{ID: "6", Make: "BMW", Year: -5},
		Car{ID: "7", Make: "", Year: 0},
	)
	audi := store.Values(store.String("Audi"))
	for _, c := range []struct {
		name string
		q    store.Query
		want string
	}{
		{"by key", store.Query{}, "[1 2 3 4 5 6 7]"},
		{"by key, backwards", store.Query{Reverse: true}, "[7 6 5 4 3 2 1]"},
		{"keys from to", store.Query{Range: &store.Range{From: store.String("3"), To: store.String("5")}}, "[3 4 5]"},
		{"keys before", store.Query{Range: &store.Range{To: store.String("3"), Open: true}}, "[1 2]"},
		{"keys before, backwards", store.Query{Reverse: true, Range: &store.Range{To: store.String("3"), Open: true}}, "[2 1]"},
		{"a whole index", store.Query{Index: "make_year"}, "[7 1 3 2 4 5 6]"},
		{"a prefix", store.Query{Index: "make_year", Prefix: audi}, "[1 3 2 4]"},
		{"a prefix, backwards", store.Query{Index: "make_year", Prefix: audi, Reverse: true}, "[4 2 3 1]"},
		{"a prefix of nothing", store.Query{Index: "make_year", Prefix: store.Values(store.String("Aud"))}, "[]"},
		{"the empty text is a value", store.Query{Index: "make_year", Prefix: store.Values(store.String(""))}, "[7]"},
		{"a range", store.Query{Index: "make_year", Prefix: audi, Range: &store.Range{From: store.Int64(2016), To: store.Int64(2018)}}, "[3 2 4]"},
		{"an open range", store.Query{Index: "make_year", Prefix: audi, Range: &store.Range{From: store.Int64(2016), To: store.Int64(2018), Open: true}}, "[3 2]"},
		{"a range from", store.Query{Index: "make_year", Prefix: audi, Range: &store.Range{From: store.Int64(2016)}}, "[3 2 4]"},
		{"a range to, backwards", store.Query{Index: "make_year", Prefix: audi, Range: &store.Range{To: store.Int64(2016)}, Reverse: true}, "[2 3 1]"},
		{"texts that begin", store.Query{Index: "make_year", Range: store.StartsWith("Audi")}, "[1 3 2 4 5]"},
		{"a filter", store.Query{Index: "make_year", Filter: []store.Cond{store.Where("year", store.Int64(2016))}}, "[3 2 5]"},
		{"a filter by range", store.Query{Index: "make_year", Filter: []store.Cond{store.WhereIn("price", store.Range{From: store.Int64(60)})}}, "[1 4]"},
		{"two filters", store.Query{Index: "make_year", Prefix: audi, Filter: []store.Cond{
			store.Where("sold", store.Flag(false)), store.WhereIn("price", store.Range{To: store.Int64(99)})}}, "[4]"},
		{"filter by null", store.Query{Index: "make_year", Prefix: audi, Filter: []store.Cond{store.Where("price", store.Null())}}, "[3]"},
		{"prefix and null", store.Query{Index: "make_year", Prefix: store.Values(store.String("Audi"), store.Int64(2016), store.Null())}, "[3]"},
		{"range without nulls", store.Query{Index: "make_year", Prefix: store.Values(store.String("Audi"), store.Int64(2016)), Range: &store.Range{}}, "[2]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fmt.Sprint(b.keys(all, c.q)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			for limit := 1; limit <= 4; limit++ {
				q := c.q
				q.Limit = limit
				if got := fmt.Sprint(b.keys(all, q)); got != c.want {
					t.Errorf("in pages of %d: got %s, want %s", limit, got, c.want)
				}
			}
		})
	}
}

// order is the order of bytes: no locale, no case folding.
func order(t *testing.T, e Engine) {
	b := open(t, e)
	words := []string{"", " ", "!", "A", "AA", "Z", "a", "aB", "ab", "z", "\u007f", "é", "漢", "ｆ", "\U0001F697"}
	for i, w := range slices.Backward(words) {
		b.insert(Car{ID: fmt.Sprintf("k%02d", i), VIN: w})
	}
	var want []string
	for i := range words {
		want = append(want, fmt.Sprintf("k%02d", i))
	}
	if got := b.keys(all, store.Query{Index: "vin", Limit: 3}); !slices.Equal(got, want) {
		t.Errorf("texts are in the order %v, want %v", got, want)
	}
	numbers := []int64{-store.MaxInteger, -256, -1, 0, 1, 255, 256, store.MaxInteger}
	for i, n := range slices.Backward(numbers) {
		b.insert(Car{ID: fmt.Sprintf("n%02d", i), Make: "M", Year: n})
	}
	want = nil
	for i := range numbers {
		want = append(want, fmt.Sprintf("n%02d", i))
	}
	if got := b.keys(all, store.Query{Index: "make_year", Prefix: store.Values(store.String("M")), Limit: 3}); !slices.Equal(got, want) {
		t.Errorf("integers are in the order %v, want %v", got, want)
	}
	// Keys that continue one another stay in order under one tuple.
	b.insert(Car{ID: "x", Make: "K"}, Car{ID: "x!", Make: "K"}, Car{ID: "x-y", Make: "K"}, Car{ID: "xy", Make: "K"})
	if got := b.keys(all, store.Query{Index: "make_year", Prefix: store.Values(store.String("K")), Limit: 1}); fmt.Sprint(got) != "[x x! x-y xy]" {
		t.Errorf("keys under one tuple: %v", got)
	}
}

func nulls(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(Car{ID: "null"}, Car{ID: "zero", Price: ptr[int64](0)}, Car{ID: "less", Price: ptr[int64](-1)})
	q := store.Query{Index: "make_year", Prefix: store.Values(store.String(""), store.Int64(0))}
	if got := fmt.Sprint(b.keys(all, q)); got != "[null less zero]" {
		t.Errorf("nulls first: got %s", got)
	}
	b.insert(Car{ID: "n1"}, Car{ID: "n2"})
	if got := b.keys(all, store.Query{Index: "stock", Prefix: store.Values(store.Null())}); len(got) != 5 {
		t.Errorf("a unique index holds %d nulls, want 5", len(got))
	}
	if got := b.keys(all, store.Query{Index: "stock", Prefix: store.Values(store.String(""))}); len(got) != 0 {
		t.Errorf("null is taken for the empty text: %v", got)
	}
}

// many: documents by their keys come in the order asked for, without those that
// are not there or not in scope.
func many(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(Car{ID: "a", Location: "berlin"}, Car{ID: "b"}, Car{ID: "c", Location: "berlin"})
	keys := []string{"c", "none", "b", "a", "\x00", "c"}
	for _, c := range []struct {
		scope store.Scope
		keys  []string
		want  string
	}{{all, keys, "[c b a c]"}, {all.At("berlin"), keys, "[c a c]"}, {store.Org("other"), keys, "[]"}, {all, nil, "[]"}} {
		var got []string
		b.view(c.scope, func(r store.Reader) error {
			p, err := Cars.GetMany(r, c.keys)
			for _, d := range p.Items {
				got = append(got, d.Key)
			}
			return err
		})
		if fmt.Sprint(got) != c.want {
			t.Errorf("%v under %v: %v, want %s", c.keys, c.scope, got, c.want)
		}
	}
	if err := b.db.View(ctx(), store.System(), func(r store.Reader) error { _, err := Cars.GetMany(r, keys); return err }); err == nil {
		t.Error("a system scope over all organisations answers GetMany")
	}
	b.update(func(tx store.Tx) error {
		if err := Cars.Delete(tx, "b", 1); err != nil {
			return err
		}
		if p, err := Cars.GetMany(tx, keys); err != nil || len(p.Items) != 3 {
			t.Errorf("within a transaction that deleted one: %d, %v, want 3", len(p.Items), err)
		}
		return nil
	})
}

func times(t *testing.T, e Engine) {
	b := open(t, e)
	base := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b.insert(
		Car{ID: "c", Seen: store.Moment(base.Add(1 * time.Microsecond))},
		Car{ID: "b", Seen: store.Moment(base.In(time.FixedZone("", 3600)))},
		Car{ID: "a", Seen: store.Moment(base.Add(-1 * time.Nanosecond))},
		Car{ID: "old", Seen: store.Moment(time.Date(1899, 1, 1, 0, 0, 0, 1000, time.UTC))},
		Car{ID: "none"},
	)
	if got := fmt.Sprint(b.keys(all, store.Query{Index: "seen"})); got != "[none old a b c]" {
		t.Errorf("order of moments: %s", got)
	}
	if got := fmt.Sprint(b.keys(all, store.Query{Index: "seen", Range: &store.Range{From: store.At(base)}})); got != "[b c]" {
		t.Errorf("moments from %v: %s", base, got)
	}
	d, _ := b.get(all, "a")
	if want := base.Add(-time.Microsecond); !d.Value.Seen.Equal(want) {
		t.Errorf("a moment is read back as %v, want %v", d.Value.Seen, want)
	}
}

func cursors(t *testing.T, e Engine) {
	b := open(t, e)
	for i := range 20 {
		b.insert(Car{ID: fmt.Sprintf("k%02d", i), VIN: fmt.Sprintf("V%02d", i)})
	}
	q := store.Query{Index: "vin", Limit: 5}
	var p store.Page[Car]
	page := func() []string {
		t.Helper()
		b.view(all, func(r store.Reader) (err error) { p, err = Cars.Query(r, q); return err })
		var keys []string
		for _, d := range p.Items {
			keys = append(keys, d.Key)
		}
		q.Cursor = p.Next
		return keys
	}
	page()
	// Writes before, at and after the cursor: nothing is seen twice, and what
	// lies ahead is seen as it is then.
	b.insert(Car{ID: "before", VIN: "V00a"}, Car{ID: "after", VIN: "V05a"})
	b.update(func(tx store.Tx) error {
		if err := Cars.Delete(tx, "k04", store.AnyRev); err != nil { // the cursor stands on it
			return err
		}
		return Cars.Delete(tx, "k07", store.AnyRev)
	})
	if got := fmt.Sprint(page()); got != "[k05 after k06 k08 k09]" {
		t.Errorf("the second page is %s", got)
	}
	cursor := q.Cursor
	for _, other := range []store.Query{
		{Index: "vin", Limit: 5, Reverse: true, Cursor: cursor},
		{Index: "stock", Limit: 5, Cursor: cursor},
		{Index: "vin", Range: store.StartsWith("V"), Cursor: cursor},
		{Index: "vin", Cursor: cursor[:len(cursor)-2] + "AA"},
	} {
		err := b.db.View(ctx(), all, func(r store.Reader) error { _, err := Cars.Query(r, other); return err })
		wantKind(t, "a cursor of another query", err, fault.Invalid)
	}
	err := b.db.View(ctx(), all.At("x"), func(r store.Reader) error {
		_, err := Cars.Query(r, store.Query{Index: "vin", Cursor: cursor})
		return err
	})
	wantKind(t, "a cursor of another scope", err, fault.Invalid)
	// Exactly full: there is no next page.
	q = store.Query{Index: "vin", Limit: 20}
	if n := len(page()); n != 20 || p.Next != "" {
		t.Errorf("the last page holds %d and says %q", n, p.Next)
	}
}

// examined: after MaxExamined entries without enough matches a page is cut
// short, and the cursor goes on from there.
func examined(t *testing.T, e Engine) {
	b := open(t, e)
	const n = store.MaxExamined + 500
	for from := 0; from < n; from += 1500 {
		b.update(func(tx store.Tx) error {
			for i := from; i < from+1500; i++ {
				c := Car{ID: fmt.Sprintf("k%06d", i), Make: "M", Year: int64(i), Sold: i == 10 || i == n-1, Location: "here"}
				if c.Sold {
					c.Location = "there"
				}
				if _, err := Cars.Insert(tx, &c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	first := fmt.Sprintf("k%06d", 10)
	last := fmt.Sprintf("k%06d", n-1)
	for _, c := range []struct {
		name  string
		scope store.Scope
		q     store.Query
	}{
		{"by a filter", all, store.Query{Index: "make_year", Filter: []store.Cond{store.Where("sold", store.Flag(true))}}},
		{"by scope", all.At("there"), store.Query{Index: "make_year"}},
		{"by scope, in key order", all.At("there"), store.Query{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p store.Page[Car]
			b.view(c.scope, func(r store.Reader) (err error) { p, err = Cars.Query(r, c.q); return err })
			if len(p.Items) != 1 || p.Items[0].Key != first || p.Next == "" {
				t.Fatalf("the first page holds %d and says %q, want one and a cursor", len(p.Items), p.Next)
			}
			c.q.Cursor = p.Next
			b.view(c.scope, func(r store.Reader) (err error) { p, err = Cars.Query(r, c.q); return err })
			if len(p.Items) != 1 || p.Items[0].Key != last || p.Next != "" {
				t.Errorf("the second page holds %d and says %q, want one and no cursor", len(p.Items), p.Next)
			}
		})
	}
}

func scope(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(
		Car{ID: "a", VIN: "V1", Location: "berlin", Group: "g1", Owner: "ada"},
		Car{ID: "b", VIN: "V2", Location: "berlin", Group: "g2", Owner: "bob"},
		Car{ID: "c", VIN: "V3", Location: "paris", Group: "g1", Owner: "ada"},
		Car{ID: "d", VIN: "V4"},
	)
	other := store.Org("other")
	if err := b.try(other, func(tx store.Tx) error {
		_, err := Cars.Insert(tx, &Car{ID: "a", VIN: "V1", Location: "berlin"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		scope store.Scope
		want  string
	}{
		{"the organisation", all, "[a b c d]"},
		{"another organisation", other, "[a]"},
		{"no organisation of the name", store.Org("mai"), "[]"},
		{"one location", all.At("berlin"), "[a b]"},
		{"two locations", all.At("berlin", "paris"), "[a b c]"},
		{"no location", all.At(), "[]"},
		{"the place without a name", all.At(""), "[d]"},
		{"one group", all.Of("g1"), "[a c]"},
		{"location and group", all.At("berlin").Of("g1"), "[a]"},
		{"one owner", all.OwnedBy("ada"), "[a c]"},
		{"an owner at a location", all.At("paris").OwnedBy("ada"), "[c]"},
		{"the system in an organisation", store.System().In(org), "[a b c d]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, q := range []store.Query{{}, {Index: "vin"}, {Index: "vin", Limit: 1}, {Limit: 1}} {
				if got := fmt.Sprint(b.keys(c.scope, q)); got != c.want {
					t.Errorf("query %+v: got %s, want %s", q, got, c.want)
				}
			}
			// A full page is followed by a cursor only when more is in scope.
			n := len(b.keys(c.scope, store.Query{}))
			if n > 0 {
				var p store.Page[Car]
				b.view(c.scope, func(r store.Reader) (err error) {
					p, err = Cars.Query(r, store.Query{Index: "vin", Limit: n})
					return err
				})
				if len(p.Items) != n || p.Next != "" {
					t.Errorf("a page of exactly %d holds %d and says %q", n, len(p.Items), p.Next)
				}
			}
			for _, key := range []string{"a", "b", "c", "d"} {
				_, kind := b.get(c.scope, key)
				visible := slices.Contains(b.keys(c.scope, store.Query{}), key)
				if visible != (kind == "") || !visible && kind != fault.NotFound {
					t.Errorf("Get %s: kind %q, listed: %v", key, kind, visible)
				}
			}
		})
	}
	berlin := all.At("berlin")
	put := func(s store.Scope, c Car, rev int64) error {
		return b.try(s, func(tx store.Tx) error { _, err := Cars.Put(tx, &c, rev); return err })
	}
	wantKind(t, "change what is elsewhere", put(berlin, Car{ID: "c", Location: "berlin"}, 1), fault.NotFound)
	wantKind(t, "take what is elsewhere", put(berlin, Car{ID: "c", Location: "berlin"}, store.AnyRev), fault.Conflict)
	wantKind(t, "move it elsewhere", put(berlin, Car{ID: "a", Location: "paris"}, 1), fault.Denied)
	wantKind(t, "make it elsewhere", put(berlin, Car{ID: "n", Location: "paris"}, 0), fault.Denied)
	wantKind(t, "change what is here", put(berlin, Car{ID: "a", VIN: "V1", Location: "berlin"}, 1), "")
	wantKind(t, "delete what is elsewhere", b.try(berlin, func(tx store.Tx) error { return Cars.Delete(tx, "c", 1) }), fault.NotFound)
	// The group changed with that: old entries are gone from old places.
	if got := fmt.Sprint(b.keys(all.Of("g1"), store.Query{Index: "vin"})); got != "[c]" {
		t.Errorf("after the change group g1 holds %s", got)
	}
	// A wider scope inside a transaction is explicit.
	b.update(func(tx store.Tx) error {
		_, err := Cars.Get(tx.Scoped(store.System().In("other")), "a")
		return err
	})
	// The system scans all organisations, in order, and nothing else.
	if got := fmt.Sprint(b.keys(store.System(), store.Query{Limit: 2})); got != "[a b c d a]" {
		t.Errorf("the system sees %s", got)
	}
	for _, q := range []store.Query{{Index: "vin"}, {Range: &store.Range{From: store.String("a")}}} {
		if err := b.db.View(ctx(), store.System(), func(r store.Reader) error { _, err := Cars.Query(r, q); return err }); err == nil {
			t.Errorf("a system scope over all organisations answers %+v", q)
		}
	}
	if _, kind := b.get(store.System(), "a"); kind != fault.Internal {
		t.Errorf("Get under the system without an organisation: kind %q", kind)
	}
}
