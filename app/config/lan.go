package config

import (
	"strconv"
	"strings"

	"github.com/knadh/koanf/v2"
)

// LAN is how the hub faces the network. Who opens the listener reads the
// texts of addresses and names.
type LAN struct {
	Listen string // host:port of the listener for others; "" is none
	Plain  bool   // without TLS
	Name   string
	Hosts  []string

	Cert, Key                      string // files of an own certificate
	Directory, Email, DirectoryCAs string // of ACME

	Proxies string // ranges
	Origins string // other sites

	LimitRead, LimitWrite, LimitHeavy, LimitSignIn int // requests a minute; 0 is no limit
}

func buildLAN(k *koanf.Koanf, plain bool, errs *[]error, origins map[string]string) LAN {
	number := func(key string) int {
		n, err := strconv.Atoi(k.String(key))
		if err != nil || n < 0 || n > 1_000_000 {
			*errs = append(*errs, wrong(origins[key], key, "is not a number from 0 to 1000000", "write a whole number"))
		}
		return n
	}
	l := LAN{
		Listen: k.String("lan"), Plain: plain, Name: k.String("lan-name"), Hosts: list(k.String("lan-hosts")),
		Cert: k.String("lan-cert"), Key: k.String("lan-key"),
		Directory: k.String("lan-acme"), Email: k.String("lan-acme-email"), DirectoryCAs: k.String("lan-acme-ca"),
		Proxies: k.String("proxies"), Origins: k.String("cors-origins"),
		LimitRead: number("limit-read"), LimitWrite: number("limit-write"), LimitHeavy: number("limit-heavy"), LimitSignIn: number("limit-signin"),
	}
	if (l.Cert == "") != (l.Key == "") {
		*errs = append(*errs, wrong(origins["lan-cert"], "lan-cert", "and lan-key go together", "set both"))
	}
	if l.Cert != "" && l.Directory != "" {
		*errs = append(*errs, wrong(origins["lan-acme"], "lan-acme", "stands beside lan-cert", "set one of the two"))
	}
	if l.Plain && (l.Cert != "" || l.Directory != "") {
		*errs = append(*errs, wrong(origins["lan-plain"], "lan-plain", "stands beside a certificate", "leave one of the two out"))
	}
	return l
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

func (l LAN) values() map[string]string {
	return map[string]string{
		"lan": l.Listen, "lan-plain": strconv.FormatBool(l.Plain), "lan-name": l.Name, "lan-hosts": strings.Join(l.Hosts, ","),
		"lan-cert": l.Cert, "lan-key": l.Key, "lan-acme": l.Directory, "lan-acme-email": l.Email, "lan-acme-ca": l.DirectoryCAs,
		"proxies": l.Proxies, "cors-origins": l.Origins,
		"limit-read": strconv.Itoa(l.LimitRead), "limit-write": strconv.Itoa(l.LimitWrite), "limit-heavy": strconv.Itoa(l.LimitHeavy), "limit-signin": strconv.Itoa(l.LimitSignIn),
	}
}
