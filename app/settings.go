package app

import "github.com/hubcap-dev/hubcap/backend/api/rest"

// settings are the hub's own settings as the app shows them. A layer that is
// none of the fixed three is the settings file, by its path.
func (a *App) settings() []rest.HubSetting {
	var out []rest.HubSetting
	for _, r := range a.cfg.Rows() {
		s := rest.HubSetting{Key: r.Key, About: r.About, Value: r.Value, Default: r.Default, Origin: r.Origin, Env: r.Env, Flag: r.Flag}
		switch r.Origin {
		case "default", "environment", "flag":
		case "":
			s.Origin = "default"
		default:
			s.Origin, s.File = "file", r.Origin
		}
		out = append(out, s)
	}
	return out
}
