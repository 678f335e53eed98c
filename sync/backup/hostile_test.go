package backup_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// lived is a world with a checkpoint, some segments, a file, and its shipper
// stopped.
func lived(t *testing.T) *world {
	w := newWorld(t, 3)
	w.write()
	s := w.shipper(backup.ShipOptions{})
	stop := w.running(s)
	for range 12 {
		time.Sleep(5 * time.Second)
		w.write()
	}
	check(t, s.Flush(t.Context()))
	stop()
	return w
}

// objects lists the bucket.
func (w *world) objects(part string) (names []string) {
	check(w.t, w.bucket.Bucket.List(w.t.Context(), "", "", func(i remote.Info) error {
		if strings.Contains(i.Name, part) {
			names = append(names, i.Name)
		}
		return nil
	}))
	return names
}

func (w *world) read(name string) []byte {
	r, _, err := w.bucket.Bucket.Get(w.t.Context(), name)
	check(w.t, err)
	defer r.Close()
	b, err := io.ReadAll(r)
	check(w.t, err)
	return b
}

func (w *world) overwrite(name string, b []byte) {
	_, err := w.bucket.Bucket.Put(w.t.Context(), name, bytes.NewReader(b), int64(len(b)), remote.Put{})
	check(w.t, err)
}

func (w *world) verify(known backup.Known) *backup.Verification {
	v, err := w.dev.Verify(w.t.Context(), backup.VerifyOptions{T: 1, Known: known})
	check(w.t, err)
	return v
}

// finds checks that a verification names the object so, and is not green.
func finds(t *testing.T, v *backup.Verification, verdict backup.Verdict, object string) {
	t.Helper()
	for _, f := range v.Findings {
		if f.Verdict == verdict && strings.Contains(f.Object, object) {
			if v.OK != f.Harmless() {
				t.Errorf("OK is %v with %+v", v.OK, f)
			}
			return
		}
	}
	t.Errorf("nothing found %s at %s: %+v", verdict, object, v.Findings)
}

func TestWhoeverHasTheBucket(t *testing.T) {
	cases := map[string]func(t *testing.T, w *world){
		"a flipped bit in a segment": func(t *testing.T, w *world) {
			name := w.objects("/log/")[1]
			b := w.read(name)
			b[len(b)/2] ^= 1
			w.overwrite(name, b)
			finds(t, w.verify(backup.Known{}), backup.Damaged, name)
			w.refused(t, name)
		},
		"two segments exchanged": func(t *testing.T, w *world) {
			names := w.objects("/log/")
			a, b := w.read(names[1]), w.read(names[2])
			w.overwrite(names[1], b)
			w.overwrite(names[2], a)
			v := w.verify(backup.Known{})
			finds(t, v, backup.Damaged, names[1])
			finds(t, v, backup.Damaged, names[2])
			w.refused(t, names[1])
		},
		"a segment gone from the middle": func(t *testing.T, w *world) {
			name := w.objects("/log/")[1]
			check(t, w.bucket.Bucket.Delete(t.Context(), name))
			finds(t, w.verify(backup.Known{}), backup.Gap, "log/")
			_, _, _, err := w.tryRestore(time.Time{})
			var gap *backup.GapError
			if !errors.As(err, &gap) {
				t.Fatalf("a restore over a gap: %v", err)
			}
			// What is whole before the gap comes back.
			w.restore(gap.Whole.At, w.at(gap.Whole.At))
		},
		"the end of the log held back": func(t *testing.T, w *world) {
			last := w.states[len(w.states)-1]
			names := w.objects("/log/")
			check(t, w.bucket.Bucket.Delete(t.Context(), names[len(names)-1]))
			v := w.verify(backup.Known{Fence: 1, Line: 1, Seq: last.seq})
			finds(t, v, backup.RolledBack, "log/")
		},
		"the whole bucket as it was before": func(t *testing.T, w *world) {
			for _, n := range w.objects("d/") {
				check(t, w.bucket.Bucket.Delete(t.Context(), n))
			}
			finds(t, w.verify(backup.Known{Fence: 1, Line: 1, Seq: 5}), backup.RolledBack, "fence/")
		},
		"a part of the checkpoint gone": func(t *testing.T, w *world) {
			name := w.objects("/part-")[0]
			check(t, w.bucket.Bucket.Delete(t.Context(), name))
			finds(t, w.verify(backup.Known{}), backup.Missing, name)
			if _, _, _, err := w.tryRestore(time.Time{}); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("a restore without %s: %v", name, err)
			}
		},
		"a part put into another's place": func(t *testing.T, w *world) {
			name := w.objects("/part-")[0]
			w.overwrite(name, w.read(w.objects("/head")[0]))
			finds(t, w.verify(backup.Known{}), backup.Damaged, name)
		},
		"a file gone": func(t *testing.T, w *world) {
			name := w.objects("/blob/")[0]
			check(t, w.bucket.Bucket.Delete(t.Context(), name))
			r, db, _, err := w.tryRestore(time.Time{})
			check(t, err)
			if len(r.Lost) != 1 {
				t.Errorf("lost files: %v", r.Lost)
			}
			if got := contentOf(t, db); got.Root != w.states[len(w.states)-1].content.Root {
				t.Error("the documents did not come back beside a lost file")
			}
		},
		"a file of somebody else in its place": func(t *testing.T, w *world) {
			names := w.objects("/blob/")
			w.overwrite(names[0], w.read(names[1]))
			finds(t, w.verify(backup.Known{}), backup.Damaged, names[0])
			r, _, _, err := w.tryRestore(time.Time{})
			check(t, err)
			if len(r.Lost) != 1 {
				t.Errorf("lost files: %v", r.Lost)
			}
		},
		"a foreign object": func(t *testing.T, w *world) {
			w.overwrite("d/hub-1/log/readme.txt", []byte("hello"))
			finds(t, w.verify(backup.Known{}), backup.Foreign, "readme.txt")
			w.restore(time.Time{}, w.states[len(w.states)-1])
		},
		"the ring of another backup": func(t *testing.T, w *world) {
			other := newWorld(t, 9)
			w.overwrite("ring/00000001", other.read("ring/00000001"))
			_, err := backup.Open(t.Context(), w.bucket, w.key, backup.Options{})
			if !errors.Is(err, seal.ErrUnknownKey) {
				t.Errorf("opened with a foreign ring: %v", err)
			}
		},
		"a wrong passphrase": func(t *testing.T, w *world) {
			_, err := backup.Unlock(t.Context(), w.bucket, "four words and one less")
			if !fault.Is(err, fault.Denied) {
				t.Errorf("a wrong passphrase: %v", err)
			}
		},
		"no backup at all": func(t *testing.T, w *world) {
			_, err := backup.Unlock(t.Context(), remote.NewMemory(remote.MemoryOptions{}), secret)
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("an empty bucket: %v", err)
			}
		},
	}
	for name, fn := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := lived(t)
				if v := w.verify(backup.Known{Fence: 1, Line: 1, Seq: w.states[len(w.states)-1].seq}); !v.OK {
					t.Fatalf("before: %+v", v.Findings)
				}
				fn(t, w)
			})
		})
	}
}

