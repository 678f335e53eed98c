// Package config reads the hub's settings once, from its layers: defaults,
// then the file, then the environment (HUBCAP_*), then flags. Each value
// remembers which layer it came from.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Config is everything that can be set. The zero value is not usable; take
// one from Load.
type Config struct {
	Data string // folder of the hub's data

	DB         string        // URL of the PostgreSQL database that holds it; "" is the data folder itself
	DBReplicas []string      // URLs of its streaming replicas
	DBReaders  int           // connections that read at once
	DBTimeout  time.Duration // how long it works on one statement
	DBSlow     time.Duration // from when on a statement is logged

	Listen  string // host:port of the HTTP listener; loopback only
	Sample  bool   // load the sample fleet when the store is empty at the first start
	Open    bool   // open the browser after the start
	Worker  string // path of the model worker; "" is beside the hub's binary
	Models  string // folder of model packs; "" is "models" beside the binary's folder
	Threads int    // worker threads; 0 is one less than the cores

	Registry          string   // address of the registry that models are pulled from; "" pulls none
	RegistryRedirects []string // hosts beside its own that it may send a pull to

	// NetAllow is the guard of every address that a person enters: which inside
	// ranges it may lead to.
	NetAllow netguard.Guard

	Watch string // folder whose files become lists; "" is none

	LAN LAN // how the hub faces the network

	// VaultKey is the key that seals what is secret, where the environment gives
	// it, and VaultKeyring says that the operating system's keyring keeps it;
	// otherwise it stands in the key file of Data.
	VaultKey     vault.Secret
	VaultKeyring bool

	AuditKeep time.Duration // how long the trail is kept; 0 is for ever

	Building bool // the worker is being built beside this start

	LogLevel  string // debug, info, warn or error
	LogFormat string // text or json

	origins map[string]string
}

// Setting is one row of the table of settings.
type Setting struct {
	Key     string
	Flag    string
	Env     string
	Default string
	Bool    bool
	Secret  bool // shown as ***
	About   string
}

