package claim

import "strings"

// A bodySet is a set of kinds of bodies, as lists and vPIC tell them apart.
type bodySet uint32

const (
	bodySedan bodySet = 1 << iota
	bodyCoupe
	bodyConvertible
	bodyHatchback
	bodyWagon
	bodySUV
	bodyCrossover
	bodyVan
	bodyStepVan
	bodyPickup
	bodyTruck
	bodyChassis
	bodyTractor
	bodyBus
	bodyMotorcycle
	bodyTrailer
	bodyMotorhome
	bodyLimousine
	bodyAmbulance
	bodyLSV
	bodyATV

	bodyCar = bodySedan | bodyCoupe | bodyConvertible | bodyHatchback
	bodyAny = 1<<21 - 1
)

var bodyNames = map[string]bodySet{
	"sedan": bodySedan, "coupe": bodyCoupe, "convertible": bodyConvertible, "hatchback": bodyHatchback, "wagon": bodyWagon,
	"suv": bodySUV, "crossover": bodyCrossover, "van": bodyVan, "stepvan": bodyStepVan, "pickup": bodyPickup, "truck": bodyTruck,
	"chassis": bodyChassis, "tractor": bodyTractor, "bus": bodyBus, "motorcycle": bodyMotorcycle, "trailer": bodyTrailer,
	"motorhome": bodyMotorhome, "limousine": bodyLimousine, "ambulance": bodyAmbulance, "lsv": bodyLSV, "atv": bodyATV,
}

// bodyOf reads vPIC's body class (element 5).
func bodyOf(s string) bodySet {
	has := func(prefix string) bool { return strings.HasPrefix(s, prefix) }
	switch {
	case s == "":
		return 0
	case has("Sedan"):
		return bodySedan
	case has("Coupe"):
		return bodyCoupe
	case has("Convertible"), has("Roadster"):
		return bodyConvertible
	case has("Hatchback"):
		return bodyHatchback
	case has("Wagon"):
		return bodyWagon
	case has("Sport Utility Vehicle"):
		return bodySUV
	case has("Crossover"):
		return bodyCrossover
	case has("Sport Utility Truck"):
		return bodyPickup | bodySUV
	case has("Pickup"):
		return bodyPickup
	case has("Minivan"), has("Van"), has("Cargo Van"):
		return bodyVan
	case has("Step Van"):
		return bodyStepVan
	case has("Truck-Tractor"):
		return bodyTractor
	case has("Truck"), has("Street Sweeper"), has("Fire"):
		return bodyTruck
	case has("Incomplete"):
		switch {
		case strings.Contains(s, "Bus"), strings.Contains(s, "Coach"):
			return bodyChassis | bodyBus
		case strings.Contains(s, "Motor Home"):
			return bodyChassis | bodyMotorhome
		}
		return bodyChassis
	case has("Bus"), has("Streetcar"):
		return bodyBus
	case has("Motorcycle"):
		return bodyMotorcycle
	case has("Trailer"):
		return bodyTrailer
	case has("Motorhome"):
		return bodyMotorhome
	case has("Limousine"):
		return bodyLimousine
	case has("Ambulance"):
		return bodyAmbulance
	case has("Low Speed"):
		return bodyLSV
	case has("Off-"):
		return bodyATV
	}
	return 0
}