// refused checks that a restore names what is damaged and writes nothing.
func (w *world) refused(t *testing.T, object string) {
	t.Helper()
	_, db, _, err := w.tryRestore(time.Time{})
	if err == nil || !strings.Contains(err.Error(), object) {
		t.Errorf("a restore with a damaged %s: %v", object, err)
	}
	if db.Head().Seq != 0 {
		t.Error("something was written before everything was proven")
	}
}

// A compacted segment that is damaged is gone around while the small ones are
// there, and an older checkpoint stands in for a newer one.
func TestAnotherWayIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 5)
		w.write()
		s := w.shipper(backup.ShipOptions{})
		stop := w.running(s)
		for range 8 {
			time.Sleep(11 * time.Minute)
			w.write()
		}
		check(t, s.Flush(t.Context()))
		c, err := s.Compact(t.Context(), nil)
		check(t, err)
		if c.Written == 0 {
			t.Fatal("nothing was joined")
		}
		_, err = s.Checkpoint(t.Context(), nil)
		check(t, err)
		stop()
		heads := w.objects("/head")
		b := w.read(heads[1])
		b[len(b)-1] ^= 1
		w.overwrite(heads[1], b)
		hour := w.objects("-1.seg")[0]
		check(t, w.bucket.Bucket.Delete(t.Context(), hour))
		r, _, _ := w.restore(time.Time{}, w.states[len(w.states)-1])
		if len(r.LeftOut) != 1 || !strings.Contains(r.LeftOut[0], heads[1]) {
			t.Errorf("left out: %v", r.LeftOut)
		}
	})
}

// A copied disk: two hubs with one history go on apart. The second to start
// has the backup, and nothing of the first's later writes comes in between.
func TestTwoWritersDoNotMix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 6)
		w.write()
		one := w.shipper(backup.ShipOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- one.Run(ctx) }()
		check(t, one.Flush(t.Context()))
		// The same store, under another holder.
		two := w.shipper(backup.ShipOptions{})
		stop := w.running(two)
		check(t, two.Flush(t.Context()))
		for range 20 {
			w.write()
			time.Sleep(5 * time.Second)
		}
		if err := <-ended; !errors.Is(err, backup.ErrFenced) {
			t.Errorf("the first writer ended with %v", err)
		}
		if one.State().Phase != backup.ShutOut {
			t.Errorf("its state is %s", one.State().Phase)
		}
		check(t, two.Flush(t.Context()))
		stop()
		w.restore(time.Time{}, w.states[len(w.states)-1])
	})
}

// A store that lost commits which the bucket has must not write on.
func TestTheBucketIsAWitness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := lived(t)
		// What a torn meta page does: the store ends before its last commits.
		back := w.rolledBack(2)
		s := w.dev.NewShipper(backup.Source{DB: back, Schemas: content, Files: w.files}, backup.ShipOptions{Name: "backup-test", Holder: "rolled back", Scratch: t.TempDir()})
		err := s.Run(t.Context())
		if !errors.Is(err, backup.ErrBehind) {
			t.Fatalf("it went on: %v", err)
		}
		if back.acknowledged == 0 {
			t.Error("the store was not told")
		}
	})
}
