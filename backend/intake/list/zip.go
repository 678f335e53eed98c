package list

import (
	"archive/zip"
	"io"
	"path"
	"strings"
)

// maxPart bounds what one part of an archive unpacks to. A sheet with a
// million rows stays below it; its rows are read as a stream.
const maxPart = 2 << 30

type archive struct{ *zip.Reader }

func openZip(r io.ReaderAt, size int64) (archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return archive{}, refuse("The file is damaged: it begins like a workbook, but its table of contents is not there.").WithRemedy("Ask for the file again, or open and save it anew.")
	}
	return archive{z}, nil
}

// find returns a part by its name; programs differ in letters and slashes.
func (z archive) find(name string) *zip.File {
	name = strings.ToLower(strings.TrimPrefix(path.Clean("/"+name), "/"))
	for _, f := range z.File {
		if strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(f.Name, "/"), `\`, "/")) == name {
			return f
		}
	}
	return nil
}

// open opens a part; nil, nil is that there is none.
func (z archive) open(name string) (io.ReadCloser, error) {
	f := z.find(name)
	if f == nil {
		return nil, nil
	}
	if f.Flags&1 != 0 {
		return nil, refuse("The workbook is locked with a password.").WithRemedy("Save it without a password.")
	}
	in, err := f.Open()
	if err != nil {
		return nil, damaged(name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{&bounded{in, maxPart, name}, in}, nil
}

// whole reads a small part.
func (z archive) whole(name string, most int64) ([]byte, error) {
	in, err := z.open(name)
	if in == nil || err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(io.LimitReader(in, most))
}

// bounded is io.LimitReader that says why it ends.
type bounded struct {
	io.Reader
	left int64
	what string
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, refuse("The part %s unpacks to more than a list can have: the file is made to fill the memory.", b.what).WithRemedy("Do not trust this file. If it is honest, save it as .csv.")
	}
	n, err := b.Reader.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

func damaged(what string, err error) error {
	f := refuse("The file is damaged in %s.", what).WithRemedy("Ask for the file again, or open and save it anew.")
	f.Err = err
	return f
}
