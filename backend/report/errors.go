package report

import "github.com/hubcap-dev/hubcap/backend/fault"

func errNothing() error {
	return fault.New(fault.NotFound, "there is nothing to print").WithRemedy("choose vehicles that you may see")
}
