package gate

import (
	"context"
	"net"
	"net/http"
	"strings"
)

type schemeKey struct{}

// withScheme notes the scheme that the client used.
func withScheme(r *http.Request, scheme string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), schemeKey{}, scheme))
}

// Secure reports whether the client came by TLS.
func Secure(ctx context.Context) bool {
	s, _ := ctx.Value(schemeKey{}).(string)
	return s == "https"
}

// Own is the origin of the hub's own page under the name by which r asked for
// it, and that name without its port. The gate has held it to its list.
func Own(r *http.Request) (origin, name string) {
	scheme := "http://"
	if Secure(r.Context()) {
		scheme = "https://"
	}
	host := strings.ToLower(r.Host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		return scheme + host, name
	}
	return scheme + host, host
}

// DeviceCookie is the name of the cookie of a trusted device, and
// JourneyCookie that of a sign-in that is under way at a provider.
func DeviceCookie(instance string, secure bool) string {
	return strings.TrimSuffix(SessionCookie(instance, secure), "s") + "d"
}

func JourneyCookie(instance string, secure bool) string {
	return strings.TrimSuffix(SessionCookie(instance, secure), "s") + "o"
}
