package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/store/move"
)

func moveCommand() *cobra.Command {
	var m app.Moving
	asJSON := false
	cmd := &cobra.Command{
		Use:   "move --from FOLDER|URL --to FOLDER|URL",
		Short: "Move the data into another store: a folder or a PostgreSQL database (both hubs must be stopped)",
		Long: "Copies every document at its revision into an empty data folder or database and compares both by count and\n" +
			"Merkle root. The source stays as it is. A move that was stopped goes on when the same command is run again.\n" +
			"Search and meanings are built again by the next start; sessions and running jobs stay behind.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if m.From == "" || m.To == "" {
				return usageError{fmt.Errorf("`hubcap move` needs --from and --to, each a data folder or postgres://USER:PASSWORD@HOST:5432/NAME")}
			}
			m.Keys = cfg.Data
			tell := &teller{out: cmd.ErrOrStderr()}
			r, err := app.Move(cmd.Context(), m, move.Options{Progress: tell.progress})
			if err != nil {
				return err
			}
			return answer(cmd, asJSON, r, func(out io.Writer) { moved(out, r) })
		},
	}
	cmd.Flags().StringVar(&m.From, "from", "", "data folder or database that holds the data")
	cmd.Flags().StringVar(&m.To, "to", "", "empty data folder or database that shall hold it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	settingFlags(cmd, "data")
	return cmd
}

func moved(out io.Writer, r move.Report) {
	all := 0
	for _, name := range slices.Sorted(maps.Keys(r.Content.Counts)) {
		if n := r.Content.Counts[name]; n > 0 {
			fmt.Fprintf(out, "%-20s %9d\n", name, n)
			all += n
		}
	}
	fmt.Fprintf(out, "%-20s %9d documents, the same in both stores\nroot %s\n", "all", all, r.Content.Root)
	fmt.Fprintf(out, "Moved in %s. Start the hub on the new store (--data or HUBCAP_DB); remove the old one when you are sure.\n", r.Took.Round(100*time.Millisecond))
}

// teller says about every second how far a command is.
type teller struct {
	out  io.Writer
	step string
	last time.Time
}

func (t *teller) progress(step string, documents int) {
	if step == t.step && time.Since(t.last) < time.Second {
		return
	}
	t.step, t.last = step, time.Now()
	fmt.Fprintf(t.out, "%s: %d documents\n", step, documents)
}
