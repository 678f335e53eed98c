package cli

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/store/move"
	"github.com/hubcap-dev/hubcap/backend/vault"
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
			return answer(cmd, asJSON, r, func(out io.Writer) { moved(out, m, r) })
		},
	}
	cmd.Flags().StringVar(&m.From, "from", "", "data folder or database that holds the data")
	cmd.Flags().StringVar(&m.To, "to", "", "empty data folder or database that shall hold it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	settingFlags(cmd, "data")
	return cmd
}

func moved(out io.Writer, m app.Moving, r move.Report) {
	all := writeCounts(out, r.Content.Counts)
	fmt.Fprintf(out, "%-20s %9d documents, the same in both stores\nroot %s\n", "all", all, r.Content.Root)
	fmt.Fprintf(out, "Moved in %s. %s\nRemove the old store when you are sure.\n", r.Took.Round(100*time.Millisecond), next(m))
}

// writeCounts lists the collections that hold something, and returns how many
// documents there are in all.
func writeCounts(w io.Writer, counts map[string]int) (all int) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if n := counts[name]; n > 0 {
			fmt.Fprintf(w, "%-20s %9d\n", name, n)
			all += n
		}
	}
	return all
}

// next says how the hub is started on what was moved.
func next(m app.Moving) string {
	switch {
	case config.IsDatabase(m.To) && config.IsDatabase(m.From):
		return "Start the hub with HUBCAP_DB naming the new database and --data as before."
	case config.IsDatabase(m.To):
		return fmt.Sprintf("Start the hub with HUBCAP_DB and --data %s: the key file there opens what is sealed in the database.", m.From)
	}
	how := fmt.Sprintf("Start the hub with --data %s and without HUBCAP_DB.", m.To)
	if _, err := os.Stat(filepath.Join(m.To, vault.FileName)); err != nil && config.IsDatabase(m.From) {
		how += fmt.Sprintf("\nThere was no key file in %s: if the database holds keys of providers, copy %s from its hub's data folder to %s before the start.", m.Keys, vault.FileName, m.To)
	}
	return how
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
