package app

import (
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/vault"
	place "github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

// Place is where a backup lies, as a command names it: a folder, or
// s3://BUCKET/PREFIX?endpoint=HOST&region=REGION&path_style=true&ca=FILE. The
// credential never stands in it.
type Place struct {
	Target targets.Target
	Secret vault.Secret
}

// The environment in which a bucket's credential is given to a command, and
// what else names the endpoint.
const (
	envAccessKey = "HUBCAP_S3_ACCESS_KEY"
	envSecretKey = "HUBCAP_S3_SECRET_KEY"
	envEndpoint  = "HUBCAP_S3_ENDPOINT"
)

// ParsePlace reads the name of a place. getenv is os.Getenv.
func ParsePlace(text string, getenv func(string) string) (Place, error) {
	if !strings.HasPrefix(text, "s3://") {
		return folderPlace(text)
	}
	u, err := url.Parse(text)
	if err != nil {
		return Place{}, fault.Wrap(fault.Invalid, err, "%q is not a place", text).WithRemedy("write s3://BUCKET/PREFIX?endpoint=HOST")
	}
	if u.User != nil {
		return Place{}, fault.New(fault.Invalid, "the credential does not belong in the address: other users of this computer see it").
			WithRemedy("set %s and %s", envAccessKey, envSecretKey)
	}
	q := u.Query()
	for k := range q {
		switch k {
		case "endpoint", "region", "path_style", "ca":
		default:
			return Place{}, fault.New(fault.Invalid, "a place has no %q", k).WithRemedy("it takes endpoint, region, path_style and ca")
		}
	}
	first := func(list ...string) string {
		for _, s := range list {
			if s != "" {
				return s
			}
		}
		return ""
	}
	endpoint := first(q.Get("endpoint"), getenv(envEndpoint), "https://s3.amazonaws.com")
	if !strings.Contains(endpoint, "://") {
		endpoint = "https://" + endpoint
	}
	b := &targets.Bucket{Endpoint: endpoint, Bucket: u.Host, Region: q.Get("region"), AccessKey: first(getenv(envAccessKey), getenv("AWS_ACCESS_KEY_ID"))}
	b.PathStyle = q.Get("path_style") != "false" && !strings.Contains(endpoint, "amazonaws.com") || q.Get("path_style") == "true"
	if file := q.Get("ca"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return Place{}, fault.Wrap(fault.Invalid, err, "read the authority's certificate").WithRemedy("name a PEM file with ca=FILE")
		}
		b.CA = string(pem)
	}
	secret := first(getenv(envSecretKey), getenv("AWS_SECRET_ACCESS_KEY"))
	if b.AccessKey == "" || secret == "" {
		return Place{}, fault.New(fault.Invalid, "the bucket's credential is missing").WithRemedy("set %s and %s", envAccessKey, envSecretKey)
	}
	return Place{Target: targets.Target{Kind: targets.S3, S3: b, Prefix: strings.Trim(u.Path, "/")}, Secret: vault.NewSecret(secret)}, nil
}

func folderPlace(text string) (Place, error) {
	text = strings.TrimPrefix(text, "file://")
	if text == "" {
		return Place{}, fault.New(fault.Invalid, "no place is named").WithRemedy("name a folder, or s3://BUCKET/PREFIX?endpoint=HOST")
	}
	dir, err := filepath.Abs(text)
	if err != nil {
		return Place{}, err
	}
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return Place{}, fault.New(fault.NotFound, "there is no folder %s", dir).WithRemedy("mount the drive, or name a folder that is there")
	}
	return Place{Target: targets.Target{Kind: targets.Folder, Folder: dir}}, nil
}

// Open reaches the place. An inside address is reached because the person who
// gives the command has named it.
func (p Place) Open(cfg config.Config) (place.Bucket, error) {
	guard := cfg.NetAllow
	if p.Target.S3 != nil {
		if u, err := url.Parse(p.Target.S3.Endpoint); err == nil {
			allowed := guard.String()
			if a, err := netip.ParseAddr(u.Hostname()); err == nil {
				allowed += " " + a.String()
			} else if u.Hostname() == "localhost" {
				allowed += " loopback"
			}
			if g, err := netguard.Parse(allowed); err == nil {
				guard = g
			}
		}
	}
	return OpenTarget(&p.Target, p.Secret, guard)
}
