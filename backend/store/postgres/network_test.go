package postgres_test

import (
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/hubcap-dev/hubcap/backend/store/postgres"
)

// network is a toxiproxy between the store and the database. What it can't do,
// to lose the answer to one certain message, proxy does.
type network struct{ *toxiproxy.Proxy }

func newNetwork(t *testing.T, port int) network {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	n := network{toxiproxy.NewProxy(server, "database", "127.0.0.1:0", fmt.Sprint("127.0.0.1:", port))}
	n.restore(t)
	t.Cleanup(func() { n.heal(t); n.Stop() })
	return n
}

// url is a database's URL through the network.
func (n network) url(t *testing.T, name string) string {
	_, port, err := net.SplitHostPort(n.Listen)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(cluster.URL(name), fmt.Sprint(":", cluster.Port(t)), ":"+port, 1)
}

// poison adds a toxic to one direction: "upstream" is to the database.
func (n network) poison(t *testing.T, kind, stream string, attributes map[string]int) {
	t.Helper()
	b, err := json.Marshal(map[string]any{"type": kind, "stream": stream, "attributes": attributes})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Toxics.AddToxicJson(strings.NewReader(string(b))); err != nil {
		t.Fatal(err)
	}
}

func (n network) heal(t *testing.T) { n.Toxics.ResetToxics(t.Context()) }

// cut ends all connections and lets none in until restore.
func (n network) cut() { n.Stop() }

func (n network) restore(t *testing.T) {
	t.Helper()
	if err := n.Start(); err != nil {
		t.Fatal(err)
	}
}

// to sends everybody to another server.
func (n network) to(t *testing.T, port int) {
	t.Helper()
	n.Lock()
	listen := n.Listen
	n.Unlock()
	n.cut()
	if err := n.Update(&toxiproxy.Proxy{Listen: listen, Upstream: fmt.Sprint("127.0.0.1:", port), Enabled: true}); err != nil {
		t.Fatal(err)
	}
}

// TestNetwork: whatever the network does, a write is acknowledged and there
// once, or its writer is told to come back; when the network is well again, so
// is the store.
func TestNetwork(t *testing.T) {
	for _, c := range []struct {
		name       string
		kind       string
		attributes map[string]int
		upstream   bool
		all        bool // nobody is refused: it is slow, no more
	}{
		{name: "far away", kind: "latency", attributes: map[string]int{"latency": 6, "jitter": 4}, all: true},
		{name: "narrow", kind: "bandwidth", attributes: map[string]int{"rate": 100}, all: true}, // KB/s
		{name: "in small pieces", kind: "slicer", attributes: map[string]int{"average_size": 40, "size_variation": 30, "delay": 10}, all: true},
		{name: "slow to close", kind: "slow_close", attributes: map[string]int{"delay": 20}, all: true},
		{name: "reset at once", kind: "reset_peer", attributes: map[string]int{"timeout": 0}},
		{name: "requests are reset", kind: "reset_peer", attributes: map[string]int{"timeout": 5}, upstream: true},
		{name: "answers end in the middle", kind: "limit_data", attributes: map[string]int{"bytes": 4000}},
		{name: "requests end in the middle", kind: "limit_data", attributes: map[string]int{"bytes": 6000}, upstream: true},
		{name: "answers vanish, then it closes", kind: "timeout", attributes: map[string]int{"timeout": 30}},
		{name: "requests vanish, then it closes", kind: "timeout", attributes: map[string]int{"timeout": 30}, upstream: true},
		{name: "cut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNetwork(t, cluster.Port(t))
			db := mustOpen(t, n.url(t, database(t)), postgres.Options{Statement: 3 * time.Second, Outcome: 300 * time.Millisecond, Acquire: time.Second})
			if _, _, err := insert(t, db, "first", ""); err != nil {
				t.Fatal(err)
			}
			var mu sync.Mutex
			wrote, refused := []string{"first"}, 0
			load := func(writer int) {
				for i := range 8 {
					key := fmt.Sprintf("w%d-%d", writer, i)
					_, _, err := insert(t, db, key, strings.Repeat(key, 20))
					mu.Lock()
					if err == nil {
						wrote = append(wrote, key)
					} else {
						refused++
						again(t, "a write", err)
					}
					mu.Unlock()
					if _, err := rev(t, db, "first"); err != nil {
						again(t, "a read", err)
					}
				}
			}
			stream := "downstream"
			if c.upstream {
				stream = "upstream"
			}
			if c.kind == "" {
				n.cut()
			} else {
				n.poison(t, c.kind, stream, c.attributes)
			}
			var writers sync.WaitGroup
			for w := range 4 {
				writers.Go(func() { load(w) })
			}
			writers.Wait()
			if c.kind == "" {
				n.restore(t)
			} else {
				n.heal(t)
			}
			if c.all && refused > 0 {
				t.Errorf("%d writes were refused", refused)
			}
			if _, _, err := insert(t, db, "last", ""); err != nil {
				t.Fatalf("when the network is well again: %v", err)
			}
			for _, key := range append(wrote, "last") {
				if got, err := rev(t, db, key); err != nil || got != 1 {
					t.Errorf("%s was acknowledged and is at revision %d, %v", key, got, err)
				}
			}
			if got := whole(t, db); got < uint64(len(wrote)+1) {
				t.Errorf("the log holds %d changes, %d were acknowledged", got, len(wrote)+1)
			}
			t.Logf("%d acknowledged, %d refused", len(wrote)-1, refused)
		})
	}
}
