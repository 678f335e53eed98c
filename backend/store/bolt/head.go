package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// headFile is a witness outside data.db of the last sequence committed.
//
// bbolt has two meta pages and opens the older one when the newer can't be
// read, without a word: the last transaction is gone. The head file, written
// after each commit, then says a greater sequence than the log. It is synced
// at Close only: after a power cut it may lag behind, which proves nothing
// and harms nothing.
type headFile struct{ f *os.File }

const headLayout = "hubcap-head 1 %s %020d\n"

func openHead(dir string) (*headFile, error) {
	f, err := os.OpenFile(filepath.Join(dir, "head"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, folderError(dir, err)
	}
	return &headFile{f}, nil
}

// read returns the position noted; the zero Position when there is none or
// it can't be read: a lost witness is no evidence.
func (h *headFile) read() store.Position {
	b := make([]byte, 128)
	n, _ := h.f.ReadAt(b, 0)
	var p store.Position
	if _, err := fmt.Sscanf(string(b[:n]), headLayout, &p.Epoch, &p.Seq); err != nil {
		return store.Position{}
	}
	return p
}

func (h *headFile) write(p store.Position) error {
	_, err := h.f.WriteAt(fmt.Appendf(nil, headLayout, p.Epoch, p.Seq), 0)
	return err
}

func (h *headFile) close() error {
	return errors.Join(h.f.Sync(), h.f.Close())
}
