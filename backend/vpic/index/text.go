package index

import (
	"fmt"
	"sort"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// texts gathers every string once; references are known after lay.
type texts struct {
	want map[string]bool
	at   map[string]int
	blob []byte
}

func newTexts() *texts { return &texts{want: map[string]bool{}} }

func (t *texts) add(s string) { t.want[s] = true }

// lay writes all texts in sorted order.
func (t *texts) lay() error {
	all := make([]string, 0, len(t.want))
	for s := range t.want {
		if len(s) > 1<<16-1 {
			return fmt.Errorf("text of %d bytes: %.40q", len(s), s)
		}
		all = append(all, s)
	}
	sort.Strings(all)
	t.at = make(map[string]int, len(all))
	for _, s := range all {
		t.at[s] = len(t.blob)
		t.blob = append(t.blob, s...)
	}
	return nil
}

// ref is the reference of a text that was added before lay.
func (t *texts) ref(s string) uint64 {
	at, ok := t.at[s]
	if !ok {
		panic("text was not collected: " + s)
	}
	return vin.TextRef(at, len(s))
}
