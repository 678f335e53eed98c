package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
)

func recoverCommand() *cobra.Command {
	var accept, asJSON bool
	var into string
	var f from
	cmd := &cobra.Command{
		Use:   "recover [--into FOLDER | --accept-loss]",
		Short: "Save what can be saved of a damaged data folder (the hub must be stopped)",
		Long: "Reads every page of a damaged data.db and says what is still sound; writes nothing to it. With --into it writes a\n" +
			"new data folder: every document whose checksum is right, at its revision, the last one that can be proven.\n" +
			"Restore a backup if there is one; this is for when there is none, or for what came after it. With --from it says which\n" +
			"of the lost records the backup still has.\n\n" +
			"When only the last committed changes are gone, the hub serves reads and says which ones.\n" +
			"`hubcap recover --accept-loss` lets it go on without them.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := existingData(cmd)
			if err != nil {
				return err
			}
			switch {
			case accept && into != "":
				return usageError{fmt.Errorf("`hubcap recover` takes --into or --accept-loss, not both")}
			case accept:
				return acceptLoss(cmd, cfg)
			}
			tell := &share{out: cmd.ErrOrStderr()}
			how := app.Recovering{Into: into, Progress: tell.progress}
			if f.place != "" {
				d, err := f.open(cmd, cfg)
				if err != nil {
					return err
				}
				cache, err := os.MkdirTemp("", "hubcap-recover-*")
				if err != nil {
					return err
				}
				defer os.RemoveAll(cache)
				how.InBackup = app.AskBackup(d, cache)
			}
			r, err := app.Recover(cmd.Context(), cfg, how)
			if err != nil {
				return err
			}
			return answer(cmd, asJSON, r, func(out io.Writer) { recovered(out, &r, cfg.Data, into) })
		},
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&into, "into", "", "new data folder for what can be saved; without it nothing is written")
	cmd.Flags().BoolVar(&accept, "accept-loss", false, "go on without the changes that are gone")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	settingFlags(cmd, "data", "db")
	return cmd
}

func acceptLoss(cmd *cobra.Command, cfg config.Config) error {
	lost, err := app.AcceptLoss(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	if lost == "" {
		lost = "nothing was missing"
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", cfg.Data, lost)
	return nil
}

func recovered(out io.Writer, r *bolt.SalvageReport, data, into string) {
	for _, f := range r.Flaws {
		fmt.Fprintf(out, "flaw: %s\n", f)
	}
	if r.LogGaps > 0 {
		fmt.Fprintf(out, "flaw: %d changes are missing in the log\n", r.LogGaps)
	}
	fmt.Fprintf(out, "%-20s %9s %9s %9s %9s %9s\n", "", "live", "salvaged", "older", "lost", "removed")
	for _, c := range r.Collections {
		if c.Live+c.Salvaged+c.Older+c.Lost+c.Removed > 0 {
			fmt.Fprintf(out, "%-20s %9d %9d %9d %9d %9d\n", c.Name, c.Live, c.Salvaged, c.Older, c.Lost, c.Removed)
		}
	}
	list := func(word string, all []bolt.SalvageDocument) {
		for i, d := range all {
			if i == 50 {
				fmt.Fprintf(out, "… and %d more that are %s; --json names them\n", len(all)-i, word)
				break
			}
			fmt.Fprintf(out, "%s: %s %q of %q: %s", word, d.Collection, d.Key, d.Org, d.Why)
			if d.InBackup != "" {
				fmt.Fprintf(out, "; the backup has it: %s", d.InBackup)
			}
			fmt.Fprintln(out)
		}
	}
	list("lost", r.Lost)
	list("older", r.Older)
	if r.More > 0 {
		fmt.Fprintf(out, "%d more are lost or older and not named\n", r.More)
	}
	if r.Homeless > 0 {
		fmt.Fprintf(out, "%d sound documents are left out: what they belong to can't be told\n", r.Homeless)
	}
	for name, n := range r.Strange {
		fmt.Fprintf(out, "%d documents of %s are left out: this program does not know them\n", n, name)
	}
	switch {
	case into == "" && r.Whole() && len(r.Flaws) == 0:
		fmt.Fprintf(out, "%s is sound.\n", r.File)
	case into == "":
		fmt.Fprintf(out, "Nothing was written. `hubcap recover --data %s --into FOLDER` saves what is live, salvaged or older.\n", data)
	default:
		fmt.Fprintf(out, "Saved into %s; root %s\nStart the hub with --data %s and look it over; keep %s until you are sure.\n", into, r.Content.Root, into, data)
	}
}

// share says about every second how far a command is.
type share struct {
	out  io.Writer
	last time.Time
}

func (s *share) progress(step string, done, of int64) {
	if time.Since(s.last) < time.Second {
		return
	}
	s.last = time.Now()
	fmt.Fprintf(s.out, "%s: %d%%\n", step, 100*done/max(of, 1))
}
