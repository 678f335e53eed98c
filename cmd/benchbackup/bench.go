package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/s3"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// record is as large as a service record with a few sentences.
type record struct {
	ID       string `json:"id"`
	Vehicle  string `json:"vehicle"`
	Date     string `json:"date"`
	Odometer int64  `json:"odometer"`
	Shop     string `json:"shop"`
	Note     string `json:"note"`
}

var records = store.Define(store.Def[record]{Name: "records", Class: store.Truth, Schema: 1, Key: func(r *record) string { return r.ID },
	Indexes: []store.Index[record]{{Name: "vehicle", Fields: []store.Field[record]{
		{Name: "vehicle", Kind: store.Text, Value: func(r *record) store.Value { return store.String(r.Vehicle) }},
		{Name: "date", Kind: store.Text, Value: func(r *record) store.Value { return store.String(r.Date) }},
	}}},
})

var content = []*store.Schema{records.Schema()}

func schemas() []*store.Schema { return append(slices.Clone(content), backup.Schemas()...) }

type bench struct {
	o    options
	data string
	rows [][2]string

	db      store.DB
	bucket  remote.Bucket
	dev     *backup.Device
	shipper *backup.Shipper
	stop    context.CancelFunc
	ended   chan error
	rival   string // restic's repository
}

func (b *bench) close() error {
	var err error
	if b.stop != nil {
		b.stop()
		err = <-b.ended
	}
	if b.db != nil {
		err = errors.Join(err, b.db.Close())
	}
	return err
}

var words = strings.Fields("changed oil filter brake pads front rear left right worn replaced checked tyre tread depth millimetres customer says noise from the engine when cold road test fine battery weak terminals cleaned coolant topped up leak found at hose clamp tightened wiper blades cabin air belt tension adjusted software updated recall done parts on order next visit")

func sentence(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(words[r.IntN(len(words))])
		b.WriteByte(' ')
	}
	fmt.Fprintf(&b, "%d", r.IntN(1e9))
	return b.String()
}

func made(r *rand.Rand, i int) *record {
	return &record{ID: fmt.Sprintf("r%08d", i), Vehicle: fmt.Sprintf("v%07d", r.IntN(40_000)), Date: fmt.Sprintf("20%02d-%02d-%02d", r.IntN(26), 1+r.IntN(12), 1+r.IntN(28)),
		Odometer: r.Int64N(400_000_000), Shop: sentence(r, 3), Note: sentence(r, 40)}
}

var who = store.Write{Scope: store.Org("home"), Actor: actor.Hub("bench")}

func (b *bench) seed(ctx context.Context) (err error) {
	if b.db, err = bolt.Open(ctx, b.data, schemas(), bolt.Options{}); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := 0; i < b.o.records; {
		_, err := b.db.Update(ctx, who, func(tx store.Tx) error {
			for n := 0; n < 5000 && i < b.o.records; n++ {
				if _, err := records.Put(tx, made(r, i), store.AnyRev); err != nil {
					return err
				}
				i++
			}
			return nil
		})
		if err != nil {
			return err
		}
		if _, err := b.db.Trim(ctx, 1); err != nil {
			return err
		}
	}
	fi, err := os.Stat(filepath.Join(b.data, "data.db"))
	if err != nil {
		return err
	}
	b.row("the store", "%d documents, data.db %s", b.o.records, megabytes(fi.Size()))
	return nil
}

func (b *bench) open(ctx context.Context) (err error) {
	if b.o.s3 == "" {
		dir := filepath.Join(b.o.folder, "bucket")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		b.bucket, err = remote.OpenDirectory(dir, remote.DirectoryOptions{})
		return err
	}
	u, err := url.Parse(b.o.s3)
	if err != nil {
		return err
	}
	secret, _ := u.User.Password()
	b.bucket, err = s3.Open(s3.Options{Endpoint: u.Scheme + "://" + u.Host, Bucket: strings.Trim(u.Path, "/"), AccessKey: u.User.Username(), SecretKey: secret, PathStyle: true})
	return err
}

