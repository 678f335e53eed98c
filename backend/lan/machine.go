package lan

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// Machine is what others on the network may call this machine by.
type Machine struct {
	Names     []string     // host names, lower case
	Addresses []netip.Addr // private ones first; none of loopback
}

// System asks the operating system. What it does not tell is left out.
func System() Machine {
	var m Machine
	if host, err := os.Hostname(); err == nil {
		m.Names = hostNames(host)
	}
	list, err := net.InterfaceAddrs()
	if err != nil {
		return m
	}
	for _, a := range list {
		p, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		// An IPv6 link-local address works with its zone only, which no browser takes.
		if a := p.Addr().Unmap(); !a.IsLoopback() && !a.IsMulticast() && (a.Is4() || !a.IsLinkLocalUnicast()) {
			m.Addresses = append(m.Addresses, a)
		}
	}
	slices.SortStableFunc(m.Addresses, func(a, b netip.Addr) int { return rank(a) - rank(b) })
	return m
}

func (m Machine) equal(o Machine) bool {
	return slices.Equal(m.Names, o.Names) && slices.Equal(m.Addresses, o.Addresses)
}

// rank puts those first that a person of the same network would type.
func rank(a netip.Addr) int {
	switch {
	case a.Is4() && a.IsPrivate():
		return 0
	case a.Is4() && !a.IsLinkLocalUnicast():
		return 1
	case a.Is6() && !a.IsPrivate():
		return 2
	}
	return 3
}

// hostNames are the forms in which a host name is met: whole, its first part,
// and that part under .local, which the machine's own responder announces.
func hostNames(host string) []string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	first, _, _ := strings.Cut(host, ".")
	if !isName(host) || first == "localhost" {
		return nil
	}
	names := []string{host}
	for _, n := range []string{first, first + ".local"} {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// isName reports whether s is a host name as a certificate may hold it (RFC
// 1123): a machine's name may have other letters, and would spoil all of it.
func isName(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || len(part) > 63 || part[0] == '-' || part[len(part)-1] == '-' {
			return false
		}
		for _, c := range part {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	return true
}
