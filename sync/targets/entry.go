package targets

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// Entry is what a person enters of a target. A nil secret keeps the one that
// is there.
type Entry struct {
	Target
	Secret, PruneSecret *vault.Secret
}

// List returns all targets by name.
func (d *Desk) List(ctx context.Context, s store.Scope) (list []store.Doc[Target], err error) {
	err = d.o.DB.View(ctx, s, func(r store.Reader) error {
		p, err := Targets.Query(r, store.Query{Index: "name", Limit: 100})
		list = p.Items
		return err
	})
	return list, err
}

// Get returns one target.
func (d *Desk) Get(ctx context.Context, s store.Scope, id string) (doc store.Doc[Target], err error) {
	err = d.o.DB.View(ctx, s, func(r store.Reader) (err error) { doc, err = Targets.Get(r, id); return err })
	return doc, err
}

// maxTargets is how many targets a hub may have.
const maxTargets = 10

// Save writes a target's settings at ifRev, or a new one with an empty id.
// What a target is set up with stays; a target that is set up stays in its
// place.
func (d *Desk) Save(ctx context.Context, s store.Scope, by actor.Actor, id string, e Entry, ifRev int64) (doc store.Doc[Target], err error) {
	t := e.Target
	t.ID, t.Added = id, store.Moment(d.now())
	t.Repository, t.Device, t.Key, t.Epoch, t.Asked = "", "", "", "", ""
	if err := d.check(&t); err != nil {
		return doc, err
	}
	if id == "" {
		t.ID, ifRev = d.o.IDs.New(), 0
	} else {
		old, err := d.Get(ctx, s, id)
		if err != nil {
			return doc, err
		}
		was := old.Value
		if was.SetUp() && !samePlace(&was, &t) {
			return doc, fault.New(fault.Conflict, "%s holds a backup: another place is another target", was.Name).WithRemedy("add a target for the new place; remove this one when that has been tested")
		}
		t.Repository, t.Device, t.Key, t.Epoch, t.Asked, t.Added = was.Repository, was.Device, was.Key, was.Epoch, was.Asked, was.Added
		if t.S3 != nil && was.S3 != nil {
			t.S3.Secret, t.S3.PruneSecret = was.S3.Secret, was.S3.PruneSecret
			if (was.S3.Endpoint != t.S3.Endpoint || was.S3.AccessKey != t.S3.AccessKey) && e.Secret == nil {
				return doc, fault.InvalidField("/secret", "is missing", "enter the secret again, since the address or the access key changed")
			}
			if (was.S3.Endpoint != t.S3.Endpoint || was.S3.PruneAccessKey != t.S3.PruneAccessKey) && e.PruneSecret == nil && t.S3.PruneAccessKey != "" {
				return doc, fault.InvalidField("/pruneSecret", "is missing", "enter the secret again, since the address or the access key changed")
			}
		}
	}
	if err := d.sealSecrets(&t, e); err != nil {
		return doc, err
	}
	return d.put(ctx, s, by, t, ifRev)
}

func (d *Desk) sealSecrets(t *Target, e Entry) error {
	if t.S3 == nil {
		return nil
	}
	v, err := d.o.Vault()
	if err != nil {
		return err
	}
	if e.Secret != nil {
		if t.S3.Secret, err = v.Seal(secretPurpose(t.ID), *e.Secret); err != nil {
			return err
		}
	}
	if e.PruneSecret != nil {
		if t.S3.PruneSecret, err = v.Seal(prunePurpose(t.ID), *e.PruneSecret); err != nil {
			return err
		}
	}
	if t.S3.PruneAccessKey == "" {
		t.S3.PruneSecret = ""
	}
	if t.S3.Secret == "" {
		return fault.InvalidField("/secret", "is missing", "enter the secret of the access key")
	}
	return nil
}

