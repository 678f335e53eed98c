package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
)

func insightCommand(version string) *cobra.Command {
	var format string
	var year int
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "insight VEHICLE|VIN",
		Short: "Write the briefing of a saved vehicle, or of a VIN",
		Long: "Write the briefing of a saved vehicle (by its id or VIN), or of a VIN that is not saved: then it rests on the decode alone and nothing is saved.\n" +
			"Beside a running hub the hub does the work; without one the data folder is opened here.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("`hubcap insight` takes one vehicle or VIN, not %d", len(args))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return usageError{fmt.Errorf("--format %q is not a format; use text or json", format)}
			}
			if strings.TrimSpace(args[0]) == "" {
				return usageError{errors.New("the vehicle or VIN is empty")}
			}
			if wait < time.Second {
				return usageError{fmt.Errorf("--wait %v is too short; give 1s or more", wait)}
			}
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), wait)
			defer cancel()
			b, err := app.Brief(ctx, cfg, app.Options{Version: version, Log: telemetry.Logger(cmd.ErrOrStderr(), cfg.LogLevel, cfg.LogFormat)}, args[0], year)
			if err != nil {
				return err
			}
			if format == "json" {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(b)
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			writeBriefing(out, &b)
			if err := out.Flush(); err != nil {
				return fmt.Errorf("write the briefing: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().IntVar(&year, "year", 0, "model year to decode a VIN with that is not saved")
	cmd.Flags().DurationVar(&wait, "wait", 20*time.Second, "how long to wait for the model's wording")
	settingFlags(cmd, "data", "db", "db-replica", "worker", "models", "threads", "log.level", "log.format")
	return cmd
}

// shownRecords is how many records of a finding the text names.
const shownRecords = 3

// writeBriefing prints each sentence with the findings that it rests on, and
// the findings with their records.
func writeBriefing(w io.Writer, b *insight.Briefing) {
	for _, s := range b.Sentences {
		fmt.Fprintln(w, s.Text)
		if len(s.Findings) > 0 {
			fmt.Fprintf(w, "    [%s]\n", strings.Join(s.Findings, " "))
		}
	}
	fmt.Fprintf(w, "\n%s vPIC %s.\n\nFindings\n", b.Label(), b.Release)
	for _, f := range b.Findings {
		value := strings.TrimSpace(f.Value + " " + f.Unit)
		if f.Reference != "" {
			value += " against " + strings.TrimSpace(f.Reference+" "+f.Unit)
		}
		if value == "" {
			value = f.Method
		}
		fmt.Fprintf(w, "  %-4s %-8s %s: %s\n", f.ID, f.Severity, f.Subject, value)
		for i, r := range f.Records {
			if i == shownRecords {
				fmt.Fprintf(w, "         and %d more records (--format json lists all)\n", len(f.Records)-i)
				break
			}
			fmt.Fprintf(w, "         %s %s at revision %d\n", r.Collection, r.Key, r.Rev)
		}
	}
}
