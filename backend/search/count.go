package search

import "fmt"

// Documents is how many documents the index holds, of all organisations.
func (ix *Index) Documents() (uint64, error) {
	g := ix.acquire()
	if g == nil {
		return 0, nil
	}
	defer g.users.Done()
	n, err := g.index.DocCount()
	if err != nil {
		return 0, fmt.Errorf("count the search index: %w", err)
	}
	return n, nil
}
