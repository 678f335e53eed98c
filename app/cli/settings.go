package cli

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hubcap-dev/hubcap/app/config"
)

// settingFlags adds the flags of the named settings. A flag is called as its
// setting, with dashes for dots.
func settingFlags(cmd *cobra.Command, keys ...string) {
	cmd.Flags().String("config", "", "settings file (default hubcap.toml in the data folder)")
	want := map[string]bool{}
	for _, k := range keys {
		want[k] = true
	}
	for _, s := range config.Settings() {
		if !want[s.Key] {
			continue
		}
		if s.Bool {
			cmd.Flags().Bool(s.Flag, false, s.About)
		} else {
			cmd.Flags().String(s.Flag, "", s.About)
		}
	}
}

// loadConfig reads the settings with the flags that were given.
func loadConfig(cmd *cobra.Command) (config.Config, error) {
	byFlag := map[string]string{}
	for _, s := range config.Settings() {
		byFlag[s.Flag] = s.Key
	}
	flags := map[string]string{}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if key, ok := byFlag[f.Name]; ok {
			flags[key] = f.Value.String()
		}
	})
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return config.Config{}, err
	}
	c, err := config.Load(path, os.Environ(), flags)
	if err != nil {
		return c, usageError{err}
	}
	return c, nil
}
