package claim

import (
	"strconv"
	"strings"
)

// A fuelSet is what a vehicle runs on.
type fuelSet uint16

const (
	fuelGasoline fuelSet = 1 << iota
	fuelDiesel
	fuelElectric
	fuelHybrid
	fuelMild
	fuelPlugin
	fuelFlex
	fuelCNG
	fuelLPG
	fuelHydrogen
)

var fuelNames = map[string]fuelSet{
	"gasoline": fuelGasoline, "diesel": fuelDiesel, "electric": fuelElectric, "hybrid": fuelHybrid, "mild": fuelMild, "plugin": fuelPlugin,
	"flex": fuelFlex, "cng": fuelCNG, "lpg": fuelLPG, "hydrogen": fuelHydrogen,
}

// fuelOf reads vPIC's fuels and electrification (elements 24, 66, 126).
func (v *view) fuelOf() (f fuelSet) {
	for _, s := range []string{v.fuel, v.fuel2} {
		switch {
		case strings.HasPrefix(s, "Gasoline"):
			f |= fuelGasoline
		case strings.HasPrefix(s, "Diesel"):
			f |= fuelDiesel
		case strings.HasPrefix(s, "Electric"):
			f |= fuelElectric
		case strings.HasPrefix(s, "Flexible"), strings.HasPrefix(s, "Ethanol"), strings.HasPrefix(s, "Neat Ethanol"), strings.Contains(s, "Methanol"):
			f |= fuelFlex
		case strings.HasPrefix(s, "Compressed Natural"), strings.HasPrefix(s, "Liquefied Natural"), strings.HasPrefix(s, "Natural"):
			f |= fuelCNG
		case strings.HasPrefix(s, "Liquefied Petroleum"):
			f |= fuelLPG
		case strings.Contains(s, "Hydrogen"), s == "Fuel Cell":
			f |= fuelHydrogen
		}
	}
	switch {
	case strings.HasPrefix(v.electric, "PHEV"):
		f |= fuelPlugin
	case strings.HasPrefix(v.electric, "BEV"):
		f |= fuelElectric
	case strings.HasPrefix(v.electric, "FCEV"):
		f |= fuelHydrogen
	case strings.HasPrefix(v.electric, "Mild"):
		f |= fuelMild
	case v.electric != "":
		f |= fuelHybrid
	}
	return f
}

func (c *Checker) claimedFuel(p *phrase) (f fuelSet) {
	for i := 0; i < p.n; {
		step := 1
		for j := min(p.n, i+5); j > i; j-- {
			if b := c.words.words[string(p.span(i, j))].fuel; b != 0 && (j-i > 1 || len(p.span(i, j)) > 1 || p.n == 1) {
				f |= b
				step = j - i
				break
			}
		}
		i += step
	}
	return f
}

