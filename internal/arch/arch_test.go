// Package arch holds the one test of the house's shape: which folder may
// import which, and where each heavy dependency lives.
package arch

import (
	"bufio"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/hubcap-dev/hubcap/"

// floors lists every folder with Go code and the floor it stands on. A
// folder may import only folders on lower floors, and none of its own.
// A folder without a row fails, so that a new room gets its place.
var floors = map[string]int{
	"":            100, // main.go
	"app/cli":     95,
	"app/desktop": 92,
	"app":         90,

	"backend/api":         70,
	"backend/api/rest":    69,
	"backend/api/gate":    68,
	"backend/api/problem": 67,

	"backend/report":                 62,
	"backend/insight":                60,
	"sync/backup":                    60,
	"sync/targets":                   61,
	"sync/drill":                     61,
	"backend/intake/invoice":         60,
	"backend/intake":                 60,
	"backend/intake/checklist":       47,
	"backend/intake/mapping":         46,
	"backend/intake/list":            45,
	"backend/intake/claim":           44,
	"backend/intake/claim/claimtest": 45,
	"backend/intake/repair":          45,

	"backend/search":         50,
	"backend/search/meaning": 49,

	"backend/llm/route":      43,
	"backend/llm/pack":       42,
	"backend/vehicle/sample": 41,
	"backend/vehicle":        40,
	"backend/account":        40,
	"backend/reference":      40,
	"backend/view":           40,
	"backend/job":            40,
	"backend/llm/local":      41,
	"backend/llm/cloud":      41,
	"backend/llm":            40,

	"backend/audit": 38,

	"backend/blob/blobtest":   41,
	"backend/blob":            40,
	"backend/paper":           10,
	"backend/child":           9,
	"backend/inbox":           11,
	"backend/lease":           31,
	"backend/lease/leasetest": 32,

	"sync/snapshot":          31,
	"sync/segment":           31,
	"sync/checkpoint":        31,
	"sync/seal":              30,
	"sync/retain":            30,
	"sync/remote/s3":         32,
	"sync/remote/remotetest": 32,
	"sync/remote":            30,

	"backend/store/storetest": 32,
	"backend/store/bolt":      31,
	"backend/store/postgres":  31,
	"backend/store/mem":       31,
	"backend/store/move":      31,
	"backend/store":           30,
	"backend/telemetry":       30,
	"backend/vault":           30,
	"backend/lan":             40,
	"backend/netguard":        30,

	"backend/vpic":               21,
	"backend/vpic/dump":          20,
	"backend/vpic/dump/dumptest": 19,
	"backend/vpic/index":         20,
	"backend/vpic/tables":        19,

	"app/config":       35,
	"backend/sheet":    10,
	"backend/vin":      10,
	"backend/fault":    10,
	"backend/actor":    10,
	"backend/llm/wire": 10,
	"embedded/vpic":    10,
	"embedded/worker":  10,
	"embedded/models":  10,
	"frontend":         10,

	"internal/arch":   0,
	"internal/nfr":    0,
	"internal/pgtest": 1,
	"internal/nobody": 0,
	"internal/s3test": 1,
	"internal/race":   0,
}

// tops are programs and their rooms: nobody else imports them, and they may
// import what their row names only.
var tops = map[string][]string{
	"cmd/vpicgen":       {"backend/vpic/index", "backend/vpic/tables"},
	"cmd/hubcap-worker": {"backend/llm/wire"},
	"cmd/packgen":       {"embedded/models"},
	"cmd/benchhub": {"backend/vehicle", "backend/vehicle/sample", "backend/store", "backend/store/bolt", "backend/vin",
		"embedded/vpic", "backend/actor"},
	"cmd/benchbackup": {"backend/store", "backend/store/bolt", "backend/actor", "sync/backup", "sync/remote", "sync/remote/s3", "sync/seal"},
	"cmd/benchintake": {"backend/intake/claim", "backend/intake/claim/claimtest", "backend/intake/repair", "backend/vin", "backend/vpic/tables", "embedded/vpic"},
	"e2e/oidc":        {}, // a module of its own
	"e2e/dump":        {"backend/vpic/dump/dumptest"},
	"build/parity":    {"backend/vin", "embedded/vpic", "backend/vpic/tables"},
}

// pure are folders that import the standard library alone, and of ours only
// what is named.
var pure = map[string][]string{
	"backend/vin":   {},
	"backend/fault": {},
	"backend/actor": {},
	"backend/store": {"backend/fault", "backend/actor"},
	"embedded/vpic": {}, "embedded/models": {}, "embedded/worker": {}, "frontend": {},
	"backend/llm/wire": {},
}

// engines are wired by app alone (and tried by their tests).
var engines = []string{"backend/store/bolt", "backend/store/postgres", "backend/llm/local", "backend/llm/cloud", "sync/remote/s3", "embedded/vpic", "embedded/worker", "embedded/models", "frontend"}

// homes names the one folder that may import each heavy dependency.
var homes = map[string]string{
	"go.etcd.io/bbolt":                   "backend/store/bolt",
	"github.com/jackc/pgx":               "backend/store/postgres",
	"github.com/Shopify/toxiproxy":       "backend/store/postgres", // its tests
	"github.com/pressly/goose":           "backend/store/postgres",
	"github.com/blevesearch":             "backend/search",
	"github.com/ollama/ollama/llama":     "cmd/hubcap-worker",
	"github.com/ollama/ollama/convert":   "cmd/packgen",
	"github.com/ollama/ollama/api":       "backend/llm/cloud",
	"github.com/sashabaranov/go-openai":  "backend/llm/cloud",
	"github.com/failsafe-go/failsafe-go": "backend/llm/cloud",
	"github.com/wailsapp/wails":          "app/desktop",
	"github.com/labstack/echo":           "backend/api",
	"github.com/danielgtaylor/huma":      "backend/api",
	"github.com/prometheus":              "backend/telemetry",
	"github.com/spf13/cobra":             "app/cli",
	"github.com/knadh/koanf":             "app/config",
	"github.com/zalando/go-keyring":      "backend/vault",
	"github.com/go-webauthn/webauthn":    "backend/account",
	"github.com/pquerna/otp":             "backend/account",
	"github.com/alexedwards/argon2id":    "backend/account",
	"github.com/coreos/go-oidc":          "backend/account",
	"golang.org/x/oauth2":                "backend/account",
	"github.com/minio/minio-go":          "sync/remote/s3",
	"filippo.io/age":                     "sync/seal",
	"github.com/ledongthuc/pdf":          "backend/paper",
	"codeberg.org/go-pdf/fpdf":           "backend/report",
	"github.com/xuri/excelize":           "backend/intake/list", // its tests: another's reader and writer
}

type file struct {
	folder, name string
	test         bool
	imports      []string
}

func TestImportsPointDownward(t *testing.T) {
	for _, f := range goFiles(t) {
		floor, known := floors[f.folder]
		allowed, top := tops[f.folder]
		if !known && !top {
			t.Errorf("%s: folder %q has no row in internal/arch: give it its floor", f.name, f.folder)
			continue
		}
		for _, imp := range f.imports {
			ours, isOurs := strings.CutPrefix(imp, module)
			if imp == strings.TrimSuffix(module, "/") {
				ours, isOurs = "", true
			}
			if !isOurs {
				checkHome(t, f, imp)
				continue
			}
			if f.test {
				continue
			}
			if top {
				if !contains(allowed, ours) {
					t.Errorf("%s imports %s: %s may import only %v of ours", f.name, ours, f.folder, allowed)
				}
				continue
			}
			if to, ok := floors[ours]; !ok || to >= floor {
				t.Errorf("%s imports %s: floor %d may not import floor %d", f.name, ours, floor, to)
			}
			if contains(engines, ours) && f.folder != "app" && f.folder != "app/cli" {
				t.Errorf("%s imports the engine %s: only app wires engines", f.name, ours)
			}
		}
	}
}

func TestPureFoldersStayPure(t *testing.T) {
	for _, f := range goFiles(t) {
		of, ok := pure[f.folder]
		if !ok || f.test {
			continue
		}
		for _, imp := range f.imports {
			if ours, isOurs := strings.CutPrefix(imp, module); isOurs {
				if !contains(of, ours) {
					t.Errorf("%s imports %s: %s may import only %v of ours", f.name, ours, f.folder, of)
				}
			} else if strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
				t.Errorf("%s imports %s: %s is standard library only", f.name, imp, f.folder)
			}
		}
	}
}

