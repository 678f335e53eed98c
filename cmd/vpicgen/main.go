// Command vpicgen builds the vPIC index that Hubcap decodes VINs from.
//
//	vpicgen -in embedded/vpic/vpic_2026_10.tar.zst -out embedded/vpic/data/vpic.idx
package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/hubcap-dev/hubcap/backend/vpic/index"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

func main() {
	in := flag.String("in", "", "source archive, named vpic_YYYY_MM.tar.zst")
	out := flag.String("out", "", "index file to write")
	flag.Parse()
	if *in == "" || *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "vpicgen:", err)
		os.Exit(1)
	}
}

var releaseName = regexp.MustCompile(`[0-9]{4}_[0-9]{2}`)

func run(in, out string) error {
	source, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	release := releaseName.FindString(filepath.Base(in))
	if release == "" {
		return fmt.Errorf("%s: the name holds no release such as 2026_10", in)
	}
	rel, err := tables.ReadArchive(bytes.NewReader(source))
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	built, err := index.Build(rel, index.Stamp{Release: release, Source: sha256.Sum256(source)})
	if err != nil {
		return fmt.Errorf("build index: %w", err)
	}
	if err := write(out, built); err != nil {
		return err
	}
	fmt.Printf("vPIC %s: %d patterns, %d WMIs, index of %d bytes in %s\n",
		release, len(rel.Patterns), len(rel.WMIs), len(built), out)
	return nil
}

// write replaces the file in one step, so that a reader never sees half.
func write(path string, data []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".vpic-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
