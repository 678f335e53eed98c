package gate

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Proxies are the addresses of the proxies that stand before the hub. What
// they say of their client is believed, and nobody else's word.
type Proxies []netip.Prefix

// ParseProxies reads addresses and ranges, separated by commas or blanks.
func ParseProxies(s string) (Proxies, error) {
	var out Proxies
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		if p, err := netip.ParsePrefix(f); err == nil {
			out = append(out, p.Masked())
			continue
		}
		a, err := netip.ParseAddr(f)
		if err != nil || a.Zone() != "" {
			return nil, fault.New(fault.Invalid, "%q is neither an address nor a range of addresses", f).WithRemedy("write it as 10.0.0.5 or 10.0.0.0/24")
		}
		out = append(out, netip.PrefixFrom(a, a.BitLen()))
	}
	return out, nil
}

func (p Proxies) String() string {
	texts := make([]string, len(p))
	for i, r := range p {
		texts[i] = r.String()
	}
	return strings.Join(texts, ",")
}

func (p Proxies) trusts(a netip.Addr) bool {
	for _, r := range p {
		if r.Contains(a) {
			return true
		}
	}
	return false
}

// mostHops bounds how many proxies are walked through.
const mostHops = 16

// Client is the address of who sent r: the socket's peer, or, where that is a
// trusted proxy, the last address of X-Forwarded-For that is none. The list
// is walked from its right end, since everything to the left of what a
// trusted proxy wrote may be the client's own invention. Forwarded (RFC 7239)
// is not read: a proxy that writes one of the two headers passes the other on
// as the client sent it.
func (p Proxies) Client(r *http.Request) netip.Addr {
	at := peer(r)
	if !p.trusts(at) {
		return at
	}
	lines := r.Header.Values("X-Forwarded-For")
	hops := 0
	for i := len(lines) - 1; i >= 0; i-- {
		rest := lines[i]
		for rest != "" {
			var last string
			if cut := strings.LastIndexByte(rest, ','); cut >= 0 {
				rest, last = rest[:cut], rest[cut+1:]
			} else {
				rest, last = "", rest
			}
			a, ok := parseHop(last)
			if hops++; !ok || hops > mostHops {
				return at // what a proxy wrote of nobody: the proxy itself
			}
			if at = a; !p.trusts(at) {
				return at
			}
		}
	}
	return at
}

// parseHop reads one entry of X-Forwarded-For, which some proxies write with
// a port.
func parseHop(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		ap, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		a = ap.Addr()
	}
	return a.Unmap().WithZone(""), true
}

// peer is the address at the other end of r's connection; the zero address
// for a unix socket.
func peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

type addressKey struct{}

// Address is the client's address, as the gate found it; the zero address on
// the unix socket.
func Address(ctx context.Context) netip.Addr {
	a, _ := ctx.Value(addressKey{}).(netip.Addr)
	return a
}

func withAddress(r *http.Request, a netip.Addr) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), addressKey{}, a))
}