// bodyFits is what lists may honestly call each kind: agreeing, and merely
// near. What is in neither is certainly another body.
var bodyFits = map[bodySet]struct{ same, near bodySet }{
	bodySedan:       {0, bodyCoupe | bodyConvertible | bodyHatchback | bodyWagon | bodyLimousine | bodyLSV | bodyCrossover},
	bodyCoupe:       {0, bodySedan | bodyConvertible | bodyHatchback | bodyWagon | bodyCrossover},
	bodyConvertible: {0, bodySedan | bodyCoupe | bodyHatchback | bodyCrossover},
	bodyHatchback:   {0, bodySedan | bodyCoupe | bodyConvertible | bodyWagon | bodySUV | bodyCrossover | bodyVan | bodyLSV},
	bodyWagon:       {0, bodySedan | bodyCoupe | bodyHatchback | bodySUV | bodyCrossover | bodyVan | bodyLimousine | bodyAmbulance},
	bodySUV:         {bodyCrossover, bodyWagon | bodyHatchback | bodyVan | bodyCoupe | bodyConvertible | bodyTruck | bodyStepVan | bodyLimousine | bodyAmbulance | bodyATV | bodyMotorhome | bodyChassis},
	bodyCrossover:   {bodySUV, bodyWagon | bodyHatchback | bodyVan | bodyCoupe | bodyConvertible | bodySedan | bodyTruck},
	bodyVan:         {bodyStepVan, bodyWagon | bodySUV | bodyCrossover | bodyBus | bodyTruck | bodyChassis | bodyMotorhome | bodyAmbulance | bodyLimousine | bodyHatchback},
	bodyStepVan:     {bodyVan | bodyTruck | bodyChassis, bodyBus | bodyMotorhome | bodyAmbulance | bodySUV | bodyPickup},
	bodyPickup:      {bodyTruck, bodyChassis | bodyMotorhome | bodyAmbulance | bodyTractor | bodyBus | bodyStepVan},
	bodyTruck:       {bodyPickup | bodyChassis | bodyTractor | bodyStepVan, bodyVan | bodyBus | bodyMotorhome | bodyAmbulance | bodySUV | bodyTrailer},
	bodyChassis:     {bodyPickup | bodyTruck | bodyTractor | bodyVan | bodyStepVan | bodyBus | bodyMotorhome | bodyAmbulance | bodyLimousine, bodyAny},
	bodyTractor:     {bodyTruck | bodyChassis, bodyPickup | bodyVan | bodyBus | bodyMotorhome | bodyTrailer | bodyStepVan},
	bodyBus:         {0, bodyVan | bodyStepVan | bodyChassis | bodyMotorhome | bodyTruck | bodyAmbulance | bodyLimousine},
	bodyMotorcycle:  {0, bodyATV | bodyLSV | bodyTrailer | bodyConvertible | bodyWagon},
	bodyTrailer:     {bodyChassis | bodyVan | bodyMotorhome | bodyATV, bodyTruck | bodyStepVan | bodyBus | bodyTractor | bodyWagon},
	bodyMotorhome:   {0, bodyBus | bodyVan | bodyStepVan | bodyChassis | bodyTruck | bodyTrailer | bodyWagon | bodySUV},
	bodyLimousine:   {0, bodyAny},
	bodyAmbulance:   {bodyVan | bodyTruck | bodyChassis, bodyAny},
	bodyLSV:         {bodyATV, bodyAny},
	bodyATV:         {bodyLSV, bodyAny},
}

// claimedBody reads a cell: of several words the common meaning, "4D" and
// "Sedan" being a sedan.
func (c *Checker) claimedBody(p *phrase) bodySet {
	both, any := bodySet(bodyAny), bodySet(0)
	for i := 0; i < p.n; {
		step := 1
		for j := min(p.n, i+4); j > i; j-- {
			if b := c.words.words[string(p.span(i, j))].body; b != 0 && !(i+1 == j && len(p.span(i, j)) < 2) {
				both &= b
				any |= b
				step = j - i
				break
			}
		}
		i += step
	}
	switch {
	case any == 0:
		return c.cutShort(p)
	case both == 0:
		return any
	}
	return both
}

// cutShort reads words that a column was too narrow for: "4DR SPOR", "CONVERTI".
func (c *Checker) cutShort(p *phrase) bodySet {
	for i := range p.n {
		w := string(p.span(i, p.n))
		if len(w) < 4 {
			break
		}
		if c.words.trims[w] { // "DUAL SPORT" is no sport sedan
			continue
		}
		for _, x := range fullNames {
			if strings.HasPrefix(x.name, w) {
				return x.body
			}
		}
	}
	for i := range p.n {
		w := string(p.span(i, i+1))
		for _, x := range fullNames {
			if len(w) > 3 && !c.words.trims[w] && strings.HasPrefix(x.name, w) {
				return x.body
			}
		}
	}
	return 0
}

