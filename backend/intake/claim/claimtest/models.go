package claimtest

import (
	"strings"
)

// nicknames is how lists call a model beside vPIC's name, "make/model" in
// capitals.
var nicknames = map[string]string{
	"FORD/F-150": "F150|F-150 SUPERCREW|F-150 XLT|F150 4X4|F-150 Regular Cab|F-Series|F 150", "FORD/F-250": "F250|F-250 Super Duty|F250 SD|Super Duty F-250 SRW|F-250SD|F250 SUPER DUTY",
	"FORD/F-350": "F350|F-350 Super Duty|Super Duty F-350 DRW|F350 SD|F350 DRW", "FORD/F-450": "F450|F-450 Super Duty", "FORD/F-550": "F550|F-550 Chassis|Super Duty F-550 DRW",
	"FORD/E-150": "E150|Econoline|Econoline E150|E-Series|Econoline Cargo Van", "FORD/E-250": "E250|Econoline E250 Van|E-250 Cargo", "FORD/E-350": "E350|Econoline E350|E-350 Super Duty|E-Series Cutaway|E350 CUTAWAY VAN",
	"FORD/E-450": "E450|E-450 Cutaway|Econoline E450", "FORD/CROWN VICTORIA": "Crown Vic|CROWN VICTORIA POLICE INTERCEPTOR|CRWN VICTORIA", "FORD/MUSTANG": "Mustang GT|Mustang Cobra|MUSTANG V6|Mustang Convertible",
	"FORD/EXPLORER": "Explorer XLT|Explorer 4WD|EXPLORER SPORT|Explorer Limited|Police Interceptor Utility", "FORD/FUSION": "Fusion SE|Fusion Hybrid|FUSION S", "FORD/FOCUS": "Focus SE|FOCUS ZX3|Focus 4D Sedan",
	"FORD/TRANSIT": "Transit-250|Transit Cargo|Transit Van|TRANSIT T-350|Transit 150 Van|TRANSIT 250 Med Roof", "FORD/TRANSIT CONNECT": "Transit Connect XLT|TRANSIT CON|Transit Connect Van", "FORD/ESCAPE": "Escape SE|Escape 4WD|ESCAPE HYBRID",
	"FORD/C-MAX": "C Max|CMAX|C-Max Hybrid|C-MAX Energi", "FORD/FIVE HUNDRED": "500|Five Hundred SEL", "FORD/EXPEDITION": "Expedition XLT|EXPEDITION EDDIE BAUER|Expedition 4x4", "FORD/TAURUS": "Taurus SEL|Taurus Police", "FORD/RANGER": "Ranger XLT|RANGER SUPER CAB|Ranger Edge",
	"CHEVROLET/SILVERADO": "Silverado 1500|Silverado 1500 LT|SILVERADO C1500|Silverado K1500|Silverado Z71|1500|SILVERADO 1500 CREW CAB", "CHEVROLET/SILVERADO HD": "Silverado 2500HD|SILVERADO 2500|Silverado 3500|Silverado|SILVERADO K2500",
	"CHEVROLET/EXPRESS": "Express 2500|EXPRESS G2500|Express Cargo Van|EXPRESS 3500 Passenger|Express Cargo", "CHEVROLET/C/K PICKUP": "C1500|K1500|Silverado|C/K 1500|Cheyenne", "CHEVROLET/S-10 PICKUP": "S10|S-10|S10 LS|S TRUCK S10",
	"CHEVROLET/S-10 BLAZER": "Blazer|S10 Blazer|BLAZER LS", "CHEVROLET/ASTRO VAN": "Astro|Astro Cargo", "CHEVROLET/CORVETTE": "Vette|Corvette Stingray|Corvette Z06", "CHEVROLET/TAHOE": "Tahoe LT|TAHOE K1500|Tahoe C1500|Tahoe 4WD|TAHOE POLICE", "CHEVROLET/SUBURBAN": "Suburban 1500|SUBURBAN K1500|Suburban LT",
	"CHEVROLET/MALIBU": "Malibu LT|Malibu 1LT|MALIBU LS|Malibu 4D Sedan", "CHEVROLET/IMPALA": "Impala LT|IMPALA LS|Impala SS", "CHEVROLET/TRAILBLAZER": "Trail Blazer|TRAILBLAZER LS|Trailblazer LT", "CHEVROLET/COBALT": "Cobalt LS|COBALT LT", "CHEVROLET/CAMARO": "Camaro SS|Camaro LT|CAMARO 1LT|Camaro Z28",
	"CHEVROLET/COLORADO": "Colorado LT|COLORADO Z71|Colorado Crew Cab", "CHEVROLET/EQUINOX": "Equinox LT|EQUINOX AWD|Equinox LS", "CHEVROLET/CRUZE": "Cruze LT|CRUZE 1LT|Cruze LS",
	"GMC/SIERRA": "Sierra 1500|SIERRA K1500|Sierra SLT|1500|Sierra Denali|NEW SIERRA K1500", "GMC/SIERRA HD": "Sierra 2500HD|SIERRA K2500|Sierra 3500HD|Sierra", "GMC/SAVANA": "Savana 2500|SAVANA CARGO|Savana G2500|Savana Cargo Van", "GMC/YUKON": "Yukon Denali|YUKON SLT|Yukon 1500", "GMC/YUKON XL": "Yukon XL Denali|YUKON XL 1500|Yukon",
	"DODGE/RAM": "Ram 1500|RAM 1500 ST|Ram Pickup 1500|1500|RAM 2500|Ram 1500 Quad Cab", "DODGE/GRAND CARAVAN": "Caravan|GR CARAVAN|Grand Caravan SXT|GRAND CARAV|grand", "DODGE/CARAVAN/GRAND CARAVAN": "Caravan|Grand Caravan|GRAND CARAVAN SE", "DODGE/CHARGER": "Charger R/T|CHARGER SXT|Charger Police|R/T",
	"DODGE/CHALLENGER": "Challenger SXT|CHALLENGER R/T|Challenger SRT8", "DODGE/DURANGO": "Durango SLT|DURANGO LIMITED|Durango AWD", "DODGE/DAKOTA": "Dakota SLT|DAKOTA QUAD", "DODGE/NEON": "Neon SXT|SRT-4|NEON SE",
	"RAM/1500": "Ram 1500|RAM 1500 ST|1500 Crew Cab|Ram Pickup 1500|RAM PICKUP|1500 Classic", "RAM/2500": "Ram 2500|2500 ST|RAM 2500 Laramie|Ram Pickup 2500", "RAM/3500": "Ram 3500|3500 DRW|RAM 3500 Tradesman", "RAM/PROMASTER 1500": "ProMaster|Promaster 1500 Cargo|PROMASTER", "RAM/PROMASTER 2500": "ProMaster 2500 Van|Promaster Cargo",
	"CHRYSLER/TOWN AND COUNTRY": "Town & Country|TOWN & COUNTRY TOURING|TOWN & COU|Town&Country|T&C", "CHRYSLER/PT CRUISER": "PT Cruiser Touring|PT CRUISER|Cruiser", "CHRYSLER/300": "300 Touring|300C|300 S|300 Limited", "CHRYSLER/200": "200 LX|200 Limited|200 Touring", "CHRYSLER/PACIFICA": "Pacifica Touring L|PACIFICA HYBRID",
	"JEEP/GRAND CHEROKEE": "Grand Cherokee Laredo|GR CHEROKEE|GRAND CHEROKEE LIMITED|GRAND CHER|Grand Cherokee 4WD|cherokee", "JEEP/WRANGLER": "Wrangler Unlimited|WRANGLER JK UNLIMITED|Wrangler Sport|WRANGLER TJ|Wrangler Unlimited Sahara", "JEEP/CHEROKEE": "Cherokee Latitude|CHEROKEE SPORT|Cherokee Limited", "JEEP/LIBERTY": "Liberty Sport|LIBERTY LIMITED",
	"TOYOTA/CAMRY": "Camry LE|CAMRY SE|Camry 4D Sedan|CAMRY L|Camry Hybrid", "TOYOTA/COROLLA": "Corolla LE|COROLLA S|Corolla CE|COROLLA L", "TOYOTA/CAMRY SOLARA": "Solara|SOLARA SE|Camry Solara SLE", "TOYOTA/COROLLA MATRIX": "Matrix|MATRIX XR|Corolla Matrix", "TOYOTA/RAV4": "RAV 4|RAV-4|RAV4 LE|RAV4 4WD", "TOYOTA/4RUNNER": "4 Runner|4RUNNER SR5|4-Runner|4Runner TRD",
	"TOYOTA/TACOMA": "Tacoma SR5|TACOMA DOUBLE CAB|Tacoma 4WD|TACOMA PRERUNNER", "TOYOTA/TUNDRA": "Tundra SR5|TUNDRA CREWMAX|Tundra Double Cab|TUNDRA 4WD", "TOYOTA/SIENNA": "Sienna LE|SIENNA XLE|Sienna 5D", "TOYOTA/HIGHLANDER": "Highlander Limited|HIGHLANDER AWD", "TOYOTA/PRIUS": "Prius Two|PRIUS III|Prius 5D", "TOYOTA/LAND CRUISER": "Landcruiser|LAND CRUIS", "TOYOTA/FJ CRUISER": "FJ|cruiser|FJ CRUISER 4X4",
	"LEXUS/RX": "RX 350|RX350|RX 330|RX300|RX 450h|RX", "LEXUS/ES": "ES 350|ES350|ES 300|ES300h|ES 330", "LEXUS/IS": "IS 250|IS250|IS 350 F Sport|IS300", "LEXUS/GS": "GS 350|GS300|GS 460", "LEXUS/GX": "GX 460|GX470|GX 460 Premium", "LEXUS/NX": "NX 200t|NX300", "LEXUS/LS": "LS 460|LS430|LS 460 L", "LEXUS/LX": "LX 570|LX470", "LEXUS/CT": "CT 200h|CT200H",
	"HONDA/ACCORD": "Accord LX|ACCORD EX-L|Accord Sedan|ACCORD EXL|Accord Cpe|Accord EX V6", "HONDA/CIVIC": "Civic LX|CIVIC EX|Civic Sdn|CIVIC SI|Civic 4D Sedan|Civic Hybrid", "HONDA/CR-V": "CRV|CR V|CR-V EX|CRV EX-L|CR-V AWD", "HONDA/ODYSSEY": "Odyssey EX-L|ODYSSEY LX|Odyssey Touring", "HONDA/PILOT": "Pilot EXL|PILOT EX-L 4WD|Pilot Touring", "HONDA/FIT": "Fit Sport|FIT S", "HONDA/HR-V": "HRV|HR-V LX", "HONDA/ELEMENT": "Element EX",
	"NISSAN/ALTIMA": "Altima 2.5 S|ALTIMA 2.5|Altima 2.5 SL|ALTIMA BASE", "NISSAN/SENTRA": "Sentra S|SENTRA 2.0|Sentra SR|SENTRA 1.8", "NISSAN/MAXIMA": "Maxima 3.5 SV|MAXIMA S|Maxima SE", "NISSAN/ROGUE": "Rogue S|ROGUE SV|Rogue AWD", "NISSAN/VERSA": "Versa S|VERSA SV|Versa 1.6 SL", "NISSAN/FRONTIER": "Frontier SV|FRONTIER CREW CAB SE|Frontier KC", "NISSAN/MURANO": "Murano SL|MURANO S", "NISSAN/PATHFINDER": "Pathfinder LE|PATHFINDER S", "NISSAN/TITAN": "Titan XE|TITAN CREW CAB|Titan XD", "NISSAN/350Z": "350 Z|350Z Coupe", "NISSAN/XTERRA": "X-Terra|XTERRA S",
	"HYUNDAI/SANTA FE": "Santa-Fe|SANTAFE|Santa Fe GLS|SANTA FE S", "HYUNDAI/ELANTRA": "Elantra SE|ELANTRA GLS|Elantra Limited", "HYUNDAI/SONATA": "Sonata GLS|SONATA SE|Sonata Hybrid|SONATA SPORT", "KIA/OPTIMA": "Optima LX|OPTIMA EX|Optima Hybrid", "KIA/SOUL": "Soul +|SOUL BASE|Soul!", "KIA/FORTE": "Forte LX|FORTE EX|Forte S", "KIA/SORENTO": "Sorento LX|SORENTO EX V6",
	"MAZDA/MAZDA3": "3|Mazda 3|MAZDA3 I|3 s Grand Touring|MAZDA3 SPORT", "MAZDA/MAZDA6": "6|Mazda 6|MAZDA6 I|6 Touring", "MAZDA/MAZDA5": "5|Mazda 5", "MAZDA/MX-5": "Miata|MX-5 Miata|MX5|MX-5 MIATA CLUB", "MAZDA/CX-5": "CX5|CX-5 Touring|CX 5", "MAZDA/CX-9": "CX9|CX-9 Grand Touring", "MAZDA/B-SERIES": "B2300|B4000|B-Series|B3000",
	"MERCEDES-BENZ/C-CLASS": "C 300|C300|C-Class|C250|C 300 4MATIC|C230|C CLASS|AMG C 63", "MERCEDES-BENZ/E-CLASS": "E 350|E350|E-Class|E320|E350 4MATIC|E 400|E CLASS", "MERCEDES-BENZ/S-CLASS": "S 550|S550|S500|S-Class|S550 4MATIC", "MERCEDES-BENZ/M-CLASS": "ML350|ML 350|ML320|M-Class|ML350 4MATIC", "MERCEDES-BENZ/GL-CLASS": "GL450|GL 550|GL-Class", "MERCEDES-BENZ/GLK-CLASS": "GLK350|GLK 350", "MERCEDES-BENZ/GLC-CLASS": "GLC 300|GLC300|GLC 300 4MATIC", "MERCEDES-BENZ/GLE-CLASS": "GLE 350|GLE350", "MERCEDES-BENZ/CLA-CLASS": "CLA 250|CLA250", "MERCEDES-BENZ/CLS-CLASS": "CLS550|CLS 500", "MERCEDES-BENZ/CLK-CLASS": "CLK320|CLK 350|CLK 430", "MERCEDES-BENZ/SL-CLASS": "SL500|SL 550", "MERCEDES-BENZ/SLK-CLASS": "SLK230|SLK 350", "MERCEDES-BENZ/GLA-CLASS": "GLA250|GLA 250", "MERCEDES-BENZ/SPRINTER": "Sprinter 2500|SPRINTER 3500|Sprinter Cargo Van|vans",
	"VOLKSWAGEN/JETTA": "Jetta SE|JETTA TDI|Jetta GLI|Jetta 2.5", "VOLKSWAGEN/PASSAT": "Passat SE|PASSAT TDI|Passat Wolfsburg", "VOLKSWAGEN/BEETLE": "New Beetle|BEETLE TURBO|Beetle Convertible", "VOLKSWAGEN/GOLF": "Golf TDI|GTI|GOLF S", "VOLKSWAGEN/CC": "CC Sport|Passat CC", "VOLKSWAGEN/TIGUAN": "Tiguan S|TIGUAN SE",
	"SUBARU/OUTBACK": "Outback 2.5i|LEGACY OUTBACK|Outback Limited|OUTBACK 3.6R", "SUBARU/LEGACY": "Legacy 2.5i|LEGACY GT", "SUBARU/IMPREZA": "Impreza WRX|IMPREZA 2.0I|Impreza Outback Sport|WRX", "SUBARU/FORESTER": "Forester 2.5X|FORESTER XT", "SUBARU/CROSSTREK": "XV Crosstrek|CROSSTREK PREMIUM", "SUBARU/B9 TRIBECA": "Tribeca|B9 TRIBECA LIMITED",
	"CADILLAC/ESCALADE": "Escalade Luxury|ESCALADE ESV|Escalade AWD", "CADILLAC/CTS": "CTS-V|CTS 3.6|CTS LUXURY|CTS Coupe", "CADILLAC/DEVILLE": "De Ville|Deville DTS|SEDAN DEVILLE", "CADILLAC/SRX": "SRX Luxury|SRX Performance", "BUICK/LESABRE": "Le Sabre|LESABRE CUSTOM", "BUICK/PARK AVENUE": "Park Ave|PARK AVENUE ULTRA", "BUICK/LACROSSE": "La Crosse|LACROSSE CXL", "BUICK/ENCLAVE": "Enclave CXL|ENCLAVE PREMIUM",
	"PONTIAC/GRAND AM": "Grand Am SE|GRAND AM GT|GR AM", "PONTIAC/GRAND PRIX": "Grand Prix GT|GRAND PRIX SE|GR PRIX", "PONTIAC/FIREBIRD": "Firebird Trans Am|TRANS AM|Trans-Am", "LINCOLN/TOWN CAR": "Town Car Executive|TOWN CAR SIGNATURE|Towncar", "LINCOLN/NAVIGATOR": "Navigator L|NAVIGATOR 4WD", "LINCOLN/MKZ": "MKZ Hybrid|MKZ AWD", "MERCURY/GRAND MARQUIS": "Grand Marquis LS|GR MARQUIS|GRAND MARQ|Marquis", "MERCURY/SABLE": "Sable LS Premium",
	"LAND ROVER/RANGE ROVER": "Range Rover HSE|RANGE ROVER SUPERCHARGED|Range Rover Westminster|rover", "LAND ROVER/RANGE ROVER SPORT": "Range Rover Sport HSE|RANGE ROVER SPT", "LAND ROVER/RANGE ROVER EVOQUE": "Evoque|RR Evoque", "LAND ROVER/DISCOVERY": "Discovery Series II|DISCOVERY II SE|Disco", "MINI/COOPER": "Cooper S|COOPER HARDTOP|Mini Cooper", "MINI/HARDTOP": "Cooper|Cooper S|Cooper Hardtop|HARDTOP 2 DOOR", "MINI/COUNTRYMAN": "Cooper Countryman|COUNTRYMAN S ALL4", "MINI/CLUBMAN": "Cooper Clubman|CLUBMAN S",
	"TESLA/MODEL 3": "Model3|MODEL 3 LONG RANGE|3", "TESLA/MODEL S": "Model S P85|MODEL S 75D", "TESLA/MODEL Y": "Model Y Long Range|Y", "TESLA/MODEL X": "Model X 100D", "PORSCHE/911": "911 Carrera|911 TURBO|Carrera|911 Carrera S", "PORSCHE/BOXSTER": "Boxster S", "PORSCHE/CAYENNE": "Cayenne S|CAYENNE TURBO", "VOLVO/XC90": "XC90 2.5T|XC-90|XC90 T6", "VOLVO/S60": "S60 T5|S60 2.5T", "JAGUAR/XJ": "XJ8|XJL|XJ Vanden Plas", "JAGUAR/XF": "XF Luxury|XF 3.0",
	"MITSUBISHI/LANCER": "Lancer ES|LANCER GTS|Lancer Evolution", "MITSUBISHI/ECLIPSE": "Eclipse GS|ECLIPSE SPYDER GT", "MITSUBISHI/OUTLANDER SPORT": "Outlander Sport ES|OUTLANDER SPORT SE", "ACURA/TL": "3.2TL|TL Type S|3.2 TL|TL SH-AWD", "ACURA/MDX": "MDX Touring|MDX TECHNOLOGY|MDX SH-AWD", "ACURA/RSX": "RSX Type-S", "ACURA/TSX": "TSX 5-Spd AT", "ACURA/CL": "3.2CL|2.3 CL", "ACURA/RL": "3.5RL|3.5 RL",
	"INFINITI/G35": "G35x|G35 Sedan|G35 COUPE|G", "INFINITI/G37": "G37x|G37 Journey|G37 BASE", "INFINITI/Q50": "Q50 3.0T|Q50 BASE|Q50 Premium", "INFINITI/FX35": "FX35 AWD|FX", "INFINITI/QX56": "QX56 4WD|QX", "INFINITI/QX60": "QX60 AWD|qx", "SATURN/ION": "Ion 2|ION LEVEL 2", "SATURN/VUE": "Vue XE|VUE V6", "FREIGHTLINER/CASCADIA": "Cascadia 125|CASCADIA CA125SLP", "FREIGHTLINER/M2": "M2 106|Business Class M2|M2 106 MEDIUM DUTY",
	"GENESIS/G80": "G80 3.8|Genesis G80", "HUMMER/H2": "H2 SUT|H2 LUXURY", "HUMMER/H3": "H3 Adventure", "FIAT/500": "500 Pop|500 ABARTH|500C", "ISUZU/RODEO": "Rodeo LS|RODEO S", "HARLEY-DAVIDSON/ROAD KING": "FLHR Road King|Road King Classic",
}

