package meaning

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// print identifies a text.
type print [16]byte

func printOf(text string) print {
	h := sha256.Sum256([]byte(text))
	return print(h[:16])
}

// owner is a piece: a document and the field of it that holds a text.
type owner struct {
	doc   int32
	field uint8
}

// document is what owns pieces. What many share is a number here: at 100,000
// documents each byte counts.
type document struct {
	key   string
	home  int32   // of table.homes
	place int32   // of table.places
	rows  []int32 // of its pieces
}

// home is the kind and organisation of documents.
type home struct{ kind, org string }

// table is all vectors and pieces in memory. Its lock is the index's.
type table struct {
	dims    int
	rows    map[print]int32
	prints  []print   // by row
	codes   [][]int8  // chunks of chunkRows rows of dims
	factors []float32 // by row
	owners  [][]owner // by row; none: nobody has the text any more

	docs   []document
	byID   map[print]int32
	homes  []home
	places []store.Place
	fields []string // names, by number
}

// chunkRows is how many codes lie in one piece of memory: a table grows by
// such pieces, with nothing copied and nothing spare.
const chunkRows = 2048

func newTable(dims int) *table {
	return &table{dims: dims, rows: map[print]int32{}, byID: map[print]int32{}}
}

func docID(kind, org, key string) print { return printOf(kind + "\x00" + org + "\x00" + key) }

// codeOf is the code of a row.
func (t *table) codeOf(row int32) []int8 {
	at := int(row) % chunkRows * t.dims
	return t.codes[int(row)/chunkRows][at : at+t.dims]
}

// number is where x stands in a short list, which it joins if it is new.
func number[T comparable](list *[]T, x T) int32 {
	n := slices.Index(*list, x)
	if n < 0 {
		n = len(*list)
		*list = append(*list, x)
	}
	return int32(n)
}

// add takes a text's vector in and returns its row.
func (t *table) add(p print, v []float32) int32 {
	row := int32(len(t.factors))
	t.rows[p] = row
	t.prints = append(t.prints, p)
	if int(row)%chunkRows == 0 {
		t.codes = append(t.codes, make([]int8, chunkRows*t.dims))
	}
	t.factors = append(t.factors, code(v, t.codeOf(row)))
	t.owners = append(t.owners, nil)
	return row
}

// set replaces the pieces of a document. Each print must have a row.
func (t *table) set(kind, org, key string, place store.Place, pieces []pieceRef) {
	id := docID(kind, org, key)
	n, ok := t.byID[id]
	if !ok {
		if len(pieces) == 0 {
			return
		}
		n = int32(len(t.docs))
		t.docs = append(t.docs, document{key: key, home: number(&t.homes, home{kind, org})})
		t.byID[id] = n
	}
	d := &t.docs[n]
	for _, row := range d.rows {
		t.owners[row] = slices.DeleteFunc(t.owners[row], func(o owner) bool { return o.doc == n })
	}
	d.place, d.rows = number(&t.places, place), make([]int32, 0, len(pieces))
	for _, p := range pieces {
		row := t.rows[p.print]
		d.rows = append(d.rows, row)
		t.owners[row] = append(t.owners[row], owner{n, uint8(number(&t.fields, p.field))})
	}
}

// pieceRef is a piece as it is stored: its text's print alone.
type pieceRef struct {
	field string
	print print
}

// candidate is a row with its coarse cosine.
type candidate struct {
	row   int32
	score float32
}

// nearest returns the n rows that are likest to a vector and wanted, best
// first, by two goroutines. want is asked for few rows only: those that would
// be taken.
func (t *table) nearest(v []float32, n int, want func(row int32) bool) []candidate {
	q := make([]int8, t.dims)
	factor := code(v, q)
	half := len(t.factors) / 2
	var parts [2][]candidate
	var both sync.WaitGroup
	for i, span := range [2][2]int{{0, half}, {half, len(t.factors)}} {
		both.Go(func() { parts[i] = t.scan(q, factor, span[0], span[1], n, want) })
	}
	both.Wait()
	all := append(parts[0], parts[1]...)
	slices.SortFunc(all, better)
	return all[:min(n, len(all))]
}

func better(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.row, b.row))
}

// scan keeps the n best of a span. It gathers up to twice as many and cuts
// them down when full, which is cheaper than a heap at this n.
func (t *table) scan(q []int8, factor float32, from, to, n int, want func(int32) bool) []candidate {
	best := make([]candidate, 0, 2*n)
	least := float32(-2)
	for row := from; row < to; row++ {
		if len(t.owners[row]) == 0 {
			continue
		}
		s := float32(product(q, t.codeOf(int32(row)))) * factor * t.factors[row]
		if s <= least || !want(int32(row)) {
			continue
		}
		best = append(best, candidate{int32(row), s})
		if len(best) == 2*n {
			slices.SortFunc(best, better)
			best = best[:n]
			least = best[n-1].score
		}
	}
	return best
}

func (t *table) has(p print) bool { _, ok := t.rows[p]; return ok }

// pieces are those of a document, as they were set.
func (t *table) pieces(doc int32) []pieceRef {
	var out []pieceRef
	for i, row := range t.docs[doc].rows {
		// A text that stands twice in a document has two owners in its row.
		nth := 0
		for _, before := range t.docs[doc].rows[:i] {
			if before == row {
				nth++
			}
		}
		for _, o := range t.owners[row] {
			if o.doc != doc {
				continue
			}
			if nth == 0 {
				out = append(out, pieceRef{t.fields[o.field], t.prints[row]})
				break
			}
			nth--
		}
	}
	return out
}

// holds reports whether a document stands with these pieces already.
func (t *table) holds(kind, org, key string, place store.Place, refs []pieceRef) bool {
	n, ok := t.byID[docID(kind, org, key)]
	if !ok {
		return len(refs) == 0
	}
	return t.places[t.docs[n].place] == place && slices.Equal(t.pieces(n), refs)
}

// wasteful reports whether most of what is kept belongs to nobody.
func (t *table) wasteful() bool {
	dead := 0
	for _, o := range t.owners {
		if len(o) == 0 {
			dead++
		}
	}
	return dead > 1000 && dead > len(t.owners)/2
}
