package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/checkpoint"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

// cache holds sealed objects of the bucket on this machine, each proven before
// it was kept, so that nothing is written into a target before everything
// that it needs is here and whole, and so that an interrupted restore does
// not fetch twice.
type cache struct {
	dev *Device
	dir string

	bytes atomic.Int64 // fetched by this run
}

func (d *Device) openCache(dir string) (*cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for what is fetched: %w", err)
	}
	return &cache{dev: d, dir: dir}, nil
}

func (c *cache) file(name string) string {
	sum := sha256.Sum256([]byte(c.dev.repo.id + "/" + name))
	return filepath.Join(c.dir, hex.EncodeToString(sum[:16]))
}

// open returns an object's bytes, from here or from the bucket. check proves
// them further.
func (c *cache) open(ctx context.Context, kind, name string, check func(plain []byte) error) ([]byte, error) {
	if b, err := os.ReadFile(c.file(name)); err == nil {
		if plain, err := c.prove(ctx, kind, name, b, check); err == nil {
			return plain, nil
		}
	}
	b, err := readAll(ctx, c.dev.repo.bucket, name, maxObject)
	if err != nil {
		return nil, err
	}
	plain, err := c.prove(ctx, kind, name, b, check)
	if err != nil {
		return nil, err
	}
	c.bytes.Add(int64(len(b)))
	return plain, c.keep(name, b)
}

func (c *cache) prove(ctx context.Context, kind, name string, sealed []byte, check func([]byte) error) ([]byte, error) {
	plain, err := c.dev.repo.open(ctx, kind, name, sealed)
	if err == nil && check != nil {
		if err := check(plain); err != nil {
			return nil, &Damage{Object: name, Problem: err.Error(), err: err}
		}
	}
	return plain, err
}

func (c *cache) keep(name string, b []byte) error {
	f, err := os.CreateTemp(c.dir, "fetching-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), c.file(name))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("keep what was fetched: %w", err)
	}
	return nil
}

// remove forgets everything.
func (c *cache) remove() { _ = os.RemoveAll(c.dir) }

func (c *cache) part(ctx context.Context, h *checkpoint.Head, i int) ([]byte, error) {
	return c.open(ctx, kindPart, c.dev.name(h.Name().PartPath(i+1)), func(plain []byte) error {
		if sum := sha256.Sum256(plain); hex.EncodeToString(sum[:]) != h.Parts[i].SHA256 {
			return errors.New("it is not the part that the checkpoint's head names")
		}
		return nil
	})
}

func (c *cache) segment(ctx context.Context, n segment.Name) ([]byte, error) {
	return c.open(ctx, kindSegment, c.dev.name(n.Path()), nil)
}

// fetchers is how many objects come at once.
const fetchers = 4

// fetched is a plan whose objects are all here.
type fetched struct {
	plan *Plan
	head *checkpoint.Head
	bad  []string // objects that were left out, and why
}

// fetch brings everything that a plan needs. Where an object is damaged or
// gone, another way is looked for: smaller segments instead of a compacted
// one, an older checkpoint and more of the log.
func (c *cache) fetch(ctx context.Context, h *History, o RestoreOptions) (*fetched, error) {
	out := &fetched{}
	bad := map[string]bool{}
	for {
		plan, err := h.Plan(Wish{At: o.At, Seq: o.Seq, Line: o.Line}, bad)
		if err != nil {
			if len(out.bad) > 0 {
				err = errors.Join(err, fmt.Errorf("left out: %s", out.bad))
			}
			return nil, err
		}
		out.plan = plan
		head, failed, err := c.fetchPlan(ctx, plan, o.progress())
		if err == nil {
			out.head = head
			return out, nil
		}
		var d *Damage
		if !errors.As(err, &d) && !fault.Is(err, fault.NotFound) || bad[failed] {
			return nil, err
		}
		bad[failed] = true
		out.bad = append(out.bad, err.Error())
	}
}

// fetchPlan names the path of the object that failed.
func (c *cache) fetchPlan(ctx context.Context, p *Plan, progress Progress) (head *checkpoint.Head, failed string, err error) {
	headPath := p.Checkpoint.HeadPath()
	b, err := c.open(ctx, kindHead, c.dev.name(headPath), nil)
	if err != nil {
		return nil, headPath, err
	}
	if head, err = checkpoint.ParseHead(p.Checkpoint.Name, b); err != nil {
		return nil, headPath, &Damage{Object: c.dev.name(headPath), Problem: err.Error(), err: err}
	}
	type object struct {
		path string
		get  func(context.Context) error
	}
	var todo []object
	for i := range head.Parts {
		todo = append(todo, object{headPath, func(ctx context.Context) error { _, err := c.part(ctx, head, i); return err }})
	}
	for _, s := range p.Spans {
		todo = append(todo, object{s.Path(), func(ctx context.Context) error {
			b, err := c.segment(ctx, s.Name)
			if err == nil {
				if _, _, err = segment.Changes(s.Name, b); err != nil {
					err = &Damage{Object: c.dev.name(s.Path()), Problem: err.Error(), err: err}
				}
			}
			return err
		}})
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		next int
		done int64
	)
	for range fetchers {
		wg.Go(func() {
			for {
				mu.Lock()
				if next >= len(todo) || err != nil {
					mu.Unlock()
					return
				}
				o := todo[next]
				next++
				mu.Unlock()
				got := o.get(ctx)
				mu.Lock()
				if got != nil && err == nil {
					failed, err = o.path, got
					cancel()
				}
				done++
				progress("fetching", done, int64(len(todo)))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return head, failed, err
}

// chained checks that segments follow from one another where they meet.
func chained(before, s segment.Head) error {
	if before.Changes > 0 && s.From == before.To+1 && !bytes.Equal(s.Before[:], before.After[:]) {
		return fmt.Errorf("segment %d to %d does not follow from the one before it", s.From, s.To)
	}
	return nil
}