func (c *Checker) checkFuel(v *view, said string, out *finder) {
	decoded := v.fuelOf()
	if decoded == 0 || v.fuel == "" {
		out.untestable(said, v.fuel, "The VIN does not say what the vehicle runs on.")
		return
	}
	var p phrase
	p.read(said)
	claimed := c.claimedFuel(&p)
	text := v.fuel
	if v.fuel2 != "" {
		text += " and " + v.fuel2
	}
	if v.electric != "" {
		text += ", " + v.electric
	}
	const mixed = fuelHybrid | fuelMild | fuelPlugin
	burns := fuelGasoline | fuelFlex | mixed
	reason := "The VIN says " + text + "."
	switch {
	case claimed == 0:
		out.untestable(said, text, "The list's word for the fuel is not one that is known.")
	case claimed == fuelElectric && v.fuel != "Electric" && decoded&(fuelGasoline|fuelDiesel|fuelFlex) != 0 && decoded&fuelElectric != 0:
		out.differ(v, false, said, text, reason)
	case claimed&decoded != 0:
	case claimed&fuelGasoline != 0 && decoded&(fuelFlex|fuelHybrid|fuelMild) != 0,
		claimed&fuelHybrid != 0 && decoded&(fuelPlugin|fuelMild) != 0,
		claimed&mixed != 0 && decoded&fuelElectric != 0 && decoded&(fuelGasoline|fuelDiesel) != 0,
		claimed&fuelFlex != 0 && decoded&fuelFlex != 0:
	case claimed&(mixed|fuelFlex|fuelCNG|fuelLPG) != 0 && decoded&(burns|fuelDiesel) != 0 && decoded&fuelElectric == 0:
		out.differ(v, false, said, text, "The VIN says "+text+" and nothing of "+strings.ToLower(said)+".")
	case claimed&burns != 0 && decoded&(burns|fuelCNG|fuelLPG) != 0,
		claimed&fuelElectric != 0 && decoded&(mixed|fuelHydrogen) != 0,
		claimed&mixed != 0:
		out.differ(v, false, said, text, reason)
	default:
		out.differ(v, v.fuelGiven && bodyOf(v.body)&(bodyTrailer|bodyLSV|bodyATV) == 0 && (v.fuel2 == "" || v.fuel2 == "Electric"), said, text, "The VIN says "+text+", which is another fuel.")
	}
}

// A driveSet is which wheels drive.
type driveSet uint8

const (
	driveFront driveSet = 1 << iota
	driveRear
	driveAll
	driveHeavy
)

var driveNames = map[string]driveSet{"front": driveFront, "rear": driveRear, "all": driveAll, "two": driveFront | driveRear, "heavy": driveHeavy}

func driveOf(s string) driveSet {
	switch {
	case strings.HasPrefix(s, "FWD"):
		return driveFront
	case strings.HasPrefix(s, "RWD"):
		return driveRear
	case strings.HasPrefix(s, "4WD"), strings.HasPrefix(s, "AWD"):
		return driveAll
	case s == "4x2":
		return driveFront | driveRear
	case s == "2WD/4WD":
		return driveFront | driveRear | driveAll
	case len(s) > 2 && isDigit(s[0]):
		return driveHeavy
	}
	return 0
}

func (c *Checker) checkDrive(v *view, said string, out *finder) {
	decoded := driveOf(v.drive)
	if decoded == 0 {
		out.untestable(said, v.drive, "The VIN does not say which wheels drive.")
		return
	}
	var p phrase
	p.read(said)
	claimed := driveSet(0)
	for i := 0; i < p.n; {
		step := 1
		for j := min(p.n, i+4); j > i; j-- {
			if b := c.words.words[string(p.span(i, j))].drive; b != 0 && (j-i > 1 || len(p.span(i, j)) > 1 || p.n == 1) {
				claimed |= b
				step = j - i
				break
			}
		}
		i += step
	}
	switch {
	case claimed == 0:
		out.untestable(said, v.drive, "The list's word for the drive is not one that is known.")
	case claimed&driveHeavy != 0 && decoded&driveHeavy != 0 && compact(v.drive) != string(p.b) && !strings.Contains(said, " "):
		if len(p.b) == 3 && isDigit(p.b[0]) {
			out.differ(v, false, said, v.drive, "The VIN says "+v.drive+".")
		}
	case claimed&decoded != 0, claimed&driveHeavy != 0 && decoded&driveRear != 0:
	default:
		out.differ(v, false, said, v.drive, "The VIN says "+v.drive+".")
	}
}

// A gearSet is what kind of transmission.
type gearSet uint8

const (
	gearAuto gearSet = 1 << iota
	gearManual
	gearCVT
	gearDual
)

var gearNames = map[string]gearSet{"auto": gearAuto, "manual": gearManual, "cvt": gearCVT, "dual": gearDual}

