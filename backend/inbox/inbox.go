// Package inbox keeps files that are sent until a job has brought them in. An
// upload is cut off before it takes the room on the disk that the hub itself
// needs, and one that no job goes on with goes.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Names of the files in a box: they may stand among those of its owner.
const (
	begins = "upload-"
	ends   = ".part"
)

// Mine reports whether a file of the folder is an upload.
func Mine(name string) bool { return strings.HasPrefix(name, begins) && filepath.Ext(name) == ends }

const (
	spare     = 64 << 20 // bytes that are left free on the disk, so that the store can go on writing
	roomEvery = 8 << 20  // bytes that are written from one look at the disk to the next
)

// Box is a folder that takes files.
type Box struct {
	Dir  string
	Most int64                           // bytes of a file
	Less string                          // what to do where one is larger, as a remedy
	Free func(dir string) (int64, error) // bytes free on a folder's disk; nil asks the system
}

// Receive keeps what is sent, whole or not at all, and returns the file's path.
func (b *Box) Receive(ctx context.Context, body io.Reader) (path string, err error) {
	if err := os.MkdirAll(b.Dir, 0o700); err != nil {
		return "", NoRoom(b.Dir, err)
	}
	f, err := os.CreateTemp(b.Dir, begins+"*"+ends)
	if err != nil {
		return "", NoRoom(b.Dir, err)
	}
	n, err := io.Copy(&spared{box: b, file: f}, io.LimitReader(Until(ctx, body), b.Most+1))
	if err == nil && n > b.Most {
		err = fault.New(fault.Limited, "the file has more than %s", size(b.Most)).WithRemedy("%s", b.Less)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		if ctx.Err() != nil { // the sender gave up, and the body broke off with it
			err = ctx.Err()
		} else if said := (*fault.Error)(nil); !errors.As(err, &said) {
			err = fault.Wrap(fault.Unavailable, err, "the file did not come whole").WithRemedy("send it again, and check the disk's free space")
		}
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// Drop removes a file that Receive kept, and no other.
func (b *Box) Drop(path string) error {
	if filepath.Dir(path) != b.Dir || !Mine(filepath.Base(path)) {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Tidy removes what came before a time and that none of going is: it was cut
// off by what ended the hub.
func (b *Box) Tidy(before time.Time, going []string) {
	Sweep(b.Dir, before, func(name string, age time.Duration) bool {
		return Mine(name) && age > 0 && !slices.Contains(going, filepath.Join(b.Dir, name))
	})
}

// Sweep removes files of a folder by their names and how old they are now.
// What can't be removed now can be later.
func Sweep(dir string, now time.Time, which func(name string, age time.Duration) bool) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range list {
		if info, err := e.Info(); err == nil && which(e.Name(), now.Sub(info.ModTime())) {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// NoRoom says why a file can't be written to a folder; an error that says
// something already stays.
func NoRoom(dir string, err error) error {
	if said := (*fault.Error)(nil); errors.As(err, &said) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.Wrap(fault.Full, err, "the disk of the data folder is full").WithRemedy("make room on the disk and bring the file in again; what is in use stays")
	}
	return fault.Wrap(fault.Unavailable, err, "files can't be written to %s", dir).WithRemedy("check the disk's free space and who may write there; what is in use stays")
}

// spared writes to a file as long as the disk has more than the spare room.
type spared struct {
	box     *Box
	file    *os.File
	n, next int64
}

func (w *spared) Write(p []byte) (int, error) {
	if w.n >= w.next {
		free := w.box.Free
		if free == nil {
			free = FreeBytes
		}
		if left, err := free(w.box.Dir); err == nil && left < spare {
			return 0, fault.New(fault.Full, "the disk of the data folder has only %d MB left, which the hub needs for itself", max(left, 0)>>20).
				WithRemedy("make room on the disk and send the file again; what is in use stays")
		}
		w.next = w.n + roomEvery
	}
	n, err := w.file.Write(p)
	w.n += int64(n)
	if err != nil {
		err = NoRoom(w.box.Dir, err)
	}
	return n, err
}

func size(n int64) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%d GB", n>>30)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// Until reads as long as ctx lives.
func Until(ctx context.Context, r io.Reader) io.Reader { return &until{ctx, r} }

type until struct {
	ctx context.Context
	r   io.Reader
}

func (u *until) Read(p []byte) (int, error) {
	if err := context.Cause(u.ctx); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