func (d *Desk) put(ctx context.Context, s store.Scope, by actor.Actor, t Target, ifRev int64) (doc store.Doc[Target], err error) {
	var rev int64
	_, err = d.o.DB.Update(ctx, store.Write{Scope: s, Actor: by}, func(tx store.Tx) error {
		all, err := Targets.Query(tx, store.Query{Index: "name", Limit: maxTargets + 1})
		if err != nil {
			return err
		}
		if ifRev == 0 && len(all.Items) >= maxTargets {
			return fault.New(fault.Limited, "there are %d targets", maxTargets).WithRemedy("remove one first")
		}
		if slices.ContainsFunc(all.Items, func(o store.Doc[Target]) bool {
			return o.Key != t.ID && strings.EqualFold(o.Value.Name, t.Name)
		}) {
			return fault.InvalidField("/name", "is taken by another target", "choose another name")
		}
		if i := slices.IndexFunc(all.Items, func(o store.Doc[Target]) bool { return o.Key != t.ID && samePlace(&o.Value, &t) }); i >= 0 {
			return fault.New(fault.Conflict, "%s goes to that place already", all.Items[i].Value.Name).WithRemedy("name another folder, bucket or prefix")
		}
		rev, err = Targets.Put(tx, &t, ifRev)
		return err
	})
	if err != nil {
		return doc, err
	}
	d.rouse()
	return store.Doc[Target]{Key: t.ID, Rev: rev, Value: t}, nil
}

func samePlace(a, b *Target) bool {
	if a.Kind != b.Kind || a.Prefix != b.Prefix {
		return false
	}
	if a.Kind == Folder || a.S3 == nil || b.S3 == nil {
		return a.Folder == b.Folder
	}
	return a.S3.Endpoint == b.S3.Endpoint && a.S3.Bucket == b.S3.Bucket
}

