package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

func backupCommand(version string) *cobra.Command {
	return family("backup", "Look after the backups: set one up, back up now, list, verify, test, forget",
		"Look after the backups of a hub, beside the running one or without it. Where only one backup is set up, it need\n"+
			"not be named.",
		backupInit(version), backupStatus(version), backupNow(version), backupList(version), backupVerify(version), backupTest(version),
		backupPrune(version), backupRotate(version), backupPassphrase(version), backupRecovery(version), backupConfirm(version),
		backupResume(version), backupCopy(version), backupCopies(version), backupUse(version), backupVehicle(version), backupPause(version), backupRemove(version))
}

// backups lists all of them.
func (h hub) backups() ([]rest.Backup, error) {
	var list struct {
		Items []rest.Backup `json:"items"`
	}
	return list.Items, h.ask("GET", "/api/v1/backups", nil, &list)
}

// backup finds one by its name, place or id; the only one where none is named.
func (h hub) backup(args []string) (rest.Backup, error) {
	list, err := h.backups()
	if err != nil {
		return rest.Backup{}, err
	}
	var names []string
	for _, b := range list {
		if len(args) > 0 && (b.ID == args[0] || strings.EqualFold(b.Name, args[0]) || b.Where == args[0]) {
			return b, nil
		}
		names = append(names, fmt.Sprintf("%q", b.Name))
	}
	switch {
	case len(list) == 0:
		return rest.Backup{}, fault.New(fault.NotFound, "no backup is set up").WithRemedy("begin with: hubcap backup init /mnt/drive, or s3://BUCKET/PREFIX?endpoint=HOST")
	case len(args) == 0 && len(list) == 1:
		return list[0], nil
	case len(args) == 0:
		return rest.Backup{}, usageError{fmt.Errorf("there are several backups: name one of %s", strings.Join(names, ", "))}
	}
	return rest.Backup{}, fault.New(fault.NotFound, "there is no backup %q", args[0]).WithRemedy("use one of %s", strings.Join(names, ", "))
}

// onBackup makes a command about one backup, which may be left out.
func onBackup(version, use, short string, do func(h hub, b rest.Backup, args []string) (any, func(io.Writer), error)) *cobra.Command {
	cmd := onHub(version, use+" [NAME]", short, 0, "", func(h hub, args []string) (any, func(io.Writer), error) {
		b, err := h.backup(args)
		if err != nil {
			return nil, nil, err
		}
		return do(h, b, args)
	})
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usageError{fmt.Errorf("`hubcap backup %s` takes one name at most", use)}
		}
		return nil
	}
	return cmd
}

// work starts a job of the hub and waits for its end.
func (h hub) work(where string, in any) (rest.Job, error) {
	var j rest.Job
	if err := h.ask("POST", where, in, &j); err != nil {
		return j, err
	}
	tell := &stepTeller{out: h.cmd.ErrOrStderr()}
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for !j.State.Ended() {
		select {
		case <-look.C:
		case <-h.cmd.Context().Done():
			// Beside a running hub the work goes on without this command.
			return j, h.cmd.Context().Err()
		}
		if err := h.ask("GET", "/api/v1/jobs/"+j.ID, nil, &j); err != nil {
			return j, err
		}
		if j.Note != "" {
			tell.progress(j.Note, j.Done, j.Total)
		}
	}
	if j.State != "done" {
		return j, fault.New(fault.Unavailable, "%s: %s", j.Title, dash(j.Problem)).WithRemedy("%s", j.Remedy)
	}
	return j, nil
}

func (h hub) onPath(b rest.Backup, what string) string { return "/api/v1/backups/" + b.ID + "/" + what }

// passphrase reads a new passphrase: from a file, the environment, or twice
// from the terminal.
func (h hub) passphrase(file string) (string, error) {
	f := from{secretFile: file}
	first, err := f.secret(h.cmd)
	if err != nil || file != "" || os.Getenv("HUBCAP_BACKUP_SECRET") != "" {
		return first.Reveal(), err
	}
	fmt.Fprintln(h.cmd.ErrOrStderr(), "Once more.")
	again, err := f.secret(h.cmd)
	if err == nil && again.Reveal() != first.Reveal() {
		err = fault.New(fault.Invalid, "the two are not the same").WithRemedy("try again; nothing was changed")
	}
	return first.Reveal(), err
}

