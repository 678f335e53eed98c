package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
)

func modelBench(version string) *cobra.Command {
	var jobs []string
	cmd := &cobra.Command{
		Use:   "bench [NAME]",
		Short: "Let models show on this machine what they can; they get only the jobs that they earn",
		Long: "Examines a model on the built-in check sets, all models of this machine without a name, and keeps what each has earned.\n" +
			"A model of a provider is sent the check set, and nothing of yours.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("`%s` takes one name of `hubcap model compare`, or none for all models here", cmd.CommandPath())}
			}
			return onEngines(cmd, version, func(ctx context.Context, hub *app.Reached) error {
				all, err := engines(ctx, hub)
				if err != nil {
					return err
				}
				var refs []string
				for _, e := range all {
					if len(args) == 0 && !e.Away || len(args) == 1 && (e.Ref == args[0] || e.Ref == "pack/"+args[0] || e.Title == args[0]) {
						refs = append(refs, e.Ref)
					}
				}
				if len(refs) == 0 {
					return fault.New(fault.NotFound, "there is no such model to ask").WithRemedy("hubcap model compare shows those that there are")
				}
				in := rest.BenchInput{}
				for _, j := range jobs {
					in.Jobs = append(in.Jobs, llm.Capability(j))
				}
				for _, in.Ref = range refs {
					if err := benched(ctx, cmd.ErrOrStderr(), hub, in); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().StringSliceVar(&jobs, "jobs", nil, "jobs to check, such as word,write; all without it")
	engineFlags(cmd)
	return cmd
}

func modelCompare(version string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "compare",
		Short: "Compare what the models have earned on this machine",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return onEngines(cmd, version, func(context.Context, *app.Reached) error { return nil })
		},
	}
	engineFlags(cmd)
	return cmd
}

func engineFlags(cmd *cobra.Command) {
	cmd.Flags().Bool("json", false, "print JSON")
	settingFlags(cmd, "data", "worker", "models", "threads", "net.allow", "log.format")
}

// onEngines does work with the hub at hand and prints what all models have
// earned then.
func onEngines(cmd *cobra.Command, version string, work func(context.Context, *app.Reached) error) error {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	hub, err := app.Reach(ctx, cfg, app.Options{Version: version, Log: telemetry.Logger(cmd.ErrOrStderr(), "error", cfg.LogFormat)})
	if err != nil {
		return err
	}
	defer hub.Close()
	if err := work(ctx, hub); err != nil {
		return err
	}
	all, err := engines(ctx, hub)
	if err != nil {
		return err
	}
	asJSON, _ := cmd.Flags().GetBool("json") // declared by engineFlags
	return answer(cmd, asJSON, all, func(w io.Writer) { writeEngines(w, all) })
}

func engines(ctx context.Context, hub *app.Reached) ([]rest.Engine, error) {
	var list struct {
		Items []rest.Engine `json:"items"`
	}
	err := hub.Ask(ctx, http.MethodGet, "/api/v1/engines", nil, &list)
	return list.Items, err
}

// benched starts a check and waits for its end; an interrupt cancels it.
func benched(ctx context.Context, progress io.Writer, hub *app.Reached, in rest.BenchInput) error {
	var j rest.Job
	if err := hub.Ask(ctx, http.MethodPost, "/api/v1/engines/bench", in, &j); err != nil {
		return err
	}
	where, told := "/api/v1/jobs/"+j.ID, ""
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for !j.State.Ended() {
		if step := fmt.Sprintf("%s: %s %d of %d", j.Title, j.Note, j.Done, j.Total); j.Total > 0 && step != told {
			told = step
			fmt.Fprintln(progress, step)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			_ = hub.Ask(stop, http.MethodPost, where+"/cancel", nil, nil) // the interrupt is the news
			return ctx.Err()
		}
		if err := hub.Ask(ctx, http.MethodGet, where, nil, &j); err != nil {
			return err
		}
	}
	if j.State != job.Done {
		return fault.New(fault.Unavailable, "%s: %s", j.Title, j.Problem).WithRemedy("%s", j.Remedy)
	}
	return nil
}

func writeEngines(w io.Writer, all []rest.Engine) {
	if len(all) == 0 {
		fmt.Fprintln(w, "There is no model here. `make models` fetches those that come with Hubcap; hubcap model import FILE brings one in.")
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "MODEL\tWHERE\tJOB\tSTANDING\tMEASURED HERE")
	for _, e := range all {
		for i, j := range e.Jobs {
			name, where := e.Title, e.Where
			if i > 0 {
				name, where = "", ""
			}
			var figures []string
			for _, f := range j.Figures {
				figures = append(figures, strings.TrimSpace(f.Name+" "+f.Value+" "+f.Unit))
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", name, where, j.Capability, strings.ReplaceAll(j.Standing, "_", " "), strings.Join(figures, ", "))
			if j.Standing == "refused" {
				fmt.Fprintf(t, "\t\t\t\t%s\n", j.Reason)
			}
		}
	}
	_ = t.Flush() // w keeps the error
}
