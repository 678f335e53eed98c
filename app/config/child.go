package config

import "strings"

// ForChild is an environment without Hubcap's secrets, for the programs that
// the hub starts: the model worker reads files of strangers, a browser has
// pages of them.
func ForChild(environ []string) []string {
	secret := map[string]bool{"AWS_SECRET_ACCESS_KEY": true, "AWS_ACCESS_KEY_ID": true}
	for _, name := range ofCommands() {
		secret[name] = true
	}
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

// ofCommands are variables that are no settings: single commands read them,
// for what must not stand among their arguments.
func ofCommands() []string {
	return []string{"HUBCAP_BACKUP_SECRET", "HUBCAP_S3_ACCESS_KEY", "HUBCAP_S3_SECRET_KEY", "HUBCAP_S3_ENDPOINT"}
}