func backupInit(version string) *cobra.Command {
	var name, preset, file string
	cmd := onHub(version, "init PLACE", "Set a backup up in a folder or a bucket, and make the first one", 1, "one place, a folder or s3://BUCKET/PREFIX?endpoint=HOST", func(h hub, args []string) (any, func(io.Writer), error) {
		p, err := app.ParsePlace(args[0], os.Getenv)
		if err != nil {
			return nil, nil, err
		}
		passphrase, err := h.passphrase(file)
		if err != nil {
			return nil, nil, err
		}
		e := rest.BackupEntry{Name: name, Kind: p.Target.Kind, Folder: p.Target.Folder, Prefix: p.Target.Prefix, BackupRules: rest.BackupRules{Preset: preset}}
		if s := p.Target.S3; s != nil {
			secret := p.Secret.Reveal()
			e.S3, e.Secret = &rest.BackupBucket{Endpoint: s.Endpoint, Bucket: s.Bucket, Region: s.Region, PathStyle: s.PathStyle, CA: s.CA, AccessKey: s.AccessKey}, &secret
		}
		if e.Name == "" {
			e.Name = p.Target.Where()
		}
		return h.setUp(e, passphrase)
	})
	cmd.Long = "Set a backup up in a folder or a bucket, and make the first one. Where a backup lies there already it is opened, and this\n" +
		"hub writes beside the others.\n\n" + fromHelp + "\n\n" +
		"The answer holds the recovery key, which is not shown again: write it down. Without passphrase and recovery key\n" +
		"nobody can open the backup."
	cmd.Flags().StringVar(&name, "name", "", "what the backup is called; its place if left out")
	cmd.Flags().StringVar(&preset, "preset", "continuous", "continuous, quarter (of an hour), nightly or on_demand")
	cmd.Flags().StringVar(&file, "secret-file", "", "file with the passphrase; else HUBCAP_BACKUP_SECRET, else it is asked for")
	return cmd
}

// setUpAnswer is what `hubcap backup init` prints.
type setUpAnswer struct {
	Backup rest.Backup         `json:"backup"`
	Sheet  *rest.RecoverySheet `json:"sheet,omitempty"`
	Joined bool                `json:"joined"`
}

func (h hub) setUp(e rest.BackupEntry, passphrase string) (any, func(io.Writer), error) {
	var out setUpAnswer
	var tried rest.BackupTried
	if err := h.ask("POST", "/api/v1/backups/try", map[string]any{"entry": e}, &tried); err != nil {
		return nil, nil, err
	}
	for _, s := range tried.Steps {
		if !s.OK {
			return nil, nil, fault.New(fault.Unavailable, "%s: %s", s.Name, s.Note).WithRemedy("%s", s.Remedy)
		}
	}
	if err := h.ask("POST", "/api/v1/backups", e, &out.Backup); err != nil {
		return nil, nil, err
	}
	var err error
	if out.Joined = tried.Exists; out.Joined {
		err = h.ask("POST", h.onPath(out.Backup, "join"), map[string]string{"secret": passphrase}, &out.Backup)
	} else {
		out.Sheet = &rest.RecoverySheet{}
		err = h.ask("POST", h.onPath(out.Backup, "init"), map[string]string{"passphrase": passphrase}, out.Sheet)
	}
	if err != nil {
		// An entry that is not set up would only be in the way of the next try.
		return nil, nil, errors.Join(err, h.ask("DELETE", "/api/v1/backups/"+out.Backup.ID, nil, nil, "If-Match", "*"))
	}
	_, err = h.work(h.onPath(out.Backup, "now"), map[string]bool{"full": false})
	if out.Sheet != nil && err != nil {
		err = fmt.Errorf("the backup is set up and its recovery key is %s; the first backup failed: %w", out.Sheet.Text, err)
	}
	return out, func(w io.Writer) {
		fmt.Fprintf(w, "%s is set up, and the first backup is there.\n", out.Backup.Name)
		if out.Sheet != nil {
			writeSheet(w, *out.Sheet)
		}
	}, err
}