func TestNoRegistryHostInTheTree(t *testing.T) {
	hosts := []string{"proxy.golang" + ".org", "registry.npmjs" + ".org", "files.pythonhosted" + ".org", "deb.debian" + ".org"}
	walk(t, func(p string) {
		switch filepath.Ext(p) {
		case ".zst", ".png", ".idx", ".gguf":
			return
		}
		b, err := os.ReadFile(filepath.Join(root, p))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hosts {
			if strings.Contains(string(b), h) {
				t.Errorf("%s names the registry host %s", p, h)
			}
		}
	})
}

func checkHome(t *testing.T, f file, imp string) {
	for dep, home := range homes {
		if imp != dep && !strings.HasPrefix(imp, dep+"/") {
			continue
		}
		if f.folder != home && !strings.HasPrefix(f.folder, home+"/") && !f.test {
			t.Errorf("%s imports %s: its home is %s", f.name, imp, home)
		}
	}
}

const root = "../.."

// walk calls f with each tracked-looking file, relative to the root with
// slashes; it leaves built and fetched folders out.
func walk(t *testing.T, f func(p string)) {
	t.Helper()
	skip := ignored(t)
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if rel != "." && (skip[rel] || strings.HasPrefix(d.Name(), ".git") || d.Name() == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		f(rel)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ignored reads the whole folders that .gitignore names.
func ignored(t *testing.T) map[string]bool {
	t.Helper()
	f, err := os.Open(filepath.Join(root, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m := map[string]bool{}
	for s := bufio.NewScanner(f); s.Scan(); {
		line := strings.TrimSuffix(strings.TrimSuffix(s.Text(), "*"), "/")
		if strings.HasPrefix(line, "/") {
			m[strings.TrimPrefix(line, "/")] = true
		}
	}
	return m
}

func goFiles(t *testing.T) []file {
	t.Helper()
	var out []file
	fset := token.NewFileSet()
	walk(t, func(p string) {
		if !strings.HasSuffix(p, ".go") || strings.Contains(p, "/testdata/") {
			return
		}
		ast, err := parser.ParseFile(fset, filepath.Join(root, p), nil, parser.ImportsOnly)
		if err != nil {
			t.Errorf("parse %s: %v", p, err)
			return
		}
		folder := path.Dir(p)
		if folder == "." {
			folder = ""
		}
		f := file{folder: folder, name: p, test: strings.HasSuffix(p, "_test.go")}
		for _, i := range ast.Imports {
			f.imports = append(f.imports, strings.Trim(i.Path.Value, `"`))
		}
		out = append(out, f)
	})
	if len(out) == 0 {
		t.Fatal("no Go file found: the walk is broken")
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
