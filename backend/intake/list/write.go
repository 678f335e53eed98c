package list

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The limits of a sheet (Microsoft, "Excel specifications and limits").
const (
	sheetRows    = 1_048_576
	sheetColumns = 16_384
	cellLetters  = 32_767
)

// The parts of a workbook besides its rows: one sheet, with a header that stays
// in sight. Every cell is text, so that no VIN becomes a number and nothing is a
// formula.
const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`
	rootRels     = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookRels     = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
	bookPart     = xmlHead + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>`
	// Style 0 and 1 are text (format 49, "@"), 1 in bold.
	stylesPart = xmlHead + `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
	sheetStart = xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="%d" width="18" customWidth="1" style="0"/></cols><sheetData>`
	sheetEnd   = `</sheetData></worksheet>`
)

// WriteXLSX writes rows as a workbook with one sheet, as they come: memory does
// not grow with them. It stops at the first error of rows.
func WriteXLSX(w io.Writer, sheet string, header []string, rows iter.Seq2[[]string, error]) error {
	if len(header) > sheetColumns {
		return refuse("A sheet has at most %d columns.", sheetColumns).WithRemedy("Leave columns out.")
	}
	z := zip.NewWriter(w)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes}, {"_rels/.rels", rootRels}, {"xl/_rels/workbook.xml.rels", bookRels},
		{"xl/workbook.xml", fmt.Sprintf(bookPart, escape(sheetName(sheet)))}, {"xl/styles.xml", stylesPart},
	} {
		p, err := z.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(p, part.text); err != nil {
			return err
		}
	}
	p, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(p, 64<<10)
	fmt.Fprintf(b, sheetStart, max(1, len(header))) // what it can't write, Flush reports
	writeRow(b, 1, 1, header)
	line := 1
	for cells, err := range rows {
		if err != nil {
			return err
		}
		if line++; line > sheetRows {
			return refuse("A sheet has at most %d rows.", sheetRows).WithRemedy("Write it as .csv.")
		}
		writeRow(b, line, 0, cells)
	}
	_, _ = b.WriteString(sheetEnd)
	if err := b.Flush(); err != nil {
		return err
	}
	return z.Close()
}

func writeRow(b *bufio.Writer, line, style int, cells []string) {
	fmt.Fprintf(b, `<row r="%d">`, line)
	for i, c := range cells[:min(len(cells), sheetColumns)] {
		if c == "" {
			continue
		}
		_, _ = b.WriteString(`<c r="`)
		_, _ = b.WriteString(columnName(i))
		_, _ = b.WriteString(strconv.Itoa(line))
		_, _ = b.WriteString(`" s="`)
		_, _ = b.WriteString(strconv.Itoa(style))
		_, _ = b.WriteString(`" t="inlineStr"><is><t xml:space="preserve">`)
		_, _ = b.WriteString(escape(cutLetters(c, cellLetters)))
		_, _ = b.WriteString(`</t></is></c>`)
	}
	_, _ = b.WriteString("</row>")
}

// columnName is "A" for 0, "AA" for 26.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// sheetName makes of a text what Excel takes as the name of a sheet.
func sheetName(s string) string {
	s = strings.Trim(cutLetters(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' {
			return ' '
		}
		return r
	}, s), 31), "' ")
	if s == "" {
		return "Sheet1"
	}
	return s
}

func cutLetters(s string, n int) string {
	if len(s) <= n {
		return s
	}
	at := 0
	for i := range s {
		if at == n {
			return s[:i]
		}
		at++
	}
	return s
}

// escape makes of a text what may stand in XML 1.0. What looks like the escape
// of a control character is escaped itself, so that it reads back as it was.
func escape(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '<' || c == '>' || c == '&' || c == '"' || c == '_' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '_' && len(s) >= i+7 && s[i+1] == 'x' && s[i+6] == '_':
			b.WriteString("_x005F_")
		case r == '\n', r == '\t':
			b.WriteRune(r)
		case r == '\r':
			b.WriteString("_x000D_")
		case r < ' ', r == 0xfffe, r == 0xffff, r == utf8.RuneError:
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
