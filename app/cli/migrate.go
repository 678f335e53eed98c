package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
)

func migrateCommand() *cobra.Command {
	return family("migrate", "The numbered steps of a store's form",
		"Of the database, or without one of the data folder, whose hub must be stopped.\n"+
			"A data folder also brings itself up to date when it is opened. A database is migrated by a person, who reads the plan first.",
		migrateStatus(), migratePlan(), migrateUp(), migrateDown())
}

// closing is a migrator that closes as commands want it.
type closing struct{ app.Migrator }

func (c closing) Close() { _ = c.Migrator.Close() } // nothing is left to be written

func onStore(use, short string, do work[closing]) *cobra.Command {
	open := func(cmd *cobra.Command, cfg config.Config) (closing, error) {
		m, err := app.OpenMigrator(cmd.Context(), cfg)
		return closing{m}, err
	}
	return working(use, short, 0, "", []string{"data", "db"}, open, do)
}

func migrateStatus() *cobra.Command {
	return onStore("status", "List the steps and whether the database has them", func(cmd *cobra.Command, m closing, _ []string) (any, func(io.Writer), error) {
		all, err := m.Status(cmd.Context())
		return listed(all), func(out io.Writer) { steps(out, all, "") }, err
	})
}

func migratePlan() *cobra.Command {
	return onStore("plan", "Print what `migrate up` would run", func(cmd *cobra.Command, m closing, _ []string) (any, func(io.Writer), error) {
		all, err := m.Plan(cmd.Context())
		return listed(all), func(out io.Writer) {
			if len(all) == 0 {
				fmt.Fprintln(out, "-- The store is up to date.")
			}
			for _, s := range all {
				up, _, _ := strings.Cut(s.SQL, "-- +goose Down")
				fmt.Fprintf(out, "-- step %d, %s\n%s\n", s.Version, s.Name, strings.TrimSpace(up))
			}
		}, err
	})
}

func migrateUp() *cobra.Command {
	return onStore("up", "Apply the steps that are missing", func(cmd *cobra.Command, m closing, _ []string) (any, func(io.Writer), error) {
		done, err := m.Up(cmd.Context())
		return listed(done), func(out io.Writer) { steps(out, done, "The store is up to date.") }, err
	})
}

func migrateDown() *cobra.Command {
	to, lose := int64(-1), false
	cmd := onStore("down", "Take the steps after --to back, with the data that they hold", func(cmd *cobra.Command, m closing, _ []string) (any, func(io.Writer), error) {
		if to < 0 || !lose {
			return nil, nil, usageError{fmt.Errorf("`hubcap migrate down` needs --to STEP and --lose-data: what those steps hold is removed (--to 0 removes everything)")}
		}
		done, err := m.Down(cmd.Context(), to)
		return listed(done), func(out io.Writer) { steps(out, done, "Nothing stood after that step.") }, err
	})
	cmd.Flags().Int64Var(&to, "to", -1, "the step that stays the last one; 0 takes all back")
	cmd.Flags().BoolVar(&lose, "lose-data", false, "remove the data that the steps hold")
	return cmd
}

// listed is a list in JSON also when there is none.
func listed(all []app.Step) []app.Step { return append([]app.Step{}, all...) }

func steps(out io.Writer, all []app.Step, none string) {
	for _, s := range all {
		state := "missing"
		if s.Applied {
			state = "applied"
		}
		fmt.Fprintf(out, "%4d  %-8s %s\n", s.Version, state, s.Name)
	}
	if len(all) == 0 && none != "" {
		fmt.Fprintln(out, none)
	}
}
