package reference

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// The columns of FLAT_RCL.txt: tab-separated, no header, as NHTSA's RCL.txt
// describes them (https://static.nhtsa.gov/odi/ffdd/rcl/RCL.txt). The last two
// came in 2025; older files end before them.
const (
	colRecordID = iota
	colCampaign
	colMake
	colModel
	colYear
	colMakerCampaign
	colComponent
	colManufacturer
	colBuiltFrom
	colBuiltTo
	colType
	colAffected
	colOwnersTold
	colInfluence
	colMakerName
	colReported
	colCreated
	colRegulation
	colFMVSS
	colSummary
	colConsequence
	colRemedy
	colNotes
	colComponentID
	colMakerComponent
	colMakerComponentText
	colMakerPart
	colDoNotDrive
	colParkOutside

	minColumns = colComponentID // NOTES is the last one that all releases have
	maxColumns = 40
)

const (
	maxLine = 64 << 10  // four texts of 2,000 characters and what goes with them take a seventh
	maxRows = 5_000_000 // about fifteen times what NHTSA has published since 1966
)

// tally counts what a parser met.
type tally struct {
	rows, used, damaged int
	firstDamage         string // for the refusal
	newest              string
}

func (t *tally) damage(line int, why string) {
	t.damaged++
	if t.firstDamage == "" {
		t.firstDamage = "line " + strconv.Itoa(line) + " " + why
	}
}

// seen notes a day of the file's own.
func (t *tally) seen(day string) {
	if day > t.newest {
		t.newest = day
	}
}

// recallRow is a row of recalls that is about a model.
type recallRow struct {
	make, model string
	year        int // 9999 is unknown
	component   string
	texts       []string // as recallTexts lists them
}

// readRecalls streams FLAT_RCL and gives each row about vehicles to put. A row
// is good until put returns.
func readRecalls(ctx context.Context, r io.Reader, put func(*recallRow) error) (tally, error) {
	var t tally
	in := bufio.NewReaderSize(r, maxLine)
	var cols [maxColumns]string
	for line := 1; ; line++ {
		if line%4096 == 0 && ctx.Err() != nil {
			return t, context.Cause(ctx)
		}
		b, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return t, fault.New(fault.Invalid, "line %d has more than %d characters", line, maxLine).
				WithRemedy("bring in NHTSA's FLAT_RCL as it is published; this file is something else")
		case err != nil && !errors.Is(err, io.EOF):
			return t, err
		}
		end := errors.Is(err, io.EOF)
		b = bytes.TrimRight(b, "\r\n\x1a")
		if line == 1 {
			b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
		}
		if len(b) > 0 {
			if t.rows++; t.rows > maxRows {
				return t, fault.New(fault.Limited, "the file has more than %d rows", maxRows).WithRemedy("bring in NHTSA's FLAT_RCL as it is published")
			}
			if row, ok := t.recall(text(b), line, &cols); ok {
				if err := put(&row); err != nil {
					return t, err
				}
			}
		}
		if end {
			return t, t.enough("FLAT_RCL of NHTSA")
		}
	}
}

// recall reads one row, and false where it is not about vehicles.
func (t *tally) recall(s string, line int, cols *[maxColumns]string) (recallRow, bool) {
	n := 0
	for rest, more := s, true; more; n++ {
		if n == maxColumns {
			t.damage(line, "has more than 40 columns")
			return recallRow{}, false
		}
		cols[n], rest, more = strings.Cut(rest, "\t")
	}
	if n < minColumns {
		t.damage(line, "has "+strconv.Itoa(n)+" columns, where there are at least "+strconv.Itoa(minColumns))
		return recallRow{}, false
	}
	clear(cols[n:])
	for i := range cols[:n] {
		cols[i] = strings.TrimSpace(cols[i])
	}
	year, err := strconv.Atoi(cols[colYear])
	if cols[colCampaign] == "" || cols[colMake] == "" || cols[colModel] == "" || err != nil && cols[colYear] != "" {
		t.damage(line, "has no campaign, make, model or year where they belong")
		return recallRow{}, false
	}
	reported := day(cols[colReported])
	t.seen(reported)
	t.seen(day(cols[colCreated]))
	// V is a vehicle; E, T and C are equipment, tyres and child seats, whose
	// makes and models are none of vehicles.
	if k := cols[colType]; k != "" && k != "V" {
		return recallRow{}, false
	}
	if year < 1900 || year > 2200 {
		year = unknownYear
	}
	t.used++
	affected := cols[colAffected]
	if n, err := strconv.Atoi(affected); err != nil || n <= 0 {
		affected = ""
	}
	return recallRow{make: cols[colMake], model: cols[colModel], year: year, component: cols[colComponent],
		texts: []string{cols[colCampaign], reported, cols[colManufacturer], cols[colSummary], cols[colConsequence], cols[colRemedy], cols[colNotes],
			affected, flag(cols[colDoNotDrive]), flag(cols[colParkOutside])}}, true
}

const unknownYear = 9999

// enough refuses a file of which too much is damaged: it is something else.
func (t *tally) enough(what string) error {
	switch {
	case t.rows == 0:
		return fault.New(fault.Invalid, "the file is empty").WithRemedy("bring in %s as it is published", what)
	case t.damaged > 20 && t.damaged > t.rows/100 || t.used == 0:
		why := t.firstDamage
		if why == "" {
			why = "no row is about a vehicle"
		}
		return fault.New(fault.Invalid, "this is not %s: %d of %d rows are not as its description says; %s", what, t.damaged, t.rows, why).
			WithRemedy("bring in the file as it is published; what is in use stays")
	}
	return nil
}

// day turns YYYYMMDD into YYYY-MM-DD, and what is no day into "".
func day(s string) string {
	if len(s) != 8 || strings.Trim(s, "0123456789") != "" || s < "19000101" || s > "22001231" || s[4:6] < "01" || s[4:6] > "12" || s[6:] < "01" || s[6:] > "31" {
		return ""
	}
	return s[:4] + "-" + s[4:6] + "-" + s[6:]
}

func flag(s string) string {
	if strings.EqualFold(s, "yes") || strings.EqualFold(s, "y") {
		return "1"
	}
	return ""
}

// text reads bytes as UTF-8, or else as Windows-1252, in which older rows are
// written. Zero bytes go.
func text(b []byte) string {
	if utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 {
		return string(b)
	}
	var out strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			r = rune(b[0])
			if r >= 0x80 && r <= 0x9f {
				r = windows1252[r-0x80]
			}
			out.WriteRune(r)
		case r != 0:
			out.WriteRune(r)
		}
		b = b[n:]
	}
	return out.String()
}

// windows1252 are the letters of 0x80 to 0x9f, where that encoding differs
// from Latin-1 (https://encoding.spec.whatwg.org/index-windows-1252.txt).
var windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}
