// benchbackup measures the backup beside its rivals: what a small change
// costs to put up, how long a restore takes, and what writers feel of it.
//
// It makes a store of many records in a folder, ships it into a bucket, changes
// a quarter of a per cent at random, ships again, and restores. The rivals get
// the same store's file: restic, and a full copy by zstd.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"text/tabwriter"
	"time"
)

type options struct {
	records int
	share   float64 // of the records that are rewritten
	folder  string
	s3      string // address of an S3 server; "" is a folder
	restic  string
	writers int
	seconds int
}

func main() {
	var o options
	flag.IntVar(&o.records, "records", 430_000, "documents in the store")
	flag.Float64Var(&o.share, "share", 0.0025, "share of the documents that is rewritten at random")
	flag.StringVar(&o.folder, "folder", "", "scratch folder; a fresh one below the system's when empty")
	flag.StringVar(&o.s3, "s3", "", "S3 server as http://ACCESS:SECRET@127.0.0.1:PORT/BUCKET; a folder when empty")
	flag.StringVar(&o.restic, "restic", "restic", "the rival; left out where it is not installed")
	flag.IntVar(&o.writers, "writers", 4, "writers beside the backup")
	flag.IntVar(&o.seconds, "seconds", 10, "seconds of writing for each figure")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "benchbackup:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	if o.folder == "" {
		if o.folder, err = os.MkdirTemp("", "benchbackup-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(o.folder)) }()
	}
	b := &bench{o: o, data: filepath.Join(o.folder, "data")}
	defer func() { err = errors.Join(err, b.close()) }()
	for _, step := range []func(context.Context) error{b.seed, b.first, b.rivalsFirst, b.change, b.rivalsAgain, b.restore, b.beside} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, r := range b.rows {
		fmt.Fprintf(w, "| %s\t| %s\t|\n", r[0], r[1])
	}
	return w.Flush()
}

func (b *bench) row(what, format string, args ...any) {
	b.rows = append(b.rows, [2]string{what, fmt.Sprintf(format, args...)})
	fmt.Fprintf(os.Stderr, "%s: %s\n", what, fmt.Sprintf(format, args...))
}

func megabytes(n int64) string { return fmt.Sprintf("%.2f MB", float64(n)/1e6) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
