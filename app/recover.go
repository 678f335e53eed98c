package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Recovering says what to do with a damaged data folder.
type Recovering struct {
	// Into is the new data folder; "" only looks and writes nothing.
	Into string

	// InBackup notes which of these documents, lost or doubtful here, a backup
	// still has (AskBackup); nil where no backup is named.
	InBackup func(ctx context.Context, asked []bolt.SalvageDocument) error

	Progress func(step string, done, of int64) // may be nil
}

// Recover reads a damaged data folder of a stopped hub and writes all that can
// be told to be sound into a new one, with the key file and the files of
// records. The damaged folder stays as it is.
func Recover(ctx context.Context, cfg config.Config, r Recovering) (report bolt.SalvageReport, err error) {
	if cfg.DB != "" {
		return report, fault.New(fault.Invalid, "the data is in a database").
			WithRemedy("mend it with the database's own means, or restore a backup into an empty database")
	}
	temp := filepath.Clean(r.Into) + ".recovering"
	if r.Into != "" {
		if err := emptyTarget(r.Into, temp); err != nil {
			return report, err
		}
	}
	s, err := bolt.Salvage(ctx, cfg.Data, Collections(), bolt.SalvageOptions{Progress: r.Progress})
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if r.Into != "" {
		if s.Documents() == 0 {
			return s.Report, fault.New(fault.Unavailable, "no sound document was found in %s", s.Report.File).
				WithRemedy("restore a backup into an empty folder; the damaged file is left as it is")
		}
		if err := recoverInto(ctx, cfg.Data, temp, s); err != nil {
			return s.Report, errors.Join(err, os.RemoveAll(temp))
		}
		if err := os.Remove(r.Into); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return s.Report, fmt.Errorf("make room for the new folder: %w", err)
		}
		if err := os.Rename(temp, r.Into); err != nil {
			return s.Report, fmt.Errorf("put the new folder in place: %w", err)
		}
	}
	if r.InBackup != nil {
		for _, list := range [][]bolt.SalvageDocument{s.Report.Lost, s.Report.Older} {
			if err := r.InBackup(ctx, list); err != nil {
				return s.Report, err
			}
		}
	}
	return s.Report, nil
}

// emptyTarget refuses a folder that holds anything.
func emptyTarget(into, temp string) error {
	if _, err := os.Lstat(temp); err == nil {
		return fault.New(fault.Conflict, "%s is left of an earlier attempt, or another is under way", temp).WithRemedy("remove it when no other recovery runs")
	}
	list, err := os.ReadDir(into)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || len(list) > 0 {
		return fault.New(fault.Conflict, "%s is not an empty folder", into).WithRemedy("name a folder that does not exist yet; what is there is not touched")
	}
	return nil
}

func recoverInto(ctx context.Context, from, temp string, s *bolt.Salvaged) (err error) {
	db, err := bolt.Open(ctx, temp, Collections(), bolt.Options{})
	if err != nil {
		return err
	}
	if err := errors.Join(s.Fill(ctx, db), db.Close()); err != nil {
		return err
	}
	if err := vault.Carry(from, temp); err != nil {
		return err
	}
	return carryBlobs(ctx, filepath.Join(from, blobsFolder), filepath.Join(temp, blobsFolder))
}

// carryBlobs links the files of records into the new folder, or copies them
// where it lies on another disk. Each is verified against its name when it is
// read.
func carryBlobs(ctx context.Context, from, to string) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o700)
		case !d.Type().IsRegular():
			return nil
		case os.Link(path, target) == nil:
			return nil
		}
		return copyFile(path, target)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // no record has a file
	}
	if err != nil {
		return fmt.Errorf("carry the files of records: %w", err)
	}
	return nil
}

func copyFile(from, to string) (err error) {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	if err == nil {
		err = dst.Sync()
	}
	return errors.Join(err, dst.Close())
}
