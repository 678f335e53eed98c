package job

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Watcher hears of changes of the jobs in its caller's scope. Of each job it holds
// the newest state only, so that one who reads slowly misses steps and never
// the end, and holds no more than there are jobs.
type Watcher struct {
	// C has a value when there is something to Take.
	C <-chan struct{}

	desk *Desk
	of   Caller
	c    chan struct{}

	mu   sync.Mutex
	news map[string]Status
}

// Watch begins to listen. End it with Close.
func (d *Desk) Watch(c Caller) *Watcher {
	w := &Watcher{desk: d, of: c, c: make(chan struct{}, 1), news: map[string]Status{}}
	w.C = w.c
	d.watching.Lock()
	defer d.watching.Unlock()
	d.watchers[w] = true
	return w
}

// Take returns what has changed since the last Take, by job.
func (w *Watcher) Take() []Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := slices.SortedFunc(maps.Values(w.news), func(a, b Status) int { return strings.Compare(a.ID, b.ID) })
	clear(w.news)
	return out
}

// Close ends listening.
func (w *Watcher) Close() {
	w.desk.watching.Lock()
	defer w.desk.watching.Unlock()
	delete(w.desk.watchers, w)
}

// tell gives a job's state to those who watch.
func (d *Desk) tell(s Status) {
	d.watching.Lock()
	defer d.watching.Unlock()
	for w := range d.watchers {
		if w.of.Scope.Org() != s.Org || !w.of.Scope.Sees(s.place()) {
			continue
		}
		w.mu.Lock()
		w.news[s.ID] = s
		w.mu.Unlock()
		select {
		case w.c <- struct{}{}:
		default:
		}
	}
}
