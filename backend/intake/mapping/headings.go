package mapping

import "strings"

// headings are what lists call their columns, by target: in English, and in the
// German, Spanish and French of car lists; in lower case, words apart. Gathered
// from the run lists of Manheim, ADESA, Copart and IAAI, the exports of dealer
// systems (vAuto, DealerCenter, Frazer), Craigslist's fields and ISO 3779's own
// words, 2026-11.
var headings = func() map[string]named {
	m := map[string]named{}
	for target, names := range map[Target]string{
		VIN:            "vin|vin #|vin no|vin number|vin nr|vin code|full vin|vehicle vin|vins|serial #|serial|serial no|serial number|vehicle identification number|vehicle id number|identification number|chassis|chassis #|chassis no|chassis number|frame number|frame no|fin|fahrgestellnummer|fahrgestell nr|fahrgestellnr|fahrzeug identifizierungsnummer|fahrzeugidentifikationsnummer|bastidor|numero de bastidor|número de bastidor|número de serie|numero de serie|no serie|no de serie|niv|numéro de série|numéro de châssis|n de chassis|châssis|vin13|vin17",
		"year":         "year|yr|model year|model yr|mdl yr|mdl year|year built|build year|anno|my|modelyear|year model|veh year|vehicle year|car year|baujahr|modelljahr|bj|jahr|año|ano|anio|año modelo|modelo año|année|annee|année modèle|millésime",
		"make":         "make|makes|make name|brand|manufacturer|mfr|mfg|oem|vehicle make|car make|veh make|marke|hersteller|marca|fabricante|marque|constructeur",
		"model":        "model|model name|modello|vehicle model|car model|veh model|mdl|modell|modelo|modèle|modele|model line|nameplate",
		"series":       "series|ser|baureihe|serie|série|sub series|model series",
		"trim":         "trim|trim level|trim description|trim desc|series trim|trim series|ausführung|trimlevel|grade level|submodel|sub model|variant|version|versión|ausstattung|ausstattungslinie|finition|acabado|style trim|badge|edition",
		"body":         "body|body type|body style|bodystyle|body class|bodytype|body code|karosserie|karosserieform|aufbau|carrocería|carroceria|tipo de carrocería|carrosserie|vehicle type|type|car type|vehicle class|style|body description|body desc",
		"fuel":         "fuel|fuel type|fueltype|fuel type primary|primary fuel|fuel code|kraftstoff|kraftstoffart|treibstoff|combustible|tipo de combustible|carburant|énergie|energie|fuel system",
		"drive":        "drive|drive type|drivetype|4x4|4wd|wheel drive type|drivetrain|drive train|driveline|drive line|drive line type|wheel drive|wheels driven|antrieb|antriebsart|tracción|traccion|transmission aux roues|roues motrices|drv|awd 4wd",
		"transmission": "transmission|trans|transmission type|transmission style|transmission description|trans desc|gearbox|trans type|xmsn|getriebe|getriebeart|transmisión|caja|caja de cambios|boîte|boite|boîte de vitesses|boite de vitesse|tranny",
		"cylinders":    "cylinders|cylinder|cyl|cyls|# cyl|no of cylinders|number of cylinders|engine cylinders|engine cyl|cylinder count|engine number of cylinders|eng cyl|zylinder|zylinderzahl|cilindros|cylindres",
		"displacement": "displacement|engine size|liters|litres|liter|litre|disp|engine displacement|displacement l|displ|disp l|displacement cc|displacement liters|engine displacement l|engine displacement cc|engine size l|engine l|engine liters|cc|ccm|engine cc|hubraum|cilindrada|cylindrée|cylindree|engine capacity",
		"doors":        "doors|door|drs|# doors|no of doors|number of doors|num doors|nr of doors|door count|türen|tueren|türanzahl|puertas|portes|nb portes",
		"gvwr":         "gvwr|gvw|gvwr lbs|gvwr lb|gvw lbs|gross vehicle weight|gross vehicle weight rating|gvwr class|weight class|zulässiges gesamtgewicht|gesamtgewicht|ptac|mma",
		Vehicle:        "vehicle|car|unit description|vehicle description|year make model|year make model trim|yr make model|ymm|ymmt|make model|make and model|make model year|vehicle info|vehicle name|item description|lot description|fahrzeug|vehículo|vehiculo|véhicule|vehicule|automobile|auto|car name|vehicle title|listing title|vehicle year make model",
		Engine:         "engine|motor|moteur|engine type|engine description|engine desc|eng|engine info|motorisierung|motorisation|powertrain|engine name",
		Odometer:       "odometer|odo|odom|mileage|miles|mi|km|kms|kilometers|kilometres|kilometer|kilometerstand|km stand|laufleistung|tachostand|kilometraje|kilómetros|kilometros|recorrido|millaje|kilométrage|kilometrage|odometer reading|odometer value|current mileage|vehicle mileage|odometer miles|odometer km|odometer mi|mileage mi|mileage km|odo reading|meter|actual miles",
		Asking:         "asking|asking price|price|ask|list price|sale price|selling price|sell price|internet price|retail price|buy now|buy now price|buy it now|bin price|bin|floor price|floor|reserve|reserve price|start price|starting bid|start bid|opening bid|current bid|high bid|bid|amount|cost|preis|vk preis|verkaufspreis|angebotspreis|precio|precio de venta|prix|prix de vente|prix demandé|sellingprice|wholesale price|unit price|price usd|price eur|our price|minimum bid|min bid",
		LotNumber:      "lot|lot #|lot no|lot number|lot id|run|run #|run no|run number|lane run|lane|lane lot|sale #|sequence|seq|item|item #|item number|los|los nr|losnummer|lote|numéro de lot|no de lot|n de lot|ln run",
		Stock:          "stock|stock #|stock no|stock number|stk|stk #|stockno|unit|unit #|unit no|unit number|inventory #|inventory number|asset|asset #|asset number|fleet number|fleet #|lagernummer|bestandsnummer|número de inventario|numéro de stock|equipment number|vehicle number|veh #",
		Plate:          "plate|plate #|plate number|license plate|licence plate|license|tag|tag #|tag number|license number|registration|registration number|reg|reg no|kennzeichen|amtliches kennzeichen|matrícula|matricula|placa|placas|patente|plaque|immatriculation|numéro d immatriculation",
		Title:          "title|title status|title type|title code|title brand|brand title|titlestatus|title state type|sale title type|doc type|sale document|document type|sale doc|titre|fahrzeugbrief|brief|branding",
		Condition:      "condition|grade|cr grade|cr|condition grade|auction grade|vehicle grade|condition report|overall grade|damage|primary damage|damage description|zustand|estado|condición|état|etat|note état|run and drive|highlights|damage type",
		Color:          "color|colour|ext color|color ext|ext colour|exterior color|exterior colour|exterior|paint|paint color|ext clr|ext|clr|farbe|außenfarbe|aussenfarbe|lackierung|color exterior|couleur|couleur extérieure",
		Location:       "location|yard|yard name|site|auction|auction location|pickup location|city|city state|state|branch|facility|standort|ort|ubicación|ubicacion|localización|lieu|emplacement|sale location|physical location|depot|region",
		Seller:         "seller|seller name|consignor|vendor|sold by|dealer|dealer name|dealership|owner|verkäufer|verkaeufer|anbieter|händler|vendedor|vendeur|company|account|provider",
		Notes:          "notes|note|comments|comment|remarks|remark|announcements|announcement|seller notes|seller comments|special notes|bemerkung|bemerkungen|kommentar|anmerkung|notas|observaciones|comentarios|remarques|observations|commentaires|disclosures|additional info|known issues",
		Tags:           "tags|labels|schlagworte|etiquetas|étiquettes",
		Date:           "date|sale date|auction date|saledate|date of sale|run date|listed|list date|date listed|datum|auktionsdatum|verkaufsdatum|fecha|fecha de venta|date de vente|sale day|as of|reading date|odometer date",
	} {
		for i, n := range strings.Split(names, "|") {
			m[n] = named{target, 94}
			if i == 0 {
				m[n] = named{target, 95}
			}
		}
	}
	for n := range strings.SplitSeq(weak, "|") {
		m[n] = named{m[n].target, 88}
	}
	return m
}()

