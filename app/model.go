package app

import (
	"github.com/hubcap-dev/hubcap/backend/account"

	"context"
	"os"
	"path/filepath"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/embedded/models"
	"github.com/hubcap-dev/hubcap/embedded/worker"
)

// openModel starts the keeper of the local model. Whether its program and
// its pack are there yet is the keeper's matter: the hub answers without.
func (a *App) openModel() {
	pack, ok := models.Find(models.SmolLM2)
	if !ok {
		panic("app: the catalogue lacks its own model")
	}
	dirs := packFolders(a.cfg.Models)
	a.model = local.Open(local.Options{
		Programs: worker.Candidates(a.cfg.Worker), Building: a.cfg.Building, Model: pack.Title,
		Locate: func() (string, error) { return pack.Locate(dirs...) }, Verify: pack.Verify,
		Form: llm.ChatML, Prefix: insight.Prefix(llm.ChatML), Threads: a.cfg.Threads, Log: a.log, Command: workerCommand,
	})
	a.closers = append(a.closers, func() error { a.model.Close(); return nil })
}

// packFolders lists where packs may lie: the configured folder alone, or
// beside the program and where `make models` puts them.
func packFolders(configured string) []string {
	if configured != "" {
		return []string{configured}
	}
	var dirs []string
	if exe, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Join(filepath.Dir(exe), "..", "models"), filepath.Join(filepath.Dir(exe), "models"))
	}
	return append(dirs, filepath.Join("build", "models"))
}

// watchModel tells the metrics of each change of state, and has a model
// checked once it is ready, so that the first briefing does not wait for it.
func (a *App) watchModel(ctx context.Context) error {
	for {
		changed := a.model.Changed()
		st := a.model.State()
		a.metrics.Worker(string(st.Condition))
		if st.Condition == llm.Ready {
			if err := a.insights.Prepare(ctx, store.Org(account.Home)); err != nil {
				a.log.Warn("the local model does not word briefings", "err", err)
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}
