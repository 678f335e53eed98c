// Package pgtest gives tests a real PostgreSQL of their own: a private
// cluster in a temporary folder, on a free port of the loopback, run by an
// unprivileged user, with fsync on as in earnest. It can be killed, started
// again and followed by a streaming replica.
//
// A test binary has one Cluster, begun by the first test that needs it and
// removed by TestMain:
//
//	var cluster pgtest.Cluster
//
//	func TestMain(m *testing.M) {
//		code := m.Run()
//		cluster.Remove()
//		os.Exit(code)
//	}
package pgtest

import (
	"errors"
	"fmt"
	"net"
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

// Cluster is one PostgreSQL server. The zero Cluster starts when it is first
// asked for something.
type Cluster struct {
	mu     sync.Mutex
	bin    string // folder of the programs
	dir    string // data, log and socket
	port   int
	server *exec.Cmd
	ended  chan struct{} // closed when server has been waited for
	begun  bool
	failed error
	made   int // databases so far
}

// user owns the databases; everybody on the loopback is trusted.
const user = "hubcap"

// errAbsent says that this machine has no PostgreSQL.
var errAbsent = errors.New("PostgreSQL 15 or later is not installed: apt-get install postgresql")

// need starts the cluster, or skips the test where there is no PostgreSQL;
// where every test is required that is a failure.
func (c *Cluster) need(t testing.TB) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.begun {
		c.begun = true
		c.failed = c.begin()
	}
	switch {
	case c.failed == nil:
	case errors.Is(c.failed, errAbsent) && os.Getenv("HUBCAP_TEST_REQUIRE_ALL") != "1":
		t.Skip(c.failed)
	default:
		t.Fatalf("a private PostgreSQL: %v", c.failed)
	}
}

