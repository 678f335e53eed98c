package reference

import (
	"bufio"
	"bytes"
	"context"
)

// InMemory brings in a file without a disk, for the fuzzers: the shelf it gives
// holds the one book.
func InMemory(b []byte) (*Shelf, Source, error) {
	r := bufio.NewReader(bytes.NewReader(b))
	kind, err := kindOf(r)
	if err != nil {
		return nil, Source{}, err
	}
	src := Source{Kind: kind}
	var out bytes.Buffer
	if err := build(context.Background(), &out, r, &src); err != nil {
		return nil, src, err
	}
	bk, err := openBook(out.String())
	if err != nil {
		panic(err) // what was just written
	}
	s := New("", Options{})
	s.state.Store(&state{books: []*book{bk}})
	return s, src, nil
}
