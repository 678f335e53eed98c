package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/app/config"
)

func TestLayersWinInOrder(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "hubcap.toml")
	if err := os.WriteFile(path, []byte("listen = \"127.0.0.1:1\"\nthreads = 3\n[log]\nlevel = \"warn\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load("", []string{"HUBCAP_DATA=" + dir, "HUBCAP_LISTEN=127.0.0.1:2", "HUBCAP_LOG_FORMAT=json", "PATH=/bin"},
		map[string]string{"listen": "127.0.0.1:3"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]string{
		"listen":     {"127.0.0.1:3", "flag"},
		"log.format": {"json", "environment"},
		"log.level":  {"warn", path},
		"threads":    {"3", path},
		"sample":     {"false", "default"},
	}
	for _, r := range c.Rows() {
		if w, ok := want[r.Key]; ok && (r.Value != w[0] || r.Origin != w[1]) {
			t.Errorf("%s = %q from %q, want %q from %q", r.Key, r.Value, r.Origin, w[0], w[1])
		}
	}
	if c.Threads != 3 || c.Listen != "127.0.0.1:3" || c.LogLevel != "warn" {
		t.Errorf("typed values differ from the rows: %+v", c)
	}
}

func TestBadSettingsNameTheSettingAndItsOrigin(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.toml")
	if err := os.WriteFile(bad, []byte("lisen = \"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, file string
		env        []string
		flags      map[string]string
		want       string
	}{
		{"unknown key in file", bad, nil, nil, `"lisen" is not a setting`},
		{"named file missing", filepath.Join(dir, "none.toml"), nil, nil, "read settings file"},
		{"unknown variable", "", []string{"HUBCAP_LISEN=x"}, nil, "HUBCAP_LISEN is not a setting"},
		{"bad boolean", "", []string{"HUBCAP_SAMPLE=maybe"}, nil, `setting "sample" (from environment)`},
		{"bad threads", "", nil, map[string]string{"threads": "many"}, `setting "threads" (from flag)`},
		{"no readers", "", []string{"HUBCAP_DB_READERS=0"}, nil, `setting "db-readers" (from environment)`},
		{"a time without a unit", "", nil, map[string]string{"db-timeout": "5"}, `setting "db-timeout" (from flag)`},
		{"a time for ever", "", nil, map[string]string{"db-slow": "2h"}, `setting "db-slow" (from flag)`},
		{"a database for a folder", "", nil, map[string]string{"data": "postgres://hub:canary@db/hubcap"}, "address of a database"},
		{"a database's keywords for a folder", "", nil, map[string]string{"data": "host=db password=canary"}, "address of a database"},
		{"bad level", "", nil, map[string]string{"log.level": "loud"}, "use debug, info, warn or error"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := config.Load(c.file, append(c.env, "HUBCAP_DATA="+dir), c.flags)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Load: error %v, want one with %q", err, c.want)
			}
		})
	}
}

// Commands run from other folders, and cookies are named by the data folder:
// both need it whole.
func TestDataFolderIsAbsolute(t *testing.T) {
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load("", nil, map[string]string{"data": "my data"})
	if err != nil || c.Data != filepath.Join(here, "my data") {
		t.Errorf("data = %q, %v; want it under %s", c.Data, err, here)
	}
}

// What the hub starts hears none of its secrets.
func TestForChild(t *testing.T) {
	got := config.ForChild([]string{"PATH=/bin", "HUBCAP_VAULT_KEY=canary", "HUBCAP_DB=postgres://u:canary@h/n", "HUBCAP_DB_REPLICA=canary", "HUBCAP_THREADS=1", "HUBCAP_BACKUP_SECRET=canary", "HUBCAP_S3_SECRET_KEY=canary"})
	if strings.Join(got, " ") != "PATH=/bin HUBCAP_THREADS=1" {
		t.Errorf("a child gets %q", got)
	}
}
