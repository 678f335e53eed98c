package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/drill"
)

func drillCommand(version string) *cobra.Command {
	var (
		f      from
		b      app.BareDrill
		report string
		asJSON bool
	)
	b.Version = version
	cmd := onBackup(version, "drill [NAME]", "Restore as on the day of the loss, and say how it came out", func(h hub, t rest.Backup, _ []string) (any, func(io.Writer), error) {
		j, err := h.work(h.onPath(t, "drill"), map[string]bool{"chaos": b.Chaos})
		if err != nil {
			return nil, nil, err
		}
		d := result[rest.Drill](j)
		return d, func(w io.Writer) { writeDrill(w, d) }, notPassed(d)
	})
	cmd.Long = "Restores the backup into a scratch store, compares it with the live one document for document, starts a hub on it,\n" +
		"lets every package look at what it keeps, measures how much would be lost and how long it takes, and keeps a signed\n" +
		"report as JSON and as a page. --chaos lets fifteen faults strike a copy in memory as well.\n\n" +
		"With --from it does so on a machine that has nothing but the backup, with --database onto PostgreSQL too.\n\n" + fromHelp
	live := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case report != "":
			return checkReport(cmd, report)
		case f.place == "" && b.Database != "":
			return usageError{errors.New("--database needs --from: the hub's own drill restores into the embedded store")}
		case f.place == "":
			return live(cmd, args)
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		d, err := f.open(cmd, cfg)
		if err != nil {
			return err
		}
		b.Progress = (&stepTeller{out: cmd.ErrOrStderr()}).progress
		r, path, err := app.Drill(cmd.Context(), cfg, d, b)
		if err != nil {
			return err
		}
		short := rest.DrillOf(path, r)
		if err := answer(cmd, asJSON, short, func(w io.Writer) { writeDrill(w, short) }); err != nil {
			return err
		}
		return notPassed(short)
	}
	f.flags(cmd)
	cmd.Flags().BoolVar(&b.Chaos, "chaos", false, "let faults strike a copy in memory as well")
	cmd.Flags().StringVar(&b.Database, "database", "", "with --from: an empty PostgreSQL database to restore into as well")
	cmd.Flags().StringVar(&b.Out, "out", ".", "with --from: folder for the report")
	cmd.Flags().StringVar(&report, "check", "", "check the signature of a report")
	if cmd.Flags().Lookup("json") == nil {
		cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	}
	return cmd
}

func notPassed(d rest.Drill) error {
	if d.OK {
		return nil
	}
	return fault.New(fault.Unavailable, "the drill did not pass: %s", strings.Join(d.Broken, "; ")).WithRemedy("read the report, write a new checkpoint with `hubcap backup now --full`, and drill again")
}

func writeDrill(w io.Writer, d rest.Drill) {
	word := "passed"
	if !d.OK {
		word = "NOT PASSED"
	}
	fmt.Fprintf(w, "drill %s: %s\n", d.Made.Local().Format("2006-01-02 15:04:05"), word)
	fmt.Fprintf(w, "%d documents and %d files back, and a hub that answers, after %s\n", d.Documents, d.Files, (time.Duration(d.RTOMS) * time.Millisecond).Round(10*time.Millisecond))
	if d.Compared {
		fmt.Fprintln(w, "equal to the live store")
	}
	if d.RPOMS >= 0 {
		fmt.Fprintf(w, "99 of 100 changes were in the bucket within %s\n", (time.Duration(d.RPOMS) * time.Millisecond).Round(10*time.Millisecond))
	}
	if d.Faults > 0 {
		fmt.Fprintf(w, "%d faults tried\n", d.Faults)
	}
	for _, b := range d.Broken {
		fmt.Fprintf(w, "broken: %s\n", b)
	}
	fmt.Fprintf(w, "report: %s.html and .json\n", d.Path)
}

func checkReport(cmd *cobra.Command, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "read the report").WithRemedy("give the JSON file of a drill")
	}
	r, key, err := drill.Check(b)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "signed by the holder of the backup with the key %x\n", key)
	writeDrill(cmd.OutOrStdout(), rest.DrillOf(file, r))
	return nil
}