// model writes the model cell of a list.
func (w *Writer) model(st style, m string) string {
	mk := w.get("Make")
	switch st.model {
	case "plain":
		return m
	case "combined":
		s := w.year(w.r.ModelYear) + " " + w.make(st, mk) + " " + w.name(mk, m)
		if w.chance(30) {
			s += " " + w.trim()
		}
		return s
	case "word":
		switch w.rnd.IntN(6) {
		case 0, 1:
			return w.otherColumn()
		case 2:
			words := strings.FieldsFunc(m, func(r rune) bool { return r == ' ' || r == '/' })
			return words[len(words)-1]
		}
		return w.name(mk, m)
	case "cut":
		s := w.name(mk, m)
		if len(s) > st.cut {
			s = strings.TrimSpace(s[:st.cut])
		}
		return s
	}
	s := w.name(mk, m)
	switch w.rnd.IntN(12) {
	case 0:
		s += " " + first(w.get("Trim"))
	case 1:
		s += " " + w.drive()
	case 2:
		s = w.make(st, mk) + " " + s
	case 3:
		if b := w.body(); b != "" && len(b) > 3 {
			s += " " + b
		}
	case 4:
		if len(s) > 6 && w.chance(30) {
			s = w.slip(s)
		}
	}
	return s
}

// name is one of the ways of writing the model's name alone.
func (w *Writer) name(mk, m string) string {
	up := strings.ToUpper(m)
	if n := nicknames[mk+"/"+up]; n != "" && w.chance(60) {
		return w.of(n)
	}
	if mk == "BMW" && len(m) >= 4 && m[0] >= '1' && m[0] <= '8' && m[1] >= '0' && m[1] <= '9' {
		if len(strings.Fields(m)) == 1 {
			switch w.rnd.IntN(6) {
			case 0:
				return m[:1] + " Series"
			case 1:
				return m[:1] + "-Series"
			case 2:
				return m + " xDrive"
			case 3:
				return strings.TrimRight(m, "abcdefghijklmnopqrstuvwxyz")
			case 4:
				return m[:1] + "-Series " + m
			}
		}
	}
	switch w.rnd.IntN(8) {
	case 0:
		return strings.ReplaceAll(m, "-", "")
	case 1:
		return strings.ReplaceAll(m, "-", " ")
	case 2:
		return strings.ReplaceAll(m, " ", "")
	case 3:
		return strings.ReplaceAll(m, " and ", " & ")
	}
	return m
}

