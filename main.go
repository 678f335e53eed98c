// Hubcap is an offline-first vehicle intelligence hub. See README.md.
package main

import (
	"os"

	"github.com/hubcap-dev/hubcap/app/cli"
)

// version is set by the build.
var version = "dev"

func main() { os.Exit(cli.Main(version)) }
