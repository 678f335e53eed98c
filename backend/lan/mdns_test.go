package lan_test

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/mdns/v2"
	"golang.org/x/net/ipv4"
)

// In a network of its own the name is asked for by multicast and answered
// with this machine's address there.
func TestNameIsAnnounced(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_INNER") != "" {
		announced(t)
		return
	}
	if os.Getuid() != 0 {
		t.Skip("a network of its own needs root")
	}
	for _, tool := range []string{"unshare", "ip"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("a network of its own needs " + tool)
		}
	}
	if out, err := exec.Command("unshare", "-n", "true").CombinedOutput(); err != nil {
		t.Skipf("no network of its own here: %v %s", err, out)
	}
	inner := exec.Command("unshare", "-n", os.Args[0], "-test.run=^TestNameIsAnnounced$", "-test.v")
	inner.Env = append(os.Environ(), "HUBCAP_TEST_INNER=1")
	out, err := inner.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if strings.Contains(string(out), "SKIP") {
		t.Skipf("%s", out)
	}
}

func announced(t *testing.T) {
	for _, args := range []string{"link add lan0 type veth peer name lan1", "link set lan1 up", "addr add 10.99.0.7/24 dev lan0", "link set lan0 multicast on up", "route add 224.0.0.0/4 dev lan0"} {
		if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Skipf("no interface here: ip %s: %s", args, out)
		}
	}
	w := newWorld(t)
	l := w.must(nil)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()

	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: 5353})
	if err != nil {
		t.Fatal(err)
	}
	asker, err := mdns.NewServer(ipv4.NewPacketConn(c), nil, mdns.WithQueryInterval(100*time.Millisecond),
		mdns.WithLoggerFactory(&logging.DefaultLoggerFactory{Writer: io.Discard}))
	if err != nil {
		t.Fatal(err)
	}
	patience, enough := context.WithTimeout(ctx, 15*time.Second)
	defer enough()
	_, addr, err := asker.QueryAddr(patience, l.Name())
	if err != nil || addr.String() != "10.99.0.7" {
		t.Errorf("%s is at %v, %v; want 10.99.0.7", l.Name(), addr, err)
	}
	if s := l.Status(); s.MDNS != "announced" {
		t.Errorf("status %+v", s)
	}
	if err := asker.Close(); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
