// Package netguard is the one way out of the hub: every address that a person
// enters (a model provider, later a webhook or a bucket) is dialled by it.
//
// What it holds against is server-side request forgery: an address that leads
// inside, to the machine, its network or a cloud's metadata service. The
// check is made on the address that is dialled, after the name was resolved
// and at every connection, so that neither a redirect nor a name that changes
// its mind gets past it. Inside addresses are reached only where the owner
// allowed their range.
package netguard

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Guard is a policy: which inside ranges may be reached. The zero Guard
// reaches public addresses only.
type Guard struct {
	list  string // as it was written
	allow []netip.Prefix
}

// String is the list that the guard was made of.
func (g Guard) String() string { return g.list }

// Parse reads a list of ranges separated by commas or blanks: prefixes, single
// addresses, or the word "loopback". "" allows no inside range.
func Parse(list string) (Guard, error) {
	g := Guard{list: list}
	for word := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if word == "loopback" {
			g.allow = append(g.allow, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))
			continue
		}
		p, err := netip.ParsePrefix(word)
		if err != nil {
			a, aerr := netip.ParseAddr(word)
			if aerr != nil || a.Zone() != "" {
				return Guard{}, fmt.Errorf("%q is no address range: write such as 192.168.1.0/24, 10.0.0.7 or loopback", word)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		g.allow = append(g.allow, p.Masked())
	}
	return g, nil
}

// ErrRefused is under the error for an address that may not be reached.
var ErrRefused = errors.New("address not allowed")

// Check says whether an address may be dialled.
func (g Guard) Check(a netip.Addr) error {
	a = a.Unmap().WithZone("")
	for _, p := range g.allow {
		if p.Contains(a) {
			return nil
		}
	}
	if why := inside(a); why != "" {
		return &fault.Error{Kind: fault.Denied, Message: fmt.Sprintf("the address %s is %s", a, why),
			Remedy: fmt.Sprintf("if it is meant, add it to the setting net.allow (HUBCAP_NET_ALLOW=%s) and start again", a), Err: ErrRefused}
	}
	return nil
}

// URL checks what can be known of an address before it is dialled: its form,
// its scheme, and its host where that is a number. Plain http goes to inside
// addresses only, since keys travel with the requests.
func (g Guard) URL(raw string) (*url.URL, error) {
	bad := func(problem, remedy string) (*url.URL, error) {
		return nil, fault.InvalidField("/url", problem, remedy)
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return bad("is not a web address", "write such as https://api.example.com/v1 or http://127.0.0.1:11434")
	case u.User != nil:
		return bad("holds a name or password", "enter the key in its own field")
	case u.RawQuery != "" || u.Fragment != "":
		return bad("holds a query or a fragment", "write the address without ? and #")
	case u.Scheme != "https" && u.Scheme != "http":
		return bad("is not http or https", "write such as https://api.example.com/v1")
	}
	a, err := netip.ParseAddr(u.Hostname())
	if err == nil {
		if err := g.Check(a); err != nil {
			return nil, err
		}
	}
	if u.Scheme == "http" && (err == nil && inside(a.Unmap()) == "" || err != nil && u.Hostname() != "localhost" && !g.private(u.Hostname())) {
		return bad("is plain http to another machine", "write https: the key and the texts would be readable on the way")
	}
	return u, nil
}

// numeric are the forms in which resolvers of old read a number as an address.
var numeric = regexp.MustCompile(`(?i)^(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?$`)

// private tells a name that can only be of an own network, where ranges of it
// are allowed: under a suffix that is never public, or a plain host name
// without a dot. What looks like a number is an address in disguise.
func (g Guard) private(host string) bool {
	if !g.network() || numeric.MatchString(host) {
		return false
	}
	for _, s := range []string{".local", ".lan", ".internal", ".home.arpa", ".localhost"} {
		if strings.HasSuffix(host, s) {
			return true
		}
	}
	return !strings.Contains(host, ".")
}

// network reports whether more is allowed than this machine itself.
func (g Guard) network() bool {
	for _, p := range g.allow {
		if !p.Addr().IsLoopback() {
			return true
		}
	}
	return false
}

// DialContext dials like net.Dialer, but refuses what the guard does not
// allow: at each address that a name resolves to, right before the connection.
func (g Guard) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("dial %s: %w", address, err)
		}
		return g.Check(at.Addr())
	}}
	return d.DialContext(ctx, network, address)
}

// Client returns an HTTP client that dials by the guard, takes no proxy from
// the environment (it would dial in the guard's place) and follows no
// redirect to another host or from https to http: a key would travel along.
// It has no overall timeout: answers stream, the request's context ends them.
func (g Guard) Client() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            g.DialContext,
			TLSHandshakeTimeout:    10 * time.Second,
			IdleConnTimeout:        60 * time.Second,
			MaxIdleConnsPerHost:    4,
			ForceAttemptHTTP2:      true,
			ExpectContinueTimeout:  time.Second,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			from := via[len(via)-1].URL
			switch {
			case len(via) > 5:
				return fault.New(fault.Unavailable, "the address redirects in a circle")
			case r.URL.Host != from.Host || from.Scheme == "https" && r.URL.Scheme != "https":
				return &fault.Error{Kind: fault.Denied, Message: "the address redirects to another place, " + r.URL.Host, Remedy: "enter the address that it redirects to, if you trust it", Err: ErrRefused}
			}
			return nil
		},
	}
}