// first ships everything for the first time.
func (b *bench) first(ctx context.Context) error {
	if err := b.open(ctx); err != nil {
		return err
	}
	rec, err := seal.NewRecovery()
	if err != nil {
		return err
	}
	repo, _, err := backup.Init(ctx, b.bucket, backup.Secrets{Passphrase: "a passphrase of the bench", Recovery: rec}, backup.Options{})
	if err != nil {
		return err
	}
	if b.dev, err = repo.Device("bench"); err != nil {
		return err
	}
	b.shipper = b.dev.NewShipper(backup.Source{DB: b.db, Schemas: content, Version: "bench"}, backup.ShipOptions{Name: "backup-bench", Holder: "bench", Scratch: b.o.folder})
	ship, stop := context.WithCancel(context.WithoutCancel(ctx))
	b.stop, b.ended = stop, make(chan error, 1)
	began := time.Now()
	go func() { b.ended <- b.shipper.Run(ship) }()
	for b.shipper.State().Checkpoint.IsZero() {
		if err := b.shipper.State().Err; err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	st := b.shipper.State()
	b.row("first checkpoint", "%s in %d objects, %s", megabytes(st.Bytes), st.Objects, seconds(time.Since(began)))
	return nil
}

// change rewrites a share of the documents and ships that.
func (b *bench) change(ctx context.Context) error {
	before := b.shipper.State().Bytes
	r := rand.New(rand.NewPCG(3, 4))
	n := int(float64(b.o.records) * b.o.share)
	for range n {
		i := r.IntN(b.o.records)
		if _, err := b.db.Update(ctx, who, func(tx store.Tx) error {
			_, err := records.Put(tx, made(r, i), store.AnyRev)
			return err
		}); err != nil {
			return err
		}
	}
	began := time.Now()
	if err := b.shipper.Flush(ctx); err != nil {
		return err
	}
	b.row(fmt.Sprintf("%d documents rewritten", n), "%s uploaded, the last of it %s after the last write", megabytes(b.shipper.State().Bytes-before), seconds(time.Since(began)))
	return nil
}

// restore brings everything back into an empty folder.
func (b *bench) restore(ctx context.Context) error {
	began := time.Now()
	key, err := backup.Unlock(ctx, b.bucket, "a passphrase of the bench")
	if err != nil {
		return err
	}
	repo, err := backup.Open(ctx, b.bucket, key, backup.Options{})
	if err != nil {
		return err
	}
	dev, err := repo.Device("bench")
	if err != nil {
		return err
	}
	dir := filepath.Join(b.o.folder, "restored")
	db, err := bolt.Open(ctx, dir, schemas(), bolt.Options{})
	if err != nil {
		return err
	}
	r, err := dev.Restore(ctx, backup.Target{DB: db, Schemas: content}, backup.RestoreOptions{Cache: filepath.Join(b.o.folder, "fetched")})
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	took := time.Since(began)
	want, err := store.ContentOf(ctx, b.db, content, nil)
	if err != nil {
		return err
	}
	if want.Root != r.Content.Root {
		return fmt.Errorf("the restored store is another: %v, want %v", r.Content, want)
	}
	b.row("restore", "%d documents, %s fetched, every one read again and the Merkle root equal: %s", r.Content.Counts["records"], megabytes(r.Fetched), seconds(took))
	return os.RemoveAll(dir)
}

// beside measures what writers feel.
func (b *bench) beside(ctx context.Context) error {
	with, err := b.write(ctx)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { _, err := b.shipper.Checkpoint(ctx, nil); done <- err }()
	full, err := b.write(ctx)
	if err = errors.Join(err, <-done); err != nil {
		return err
	}
	b.stop()
	err = <-b.ended
	b.stop = nil
	if err != nil {
		return err
	}
	without, err := b.write(ctx)
	if err != nil {
		return err
	}
	b.row(fmt.Sprintf("%d writers without backup", b.o.writers), "%s", without)
	b.row("with it", "%s", with)
	b.row("beside a checkpoint", "%s", full)
	return nil
}

func (b *bench) write(ctx context.Context) (string, error) {
	var (
		mu    sync.Mutex
		all   []time.Duration
		first error
		wg    sync.WaitGroup
	)
	until := time.Now().Add(time.Duration(b.o.seconds) * time.Second)
	for w := range b.o.writers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 9))
			for time.Now().Before(until) {
				began := time.Now()
				_, err := b.db.Update(ctx, who, func(tx store.Tx) error {
					_, err := records.Put(tx, made(r, r.IntN(b.o.records)), store.AnyRev)
					return err
				})
				mu.Lock()
				all = append(all, time.Since(began))
				if first == nil {
					first = err
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	if first != nil {
		return "", first
	}
	slices.Sort(all)
	at := func(p float64) string {
		return fmt.Sprintf("%.1f ms", float64(all[int(p*float64(len(all)-1))].Microseconds())/1000)
	}
	return fmt.Sprintf("%d writes a second, p50 %s, p99 %s", len(all)/b.o.seconds, at(0.5), at(0.99)), nil
}
