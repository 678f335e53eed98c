package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
	"github.com/hubcap-dev/hubcap/embedded/models"
	"github.com/hubcap-dev/hubcap/embedded/worker"
)

// Shelf opens the packs of a data folder. It needs no store, so a command
// may have it beside a running hub.
func Shelf(cfg config.Config, log *slog.Logger) (*pack.Shelf, error) {
	dirs := packFolders(cfg.Models)
	var known []pack.Known
	for _, p := range models.Catalogue() {
		known = append(known, pack.Known{
			Name: p.Name, Title: p.Title, Digest: p.SHA256, Licence: p.Licence, Source: p.Source, Bytes: p.Bytes, MemoryBytes: p.MemoryBytes,
			Context: p.Context, Locate: func() (string, error) { return p.Locate(dirs...) },
		})
	}
	return pack.Open(filepath.Join(cfg.Data, "models"), pack.Options{
		Known: known, Try: tryPack(cfg, log), Registry: cfg.Registry, Redirects: cfg.RegistryRedirects, Client: cfg.NetAllow.Client(),
	})
}

// packOptions are those under which a present pack runs. Its memory is
// bounded by what it should need and half as much again.
func packOptions(cfg config.Config, p pack.Pack, log *slog.Logger) local.Options {
	return local.Options{
		Programs: worker.Candidates(cfg.Worker), Building: cfg.Building, Model: p.Title, Locate: func() (string, error) { return p.Path, nil }, Verify: verified(p),
		Embed: p.Embeds, Form: p.Form, Prefix: prefix(p), Context: p.UsedContext(), Threads: cfg.Threads, Log: log,
		MemoryLimit: max(768<<20, p.MemoryBytes/2*3), StartTimeout: 2 * time.Minute, Timeout: time.Minute, Command: workerCommand,
	}
}

// workerCommand starts a worker that hears none of the hub's secrets.
func workerCommand(program string) *exec.Cmd {
	cmd := exec.Command(program)
	cmd.Env = config.ForChild(os.Environ())
	return cmd
}

// prefix is the beginning of the briefings in the pack's own form.
func prefix(p pack.Pack) string {
	if p.Embeds {
		return ""
	}
	return insight.Prefix(p.Form)
}

// verified checks a pack that comes with Hubcap against the catalogue before
// it is loaded; one that was brought in was checked then.
func verified(p pack.Pack) func(string) error {
	if known, ok := models.Find(p.Name); ok && p.BuiltIn {
		return known.Verify
	}
	return nil
}

// tryPack returns the trial of a model that is about to come on the shelf: a
// worker of its own loads it and answers once. Without a worker the model is
// taken untried.
func tryPack(cfg config.Config, log *slog.Logger) func(context.Context, pack.Pack) (bool, error) {
	return func(ctx context.Context, p pack.Pack) (bool, error) {
		if !workerHere(cfg) || local.CheckCPU() != nil {
			return false, nil
		}
		c := local.Open(packOptions(cfg, p, log))
		defer c.Close()
		err := settled(ctx, c)
		if err == nil && p.Embeds {
			_, err = c.Embed(ctx, llm.EmbedRequest{Texts: []string{"brake pads"}})
		} else if err == nil {
			_, err = c.Chat(ctx, llm.ChatRequest{System: "Be brief.", Prompt: "Say hello.", MaxTokens: 8}, nil)
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil {
			return true, fault.Wrap(fault.Invalid, err, "the model does not run here").
				WithRemedy("choose another one, or a smaller or other quantisation of it; `hubcap model recommend` lists some")
		}
		return true, nil
	}
}

func workerHere(cfg config.Config) bool {
	for _, path := range worker.Candidates(cfg.Worker) {
		if fi, err := os.Stat(path); err == nil && fi.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// settled waits until a model is loaded, or has failed to.
func settled(ctx context.Context, c *local.Client) error {
	for {
		changed := c.Changed()
		switch st := c.State(); st.Condition {
		case llm.Ready:
			return nil
		case llm.Failed, llm.Missing, llm.Building:
			return errors.New(st.Reason)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Advice recommends models for this machine.
func Advice() []pack.Advice { return pack.Recommend(memoryBytes(), runtime.NumCPU()) }

// memoryBytes is this machine's memory; where it can't be read, 8 GiB are
// taken for granted.
func memoryBytes() int64 {
	const usual = 8 << 30
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return usual
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "MemTotal:"); ok {
			if kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64); err == nil {
				return kb << 10
			}
		}
	}
	return usual
}

// openShelf gives the hub its packs.
func (a *App) openShelf() error {
	shelf, err := Shelf(a.cfg, a.log)
	if err != nil {
		return fmt.Errorf("open the models: %w", err)
	}
	a.shelf = shelf
	return nil
}
