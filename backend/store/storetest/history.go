package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
)

// History runs random transactions on the engine and on the model and wants
// the same outcome of each, the same answers, and at the end the same
// documents and the same log to the byte.
func History(e Engine) func(*testing.T, Engine) {
	return func(t *testing.T, _ Engine) {
		rapid.Check(t, func(rt *rapid.T) { history(t, rt, e) })
	}
}

func history(t *testing.T, rt *rapid.T, e Engine) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	clock := &tick{now: now}
	dir := t.TempDir()
	subject := e.Open(t, dir, Options{Schemas: Schemas(), Now: clock.Now})
	defer func() { _ = subject.Close() }()
	model, err := mem.Open(Schemas(), mem.Options{Now: clock.Now, Twice: true})
	if err != nil {
		rt.Fatal(err)
	}
	dbs := []store.DB{subject, model}
	gen := generators()
	for range rapid.IntRange(1, 25).Draw(rt, "transactions") {
		clock.set(clock.Now().Add(time.Duration(rapid.IntRange(-3, 5).Draw(rt, "seconds")) * time.Second))
		ops := rapid.SliceOfN(gen.op, 1, 8).Draw(rt, "ops")
		sc := gen.scope.Draw(rt, "scope")
		abort := rapid.IntRange(0, 9).Draw(rt, "abort") == 0
		batch := rapid.SampledFrom([]string{"", "b1"}).Draw(rt, "batch")
		var outcome [2]string
		for i, db := range dbs {
			var did []string
			seq, err := db.Update(ctx(), store.Write{Scope: sc, Actor: who, Batch: batch}, func(tx store.Tx) error {
				did = nil
				for _, op := range ops {
					did = append(did, op.run(tx))
				}
				if abort {
					return errors.New("abort")
				}
				return nil
			})
			outcome[i] = fmt.Sprint(did, seq, err)
		}
		if outcome[0] != outcome[1] {
			rt.Fatalf("a transaction under %v:\nengine %s\nmodel  %s", sc, outcome[0], outcome[1])
		}
		q := gen.query.Draw(rt, "query")
		sc = gen.scope.Draw(rt, "reading scope")
		var answer [2][]string
		for i, db := range dbs {
			answer[i] = pages(rt, db, sc, q)
		}
		if !reflect.DeepEqual(answer[0], answer[1]) {
			rt.Fatalf("the query %+v under %v:\nengine %q\nmodel  %q", q, sc, answer[0], answer[1])
		}
		if e.Copy != nil && rapid.IntRange(0, 9).Draw(rt, "reopen") == 0 {
			if err := subject.Close(); err != nil {
				rt.Fatal(err)
			}
			subject = e.Open(t, dir, Options{Schemas: Schemas(), Now: clock.Now})
			dbs[0] = subject
		}
	}
	var whole [2]string
	for i, db := range dbs {
		changes, err := db.Changes(ctx(), 0, 1<<30)
		if err != nil {
			rt.Fatal(err)
		}
		var b []byte
		for _, c := range changes {
			b = c.Append(b)
		}
		whole[i] = fmt.Sprintf("%x %q", b, pages(rt, db, store.System(), store.Query{}))
	}
	if whole[0] != whole[1] {
		rt.Fatalf("the stores differ:\nengine %s\nmodel  %s", whole[0], whole[1])
	}
}

// pages follows a query to its end and returns every document's bytes.
func pages(rt *rapid.T, db store.DB, s store.Scope, q store.Query) (out []string) {
	for {
		var recs store.Records
		err := db.View(ctx(), s, func(r store.Reader) (err error) {
			recs, err = r.Select(Cars.Schema(), q)
			return err
		})
		if err != nil {
			rt.Fatalf("query %+v: %v", q, err)
		}
		out = append(out, fmt.Sprintf("page of %d", len(recs.Records)))
		for _, r := range recs.Records {
			out = append(out, fmt.Sprintf("%s/%s@%d %s %v", r.Org, r.Key, r.Rev, r.Doc, r.Place))
		}
		if len(recs.Damaged) > 0 {
			rt.Fatalf("damaged: %v", recs.Damaged[0])
		}
		if q.Cursor = recs.Next; q.Cursor == "" {
			return out
		}
	}
}

// op is one step of a transaction; run says what came of it.
type op struct {
	name string
	run  func(store.Tx) string
}

func (o op) GoString() string { return o.name }

type gens struct {
	op    *rapid.Generator[op]
	scope *rapid.Generator[store.Scope]
	query *rapid.Generator[store.Query]
}

