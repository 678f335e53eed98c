//go:build !unix

package vpic

import "os"

// Map reads the file: mapping is for systems that have mmap.
func Map(path string) (data string, unmap func(), err error) {
	b, err := os.ReadFile(path)
	return string(b), func() {}, err
}