func writeSheet(w io.Writer, s rest.RecoverySheet) {
	fmt.Fprintf(w, "\nRecovery key of %s. It is not shown again: print it, or write it down, and keep it away from this computer.\nA lost passphrase and a lost recovery key are a lost backup.\n\n", s.Where)
	for i, word := range s.Words {
		fmt.Fprintf(w, "  %2d %s", i+1, word)
		if i%5 == 4 {
			fmt.Fprintln(w)
		}
	}
	fmt.Fprintf(w, "\n  %s\n\nWhen it is written down: hubcap backup confirm", s.Text)
	for _, at := range s.Ask {
		fmt.Fprintf(w, " %d=WORD", at)
	}
	fmt.Fprintln(w)
}

func backupConfirm(version string) *cobra.Command {
	name := ""
	cmd := onHub(version, "confirm N=WORD N=WORD", "Confirm that the recovery key was written down, by two of its words", 2, "the two words that were asked for, such as 3=ABCDEF 8=GHJKLM", func(h hub, args []string) (any, func(io.Writer), error) {
		b, err := h.backup(named(name))
		if err != nil {
			return nil, nil, err
		}
		var words []rest.RecoveryWord
		for _, arg := range args {
			at, word, ok := strings.Cut(arg, "=")
			n, err := strconv.Atoi(at)
			if !ok || err != nil {
				return nil, nil, usageError{fmt.Errorf("%q is not a place and a word: write 3=ABCDEF", arg)}
			}
			words = append(words, rest.RecoveryWord{At: n, Word: word})
		}
		err = h.ask("POST", h.onPath(b, "confirm"), map[string]any{"words": words}, &b)
		return b, func(w io.Writer) { fmt.Fprintf(w, "The recovery key of %s is confirmed.\n", b.Name) }, err
	})
	cmd.Flags().StringVar(&name, "backup", "", "which backup, where there are several")
	return cmd
}

func named(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

func backupStatus(version string) *cobra.Command {
	check := false
	var list []rest.Backup
	cmd := onHub(version, "status", "Say how the backups stand", 0, "no argument", func(h hub, _ []string) (any, func(io.Writer), error) {
		var err error
		if list, err = h.backups(); err != nil {
			return nil, nil, err
		}
		return list, func(w io.Writer) {
			if len(list) == 0 {
				fmt.Fprintln(w, "No backup is set up: a lost disk loses everything. `hubcap backup init PLACE` begins one.")
			}
			for _, b := range list {
				writeBackup(w, b)
			}
		}, nil
	})
	cmd.Flags().BoolVar(&check, "check", false, "fail when the data is at risk: for a monitor")
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := run(cmd, args); err != nil || !check {
			return err
		}
		return atRisk(list)
	}
	return cmd
}

func writeBackup(w io.Writer, b rest.Backup) {
	state := "not proven yet"
	switch {
	case b.Green:
		state = "well"
	case !b.SetUp:
		state = "not set up"
	case b.Paused:
		state = "paused"
	}
	for _, a := range b.Alerts {
		if a.Severe && a.Code != targets.Paused && a.Code != targets.NotSetUp {
			state = "AT RISK"
		}
	}
	fmt.Fprintf(w, "%s: %s\n  %s\n", b.Name, state, b.Where)
	var facts []string
	if b.Through != nil {
		facts = append(facts, "everything until "+clock(b.Through.Time))
	}
	if b.Bytes > 0 {
		facts = append(facts, fmt.Sprintf("%.1f MB", float64(b.Bytes)/1e6))
	}
	if b.Test.Well != nil {
		facts = append(facts, "verified restore "+clock(b.Test.Well.Time))
	}
	if b.Head > b.Shipped && b.SetUp {
		facts = append(facts, fmt.Sprintf("%d changes wait", b.Head-b.Shipped))
	}
	if b.Next != nil {
		facts = append(facts, "next "+clock(b.Next.Time))
	}
	if len(facts) > 0 {
		fmt.Fprintf(w, "  %s\n", strings.Join(facts, " · "))
	}
	for _, a := range b.Alerts {
		fmt.Fprintf(w, "  - %s\n    %s\n", a.What, a.Remedy)
	}
}

func clock(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

func backupNow(version string) *cobra.Command {
	full := false
	cmd := onBackup(version, "now", "Back up everything that is committed", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		j, err := h.work(h.onPath(b, "now"), map[string]bool{"full": full})
		return j, func(w io.Writer) { fmt.Fprintf(w, "Everything committed is in %s.\n", b.Name) }, err
	})
	cmd.Flags().BoolVar(&full, "full", false, "write a whole checkpoint too")
	return cmd
}

