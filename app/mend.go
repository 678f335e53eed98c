package app

import (
	"context"
	"fmt"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
)

// Compact writes the data folder's files again without their empty room. It
// returns the sizes before and after, in bytes.
func Compact(ctx context.Context, cfg config.Config) (before, after int64, err error) {
	if cfg.DB != "" {
		return 0, 0, fault.New(fault.Invalid, "the data is in a database, which gives room back by itself").WithRemedy("run VACUUM there, if at all")
	}
	return bolt.Compact(ctx, cfg.Data)
}

// AcceptLoss lets a store write again whose last changes are gone, and says
// in words what is lost, "" when nothing is.
func AcceptLoss(ctx context.Context, cfg config.Config) (string, error) {
	if cfg.DB != "" {
		return acceptDatabaseLoss(ctx, cfg)
	}
	loss, err := bolt.AcceptLoss(ctx, cfg.Data)
	if err != nil || loss == (bolt.Loss{}) {
		return "", err
	}
	return fmt.Sprintf("changes %d to %d are given up; writes go on after them", loss.From, loss.To), nil
}

// acceptDatabaseLoss asks what lies outside the database, the search index of
// the data folder, how far the log had come.
func acceptDatabaseLoss(ctx context.Context, cfg config.Config) (string, error) {
	a, err := Open(ctx, cfg, Options{still: true})
	if err != nil {
		return "", err
	}
	seen := a.search.At().Seq
	if err := a.Close(); err != nil {
		return "", err
	}
	loss, err := postgres.AcceptLoss(ctx, cfg.DB, seen, postgres.Options{})
	if err != nil || loss == (postgres.Loss{}) {
		return "", err
	}
	return fmt.Sprintf("changes %d to %d are given up; writes go on after them", loss.From, loss.To), nil
}
