package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/blob"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/paper"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// blobsFolder is where the bytes of photos and papers lie, in the data folder.
const blobsFolder = "blobs"

// files are the bytes of photos and papers, and what was read of them.
type files struct {
	app    *App
	blobs  blob.Store
	cache  paperCache
	reader *paper.Reader
	swept  time.Time // the housekeeping's alone
}

var _ rest.Files = (*files)(nil)

func (a *App) openFiles() {
	a.files = &files{app: a, blobs: blob.OpenFolder(filepath.Join(a.cfg.Data, blobsFolder), a.now), cache: paperCache{filepath.Join(a.cfg.Data, "cache", "papers", paperVersion)}, reader: paper.NewReader(a.readPaper)}
}

// Receive implements rest.Files. The file is read before a document names it,
// so that the change of the document finds its text.
func (f *files) Receive(ctx context.Context, r io.Reader, name string, limit int64) (vehicle.Attachment, error) {
	info, err := f.blobs.Put(ctx, r, limit)
	if err != nil {
		return vehicle.Attachment{}, err
	}
	a := vehicle.Attachment{Name: name, SHA256: info.SHA256, Bytes: info.Bytes}
	if info.Bytes == 0 {
		return a, fault.New(fault.Invalid, "the file is empty").WithRemedy("choose another")
	}
	facts, err := f.read(ctx, &a)
	if err != nil {
		return a, err
	}
	a.Media, a.Width, a.Height = facts.Media, facts.Width, facts.Height
	return a, nil
}

// read reads a file in a child process and keeps what was found.
func (f *files) read(ctx context.Context, a *vehicle.Attachment) (paper.Facts, error) {
	content, _, err := f.blobs.Whole(ctx, a.SHA256)
	if err != nil {
		return paper.Facts{}, err
	}
	defer content.Close()
	found, err := f.reader.Read(ctx, content, a.Name)
	if ctx.Err() != nil {
		return found.Facts, ctx.Err()
	}
	if err != nil {
		// The file is kept all the same, and read again when it is asked for.
		f.app.log.Error("a file can't be read", "sha256", a.SHA256, "err", err)
		return found.Facts, nil
	}
	if err := f.cache.save(a.SHA256, &found); err != nil {
		f.app.log.Warn("what was read of a file can't be kept", "sha256", a.SHA256, "err", err)
	}
	return found.Facts, nil
}

// Content implements rest.Files.
func (f *files) Content(ctx context.Context, a *vehicle.Attachment) (io.ReadSeekCloser, error) {
	content, _, err := f.blobs.Whole(ctx, a.SHA256)
	return content, f.named(a, err)
}

// named says of which attachment a file is missing or damaged.
func (f *files) named(a *vehicle.Attachment, err error) error {
	var d *blob.Damaged
	var said *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &d):
		f.app.log.Error("the file of an attachment is damaged", "sha256", a.SHA256, "attachment_id", a.ID, "vehicle_id", a.VehicleID)
		said = fault.Wrap(fault.Unavailable, err, "the file %q is damaged on the hub's disk and is not shown", a.Name)
	case fault.Is(err, fault.NotFound):
		f.app.log.Error("the file of an attachment is gone", "sha256", a.SHA256, "attachment_id", a.ID, "vehicle_id", a.VehicleID)
		said = fault.Wrap(fault.Unavailable, err, "the file %q is not on the hub's disk any more", a.Name)
	default:
		return err
	}
	return said.WithRemedy("add the same file again, or restore it from a backup")
}

// Picture implements rest.Files.
func (f *files) Picture(ctx context.Context, a *vehicle.Attachment, side int) ([]byte, error) {
	if paper.Picture(a.Media) {
		for range 2 {
			if b, ok := f.cache.picture(a.SHA256, side); ok {
				return b, nil
			}
			if f.cache.has(a.SHA256) {
				break
			}
			if _, err := f.read(ctx, a); err != nil {
				return nil, f.named(a, err)
			}
		}
	}
	return nil, fault.New(fault.NotFound, "there is no smaller picture of %q", a.Name).WithRemedy("open the file itself")
}

// Reading implements rest.Files.
func (f *files) Reading(a *vehicle.Attachment) rest.Reading {
	k, ok := f.cache.load(a.SHA256)
	if !ok {
		return rest.Reading{Picture: paper.Picture(a.Media) && a.Width > 0}
	}
	return rest.Reading{Picture: k.Small > 0, Text: k.Text > 0, Pages: k.Pages, Trouble: k.Trouble}
}

// Text implements rest.Files.
func (f *files) Text(ctx context.Context, a *vehicle.Attachment) ([]string, error) {
	if !f.cache.has(a.SHA256) {
		if _, err := f.read(ctx, a); err != nil {
			return nil, f.named(a, err)
		}
	}
	return f.cache.text(a.SHA256), nil
}

// readAgain reads the files of which nothing is known: the cache was lost, or
// the data came from a backup.
func (f *files) readAgain(ctx context.Context) error {
	texts := 0
	err := f.each(ctx, func(_ string, a *vehicle.Attachment) error {
		if f.cache.has(a.SHA256) || !paper.Readable(a.Media) {
			return nil
		}
		if _, err := f.read(ctx, a); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			f.app.log.Error("a file can't be read", "sha256", a.SHA256, "attachment_id", a.ID, "err", err)
			return nil
		}
		if len(f.cache.text(a.SHA256)) > 0 {
			texts++
		}
		return nil
	})
	if err != nil || texts == 0 {
		return ignoreEnd(ctx, err)
	}
	f.app.log.Info("papers were read again: the search index is built with them", "papers", texts)
	if err := f.app.search.RebuildNow(ctx, func(uint64, uint64) {}); err != nil && ctx.Err() == nil {
		return fmt.Errorf("build the search index with the papers: %w", err)
	}
	return nil
}

// ignoreEnd drops the error of a loop that was told to end.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
