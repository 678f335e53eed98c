package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"
)

// rivalsFirst gives the store's file to the rivals for the first time.
func (b *bench) rivalsFirst(ctx context.Context) error { return b.rivals(ctx, "first") }

func (b *bench) rivalsAgain(ctx context.Context) error { return b.rivals(ctx, "again") }

func (b *bench) rivals(ctx context.Context, when string) error {
	file := filepath.Join(b.data, "data.db")
	if _, err := exec.LookPath(b.o.restic); err != nil {
		b.row("restic "+when, "not installed")
	} else if err := b.restic(ctx, file, when); err != nil {
		return err
	}
	began := time.Now()
	n, err := compressed(file)
	if err != nil {
		return err
	}
	b.row("a full copy by zstd, "+when, "%s, %s", megabytes(n), seconds(time.Since(began)))
	return nil
}

func (b *bench) restic(ctx context.Context, file, when string) error {
	if b.rival == "" {
		b.rival = filepath.Join(b.o.folder, "restic")
		if err := b.resticRun(ctx, "init"); err != nil {
			return err
		}
	}
	before, err := sizeOf(b.rival)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := b.resticRun(ctx, "backup", file); err != nil {
		return err
	}
	took := time.Since(began)
	after, err := sizeOf(b.rival)
	if err != nil {
		return err
	}
	b.row("restic "+when, "%s, %s", megabytes(after-before), seconds(took))
	return nil
}

func (b *bench) resticRun(ctx context.Context, args ...string) error {
	c := exec.CommandContext(ctx, b.o.restic, append([]string{"--repo", b.rival, "--quiet", "--no-cache"}, args...)...)
	c.Env = append(os.Environ(), "RESTIC_PASSWORD=a passphrase of the bench")
	out, err := c.CombinedOutput()
	if err != nil {
		return fmt.Errorf("restic %v: %w: %s", args, err, out)
	}
	return nil
}

func sizeOf(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		fi, err := d.Info()
		if err == nil {
			n += fi.Size()
		}
		return err
	})
	return n, err
}

// compressed is how large a file becomes by zstd.
func compressed(file string) (int64, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var n counter
	z, err := zstd.NewWriter(&n)
	if err != nil {
		return 0, err
	}
	if _, err := f.WriteTo(z); err != nil {
		return 0, err
	}
	return int64(n), z.Close()
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
