package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
)

// errUnwell ends a doctor that found something wrong: its report has said
// what.
var errUnwell = errors.New("something is wrong; see the report above")

func doctorCommand(version string) *cobra.Command {
	var repair, asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Examine files, records, indexes, log, search, models and the VIN index",
		Long: "Examine files, records, indexes, log, followers, search, models, the VIN index and the key file.\n" +
			"Everything is read, so it takes seconds to minutes. Beside a running hub the hub examines itself.\n" +
			"With --repair what is derived and wrong is made again: the search index at any time, indexes and\n" +
			"local.db with the hub stopped. Exit status 1 says that something is wrong.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := existingData(cmd)
			if err != nil {
				return err
			}
			r, err := app.Doctor(cmd.Context(), cfg, app.Options{Version: version, Log: telemetry.Logger(cmd.ErrOrStderr(), "error", cfg.LogFormat)}, repair)
			if err != nil {
				return err
			}
			if err := answer(cmd, asJSON, r, func(w io.Writer) { writeExamination(w, r) }); err != nil {
				return err
			}
			if !r.OK {
				return errUnwell
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&repair, "repair", false, "make again what is derived and wrong")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	settingFlags(cmd, "data", "db", "db-replica", "worker", "models", "log.format")
	return cmd
}

func writeExamination(w io.Writer, r rest.Examination) {
	fmt.Fprintf(w, "Data folder %s\n\n", r.Data)
	for _, d := range r.Checks {
		state := "well"
		for _, f := range d.Findings {
			if f.Severity == rest.Wrong {
				state = "WRONG"
			} else if state == "well" {
				state = "note"
			}
		}
		if len(d.Repaired) > 0 {
			state = "repaired"
		}
		fmt.Fprintf(w, "%-8s  %s: %s (%d ms)\n", state, d.Title, dash(d.Facts), d.TookMS)
		for _, f := range d.Findings {
			fmt.Fprintf(w, "          - %s\n            %s\n", f.What, f.Remedy)
		}
		for _, s := range d.Repaired {
			fmt.Fprintf(w, "          + %s\n", s)
		}
	}
	if r.OK {
		fmt.Fprintln(w, "\nNothing is wrong.")
	}
}
