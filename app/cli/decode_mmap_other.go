//go:build !unix

package cli

import "os"

// mapFile reads the file: mapping is for systems that have mmap.
func mapFile(path string) (data string, unmap func(), err error) {
	b, err := os.ReadFile(path)
	return string(b), func() {}, err
}
