package list

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/paper"
)

const (
	saveAs   = "Open it in a spreadsheet program and save it as .xlsx or .csv."
	notAList = "Give a list as CSV, XLSX, XLS, ODS, JSON lines or a PDF with text, or paste its rows."
)

// signs are what the content of some files begins with that are no lists, and
// what to call them.
var signs = []struct{ begins, what, remedy string }{
	{"\x1f\x8b", "a compressed file (gzip)", "Unpack it first."},
	{"BZh", "a compressed file (bzip2)", "Unpack it first."},
	{"\xfd7zXZ\x00", "a compressed file (xz)", "Unpack it first."},
	{"\x28\xb5\x2f\xfd", "a compressed file (zstd)", "Unpack it first."},
	{"Rar!", "a RAR archive", "Unpack it and give the list inside."},
	{"7z\xbc\xaf", "a 7-Zip archive", "Unpack it and give the list inside."},
	{"{\\rtf", "a text with layout (RTF)", saveAs},
	{"SQLite format 3\x00", "a database (SQLite)", "Export the table as CSV."},
	{"PAR1", "a Parquet file", "Export the table as CSV."},
	{"\x00\x01\x00\x00Standard ", "a database (Access)", "Export the table as CSV."},
	{"MZ", "a program", notAList},
	{"\x7fELF", "a program", notAList},
	{"II*\x00", "a picture", "Hubcap reads lists as text; type or paste the VINs instead."},
	{"MM\x00*", "a picture", "Hubcap reads lists as text; type or paste the VINs instead."},
	{"BM", "a picture", "Hubcap reads lists as text; type or paste the VINs instead."},
}

// detect says what a file is by its content, or what it is instead of a list.
func detect(r io.ReaderAt, size int64) (format string, err error) {
	switch {
	case size <= 0:
		return "", refuse("The file is empty.").WithRemedy(notAList)
	case size > MaxBytes:
		return "", refuse("The file has more than %d MB.", MaxBytes>>20).WithRemedy("Split it into several files, or save it without its pictures.")
	}
	head := make([]byte, min(size, 4096))
	if n, err := r.ReadAt(head, 0); n < len(head) && !errors.Is(err, io.EOF) {
		return "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return detectZip(r, size)
	case bytes.HasPrefix(head, []byte(compoundMagic)):
		return XLS, nil // openXLS tells what else it may be
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")):
		return PDF, nil
	}
	for _, s := range signs {
		if bytes.HasPrefix(head, []byte(s.begins)) && (s.begins != "BM" && s.begins != "MZ" && s.begins != "BZh" || hasControls(head)) {
			return "", refuse("This is %s and not a list.", s.what).WithRemedy("%s", s.remedy)
		}
	}
	switch media := paper.Detect(head, ""); {
	case paper.Picture(media), media == paper.HEIC, media == paper.AVIF:
		return "", refuse("This is a picture and not a list.").WithRemedy("Hubcap reads lists as text; type or paste the VINs instead.")
	case media == paper.SVG:
		return "", refuse("This is a drawing (SVG) and not a list.").WithRemedy(notAList)
	}
	return detectText(head)
}

// hasControls reports whether bytes hold control characters that no text has.
func hasControls(b []byte) bool {
	return bytes.ContainsFunc(b, func(r rune) bool { return r < '\t' || r > '\r' && r < ' ' && r != 0x1a && r != 0x1b })
}

// detectText tells texts apart.
func detectText(head []byte) (string, error) {
	text := strings.ToLower(strings.TrimLeft(decodeHead(head), " \t\r\n\f"))
	switch {
	case strings.HasPrefix(text, "<?xml"), strings.HasPrefix(text, "<workbook"):
		if strings.Contains(text, "excel.sheet") || strings.Contains(text, "office:spreadsheet") {
			return "", refuse("This is an XML spreadsheet of Excel 2003.").WithRemedy(saveAs)
		}
		return "", refuse("This is XML and not a list.").WithRemedy(notAList)
	case strings.HasPrefix(text, "<!doctype"), strings.HasPrefix(text, "<html"), strings.HasPrefix(text, "<table"),
		strings.HasPrefix(text, "<") && (strings.Contains(text, "<html") || strings.Contains(text, "<table") || strings.Contains(text, "<body") || strings.Contains(text, "<script")):
		return "", refuse("This is a web page (HTML) and not a list, whatever its name says.").WithRemedy(saveAs)
	case text != "" && (text[0] == '{' || text[0] == '['):
		return JSON, nil
	}
	return CSV, nil
}

// detectZip tells apart what is packed as a ZIP archive.
func detectZip(r io.ReaderAt, size int64) (string, error) {
	z, err := openZip(r, size)
	if err != nil {
		return "", err
	}
	has := func(prefix string) bool {
		for _, f := range z.File {
			if strings.HasPrefix(strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/")), prefix) {
				return true
			}
		}
		return false
	}
	if kind, err := z.whole("mimetype", 200); err == nil && len(kind) > 0 {
		if strings.Contains(string(kind), "opendocument.spreadsheet") {
			return ODS, nil
		}
		if strings.Contains(string(kind), "opendocument") {
			return "", refuse("This is an OpenDocument file, but not a spreadsheet.").WithRemedy(notAList)
		}
	}
	switch {
	case has("xl/workbook.bin"):
		return "", refuse("This is a binary workbook (.xlsb).").WithRemedy("Open it in Excel and save it as .xlsx.")
	case has("xl/"):
		return XLSX, nil
	case has("word/"):
		return "", refuse("This is a Word document and not a list.").WithRemedy("Copy its table and paste it, or save the table as .xlsx.")
	case has("ppt/"):
		return "", refuse("This is a presentation and not a list.").WithRemedy(notAList)
	case has("index/document.iwa"), has("index.zip"):
		return "", refuse("This is a file of Apple Numbers.").WithRemedy("Export it from Numbers as Excel or CSV.")
	}
	return "", refuse("This is a ZIP archive and not a list.").WithRemedy("Unpack it and give the list inside.")
}
