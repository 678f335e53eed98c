package gate_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/gate"
)

// pipes is a listener whose connections are pipes: nothing is buffered, and
// time is the bubble's.
type pipes struct {
	calls chan net.Conn
	gone  chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.gone:
		return nil, net.ErrClosed
	}
}
func (p pipes) Close() error   { close(p.gone); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// paced serves h behind the pace, calls it once and ends.
func paced(t *testing.T, h http.HandlerFunc, client func(c net.Conn, beside func(func()))) {
	t.Helper()
	p := pipes{make(chan net.Conn), make(chan struct{})}
	s := &http.Server{Handler: gate.NewPace().Wrap(h), ReadTimeout: 30 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(p) }()
	here, there := net.Pipe()
	p.calls <- there
	var others sync.WaitGroup
	client(here, others.Go)
	if err := errors.Join(here.Close(), s.Close()); err != nil {
		t.Error(err)
	}
	<-ended
	others.Wait()
}

// trickle sends n bytes, some each second, until the other end is gone.
func trickle(c net.Conn, n, each int) {
	for ; n > 0; n -= each {
		if _, err := c.Write(make([]byte, min(each, n))); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}

func TestUploadsKeepAPace(t *testing.T) {
	for _, c := range []struct {
		name    string
		each    int // bytes a second
		whole   bool
		atMost  time.Duration
		atLeast time.Duration
	}{
		{"a slow mobile connection", 16 << 10, true, time.Hour, 10 * time.Minute},
		{"a crawl", 1 << 10, false, 2 * time.Minute, 30 * time.Second},
		{"a byte a second", 1, false, 2 * time.Minute, 30 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const size = 10 << 20
				began := time.Now()
				done := make(chan error, 1)
				paced(t, func(_ http.ResponseWriter, r *http.Request) {
					n, err := io.Copy(io.Discard, r.Body)
					if n < size && err == nil {
						err = io.ErrUnexpectedEOF
					}
					done <- err
				}, func(conn net.Conn, beside func(func())) {
					beside(func() { _, _ = io.Copy(io.Discard, conn) })
					fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: hub\r\nContent-Length: %d\r\n\r\n", gate.UploadPath, size)
					beside(func() { trickle(conn, size, c.each) })
					err := <-done
					took := time.Since(began)
					if (err == nil) != c.whole || took > c.atMost || took < c.atLeast {
						t.Errorf("after %v: %v", took, err)
					}
				})
			})
		})
	}
}

// What is done with an upload may take longer than the upload itself.
func TestWorkAfterAnUploadIsNotCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paced(t, func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				t.Error(err)
			}
			time.Sleep(10 * time.Minute)
			fmt.Fprint(w, "done ", r.Context().Err())
		}, func(c net.Conn, beside func(func())) {
			beside(func() {
				fmt.Fprintf(c, "PUT %s HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nContent-Length: 4\r\n\r\nfile", gate.UploadPath)
			})
			b, err := io.ReadAll(c)
			if err != nil || !strings.HasSuffix(string(b), "done <nil>") {
				t.Errorf("%q, %v", b, err)
			}
		})
	})
}

func TestSlowJSONReachesNoRoute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		paced(t, func(http.ResponseWriter, *http.Request) { t.Error("the route was called") }, func(c net.Conn, beside func(func())) {
			fmt.Fprint(c, "POST /api/v1/vehicles HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
			beside(func() { trickle(c, 1000, 1) })
			answer, err := bufio.NewReader(c).ReadString('\n')
			if err != nil || !strings.Contains(answer, "408") || time.Since(began) > 25*time.Second {
				t.Errorf("after %v: %q, %v; want 408", time.Since(began), answer, err)
			}
		})
	})
}

func TestJSONArrivesWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paced(t, func(w http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %v", b, err)
		}, func(c net.Conn, beside func(func())) {
			beside(func() {
				fmt.Fprint(c, "POST /api/v1/vehicles HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nContent-Length: 7\r\n\r\n{\"a\":1}")
			})
			b, err := io.ReadAll(c)
			if err != nil || !strings.HasSuffix(string(b), `{"a":1} <nil>`) {
				t.Errorf("%q, %v", b, err)
			}
		})
	})
}

func TestWhoTakesNoAnswerIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		done := make(chan error, 1)
		paced(t, func(w http.ResponseWriter, _ *http.Request) {
			var err error
			for range 1000 {
				if _, err = w.Write(make([]byte, 32<<10)); err != nil {
					break
				}
			}
			done <- err
		}, func(c net.Conn, beside func(func())) {
			fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: hub\r\n\r\n")
			if err := <-done; !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) > time.Minute {
				t.Errorf("after %v: %v", time.Since(began), err)
			}
		})
	})
}

// A stream that has nothing to say for a while goes on.
func TestQuietStreamsLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paced(t, func(w http.ResponseWriter, _ *http.Request) {
			for range 3 {
				fmt.Fprintln(w, "data")
				if err := http.NewResponseController(w).Flush(); err != nil {
					t.Error(err)
				}
				time.Sleep(10 * time.Minute)
			}
		}, func(c net.Conn, beside func(func())) {
			fmt.Fprint(c, "GET /api/v1/live HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
			b, err := io.ReadAll(c)
			if err != nil || strings.Count(string(b), "data") != 3 {
				t.Errorf("%q, %v", b, err)
			}
		})
	})
}

func TestCrowd(t *testing.T) {
	p := pipes{make(chan net.Conn), make(chan struct{})}
	l := gate.Crowd(p, 3, 2, nil)
	accepted := make(chan net.Conn)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	var kept []net.Conn
	// A connection that is refused is closed: its other end reads the end.
	refused := func(from string) bool {
		here, there := net.Pipe()
		p.calls <- addressed{there, from}
		end := make(chan struct{})
		go func() { _, _ = here.Read(make([]byte, 1)); close(end) }()
		select {
		case c := <-accepted:
			t.Cleanup(func() { c.Close() })
			kept = append(kept, c)
			return false
		case <-end:
			return true
		}
	}
	for i, c := range []struct {
		from string
		want bool
	}{{"10.0.0.1:1", false}, {"10.0.0.1:2", false}, {"10.0.0.1:3", true}, {"10.0.0.2:1", false}, {"10.0.0.3:1", true}} {
		if got := refused(c.from); got != c.want {
			t.Errorf("connection %d from %s: refused %v, want %v", i+1, c.from, got, c.want)
		}
	}
	kept[0].Close()
	if refused("10.0.0.1:4") {
		t.Error("refused after one was closed")
	}
	l.Close()
	<-ended
}

// addressed is a connection from an address.
type addressed struct {
	net.Conn
	from string
}

func (a addressed) RemoteAddr() net.Addr {
	at, err := net.ResolveTCPAddr("tcp", a.from)
	if err != nil {
		panic(err)
	}
	return at
}

// The same over HTTP/2, where a deadline that is left standing ends the
// stream by itself; the standstill is short here, since its sockets are real.
func TestQuietStreamsLiveOverHTTP2(t *testing.T) {
	p := gate.NewPace()
	p.Standstill = 300 * time.Millisecond
	s := httptest.NewUnstartedServer(p.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range 3 {
			fmt.Fprintln(w, "data")
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			select {
			case <-r.Context().Done():
				t.Error("the stream was ended")
			case <-time.After(2 * p.Standstill):
			}
		}
	})))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	r, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r.Body)
	if err = errors.Join(err, r.Body.Close()); err != nil || r.ProtoMajor != 2 || strings.Count(string(b), "data") != 3 {
		t.Errorf("HTTP/%d %q, %v", r.ProtoMajor, b, err)
	}
}
