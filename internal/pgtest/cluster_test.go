package pgtest_test

import (
	"os"
	"testing"

	"github.com/hubcap-dev/hubcap/internal/pgtest"
)

var cluster pgtest.Cluster

func TestMain(m *testing.M) {
	code := m.Run()
	cluster.Remove()
	os.Exit(code)
}

// TestKill: what was committed is there after the server was killed, and
// reaches a replica once it takes in again what it receives.
func TestKill(t *testing.T) {
	db := cluster.Database(t, "")
	cluster.SQL(t, db, "CREATE TABLE x (n int); INSERT INTO x VALUES (7)")
	cluster.Kill(t)
	cluster.Start(t)
	if got := cluster.SQL(t, db, "SELECT n FROM x"); got != "7" {
		t.Errorf("after the kill the table holds %q, want 7", got)
	}
	r := cluster.Replica(t)
	if got := r.SQL(t, db, "SELECT n, pg_is_in_recovery() FROM x"); got != "7|t" {
		t.Errorf("the replica answers %q", got)
	}
	r.PauseReplay(t)
	cluster.SQL(t, db, "INSERT INTO x VALUES (8)")
	if got := r.SQL(t, db, "SELECT count(*) FROM x"); got != "1" {
		t.Errorf("a replica that is paused holds %s rows, want 1", got)
	}
	r.ResumeReplay(t)
	for r.SQL(t, db, "SELECT count(*) FROM x") != "2" {
	}
	if got := cluster.SQL(t, cluster.Database(t, db), "SELECT sum(n) FROM x"); got != "15" {
		t.Errorf("a copy of the database sums to %s, want 15", got)
	}
}