// named is what a heading says, and how sure that is in hundredths. The first
// name of each target is the surest, so that of "Manufacturer" and "Make" the
// second is the make.
type named struct {
	target Target
	sure   int
}

// weak are headings that say one thing on most lists and another on some.
const weak = "type|style|edition|grade|unit|item|site|state|city|region|owner|company|account|dealer|exterior|ext|auto|car|vehicle|cost|amount|bid|current bid|high bid|reserve|reserve price|floor|floor price|start price|starting bid|opening bid|minimum bid|min bid|retail price|wholesale price|lane|run|seq|tag|reg|mi|km|cc|meter|brand|serial|frame no|damage|highlights|listed|4x4|4wd|vehicle type|vehicle class|car type|body code|fuel code|version|variant"

// headingUnits are words of a heading that say in what its cells are measured.
var headingUnits = map[string]string{
	"mi": "mi", "miles": "mi", "mile": "mi", "mileage": "mi", "millas": "mi", "millaje": "mi",
	"km": "km", "kms": "km", "kilometers": "km", "kilometres": "km", "kilometer": "km", "kilometerstand": "km", "laufleistung": "km", "kilometraje": "km", "kilómetros": "km", "kilometros": "km", "kilométrage": "km", "kilometrage": "km",
}

// headed is what a heading says a column is: the percentage is 94 or 95 for a
// heading that is known as it stands, less where a part of it is. "" is nothing.
func headed(h string) (Target, int) {
	words := headingWords(h)
	if len(words) == 0 || len(words) > 8 {
		return "", 0
	}
	if n, ok := headings[strings.Join(words, " ")]; ok {
		return n.target, n.sure
	}
	// Without units, currencies and what is said of nearly everything.
	var kept []string
	for _, w := range words {
		_, money := minorDigits[strings.ToUpper(w)]
		if _, unit := headingUnits[w]; !unit && !money && w != "#" && w != "the" && w != "in" && w != "of" && w != "vehicle" && w != "claimed" && w != "listed" && w != "advertised" && w != "seller" && w != "stated" {
			kept = append(kept, w)
		}
	}
	if n, ok := headings[strings.Join(kept, " ")]; ok {
		return n.target, n.sure - 10
	}
	for _, w := range words {
		if other[w] {
			return "", 0
		}
	}
	// The longest run of its words that is a heading: the last of several, as
	// in "Title of the car's color".
	for n := min(3, len(words)-1); n > 0; n-- {
		for i := len(words) - n; i >= 0; i-- {
			if h, ok := headings[strings.Join(words[i:i+n], " ")]; ok && (n > 1 || distinct[h.target] && h.sure > 90) {
				return h.target, 60 + 5*(n-1)
			}
		}
	}
	return "", 0
}

// other are words that make another thing of what stands beside them: a "Model
// code" is no model, a "Fuel level" no fuel.
var other = wordSet("id ids code codes url link image images photo photos picture economy mpg speeds speed interior int fee fees history rating score change previous prior old last tank capacity level mod modified updated created drop per key keys count warranty group category segment page rank age")

// distinct are targets of which one word within a longer heading is enough.
var distinct = map[Target]bool{
	VIN: true, "make": true, "model": true, "trim": true, Odometer: true, "fuel": true, "transmission": true, "cylinders": true, Asking: true, Notes: true, "drive": true, "doors": true,
}
