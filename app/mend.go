package app

import (
	"context"
	"fmt"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
)

// Compact writes the data folder's files again without their empty room. It
// returns the sizes before and after, in bytes.
func Compact(ctx context.Context, cfg config.Config) (before, after int64, err error) {
	return bolt.Compact(ctx, cfg.Data)
}

// AcceptLoss lets a store write again whose last changes are gone, and says
// in words what is lost, "" when nothing is.
func AcceptLoss(ctx context.Context, cfg config.Config) (string, error) {
	loss, err := bolt.AcceptLoss(ctx, cfg.Data)
	if err != nil || loss == (bolt.Loss{}) {
		return "", err
	}
	return fmt.Sprintf("changes %d to %d are given up; writes go on after them", loss.From, loss.To), nil
}
