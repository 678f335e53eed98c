package arch

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var webImport = regexp.MustCompile(`(?m)^(?:import|export)[^"']*from ["'](\.[^"']+)["']`)

// A feature of the web app stands on components, hooks and lib; it never
// reaches into another feature, and nothing below reaches up into one.
func TestWebFeaturesKeepApart(t *testing.T) {
	const src = "frontend/src"
	seen := 0
	walk(t, func(p string) {
		if !strings.HasPrefix(p, src+"/") || !strings.HasSuffix(p, ".ts") && !strings.HasSuffix(p, ".tsx") {
			return
		}
		seen++
		b, err := os.ReadFile(filepath.Join(root, p))
		if err != nil {
			t.Fatal(err)
		}
		from := room(strings.TrimPrefix(p, src+"/"))
		for _, m := range webImport.FindAllStringSubmatch(string(b), -1) {
			to := room(strings.TrimPrefix(path.Join(path.Dir(p), m[1]), src+"/"))
			switch {
			case from == to || from == "app" || strings.HasPrefix(from, "test"):
			case strings.HasPrefix(to, "features/"):
				t.Errorf("%s imports %s: %s may not reach into %s", p, m[1], from, to)
			case to == "app" && from != "main.tsx":
				t.Errorf("%s imports %s: only main.tsx stands above app", p, m[1])
			}
		}
	})
	if seen == 0 {
		t.Fatal("no source of the web app found: the walk is broken")
	}
}

// room is the part of the web app a file belongs to: "features/decode",
// "components", "main.tsx".
func room(p string) string {
	parts := strings.Split(p, "/")
	if parts[0] == "features" && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}
