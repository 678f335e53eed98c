package mapping

import (
	"strings"
)

// nature is what the cells of a column look like, in hundredths of those that
// say something.
type nature struct {
	full  int // cells that say something
	cells []string

	dated                                                                        int // vehicle with its year
	vin, shape, year, make, vehicle, engine, style, distance, money, number, day int
	body, fuel, drive, gears, cylinders, liters, doors, color, title, text       int
}

var (
	bodyWords  = wordSet("suv sedan sdn pickup truck coupe cpe hatchback hatch wagon van minivan convertible conv cabriolet cabrio roadster crossover limousine kombi cuv utility mpv hardtop limo estate fastback motorcycle trailer bus chassis cargo crew extended regular quad supercrew supercab crewmax doublecab")
	fuelCells  = wordSet("gas gasoline petrol diesel hybrid electric flex ffv cng lpg hydrogen benzin gasolina essence eléctrico électrique elektro e85 phev bev ev unleaded flexible plug-in plugin")
	driveCells = wordSet("awd 4wd 4x4 fwd rwd 2wd 4x2 awd/4wd front rear allrad frontantrieb heckantrieb quattro 4matic xdrive all-wheel front-wheel rear-wheel")
	gearWords  = wordSet("automatic auto manual cvt automatik schaltgetriebe manuell automático automatique manuelle man at mt dct a/t m/t aut tiptronic")
	colorWords = wordSet("black white silver gray grey red blue green brown beige gold yellow orange purple maroon burgundy tan charcoal bronze pearl schwarz weiß weiss silber grau rot blau grün negro blanco plata gris rojo azul verde noir blanc argent rouge bleu vert blk wht sil gry blu")
	titleWords = wordSet("clean clear salvage rebuilt rebuildable reconstructed flood lemon parts lien junk branded missing absent nonrepairable non-repairable title bonded irreparable titled")
)

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// natureOf looks at a column's cells.
func natureOf(cells []string) nature {
	var n nature
	for _, c := range cells {
		if c = strings.TrimSpace(c); blank(c) {
			continue
		}
		n.full++
		n.cells = append(n.cells, c)
		n.look(c)
	}
	if n.full > 0 {
		for _, p := range []*int{&n.dated, &n.vin, &n.shape, &n.year, &n.make, &n.vehicle, &n.engine, &n.style, &n.distance, &n.money, &n.number, &n.day,
			&n.body, &n.fuel, &n.drive, &n.gears, &n.cylinders, &n.liters, &n.doors, &n.color, &n.title, &n.text} {
			*p = *p * 100 / n.full
		}
	}
	return n
}

func (n *nature) look(c string) {
	add := func(p *int, yes bool) {
		if yes {
			*p++
		}
	}
	if v, _ := vinCell(c); len(v) == vinLength {
		if _, ok := asVIN(v); ok {
			n.shape++
			add(&n.vin, passes(v))
			return
		}
	}
	words := strings.Fields(strings.ToLower(strings.NewReplacer(",", " ", "/", " ", "(", " ", ")", " ").Replace(c)))
	has := func(set map[string]bool) bool {
		for _, w := range words {
			if set[w] {
				return true
			}
		}
		return len(words) > 0 && set[strings.ToLower(c)]
	}
	year, make, _ := splitVehicle(c)
	alone := len(words) == 1 && (year != "" || strings.TrimSuffix(c, ".0") != c && fourDigits.MatchString(strings.TrimSuffix(c, ".0")))
	add(&n.year, alone)
	add(&n.make, isMake(c))
	add(&n.dated, make != "" && year != "" && len(words) > 2)
	add(&n.vehicle, make != "" && !isMake(c) && len(words) > 1)
	displacement, count, _ := splitEngine(c)
	add(&n.engine, displacement != "" && (count != "" || len(words) > 2))
	add(&n.liters, displacement != "" && len(words) <= 2)
	add(&n.cylinders, count != "" && displacement == "" && len(words) <= 2)
	doors, drive, _ := splitStyle(c)
	add(&n.style, (doors != "" || drive != "") && len(words) > 1 && has(bodyWords))
	add(&n.doors, doors != "" && len(words) <= 2)
	if number, before, after, ok := decimal(c); ok {
		_, isDay := day(c, "mdy")
		unit := lettersOf(after)
		_, distanceUnit := headingUnits[unit]
		code, known := currency(before, "USD")
		codeAfter, knownAfter := currency(after, "USD")
		whole, _, _ := strings.Cut(number, ".")
		add(&n.distance, distanceUnit || unit == "k" && before == "")
		add(&n.money, before != "" && known && code != "" || after != "" && knownAfter && codeAfter != "")
		add(&n.number, before == "" && after == "" && len(whole) <= 7 && !isDay)
		n.add(isDay)
	} else if _, isDay := day(c, "mdy"); isDay {
		n.add(true)
	} else if _, says, _ := odometer(c, "mi"); says != "" {
		n.distance++
	}
	add(&n.body, has(bodyWords))
	add(&n.fuel, has(fuelCells) && len(words) <= 3)
	add(&n.drive, (has(driveCells) || drive != "") && len(words) <= 3)
	add(&n.gears, has(gearWords))
	add(&n.color, has(colorWords) && len(words) <= 3)
	add(&n.title, has(titleWords) && len(words) <= 4)
	add(&n.text, len(words) >= 4)
}

func (n *nature) add(isDay bool) {
	if isDay {
		n.day++
	}
}

// fits says in hundredths how well the cells agree with a target; -1 is that
// cells can't tell.
func (n *nature) fits(t Target) int {
	switch t {
	case VIN:
		return n.shape
	case "year":
		return n.year
	case "make":
		return n.make
	case Vehicle:
		return n.vehicle
	case "body":
		return n.body
	case "fuel":
		return n.fuel
	case "drive":
		return n.drive
	case "transmission":
		return n.gears
	case "cylinders":
		return max(n.cylinders, n.number)
	case "displacement":
		return max(n.liters, n.number)
	case "doors":
		return max(n.doors, n.number)
	case Engine:
		return max(n.engine, n.liters, n.cylinders)
	case Style:
		return n.style
	case Odometer:
		return max(n.distance, n.number)
	case Asking:
		return max(n.money, n.number)
	case Color:
		return n.color
	case Title:
		return n.title
	case Date:
		return n.day
	}
	return -1
}
