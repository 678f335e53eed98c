package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/backup"
)

// from is a backup that a command reaches by itself, without a hub.
type from struct {
	place, device, secretFile, asOf string
}

func (f *from) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.place, "from", "", "where the backup lies: a folder, or s3://BUCKET/PREFIX?endpoint=HOST")
	cmd.Flags().StringVar(&f.device, "device", "", "whose backup, where several hubs write into one place")
	cmd.Flags().StringVar(&f.asOf, "bucket-as-of", "", "read the bucket as it was at a moment, where it keeps old versions: for what somebody has deleted or overwritten there")
	cmd.Flags().StringVar(&f.secretFile, "secret-file", "", "file with the passphrase or the recovery key; else HUBCAP_BACKUP_SECRET, else it is asked for")
}

const fromHelp = "The bucket's credential is read from HUBCAP_S3_ACCESS_KEY and HUBCAP_S3_SECRET_KEY, the passphrase or the recovery key\n" +
	"from --secret-file or HUBCAP_BACKUP_SECRET, or asked for at the terminal."

func (f *from) open(cmd *cobra.Command, cfg config.Config) (*backup.Device, error) {
	p, err := app.ParsePlace(f.place, os.Getenv)
	if err != nil {
		return nil, err
	}
	asOf, err := readMoment(f.asOf)
	if err != nil {
		return nil, usageError{err}
	}
	secret, err := f.secret(cmd)
	if err != nil {
		return nil, err
	}
	return app.OpenDevice(cmd.Context(), cfg, p, secret, app.Found{Device: f.device, AsOf: asOf})
}

func (f *from) secret(cmd *cobra.Command) (vault.Secret, error) {
	if f.secretFile != "" {
		b, err := os.ReadFile(f.secretFile)
		if err != nil {
			return vault.Secret{}, fault.Wrap(fault.Invalid, err, "read --secret-file").WithRemedy("name a file that holds the passphrase or the recovery key")
		}
		return vault.NewSecret(strings.TrimSpace(string(b))), nil
	}
	if s := os.Getenv("HUBCAP_BACKUP_SECRET"); s != "" {
		return vault.NewSecret(s), nil
	}
	in, ok := cmd.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return vault.Secret{}, fault.New(fault.Invalid, "the passphrase or the recovery key is needed").
			WithRemedy("give --secret-file FILE, or set HUBCAP_BACKUP_SECRET")
	}
	fmt.Fprint(cmd.ErrOrStderr(), "Passphrase or recovery key: ")
	b, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(cmd.ErrOrStderr())
	return vault.NewSecret(strings.TrimSpace(string(b))), err
}

func restoreCommand() *cobra.Command {
	var (
		f      from
		r      app.Restoring
		at     string
		copied string
		list   bool
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "restore --from PLACE --into FOLDER|URL | --list",
		Short: "Bring a backup back, on any machine",
		Long: "Fetches and proves everything before it writes anything, then fills a new data folder or an empty PostgreSQL\n" +
			"database with the state at a moment. Stopped at any point, the same command goes on. The folder gets its name when\n" +
			"everything is there.\n\n" + fromHelp + "\n\n" +
			"`hubcap restore --switch COPY` puts a restored folder in the place of --data, with the hub stopped; what was there\n" +
			"is set aside.",
		Example: "  hubcap restore --from /mnt/backup --into ./restored\n" +
			"  hubcap restore --from 's3://backups/hub?endpoint=s3.example.com' --at 2026-11-20T06:00:00Z --into ./restored\n" +
			"  hubcap restore --from /mnt/backup --into postgres://hubcap@db/hubcap --keys ./data",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if copied != "" {
				return switchStore(cmd, cfg, copied)
			}
			if f.place == "" || r.Into == "" && !list {
				return usageError{errors.New("`hubcap restore` needs --from, and --into or --list")}
			}
			if r.At, err = readMoment(at); err != nil {
				return usageError{err}
			}
			d, err := f.open(cmd, cfg)
			if err != nil {
				return err
			}
			if list {
				h, err := d.History(cmd.Context())
				if err != nil {
					return err
				}
				p := rest.BackupPointsOf(h)
				return answer(cmd, asJSON, p, func(w io.Writer) { writePoints(w, p) })
			}
			r.Progress = (&stepTeller{out: cmd.ErrOrStderr()}).progress
			out, err := app.Restore(cmd.Context(), d, r)
			if err != nil {
				return restoreTrouble(err)
			}
			return answer(cmd, asJSON, out, func(w io.Writer) { restored(w, out, r) })
		},
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&at, "at", "", "the moment to bring back, as 2026-11-20T06:00:00Z or 2026-11-20 06:00 (local time); the newest without it")
	cmd.Flags().Uint64Var(&r.Line, "line", 0, "line of history, where a restore or a lost log began another one")
	cmd.Flags().StringVar(&r.Into, "into", "", "data folder that is not there yet, or an empty database as postgres://USER@HOST/NAME")
	cmd.Flags().StringVar(&r.Keys, "keys", "", "data folder of the hub beside a database: for its key file and the files of records")
	cmd.Flags().BoolVar(&list, "list", false, "only list what can be restored")
	cmd.Flags().StringVar(&copied, "switch", "", "restored folder to put in the place of --data")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	settingFlags(cmd, "data")
	return cmd
}

