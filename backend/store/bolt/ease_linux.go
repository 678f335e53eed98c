package bolt

import (
	"bytes"
	"os"
	"strconv"

	bbolt "go.etcd.io/bbolt"
	"golang.org/x/sys/unix"
)

// The file is mapped, and every page that was ever read stays in the process's
// page table as long as the machine has memory to spare: a hub that has read
// its whole store weighs as much as the store, to people who look and to the
// kernel when it looks for something to kill. So now and then, when the
// process has a lot of file pages, a reader gives those of the store back. They
// stay in the page cache; reading one again is a minor fault of about 1 µs
// for 16 pages.
const (
	easeEvery = 256       // reads between two looks
	easeAbove = 160 << 20 // bytes of file pages in the process
)

// ease gives the mapped pages back. It runs inside a read transaction, which
// keeps bbolt from mapping the file anew meanwhile; other readers fault their
// pages in again.
func ease(tx *bbolt.Tx) {
	if filePages() < easeAbove {
		return
	}
	size := uintptr(tx.Size()) &^ uintptr(os.Getpagesize()-1)
	if size == 0 {
		return
	}
	// A hint: where the kernel refuses it, the pages stay.
	_, _, _ = unix.Syscall(unix.SYS_MADVISE, tx.DB().Info().Data, size, unix.MADV_DONTNEED)
}

// filePages is how many bytes of files the process has mapped and resident:
// the third number of /proc/self/statm, in pages (proc(5)).
func filePages() int {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	f := bytes.Fields(b)
	if len(f) < 3 {
		return 0
	}
	n, err := strconv.Atoi(string(f[2]))
	if err != nil {
		return 0
	}
	return n * os.Getpagesize()
}
