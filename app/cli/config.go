package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Print every setting with its value and where it came from",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "SETTING\tVALUE\tFROM\tVARIABLE\tMEANING")
			for _, r := range cfg.Rows() {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Key, r.Value, r.Origin, r.Env, r.About)
			}
			return w.Flush()
		},
	}
	settingFlags(cmd, "data", "db", "db-replica", "listen", "sample", "open", "worker", "models", "watch", "threads", "building", "log.level", "log.format")
	return cmd
}