// Settings lists every setting with its default and meaning, in print order.
func Settings() []Setting {
	table := []Setting{
		{Key: "data", Default: DefaultData(), About: "folder of the hub's data"},
		{Key: "db", Secret: true, About: "PostgreSQL database that keeps the data, postgres://USER:PASSWORD@HOST:5432/NAME; empty keeps it in the data folder"},
		{Key: "db-replica", Secret: true, About: "streaming replicas of the database that may answer reads, separated by blanks"},
		{Key: "db-readers", Default: "16", About: "connections to the database that read at once; writing and listening take four more"},
		{Key: "db-timeout", Default: "5s", About: "how long the database may work on one statement"},
		{Key: "db-slow", Default: "500ms", About: "statements of the database that take longer are logged, without their values"},
		{Key: "listen", Default: "127.0.0.1:8484", About: "address to listen on for this computer, without TLS; loopback only"},
		{Key: "sample", Default: "false", Bool: true, About: "load the sample fleet at the first start"},
		{Key: "open", Default: "false", Bool: true, About: "open the browser after the start"},
		{Key: "worker", About: "path of the model worker; empty looks beside the hub"},
		{Key: "models", About: "folder of model packs; empty looks beside the hub"},
		{Key: "threads", Default: "0", About: "worker threads; 0 is one less than the cores"},
		{Key: "registry.address", About: "address of an Ollama registry to pull models from; empty pulls none"},
		{Key: "registry.redirects", About: "other hosts that the registry may send a pull to, separated by commas"},
		{Key: "net.allow", Default: "loopback", About: "inside addresses that providers and registries may be at: ranges, addresses or loopback; empty allows public ones only"},
		{Key: "watch", About: "folder whose files become lists to check; empty watches none"},
		{Key: "lan", About: "address to listen on for others, such as :8443; empty serves this computer alone"},
		{Key: "lan-plain", Default: "false", Bool: true, About: "serve others without TLS: everybody on the network can read along"},
		{Key: "lan-name", About: "name that others type; empty is hubcap-xxxx.local, announced on the network"},
		{Key: "lan-hosts", About: "further names and addresses that others may use, such as a proxy's"},
		{Key: "lan-cert", About: "certificate for others, a PEM file; empty makes one by the hub's own authority"},
		{Key: "lan-key", About: "key of that certificate, a PEM file that nobody else can read"},
		{Key: "lan-acme", About: "address of an ACME directory to get a certificate from"},
		{Key: "lan-acme-email", About: "whom the directory tells when something is wrong"},
		{Key: "lan-acme-ca", About: "authority of the directory itself, a PEM file; empty trusts the system's"},
		{Key: "proxies", About: "addresses or ranges of proxies before the hub, whose X-Forwarded-For is believed"},
		{Key: "cors-origins", About: "other sites whose pages may call the API by a key, such as https://desk.example.com"},
		{Key: "limit-read", Default: "1200", About: "requests a minute by which an account may read; 0 is no limit"},
		{Key: "limit-write", Default: "600", About: "requests a minute by which an account may write; 0 is no limit"},
		{Key: "limit-heavy", Default: "240", About: "searches, insights and the like a minute, of an account; 0 is no limit"},
		{Key: "limit-signin", Default: "300", About: "attempts a minute to sign in, of one address; 0 is no limit"},
		{Key: "vault-key", Secret: true, About: "the key that seals what is secret, 32 bytes in base64, by its environment variable; empty keeps it in the file vault.key"},
		{Key: "vault-keyring", Default: "false", Bool: true, About: "keep that key in the operating system's keyring"},
		{Key: "audit-keep", Default: "400", About: "days for which the audit trail is kept; 0 keeps all of it"},
		{Key: "building", Default: "false", Bool: true, About: "the model worker is being built meanwhile, as make run does"},
		{Key: "log.level", Default: "info", About: "debug, info, warn or error"},
		{Key: "log.format", Default: "text", About: "text or json"},
	}
	for i := range table {
		s := &table[i]
		s.Flag = strings.ReplaceAll(s.Key, ".", "-")
		s.Env = "HUBCAP_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(s.Key))
	}
	return table
}

// DefaultData is $XDG_DATA_HOME/hubcap, or ~/.local/share/hubcap.
func DefaultData() string {
	if x := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(x) {
		return filepath.Join(x, "hubcap")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "hubcap-data"
	}
	return filepath.Join(home, ".local", "share", "hubcap")
}

// Load reads the layers. path names the file; "" tries hubcap.toml in the
// data folder of the other layers and takes its absence as empty. flags
// holds the values that were set on the command line, by key.
func Load(path string, environ []string, flags map[string]string) (Config, error) {
	defaults := map[string]any{}
	for _, s := range Settings() {
		defaults[s.Key] = s.Default
	}
	fromEnv, err := environment(environ)
	if err != nil {
		return Config{}, err
	}
	fromFlags := map[string]any{}
	for k, v := range flags {
		fromFlags[k] = v
	}
	fromFile, name, err := fileLayer(path, firstOf("data", fromFlags, fromEnv, defaults))
	if err != nil {
		return Config{}, err
	}

	k := koanf.New(".")
	origins := map[string]string{}
	for _, layer := range []struct {
		name   string
		values map[string]any
	}{{"default", defaults}, {name, fromFile}, {"environment", fromEnv}, {"flag", fromFlags}} {
		if err := k.Load(confmap.Provider(layer.values, "."), nil); err != nil {
			return Config{}, fmt.Errorf("read %s settings: %w", layer.name, err)
		}
		for key := range layer.values {
			origins[key] = layer.name
		}
	}
	return build(k, origins)
}

