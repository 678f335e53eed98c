// Package gate stands at the door of the one handler: it decides which
// requests come in, before anything reads them.
//
// It finds the principal of a request: by the session of a cookie, by an API
// key, or, on this computer alone, by the token of this start. What a
// principal may do is decided behind it, by account.Principal.For. Other web
// pages in the same browser are strangers:
// an exact Host keeps out rebound names, Fetch Metadata and Origin keep out
// forged requests, a Strict cookie is never sent for them.
package gate

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/problem"
)

// Options say what the gate lets in.
type Options struct {
	Address  string // the listener's IP address; "" is 127.0.0.1
	Port     string // the listener's port
	Token    string // this start's token, at least 128 bits of text
	Instance string // names the cookie, since cookies ignore ports

	Tickets  *Tickets // single-use keys beside the token; nil has none
	Accounts Accounts // nil has none: this start's token alone opens

	// LAN says that the listener is for others: this start's token and tickets
	// are nothing there, whoever brings them.
	LAN     bool
	Hosts   *Hosts       // the names it answers to; nil is loopback's, at Address and Port
	Proxies Proxies      // whose word on the client's address is believed
	Origins Origins      // sites whose pages may call the API by a key
	Limits  *Limits      // nil counts nothing
	Public  http.Handler // answers /install and below, to anybody; nil has none
}

// Gate checks requests. Make one with New.
type Gate struct {
	hosts  *Hosts
	token  [sha256.Size]byte
	value  string // the token, for the cookie of who comes with a ticket
	cookie string

	instance string
	accounts Accounts
	tickets  *Tickets
	lan      bool
	proxies  Proxies
	origins  Origins
	limits   *Limits
	public   http.Handler
}

// Instance derives a cookie-safe name from the data folder.
func Instance(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return hex.EncodeToString(sum[:4])
}

// New returns a gate for one listener.
func New(o Options) *Gate {
	g := &Gate{hosts: o.Hosts, token: sha256.Sum256([]byte(o.Token)), value: o.Token, cookie: "hubcap_" + o.Instance, instance: o.Instance, accounts: o.Accounts, tickets: o.Tickets,
		lan: o.LAN, proxies: o.Proxies, origins: o.Origins, limits: o.Limits, public: o.Public}
	if g.hosts == nil {
		g.hosts = NewHosts(o.Port, false, nil)
		g.hosts.Set(append(Loopback(), o.Address), nil)
	}
	return g
}

// Local lets every request in as this computer: for the unix socket, whose
// folder's mode has already decided who may connect.
func Local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = withPrincipal(r, account.Machine(account.Home))
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), socketKey{}, true)))
	})
}

type socketKey struct{}

// BySocket reports whether the request came by the unix socket: from a
// program of this user, which may read this user's files anyway.
func BySocket(ctx context.Context) bool {
	by, _ := ctx.Value(socketKey{}).(bool)
	return by
}

// The addresses that take a file, by PUT as application/octet-stream. Their
// bodies are not held to the size of a document.
const (
	UploadPath = "/api/v1/models/import"
	VpicPath   = "/api/v1/vpic/update"
	SavePath   = "/api/v1/window/save"

	ReferencePath = "/api/v1/reference/import"
	CheckPath     = "/api/v1/intake/check"
)

// Upload reports whether r is the sending of a file: to one of these, to the
// photos and papers of a vehicle, or to a list.
func Upload(r *http.Request) bool {
	if r.Method != http.MethodPut {
		return false
	}
	switch r.URL.Path {
	case UploadPath, VpicPath, ReferencePath, SavePath, CheckPath:
		return true
	}
	return belongs(r.URL.Path, "/api/v1/vehicles/", "attachments") || belongs(r.URL.Path, "/api/v1/intakes/", "files")
}

// belongs reports whether a path is that of what belongs to one of a kind.
func belongs(path, kind, what string) bool {
	of, is := strings.CutPrefix(path, kind)
	_, rest, _ := strings.Cut(of, "/")
	return is && rest == what
}

