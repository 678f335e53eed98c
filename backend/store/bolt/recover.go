package bolt

import (
	"context"
	"encoding/binary"
	"errors"

	bbolt "go.etcd.io/bbolt"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// Loss is the range of changes that a store has lost.
type Loss struct{ From, To uint64 }

// AcceptLoss lets a stopped store that refuses writes (DB.Fault) go on
// without the changes that are gone. The lost sequences are not given out
// again, and the log begins a new epoch, so that every follower rebuilds from
// what there is. The zero Loss means that nothing was missing.
func AcceptLoss(ctx context.Context, dir string) (Loss, error) {
	db, err := Open(ctx, dir, nil, Options{})
	if err != nil {
		return Loss{}, err
	}
	if db.fault == nil {
		return Loss{}, db.Close()
	}
	seen := db.head.read()
	to := uint64(0)
	if seen.Epoch == db.epoch {
		to = seen.Seq
	}
	followers, err := db.followers()
	if err != nil {
		return Loss{}, errors.Join(err, db.Close())
	}
	for _, f := range followers {
		if f.At.Epoch == db.epoch {
			to = max(to, f.At.Seq)
		}
	}
	lost := Loss{From: db.seq + 1, To: to}
	epoch := newEpoch()
	err = db.data.change(func(tx *bbolt.Tx) (bool, error) {
		// Nobody follows the old epoch, and its log would have a gap.
		if err := tx.DeleteBucket(bucketLog); err != nil {
			return false, err
		}
		if _, err := tx.CreateBucket(bucketLog); err != nil {
			return false, err
		}
		meta := tx.Bucket(bucketMeta)
		if err := meta.Put(keyBase, binary.BigEndian.AppendUint64(nil, to)); err != nil {
			return false, err
		}
		return true, meta.Put(keyEpoch, []byte(epoch))
	})
	if err == nil {
		err = db.head.write(store.Position{Epoch: epoch, Seq: to})
	}
	return lost, errors.Join(err, db.Close())
}
