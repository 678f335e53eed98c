package meaning

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Verify reads both files through and compares them with what is held in
// memory; nil is well, and so is an index without files. Reading an index
// that was opened long ago tells what happened to its files since.
func (ix *Index) Verify() error {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.files == nil {
		return nil
	}
	return ix.files.verify(ix.dir)
}

func (f *files) verify(dir string) error {
	for name, open := range map[string]*os.File{vectorsName: f.vectors, piecesName: f.pieces} {
		path := filepath.Join(dir, name)
		there, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("the file %s is not there any more: %w", path, err)
		}
		held, err := open.Stat()
		if err != nil {
			return fmt.Errorf("look at %s: %w", path, err)
		}
		if !os.SameFile(there, held) {
			return fmt.Errorf("another file stands in the place of %s", path)
		}
	}
	v := make([]float32, f.dims)
	for row := range f.rows {
		if err := f.vector(row, v); err != nil {
			return err
		}
	}
	r := bufio.NewReaderSize(io.NewSectionReader(f.pieces, 0, f.size), 1<<16)
	for at := int64(0); at < f.size; {
		n, err := readRecord(r, new(json.RawMessage))
		if err != nil {
			return fmt.Errorf("the pieces are damaged at byte %d: %w", at, err)
		}
		at += n
	}
	return nil
}

// Renew asks Run to throw the files away and embed all texts again. It is for
// files that are damaged while they are open; at a start Run does so by itself.
func (ix *Index) Renew() {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.renew = true
	if ix.restart != nil {
		ix.restart()
	}
}

// spoilt begins a renewal where err is of a file that no longer holds what
// was written to it.
func (ix *Index) spoilt(err error) bool {
	if !errors.Is(err, errDamaged) && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	ix.o.Log.Warn("vectors are damaged, they are made again", "err", err)
	ix.Renew()
	return true
}
