package app

import (
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic"
	embedded "github.com/hubcap-dev/hubcap/embedded/vpic"
)

// builtIn opens the VIN index that is built in.
func builtIn() (*vin.Decoder, error) {
	data, ok := embedded.Index()
	if !ok {
		return nil, fault.New(fault.Unavailable, "this Hubcap was built without its VIN index").WithRemedy("run `make vpic`, then build again")
	}
	d, err := vin.Open(data)
	if err != nil {
		return nil, fmt.Errorf("open the built-in VIN index: %w", err)
	}
	return d, nil
}

// Indexes are the VIN indexes of a data folder.
func Indexes(data string) *vpic.Shelf {
	return vpic.New(data, vpic.Options{BuiltIn: builtIn, Checks: embedded.PublicSample})
}

// Decoder opens the VIN index in use on a data folder: the one that was
// brought in there, or the one built in. warning says why a chosen one can't
// be used.
func Decoder(data string) (d *vin.Decoder, warning, err error) { return Indexes(data).Use() }