func build(k *koanf.Koanf, origins map[string]string) (Config, error) {
	c := Config{
		Data: k.String("data"), DB: k.String("db"), DBReplicas: strings.Fields(k.String("db-replica")), Listen: k.String("listen"),
		Worker: k.String("worker"), Models: k.String("models"), Watch: k.String("watch"),
		Registry: k.String("registry.address"), RegistryRedirects: strings.FieldsFunc(k.String("registry.redirects"), func(r rune) bool { return r == ',' || r == ' ' }),
		LogLevel: k.String("log.level"), LogFormat: k.String("log.format"),
		origins: origins,
	}
	var errs []error
	boolean := func(key string) bool {
		b, err := strconv.ParseBool(k.String(key))
		if err != nil {
			errs = append(errs, wrong(origins[key], key, "is not true or false", "write true or false"))
		}
		return b
	}
	if guard, err := netguard.Parse(k.String("net.allow")); err != nil {
		errs = append(errs, wrong(origins["net.allow"], "net.allow", err.Error(), "separate ranges by commas"))
	} else {
		c.NetAllow = guard
	}
	c.Sample, c.Open, c.Building = boolean("sample"), boolean("open"), boolean("building")
	c.VaultKey, c.VaultKeyring = vault.NewSecret(k.String("vault-key")), boolean("vault-keyring")
	days, err := strconv.Atoi(k.String("audit-keep"))
	if err != nil || days < 0 || days > 36_500 {
		errs = append(errs, wrong(origins["audit-keep"], "audit-keep", "is not a number of days from 0 to 36500", "write a whole number; 0 keeps all"))
	}
	c.AuditKeep = time.Duration(days) * 24 * time.Hour
	n, err := strconv.Atoi(k.String("threads"))
	if err != nil || n < 0 || n > 256 {
		errs = append(errs, wrong(origins["threads"], "threads", "is not a number from 0 to 256", "write a whole number"))
	}
	c.Threads = n
	c.LAN = buildLAN(k, boolean("lan-plain"), &errs, origins)
	if c.DBReaders, err = strconv.Atoi(k.String("db-readers")); err != nil || c.DBReaders < 1 || c.DBReaders > 1000 {
		errs = append(errs, wrong(origins["db-readers"], "db-readers", "is not a number from 1 to 1000", "write a whole number"))
	}
	span := func(key string) time.Duration {
		d, err := time.ParseDuration(k.String(key))
		if err != nil || d < time.Millisecond || d > 10*time.Minute {
			errs = append(errs, wrong(origins[key], key, "is not a time from 1ms to 10m", "write it as 500ms, 5s or 2m"))
		}
		return d
	}
	c.DBTimeout, c.DBSlow = span("db-timeout"), span("db-slow")
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		errs = append(errs, wrong(origins["log.level"], "log.level", "is not a level", "use debug, info, warn or error"))
	}
	if !slices.Contains([]string{"text", "json"}, c.LogFormat) {
		errs = append(errs, wrong(origins["log.format"], "log.format", "is not a format", "use text or json"))
	}
	// Whole, since other commands run from other folders, and the name of the
	// hub's cookie is made from it.
	switch {
	case c.Data == "":
		errs = append(errs, wrong(origins["data"], "data", "is empty", "name a folder"))
	case IsDatabase(c.Data):
		errs = append(errs, wrong(origins["data"], "data", "is the address of a database", "name a folder, and the database with --db or HUBCAP_DB"))
	default:
		if c.Data, err = filepath.Abs(c.Data); err != nil {
			errs = append(errs, fmt.Errorf("find the data folder: %w", err))
		}
	}
	return c, errors.Join(errs...)
}

func wrong(origin, key, problem, remedy string) error {
	return &fault.Error{Kind: fault.Invalid, Message: fmt.Sprintf("setting %q (from %s) %s: %s", key, origin, problem, remedy)}
}

// environment reads HUBCAP_LOG_LEVEL as log.level and so on. A HUBCAP_ name
// that is no setting is an error: a typing mistake must not pass silently.
func environment(environ []string) (map[string]any, error) {
	known := map[string]string{}
	for _, s := range Settings() {
		known[s.Env] = s.Key
	}
	var unknown []string
	k := koanf.New(".")
	err := k.Load(env.Provider(".", env.Opt{
		Prefix:      "HUBCAP_",
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			key, ok := known[name]
			if !ok {
				if !strings.HasPrefix(name, "HUBCAP_TEST_") && !slices.Contains(ofCommands(), name) {
					unknown = append(unknown, name)
				}
				return "", nil
			}
			return key, value
		},
	}), nil)
	if err != nil {
		return nil, fmt.Errorf("read environment: %w", err)
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return nil, fault.New(fault.Invalid, "environment: %s is not a setting of Hubcap; `hubcap config` lists them", strings.Join(unknown, ", "))
	}
	return k.All(), nil
}

