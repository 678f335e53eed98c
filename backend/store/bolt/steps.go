package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Step is one numbered change of a data folder's form. The number of the
// last one stands in each file as its format. Steps go up only: what takes
// one back is a backup from before it.
type Step struct {
	Number int // from 1 on, without gaps
	Name   string

	// Data and Local bring each file to the form of this number; nil is
	// nothing to do there.
	Data, Local func(*bbolt.Tx) error
}

// StepState is one step and whether a folder has it.
type StepState struct {
	Number  int
	Name    string
	Applied bool
}

// Steps are Hubcap's. One that has been in a release is never edited.
func Steps() []Step {
	return []Step{
		{Number: 1, Name: "log and followers", Data: beginData, Local: beginLocal},
	}
}

func beginData(tx *bbolt.Tx) error { return begin(tx, bucketLog, keyEpoch, newEpoch()) }

func beginLocal(tx *bbolt.Tx) error {
	return begin(tx, bucketFollowers, keyCursorKey, newEpoch()+newEpoch())
}

func begin(tx *bbolt.Tx, bucket, key []byte, value string) error {
	meta, err := tx.CreateBucket(bucketMeta)
	if err != nil {
		return err
	}
	if err := meta.Put(key, []byte(value)); err != nil {
		return err
	}
	_, err = tx.CreateBucket(bucket)
	return err
}

func (o Options) format() int { return o.Steps[len(o.Steps)-1].Number }

// formatOf is the number of the last step that a file has; 0 is none.
func formatOf(tx *bbolt.Tx) (int, error) {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return 0, nil
	}
	n, err := strconv.Atoi(string(meta.Get(keyFormat)))
	if err != nil {
		return 0, &store.Damaged{Collection: string(bucketMeta), Key: string(keyFormat), Problem: "it is not a number"}
	}
	return n, nil
}

// climb applies the steps that a file lacks, all in one transaction: a crash
// leaves it at the form that it had.
func (g *group) climb(steps []Step, of func(Step) func(*bbolt.Tx) error) (done []StepState, err error) {
	err = g.change(func(tx *bbolt.Tx) (bool, error) {
		has, err := formatOf(tx)
		if err != nil {
			return false, err
		}
		for _, s := range steps {
			if s.Number <= has {
				continue
			}
			if up := of(s); up != nil {
				if err := up(tx); err != nil {
					return false, fmt.Errorf("step %d (%s) of %s: %w", s.Number, s.Name, g.path, err)
				}
			}
			if err := tx.Bucket(bucketMeta).Put(keyFormat, strconv.AppendInt(nil, int64(s.Number), 10)); err != nil {
				return false, err
			}
			done = append(done, StepState{s.Number, s.Name, true})
		}
		return len(done) > 0, nil
	})
	return done, err
}

// Status lists the steps of this program and whether the data folder dir has
// them. It changes nothing; the folder must be there and no hub have it open.
func Status(ctx context.Context, dir string, o Options) (all []StepState, err error) {
	o = o.withDefaults()
	if _, err := os.Stat(dir); err != nil {
		return nil, folderError(dir, err)
	}
	lock, err := lockFolder(ctx, dir, o.LockWait)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlockFolder(lock)) }()
	has := o.format()
	for _, name := range []string{dataFile, localFile} {
		n, err := peek(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if n > o.format() {
			return nil, newerFormat(n, o.format())
		}
		has = min(has, n)
	}
	for _, s := range o.Steps {
		all = append(all, StepState{s.Number, s.Name, s.Number <= has})
	}
	return all, nil
}

// peek reads a file's format without writing to it; 0 where there is none.
func peek(path string) (n int, err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err := checkPages(path); err != nil {
		return 0, err
	}
	err = guard(filepath.Base(path), "", func() error {
		b, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
		if err != nil {
			return folderError(filepath.Dir(path), err)
		}
		err = b.View(func(tx *bbolt.Tx) (err error) { n, err = formatOf(tx); return err })
		return errors.Join(err, b.Close())
	})
	return n, err
}

// Migrate opens the folder, which applies the steps that it lacks and builds
// what is declared otherwise than before, and returns those steps.
func Migrate(ctx context.Context, dir string, schemas []*store.Schema, o Options) ([]StepState, error) {
	db, err := Open(ctx, dir, schemas, o)
	if err != nil {
		return nil, err
	}
	return db.climbed, db.Close()
}

func newerFormat(found, knows int) *fault.Error {
	return newer(fmt.Sprintf("the data folder has format %d", found), fmt.Sprint(knows))
}
