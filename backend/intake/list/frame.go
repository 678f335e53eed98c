package list

import (
	"errors"
	"io"
	"strings"
	"unicode"
)

const (
	lookAhead  = 100 // lines among which the header is looked for
	maxHeading = 200 // letters of a heading that are kept
)

// framed gives the rows of a source below its header.
type framed struct {
	src     source
	ahead   []row
	columns int
	header  string // folded, to know it again
	skips   Skipped
	text    int
	end     error // of the source; it is not asked again
	named   bool  // the table has several columns: lines with one cell are notes
}

// frame finds the header and the number of columns.
func frame(src source, t *Table, o Options) (*framed, error) {
	f := &framed{src: src}
	for len(f.ahead) < lookAhead || o.HeaderRow > 0 && len(f.ahead) < o.HeaderRow && len(f.ahead) < 10_000 {
		r, err := f.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		f.ahead = append(f.ahead, r)
	}
	at := -1
	switch {
	case o.HeaderRow > 0:
		for i, r := range f.ahead {
			if r.line == o.HeaderRow {
				at = i
			}
		}
		if at < 0 {
			return nil, refuse("Line %d, which is to be the header, is blank or not there.", o.HeaderRow).WithRemedy("Leave it out to have the header looked for, or give -1 for none.")
		}
	case o.HeaderRow == 0:
		at = findHeader(f.ahead)
	}
	for _, r := range f.ahead[at+1:] {
		f.columns = max(f.columns, filled(r.cells))
	}
	if at >= 0 {
		head := f.ahead[at]
		f.columns = max(f.columns, filled(head.cells))
		f.header = fold(head.cells)
		t.HeaderRow = head.line
		t.Columns = headings(head.cells, f.columns)
		f.ahead = f.ahead[at+1:]
	} else {
		t.Columns = make([]string, f.columns)
		// What stands above the first VIN is a title, not a row.
		if first := firstVIN(f.ahead); first > 0 && o.HeaderRow == 0 {
			keep := f.ahead[:0:0]
			for i, r := range f.ahead {
				if i >= first || count(r.cells)*2 >= count(f.ahead[first].cells) {
					keep = append(keep, r)
				}
			}
			f.ahead = keep
		}
	}
	if len(f.ahead) == 0 && f.columns == 0 {
		return nil, refuse("No rows were found in the file.").WithRemedy(notAList)
	}
	if at >= 0 && len(f.ahead) > 0 && units(f.ahead[0].cells) {
		f.skips.Notes++
		f.ahead = f.ahead[1:]
	}
	f.named = f.columns > 3
	return f, nil
}

// read returns the next line that is not blank, its cells tidy and bounded.
func (f *framed) read() (row, error) {
	for {
		if f.end != nil {
			return row{}, f.end
		}
		var r row
		if r, f.end = f.src.next(); f.end != nil {
			return row{}, f.end
		}
		full := 0
		for i, c := range r.cells {
			if len(c) > MaxCell {
				return row{}, refuse("Cell %d in line %d is longer than 64 KB.", i+1, r.line).WithRemedy("Check for a quote that is not closed, or shorten the text.")
			}
			c = tidy(c)
			if r.cells[i] = c; c != "" {
				full = i + 1
				f.text += len(c)
			}
		}
		if full > MaxColumns {
			return row{}, refuse("Line %d has %d columns; a list may have %d.", r.line, full, MaxColumns).WithRemedy("Leave columns out that are not needed.")
		}
		if f.text > maxText {
			return row{}, refuse("The list's cells unpack to more than %d MB, in line %d.", maxText>>20, r.line).WithRemedy("Do not trust this file. If it is honest, split it.")
		}
		if full == 0 {
			if f.skips.Blank++; f.skips.Blank > 2*MaxRows {
				return row{}, refuse("The list has more than %d blank rows.", 2*MaxRows).WithRemedy("Delete them.")
			}
			continue
		}
		return row{r.cells[:full], r.line}, nil
	}
}

