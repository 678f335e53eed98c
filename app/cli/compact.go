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

func recoverCommand() *cobra.Command {
	var accept bool
	cmd := &cobra.Command{
		Use:   "recover",
		Short: "Let a hub write again whose last changes are gone (the hub must be stopped)",
		Long: "When the disk has lost the last committed changes, the hub serves reads only and says which changes are missing.\n" +
			"Restore a backup if there is one. `hubcap recover --accept-loss` goes on without them.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := existingData(cmd)
			if err != nil {
				return err
			}
			if !accept {
				return usageError{fmt.Errorf("`hubcap recover` needs --accept-loss: it goes on without the changes that are gone")}
			}
			lost, err := app.AcceptLoss(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			if lost == "" {
				lost = "nothing was missing"
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", cfg.Data, lost)
			return nil
		},
	}
	cmd.Flags().BoolVar(&accept, "accept-loss", false, "go on without the changes that are gone")
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
