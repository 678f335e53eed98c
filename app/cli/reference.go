package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/reference"
)

func referenceCommand() *cobra.Command {
	return family("reference", "Bring in recalls and fuel economy, say what there is, take it away",
		"Bring in the recalls that NHTSA publishes (FLAT_RCL) and the fuel economy that EPA publishes (vehicles.csv).\n"+
			"They are shown with the vehicles of a make, model and year. They lie in the data folder beside the store: no backup\n"+
			"holds them, since the publishers' files bring them back.",
		referenceImport(), referenceStatus(), referenceRemove())
}

// onReference makes a command that has the shelf open.
func onReference(use, short string, n int, what string, do work[*app.Reference]) *cobra.Command {
	return working(use, short, n, what, []string{"data"}, func(_ *cobra.Command, cfg config.Config) (*app.Reference, error) { return app.OpenReference(cfg) }, do)
}

func referenceImport() *cobra.Command {
	force := false
	cmd := onReference("import FILE", "Bring in FLAT_RCL or vehicles.csv, plain or as .zip", 1, "one file, FLAT_RCL.zip or vehicles.csv", func(cmd *cobra.Command, r *app.Reference, args []string) (any, func(io.Writer), error) {
		last := ""
		i, err := r.Import(cmd.Context(), reference.Import{Path: args[0], Force: force, Progress: func(percent int, note string) {
			if line := fmt.Sprintf("%3d %% %s", percent/10*10, note); line != last {
				last = line
				fmt.Fprintln(cmd.ErrOrStderr(), line)
			}
		}})
		return i, func(w io.Writer) {
			fmt.Fprintf(w, "%s up to %s are in use: %d rows read, %d about vehicles, %d damaged and left out.\n", kindName(i.Kind, i.Part), dash(i.Newest), i.Rows, i.Used, i.Damaged)
			if i.Replaced != nil {
				fmt.Fprintf(w, "They replace those up to %s.\n", dash(i.Replaced.Newest))
			}
		}, err
	})
	cmd.Long = "Bring in a file as its publisher has it; what it is, is seen by its content. It replaces the one of its kind in use,\n" +
		"which stays in use until the new one is whole."
	cmd.Flags().BoolVar(&force, "force", false, "take the file although it is older or much smaller than what it replaces")
	return cmd
}

func referenceStatus() *cobra.Command {
	return onReference("status", "Say what was brought in, and as of when", 0, "no argument", func(cmd *cobra.Command, r *app.Reference, _ []string) (any, func(io.Writer), error) {
		s, err := r.Status(cmd.Context())
		return s, func(w io.Writer) { writeReference(w, s) }, err
	})
}

func referenceRemove() *cobra.Command {
	return onReference("remove KIND", "Take away the recalls, or the fuel economy", 1, "one kind, recalls or economy", func(cmd *cobra.Command, r *app.Reference, args []string) (any, func(io.Writer), error) {
		k := reference.Kind(args[0])
		if k != reference.RecallData && k != reference.EconomyData {
			return nil, nil, usageError{fmt.Errorf("`%s` takes one kind, recalls or economy, not %q", cmd.CommandPath(), args[0])}
		}
		if err := r.Remove(cmd.Context(), k); err != nil {
			return nil, nil, err
		}
		s, err := r.Status(cmd.Context())
		return s, func(w io.Writer) { writeReference(w, s) }, err
	})
}

func kindName(k reference.Kind, part string) string {
	name := "Recalls of NHTSA"
	if k == reference.EconomyData {
		name = "Fuel economy of EPA"
	}
	if part != "" {
		name += " (" + part + ")"
	}
	return name
}

func writeReference(w io.Writer, s reference.Status) {
	if len(s.Sources) == 0 {
		fmt.Fprintln(w, "Nothing was brought in. `hubcap reference import FILE` takes NHTSA's FLAT_RCL and EPA's vehicles.csv.")
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, src := range s.Sources {
		fmt.Fprintf(t, "%s\tup to %s\tbrought in %s\t%d rows about vehicles\t%s\t%s\n", kindName(src.Kind, src.Part), dash(src.Newest), src.Imported.Format("2006-01-02"), src.Used, megabytes(src.Bytes), src.Name)
	}
	_ = t.Flush() // w keeps the error
	if s.Warning != "" {
		fmt.Fprintf(w, "\nWarning: %s\n         %s\n", s.Warning, s.Remedy)
	}
}
