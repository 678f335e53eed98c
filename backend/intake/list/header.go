package list

import (
	"strings"
	"unicode"
)

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
	best, most := -1, 1
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
		if known*3+could >= most { // of two alike the lower: a title stands above
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
