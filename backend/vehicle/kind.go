package vehicle

// ServiceKind is what was done: one of the closed list in ServiceKinds.
type ServiceKind string

// Interval says how often a service is due: after a distance or a time,
// whichever comes first. Zero means that this side does not count.
type Interval struct {
	Kilometers int64 `json:"km"`
	Months     int   `json:"months"`
}

// KindInfo is a service kind with its name for people and default interval.
type KindInfo struct {
	Kind     ServiceKind
	Name     string // "engine oil and filter"
	Interval Interval
	Needs    Powertrain // which vehicles it applies to
}

// Powertrain says which vehicles a service kind applies to.
type Powertrain string

const (
	Any        Powertrain = ""           // every vehicle
	Combustion Powertrain = "combustion" // not for battery-electric vehicles
	Motorised  Powertrain = "motorised"  // not for trailers
	Cabin      Powertrain = "cabin"      // not for trailers or motorcycles
	Axles      Powertrain = "axles"      // not for motorcycles: nothing to rotate between
)

// Other is work that has no interval.
const Other ServiceKind = "other"

// ServiceKinds is the closed list of service kinds. The intervals are
// Hubcap's own defaults, at the cautious end of the "normal service"
// schedules printed in owner's manuals of the US market; they are a starting
// point that a person edits per vehicle, and the manual of the vehicle wins.
// The yearly inspection is that of 49 CFR 396.17(c) for commercial vehicles
// ("at least once every 12 months"), taken as a default for all.
func ServiceKinds() []KindInfo {
	return []KindInfo{
		{"oil", "engine oil and filter", Interval{12000, 12}, Combustion},
		{"tires", "tire rotation", Interval{12000, 12}, Axles},
		{"brakes", "brake inspection", Interval{24000, 12}, Any},
		{"brake_fluid", "brake fluid", Interval{0, 36}, Motorised},
		{"air_filter", "engine air filter", Interval{48000, 36}, Combustion},
		{"cabin_filter", "cabin air filter", Interval{24000, 24}, Cabin},
		{"coolant", "coolant", Interval{160000, 60}, Motorised},
		{"transmission", "transmission fluid", Interval{96000, 0}, Combustion},
		{"spark_plugs", "spark plugs", Interval{160000, 0}, Combustion},
		{"battery", "12-volt battery test", Interval{0, 24}, Motorised},
		{"inspection", "annual inspection", Interval{0, 12}, Any},
		{Other, "other work", Interval{}, Any},
	}
}

// KindOf returns the entry of k and whether there is one.
func KindOf(k ServiceKind) (KindInfo, bool) {
	for _, i := range ServiceKinds() {
		if i.Kind == k {
			return i, true
		}
	}
	return KindInfo{}, false
}

// IntervalFor returns the interval of k on v: the vehicle's own if it has
// one, else the default. ok is false where the kind does not apply to v or
// has no interval.
func (v *Vehicle) IntervalFor(k ServiceKind) (i Interval, ok bool) {
	info, known := KindOf(k)
	if !known || !v.needs(info.Needs) {
		return Interval{}, false
	}
	i = info.Interval
	if own, set := v.Intervals[k]; set {
		i = own
	}
	return i, i.Kilometers > 0 || i.Months > 0
}

func (v *Vehicle) needs(p Powertrain) bool {
	trailer, motorcycle := v.Decoded.VehicleType == "TRAILER", v.Decoded.VehicleType == "MOTORCYCLE"
	switch p {
	case Combustion:
		return !trailer && !(v.Decoded.Fuel == "Electric" && v.Decoded.FuelSecondary == "")
	case Motorised:
		return !trailer
	case Cabin:
		return !trailer && !motorcycle
	case Axles:
		return !motorcycle
	}
	return true
}
