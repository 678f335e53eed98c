package gate

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
)

// Hosts is the exact list of names that a listener answers to. A request by
// any other name is misdirected (421): that is how a foreign name that was
// made to resolve here (DNS rebinding) is kept out.
type Hosts struct {
	port    string
	scheme  string
	allowed atomic.Pointer[map[string]bool]
	proxies Proxies
}

// NewHosts returns the list of a listener at port, empty yet. secure says
// that the listener speaks TLS.
func NewHosts(port string, secure bool, proxies Proxies) *Hosts {
	h := &Hosts{port: port, scheme: "http", proxies: proxies}
	if secure {
		h.scheme = "https"
	}
	h.Set(nil, nil)
	return h
}

// Loopback are the names of this computer as it calls itself.
func Loopback() []string { return []string{"127.0.0.1", "localhost", "::1"} }

// Set replaces the names. own are host names and addresses met at the
// listener's port. others may be met without a port too, as where a proxy or
// a forwarded port stands before the hub, or at the port that they name. It
// may be called while requests are answered.
func (h *Hosts) Set(own, others []string) {
	allowed := map[string]bool{}
	for _, n := range own {
		h.add(allowed, n, h.scheme == "http" && h.port == "80" || h.scheme == "https" && h.port == "443")
	}
	for _, n := range others {
		h.add(allowed, n, true) // browsers leave the scheme's own port out
	}
	h.allowed.Store(&allowed)
}

func (h *Hosts) add(to map[string]bool, name string, bare bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" {
		return
	}
	if _, _, err := net.SplitHostPort(name); err == nil {
		to[name] = true
		return
	}
	to[net.JoinHostPort(name, h.port)] = true
	if a, err := netip.ParseAddr(name); bare && err == nil && a.Is6() {
		to["["+name+"]"] = true
	} else if bare {
		to[name] = true
	}
}

// Allows reports whether a request to host is meant for this listener.
func (h *Hosts) Allows(host string) bool {
	allowed := *h.allowed.Load()
	return allowed[host] || allowed[strings.ToLower(host)]
}

// Own reports whether an Origin is that of the very page that r's listener
// serves under r's own name.
func (h *Hosts) Own(r *http.Request, origin string) bool {
	scheme, host, ok := strings.Cut(origin, "://")
	return ok && scheme == h.Scheme(r) && host == r.Host && h.Allows(host)
}

// Scheme is the one that the client used: the listener's own, or what a
// trusted proxy before it says.
func (h *Hosts) Scheme(r *http.Request) string {
	if h.scheme == "http" && r.Header.Get("X-Forwarded-Proto") == "https" && h.proxies.trusts(peer(r)) {
		return "https"
	}
	return h.scheme
}
