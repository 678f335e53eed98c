package cli

import (
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/backend/lan"
)

func lanCommand(version string) *cobra.Command {
	return family("lan", "Say how others reach the hub, and renew what devices trust",
		"Say how others on the network reach the hub, and renew what devices trust. The hub faces the\n"+
			"network when it is started with --lan; docs/guides/lan.md tells how.",
		lanStatus(version), lanReset(version))
}

func lanStatus(version string) *cobra.Command {
	return onHub(version, "status", "Say how others reach the hub", 0, "no argument", func(h hub, _ []string) (any, func(io.Writer), error) {
		var s lan.Status
		err := h.ask(http.MethodGet, "/api/v1/lan", nil, &s)
		return s, func(w io.Writer) {
			if !s.On {
				fmt.Fprintln(w, "This computer alone reaches the hub. Start it with --lan :8443 to serve others.")
			}
			printLAN(w, s)
		}, err
	})
}

func lanReset(version string) *cobra.Command {
	cmd := onHub(version, "reset", "Forget the hub's own authority", 0, "no argument", func(h hub, _ []string) (any, func(io.Writer), error) {
		err := h.ask(http.MethodDelete, "/api/v1/lan/authority", nil, nil)
		return struct{}{}, func(w io.Writer) {
			fmt.Fprintln(w, "The authority is forgotten. The next start with --lan makes another, and every device has to install it.")
		}, err
	})
	cmd.Long = "Forget the hub's own authority, where its key is lost or may be in other hands. The name stays.\n" +
		"Take the old one off the devices that had installed it."
	return cmd
}
