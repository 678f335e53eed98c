package postgres_test

import (
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/store/postgres"
)

// TestExamineLog: what was done to the log behind the store's back is named;
// what was trimmed is not.
func TestExamineLog(t *testing.T) {
	name := database(t)
	db := mustOpen(t, cluster.URL(name), postgres.Options{})
	look := func(oldest, newest uint64, flaws ...string) {
		t.Helper()
		r, err := db.ExamineLog(t.Context())
		if err != nil || r.Oldest != oldest || r.Newest != newest || len(r.Flaws) != len(flaws) {
			t.Fatalf("ExamineLog = %+v, %v, want %d to %d and %q", r, err, oldest, newest, flaws)
		}
		for i, f := range r.Flaws {
			if !strings.Contains(f, flaws[i]) {
				t.Errorf("it says %q, want %q", f, flaws[i])
			}
		}
	}
	look(1, 0)
	for i := range 2500 / 50 {
		fill(t, db, i*50, i*50+50)
	}
	look(1, 2500)
	if _, err := db.Trim(t.Context(), 2000); err != nil {
		t.Fatal(err)
	}
	look(501, 2500)
	cluster.SQL(t, name, "DELETE FROM hubcap._log WHERE seq IN (600, 1700, 1701)")
	cluster.SQL(t, name, "UPDATE hubcap._log SET change = overlay(change PLACING '\\x00' FROM 20) WHERE seq = 2000")
	look(501, 2500, "change 600 is missing", "changes 1700 to 1701 are missing", "change 2000 is damaged")
	cluster.SQL(t, name, "DELETE FROM hubcap._log WHERE seq > 2490")
	look(501, 2500, "change 600", "changes 1700", "change 2000", "ends at change 2490")
}
