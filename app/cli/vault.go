package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
)

func vaultCommand(version string) *cobra.Command {
	return family("vault", "Look after the key that seals what is secret",
		"Look after the key that seals what is secret: keys of providers, seeds, password hashes.\n"+
			"It stands in the file vault.key of the data folder, or in HUBCAP_VAULT_KEY, or, with\n"+
			"vault-keyring, in the keyring of the operating system.",
		vaultStatus(version), vaultRotate(version), vaultNew())
}

// onVault makes a command that asks the hub about its keys.
func onVault(version, use, short string, do work[*app.Vault]) *cobra.Command {
	settings := []string{"data", "db", "db-replica", "vault-keyring", "log.format"}
	return working(use, short, 0, "no argument", settings, func(cmd *cobra.Command, cfg config.Config) (*app.Vault, error) {
		return app.OpenVault(cmd.Context(), cfg, app.Options{Version: version, Log: telemetry.Logger(cmd.ErrOrStderr(), "error", cfg.LogFormat)})
	}, do)
}

func vaultStatus(version string) *cobra.Command {
	return onVault(version, "status", "Say where the key is kept and how many are in use", func(cmd *cobra.Command, v *app.Vault, _ []string) (any, func(io.Writer), error) {
		s, err := v.State(cmd.Context())
		return s, func(w io.Writer) {
			fmt.Fprintf(w, "The key is kept in the %s. It is called %s.\n", s.Where, first(s.Keys))
			if len(s.Keys) > 1 {
				fmt.Fprintf(w, "A change of keys is under way: %s open yet what they sealed. `hubcap vault rotate` finishes it.\n", strings.Join(s.Keys[1:], ", "))
			}
		}, err
	})
}

func vaultRotate(version string) *cobra.Command {
	cmd := onVault(version, "rotate", "Change the key and seal everything anew", func(cmd *cobra.Command, v *app.Vault, _ []string) (any, func(io.Writer), error) {
		r, err := v.Rotate(cmd.Context())
		return r, func(w io.Writer) {
			fmt.Fprintf(w, "%d documents were sealed anew with the key %s.\n", r.Resealed, first(r.Keys))
			if r.Remedy != "" {
				fmt.Fprintf(w, "Left to do: %s.\n", r.Remedy)
				return
			}
			fmt.Fprintf(w, "The key %s is retired: backups from before need it, nothing else does.\n", strings.Join(r.Retired, ", "))
		}, err
	})
	cmd.Long = "Change the key and seal everything anew: documents and what can be undone. When it is interrupted, run it again: it goes on.\n" +
		"Before, put a copy of vault.key where your backups are: those from before the change open with it alone."
	return cmd
}

func vaultNew() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Make a new key where the old one is gone for good (the hub must be stopped)",
		Long: "A hub does not start without the key that its secrets are sealed with. When no copy of it is left, this makes a\n" +
			"new one: the hub starts, its records are as they were, and each secret has to be entered anew. People sign in\n" +
			"with a new link: `hubcap user reset`.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := existingData(cmd)
			if err != nil {
				return err
			}
			ids, err := app.NewVaultKey(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "The new key is called %s. It opens nothing of what the old one sealed.\n", first(ids))
			return nil
		},
	}
	settingFlags(cmd, "data", "vault-keyring")
	return cmd
}

func first(list []string) string {
	if len(list) == 0 {
		return "-"
	}
	return list[0]
}
