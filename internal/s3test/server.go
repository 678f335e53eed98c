// Package s3test gives tests a real S3 server of their own: versitygw in a
// temporary folder, on a free port of the loopback, run by an unprivileged
// user. It keeps versions, locks objects and has users with rights.
//
// build/s3.sh builds the server. Where it is not built, tests are skipped,
// unless HUBCAP_TEST_S3_REQUIRED says that they may not be.
//
//	var server s3test.Server
//
//	func TestMain(m *testing.M) {
//		code := m.Run()
//		server.Remove()
//		os.Exit(code)
//	}
package s3test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/internal/nobody"
)

// Server is one S3 server. The zero Server starts when it is first asked for
// something.
type Server struct {
	TLS bool // speak https, by an authority of its own (CA)

	mu     sync.Mutex
	dir    string
	addr   string
	server *exec.Cmd
	ended  chan struct{} // closed when server has been waited for
	begun  bool
	failed error
	ca     []byte
	client *http.Client
	made   int // buckets and users so far

	policies map[string][]statement // of the buckets
}

// Access is a credential.
type Access struct{ Key, Secret string }

// Root is the credential of the server's owner.
func Root() Access { return Access{"root-access", "root-secret-of-the-tests"} }

// Region is that of all buckets.
const Region = "us-east-1"

var errAbsent = errors.New("build/bin/versitygw is not built: run build/s3.sh")

// need starts the server, or skips the test where it is not built.
func (s *Server) need(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.begun {
		s.begun = true
		s.failed = s.begin()
	}
	switch {
	case s.failed == nil:
	case errors.Is(s.failed, errAbsent) && os.Getenv("HUBCAP_TEST_S3_REQUIRED") == "":
		t.Skip(s.failed)
	default:
		t.Fatalf("an S3 server of the test's own: %v", s.failed)
	}
}

// program finds build/bin/versitygw above the package that is tested.
func program() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		p := filepath.Join(dir, "build", "bin", "versitygw")
		if _, err := os.Stat(p); err == nil {
			return p, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errAbsent
		}
		dir = up
	}
}

func (s *Server) begin() (err error) {
	if _, err := program(); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "s3test"); err != nil {
		return err
	}
	for _, d := range []string{"data", "versions", "iam"} {
		if err := errors.Join(os.Mkdir(filepath.Join(s.dir, d), 0o700), nobody.Give(filepath.Join(s.dir, d))); err != nil {
			return err
		}
	}
	if err := errors.Join(os.Chmod(s.dir, 0o755), nobody.Give(s.dir)); err != nil {
		return err
	}
	transport := &http.Transport{}
	s.client = &http.Client{Transport: transport}
	if s.TLS {
		if s.ca, err = authority(s.dir); err != nil {
			return err
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(s.ca)
		transport.TLSClientConfig = tlsOf(roots)
	}
	if s.addr, err = freeAddress(); err != nil {
		return err
	}
	return s.start()
}

// start runs the server and waits until it answers.
func (s *Server) start() error {
	bin, err := program()
	if err != nil {
		return err
	}
	args := []string{"--port", s.addr, "--access", Root().Key, "--secret", Root().Secret, "--region", Region, "--quiet", "--keep-alive",
		"--iam-dir", filepath.Join(s.dir, "iam"), "--health", "/health"}
	if s.TLS {
		args = append(args, "--cert", filepath.Join(s.dir, "cert.pem"), "--key", filepath.Join(s.dir, "key.pem"))
	}
	cmd := exec.Command(bin, append(args, "posix", "--versioning-dir", filepath.Join(s.dir, "versions"), filepath.Join(s.dir, "data"))...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Dir = &log, &log, s.dir
	nobody.Run(cmd)
	nobody.EndsWithUs(cmd)
	started, ended := make(chan error, 1), make(chan struct{})
	go func() {
		// The kernel takes the end of this thread for the end of the test.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if started <- err; err == nil {
			_ = cmd.Wait()
			close(ended)
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	s.server, s.ended = cmd, ended
	for {
		select {
		case <-ended:
			return fmt.Errorf("versitygw ended: %s", log.Bytes())
		default:
		}
		if r, err := s.client.Get(s.url() + "/health"); err == nil {
			_ = r.Body.Close()
			return nil
		}
		time.Sleep(10 * time.Millisecond) // it is starting
	}
}

func (s *Server) url() string {
	if s.TLS {
		return "https://" + s.addr
	}
	return "http://" + s.addr
}

// URL is the server's endpoint.
func (s *Server) URL(t testing.TB) string {
	t.Helper()
	s.need(t)
	return s.url()
}

// Address is the server's host and port, for a proxy before it.
func (s *Server) Address(t testing.TB) string {
	t.Helper()
	s.need(t)
	return s.addr
}

// CA is the certificate of the authority of a server with TLS, in PEM.
func (s *Server) CA(t testing.TB) []byte {
	t.Helper()
	s.need(t)
	return s.ca
}

// Kill ends the server as a power cut would.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.need(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.server.Process.Kill()
	<-s.ended
}

// Start starts a server that was killed, on its port and data.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.start(); err != nil {
		t.Fatalf("start the S3 server again: %v", err)
	}
}

// Remove ends the server and removes all of it.
func (s *Server) Remove() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		_ = s.server.Process.Kill()
		<-s.ended
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

// File is where the bytes of an object lie on this machine, for tests that
// spoil them.
func (s *Server) File(t testing.TB, bucket, name string) string {
	t.Helper()
	s.need(t)
	return filepath.Join(s.dir, "data", bucket, filepath.FromSlash(name))
}

func (s *Server) name(kind string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	return fmt.Sprintf("%s-%d", kind, s.made)
}

func (s *Server) admin(t testing.TB, args ...string) {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	args = append([]string{"admin", "--access", Root().Key, "--secret", Root().Secret, "--region", Region, "--endpoint-url", s.url(), "--allow-insecure"}, args...)
	if out, err := exec.Command(bin, args...).CombinedOutput(); err != nil {
		t.Fatalf("versitygw %s: %v\n%s", strings.Join(args[9:], " "), err, out)
	}
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
