//go:build unix

package vpic

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// Map gives a file's bytes as a string without reading them: only what is
// touched is loaded. unmap ends that; the string must not be used afterwards.
func Map(path string) (data string, unmap func(), err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return "", nil, fmt.Errorf("%s is not a file", path)
	case info.Size() == 0:
		return "", nil, fmt.Errorf("%s is empty", path)
	case info.Size() > 1<<31:
		return "", nil, errors.New("file is too large")
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return "", nil, fmt.Errorf("map %s: %w", path, err)
	}
	return unsafe.String(&b[0], len(b)), func() { _ = syscall.Munmap(b) }, nil
}
