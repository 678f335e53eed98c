package targets

import (
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// The kinds of target.
const (
	S3     = "s3"
	Folder = "folder"
)

// Target is one place of backups.
type Target struct {
	ID     string          `json:"id"`
	Name   string          `json:"name"`
	Kind   string          `json:"kind"`
	Folder string          `json:"folder,omitempty"`
	S3     *Bucket         `json:"s3,omitempty"`
	Prefix string          `json:"prefix,omitempty"` // of all names in the bucket
	Paused bool            `json:"paused"`
	Added  store.Timestamp `json:"added"`

	Preset   string `json:"preset"` // retain.Preset
	At       string `json:"at"`     // "03:10", local time: of chores, and of a nightly backup
	Keep     Keep   `json:"keep"`
	TestDays int64  `json:"test_days"` // days between restore tests; 0 is 7
	Limit    int64  `json:"limit"`     // KiB a second; 0 is none
	Hours    string `json:"hours"`     // of the day in which bulk work is done, as remote.ParseHours; "" is all
	LockDays int64  `json:"lock_days"` // object lock; 0 is none

	// Of a target that is set up.
	Repository string       `json:"repository,omitempty"`
	Device     string       `json:"device,omitempty"`
	Key        vault.Sealed `json:"key,omitempty"`   // of the repository
	Epoch      string       `json:"epoch,omitempty"` // of the store's log that it is the backup of
	Asked      vault.Sealed `json:"asked,omitempty"` // words of the recovery key that are still to be entered again
}

// Bucket is how an S3 bucket is reached.
type Bucket struct {
	Endpoint  string           `json:"endpoint"`
	Bucket    string           `json:"bucket"`
	Region    string           `json:"region,omitempty"`
	PathStyle bool             `json:"path_style"`
	Class     string           `json:"class,omitempty"` // of storage
	CA        string           `json:"ca,omitempty"`    // PEM
	AccessKey string           `json:"access_key"`
	Secret    vault.Sealed     `json:"secret"`
	Ends      *store.Timestamp `json:"ends,omitempty"` // when the credential ends, as far as is known

	// A second credential, which may delete; "" where the first one may.
	PruneAccessKey string       `json:"prune_access_key,omitempty"`
	PruneSecret    vault.Sealed `json:"prune_secret,omitempty"`
}

// Keep says what a target keeps, as retain.Policy.
type Keep struct {
	Last    int64 `json:"last"`
	Hourly  int64 `json:"hourly"`
	Daily   int64 `json:"daily"`
	Weekly  int64 `json:"weekly"`
	Monthly int64 `json:"monthly"`
	Yearly  int64 `json:"yearly"`
	Days    int64 `json:"days"` // of which any second can be restored; 0 is 7
}

// KeepOf is a policy as it is stored.
func KeepOf(p retain.Policy) Keep {
	return Keep{Last: int64(p.Last), Hourly: int64(p.Hourly), Daily: int64(p.Daily), Weekly: int64(p.Weekly), Monthly: int64(p.Monthly),
		Yearly: int64(p.Yearly), Days: int64(p.Window / (24 * time.Hour))}
}

// Policy is what retain takes.
func (k Keep) Policy() retain.Policy {
	return retain.Policy{Last: int(k.Last), Hourly: int(k.Hourly), Daily: int(k.Daily), Weekly: int(k.Weekly), Monthly: int(k.Monthly),
		Yearly: int(k.Yearly), Window: time.Duration(k.Days) * 24 * time.Hour, Zone: time.Local}
}

// SetUp reports whether the target has a repository.
func (t *Target) SetUp() bool { return t.Key != "" }

// Where names the place in a few words, without credentials.
func (t *Target) Where() string {
	if t.Kind == Folder || t.S3 == nil {
		return t.Folder
	}
	return strings.TrimRight("s3://"+t.S3.Bucket+"/"+t.Prefix, "/")
}

// Targets is the collection of targets.
var Targets = store.Define(store.Def[Target]{
	Name: "backup_targets", Class: store.Truth, Schema: 1,
	Key: func(t *Target) string { return t.ID },
	Indexes: []store.Index[Target]{{Name: "name", Fields: []store.Field[Target]{{Name: "name", Kind: store.Text,
		Value: func(t *Target) store.Value { return store.String(strings.ToLower(t.Name)) }}}}},
})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{Targets.Schema(), records.Schema()} }

// Content is what of a hub's collections a backup holds: the truth, without
// the marks of moves and restores.
func Content(all []*store.Schema, without ...*store.Schema) []*store.Schema {
	var out []*store.Schema
	for _, s := range all {
		if s.Class == store.Truth && !slices.Contains(without, s) {
			out = append(out, s)
		}
	}
	return out
}

func keyPurpose(id string) string    { return "backup_targets/" + id + "/key" }
func secretPurpose(id string) string { return "backup_targets/" + id + "/secret" }
func prunePurpose(id string) string  { return "backup_targets/" + id + "/prune" }
func askedPurpose(id string) string  { return "backup_targets/" + id + "/asked" }

// Held names what is sealed in a document of this package, for a change of
// the vault's keys; nothing for another package's.
func Held(collection string, doc []byte) ([]vault.Held, error) {
	if collection != Targets.Name() {
		return nil, nil
	}
	t, err := Targets.Decode(doc)
	list := []vault.Held{{Purpose: keyPurpose(t.ID), Value: t.Key}, {Purpose: askedPurpose(t.ID), Value: t.Asked}}
	if t.S3 != nil {
		list = append(list, vault.Held{Purpose: secretPurpose(t.ID), Value: t.S3.Secret}, vault.Held{Purpose: prunePurpose(t.ID), Value: t.S3.PruneSecret})
	}
	return slices.DeleteFunc(list, func(h vault.Held) bool { return h.Value == "" }), err
}
