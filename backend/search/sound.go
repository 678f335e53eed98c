package search

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// sound reads the segments of an open index and compares each with the
// checksum at its end (zap: CRC-32 IEEE of all bytes before it, big-endian).
// bleve writes that sum and never looks at it again; it maps the files and
// believes them, also in goroutines of its own, where a bad offset ends the
// whole hub. Called once bleve has removed the files that a crash left
// half-written.
func sound(path string) error {
	segments, err := filepath.Glob(filepath.Join(path, "store", "*.zap"))
	if err != nil {
		return err
	}
	buf := make([]byte, 1<<20)
	for _, s := range segments {
		if err := soundSegment(s, buf); err != nil {
			return err
		}
	}
	return nil
}

func soundSegment(path string, buf []byte) error {
	f, err := os.Open(path)
	if err != nil {
		if os.IsNotExist(err) {
			return nil // merged away meanwhile
		}
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	const end = 4
	sum := crc32.NewIEEE()
	if _, err := io.CopyBuffer(sum, io.LimitReader(f, info.Size()-end), buf); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	var want [end]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return fmt.Errorf("segment %s is damaged", filepath.Base(path))
	}
	return nil
}
