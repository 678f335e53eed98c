package backup

import (
	"context"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// Device is the part of a repository that one hub writes.
type Device struct {
	repo *Repo
	id   string
}

const devices = "d/"

var deviceForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// Device names a hub's part of the repository: lower case letters, digits and
// '-', 40 at most.
func (r *Repo) Device(id string) (*Device, error) {
	if !deviceForm.MatchString(id) {
		return nil, fault.InvalidField("/device", "is not 1 to 40 lower case letters, digits and '-'", "choose another name for this hub's backup")
	}
	return &Device{repo: r, id: id}, nil
}

// Devices lists the hubs that have written here.
func (r *Repo) Devices(ctx context.Context) (ids []string, err error) {
	for after := ""; ; {
		found := ""
		err := r.bucket.List(ctx, devices, after, func(i remote.Info) error {
			found, _, _ = strings.Cut(strings.TrimPrefix(i.Name, devices), "/")
			return fs.SkipAll
		})
		if err != nil || found == "" {
			return ids, err
		}
		if deviceForm.MatchString(found) {
			ids = append(ids, found)
		}
		after = devices + found + "0" // behind everything of this device: '0' follows '/'
	}
}

// ID is the device's name.
func (d *Device) ID() string { return d.id }

// Repo is the repository that the device belongs to.
func (d *Device) Repo() *Repo { return d.repo }

// name is an object's name in the repository.
func (d *Device) name(path string) string { return devices + d.id + "/" + path }

// list calls fn with the paths below the device's folder.
func (d *Device) list(ctx context.Context, prefix, after string, fn func(path string, i remote.Info) error) error {
	own := d.name("")
	if after != "" {
		after = own + after
	}
	return d.repo.bucket.List(ctx, own+prefix, after, func(i remote.Info) error {
		return fn(strings.TrimPrefix(i.Name, own), i)
	})
}

// known reports whether a path below a device's folder has the form of what
// is written there.
func known(path string) bool { return paths.MatchString(path) }

var paths = regexp.MustCompile(`^(fence/[0-9a-f]{8}|log/[0-9a-f]{8}/[0-9a-f-]+\.seg|full/[0-9a-f]{8}/[0-9a-f-]+/(head|part-[0-9]+)|vault/[^/]+|blob/[^/]+/[^/]+|manifest)$`)

// sortNewest sorts objects by when they were written, the newest first.
func sortNewest(list []remote.Info) {
	slices.SortStableFunc(list, func(a, b remote.Info) int { return b.Modified.Compare(a.Modified) })
}
