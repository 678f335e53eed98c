package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app/config"
)

// family is a command that only holds others.
func family(use, short, long string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Long: long,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("there is no command %q of `%s`; see `%s --help`", args[0], cmd.CommandPath(), cmd.CommandPath())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(commands...)
	return cmd
}

// takes checks that there are n arguments; what says which.
func takes(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n || n > 0 && strings.TrimSpace(args[0]) == "" {
			return usageError{fmt.Errorf("`%s` takes %s", cmd.CommandPath(), what)}
		}
		return nil
	}
}

// opened is what a command works on, open as long as it works.
type opened interface{ Close() }

// work is what a command does with what it has open. It returns what --json
// prints, and text writes the same for people.
type work[T opened] func(cmd *cobra.Command, on T, args []string) (result any, text func(io.Writer), err error)

// working makes a command of do that takes n arguments and has the named
// settings as flags.
func working[T opened](use, short string, n int, what string, settings []string, open func(*cobra.Command, config.Config) (T, error), do work[T]) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  takes(n, what),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			on, err := open(cmd, cfg)
			if err != nil {
				return err
			}
			defer on.Close()
			result, text, err := do(cmd, on, args)
			if err != nil {
				return err
			}
			return answer(cmd, asJSON, result, text)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	settingFlags(cmd, settings...)
	return cmd
}

// answer prints what a command found: as JSON, or as text writes it.
func answer(cmd *cobra.Command, asJSON bool, result any, text func(io.Writer)) error {
	out := &sure{w: cmd.OutOrStdout()}
	if asJSON {
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		_ = e.Encode(result) // out keeps the error
	} else {
		text(out)
	}
	if out.err != nil {
		return fmt.Errorf("write the answer: %w", out.err)
	}
	return nil
}

// sure remembers the first error of writing.
type sure struct {
	w   io.Writer
	err error
}

func (s *sure) Write(b []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	var n int
	n, s.err = s.w.Write(b)
	return n, s.err
}
