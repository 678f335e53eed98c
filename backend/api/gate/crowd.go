package gate

import (
	"net"
	"net/netip"
	"sync"

	"github.com/hubcap-dev/hubcap/backend/account"
)

// Crowd bounds how many connections are open at once, in all and of one
// address: beyond that a new one is closed at once. A trusted proxy, behind
// which many stand, is held to the first bound only.
func Crowd(l net.Listener, all, perAddress int, proxies Proxies) net.Listener {
	return &crowd{Listener: l, all: all, each: perAddress, proxies: proxies, open: map[string]int{}}
}

type crowd struct {
	net.Listener
	all, each int
	proxies   Proxies

	mu   sync.Mutex
	open map[string]int
	sum  int
}

func (c *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		var from netip.Addr
		if ap, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
			from = ap.Addr().Unmap().WithZone("")
		}
		who := account.Network(from).String()
		if c.enter(who, c.proxies.trusts(from)) {
			return &counted{Conn: conn, leave: sync.OnceFunc(func() { c.leave(who) })}, nil
		}
		// Nobody is told: a client that opens hundreds hears nothing else either.
		_ = conn.Close()
	}
}

func (c *crowd) enter(who string, proxy bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sum >= c.all || !proxy && c.open[who] >= c.each {
		return false
	}
	c.open[who]++
	c.sum++
	return true
}

func (c *crowd) leave(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum--
	if c.open[who]--; c.open[who] == 0 {
		delete(c.open, who)
	}
}

// counted is a connection that leaves the crowd when it is closed.
type counted struct {
	net.Conn
	leave func()
}

func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}