// Remove forgets a target. What lies there stays.
func (d *Desk) Remove(ctx context.Context, s store.Scope, by actor.Actor, id string, ifRev int64) error {
	_, err := d.o.DB.Update(ctx, store.Write{Scope: s, Actor: by}, func(tx store.Tx) error { return Targets.Delete(tx, id, ifRev) })
	if err != nil {
		return err
	}
	d.rouse()
	err = d.o.DB.UpdateLocal(ctx, home(), func(tx store.Tx) error { return records.Delete(tx, id, store.AnyRev) })
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	// The log need not wait for it any more.
	for _, name := range []string{follower(id), follower(id) + "-proof"} {
		if err := d.o.Engine.Forget(ctx, name); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

func follower(id string) string { return "backup-" + id }

// check refuses what can't be a target, and puts the rest in form.
func (d *Desk) check(t *Target) error {
	t.Name, t.Prefix = strings.TrimSpace(t.Name), strings.Trim(strings.TrimSpace(t.Prefix), "/")
	if t.Preset == "" {
		t.Preset = string(retain.Continuous)
	}
	if t.At == "" {
		t.At = "03:10"
	}
	if t.Keep == (Keep{}) {
		t.Keep = KeepOf(retain.Default())
	}
	if t.TestDays == 0 {
		t.TestDays = 7
	}
	if _, err := time.Parse("15:04", t.At); err != nil {
		return fault.InvalidField("/at", "is not a time of day", `write it as "03:10"`)
	}
	switch {
	case t.Name == "" || len(t.Name) > 80:
		return fault.InvalidField("/name", "is empty or longer than 80 letters", "give the target a short name")
	case !slices.Contains(retain.Presets(), retain.Preset(t.Preset)):
		return fault.InvalidField("/preset", "is no rhythm", "write continuous, quarter, nightly or on_demand")
	case t.Limit < 0 || t.LockDays < 0 || t.LockDays > 3650 || t.TestDays < 1 || t.TestDays > 365:
		return fault.InvalidField("/", "holds a number that can't be", "leave it out")
	}
	if t.Hours = strings.TrimSpace(t.Hours); t.Hours != "" {
		if _, err := remote.ParseHours(t.Hours, time.Local); err != nil {
			return fault.InvalidField("/hours", "are no hours of the day", `write them as "22:00-06:00"`)
		}
	}
	k := t.Keep
	for _, n := range []int64{k.Last, k.Hourly, k.Daily, k.Weekly, k.Monthly, k.Yearly, k.Days} {
		if n < 0 || n > 100_000 {
			return fault.InvalidField("/keep", "holds a number that can't be", "write how many to keep")
		}
	}
	if t.Prefix != "" {
		if err := remote.CheckName(t.Prefix); err != nil {
			return err
		}
	}
	switch t.Kind {
	case Folder:
		t.S3 = nil
		return d.checkFolder(t)
	case S3:
		t.Folder = ""
		return checkBucket(t)
	}
	return fault.InvalidField("/kind", "is not a kind of target", "write s3 or folder")
}

func (d *Desk) checkFolder(t *Target) error {
	t.Folder = filepath.Clean(t.Folder)
	if !filepath.IsAbs(t.Folder) {
		return fault.InvalidField("/folder", "is not a whole path", "write it from the root on, such as /mnt/backup")
	}
	rel, err := filepath.Rel(d.o.Data, t.Folder)
	if err == nil && (rel == "." || !strings.HasPrefix(rel, "..")) {
		return fault.InvalidField("/folder", "lies in the hub's own data folder", "name a folder on another disk: a backup on the same one is lost with it")
	}
	return nil
}

func checkBucket(t *Target) error {
	b := t.S3
	if b == nil {
		return fault.InvalidField("/s3", "is missing", "say where the bucket is")
	}
	for _, p := range []*string{&b.Endpoint, &b.Bucket, &b.Region, &b.AccessKey, &b.PruneAccessKey, &b.Class} {
		*p = strings.TrimSpace(*p)
		if len(*p) > 300 {
			return fault.InvalidField("/s3", "holds a text that is too long", "paste the value alone")
		}
	}
	u, err := url.Parse(b.Endpoint)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "":
		return fault.InvalidField("/s3/endpoint", "is not the address of an S3 server", "write it as https://s3.example.com")
	case b.Bucket == "" || strings.ContainsAny(b.Bucket, "/ "):
		return fault.InvalidField("/s3/bucket", "is not the name of a bucket", "write its name alone; what comes after it is the prefix")
	case b.AccessKey == "":
		return fault.InvalidField("/s3/accessKey", "is missing", "enter the access key that the provider gave")
	}
	b.Endpoint = u.Scheme + "://" + u.Host
	if b.CA != "" {
		if block, _ := pem.Decode([]byte(b.CA)); block == nil || block.Type != "CERTIFICATE" || len(b.CA) > 64<<10 {
			return fault.InvalidField("/s3/ca", "is not a certificate", "paste the PEM text of the authority")
		}
	}
	return nil
}

// Step is one thing that a test of a target tried.
type Step struct {
	Name    string `json:"name" enum:"reach,write,read,delete,clock,features,backup"`
	OK      bool   `json:"ok"`
	Note    string `json:"note,omitempty"`
	Remedy  string `json:"remedy,omitempty"`
	Field   string `json:"field,omitempty" doc:"JSON pointer to the field of the entry that is to blame"`
	TookMS  int64  `json:"tookMs"`
	Harmful bool   `json:"-"`
}

// Test tries a target that is entered, saved or not: reaching, writing,
// reading and deleting one small object, and comparing the clocks. It says
// also whether a backup is there already.
func (d *Desk) Test(ctx context.Context, s store.Scope, id string, e *Entry) (steps []Step, exists bool, err error) {
	t, secret, err := d.entered(ctx, s, id, e)
	if err != nil {
		return nil, false, err
	}
	b, err := d.o.Open(ctx, &t, secret)
	if err != nil {
		return []Step{failed("reach", 0, err)}, false, nil
	}
	steps, exists = try(ctx, b, d.now)
	return steps, exists, nil
}

// entered is a target as a person has it in a form: the saved one with what
// was changed.
func (d *Desk) entered(ctx context.Context, s store.Scope, id string, e *Entry) (t Target, secret vault.Secret, err error) {
	if e != nil {
		t = e.Target
		if err := d.check(&t); err != nil {
			return t, secret, err
		}
	}
	if id != "" {
		doc, err := d.Get(ctx, s, id)
		if err != nil {
			return t, secret, err
		}
		if e == nil {
			t = doc.Value
		}
		t.ID = id
		// The secret that is kept is for its address alone.
		if w := doc.Value.S3; w != nil && t.S3 != nil && w.Endpoint == t.S3.Endpoint && w.AccessKey == t.S3.AccessKey {
			t.S3.Secret = w.Secret
		}
	}
	if e != nil && e.Secret != nil {
		return t, *e.Secret, nil
	}
	secret, err = d.secretOf(&t)
	return t, secret, err
}

func failed(name string, took time.Duration, err error) Step {
	s := Step{Name: name, Note: err.Error(), Remedy: remedyOf(err), TookMS: took.Milliseconds()}
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) > 0 {
		s.Field, s.Note = fieldOf(f.Fields[0].Pointer), f.Fields[0].Problem
	}
	return s
}

