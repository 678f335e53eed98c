package postgres_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
)

// proxy stands between the store and the database and reads what passes, to
// lose one certain message or its answer. All else that a network does to
// them, toxiproxy does: network.
type proxy struct {
	listener net.Listener

	mu     sync.Mutex
	target string
	down   bool
	mark   string // cut the connection at what the client sends with this in it
	lose   string // "request": before the server has it; "answer": after it has answered
	conns  map[net.Conn]bool
	wg     sync.WaitGroup
}

func newProxy(t *testing.T, port int) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, target: fmt.Sprintf("127.0.0.1:%d", port), conns: map[net.Conn]bool{}}
	p.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.serve(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); p.cut(true); p.wg.Wait() })
	return p
}

// url is a database's URL through the proxy.
func (p *proxy) url(t *testing.T, name string) string {
	port := p.listener.Addr().(*net.TCPAddr).Port
	return strings.Replace(cluster.URL(name), fmt.Sprint(":", cluster.Port(t)), fmt.Sprint(":", port), 1)
}

// cut ends all connections, and with down lets no new ones through.
func (p *proxy) cut(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
	for c := range p.conns {
		_ = c.Close()
	}
}

// losing makes the next message with mark in it, or its answer, be lost.
func (p *proxy) losing(what, mark string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose, p.mark = what, mark
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	p.mu.Lock()
	target, down := p.target, p.down
	p.mu.Unlock()
	if down {
		return
	}
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer server.Close()
	p.mu.Lock()
	p.conns[client], p.conns[server] = true, true
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.conns, client)
		delete(p.conns, server)
		p.mu.Unlock()
	}()
	var deaf sync.Mutex // held: answers are swallowed
	answered := make(chan struct{}, 1)
	swallow := false
	var wg sync.WaitGroup
	wg.Go(func() {
		b := make([]byte, 64<<10)
		for {
			n, err := server.Read(b)
			if n > 0 {
				deaf.Lock()
				s := swallow
				deaf.Unlock()
				if s {
					_ = client.Close()
					answered <- struct{}{}
					return
				}
				if _, err := client.Write(b[:n]); err != nil {
					return
				}
			}
			if err != nil {
				_ = client.Close()
				return
			}
		}
	})
	defer wg.Wait()
	b := make([]byte, 64<<10)
	for {
		n, err := client.Read(b)
		if n > 0 {
			switch p.hit(b[:n]) {
			case "request":
				_ = server.Close()
				return
			case "answer":
				deaf.Lock()
				swallow = true
				deaf.Unlock()
				_, _ = server.Write(b[:n])
				<-answered
				_ = server.Close()
				return
			}
			if _, err := server.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			_ = server.Close()
			return
		}
	}
}

func (p *proxy) hit(b []byte) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mark == "" || !bytes.Contains(b, []byte(p.mark)) {
		return ""
	}
	what := p.lose
	p.mark, p.lose = "", ""
	if what == "answer and all" {
		p.down = true
		what = "answer"
	}
	return what
}