func gearOf(s string) gearSet {
	switch {
	case strings.HasPrefix(s, "Automatic"):
		return gearAuto
	case strings.HasPrefix(s, "Manual"):
		return gearManual
	case strings.Contains(s, "Continuously"), strings.Contains(s, "CVT"):
		return gearCVT | gearAuto
	case strings.HasPrefix(s, "Automated"), strings.HasPrefix(s, "Dual"):
		return gearDual | gearAuto | gearManual
	case strings.HasPrefix(s, "Direct"):
		return gearAuto | gearCVT
	}
	return 0
}

// claimedGear reads "6A", "M6", "6 SPD AUTO", "8-Speed Automatic w/Manual Shift".
func (c *Checker) claimedGear(p *phrase) gearSet {
	for i := 0; i < p.n; i++ {
		for j := min(p.n, i+4); j > i; j-- {
			w := p.span(i, j)
			if i+1 == j {
				for len(w) > 1 && isDigit(w[0]) {
					w = w[1:]
				}
				for len(w) > 1 && isDigit(w[len(w)-1]) {
					w = w[:len(w)-1]
				}
			}
			// A single letter only where it stands alone or with its gears.
			if g := c.words.words[string(w)].gear; g != 0 && (len(w) > 1 || p.n == 1 || p.n == 2 && isDigit(p.b[0])) {
				return g
			}
		}
	}
	return 0
}

func (c *Checker) checkTransmission(v *view, said string, out *finder) {
	decoded := gearOf(v.gear)
	if decoded == 0 {
		out.untestable(said, v.gear, "The VIN does not say what transmission the vehicle has.")
		return
	}
	var p phrase
	p.read(said)
	claimed := c.claimedGear(&p)
	switch {
	case claimed == 0:
		out.untestable(said, v.gear, "The list's word for the transmission is not one that is known.")
	case claimed&decoded != 0, claimed&(gearCVT|gearDual) != 0 && decoded&gearAuto != 0:
	default:
		out.differ(v, false, said, v.gear, "The VIN says "+v.gear+".")
	}
}

// claimedCylinders reads "V6", "I-4", "6 CYL", "4", "3.5L V6"; 0 when there is
// no number of cylinders in it.
func claimedCylinders(p *phrase) int {
	for i := range p.n {
		w := p.span(i, i+1)
		if p.decimal[i] {
			continue
		}
		letters, digits := 0, 0
		for letters < len(w) && !isDigit(w[letters]) {
			letters++
		}
		for letters+digits < len(w) && isDigit(w[letters+digits]) {
			digits++
		}
		if digits == 0 || digits > 2 {
			continue
		}
		n, err := strconv.Atoi(string(w[letters : letters+digits]))
		if err != nil || n < 1 || n > 16 {
			continue
		}
		before, after := string(w[:letters]), string(w[letters+digits:])
		if before == "" && i > 0 {
			if prev := p.span(i-1, i); len(prev) == 1 && !isDigit(prev[0]) {
				before = string(prev)
			}
		}
		switch before {
		case "V", "I", "L", "H", "F", "W", "B", "R", "VR", "IL", "EB":
			return n
		case "":
			if after == "" && p.n == 1 {
				return n
			}
			if after == "" && i+1 < p.n {
				after = string(p.span(i+1, i+2))
			}
			if strings.HasPrefix(after, "C") && !strings.HasPrefix(after, "CC") && !strings.HasPrefix(after, "CI") || strings.HasPrefix(after, "ZYL") {
				return n
			}
		case "CYL", "CYLS":
			return n
		}
	}
	return 0
}

func (c *Checker) checkCylinders(v *view, said string, out *finder) {
	n, err := strconv.Atoi(v.cylinders)
	if err != nil || n == 0 {
		out.untestable(said, v.cylinders, "The VIN does not say how many cylinders the engine has.")
		return
	}
	var p phrase
	p.read(said)
	switch claimed := claimedCylinders(&p); claimed {
	case 0:
		out.untestable(said, v.cylinders, "The list's number of cylinders can't be read.")
	case n:
	default:
		out.differ(v, false, said, v.cylinders, "The VIN says "+v.cylinders+" cylinders, not "+itoa(claimed)+".")
	}
}