// otherColumn is a word that another column should hold.
func (w *Writer) otherColumn() string {
	b := w.get("BodyClass")
	switch {
	case strings.HasPrefix(b, "Pickup"):
		return w.of("pickup|door|pk|doors|cab|truck|srw|drw|ld")
	case strings.HasPrefix(b, "Sport"), strings.HasPrefix(b, "Cross"):
		return w.of("door|mpv|utility|suv|4wd|doors|wagon")
	case strings.HasPrefix(b, "Van"), strings.HasPrefix(b, "Minivan"), strings.HasPrefix(b, "Cargo"):
		return w.of("van|wagon|door|mpv|cargo|vans")
	case strings.HasPrefix(b, "Incomplete"):
		return w.of("chassis|cutaway|cab|truck|srw|drw|max")
	case strings.HasPrefix(b, "Coupe"), strings.HasPrefix(b, "Convertible"):
		return w.of("coupe|door|convertible|2dr|dr")
	case strings.HasPrefix(b, "Bus"):
		return w.of("bus|vehicl")
	}
	if !strings.HasPrefix(b, "Sedan") {
		return w.of("door|vehicl|dr|d")
	}
	return w.of("door|doors|4dr|sedan|hybrid|dr|d")
}

// slip makes one slip of the pen in the middle of the text.
func (w *Writer) slip(s string) string {
	i := 1 + w.rnd.IntN(len(s)-3)
	if s[i] == ' ' || s[i+1] == ' ' || s[i] <= '9' || s[i+1] <= '9' {
		return s
	}
	switch w.rnd.IntN(3) {
	case 0:
		return s[:i] + s[i+1:]
	case 1:
		return s[:i] + string(s[i+1]) + string(s[i]) + s[i+2:]
	}
	return s[:i] + string(s[i]) + s[i:]
}
