// Command dump writes a vPIC release of the month after the built-in one, in
// NHTSA's shape, for the browser tests: every Camry is called Camry Nova there,
// and a tenth of the check digit exceptions is gone, which is warned of.
package main

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vpic/dump/dumptest"
)

const (
	archive = "embedded/vpic/vpic_2026_10.tar.zst"
	release = "vPICList_lite_2026_11.plain"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./e2e/dump FOLDER")
		os.Exit(2)
	}
	path, err := write(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "dump:", err)
		os.Exit(1)
	}
	fmt.Println(path)
}

func write(folder string) (path string, err error) {
	from, err := dumptest.ReadArchive(archive)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", archive, err)
	}
	for i, r := range from["lookups"].Rows {
		if strings.HasPrefix(r, "model\t") && strings.HasSuffix(r, "\tCamry") {
			from["lookups"].Rows[i] = r + " Nova"
		}
	}
	x := from["vinexception"]
	x.Rows = x.Rows[:len(x.Rows)*9/10]

	path = filepath.Join(folder, release+".zip")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	in, err := z.Create(release + ".sql")
	if err != nil {
		return "", err
	}
	w := dumptest.Writer{From: from}
	return path, errors.Join(w.Write(in), z.Close())
}
