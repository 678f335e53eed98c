package lan_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
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
	for _, args := range []string{"link add lan0 type veth peer name lan1", "link set lo up", "link set lan1 up", "addr add 10.99.0.7/24 dev lan0", "link set lan0 multicast on up", "route add 224.0.0.0/4 dev lan0"} {
		if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Skipf("no interface here: ip %s: %s", args, out)
		}
	}
	w := newWorld(t)
	l := w.must(nil)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()

	if addr := ask(t, l.Name()); addr != "10.99.0.7" {
		t.Errorf("%s is at %q; want 10.99.0.7", l.Name(), addr)
	}
	if s := l.Status(); s.MDNS != "announced" {
		t.Errorf("status %+v", s)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// ask asks by multicast as a device does, and again until it is answered.
func ask(t *testing.T, name string) string {
	t.Helper()
	c, err := net.ListenUDP("udp4", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	lan0, err := net.InterfaceByName("lan0")
	if err != nil {
		t.Fatal(err)
	}
	if err := ipv4.NewPacketConn(c).SetMulticastInterface(lan0); err != nil {
		t.Fatal(err)
	}
	question, err := (&dnsmessage.Message{Questions: []dnsmessage.Question{{
		Name: dnsmessage.MustNewName(name + "."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET,
	}}}).Pack()
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1500)
	for range 60 {
		if _, err := c.WriteTo(question, &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: 5353}); err != nil {
			t.Fatal(err)
		}
		if err := c.SetReadDeadline(time.Now().Add(500 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		n, _, err := c.ReadFrom(b)
		var m dnsmessage.Message
		if err != nil || m.Unpack(b[:n]) != nil || len(m.Answers) == 0 {
			continue
		}
		if a, ok := m.Answers[0].Body.(*dnsmessage.AResource); ok {
			return net.IP(a.A[:]).String()
		}
	}
	return ""
}
