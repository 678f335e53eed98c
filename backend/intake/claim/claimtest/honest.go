package claimtest

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
)

// A style is how one kind of list writes.
type style struct {
	name   string
	upper  int // percent of rows in capitals
	lower  int // percent in small letters
	fields []claim.Field
	model  string // how model cells are made: full, plain, word, cut, codes
	cut    int    // width of the model column, 0 for none
	short  int    // percent of makes abbreviated
}

var styles = []style{
	{name: "manheim", upper: 20, fields: claim.Fields(), model: "full", short: 2},
	{name: "copart", upper: 100, fields: list("year make model body drive transmission fuel cylinders displacement"), model: "cut", cut: 10, short: 60},
	{name: "iaai", upper: 90, fields: list("year make model series body fuel drive cylinders displacement"), model: "full", short: 5},
	{name: "words", lower: 100, fields: list("year make model"), model: "word"},
	{name: "craigslist", lower: 90, fields: list("year make model body fuel drive transmission cylinders"), model: "full", short: 25},
	{name: "cargurus", fields: list("year make model trim body fuel drive transmission displacement doors"), model: "full"},
	{name: "dmv", upper: 100, fields: list("year make model body fuel gvwr cylinders"), model: "cut", cut: 8, short: 80},
	{name: "fleet", fields: list("year make model trim body fuel drive gvwr doors"), model: "full", upper: 30, short: 15},
	{name: "website", fields: claim.Fields(), model: "plain"},
	{name: "combined", fields: list("model"), model: "combined"},
}

func list(s string) (out []claim.Field) {
	for _, f := range strings.Fields(s) {
		out = append(out, claim.Field(f))
	}
	return out
}

// honest writes what an honest list would say of the vehicle at hand.
func (w *Writer) honest(st style) claim.Claimed {
	c := claim.Claimed{}
	for _, f := range st.fields {
		if s := w.write(f, st); s != "" {
			c[f] = s
		}
	}
	return c
}

func (w *Writer) write(f claim.Field, st style) string {
	s := ""
	switch f {
	case claim.Year:
		return w.year(w.r.ModelYear)
	case claim.Make:
		s = w.make(st, w.get("Make"))
	case claim.Model:
		s = w.model(st, w.get("Model"))
	case claim.Series:
		if s = w.get("Series"); s != "" && w.chance(20) {
			s = first(s)
		}
	case claim.Trim:
		s = w.trim()
	case claim.Body:
		s = w.body()
	case claim.Fuel:
		s = w.fuel()
	case claim.Drive:
		s = w.drive()
	case claim.Transmission:
		s = w.transmission()
	case claim.Cylinders:
		s = w.cylinders()
	case claim.Displacement:
		s = w.displacement()
	case claim.Doors:
		if d := w.get("Doors"); d != "" {
			s = d + w.of("|dr| Door| doors|D|-door")
		}
	case claim.GVWR:
		s = w.gvwr()
	}
	return w.dress(s, st)
}

// dress gives the case of the list and, now and then, its dirt.
func (w *Writer) dress(s string, st style) string {
	switch n := w.rnd.IntN(100); {
	case n < st.upper:
		s = strings.ToUpper(s)
	case n < st.upper+st.lower:
		s = strings.ToLower(s)
	}
	if w.chance(3) {
		s = "  " + s + " "
	}
	if w.chance(1) {
		s = strings.ReplaceAll(s, " ", "  ")
	}
	return s
}

func (w *Writer) year(y int) string {
	if y == 0 {
		return ""
	}
	s := strconv.Itoa(y)
	switch w.rnd.IntN(20) {
	case 0:
		return s[2:]
	case 1:
		return "'" + s[2:]
	case 2:
		return s + ".0"
	case 3:
		return "MY" + s
	}
	return s
}

