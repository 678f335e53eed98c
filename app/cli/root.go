// Package cli is Hubcap's command line: one file a command.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Exit statuses: 0 done, 1 failed, 2 the command line is wrong.
const (
	exitFailed = 1
	exitUsage  = 2
)

// usageError is a mistake in the command line rather than in the work.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Main runs the command line of this process and returns its exit status.
func Main(version string) int {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup goes on when its terminal closes
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	root := Root(version)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	report(root.ErrOrStderr(), err)
	var usage usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// Root returns the command tree.
func Root(version string) *cobra.Command {
	root := &cobra.Command{
		Use:           "hubcap",
		Short:         "Know what a vehicle is, from its VIN and its records, without the internet",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("there is no command %q; `hubcap help` lists them", args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see `%s --help`", err, cmd.CommandPath())}
	})
	root.AddCommand(decodeCommand(), serveCommand(version), openCommand(), insightCommand(version), modelCommand(version), vpicCommand(), referenceCommand(), userCommand(version), keyCommand(version), lanCommand(version), vaultCommand(version), doctorCommand(version), importCommand(version), compactCommand(), recoverCommand(), backupCommand(version), restoreCommand(), standbyCommand(), drillCommand(version), moveCommand(), migrateCommand(), configCommand(), readPaperCommand(), readListCommand(), openAPICommand(), desktopCommand(version))
	return root
}

// report writes an error as one clear sentence, with its remedy where it has
// one.
func report(w io.Writer, err error) {
	fmt.Fprintf(w, "hubcap: %v\n", err)
	var f *fault.Error
	if errors.As(err, &f) && f.Remedy != "" {
		fmt.Fprintf(w, "        %s\n", f.Remedy)
	}
}