// Wrap puts the gate before next.
func (g *Gate) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = withScheme(withAddress(r, g.proxies.Client(r)), g.hosts.Scheme(r))
		setHeaders(w.Header(), g.hosts.Scheme(r) == "https")
		if !g.hosts.Allows(r.Host) {
			problem.New(http.StatusMisdirectedRequest, "This address is not one of Hubcap's.").Write(w)
			return
		}
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			next.ServeHTTP(w, r)
			return
		}
		if !slices.Contains(methods, r.Method) {
			w.Header().Set("Allow", strings.Join(methods, ", "))
			problem.New(http.StatusMethodNotAllowed, "Hubcap does not know this method.").Write(w)
			return
		}
		done, listed := g.origins.cross(w, r)
		if done {
			return
		}
		if !listed && g.foreign(r) {
			problem.New(http.StatusForbidden, "Another web page sent this request; Hubcap takes requests from its own pages only.").Write(w)
			return
		}
		if g.public != nil && (r.URL.Path == InstallPath || strings.HasPrefix(r.URL.Path, InstallPath+"/")) {
			if g.limits == nil || g.limits.Admit(w, r) {
				g.public.ServeHTTP(w, r)
			}
			return
		}
		if t := r.URL.Query().Get("t"); r.URL.Path == "/" && r.Method == http.MethodGet && t != "" && !g.lan {
			g.enter(w, r, t)
			return
		}
		if r.URL.Path == enterPath && !g.lan {
			script(w)
			return
		}
		p, byCookie, refused := g.authenticate(r)
		r = withPrincipal(r, p)
		if g.limits != nil && !g.limits.Admit(w, r) {
			return
		}
		if refused || p.Nobody() && !g.people() {
			g.refuse(w, r)
			return
		}
		if p := g.checkWrite(r, byCookie, listed); p != nil {
			p.Write(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// methods are those that any route has.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// foreign reports whether another site's page made the request. A plain
// navigation by GET is let through: it carries no Strict cookie. The way to an
// OpenID provider is not: who is signed in there would be signed in here
// without having asked for it.
func (g *Gate) foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return false
	}
	if strings.HasPrefix(r.URL.Path, SignInPath+"/oidc/") && !strings.HasSuffix(r.URL.Path, "/callback") {
		return true
	}
	return !(r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document")
}

// people reports whether somebody can sign in or be the first to have an
// account here. Then nobody gets the pages, which ask who it is, and what
// nobody may do is up to the routes.
func (g *Gate) people() bool { return g.accounts != nil && (g.lan || g.accounts.Any()) }

// InstallPath is where a device learns to trust the hub.
const InstallPath = "/install"

func (g *Gate) matches(token string) bool {
	if g.lan {
		return false
	}
	sum := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(sum[:], g.token[:]) == 1
}

// checkWrite holds writes to JSON bodies and, for browsers, to Hubcap's own
// origin or, with a key, a listed one.
func (g *Gate) checkWrite(r *http.Request, byCookie, listed bool) *problem.Problem {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	origin := r.Header.Get("Origin")
	if (origin != "" || byCookie) && !(listed && !byCookie) && !g.hosts.Own(r, origin) {
		return problem.New(http.StatusForbidden, "A write needs the Origin of Hubcap's own page.")
	}
	if r.ContentLength == 0 {
		return nil
	}
	t, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	t = strings.ToLower(strings.TrimSpace(t))
	if Upload(r) {
		if t == "application/octet-stream" {
			return nil
		}
		p := problem.New(http.StatusUnsupportedMediaType, "The body is not a file.")
		p.Remedy = "Send it as application/octet-stream."
		return p
	}
	switch t {
	case "application/json", "application/merge-patch+json":
		return nil
	}
	p := problem.New(http.StatusUnsupportedMediaType, "The body is not JSON.")
	p.Remedy = "Send it as application/json."
	return p
}