func switchStore(cmd *cobra.Command, cfg config.Config, copied string) error {
	kept, err := app.SwitchStore(cmd.Context(), cfg.Data, copied, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s is in place. What was there lies in %s; remove it when you are sure.\n", cfg.Data, kept)
	return nil
}

// readMoment reads a time as people write it; "" is the newest.
func readMoment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(form, text, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a moment: write 2026-11-20T06:00:00Z, or 2026-11-20 06:00 in local time", text)
}

// restoreTrouble adds what can still be had where the log has a gap.
func restoreTrouble(err error) error {
	var gap *backup.GapError
	if errors.As(err, &gap) && !gap.Whole.At.IsZero() {
		return fault.Wrap(fault.Conflict, err, "nothing was written").
			WithRemedy("bring back what is whole with --at %s; the missing pieces may lie in an old version of the bucket", gap.Whole.At.UTC().Format(time.RFC3339Nano))
	}
	return err
}

func restored(w io.Writer, out app.RestoredTo, r app.Restoring) {
	all := writeCounts(w, out.Content.Counts)
	fmt.Fprintf(w, "%-20s %9d documents, %d files\nroot %s\n", "all", all, out.Files, out.Content.Root)
	fmt.Fprintf(w, "As of %s, change %d. Restored in %s.\n", out.Time.Local().Format("2006-01-02 15:04:05 MST"), out.Seq, out.Took.Round(100*time.Millisecond))
	for _, l := range out.LeftOut {
		fmt.Fprintf(w, "gone around: %s\n", l)
	}
	for _, l := range out.Lost {
		fmt.Fprintf(w, "lost: the file %s is not whole in the backup\n", l)
	}
	if config.IsDatabase(out.Into) {
		fmt.Fprintf(w, "Start the hub with HUBCAP_DB naming the database and --data %s.\n", r.Keys)
		return
	}
	where := out.Into
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, out.Into); err == nil && !strings.HasPrefix(rel, "..") {
			where = rel
		}
	}
	fmt.Fprintf(w, "Look at it with `hubcap doctor --data %s`, then start it with `hubcap serve --data %s`.\n", where, where)
	fmt.Fprintln(w, "It makes no backups until you say that it goes on with this one: `hubcap backup resume`.")
}

// stepTeller says about every second how far long work is.
type stepTeller struct {
	out  io.Writer
	step string
	last time.Time
}

func (s *stepTeller) progress(step string, done, of int64) {
	if step == s.step && time.Since(s.last) < time.Second {
		return
	}
	s.step, s.last = step, time.Now()
	if of > 0 {
		fmt.Fprintf(s.out, "%s: %d of %d\n", step, done, of)
		return
	}
	fmt.Fprintf(s.out, "%s: %d\n", step, done)
}
