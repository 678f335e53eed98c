package app

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
)

// Step is one numbered step of a store's form.
type Step = postgres.StepState

// Migrator applies a store's numbered steps.
type Migrator interface {
	// Status lists all steps of this program.
	Status(context.Context) ([]Step, error)
	// Plan lists those that Up would apply.
	Plan(context.Context) ([]Step, error)
	// Up applies what is missing and returns it.
	Up(context.Context) ([]Step, error)
	// Down takes the steps after version back, with the data that they hold.
	Down(ctx context.Context, version int64) ([]Step, error)
	Close() error
}

// OpenMigrator opens the store that the settings name: a database, or the
// data folder, whose hub must be stopped.
func OpenMigrator(ctx context.Context, cfg config.Config) (Migrator, error) {
	if cfg.DB != "" {
		m, err := postgres.NewMigrator(ctx, cfg.DB, postgres.Options{})
		if err != nil {
			return nil, err
		}
		return m, nil
	}
	if _, err := os.Stat(cfg.Data); errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(fault.NotFound, err, "there is no data folder %s", cfg.Data).
			WithRemedy("name it with --data, or a database with HUBCAP_DB=postgres://USER:PASSWORD@HOST:5432/NAME")
	}
	return folderSteps{cfg.Data}, nil
}

// folderSteps is the Migrator of a data folder.
type folderSteps struct{ dir string }

func (f folderSteps) Close() error { return nil }

func (f folderSteps) Status(ctx context.Context) ([]Step, error) {
	all, err := bolt.Status(ctx, f.dir, bolt.Options{})
	return stepsOf(all), err
}

func (f folderSteps) Plan(ctx context.Context) ([]Step, error) {
	all, err := f.Status(ctx)
	var out []Step
	for _, s := range all {
		if !s.Applied {
			out = append(out, s)
		}
	}
	return out, err
}

func (f folderSteps) Up(ctx context.Context) ([]Step, error) {
	done, err := bolt.Migrate(ctx, f.dir, Collections(), bolt.Options{})
	return stepsOf(done), err
}

func (f folderSteps) Down(context.Context, int64) ([]Step, error) {
	return nil, fault.New(fault.Invalid, "the steps of a data folder can't be taken back").
		WithRemedy("restore a backup from before the step into an empty folder")
}

func stepsOf(all []bolt.StepState) (out []Step) {
	for _, s := range all {
		out = append(out, Step{Version: int64(s.Number), Name: s.Name, Applied: s.Applied})
	}
	return out
}