// claimedLiters reads "3.5L", "3.5", "3500cc", "350 CI", "2.0T" as litres times
// 1,000; 0 when there is no displacement in it.
func claimedLiters(s string) int {
	for i := 0; i < len(s); {
		if !isDigit(s[i]) {
			i++
			continue
		}
		j, point := i, false
		number := ""
		for j < len(s) && (isDigit(s[j]) || s[j] == '.' && !point || s[j] == ',' && j+3 < len(s) && isDigit(s[j+3])) {
			if s[j] == '.' {
				point = true
			}
			if s[j] != ',' {
				number += s[j : j+1]
			}
			j++
		}
		x, err := strconv.ParseFloat(strings.TrimSuffix(number, "."), 64)
		unit := strings.ToUpper(strings.TrimLeft(s[j:], " .-"))
		led := i > 0 && (s[i-1] >= 'A' && s[i-1] <= 'Z' || s[i-1] >= 'a' && s[i-1] <= 'z')
		i = max(j, i+1)
		if err != nil || led {
			continue
		}
		switch {
		case strings.HasPrefix(unit, "CC") || strings.HasPrefix(unit, "CM3") || strings.HasPrefix(unit, "CCM"):
			return int(x + 0.5)
		case strings.HasPrefix(unit, "CI") || strings.HasPrefix(unit, "CU"):
			return int(x*16.387064 + 0.5)
		case x >= 0.5 && x < 20 && (point || strings.HasPrefix(unit, "L") || unit == ""):
			return int(x*1000 + 0.5)
		case x >= 500 && x < 20000 && !point:
			return int(x + 0.5)
		}
	}
	return 0
}

func (c *Checker) checkDisplacement(v *view, said string, out *finder) {
	x, err := strconv.ParseFloat(v.liters, 64)
	if err != nil || x <= 0 {
		out.untestable(said, v.liters, "The VIN does not say how large the engine is.")
		return
	}
	claimed := claimedLiters(said)
	decoded := int(x*1000 + 0.5)
	if claimed == 0 {
		out.untestable(said, v.liters, "The list's displacement can't be read.")
		return
	}
	// Litres are rounded names; small engines are told apart by less.
	slack := max(decoded/30, 12)
	if decoded >= 1000 {
		slack = max(slack, 100)
	}
	if claimed%100 == 0 && (decoded+50)/100*100 == claimed {
		return
	}
	if d := claimed - decoded; d > slack || -d > slack {
		out.differ(v, false, said, v.liters, "The VIN says "+strconv.FormatFloat(float64(decoded)/1000, 'f', -1, 64)+" L.")
	}
}

func (c *Checker) checkDoors(v *view, said string, out *finder) {
	decoded, err := strconv.Atoi(v.doors)
	if err != nil || decoded == 0 {
		out.untestable(said, v.doors, "The VIN does not say how many doors the vehicle has.")
		return
	}
	claimed := 0
	for i := range len(said) {
		if isDigit(said[i]) {
			claimed = int(said[i] - '0')
			break
		}
	}
	if claimed == 0 {
		claimed = doorWords[compact(said)]
	}
	switch {
	case claimed == 0:
		out.untestable(said, v.doors, "The list's number of doors can't be read.")
	case claimed == decoded:
	case (claimed-decoded == 1 || decoded-claimed == 1) && min(claimed, decoded)%2 == 0: // the hatch may be counted
	default:
		out.differ(v, false, said, v.doors, "The VIN says "+v.doors+" doors, not "+itoa(claimed)+".")
	}
}

var doorWords = map[string]int{"TWO": 2, "TWODOOR": 2, "THREE": 3, "FOUR": 4, "FOURDOOR": 4, "FIVE": 5}