func backupList(version string) *cobra.Command {
	return onBackup(version, "list", "List what can be restored", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		var p rest.BackupPoints
		err := h.ask("GET", h.onPath(b, "points"), nil, &p)
		return p, func(w io.Writer) { writePoints(w, p) }, err
	})
}

func writePoints(w io.Writer, p rest.BackupPoints) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CHECKPOINT\tCHANGE\tLINE\tMB\t")
	for _, x := range p.Points {
		note := ""
		if !x.Whole {
			note = "not whole"
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%.1f\t%s\n", x.Time.Local().Format("2006-01-02 15:04:05"), x.Seq, x.Line, float64(x.Bytes)/1e6, note)
	}
	_ = t.Flush() // w keeps the error
	for _, r := range p.Reaches {
		fmt.Fprintf(w, "Every second from %s to %s (line %d).\n", r.From.Local().Format("2006-01-02 15:04:05"), r.To.Local().Format("2006-01-02 15:04:05"), r.Line)
	}
	fmt.Fprintf(w, "%d objects, %.1f MB.\n", p.Objects, float64(p.Bytes)/1e6)
	if p.Strange > 0 {
		fmt.Fprintf(w, "%d objects there are of no hub; they are left alone.\n", p.Strange)
	}
}

// result reads what a job found.
func result[T any](j rest.Job) (out T) {
	if b, err := json.Marshal(j.Result); err == nil {
		_ = json.Unmarshal(b, &out) // a result of another shape is shown as nothing
	}
	return out
}

func backupVerify(version string) *cobra.Command {
	all := false
	cmd := onBackup(version, "verify", "Look whether everything is there that a restore needs", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		j, err := h.work(h.onPath(b, "verify"), map[string]bool{"all": all})
		r := result[struct {
			Objects, Read int
			Bytes         int64
		}](j)
		return j, func(w io.Writer) {
			fmt.Fprintf(w, "%d objects, %.1f MB, %d of them fetched and opened: nothing is wrong.\n", r.Objects, float64(r.Bytes)/1e6, r.Read)
		}, err
	})
	cmd.Flags().BoolVar(&all, "all", false, "fetch and open every object")
	return cmd
}

func backupTest(version string) *cobra.Command {
	return onBackup(version, "test", "Restore into a scratch store and compare it with this one", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		j, err := h.work(h.onPath(b, "test"), nil)
		r := result[struct {
			Documents int
			Root      string
			TookMS    int64 `json:"took_ms"`
		}](j)
		return j, func(w io.Writer) {
			fmt.Fprintf(w, "Restored %d documents in %.1f s: the same, by counts and Merkle root %s.\n", r.Documents, float64(r.TookMS)/1000, r.Root)
		}, err
	})
}

func backupPrune(version string) *cobra.Command {
	dry := false
	cmd := onBackup(version, "prune", "Forget what the rules do not keep", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		if dry {
			var p rest.BackupPlan
			err := h.ask("GET", h.onPath(b, "prune"), nil, &p)
			return p, func(w io.Writer) { writePlan(w, p) }, err
		}
		j, err := h.work(h.onPath(b, "prune"), nil)
		r := result[struct {
			Marked, Deleted, Waiting int
			Bytes                    int64
		}](j)
		return j, func(w io.Writer) {
			fmt.Fprintf(w, "%d objects are marked, %d deleted (%.1f MB); %d wait for their day.\n", r.Marked, r.Deleted, float64(r.Bytes)/1e6, r.Waiting)
		}, err
	})
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only say what would be forgotten, and why the rest is kept")
	cmd.Long = "Forget what the rules do not keep. What goes is marked first and deleted a day later, if still nothing needs it."
	return cmd
}

func writePlan(w io.Writer, p rest.BackupPlan) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, x := range p.Points {
		fate := "forget"
		if x.Keep {
			fate = "keep"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", fate, x.Time.Local().Format("2006-01-02 15:04:05"), strings.Join(x.Reasons, "; "))
	}
	_ = t.Flush() // w keeps the error
	fmt.Fprintf(w, "%.1f MB stay; %.1f MB and %d segments of the log would go. Nothing was touched.\n", float64(p.KeepBytes)/1e6, float64(p.ForgetBytes)/1e6, p.Segments)
}

