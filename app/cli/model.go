package cli

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
)

func modelCommand(version string) *cobra.Command {
	return family("model", "List, bring in and remove the language models of this machine",
		"List, bring in and remove the language models of this machine, and let them show what they can.\n"+
			"Beside a running hub the hub does the work; without one the data folder is used here.",
		modelList(), modelImport(), modelPull(), modelRemove(), modelRestore(), modelRecommend(), modelBench(version), modelCompare(version))
}

// onModels makes a command that has the models open.
func onModels(use, short string, n int, what string, do work[*app.Models]) *cobra.Command {
	settings := []string{"data", "worker", "models", "threads", "registry.address", "registry.redirects", "log.format"}
	return working(use, short, n, what, settings, func(cmd *cobra.Command, cfg config.Config) (*app.Models, error) {
		return app.OpenModels(cfg, telemetry.Logger(cmd.ErrOrStderr(), "error", cfg.LogFormat))
	}, do)
}

func modelList() *cobra.Command {
	return onModels("list", "List the models, those that come with Hubcap first", 0, "no argument", func(cmd *cobra.Command, m *app.Models, _ []string) (any, func(io.Writer), error) {
		list, err := m.List(cmd.Context())
		if dir := m.Missing(); dir != "" && err == nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "There is no data folder %s, so no model was brought in there; these come with Hubcap.\n", dir)
		}
		return list, func(w io.Writer) { writeModels(w, list) }, err
	})
}

func modelImport() *cobra.Command {
	return onModels("import FILE", "Bring in a model from a GGUF file", 1, "one GGUF file", func(cmd *cobra.Command, m *app.Models, args []string) (any, func(io.Writer), error) {
		a, err := m.Import(cmd.Context(), args[0])
		return a, func(w io.Writer) { writeAdded(w, a) }, err
	})
}

func modelPull() *cobra.Command {
	cmd := onModels("pull NAME", "Bring in a model from the registry that is set (registry.address)", 1, "one name, such as smollm2:135m", func(cmd *cobra.Command, m *app.Models, args []string) (any, func(io.Writer), error) {
		a, err := m.Pull(cmd.Context(), args[0], percent(cmd.ErrOrStderr()))
		return a, func(w io.Writer) { writeAdded(w, a) }, err
	})
	cmd.Long = "Bring in a model from the registry that is set (registry.address). A pull that was cut off or interrupted goes on from where it stopped when it is asked for again."
	return cmd
}

// percent tells how far a pull is, each time that another tenth is done.
func percent(w io.Writer) pack.Progress {
	told := int64(-1)
	return func(done, total int64) {
		if total <= 0 {
			return
		}
		if tenth := done * 10 / total; tenth > told {
			told = tenth
			fmt.Fprintf(w, "%3d %% of %s\n", tenth*10, megabytes(total))
		}
	}
}

func modelRemove() *cobra.Command {
	now := false
	cmd := onModels("remove NAME", "Remove a model that was brought in", 1, "one name of `hubcap model list`", func(cmd *cobra.Command, m *app.Models, args []string) (any, func(io.Writer), error) {
		err := m.Remove(cmd.Context(), args[0], now)
		return map[string]any{"removed": args[0], "for_good": now}, func(w io.Writer) {
			if now {
				fmt.Fprintf(w, "%s is removed for good.\n", args[0])
				return
			}
			fmt.Fprintf(w, "%s is removed. For a week `hubcap model restore %s` brings it back; its room is free after that.\n", args[0], args[0])
		}, err
	})
	cmd.Flags().BoolVar(&now, "for-good", false, "free its room at once; it can't be restored then")
	return cmd
}

func modelRestore() *cobra.Command {
	return onModels("restore NAME", "Bring back a model that was removed less than a week ago", 1, "one name", func(cmd *cobra.Command, m *app.Models, args []string) (any, func(io.Writer), error) {
		p, err := m.Restore(cmd.Context(), args[0])
		return p, func(w io.Writer) { writeModels(w, []pack.Pack{p}) }, err
	})
}

func modelRecommend() *cobra.Command {
	return onModels("recommend", "Say which models this machine carries", 0, "no argument", func(*cobra.Command, *app.Models, []string) (any, func(io.Writer), error) {
		advice := app.Advice()
		return advice, func(w io.Writer) {
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "NAME\tSIZE\tMEMORY\tLICENCE\tFITS\tWHY")
			for _, a := range advice {
				fits := map[bool]string{true: "yes", false: "no"}[a.Fits]
				if a.Best {
					fits = "best"
				}
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", a.Name, megabytes(a.Bytes), megabytes(a.MemoryBytes), a.Licence, fits, a.Why)
			}
			_ = t.Flush() // w keeps the error
		}, nil
	})
}

func writeModels(w io.Writer, list []pack.Pack) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tTITLE\tSIZE\tMEMORY\tPARAMETERS\tPACKED\tCONTEXT\tCHAT\tLICENCE\tSTATE")
	for _, p := range list {
		state := "ready"
		switch {
		case !p.Present:
			state = p.Reason
		case p.BuiltIn:
			state = "comes with Hubcap"
		case !p.Tried:
			state = "not tried: the model worker was not there"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.Name, p.Title, megabytes(p.Bytes), megabytes(p.MemoryBytes), millions(p.Parameters),
			dash(p.Quantisation), number(p.Context), chat(p), dash(p.Licence), state)
	}
	_ = t.Flush() // w keeps the error
}

func writeAdded(w io.Writer, a pack.Added) {
	if a.Already {
		fmt.Fprintf(w, "The same file is here already, as %s; nothing was added.\n", a.Name)
		return
	}
	fmt.Fprintf(w, "%s is here: %s, %s, sha256 %s.\n", a.Name, a.Title, megabytes(a.Bytes), a.Digest)
	if a.Licence == "" {
		fmt.Fprintln(w, "The file names no licence: find out under which terms it may be used.")
	} else {
		fmt.Fprintf(w, "Licence: %s.\n", a.Licence)
	}
	if !a.Tried {
		fmt.Fprintln(w, "It has not been tried, since the model worker is not built or can't run on this processor.")
	}
}

// chat says in which form a model is spoken to.
func chat(p pack.Pack) string {
	switch {
	case p.Embeds:
		return "meanings only"
	case !p.Present:
		return "-"
	case p.Form == "":
		return "unknown, plain text"
	}
	return string(p.Form)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func number(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

func millions(n int64) string {
	switch {
	case n == 0:
		return "-"
	case n < 1e9:
		return strconv.FormatInt((n+500_000)/1_000_000, 10) + " M"
	}
	return strconv.FormatFloat(float64(n)/1e9, 'f', 1, 64) + " B"
}

func megabytes(n int64) string {
	if n < 1e9 {
		return strconv.FormatInt((n+999_999)/1_000_000, 10) + " MB"
	}
	return strconv.FormatFloat(float64(n)/1e9, 'f', 1, 64) + " GB"
}
