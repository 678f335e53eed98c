package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
)

func compactCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "compact",
		Short: "Give back the room that removed documents left (the hub must be stopped)",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := existingData(cmd)
			if err != nil {
				return err
			}
			before, after, err := app.Compact(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %.1f MB before, %.1f MB after\n", cfg.Data, float64(before)/1e6, float64(after)/1e6)
			return nil
		},
	}
	settingFlags(cmd, "data", "db")
	return cmd
}

// existingData reads the settings of a command that mends a data folder: it
// must be there, or the command would make an empty one.
func existingData(cmd *cobra.Command) (config.Config, error) {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return cfg, err
	}
	if _, err := os.Stat(cfg.Data); err != nil {
		return cfg, fmt.Errorf("there is no data folder %s: name it with --data", cfg.Data)
	}
	return cfg, nil
}
