package gate

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Plain sends who speaks plain HTTP to a TLS listener to the same address by
// https: a person who types the name alone should not meet a wall. It stands
// below TLS.
func Plain(l net.Listener, hosts *Hosts) net.Listener { return plainListener{l, hosts} }

type plainListener struct {
	net.Listener
	hosts *Hosts
}

func (l plainListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &firstBytes{Conn: c, hosts: l.hosts}, nil
}

// firstBytes looks at what a client says first. One goroutine reads, the
// handshake's and later the server's.
type firstBytes struct {
	net.Conn
	hosts *Hosts
	seen  bool
}

// handshake is the first byte of every TLS connection (RFC 8446, 5.1).
const handshake = 0x16

func (c *firstBytes) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.seen || n == 0 {
		return n, err
	}
	c.seen = true
	if b[0] == handshake {
		return n, err
	}
	c.redirect(b[:n])
	return 0, io.EOF
}

func (c *firstBytes) redirect(head []byte) {
	answer := "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
	if to, ok := secured(head, c.hosts); ok {
		answer = fmt.Sprintf("HTTP/1.1 308 Permanent Redirect\r\nLocation: %s\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", to)
	}
	// The client may be gone; there is nobody left to tell.
	_ = c.Conn.SetDeadline(time.Now().Add(2 * time.Second))
	_, _ = io.WriteString(c.Conn, answer)
	// A connection that is closed over bytes that nobody read is reset, and the
	// answer is lost on its way.
	_, _ = io.CopyN(io.Discard, c.Conn, 32<<10)
}

// secured finds where a plain request wanted to go. A browser says the host
// in the first line after the request's own. A program is not sent on: it
// would go on sending its key in clear, and nobody would notice.
func secured(head []byte, hosts *Hosts) (to string, ok bool) {
	lines := strings.Split(string(bytes.TrimSuffix(head, []byte("\n"))), "\r\n")
	words := strings.Split(lines[0], " ")
	if len(words) != 3 || words[0] != http.MethodGet || !strings.HasPrefix(words[1], "/") || strings.HasPrefix(words[1], "//") || strings.HasPrefix(words[1], "/api/") ||
		strings.ContainsFunc(words[1], func(c rune) bool { return c <= ' ' || c > '~' }) {
		return "", false
	}
	for _, l := range lines[1:] {
		name, host, found := strings.Cut(l, ":")
		if host = strings.TrimSpace(host); found && strings.EqualFold(name, "Host") && hosts.Allows(host) {
			return "https://" + strings.ToLower(host) + words[1], true
		}
	}
	return "", false
}
