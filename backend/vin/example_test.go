package vin_test

import (
	"fmt"
	"os"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

func ExampleDecoder_Decode() {
	data, err := os.ReadFile("../../embedded/vpic/data/vpic.idx") // or an embedded string
	if err != nil {
		fmt.Println("run `make vpic`:", err)
		return
	}
	decoder, err := vin.Open(string(data))
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	r := decoder.Decode("1hgcm82633a004352", vin.Options{Now: now})
	fmt.Println(r.ModelYear, r.Get("Make"), r.Get("Model"), r.ErrorCodes)

	body := r.Value("BodyClass")
	why := body.Provenance()
	fmt.Printf("%s: %s (%s %s, schema %d)\n", body.Name, body.Text, why.Source, why.Key, why.Schema)
	// Output:
	// 2003 HONDA Accord [0]
	// Body Class: Coupe (pattern CM82[67], schema 9774)
}

func ExampleParse() {
	p := vin.Parse("1HGCM82633A004352")
	fmt.Println(p.WMI, p.VDS, p.VIS, p.Region, p.ModelYears)
	for _, x := range vin.Parse("1HGCM82643A0O4352").Problems {
		fmt.Println(x.Kind, x.Position, x.Character, "->", x.Instead)
	}
	// Output:
	// 1HG CM8263 3A004352 North America [2033 2003]
	// character 13 O -> 0
}

func ExampleCheckDigit() {
	digit, ok := vin.CheckDigit("1HGCM82633A004352")
	fmt.Println(string(digit), ok)
	// Output: 3 true
}
