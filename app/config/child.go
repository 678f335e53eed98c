package config

import "strings"

// ForChild is an environment without Hubcap's secrets, for the programs that
// the hub starts: the model worker reads files of strangers, a browser has
// pages of them.
func ForChild(environ []string) []string {
	secret := map[string]bool{}
	for _, s := range Settings() {
		if s.Secret {
			secret[s.Env] = true
		}
	}
	var out []string
	for _, e := range environ {
		if name, _, _ := strings.Cut(e, "="); !secret[name] {
			out = append(out, e)
		}
	}
	return out
}