// fieldOf is the field of an entry that a bucket means by its own option.
func fieldOf(pointer string) string {
	switch pointer {
	case "/secret_key":
		return "/secret"
	case "/access_key":
		return "/s3/accessKey"
	case "/endpoint", "/bucket", "/region", "/class", "/ca":
		return "/s3" + pointer
	}
	return pointer
}

func remedyOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Remedy
	}
	return ""
}

func testName() string {
	var b [8]byte
	rand.Read(b[:])
	return "hubcap-test-" + hex.EncodeToString(b[:])
}

// try runs the steps of a test, each only where the one before it was well.
func try(ctx context.Context, b remote.Bucket, now func() time.Time) (steps []Step, exists bool) {
	name, text := testName(), "hubcap tries whether it may write here; this may be deleted\n"
	step := func(label string, fn func() (string, error)) bool {
		began := now()
		note, err := fn()
		if err != nil {
			steps = append(steps, failed(label, now().Sub(began), err))
			return false
		}
		steps = append(steps, Step{Name: label, OK: true, Note: note, TookMS: now().Sub(began).Milliseconds()})
		return true
	}
	if !step("reach", func() (string, error) {
		// A listing first: its refusal says which part of the credential is wrong.
		err := b.List(ctx, "", "", func(remote.Info) error { return fs.SkipAll })
		if err == nil {
			exists, err = existsIn(ctx, b)
		}
		return "", err
	}) {
		return steps, exists
	}
	if !step("write", func() (string, error) {
		_, err := b.Put(ctx, name, strings.NewReader(text), int64(len(text)), remote.Put{IfAbsent: true})
		return "", err
	}) {
		return steps, exists
	}
	step("read", func() (string, error) { return "", readBack(ctx, b, name, text) })
	step("delete", func() (string, error) {
		err := b.Delete(ctx, name)
		if fault.Is(err, fault.Denied) {
			return "this credential may not delete, which is safer; enter a second one for forgetting old backups", nil
		}
		return "", err
	})
	step("clock", func() (string, error) {
		there, err := b.Clock(ctx)
		if err != nil {
			return "", err
		}
		if skew := there.Sub(now()); skew.Abs() > muchSkew {
			return "", fault.New(fault.Invalid, "its clock and this computer's differ by %s", skew.Abs().Round(time.Second)).WithRemedy("set the clock that is wrong")
		}
		return "", nil
	})
	step("features", func() (string, error) {
		f, err := b.Features(ctx)
		if err == nil && !f.Conditional {
			err = fault.New(fault.Invalid, "it does not decide conditional writes, without which two hubs could write over one another").WithRemedy("use another place")
		}
		var has []string
		if f.Versions {
			has = append(has, "keeps old versions")
		}
		if f.Lock {
			has = append(has, "offers object lock")
		}
		return strings.Join(has, ", "), err
	})
	if exists {
		steps = append(steps, Step{Name: "backup", OK: true, Note: "there is a backup here already: open it with its passphrase"})
	}
	return steps, exists
}

func readBack(ctx context.Context, b remote.Bucket, name, text string) error {
	r, _, err := b.Get(ctx, name)
	if err != nil {
		return err
	}
	defer r.Close()
	got := make([]byte, len(text)+1)
	n := 0
	for n < len(got) {
		m, err := r.Read(got[n:])
		n += m
		if err != nil {
			break
		}
	}
	if string(got[:n]) != text {
		return fault.New(fault.Unavailable, "what was read is not what was written").WithRemedy("use another place")
	}
	return nil
}

// String names the target for logs.
func (t *Target) String() string { return fmt.Sprintf("%s (%s)", t.Name, t.Where()) }
