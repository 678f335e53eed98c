package netguard

import "net/netip"

// special are the ranges that are not of the public internet, from the IANA
// special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its
// followers), with what to call them.
var special = []struct {
	prefix netip.Prefix
	name   string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "of this machine"},
	{netip.MustParsePrefix("10.0.0.0/8"), "of a private network"},
	{netip.MustParsePrefix("100.64.0.0/10"), "of a carrier's inner network"},
	{netip.MustParsePrefix("127.0.0.0/8"), "of this machine"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local, where clouds keep their metadata service"},
	{netip.MustParsePrefix("172.16.0.0/12"), "of a private network"},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved"},
	{netip.MustParsePrefix("192.0.2.0/24"), "for documentation only"},
	{netip.MustParsePrefix("192.88.99.0/24"), "a 6to4 relay"},
	{netip.MustParsePrefix("192.168.0.0/16"), "of a private network"},
	{netip.MustParsePrefix("198.18.0.0/15"), "for benchmarks only"},
	{netip.MustParsePrefix("198.51.100.0/24"), "for documentation only"},
	{netip.MustParsePrefix("203.0.113.0/24"), "for documentation only"},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast group"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},

	{netip.MustParsePrefix("::/128"), "of this machine"},
	{netip.MustParsePrefix("::1/128"), "of this machine"},
	{netip.MustParsePrefix("64:ff9b::/96"), "a translated IPv4 address"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "a translated IPv4 address"},
	{netip.MustParsePrefix("100::/64"), "for discarding only"},
	{netip.MustParsePrefix("2001::/23"), "of a protocol, Teredo among them"},
	{netip.MustParsePrefix("2001:db8::/32"), "for documentation only"},
	{netip.MustParsePrefix("2002::/16"), "a 6to4 address, which hides an IPv4 one"},
	{netip.MustParsePrefix("3fff::/20"), "for documentation only"},
	{netip.MustParsePrefix("5f00::/16"), "of segment routing"},
	{netip.MustParsePrefix("fc00::/7"), "of a private network"},
	{netip.MustParsePrefix("fe80::/10"), "link-local"},
	{netip.MustParsePrefix("ff00::/8"), "a multicast group"},
}

// inside says why an address is not public, "" if it is.
func inside(a netip.Addr) string {
	if !a.IsValid() {
		return "not an address"
	}
	for _, s := range special {
		if s.prefix.Contains(a) {
			return s.name
		}
	}
	if a.Is6() && !netip.MustParsePrefix("2000::/3").Contains(a) {
		return "not of the public internet"
	}
	return ""
}
