package claimtest

import (
	"strings"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
)

// sold are models that each make has sold in number, whom a list takes for one
// another.
var sold = map[string]string{
	"FORD":      "F-150|F-250|F-350|Focus|Fusion|Escape|Explorer|Edge|Taurus|Mustang|Expedition|Ranger|Fiesta|Flex|E-350|Crown Victoria|Windstar|Freestar|Maverick|EcoSport|Contour|Excursion",
	"CHEVROLET": "Silverado 1500|Malibu|Impala|Cruze|Equinox|Tahoe|Suburban|Traverse|Colorado|Camaro|Corvette|Cobalt|Cavalier|HHR|Aveo|Sonic|Spark|Volt|Express|Avalanche|Uplander|Venture|Trax",
	"TOYOTA":    "Camry|Corolla|RAV4|Tacoma|Tundra|Highlander|Sienna|4Runner|Avalon|Sequoia|Yaris|Venza|Celica|Echo",
	"HONDA":     "Accord|Civic|CR-V|Odyssey|Pilot|Fit|Ridgeline|Element|HR-V|Insight|Passport|S2000", "NISSAN": "Altima|Sentra|Maxima|Rogue|Murano|Pathfinder|Frontier|Titan|Versa|Quest|Armada|Juke|Leaf|Xterra|Cube",
	"GMC": "Sierra 1500|Yukon|Acadia|Terrain|Canyon|Savana|Envoy|Sonoma|Safari", "JEEP": "Grand Cherokee|Wrangler|Liberty|Patriot|Compass|Renegade|Commander|Gladiator", "DODGE": "Charger|Challenger|Durango|Journey|Avenger|Dart|Caliber|Nitro|Grand Caravan|Stratus|Intrepid|Neon|Dakota|Magnum",
	"RAM": "2500|3500|1500|Promaster City", "CHRYSLER": "300|Pacifica|Town & Country|PT Cruiser|Crossfire|Aspen|Concorde|Sebring", "HYUNDAI": "Elantra|Sonata|Santa Fe|Tucson|Accent|Azera|Kona|Palisade|Veloster|Tiburon|Veracruz|Entourage",
	"KIA": "Optima|Forte|Soul|Sorento|Sportage|Rio|Sedona|Telluride|Cadenza|Stinger|Niro|Spectra|Amanti|Borrego", "SUBARU": "Outback|Forester|Impreza|Legacy|Ascent|BRZ|Baja", "VOLKSWAGEN": "Jetta|Passat|Golf|Tiguan|Atlas|Touareg|Beetle|Eos|Routan|Arteon|Taos",
	"BMW": "328i|528i|X3|X5|750i|X1|Z4|428i|M3", "MERCEDES-BENZ": "C300|E350|S550|GLC 300|GLE 350|CLA 250|SL 550|Sprinter 2500|GLK350", "LEXUS": "RX 350|ES 350|IS 250|GS 350|GX 460|NX 200t|LS 460|LX 570", "AUDI": "A4|A6|Q5|Q7|A3|TT|A8|Q3", "MAZDA": "Mazda3|Mazda6|CX-5|CX-9|MX-5 Miata|CX-7|Tribute|MPV|RX-8",
	"CADILLAC": "Escalade|CTS|SRX|XT5|ATS|DTS|STS|XTS|CT6", "BUICK": "Enclave|LaCrosse|Encore|Verano|LeSabre|Lucerne|Rendezvous|Century|Regal", "ACURA": "MDX|TL|TSX|RDX|TLX|ILX|RL|NSX", "INFINITI": "G37|QX60|Q50|FX35|M37|EX35", "LINCOLN": "Navigator|MKZ|MKX|Town Car|Continental|Aviator|MKC|LS",
	"VOLVO": "S60|XC90|S80|V70|S40|C30|C70", "MITSUBISHI": "Lancer|Outlander|Eclipse|Galant|Endeavor|Mirage|Montero", "PONTIAC": "Grand Am|Grand Prix|G6|Vibe|Bonneville|Sunfire|Aztek|Montana|Solstice|Torrent", "SATURN": "Vue|Ion|Outlook|Aura|Sky|Relay", "MERCURY": "Grand Marquis|Mountaineer|Sable|Milan|Mariner|Villager|Cougar",
	"OLDSMOBILE": "Alero|Intrigue|Aurora|Bravada|Silhouette", "LAND ROVER": "Discovery|LR2|Freelander|Defender", "JAGUAR": "XF|XK|S-Type|X-Type|F-Pace|F-Type", "PORSCHE": "911|Cayenne|Boxster|Panamera|Macan|Cayman", "TESLA": "Model 3|Model S|Model X|Model Y", "FIAT": "500|124 Spider|500X", "GENESIS": "G70|G80|G90|GV80|GV70", "ISUZU": "Rodeo|Trooper|Ascender|Axiom",
}

// otherMakes are whom a planted make is drawn from.
var otherMakes = strings.Split("Ford|Chevrolet|Toyota|Honda|Nissan|GMC|Jeep|Dodge|Hyundai|Kia|Subaru|Volkswagen|BMW|Mercedes-Benz|Lexus|Audi|Mazda|Cadillac|Buick|Acura|Infiniti|Lincoln|Volvo|Chevy|VW|TOYT|HOND|NISS", "|")

