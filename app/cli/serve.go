package cli

import (
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
)

func serveCommand(version string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the hub on this computer and print the address that opens it",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			log := telemetry.Logger(cmd.ErrOrStderr(), cfg.LogLevel, cfg.LogFormat)
			a, err := app.Open(cmd.Context(), cfg, app.Options{Version: version, Log: log, ReadPaper: readPaper(), ReadList: readList(), SetupCode: func(code string) { printSetup(cmd.OutOrStdout(), code) }})
			if err != nil {
				return err
			}
			err = a.Serve(cmd.Context(), func(r app.Running) {
				fmt.Fprintf(cmd.OutOrStdout(), "Hubcap is ready. Open this address (it holds the key of this start):\n\n    %s\n\n", r.Door())
				printLAN(cmd.OutOrStdout(), a.LAN())
				if code := a.SetupCode(); a.LAN().On && code != "" {
					printSetup(cmd.OutOrStdout(), code)
				}
				if cfg.Open {
					openBrowser(r.Door())
				}
			})
			if cerr := a.Close(); err == nil {
				err = cerr
			}
			return err
		},
	}
	settingFlags(cmd, "data", "db", "db-replica", "db-readers", "db-timeout", "db-slow", "listen", "sample", "open", "worker", "models", "watch", "threads", "building", "log.level", "log.format",
		"lan", "lan-plain", "lan-name", "lan-hosts", "lan-cert", "lan-key", "lan-acme", "lan-acme-email", "lan-acme-ca", "proxies")
	return cmd
}

// printSetup shows what the first owner has to know: it is nowhere but here.
func printSetup(out io.Writer, code string) {
	fmt.Fprintf(out, "Nobody has an account yet. The first owner is asked for this code:\n\n    %s\n\n", code)
}

// printLAN says how others reach the hub, with what a person compares before
// a device trusts it.
func printLAN(out io.Writer, s lan.Status) {
	if !s.On {
		return
	}
	fmt.Fprintf(out, "Others on the network open\n\n    %s\n\n", s.URL)
	if s.Install != "" {
		code, err := lan.Blocks(s.Install)
		if err == nil {
			fmt.Fprint(out, code)
		}
		fmt.Fprintf(out, "A device that is new here begins at %s\n", s.Install)
		for _, a := range s.Addresses {
			fmt.Fprintf(out, "    or %s/install\n", a)
		}
		fmt.Fprintf(out, "and compares this fingerprint (SHA-256) before it trusts the hub:\n\n    %s\n    %s\n\n", s.Fingerprint[:47], s.Fingerprint[48:])
	}
	for _, w := range s.Warnings {
		fmt.Fprintf(out, "Warning: %s\n", w.Text)
	}
}

func openCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "open",
		Short: "Print the address of the running hub and open it in the browser",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			r, err := app.ReadRunning(cfg.Data)
			if err != nil {
				return err
			}
			if !r.Answers() {
				return app.NotRunning(cfg.Data)
			}
			fmt.Fprintln(cmd.OutOrStdout(), r.Door())
			openBrowser(r.Door())
			return nil
		},
	}
	settingFlags(cmd, "data")
	return cmd
}

// openBrowser asks the desktop to show an address. Where there is none the
// printed address is all there is, which is no failure.
func openBrowser(url string) {
	path, err := exec.LookPath("xdg-open")
	if err != nil {
		return
	}
	// Started and left: the browser outlives the command.
	browser := exec.Command(path, url)
	browser.Env = config.ForChild(os.Environ())
	_ = browser.Start()
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("`%s` takes no argument such as %q", cmd.CommandPath(), args[0])}
	}
	return nil
}
