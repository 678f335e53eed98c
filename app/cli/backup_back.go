package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// atFlag is the moment that is brought back.
type atFlag struct{ text string }

func (a *atFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.text, "at", "", "the moment to bring back, as 2026-11-20T06:00:00Z or 2026-11-20 06:00 (local time); the newest without it")
}

// in adds the moment to a request.
func (a *atFlag) in(body map[string]any) (map[string]any, error) {
	t, err := readMoment(a.text)
	if err != nil {
		return nil, usageError{err}
	}
	if !t.IsZero() {
		body["at"] = store.Moment(t)
	}
	return body, nil
}

func backupCopy(version string) *cobra.Command {
	var at atFlag
	cmd := onBackup(version, "copy", "Restore a copy beside the store and compare it", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		body, err := at.in(map[string]any{})
		if err != nil {
			return nil, nil, err
		}
		j, err := h.work(h.onPath(b, "restore"), body)
		c := result[rest.StoreCopy](j)
		return c, func(w io.Writer) { writeCopy(w, c) }, err
	})
	cmd.Long = "Restore a copy of a moment beside the store and compare it, while the hub works. `hubcap backup use COPY` has the\n" +
		"hub start on it the next time; what is there becomes a copy itself."
	at.add(cmd)
	return cmd
}

func writeCopy(w io.Writer, c rest.StoreCopy) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tCOPY\tHERE\t")
	for _, n := range c.Counts {
		note := ""
		if d := n.There - n.Here; d != 0 {
			note = fmt.Sprintf("%+d", d)
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\n", n.Collection, n.There, n.Here, note)
	}
	_ = t.Flush() // w keeps the error
	fmt.Fprintf(w, "%s holds the store as of %s, change %d.\n", c.Name, clock(c.Time.Time), c.Seq)
	if c.Lost > 0 {
		fmt.Fprintf(w, "%d files are not whole in the backup.\n", c.Lost)
	}
	fmt.Fprintf(w, "To start on it: hubcap backup use %s\n", c.Name)
}

func backupCopies(version string) *cobra.Command {
	return onHub(version, "copies", "List the copies beside the store", 0, "no argument", func(h hub, _ []string) (any, func(io.Writer), error) {
		var list struct {
			Items []rest.StoreCopy `json:"items"`
		}
		err := h.ask("GET", "/api/v1/backup-copies", nil, &list)
		return list.Items, func(w io.Writer) {
			if len(list.Items) == 0 {
				fmt.Fprintln(w, "There is none. `hubcap backup copy` restores one.")
				return
			}
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			for _, c := range list.Items {
				next := ""
				if c.Next {
					next = "used from the next start on"
				}
				fmt.Fprintf(t, "%s\tas of %s\tfrom %s\t%s\n", c.Name, clock(c.Time.Time), c.Backup, next)
			}
			_ = t.Flush() // w keeps the error
		}, err
	})
}

func backupUse(version string) *cobra.Command {
	none := false
	cmd := onHub(version, "use [COPY]", "Have the hub start on a copy the next time", 0, "", func(h hub, args []string) (any, func(io.Writer), error) {
		name := ""
		if !none {
			name = args[0]
		}
		err := h.ask("POST", "/api/v1/backup-copies/switch", map[string]string{"name": name}, nil)
		return map[string]string{"next": name}, func(w io.Writer) {
			if none {
				fmt.Fprintln(w, "The next start is on the store as it is.")
				return
			}
			fmt.Fprintf(w, "The next start is on %s. What is there now becomes a copy, so that it can be undone.\n", name)
		}, err
	})
	cmd.Flags().BoolVar(&none, "none", false, "on none, after all")
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 1 || none == (len(args) == 1) {
			return usageError{fmt.Errorf("`hubcap backup use` takes one copy, or --none")}
		}
		return nil
	}
	return cmd
}

func backupVehicle(version string) *cobra.Command {
	var at atFlag
	name := ""
	cmd := onHub(version, "vehicle VIN", "Bring one vehicle back with its records, as it was at a moment", 1, "one VIN, or a vehicle's key", func(h hub, args []string) (any, func(io.Writer), error) {
		b, err := h.backup(named(name))
		if err != nil {
			return nil, nil, err
		}
		body, err := at.in(map[string]any{"vehicle": args[0]})
		if err != nil {
			return nil, nil, err
		}
		j, err := h.work(h.onPath(b, "restore-vehicle"), body)
		r := result[struct {
			Written, Same int
			Lost          int `json:"files_lost"`
		}](j)
		return j, func(w io.Writer) {
			fmt.Fprintf(w, "%d documents came back, %d were as they had been. It can be undone like any other change.\n", r.Written, r.Same)
			if r.Lost > 0 {
				fmt.Fprintf(w, "%d of its files are not in the backup.\n", r.Lost)
			}
		}, err
	})
	cmd.Flags().StringVar(&name, "backup", "", "which backup, where there are several")
	at.add(cmd)
	return cmd
}

// atRisk is an error where no backup is set up, or one is in danger.
func atRisk(list []rest.Backup) error {
	for _, b := range list {
		for _, a := range b.Alerts {
			if a.Severe {
				return fault.New(fault.Unavailable, "%s", a.What).WithRemedy("%s", a.Remedy)
			}
		}
	}
	if len(list) == 0 {
		return fault.New(fault.Unavailable, "no backup is set up").WithRemedy("hubcap backup init PLACE")
	}
	return nil
}
