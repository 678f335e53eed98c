package meaning

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Request asks which documents hold a text that means like Text.
type Request struct {
	Kind  string
	Text  string
	Limit int     // documents; 0 is 20
	Least float32 // cosine below which nothing is alike; 0 is Alike
	Key   string  // the only document that is looked at, each of its texts by itself; "" is all, each by its likest
}

// Alike is the cosine from which two texts count as alike, found on the
// judged queries of testdata (docs/benchmarks/meaning.md).
const Alike = 0.25

// Match is a document with the text of it that means likest.
type Match struct {
	Key string
	Piece
	Score float32 // cosine
}

// rescored is how many of the coarse search are compared again exactly.
const rescored = 200

// Near answers a request under a scope, best first. Without a model it finds
// nothing and is Unavailable.
func (ix *Index) Near(ctx context.Context, s store.Scope, r Request) ([]Match, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if r.Limit == 0 {
		r.Limit = 20
	}
	if r.Least == 0 {
		r.Least = Alike
	}
	v, err := ix.vector(ctx, r.Text)
	if err != nil {
		return nil, err
	}
	found, err := ix.find(v, s, r)
	if err != nil && ix.spoilt(err) {
		return nil, fault.Wrap(fault.Unavailable, err, "the meanings are being made again")
	}
	if err != nil {
		return nil, err
	}
	return ix.texts(ctx, s, r, found)
}

// vector is the query's, from the last ones asked or from the model.
func (ix *Index) vector(ctx context.Context, text string) ([]float32, error) {
	ix.mu.RLock()
	m, ready := ix.model, ix.table != nil
	ix.mu.RUnlock()
	if !ready {
		return nil, fault.New(fault.Unavailable, "there are no meanings to search yet")
	}
	if v, ok := ix.asked.get(text); ok {
		return v, nil
	}
	reply, err := m.Embed(ctx, llm.EmbedRequest{Texts: []string{text}})
	if err != nil {
		return nil, err
	}
	if len(reply.Vectors) != 1 {
		return nil, errors.New("the model gave no vector")
	}
	ix.asked.put(text, reply.Vectors[0])
	return reply.Vectors[0], nil
}

// hit is a document's best row.
type hit struct {
	org, key string
	row      int32
	field    string
	score    float32
}

// find compares the query with all vectors and returns the best documents.
func (ix *Index) find(v []float32, s store.Scope, r Request) ([]hit, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	t := ix.table
	if t == nil || len(v) != t.dims {
		return nil, fault.New(fault.Unavailable, "the meanings are being made again")
	}
	sees := func(o owner) bool {
		d := &t.docs[o.doc]
		h := t.homes[d.home]
		return h.kind == r.Kind && (r.Key == "" || d.key == r.Key) && (s.Org() == "" || h.org == s.Org()) && s.Sees(t.places[d.place])
	}
	near := t.nearest(v, rescored, func(row int32) bool { return slices.ContainsFunc(t.owners[row], sees) })
	best := map[[2]int32]hit{}
	exact := make([]float32, t.dims)
	for _, c := range near {
		// A coarse cosine is within a hundredth of the exact one.
		if c.score < r.Least-0.02 {
			break
		}
		if err := ix.files.vector(c.row, exact); err != nil {
			return nil, err
		}
		score := cosine(v, exact)
		if score < r.Least {
			continue
		}
		for _, o := range t.owners[c.row] {
			one := [2]int32{o.doc}
			if r.Key != "" {
				one[1] = c.row
			}
			if old, ok := best[one]; sees(o) && (!ok || score > old.score) {
				best[one] = hit{t.homes[t.docs[o.doc].home].org, t.docs[o.doc].key, c.row, t.fields[o.field], score}
			}
		}
	}
	out := make([]hit, 0, len(best))
	for _, h := range best {
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.key, a.key), cmp.Compare(a.row, b.row))
	})
	return out[:min(len(out), r.Limit)], nil
}

// texts reads the texts of what was found, under the caller's scope: a piece
// that is there no more is left out.
func (ix *Index) texts(ctx context.Context, s store.Scope, r Request, found []hit) ([]Match, error) {
	src := ix.sources[r.Kind]
	if src == nil {
		return nil, fault.New(fault.Internal, "nothing of the kind %q has meanings", r.Kind)
	}
	ix.mu.RLock()
	prints := make([]print, len(found))
	for i, h := range found {
		if ix.table != nil && int(h.row) < len(ix.table.prints) {
			prints[i] = ix.table.prints[h.row]
		}
	}
	ix.mu.RUnlock()
	out := make([]Match, 0, len(found))
	err := ix.db.View(ctx, s, func(rd store.Reader) error {
		out = out[:0]
		for i, h := range found {
			scoped := rd
			if s.Org() == "" {
				scoped = rd.Scoped(s.In(h.org))
			}
			_, pieces, err := src.Pieces(scoped, h.key)
			var damaged *store.Damaged
			switch {
			case fault.Is(err, fault.NotFound), errors.As(err, &damaged):
				continue
			case err != nil:
				return fmt.Errorf("read pieces of %s: %w", h.key, err)
			}
			if n := slices.IndexFunc(pieces, func(p Piece) bool { return printOf(p.Text) == prints[i] }); n >= 0 {
				out = append(out, Match{h.key, pieces[n], h.score})
			}
		}
		return nil
	})
	return out, err
}

// recent keeps the vectors of the last questions: a page asks the same one
// again for each change of a filter.
type recent struct {
	mu    sync.Mutex
	texts []string
	all   map[string][]float32
}

const recentSize = 256

func (r *recent) get(text string) ([]float32, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.all[text]
	return v, ok
}

func (r *recent) put(text string, v []float32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[string][]float32{}
	}
	if _, ok := r.all[text]; !ok {
		r.texts = append(r.texts, text)
	}
	r.all[text] = v
	if len(r.texts) > recentSize {
		delete(r.all, r.texts[0])
		r.texts = r.texts[1:]
	}
}

func (r *recent) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.texts, r.all = nil, nil
}