var makeNames = map[string]string{
	"CHEVROLET": "Chevrolet|Chevy|CHEV|Chevrolet Truck", "VOLKSWAGEN": "Volkswagen|VW|VOLK", "MERCEDES-BENZ": "Mercedes-Benz|Mercedes|Mercedes Benz|MB|MERZ|MBZ",
	"TOYOTA": "Toyota|TOYT|TOYOTA", "HONDA": "Honda|HOND", "NISSAN": "Nissan|NISS", "FORD": "Ford|FORD|Ford Truck", "DODGE": "Dodge|DODG", "RAM": "Ram|RAM|Dodge|Ram Truck",
	"CHRYSLER": "Chrysler|CHRY", "HYUNDAI": "Hyundai|HYUN", "KIA": "Kia", "SUBARU": "Subaru|SUBA", "BMW": "BMW|B.M.W.", "LEXUS": "Lexus|LEXS", "AUDI": "Audi",
	"MAZDA": "Mazda|MAZD", "CADILLAC": "Cadillac|CADI|Caddy", "BUICK": "Buick|BUIC", "ACURA": "Acura|ACUR", "INFINITI": "Infiniti|INFI|Infinity", "LINCOLN": "Lincoln|LINC",
	"VOLVO": "Volvo|VOLV", "MITSUBISHI": "Mitsubishi|MITS|Mitsu", "PONTIAC": "Pontiac|PONT", "SATURN": "Saturn|STRN", "MERCURY": "Mercury|MERC", "OLDSMOBILE": "Oldsmobile|Olds|OLDS",
	"LAND ROVER": "Land Rover|LNDR|Landrover|land", "MINI": "Mini|MNNI|MINI Cooper", "JAGUAR": "Jaguar|JAGU|Jag", "PORSCHE": "Porsche|PORS", "TESLA": "Tesla|TESL|Tesla Motors",
	"HARLEY-DAVIDSON": "Harley-Davidson|Harley Davidson|Harley|HD|H-D", "FREIGHTLINER": "Freightliner|FRHT", "INTERNATIONAL": "International|INTL|Navistar",
	"KENWORTH": "Kenworth|KW", "PETERBILT": "Peterbilt|PTRB|Pete", "ALFA ROMEO": "Alfa Romeo|ALFA", "JEEP": "Jeep", "GMC": "GMC|GMC Truck", "PLYMOUTH": "Plymouth|PLYM",
	"SUZUKI": "Suzuki|SUZI", "ISUZU": "Isuzu|ISU", "GENESIS": "Genesis", "SMART": "Smart|smart", "HUMMER": "Hummer|HUMM", "MACK": "Mack", "YAMAHA": "Yamaha|YAMA", "KAWASAKI": "Kawasaki|KAWK",
}

func (w *Writer) make(st style, name string) string {
	options := strings.Split(makeNames[name], "|")
	if makeNames[name] == "" {
		options = []string{title(name)}
	}
	if w.chance(st.short) {
		return pick(w, options)
	}
	return options[0]
}

// title writes a name with capitals at the beginning of words.
func title(s string) string {
	b := []byte(strings.ToLower(s))
	up := true
	for i := range b {
		if up && b[i] >= 'a' && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
		up = b[i] == ' ' || b[i] == '-' || b[i] == '/'
	}
	return string(b)
}

// first is the first of what vPIC lists in one text.
func first(s string) string {
	if i := strings.IndexAny(s, "/,;("); i > 0 {
		s = s[:i]
	}
	return strings.TrimSpace(s)
}

func (w *Writer) trim() string {
	t := w.get("Trim")
	if t == "" {
		t = w.get("Series")
	}
	t = first(t)
	if t == "" {
		return ""
	}
	for _, x := range [][2]string{{"Limited", "LTD"}, {"Premium", "Prem"}, {"Touring", "TOUR"}, {"Platinum", "PLAT"}, {"Edition", "Ed"}} {
		if w.chance(10) {
			t = strings.ReplaceAll(t, x[0], x[1])
		}
	}
	switch w.rnd.IntN(8) {
	case 0:
		t += " " + w.of("4dr|Sedan|AWD|Pkg|4WD|w/Nav|Crew Cab|2WD")
	case 1:
		t = w.of("4dr|2WD|FWD|4x4") + " " + t
	}
	return t
}

