package app

import (
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/embedded/vpic"
)

// Decoder opens the VIN index that is built in.
func Decoder() (*vin.Decoder, error) {
	data, ok := vpic.Index()
	if !ok {
		return nil, fault.New(fault.Unavailable, "this Hubcap was built without its VIN index").WithRemedy("run `make vpic`, then build again")
	}
	d, err := vin.Open(data)
	if err != nil {
		return nil, fmt.Errorf("open the built-in VIN index: %w", err)
	}
	return d, nil
}