func (f *framed) next() (row, error) {
	for {
		var r row
		if len(f.ahead) > 0 {
			r, f.ahead = f.ahead[0], f.ahead[1:]
		} else {
			var err error
			if r, err = f.read(); err != nil {
				return row{}, err
			}
		}
		switch {
		case f.header != "" && fold(r.cells) == f.header:
			f.skips.Headers++
			continue
		case rule(r.cells):
			f.skips.Notes++
			continue
		case f.columns > 1 && total(r.cells, f.columns):
			f.skips.Totals++
			continue
		case f.named && note(r.cells):
			f.skips.Notes++
			continue
		}
		for len(r.cells) < f.columns {
			r.cells = append(r.cells, "")
		}
		return r, nil
	}
}

func (f *framed) skipped() Skipped { return f.skips }
func (f *framed) close() error     { f.src.close(); return nil }

// headingWords are words of which headings are made, in the languages of the
// lists that are seen most. They only tell a header from a title; what the
// columns are is for package mapping.
var headingWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`vin vins serial chassis frame identification fin fahrgestellnummer fahrgestell bastidor chasis serie
		make makes marke hersteller marca fabricante marque constructeur manufacturer brand model modell modelo modele modèle
		year yr my baujahr jahr modelljahr ano año anio annee année trim series style body karosserie aufbau carroceria carrosserie
		color colour colors farbe couleur exterior interior mileage miles mi odometer odo km kms kilometer kilometers kilometerstand laufleistung kilometraje kilometrage kilométrage
		price preis precio prix asking ask bid msrp mmr reserve amount cost value wert estimate lot los lote run lane seq item stock unit stk tag
		plate license kennzeichen matricula placa immatriculation title condition grade zustand estado etat état damage engine motor moteur cyl cylinders cilindros zylinder displacement liters hubraum
		fuel kraftstoff combustible carburant transmission trans getriebe transmision boite drive drivetrain drivetype antrieb traccion doors türen tueren puertas portes
		seller verkäufer vendedor vendeur location standort ubicacion lieu city state notes note comments comment remarks bemerkung announcements notas remarques
		date datum fecha sale sold description vehicle vehículo fahrzeug véhicule type class gvwr status id number no nr equipment options keys cr link`) {
		m[w] = true
	}
	return m
}()