func (w *Writer) body() string {
	b := w.get("BodyClass")
	cab := w.get("BodyCabType")
	doors := w.get("Doors")
	switch {
	case strings.HasPrefix(b, "Sedan"):
		return w.of("Sedan|4D Sedan|4DR SEDAN|SEDAN 4D|4DSD|4dr Car|Sedan 4 Door|SDN|4D|Sed")
	case strings.HasPrefix(b, "Coupe"):
		return w.of("Coupe|2D Coupe|2DR CPE|COUPE 2D|2D|CPE|2 Door Coupe|2dr Car")
	case strings.HasPrefix(b, "Convertible"), strings.HasPrefix(b, "Roadster"):
		return w.of("Convertible|CONV|2D Convertible|CONVERTI|Cabriolet|CV|2DR CONV|Roadster")
	case strings.HasPrefix(b, "Hatchback"):
		if doors == "2" || doors == "3" {
			return w.of("Hatchback|3D Hatchback|HB|HATCHBAC|2H|3dr")
		}
		return w.of("Hatchback|5D Hatchback|4D Hatchback|HATCHBAC|HB|4H|5dr Hatchback|Hatch|Liftback 5D")
	case strings.HasPrefix(b, "Wagon"):
		return w.of("Wagon|4D Wagon|STATION WAGON|SW|WAGON 4 DOOR|SUBN|Sport Wagon|Wgn")
	case strings.HasPrefix(b, "Sport Utility Veh"), strings.HasPrefix(b, "Crossover"):
		return w.of("SUV|4D SUV|Sport Utility|4DR SPOR|SUBN|UT|SUV 4D|Utility|4D UTILITY|Sport Utility 4D|MPV|Crossover|4dr SUV")
	case strings.HasPrefix(b, "Minivan"):
		return w.of("Minivan|Van|PASSENGER VAN|MINI-VAN|VN|Mini Van|SPORTS VAN|Passenger Minivan")
	case strings.HasPrefix(b, "Van"), strings.HasPrefix(b, "Cargo Van"):
		return w.of("Van|VN|Cargo Van|CARGO VA|VAN CARGO|Full-size Van|3D Van|Ext Cargo Van|van")
	case strings.HasPrefix(b, "Pickup"):
		switch {
		case strings.HasPrefix(cab, "Crew"):
			return w.of("Crew Cab|Crew Cab Pickup|CREW PIC|PK|4D Crew Cab|Pickup|CREW CAB PICKUP - SHORT BED|SuperCrew|4DR CREW CAB|PICK|TRUCK|Crew Pickup 4D SB")
		case strings.HasPrefix(cab, "Regular"):
			return w.of("Regular Cab|REG CAB|PK|2D Regular Cab|Pickup|REGULAR CAB PICKUP|PICK|Truck|Std Cab 2D LB")
		case cab != "":
			return w.of("Extended Cab|EXT CAB|Super Cab|Double Cab|PK|Pickup|CLUB CAB|Quad Cab|PICK|pickup|Extended Cab Pickup - Standard Bed|4D Ext Cab")
		}
		return w.of("Pickup|PK|Pickup Truck|PICK|PU|truck|4D Pickup")
	case strings.HasPrefix(b, "Truck-Tractor"):
		return w.of("Tractor|Truck Tractor|TRAC|Sleeper|Day Cab|Conventional|Semi|TRACTOR TRUCK|Tandem Axle Tractor")
	case strings.HasPrefix(b, "Truck"):
		return w.of("Truck|TK|Box Truck|Straight Truck|Flatbed|DUMP|Dump Truck")
	case strings.HasPrefix(b, "Incomplete"):
		return w.of("Chassis|Cab & Chassis|CHASSIS CAB|Cutaway|Box Truck|Flatbed|Utility Truck|Cutaway Van|UTIL|Bucket Truck|Truck")
	case strings.HasPrefix(b, "Motorcycle"):
		return w.of("Motorcycle|MC|MCY|Street Bike|Cruiser|Motorcycl|Bike")
	case strings.HasPrefix(b, "Bus"):
		return w.of("Bus|BUS|Shuttle Bus|School Bus")
	case strings.HasPrefix(b, "Step Van"):
		return w.of("Step Van|Walk-In Van|DELV|Delivery Van")
	case strings.HasPrefix(b, "Motorhome"):
		return w.of("Motorhome|RV|Motor Home|H/WH")
	}
	return ""
}

func (w *Writer) fuel() string {
	f, two, e := w.get("FuelTypePrimary"), w.get("FuelTypeSecondary"), w.get("ElectrificationLevel")
	switch {
	case strings.HasPrefix(e, "PHEV"):
		return w.of("Plug-In Hybrid|PHEV|Hybrid|Plug-in Gas/Electric|HYBRID ENGINE")
	case strings.HasPrefix(e, "BEV"), f == "Electric" && two == "":
		return w.of("Electric|EV|ELE|BEV|Electric Motor|ELECTRIC|E")
	case strings.Contains(e, "HEV"):
		if strings.HasPrefix(e, "Mild") {
			return w.of("Gas|Gasoline|MHEV|Mild Hybrid|GAS")
		}
		return w.of("Hybrid|HYB|Gas/Electric Hybrid|HYBRID ENGINE|Gas|Gasoline Hybrid|HEV")
	case strings.HasPrefix(f, "Flexible"), strings.HasPrefix(f, "Ethanol"), strings.HasPrefix(two, "Ethanol"), strings.HasPrefix(two, "Flex"):
		return w.of("Flex Fuel|FLEX|E85|Gas|FFV|Gasoline|E85/Gas|Flexible Fuel|Flex Fuel Vehicle")
	case strings.HasPrefix(f, "Gasoline") && two == "":
		return w.of("Gas|Gasoline|GAS|G|Unleaded|Regular Unleaded|gas|Gasoline Fuel|Premium Unleaded (Required)|UNL|Petrol|Gasoline Engine")
	case strings.HasPrefix(f, "Diesel"):
		return w.of("Diesel|DSL|D|diesel|Diesel Fuel|Turbo Diesel|DIESEL|Bio Diesel")
	case strings.HasPrefix(f, "Compressed Nat"), strings.HasPrefix(f, "Natural"):
		return w.of("CNG|Natural Gas|Compressed Natural Gas")
	}
	return ""
}

