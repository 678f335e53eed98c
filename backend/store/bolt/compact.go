package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bbolt "go.etcd.io/bbolt"
)

// compactTx is about how many bytes one transaction of the copy writes.
const compactTx = 4 << 20

// Compact writes the data folder's files again without the room that deleted
// documents left: a bbolt file never shrinks by itself. The store must be
// stopped. Each new file is complete and on disk before it takes the old
// one's place, so that a crash leaves either. It returns the sizes before and
// after, in bytes.
func Compact(ctx context.Context, dir string) (before, after int64, err error) {
	lock, err := lockFolder(ctx, dir, time.Second)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, unlockFolder(lock)) }()
	for _, name := range []string{dataFile, localFile} {
		b, a, err := compactFile(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return before, after, err
		}
		before, after = before+b, after+a
	}
	return before, after, nil
}

func compactFile(path string) (before, after int64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	if err := checkPages(path); err != nil {
		return 0, 0, err
	}
	src, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return 0, 0, fmt.Errorf("open %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	temp := path + ".compact"
	if err := os.Remove(temp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, 0, fmt.Errorf("remove what a stopped compaction left: %w", err)
	}
	dst, err := bbolt.Open(temp, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, NoSync: true})
	if err != nil {
		return 0, 0, fmt.Errorf("make %s: %w", temp, err)
	}
	err = bbolt.Compact(dst, src, compactTx)
	if err == nil {
		err = dst.Sync()
	}
	if err = errors.Join(err, dst.Close()); err != nil {
		return 0, 0, errors.Join(fmt.Errorf("copy %s: %w", path, err), os.Remove(temp))
	}
	made, err := os.Stat(temp)
	if err != nil {
		return 0, 0, err
	}
	if err := os.Rename(temp, path); err != nil {
		return 0, 0, fmt.Errorf("put the compacted file in place: %w", err)
	}
	return info.Size(), made.Size(), syncFolder(filepath.Dir(path))
}