// heading reports how much a cell looks like a heading: 2 with a word of one, 1
// when it could be, 0 when it can't.
func heading(s string) int {
	if s == "" || len(s) > maxHeading || vinLike(s) > 0 || numeric(s) {
		return 0
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	if len(words) > 6 || len(words) == 0 {
		return 0
	}
	for _, w := range words {
		if headingWords[w] {
			return 2
		}
	}
	return 1
}

// findHeader says which of the first lines names the columns, -1 if none does.
// It stands above the first VIN, is the line there with most words of headings,
// and has a heading for at least half of what stands in the rows.
func findHeader(lines []row) int {
	first := firstVIN(lines)
	if first < 0 {
		first = min(len(lines), 30)
	}
	width := 0
	for _, r := range lines[min(first, len(lines)):min(len(lines), first+20)] {
		width = max(width, count(r.cells))
	}
	best, most := -1, 0
	for i := range lines[:min(first, len(lines))] {
		cells := lines[i].cells
		known, could, full := 0, 0, count(cells)
		for _, c := range cells {
			switch heading(c) {
			case 2:
				known++
			case 1:
				could++
			}
		}
		enough := full*2 >= width || known >= 3
		looks := known >= 2 && known*3 >= full || known == 1 && (full == 1 && len(cells[len(cells)-1]) <= 24 || (known+could)*10 >= full*9)
		if !enough || !looks || known+could < full-full/3 {
			continue
		}
		if known*3+could > most {
			best, most = i, known*3+could
		}
	}
	if best >= 0 {
		return best
	}
	// No word is known: another language. The line just above the first VIN is
	// the header if it holds words only, one for each column.
	if i := first - 1; i >= 0 && first < len(lines) && width > 1 {
		names := 0
		for _, c := range lines[i].cells {
			names += min(1, heading(c))
		}
		if full := count(lines[i].cells); names == full && full*4 >= width*3 {
			return i
		}
	}
	return -1
}

// firstVIN is the first line with a VIN, -1 if there is none.
func firstVIN(lines []row) int {
	for i, r := range lines {
		for _, c := range r.cells {
			if vinLike(c) > 0 {
				return i
			}
		}
	}
	return -1
}

func headings(cells []string, columns int) []string {
	out := make([]string, columns)
	for i, c := range cells {
		c = strings.Join(strings.Fields(c), " ")
		if r := []rune(c); len(r) > maxHeading {
			c = string(r[:maxHeading])
		}
		out[i] = c
	}
	return out
}

// filled is how many cells there are up to the last that is not blank.
func filled(cells []string) int {
	n := len(cells)
	for n > 0 && cells[n-1] == "" {
		n--
	}
	return n
}

// count is how many cells are not blank.
func count(cells []string) int {
	n := 0
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

func fold(cells []string) string {
	return strings.ToLower(strings.Join(cells[:filled(cells)], "\x1f"))
}

// rule reports whether a row only draws a line, as tables of Markdown do.
func rule(cells []string) bool {
	drawn := false
	for _, c := range cells {
		if strings.Trim(c, "-=_:+ ") != "" {
			return false
		}
		drawn = drawn || strings.Count(c, "-")+strings.Count(c, "=")+strings.Count(c, "_") >= 3
	}
	return drawn
}

// totals begin the line below a table that sums it up.
var totals = strings.Fields("total totals subtotal sum count average avg summe gesamt gesamtsumme zwischensumme anzahl suma totales somme")

// total reports whether a row sums others up: it begins with such a word, and
// is mostly blank.
func total(cells []string, columns int) bool {
	if count(cells)*2 > columns && columns > 3 || count(cells) == columns {
		return false
	}
	for _, c := range cells {
		if c == "" {
			continue
		}
		words := strings.FieldsFunc(strings.ToLower(c), func(r rune) bool { return !unicode.IsLetter(r) })
		if len(words) > 1 && words[0] == "grand" {
			words = words[1:]
		}
		if len(words) == 0 || len(words) > 4 {
			return false
		}
		for _, t := range totals {
			if words[0] == t {
				return !hasVIN(cells)
			}
		}
		return false
	}
	return false
}

// note reports whether a row is a sentence below a table and nothing else.
func note(cells []string) bool {
	return count(cells) == 1 && strings.Count(cells[len(cells)-1], " ") >= 2 && !hasVIN(cells) && !holdsVIN(cells[len(cells)-1])
}

func hasVIN(cells []string) bool {
	for _, c := range cells {
		if vinLike(c) > 0 {
			return true
		}
	}
	return false
}

// holdsVIN reports whether one of a sentence's words looks like a VIN, whole or
// not: letters and digits, eight or more.
func holdsVIN(s string) bool {
	for _, w := range strings.Fields(s) {
		digits, letters := 0, 0
		for _, r := range w {
			switch {
			case r >= '0' && r <= '9':
				digits++
			case unicode.IsLetter(r):
				letters++
			}
		}
		if digits >= 3 && digits+letters >= 8 {
			return true
		}
	}
	return false
}

// units reports whether a row below the header says in what the columns are
// measured.
func units(cells []string) bool {
	if count(cells) == 0 {
		return false
	}
	for _, c := range cells {
		switch strings.ToLower(strings.Trim(c, "()[]. ")) {
		case "", "mi", "km", "miles", "usd", "eur", "cad", "gbp", "$", "€", "£", "l", "cc", "lbs", "kg", "text", "yyyy", "hp", "kw":
		default:
			return false
		}
	}
	return true
}
