package cli

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/backend/intake/list"
)

// readListName is the command by which the hub starts itself to read a
// spreadsheet that somebody brought.
const readListName = "read-list"

// readListCommand is not for people: it reads a list from standard input,
// under limits, and tells its rows in frames.
func readListCommand() *cobra.Command {
	return &cobra.Command{
		Use:    readListName + " OPTIONS",
		Short:  "Read one list from standard input, for the hub itself",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return list.Serve(cmd.InOrStdin(), cmd.OutOrStdout(), args[0])
		},
	}
}

// readList is how this program is started to read a list; nothing where it
// does not know where it lies.
func readList() []string {
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	return []string{self, readListName, "--"}
}