func (w *Writer) drive() string {
	switch d := w.get("DriveType"); {
	case strings.HasPrefix(d, "FWD"):
		return w.of("FWD|Front Wheel Drive|fwd|2WD|Front-wheel Drive|F|Front|4X2|FRONT-WHEEL DRIVE")
	case strings.HasPrefix(d, "RWD"):
		return w.of("RWD|Rear Wheel Drive|2WD|Rear-wheel Drive|R|4x2|Rear|REAR-WHEEL DRIVE|4X2 W/REAR WHEEL DRV")
	case strings.HasPrefix(d, "4WD"), strings.HasPrefix(d, "AWD"):
		return w.of("4WD|AWD|4x4|All Wheel Drive|Four-Wheel Drive|4X4|4-Wheel Drive|All-wheel Drive|ALL WHEEL DRIVE|4X4 W/FRONT WHL DRV|Four by Four")
	case d == "4x2":
		return w.of("2WD|4x2|RWD|Rear Wheel Drive|4X2 W/REAR WHEEL DRV|Two Wheel Drive")
	case len(d) == 3 && strings.Contains(d, "x"):
		return w.of(d + "|" + strings.ToUpper(d))
	}
	return ""
}

func (w *Writer) transmission() string {
	n := w.get("TransmissionSpeeds")
	if n == "" {
		n = "6"
	}
	switch t := w.get("TransmissionStyle"); {
	case strings.HasPrefix(t, "Automatic"):
		return w.of("Automatic|Auto|A|AUTOMATIC|A/T|AT|" + n + "A|" + n + "-Speed Automatic|Automatic " + n + " Speed|" + n + " SPD AUTO|" + n + "-Speed A/T|Auto w/Manual Mode")
	case strings.HasPrefix(t, "Manual"):
		return w.of("Manual|M|MAN|M/T|Stick|" + n + "-Speed Manual|" + n + "M|Manual " + n + " Speed|Standard|5 speed manual|MANUAL")
	case strings.Contains(t, "CVT"):
		return w.of("CVT|Automatic|Auto|Continuously Variable|AUTOMATIC CVT|CVT Transmission|A")
	case strings.HasPrefix(t, "Dual"), strings.HasPrefix(t, "Automated"):
		return w.of("DCT|Automatic|Dual Clutch|" + n + "-Speed Dual Clutch|DSG|Auto")
	}
	return ""
}

func (w *Writer) cylinders() string {
	n := w.get("EngineCylinders")
	if n == "" || n == "0" {
		return ""
	}
	lead := "I"
	if strings.HasPrefix(w.get("EngineConfiguration"), "V") || n == "6" || n == "8" {
		lead = "V"
	}
	return w.of(n + "|" + lead + n + "|" + n + " Cyl|" + n + "cyl|" + n + " Cylinder|" + n + "-cyl|" + lead + "-" + n + "|" + n + " cylinders|" + n + "CYL")
}

func (w *Writer) displacement() string {
	x, err := strconv.ParseFloat(w.get("DisplacementL"), 64)
	if err != nil || x <= 0 {
		return ""
	}
	l := fmt.Sprintf("%.1f", x)
	n := w.get("EngineCylinders")
	cc := strconv.Itoa(int(math.Round(x * 1000)))
	if x < 0.95 {
		return w.of(cc + "cc|" + cc + " CC")
	}
	out := l + "|" + l + "L|" + l + " L|" + l + " Liter|" + cc + "cc|" + cc + " CC|" + l + " litre"
	if n != "" {
		out += "|" + l + "L " + n + "|" + l + "L V" + n + "|" + l + "L I" + n + " Turbo"
	}
	return w.of(out)
}

func (w *Writer) gvwr() string {
	g := w.get("GVWR")
	name, rest, ok := strings.Cut(g, ":")
	if !ok {
		return ""
	}
	var nums []string
	for _, f := range strings.Fields(rest) {
		if n := strings.ReplaceAll(f, ",", ""); n != "" && n[0] >= '0' && n[0] <= '9' {
			nums = append(nums, n)
		}
		if f == "lb" {
			break
		}
	}
	out := name + "|" + strings.TrimPrefix(name, "Class ") + "|" + strings.ToUpper(name)
	if len(nums) == 2 {
		lo, _ := strconv.Atoi(nums[0])
		hi, _ := strconv.Atoi(nums[1])
		mid := strconv.Itoa((lo + hi) / 20 * 10)
		out += "|" + mid + "|" + mid + " lbs|" + nums[0] + "-" + nums[1] + "|" + mid[:len(mid)-3] + "," + mid[len(mid)-3:] + " lb"
	}
	return w.of(out)
}
