package reference

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// The columns of EPA's vehicles.csv that are read, found by their names in its
// header (https://www.fueleconomy.gov/feg/ws/index.shtml#vehicle); the file has
// about eighty, and gains some now and then.
var (
	economyNeeds = []string{"make", "model", "year", "city08", "highway08", "comb08"}
	economyTakes = []string{"cylinders", "displ", "drive", "trany", "fuelType", "VClass", "modifiedOn", "createdOn"}
)

// maxRecord bounds one row of vehicles.csv, quotes and line ends included; a
// real one has about 500 bytes.
const maxRecord = 64 << 10

// economyRow is a row about one configuration.
type economyRow struct {
	make, model string
	year        int
	texts       []string // cylinders, displacement, drive, transmission, fuel, class, city, highway, combined
}

// readEconomy streams vehicles.csv and gives each row to put.
func readEconomy(ctx context.Context, r io.Reader, put func(*economyRow) error) (tally, error) {
	var t tally
	guard := &bounded{r: r, left: maxRecord * 4}
	in := csv.NewReader(guard)
	in.ReuseRecord, in.FieldsPerRecord, in.LazyQuotes = true, -1, true
	header, err := in.Read()
	if err != nil {
		return t, notEconomy(err, "it has no header")
	}
	at := map[string]int{}
	for i, h := range header {
		at[strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))] = i
	}
	for _, name := range economyNeeds {
		if _, ok := at[name]; !ok {
			return t, notEconomy(nil, "its header has no "+name)
		}
	}
	width := len(header)
	for {
		guard.left = maxRecord + bufferOfCSV
		rec, err := in.Read()
		switch {
		case errors.Is(err, io.EOF):
			return t, t.enough("vehicles.csv of EPA")
		case errors.Is(err, errTooLong):
			return t, fault.New(fault.Invalid, "a row after row %d has more than %d characters", t.rows, maxRecord).WithRemedy("bring in EPA's vehicles.csv as it is published; what is in use stays")
		case err != nil:
			return t, notEconomy(err, "it breaks off after row "+strconv.Itoa(t.rows))
		}
		if t.rows++; t.rows > maxRows {
			return t, fault.New(fault.Limited, "the file has more than %d rows", maxRows).WithRemedy("bring in EPA's vehicles.csv as it is published")
		}
		if t.rows%4096 == 0 && ctx.Err() != nil {
			return t, context.Cause(ctx)
		}
		line, _ := in.FieldPos(0)
		if len(rec) != width {
			t.damage(line, "has "+strconv.Itoa(len(rec))+" columns, its header "+strconv.Itoa(width))
			continue
		}
		get := func(name string) string {
			if i, ok := at[name]; ok {
				return strings.TrimSpace(text([]byte(rec[i])))
			}
			return ""
		}
		row := economyRow{make: get("make"), model: get("model")}
		year, bad := strconv.Atoi(get("year"))
		if row.year = year; bad != nil || year < 1900 || year > 2200 || row.make == "" || row.model == "" {
			t.damage(line, "has no make, model or year")
			continue
		}
		for _, name := range economyTakes[:6] {
			row.texts = append(row.texts, get(name))
		}
		for _, name := range economyNeeds[3:] {
			n, err := strconv.Atoi(get(name))
			if err != nil || n < 0 || n > 1000 {
				bad = errors.Join(bad, err, errors.New("no rating"))
				break
			}
			row.texts = append(row.texts, strconv.Itoa(n))
		}
		if bad != nil {
			t.damage(line, "has no rating in city08, highway08 or comb08")
			continue
		}
		t.seen(epaDay(get("modifiedOn")))
		t.seen(epaDay(get("createdOn")))
		t.used++
		if err := put(&row); err != nil {
			return t, err
		}
	}
}

func notEconomy(err error, why string) error {
	if errors.Is(err, errTooLong) {
		why = "its first line is too long"
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errTooLong) && !errors.As(err, new(*csv.ParseError)) {
		return err // of the reader below, not of the file's form
	}
	return fault.New(fault.Invalid, "this is not EPA's vehicles.csv: %s", why).WithRemedy("bring in vehicles.csv (or vehicles.csv.zip) as fueleconomy.gov publishes it; what is in use stays")
}

// epaDay reads "Tue Jan 01 00:00:00 EST 2013".
func epaDay(s string) string {
	f := strings.Fields(s)
	if len(f) != 6 {
		return ""
	}
	t, err := time.Parse("Jan 02 2006", f[1]+" "+f[2]+" "+f[5])
	if err != nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

// bufferOfCSV is what encoding/csv may have read ahead.
const bufferOfCSV = 4096

var errTooLong = errors.New("row too long")

// bounded ends a row that does not end: encoding/csv would keep all of it.
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
