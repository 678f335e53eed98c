package lan

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/pion/logging"
	"github.com/pion/mdns/v2"
	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// announcer answers questions for the hub's .local name (RFC 6762), each on
// the interface that it came by with that interface's address. It asks and
// stores nothing itself.
type announcer struct {
	name string

	mu    sync.Mutex
	conn  *mdns.Conn
	wrong error
}

// restart begins to answer, anew where it did: interfaces may have changed.
// Where multicast is impossible the hub goes on without: its addresses work.
func (a *announcer) restart() error {
	closed := a.close()
	conn, err := listenMDNS(a.name)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.conn, a.wrong = conn, err
	return errors.Join(closed, err)
}

func listenMDNS(name string) (*mdns.Conn, error) {
	var v4 *ipv4.PacketConn
	var v6 *ipv6.PacketConn
	// Go listens on the port for all addresses, and shares it with the
	// system's own responder.
	l4, err4 := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: 5353})
	if err4 == nil {
		v4 = ipv4.NewPacketConn(l4)
	}
	l6, err6 := net.ListenUDP("udp6", &net.UDPAddr{IP: net.ParseIP("ff02::fb"), Port: 5353})
	if err6 == nil {
		v6 = ipv6.NewPacketConn(l6)
	}
	if err4 != nil && err6 != nil {
		return nil, fmt.Errorf("listen for questions: %w", errors.Join(err4, err6))
	}
	conn, err := mdns.NewServer(v4, v6, mdns.WithName("hubcap"), mdns.WithLocalNames(name), mdns.WithCacheRefresh(false),
		mdns.WithRecordTypes(dnsmessage.TypeA, dnsmessage.TypeAAAA),
		mdns.WithLoggerFactory(&logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}))
	if err != nil {
		err = fmt.Errorf("answer for %s: %w", name, err)
		if l4 != nil {
			err = errors.Join(err, l4.Close())
		}
		if l6 != nil {
			err = errors.Join(err, l6.Close())
		}
		return nil, err
	}
	return conn, nil
}

func (a *announcer) close() error {
	a.mu.Lock()
	conn := a.conn
	a.conn = nil
	a.mu.Unlock()
	if conn == nil {
		return nil
	}
	return conn.Close()
}

func (a *announcer) describe(s *Status) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.conn != nil:
		s.MDNS = "announced"
	case a.wrong != nil:
		s.MDNS = "failed"
		s.Warnings = append(s.Warnings, Warning{"mdns", "The name can't be announced on this network, so devices don't find it: " + a.wrong.Error() + "."})
	}
}