func generators() gens {
	key := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "ä", "a-", "aa"})
	word := rapid.SampledFrom([]string{"", "a", "A", "aa", "ab", "é", "\U0001F697", "\x01"})
	place := rapid.SampledFrom([]string{"", "x", "y"})
	number := rapid.Int64Range(-2, 2)
	car := rapid.Custom(func(t *rapid.T) Car {
		c := Car{
			ID: key.Draw(t, "id"), VIN: word.Draw(t, "vin"), Make: word.Draw(t, "make"), Year: number.Draw(t, "year"),
			Stock: rapid.SampledFrom([]string{"", "", "s1", "s2"}).Draw(t, "stock"), Sold: rapid.Bool().Draw(t, "sold"),
			Note: rapid.StringN(0, 5, 20).Draw(t, "note"), Location: place.Draw(t, "location"), Group: place.Draw(t, "group"), Owner: place.Draw(t, "owner"),
		}
		if rapid.Bool().Draw(t, "priced") {
			c.Price = ptr(number.Draw(t, "price"))
		}
		if rapid.Bool().Draw(t, "seen") {
			c.Seen = store.Moment(time.UnixMicro(number.Draw(t, "at")))
		}
		return c
	})
	rev := rapid.SampledFrom([]int64{0, 0, 1, 2, store.AnyRev, store.AnyRev})
	scope := rapid.Custom(func(t *rapid.T) store.Scope {
		s := store.Org(rapid.SampledFrom([]string{"main", "main", "mainx"}).Draw(t, "org"))
		switch rapid.IntRange(0, 9).Draw(t, "narrow") {
		case 0:
			s = s.At("x")
		case 1:
			s = s.Of("", "y")
		case 2:
			s = s.OwnedBy("x")
		case 3:
			s = s.At("x", "").Of("x")
		}
		return s
	})
	text := rapid.Custom(func(t *rapid.T) store.Value { return store.String(word.Draw(t, "text")) })
	integer := rapid.Custom(func(t *rapid.T) store.Value { return store.Int64(number.Draw(t, "integer")) })
	ranged := func(v *rapid.Generator[store.Value]) *rapid.Generator[store.Range] {
		return rapid.Custom(func(t *rapid.T) store.Range {
			var r store.Range
			if rapid.Bool().Draw(t, "from") {
				r.From = v.Draw(t, "low")
			}
			if rapid.Bool().Draw(t, "to") {
				r.To = v.Draw(t, "high")
			}
			r.Open = rapid.Bool().Draw(t, "open")
			return r
		})
	}
	query := rapid.Custom(func(t *rapid.T) store.Query {
		q := store.Query{Reverse: rapid.Bool().Draw(t, "reverse"), Limit: rapid.IntRange(1, 5).Draw(t, "limit")}
		switch rapid.IntRange(0, 4).Draw(t, "shape") {
		case 0: // by key
			if rapid.Bool().Draw(t, "ranged") {
				q.Range = ptr(ranged(text).Draw(t, "range"))
			}
		case 1:
			q.Index, q.Range = "vin", ptr(ranged(text).Draw(t, "range"))
		case 2:
			q.Index = "stock"
		case 3:
			q.Index, q.Prefix, q.Range = "make_year", store.Values(text.Draw(t, "make")), ptr(ranged(integer).Draw(t, "range"))
		case 4:
			q.Index = "make_year"
			q.Filter = []store.Cond{store.WhereIn("year", ranged(integer).Draw(t, "range")), store.Where("price", store.Null())}
		}
		return q
	})
	ops := rapid.Custom(func(t *rapid.T) op {
		c, r := car.Draw(t, "car"), rev.Draw(t, "rev")
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0, 1:
			return op{fmt.Sprintf("delete %q at %d", c.ID, r), func(tx store.Tx) string {
				return "delete " + outcome(0, Cars.Delete(tx, c.ID, r))
			}}
		case 2:
			q, s := query.Draw(t, "query"), scope.Draw(t, "scope")
			return op{fmt.Sprintf("query %+v under %v", q, s), func(tx store.Tx) string {
				recs, err := tx.Scoped(s).Select(Cars.Schema(), q)
				return fmt.Sprintf("query %d %v", len(recs.Records), err)
			}}
		case 3:
			return op{"get " + c.ID, func(tx store.Tx) string { d, err := Cars.Get(tx, c.ID); return "get " + outcome(d.Rev, err) }}
		}
		return op{fmt.Sprintf("put %+v at %d", c, r), func(tx store.Tx) string {
			rev, err := Cars.Put(tx, &c, r)
			return "put " + outcome(rev, err)
		}}
	})
	return gens{ops, scope, query}
}

func outcome(rev int64, err error) string {
	if err != nil {
		return string(fault.Of(err)) + " " + err.Error()
	}
	return fmt.Sprint(rev)
}
