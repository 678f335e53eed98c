// Package nfr holds docs/nfr.md to its word: a figure that is shown has its
// command and its test, and a figure that is planned waits for a part of the
// house that does not exist yet.
package nfr

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

type row struct {
	id, figure, measure, command, test, state string
}

func rows(t *testing.T) []row {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, "docs/nfr.md"))
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 6 || !regexp.MustCompile(`^ *NFR-[1-4]\.[0-9]+ *$`).MatchString(cells[0]) {
			if strings.HasPrefix(line, "| NFR-") {
				t.Errorf("docs/nfr.md: not six cells: %s", line)
			}
			continue
		}
		for i := range cells {
			cells[i] = strings.Trim(strings.TrimSpace(cells[i]), "`")
		}
		out = append(out, row{cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]})
	}
	if len(out) < 40 {
		t.Fatalf("docs/nfr.md has %d rows; bars.md has more figures than that", len(out))
	}
	return out
}

func TestShownRowsHaveTheirTest(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows(t) {
		if r.state != "shown" {
			continue
		}
		target, ok := strings.CutPrefix(r.command, "make ")
		if target, _, _ = strings.Cut(target, " "); !ok || !strings.Contains(string(makefile), "\n"+target+":") {
			t.Errorf("%s is shown by %q, which is no target of the Makefile", r.id, r.command)
		}
		file, name, _ := strings.Cut(r.test, " ")
		src, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Errorf("%s is shown by the test %q: %v", r.id, r.test, err)
			continue
		}
		if name != "" && !strings.Contains(string(src), name) {
			t.Errorf("%s is shown by %s, which holds no %q", r.id, file, name)
		}
	}
}

func TestPlannedRowsWaitForSomething(t *testing.T) {
	for _, r := range rows(t) {
		part, planned := strings.CutPrefix(r.state, "planned: ")
		if !planned {
			if r.state != "shown" {
				t.Errorf("%s: state %q is neither shown nor planned: <part>", r.id, r.state)
			}
			continue
		}
		// Only what git knows counts: an empty or ignored folder is no part.
		out, err := exec.Command("git", "-C", root, "ls-files", "--", part).Output()
		if err != nil {
			t.Skipf("git does not answer here: %v", err)
		}
		if len(out) > 0 {
			t.Errorf("%s is planned for %s, which exists: show the figure now", r.id, part)
		}
	}
}
