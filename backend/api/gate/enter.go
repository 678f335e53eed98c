package gate

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/api/problem"
)

// The door's one script replaces the address that holds the token, so that
// it is neither in the history nor in a shared screen.
const (
	enterScript = `location.replace("/" + location.hash)`
	enterPath   = "/enter.js"
)

// script sends the door's script, to anybody: there is nothing secret in it.
func script(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	// The client may be gone; there is nobody left to tell.
	_, _ = io.WriteString(w, enterScript)
}

// enter answers GET /?t= with the token or a ticket by a page that sets the cookie. It is a page
// and no redirect, since a Strict cookie is not sent along a redirect that
// began elsewhere.
func (g *Gate) enter(w http.ResponseWriter, r *http.Request, key string) {
	if !g.matches(key) && !g.tickets.take(key) {
		g.refuse(w, r)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: g.cookie, Value: g.value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	page(w, http.StatusOK, "Opening Hubcap", `<p><a href="/">Open Hubcap</a></p><script src="`+enterPath+`"></script>`)
}

// refuse answers a request without the token of this start: a page for a
// person, a problem for a program.
func (g *Gate) refuse(w http.ResponseWriter, r *http.Request) {
	const detail = "This page is from an earlier start of Hubcap, or was opened without its key."
	const remedy = "Open the address that Hubcap printed when it started, or run `hubcap open` on this computer."
	if r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") {
		page(w, http.StatusUnauthorized, "Hubcap needs its key", "<p>"+detail+"</p><p>Open the address that Hubcap printed when it started, or run <code>hubcap open</code> on this computer.</p>")
		return
	}
	p := problem.New(http.StatusUnauthorized, detail)
	p.Remedy = remedy
	p.Write(w)
}

func page(w http.ResponseWriter, status int, title, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The client may be gone; there is nobody left to tell.
	_, _ = io.WriteString(w, Page("", title, body))
}

// Page is a plain page of the door's, without the app: head and body are
// HTML, title is text that needs no escape.
func Page(head, title, body string) string {
	return fmt.Sprintf(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">%s<title>%s</title>`+
		`<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1.5rem}</style><h1>%[2]s</h1>%[3]s</html>`, head, title, body)
}
