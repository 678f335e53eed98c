package gate

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// The pages' own policy: scripts are files of this hub and nothing else.
// Styles stand inline too, since the component library writes them;
// 'wasm-unsafe-eval' is for the barcode reader.
const pagePolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// setHeaders puts the browser's orders on every answer. secure says that the
// client came by TLS: only then may HSTS be said, and a browser would not
// believe it otherwise.
func setHeaders(h http.Header, secure bool) {
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// Origins are the other sites whose pages may call the API, each by a key of
// its own. None is the rule.
type Origins []string

// ParseOrigins reads exact origins, separated by commas or blanks.
func ParseOrigins(s string) (Origins, error) {
	var out Origins
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		scheme, host, ok := strings.Cut(strings.ToLower(f), "://")
		if !ok || scheme != "https" && scheme != "http" || host == "" || strings.ContainsAny(host, "/*?#@") {
			return nil, fault.New(fault.Invalid, "%q is not the origin of a site", f).WithRemedy("write it as https://desk.example.com, without a path and without *")
		}
		out = append(out, scheme+"://"+host)
	}
	return out, nil
}

// cross answers for a page of a listed origin: it may read what it asked for
// with a Bearer key. Cookies never come along, since credentials are not
// allowed. It reports whether the request is done, as a preflight is, and
// whether it is one of a listed page.
func (o Origins) cross(w http.ResponseWriter, r *http.Request) (done, listed bool) {
	if len(o) == 0 {
		return false, false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if !slices.Contains(o, origin) || !strings.HasPrefix(r.URL.Path, "/api/") {
		return false, false
	}
	preflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
	if !preflight && !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		return false, false
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if !preflight {
		h.Set("Access-Control-Expose-Headers", "ETag, Hubcap-Seq, Hubcap-Batch, RateLimit, RateLimit-Policy, Retry-After")
		return false, true
	}
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Hubcap-Seq")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true, true
}