var fullNames = []struct {
	name string
	body bodySet
}{
	{"SEDAN", bodySedan}, {"SPORTSEDAN", bodySedan}, {"COUPE", bodyCoupe}, {"CONVERTIBLE", bodyConvertible}, {"CABRIOLET", bodyConvertible},
	{"HATCHBACK", bodyHatchback}, {"STATIONWAGON", bodyWagon}, {"SPORTUTILITYVEHICLE", bodySUV | bodyPickup}, {"SPORTSUTILITY", bodySUV | bodyPickup},
	{"CROSSOVER", bodyCrossover}, {"PICKUPTRUCK", bodyPickup}, {"CREWCABPICKUP", bodyPickup}, {"EXTENDEDCABPICKUP", bodyPickup | bodyVan},
	{"MINIVAN", bodyVan}, {"CARGOVAN", bodyVan}, {"PASSENGERVAN", bodyVan}, {"CHASSISCAB", bodyChassis}, {"CUTAWAY", bodyChassis},
	{"MOTORCYCLE", bodyMotorcycle}, {"MOTORHOME", bodyMotorhome}, {"TRAILER", bodyTrailer}, {"TRACTOR", bodyTractor}, {"AMBULANCE", bodyAmbulance},
}

func (c *Checker) checkBody(v *view, said string, out *finder) {
	decoded := bodyOf(v.body)
	if decoded == 0 {
		out.untestable(said, v.body, "The VIN does not say what body the vehicle has.")
		return
	}
	var p phrase
	p.read(said)
	if compact(v.body) == string(p.b) {
		return
	}
	claimed := c.claimedBody(&p)
	if claimed == 0 {
		if !c.ownWords(v, &p) {
			out.untestable(said, v.body, "The list's word for the body is not one that is known.")
		}
		return
	}
	same, near := decoded.fits()
	switch {
	case claimed&same != 0:
	case claimed&near != 0:
		out.soft(said, v.body, "The VIN says "+v.body+", which lists may call so too.")
	default:
		out.differ(v, v.bodyCertain(decoded, claimed), said, v.body, "The VIN says "+v.body+", which is another body.")
	}
}

// fits is what lists may call the bodies: the same, and merely near.
func (b bodySet) fits() (same, near bodySet) {
	same = b
	for one := bodySet(1); one < bodyAny; one <<= 1 {
		if b&one != 0 {
			same |= bodyFits[one].same
			near |= bodyFits[one].near
		}
	}
	return same, near
}

// anotherBody: the words name a body that the decoded one can't be.
func (c *Checker) anotherBody(v *view, p *phrase) bool {
	decoded := bodyOf(v.body)
	claimed := c.claimedBody(p)
	same, near := decoded.fits()
	return decoded != 0 && claimed != 0 && claimed&(same|near) == 0
}

// bodyCertain: vehicle type and body class tell the same story.
func (v *view) bodyCertain(b, claimed bodySet) bool {
	// SUVs with an open bed, which vPIC has as the one or the other.
	if b&(bodySUV|bodyPickup) != 0 && claimed&(bodySUV|bodyCrossover|bodyPickup) != 0 {
		m := compact(v.model)
		for _, x := range [...]string{"AVALANCHE", "ESCALADE", "SPORTTRAC", "BAJA", "RIDGELINE", "SANTACRUZ", "H2", "H3", "SSR", "BRAT", "COMANCHE", "GLADIATOR", "HUMMER", "MAVERICK", "R1"} {
			if strings.Contains(m, x) {
				return false
			}
		}
	}
	switch {
	case b&(bodyCar|bodyWagon) != 0:
		return v.kind == "PASSENGER CAR"
	case b&(bodySUV|bodyCrossover|bodyVan) != 0:
		return strings.HasPrefix(v.kind, "MULTIPURPOSE") || v.kind == "TRUCK"
	case b&(bodyPickup|bodyTruck|bodyTractor) != 0:
		// A chassis may have become a van, but no car.
		return v.kind == "TRUCK" || v.kind == "INCOMPLETE VEHICLE" && claimed&^(bodyCar|bodyMotorcycle) == 0
	case b&bodyMotorcycle != 0:
		return v.kind == "MOTORCYCLE"
	case b&bodyTrailer != 0:
		return v.kind == "TRAILER"
	case b&bodyBus != 0:
		return v.kind == "BUS"
	}
	return false
}

// ownWords reports whether the cell says nothing but what the VIN says of
// series, trim and cab.
func (c *Checker) ownWords(v *view, p *phrase) bool {
	for i := range p.n {
		w := p.span(i, i+1)
		if !v.said(w) && !c.words.elsewhere(w, v.makeKey) && !hasWord(v.cab, w) {
			return false
		}
	}
	return p.n > 0
}
