package rest

import "github.com/hubcap-dev/hubcap/backend/vin"

// Structure is what can be said of a VIN by its form and maker alone, while
// it is being typed.
type Structure struct {
	Length       int           `json:"length"`
	WMI          string        `json:"wmi,omitempty" doc:"positions 1-3, and 12-14 of small builders: who made it"`
	VDS          string        `json:"vds,omitempty" doc:"positions 4-9: what it is"`
	VIS          string        `json:"vis,omitempty" doc:"positions 10-17: which one it is"`
	CheckDigit   string        `json:"checkDigit,omitempty" doc:"position 9"`
	Expected     string        `json:"expected,omitempty" doc:"the check digit that fits"`
	ModelYears   []int         `json:"modelYears,omitempty" doc:"years that position 10 can stand for"`
	Region       string        `json:"region,omitempty" doc:"part of the world, from position 1"`
	Manufacturer string        `json:"manufacturer,omitempty"`
	VehicleType  string        `json:"vehicleType,omitempty"`
	Problems     []FormProblem `json:"problems"`
}

// FormProblem is one thing wrong with the form of a VIN.
type FormProblem struct {
	Kind      string `json:"kind" enum:"short,long,character,year_code,check_digit"`
	Position  int    `json:"position,omitempty" doc:"from 1; left out when the whole VIN is meant"`
	Character string `json:"character,omitempty"`
	Instead   string `json:"instead,omitempty" doc:"what belongs there, where that is certain"`
}

func structure(d *vin.Decoder, input string) Structure {
	p := vin.Parse(input)
	s := Structure{Length: p.Length, WMI: p.WMI, VDS: p.VDS, VIS: p.VIS, CheckDigit: p.CheckDigit, Expected: p.Expected,
		ModelYears: p.ModelYears, Region: p.Region, Problems: []FormProblem{}}
	if m, ok := d.WMI(input); ok {
		s.Manufacturer, s.VehicleType = m.Manufacturer, m.VehicleType
	}
	for _, pr := range p.Problems {
		s.Problems = append(s.Problems, FormProblem{string(pr.Kind), pr.Position, pr.Character, pr.Instead})
	}
	return s
}
