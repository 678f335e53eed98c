package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/vpic"
)

func vpicCommand() *cobra.Command {
	return family("vpic", "Say which vPIC release decodes VINs, bring in a newer one, go back",
		"Say which vPIC release decodes VINs, bring in a newer one from NHTSA's monthly plain dump, go back.\n"+
			"Beside a running hub the hub does the work and uses the release at once; without one the data folder is used here.",
		vpicInfo(), vpicUpdate(), vpicRevert())
}

// onVpic makes a command that has the indexes open.
func onVpic(use, short string, n int, what string, do work[*app.Vpic]) *cobra.Command {
	return working(use, short, n, what, []string{"data"}, func(_ *cobra.Command, cfg config.Config) (*app.Vpic, error) { return app.OpenVpic(cfg) }, do)
}

func vpicInfo() *cobra.Command {
	return onVpic("info", "Say which release is in use and what it holds", 0, "no argument", func(cmd *cobra.Command, v *app.Vpic, _ []string) (any, func(io.Writer), error) {
		i, err := v.Info(cmd.Context())
		return i, func(w io.Writer) { writeInfo(w, i) }, err
	})
}

func vpicRevert() *cobra.Command {
	return onVpic("revert", "Go back to the release that was in use before the last update", 0, "no argument", func(cmd *cobra.Command, v *app.Vpic, _ []string) (any, func(io.Writer), error) {
		i, err := v.Revert(cmd.Context())
		return i, func(w io.Writer) { writeInfo(w, i) }, err
	})
}

func vpicUpdate() *cobra.Command {
	force := false
	cmd := onVpic("update FILE", "Build the index from NHTSA's monthly plain dump, verify it and use it", 1, "one file, vPICList_lite_YYYY_MM.plain.zip", func(cmd *cobra.Command, v *app.Vpic, args []string) (any, func(io.Writer), error) {
		last := ""
		u, err := v.Update(cmd.Context(), vpic.Update{Path: args[0], Force: force, Progress: func(percent int, note string) {
			if line := fmt.Sprintf("%3d %% %s", percent/10*10, note); line != last {
				last = line
				fmt.Fprintln(cmd.ErrOrStderr(), line)
			}
		}})
		return u, func(w io.Writer) { writeUpdated(w, u, v.Beside()) }, err
	})
	cmd.Long = "Build the index from NHTSA's monthly plain dump (the .zip, the .sql in it, or that packed by gzip), verify it and use it.\n" +
		"Until the new index is verified the one in use is not touched; `hubcap vpic revert` goes back to it."
	cmd.Flags().BoolVar(&force, "force", false, "take the release although it is older, or loses well-known VINs")
	return cmd
}

func writeInfo(w io.Writer, i vpic.Info) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name string, value any) { fmt.Fprintf(t, "%s\t%v\n", name, value) }
	line("Release", i.Release)
	switch {
	case i.Brought != nil:
		line("Where from", "brought in on "+i.Brought.Format("2006-01-02 15:04 MST"))
	default:
		line("Where from", "built in")
	}
	line("Built in", i.BuiltInRelease)
	line("Before it", dash(i.Previous))
	line("Index", "sha256 "+i.Digest)
	line("Source", "sha256 "+i.Source)
	c := i.Counts
	for _, n := range []struct {
		name string
		n    int
	}{{"Makers (WMI)", c.WMIs}, {"Schemas", c.Schemas}, {"Patterns", c.Patterns}, {"Makes", c.Makes}, {"Models", c.Models}, {"Specifications", c.Specs}, {"Check digit exceptions", c.Exceptions}} {
		line(n.name, n.n)
	}
	_ = t.Flush() // w keeps the error
	if i.Warning != "" {
		fmt.Fprintf(w, "\nWarning: %s\n         %s\n", i.Warning, i.Remedy)
	}
}

func writeUpdated(w io.Writer, u vpic.Updated, beside bool) {
	if u.Already {
		fmt.Fprintf(w, "This is the release %s that is in use; nothing was changed.\n", u.Release)
		return
	}
	fmt.Fprintf(w, "vPIC %s is in use (before: %s). %d rows were read, %d passed by; the index has %s, sha256 %s.\n", u.Release, u.Before, u.Rows, u.Skipped, megabytes(u.Bytes), u.Digest)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "before\tnow\t ")
	for _, c := range u.Counts {
		fmt.Fprintf(t, "%d\t%d\t %s\n", c.Before, c.Now, c.What)
	}
	_ = t.Flush() // w keeps the error
	for _, s := range u.Warnings {
		fmt.Fprintf(w, "Warning: fewer than before: %s\n", s)
	}
	fmt.Fprintf(w, "%d of the well-known VINs decode otherwise now.\n", len(u.Changed))
	for _, c := range u.Changed {
		fmt.Fprintf(w, "  %s: %s\n", c.VIN, strings.Join(c.Differences, "; "))
	}
	if beside {
		fmt.Fprintln(w, "The hub decodes saved vehicles again and lists what changed; nothing is written on them until somebody accepts it.")
	} else {
		fmt.Fprintln(w, "When the hub starts next it lists what changed for saved vehicles; nothing is written on them until somebody accepts it.")
	}
	fmt.Fprintln(w, "`hubcap vpic revert` goes back.")
}
