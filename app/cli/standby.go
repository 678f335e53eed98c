package cli

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
)

func standbyCommand() *cobra.Command {
	var (
		f       from
		s       app.Standing
		promote bool
	)
	cmd := &cobra.Command{
		Use:   "standby --from PLACE --into FOLDER|URL",
		Short: "Keep a second hub ready beside a backup, and let it take over",
		Long: "Restores the backup into a folder or database and follows it, reading only, until it is stopped. `--promote` takes\n" +
			"what is still there, shuts the old hub out of the backup, also should it come back, and makes the standby a hub that\n" +
			"`hubcap serve` opens.\n\n" + fromHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if f.place == "" || s.Into == "" {
				return usageError{errors.New("`hubcap standby` needs --from and --into")}
			}
			d, err := f.open(cmd, cfg)
			if err != nil {
				return err
			}
			s.Progress = (&stepTeller{out: cmd.ErrOrStderr()}).progress
			out := cmd.OutOrStdout()
			if promote {
				host, err := os.Hostname()
				if err != nil {
					host = "standby"
				}
				r, err := app.Promote(cmd.Context(), d, s, fmt.Sprintf("%s-%d", host, os.Getpid()))
				if err != nil {
					return restoreTrouble(err)
				}
				fmt.Fprintf(out, "%s is a hub now, up to change %d, root %s.\nStart it with `hubcap serve`; say there that it goes on with this backup: `hubcap backup resume`.\n", s.Into, r.Seq, r.Content.Root)
				return nil
			}
			last, failing := uint64(0), false
			s.Heard = func(seq uint64, at time.Time, err error) {
				switch {
				case err != nil:
					failing = true
					fmt.Fprintf(cmd.ErrOrStderr(), "%s: %v\n", time.Now().Format(time.TimeOnly), err)
				case seq != last || failing:
					last, failing = seq, false
					fmt.Fprintf(out, "%s: has change %d%s\n", time.Now().Format(time.TimeOnly), seq, ofTime(at))
				}
			}
			return app.Standby(cmd.Context(), d, s)
		},
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&s.Into, "into", "", "data folder of the standby, or an empty database as postgres://USER@HOST/NAME")
	cmd.Flags().StringVar(&s.Keys, "keys", "", "data folder beside a database: for the key file and the files of records")
	cmd.Flags().DurationVar(&s.Every, "every", 5*time.Second, "how often it looks for more")
	cmd.Flags().BoolVar(&promote, "promote", false, "let the standby take over")
	settingFlags(cmd, "data")
	return cmd
}

func ofTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " of " + t.Local().Format(time.DateTime)
}
