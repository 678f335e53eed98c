package vpic

import _ "embed"

// PublicSample is 20 VINs with the answers of vPIC's own procedure at a
// stated clock: the self-check of the first start, and a test of the decoder.
//
//go:embed public-sample.json
var PublicSample []byte