func backupRotate(version string) *cobra.Command {
	cmd := onBackup(version, "rotate", "Change the data key and seal everything in the backup anew", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		j, err := h.work(h.onPath(b, "rotate"), nil)
		r := result[struct {
			Resealed int
			Waiting  bool
		}](j)
		return j, func(w io.Writer) {
			fmt.Fprintf(w, "%d objects were sealed anew.\n", r.Resealed)
			if r.Waiting {
				fmt.Fprintln(w, "The old key stays for an hour: run this once more after it.")
			}
		}, err
	})
	cmd.Long = "Change the data key and seal everything in the backup anew. Interrupted, run it again: it goes on. Run it once more an\n" +
		"hour later: then the old key goes."
	return cmd
}

func backupPassphrase(version string) *cobra.Command {
	file := ""
	cmd := onBackup(version, "passphrase", "Change the passphrase", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		passphrase, err := h.passphrase(file)
		if err != nil {
			return nil, nil, err
		}
		err = h.ask("POST", h.onPath(b, "passphrase"), map[string]string{"passphrase": passphrase}, &b)
		return b, func(w io.Writer) {
			fmt.Fprintf(w, "The passphrase of %s is changed. Who had the old one and a copy of its key file can still open the backup.\n", b.Name)
		}, err
	})
	cmd.Flags().StringVar(&file, "secret-file", "", "file with the new passphrase; else HUBCAP_BACKUP_SECRET, else it is asked for")
	return cmd
}

func backupRecovery(version string) *cobra.Command {
	return onBackup(version, "recovery", "Make a new recovery key; the old one opens the backup no more", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		var s rest.RecoverySheet
		err := h.ask("POST", h.onPath(b, "recovery"), nil, &s)
		return s, func(w io.Writer) { writeSheet(w, s) }, err
	})
}

func backupResume(version string) *cobra.Command {
	anew := false
	cmd := onBackup(version, "resume", "After a restore: let this hub continue the backup, or begin a new one beside it", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		err := h.ask("POST", h.onPath(b, "resume"), map[string]bool{"anew": anew}, &b)
		return b, func(w io.Writer) {
			if anew {
				fmt.Fprintf(w, "%s begins a backup of its own in %s.\n", "This hub", b.Where)
				return
			}
			fmt.Fprintf(w, "This hub continues %s. The hub that wrote it before is shut out.\n", b.Name)
		}, err
	})
	cmd.Flags().BoolVar(&anew, "anew", false, "begin a new one beside it: for a copy that was restored for a look")
	return cmd
}

func backupPause(version string) *cobra.Command {
	off := false
	cmd := onBackup(version, "pause", "Send nothing to a backup, or send again with --off", func(h hub, b rest.Backup, _ []string) (any, func(io.Writer), error) {
		e := rest.BackupEntry{Name: b.Name, Kind: b.Kind, Folder: b.Folder, S3: b.S3, Prefix: b.Prefix, Paused: !off, BackupRules: b.BackupRules}
		err := h.ask("PUT", "/api/v1/backups/"+b.ID, e, &b, "If-Match", strconv.Quote(strconv.FormatInt(b.Rev, 10)))
		return b, func(w io.Writer) {
			if b.Paused {
				fmt.Fprintf(w, "%s is paused. The change log waits for it.\n", b.Name)
				return
			}
			fmt.Fprintf(w, "%s goes on.\n", b.Name)
		}, err
	})
	cmd.Flags().BoolVar(&off, "off", false, "end the pause")
	return cmd
}

func backupRemove(version string) *cobra.Command {
	cmd := onHub(version, "remove NAME", "Forget a backup's place with its keys; what lies there stays", 1, "one backup", func(h hub, args []string) (any, func(io.Writer), error) {
		b, err := h.backup(args)
		if err != nil {
			return nil, nil, err
		}
		err = h.ask("DELETE", "/api/v1/backups/"+b.ID, nil, nil, "If-Match", "*")
		return b, func(w io.Writer) {
			fmt.Fprintf(w, "%s is forgotten here. What lies in %s stays, and opens with its passphrase or recovery key.\n", b.Name, b.Where)
		}, err
	})
	return cmd
}