func (c *Cluster) begin() (err error) {
	if c.bin, err = programs(); err != nil {
		return err
	}
	if c.dir, err = os.MkdirTemp("", "pgtest"); err != nil {
		return err
	}
	if err := nobody.Give(c.dir); err != nil {
		return err
	}
	if err := c.run("initdb", "-D", c.data(), "-N", "-E", "UTF8", "--locale=C", "-A", "trust", "-U", user); err != nil {
		return err
	}
	return c.start()
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// settings keep the server small. fsync stays on: what is acknowledged is on
// disk, as the tests of crashes expect.
func (c *Cluster) settings() []string {
	return []string{
		"listen_addresses=127.0.0.1", "unix_socket_directories=" + c.dir, "port=" + fmt.Sprint(c.port),
		"shared_buffers=64MB", "max_connections=120", "max_wal_size=512MB", "wal_level=replica", "max_wal_senders=4",
		"wal_keep_size=64MB", "log_min_messages=warning", "timezone=Europe/Berlin", // not UTC: nobody may lean on it
	}
}

// start runs the server and waits until it answers. After a kill the shared
// memory of the old one lives until its last child has gone, so starting is
// tried again.
func (c *Cluster) start() error {
	var err error
	for range 100 {
		if c.port == 0 {
			if c.port, err = freePort(); err != nil {
				return err
			}
		}
		if err = c.try(); err == nil {
			return nil
		}
		pause()
	}
	return err
}

func (c *Cluster) try() error {
	args := []string{"-D", c.data()}
	for _, s := range c.settings() {
		args = append(args, "-c", s)
	}
	log, err := os.OpenFile(filepath.Join(c.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := c.command("postgres", args...)
	cmd.Stdout, cmd.Stderr = log, log
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
	c.server, c.ended = cmd, ended
	for {
		select {
		case <-ended:
			tail, _ := os.ReadFile(filepath.Join(c.dir, "log"))
			return fmt.Errorf("postgres ended: %s", tail[max(0, len(tail)-600):])
		default:
		}
		if c.run("pg_isready", "-q", "-h", "127.0.0.1", "-p", fmt.Sprint(c.port)) == nil {
			return nil
		}
		pause()
	}
}

// pause lets a server that is starting or ending get on.
func pause() { time.Sleep(20 * time.Millisecond) }

// Kill ends the server as a power cut would: nothing is written any more.
func (c *Cluster) Kill(t testing.TB) {
	t.Helper()
	c.need(t)
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.server.Process.Kill()
	<-c.ended
}

// Start starts a server that was killed, on its port.
func (c *Cluster) Start(t testing.TB) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.start(); err != nil {
		t.Fatalf("start PostgreSQL again: %v", err)
	}
}

// Remove ends the server and removes all of it.
func (c *Cluster) Remove() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server != nil {
		_ = c.server.Process.Kill()
		<-c.ended
	}
	for range 100 {
		if c.dir == "" || os.RemoveAll(c.dir) == nil {
			return
		}
		pause() // its last children are still writing
	}
}

// Replica starts a streaming replica of c, which the test removes at its end.
func (c *Cluster) Replica(t testing.TB) *Cluster {
	t.Helper()
	c.need(t)
	r := &Cluster{bin: c.bin, begun: true}
	err := func() (err error) {
		if r.dir, err = os.MkdirTemp("", "pgtest"); err != nil {
			return err
		}
		if err := nobody.Give(r.dir); err != nil {
			return err
		}
		if err := r.run("pg_basebackup", "-D", r.data(), "-R", "-X", "stream", "-c", "fast",
			"-h", "127.0.0.1", "-p", fmt.Sprint(c.port), "-U", user); err != nil {
			return err
		}
		return r.start()
	}()
	t.Cleanup(r.Remove)
	if err != nil {
		t.Fatalf("a replica: %v", err)
	}
	return r
}

// PauseReplay stops a replica from taking in what it receives.
func (c *Cluster) PauseReplay(t testing.TB) {
	t.Helper()
	c.SQL(t, "postgres", "SELECT pg_wal_replay_pause()")
}

// ResumeReplay lets it go on.
func (c *Cluster) ResumeReplay(t testing.TB) {
	t.Helper()
	c.SQL(t, "postgres", "SELECT pg_wal_replay_resume()")
}

// Detach ends a replica's following for good.
func (c *Cluster) Detach(t testing.TB) {
	t.Helper()
	c.SQL(t, "postgres", "ALTER SYSTEM SET primary_conninfo = ''")
	c.SQL(t, "postgres", "SELECT pg_reload_conf()")
	for c.SQL(t, "postgres", "SELECT count(*) FROM pg_stat_wal_receiver") != "0" {
		pause()
	}
}

// Promote makes a replica take writes.
func (c *Cluster) Promote(t testing.TB) { t.Helper(); c.SQL(t, "postgres", "SELECT pg_promote()") }

// Encrypt lets the server speak TLS, with this certificate and key (PEM).
func (c *Cluster) Encrypt(t testing.TB, cert, key []byte) {
	t.Helper()
	c.need(t)
	for name, b := range map[string][]byte{"server.crt": cert, "server.key": key} {
		path := filepath.Join(c.data(), name)
		if err := errors.Join(os.WriteFile(path, b, 0o600), nobody.Give(path)); err != nil {
			t.Fatal(err)
		}
	}
	c.SQL(t, "postgres", "ALTER SYSTEM SET ssl = on")
	c.SQL(t, "postgres", "SELECT pg_reload_conf()")
	for c.SQL(t, "postgres", "SHOW ssl") != "on" {
		pause()
	}
}

// Port is the server's port on 127.0.0.1.
func (c *Cluster) Port(t testing.TB) int { t.Helper(); c.need(t); return c.port }

// URL names a database of the cluster.
func (c *Cluster) URL(database string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", user, c.port, database)
}

// Database makes a database as a copy of another ("" is an empty one) and
// returns its name. The test drops it at its end.
func (c *Cluster) Database(t testing.TB, template string) string {
	t.Helper()
	c.need(t)
	c.mu.Lock()
	c.made++
	name := fmt.Sprintf("t%d", c.made)
	c.mu.Unlock()
	if template == "" {
		template = "template0"
	}
	c.SQL(t, "postgres", fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, template))
	t.Cleanup(func() {
		_ = c.run("psql", "-X", "-q", "-d", c.URL("postgres"), "-c", "DROP DATABASE "+name+" WITH (FORCE)")
	})
	return name
}

// SQL runs statements as psql does and returns the rows, one a line.
func (c *Cluster) SQL(t testing.TB, database, statements string) string {
	t.Helper()
	c.need(t)
	cmd := c.command("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", c.URL(database), "-c", statements)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("psql: %v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// Copy copies a database that is in use, with what is committed there.
func (c *Cluster) Copy(t testing.TB, from, to string) {
	t.Helper()
	dump, err := c.command("pg_dump", "-d", c.URL(from)).Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	load := c.command("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", c.URL(to))
	load.Stdin = strings.NewReader(string(dump))
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("load the dump: %v\n%s", err, out)
	}
}

// run runs one of PostgreSQL's programs to its end.
func (c *Cluster) run(program string, args ...string) error {
	if out, err := c.command(program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, out)
	}
	return nil
}

func (c *Cluster) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, program), args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC", "HOME=" + c.dir}
	nobody.Run(cmd)
	return cmd
}

// programs finds PostgreSQL's own folder of programs: Debian keeps the
// server's out of PATH.
func programs() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil // the newest
	}
	if p, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(p), nil
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dir := strings.TrimSpace(string(out))
		if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil {
			return dir, nil
		}
	}
	return "", errAbsent
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