func fileLayer(path, data string) (values map[string]any, name string, err error) {
	named := path != ""
	if !named {
		path = filepath.Join(data, "hubcap.toml")
	}
	k := koanf.New(".")
	if err := k.Load(file.Provider(path), toml.Parser()); err != nil {
		if !named && errors.Is(err, fs.ErrNotExist) {
			return nil, path, nil
		}
		if errors.Is(err, fs.ErrPermission) {
			return nil, path, fault.Wrap(fault.Denied, err, "the settings file %s belongs to another user", path).
				WithRemedy("run this as the user whose hub it is, or name a folder of your own with --data")
		}
		return nil, path, fault.Wrap(fault.Invalid, err, "read settings file %s", path).WithRemedy("write it as TOML, or name another file with --config")
	}
	known := map[string]bool{}
	for _, s := range Settings() {
		known[s.Key] = true
	}
	values = map[string]any{}
	for key, v := range k.All() {
		if !known[key] {
			return nil, path, fault.New(fault.Invalid, "settings file %s: %q is not a setting; `hubcap config` lists them", path, key)
		}
		values[key] = fmt.Sprint(v)
	}
	return values, path, nil
}

func firstOf(key string, layers ...map[string]any) string {
	for _, l := range layers {
		if v, ok := l[key]; ok {
			return fmt.Sprint(v)
		}
	}
	return ""
}

// AnyPort listens on loopback at whatever port is free.
const AnyPort = "127.0.0.1:0"

// IsDatabase reports whether the name of a store is a database's address, a
// URL or PostgreSQL's key=value form, rather than a folder. One that is
// mistyped counts too: a folder of that name would hold the password.
func IsDatabase(name string) bool {
	return strings.Contains(name, "://") || keywords.MatchString(name)
}

var keywords = regexp.MustCompile(`^\s*(host|hostaddr|port|dbname|user|password|passfile|service|sslmode)\s*=`)

// Origin is the layer that a setting's value came from, such as "default".
func (c Config) Origin(key string) string { return c.origins[key] }

// Row is one setting as `hubcap config` prints it.
type Row struct {
	Setting
	Value, Origin string
}

// Rows lists every setting with its value and origin.
func (c Config) Rows() []Row {
	values := map[string]string{
		"data": c.Data, "db": c.DB, "db-replica": strings.Join(c.DBReplicas, " "), "db-readers": strconv.Itoa(c.DBReaders), "db-timeout": c.DBTimeout.String(), "db-slow": c.DBSlow.String(),
		"listen": c.Listen, "sample": strconv.FormatBool(c.Sample), "open": strconv.FormatBool(c.Open),
		"worker": c.Worker, "models": c.Models, "watch": c.Watch, "threads": strconv.Itoa(c.Threads), "building": strconv.FormatBool(c.Building),
		"registry.address": c.Registry, "registry.redirects": strings.Join(c.RegistryRedirects, ","),
		"vault-key": c.VaultKey.Reveal(), "vault-keyring": strconv.FormatBool(c.VaultKeyring), "audit-keep": strconv.Itoa(int(c.AuditKeep / (24 * time.Hour))),
		"net.allow": c.NetAllow.String(), "log.level": c.LogLevel, "log.format": c.LogFormat,
	}
	maps.Copy(values, c.LAN.values())
	var rows []Row
	for _, s := range Settings() {
		value := values[s.Key]
		if s.Secret && value != "" {
			value = "***"
		}
		rows = append(rows, Row{s, value, c.origins[s.Key]})
	}
	return rows
}