// plant puts one error into the row, where the list has a column for it.
func (w *Writer) plant(row *Row, st style) {
	f := pick(w, []claim.Field{claim.Year, claim.Year, claim.Make, claim.Make, claim.Model, claim.Model, claim.Model, claim.Body, claim.Fuel, claim.Drive, claim.Cylinders})
	if row.Claimed[f] == "" || st.model == "combined" {
		return
	}
	said, truth := "", ""
	switch f {
	case claim.Year:
		truth = w.year(w.r.ModelYear)
		said = w.year(w.r.ModelYear + pick(w, []int{-3, -2, -1, -1, -1, 1, 1, 1, 2, 5}))
	case claim.Make:
		truth = w.get("Make")
		if sold[truth] == "" {
			return
		}
		said = w.otherMake(truth)
	case claim.Model:
		truth = w.get("Model")
		said = w.sibling(w.get("Make"), truth)
		if said != "" && w.chance(30) {
			said += " " + w.of("4D|LT|SE|4WD|Limited|Sedan|XLT")
		}
	case claim.Body:
		truth = w.get("BodyClass")
		said = otherBody(w, truth)
	case claim.Fuel:
		truth = w.get("FuelTypePrimary")
		if w.get("FuelTypeSecondary") != "" || w.get("ElectrificationLevel") != "" {
			return
		}
		switch truth {
		case "Gasoline":
			said = w.of("Diesel|Electric|DSL")
		case "Diesel":
			said = w.of("Gas|Gasoline|Electric")
		case "Electric":
			said = w.of("Gas|Diesel|Gasoline")
		}
	case claim.Drive:
		truth = w.get("DriveType")
		switch {
		case strings.HasPrefix(truth, "FWD"), strings.HasPrefix(truth, "RWD"), truth == "4x2":
			said = w.of("AWD|4WD|4x4")
		case strings.HasPrefix(truth, "AWD"), strings.HasPrefix(truth, "4WD"):
			said = w.of("FWD|2WD|RWD")
		}
	case claim.Cylinders:
		truth = w.get("EngineCylinders")
		for _, n := range []string{"4", "6", "8"} {
			if n != truth && w.chance(60) {
				said = n + w.of("| Cyl|cyl")
			}
		}
	}
	if said == "" {
		return
	}
	row.Claimed[f], row.Wrong, row.Truth = w.dress(said, st), f, truth
}

func (w *Writer) otherMake(truth string) string {
	kin := map[string]string{"RAM": "Dodge", "DODGE": "Ram", "CHEVROLET": "Chevy", "VOLKSWAGEN": "VW", "TOYOTA": "TOYT", "HONDA": "HOND", "NISSAN": "NISS", "GENESIS": "Hyundai"}
	for {
		m := pick(w, otherMakes)
		if !strings.EqualFold(m, truth) && kin[truth] != m && (w.get("Model") != "Sprinter" || m != "Mercedes-Benz" && m != "Dodge") {
			return m
		}
	}
}

// sibling is another model of the make that has nothing of the true one's
// name.
func (w *Writer) sibling(mk, truth string) string {
	options := strings.Split(sold[mk], "|")
	if sold[mk] == "" {
		return ""
	}
	for range 20 {
		m := pick(w, options)
		if !related(m, truth) && !strings.Contains(w.get("Series"), m) {
			return m
		}
	}
	return ""
}

func related(a, b string) bool {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, strings.ToUpper(s))
	}
	for _, x := range strings.Fields(a) {
		for _, y := range strings.FieldsFunc(b, func(r rune) bool { return r == ' ' || r == '/' || r == '-' && len(b) > 6 }) {
			p, q := letters(x), letters(y)
			if p == q || len(p) > 2 && strings.HasPrefix(q, p) || len(q) > 2 && strings.HasPrefix(p, q) {
				return true
			}
		}
	}
	for _, set := range []string{"Silverado C/K GMT 3500 S-10", "Sierra C/K GMT S15 Sonoma", "Express Cutaway G-Series", "E-350 E-450 E-250 E-150", "ML M-", "Sprinter eSprinter", "C300 C-", "E350 E-", "S550 S-", "SL550 SL-", "RX350 RX", "ES350 ES",
		"IS250 IS", "GS350 GS", "GX460 GX", "LS460 LS", "LX570 LX", "NX200t NX", "Town Country", "FX35 QX70", "M37 Q70", "G37 Q60 Q40 G35 G25", "QX60 JX35", "EX35 QX50", "Savana Cutaway", "Discovery LR3 LR4", "Freelander LR2", "LR2 LR3 LR4 Freelander",
		"328i M3 335i 325i 330i", "Outback Legacy Impreza", "TL TLX", "Golf GTI Rabbit", "DTS Deville", "STS Seville", "Optima K5", "Boxster 718", "Cayman 718", "Grand Caravan Mini", "V70 XC70", "500 500e"} {
		if strings.Contains(set, strings.Fields(a)[0]) {
			for _, y := range strings.Fields(set) {
				if strings.HasPrefix(strings.ToUpper(b), strings.ToUpper(y)) {
					return true
				}
			}
		}
	}
	return false
}

func otherBody(w *Writer, truth string) string {
	switch {
	case strings.HasPrefix(truth, "Sedan"), strings.HasPrefix(truth, "Coupe"):
		return w.of("Pickup|SUV|Van|Crew Cab|Motorcycle")
	case strings.HasPrefix(truth, "Sport Utility Veh"):
		return w.of("Sedan|Pickup|4D Sedan")
	case strings.HasPrefix(truth, "Pickup"):
		return w.of("Sedan|Coupe|Van|Minivan|SUV")
	case strings.HasPrefix(truth, "Van"), strings.HasPrefix(truth, "Minivan"), strings.HasPrefix(truth, "Cargo"):
		return w.of("Sedan|Pickup|Coupe")
	}
	return ""
}
