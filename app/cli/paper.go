package cli

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/backend/paper"
)

// readPaperName is the command by which the hub starts itself to read a file
// that somebody put on a vehicle.
const readPaperName = "read-paper"

// readPaperCommand is not for people: it reads a file from standard input,
// under limits, and tells in frames what it found.
func readPaperCommand() *cobra.Command {
	return &cobra.Command{
		Use:    readPaperName + " NAME",
		Short:  "Read one file from standard input, for the hub itself",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return paper.Serve(cmd.InOrStdin(), cmd.OutOrStdout(), args[0], paper.Limits{})
		},
	}
}

// readPaper is how this program is started to read a file; nothing where it
// does not know where it lies.
func readPaper() []string {
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	return []string{self, readPaperName, "--"}
}
