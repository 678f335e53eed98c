package remote

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Step is one thing that Try has tried.
type Step struct {
	Name   StepName
	OK     bool
	Needed bool   // without it the bucket is no place for a backup
	Text   string // what was found, a sentence for a person
	Remedy string // what to do where it is not OK
	Field  string // JSON pointer of the target's field that is wrong, such as /region; mostly empty
	Err    error  // for the log
}

// StepName names a step for programs.
type StepName string

// The steps, in their order.
const (
	StepClock       StepName = "clock"       // the service answers, and its clock is that of this machine
	StepList        StepName = "list"        // names can be listed
	StepWrite       StepName = "write"       // an object can be written
	StepRead        StepName = "read"        // and read
	StepConditional StepName = "conditional" // conditions hold
	StepDelete      StepName = "delete"      // whether it can be deleted
	StepVersions    StepName = "versions"    // whether old versions are kept
	StepLock        StepName = "lock"        // whether objects can be locked
)

// MaxSkew is how far the clocks may differ. S3 refuses from a quarter of an
// hour on.
const MaxSkew = 5 * time.Minute

// tryName is the one object that Try writes and, where it may, deletes.
const tryName = "hubcap-test"

// Try tries what a backup needs of a bucket, for the form in which a person
// enters it. It stops where the service is not reached or not open to the
// credential at all. The object hubcap-test stays where it may not be deleted.
func Try(ctx context.Context, b Bucket, now func() time.Time) []Step {
	t := &trial{ctx: ctx, b: b, now: now}
	if t.clock() && t.list() && t.write() {
		t.conditional()
		t.remove()
		t.features()
	}
	return t.steps
}

// Passed reports whether every needed step is OK.
func Passed(steps []Step) bool {
	for _, s := range steps {
		if s.Needed && !s.OK {
			return false
		}
	}
	return len(steps) > 1
}

type trial struct {
	ctx   context.Context
	b     Bucket
	now   func() time.Time
	tag   string
	steps []Step
}

// done notes a step; err is what it failed with.
func (t *trial) done(name StepName, needed bool, err error, text string, args ...any) bool {
	s := Step{Name: name, OK: err == nil, Needed: needed, Text: fmt.Sprintf(text, args...), Err: err}
	var f *fault.Error
	if errors.As(err, &f) {
		s.Text, s.Remedy = f.Message, f.Remedy
		if len(f.Fields) > 0 {
			s.Text += ": " + f.Fields[0].Problem
			s.Field = f.Fields[0].Pointer
			s.Remedy = f.Fields[0].Remedy
		}
	} else if err != nil {
		s.Text = err.Error()
	}
	t.steps = append(t.steps, s)
	return s.OK
}

func (t *trial) clock() bool {
	there, err := t.b.Clock(t.ctx)
	if err != nil {
		return t.done(StepClock, true, err, "")
	}
	skew := t.now().Sub(there).Round(time.Second)
	if skew.Abs() > MaxSkew {
		way := "ahead of"
		if skew < 0 {
			way = "behind"
		}
		err = fault.New(fault.Invalid, "this machine's clock is %v %s that of the bucket", skew.Abs(), way).
			WithRemedy("set this machine's clock, best by NTP")
		t.done(StepClock, true, err, "")
		return true // the other steps say more
	}
	return t.done(StepClock, true, nil, "answers, and its clock agrees with this machine's")
}

func (t *trial) list() bool {
	n := 0
	err := t.b.List(t.ctx, "", "", func(Info) error {
		if n++; n > 1 {
			return io.EOF
		}
		return nil
	})
	if errors.Is(err, io.EOF) {
		err = nil
	}
	text := "the credential may list; the place is empty"
	if n > 0 {
		text = "the credential may list; something lies there already"
	}
	return t.done(StepList, true, err, "%s", text)
}

// write writes the test object and reads it again.
func (t *trial) write() bool {
	body := "Hubcap was here " + rand.Text()
	info, err := t.b.Put(t.ctx, tryName, strings.NewReader(body), int64(len(body)), Put{})
	if !t.done(StepWrite, true, err, "the credential may write") {
		return false
	}
	t.tag = info.Tag
	r, _, err := t.b.Get(t.ctx, tryName)
	var got []byte
	if err == nil {
		got, err = io.ReadAll(r)
		err = errors.Join(err, r.Close())
	}
	if err == nil && string(got) != body {
		err = fault.New(fault.Invalid, "what was written is not what is read").WithRemedy("something between here and the bucket changes objects or keeps old ones: use the bucket without it")
	}
	return t.done(StepRead, true, err, "the credential may read")
}

// conditional tries conditions that must not hold, and one that must.
func (t *trial) conditional() {
	ignored := fault.New(fault.Invalid, "the service ignores conditions: two hubs could overwrite each other's backup").
		WithRemedy("use a service with conditional writes (If-None-Match and If-Match), or a newer version of this one")
	put := func(o Put) error {
		body := "Hubcap tries conditions " + rand.Text()
		info, err := t.b.Put(t.ctx, tryName, strings.NewReader(body), int64(len(body)), o)
		if err == nil {
			t.tag = info.Tag
		}
		return err
	}
	first := t.tag
	err := put(Put{IfAbsent: true})
	switch {
	case err == nil:
		err = ignored
	case errors.Is(err, ErrExists):
		if err = put(Put{IfTag: first}); err != nil {
			break
		}
		if err = put(Put{IfTag: first}); err == nil {
			err = ignored
		} else if errors.Is(err, ErrChanged) {
			err = nil
		}
	}
	t.done(StepConditional, true, err, "writes only where nothing else was written meanwhile")
}

func (t *trial) remove() {
	err := t.b.Delete(t.ctx, tryName)
	if fault.Is(err, fault.Denied) {
		t.done(StepDelete, false, nil, "the credential may not delete, as it should be: who steals it can't erase the backup. Pruning needs one that may")
		return
	}
	t.done(StepDelete, false, err, "the credential may delete. Safer is one that may not, and another for pruning")
}

func (t *trial) features() {
	f, err := t.b.Features(t.ctx)
	if err != nil {
		t.done(StepVersions, false, err, "")
		return
	}
	found := func(name StepName, has bool, yes, no, remedy string) {
		if has {
			t.done(name, false, nil, "%s", yes)
			return
		}
		t.done(name, false, fault.New(fault.Invalid, "%s", no).WithRemedy("%s", remedy), "")
	}
	found(StepVersions, f.Versions, "what is overwritten or deleted is kept as an old version", "old versions are not kept, or the credential may not ask",
		"turn versioning on at the provider, with a rule that removes old versions after some weeks: then a thief's deletion can be undone")
	found(StepLock, f.Lock, "objects can be locked against deletion", "objects can't be locked, or the credential may not ask",
		"a bucket made with object lock keeps the backup even from its owner's credential; most services turn it on only when the bucket is made")
}
