package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

const restoreRemedy = "restore a backup into an empty folder; what can be read is served meanwhile"

// examinations are the checks of an open hub, in their order; the pages are
// the first.
func (a *App) examinations() []check {
	checks := []check{
		{name: "pages", title: "Pages of the data files", run: func(context.Context, *examination) error { return nil }},
		fileCheck(a.cfg.Data),
		{name: "records", title: "Documents and their index entries", run: a.checkRecords},
		{name: "attachments", title: "Files of photos and papers", run: a.files.check},
		{name: "log", title: "Change log", run: a.checkLog},
		{name: "followers", title: "Followers of the log", run: a.checkFollowers},
		{name: "search", title: "Search index", run: a.checkSearch, repair: a.repairSearch},
		{name: "meaning", title: "Search by meaning", run: a.checkMeaning, repair: a.repairMeaning},
		{name: "packs", title: "Model packs", run: a.checkPacks},
		{name: "vpic", title: "VIN index", run: a.checkIndex},
		{name: "vault", title: "Key file", run: a.checkVault},
		{name: "backups", title: "Backups", run: a.checkBackups},
		{name: "audit", title: "Audit trail", run: a.checkAudit},
	}
	switch db := a.beneath.(type) {
	case *bolt.DB:
		checks[0] = pageCheck(db.Walk)
	case *postgres.DB:
		checks[0] = check{name: "tables", title: "Tables and indexes of the database", run: driftCheck(db)}
	}
	return checks
}

// emptyShare is the share of free pages at which a compaction is worth its
// stop, and emptyBytes the least that it gives back.
const (
	emptyShare = 0.5
	emptyBytes = 64 << 20
)

// driftCheck compares the database's tables with what is declared.
func driftCheck(db *postgres.DB) func(context.Context, *examination) error {
	return func(ctx context.Context, e *examination) error {
		drift, err := db.Drift(ctx)
		for _, d := range drift {
			remedy := "put it back by hand, or stop the hub and `hubcap move` the data into an empty database, which has all as declared"
			if strings.HasSuffix(d, "is not declared") {
				remedy = "remove it: the schema hubcap is this program's alone"
			}
			e.wrong(d, remedy)
		}
		if err == nil && len(drift) == 0 {
			e.Facts = "all as declared"
		}
		return err
	}
}

func pageCheck(walk func(context.Context) ([]bolt.PageReport, error)) check {
	return check{name: "pages", title: "Pages of the data files", run: func(ctx context.Context, e *examination) error {
		files, err := walk(ctx)
		var facts []string
		for _, f := range files {
			facts = append(facts, fmt.Sprintf("%s: %d pages, %d free", f.File, f.Pages, f.Free))
			remedy := restoreRemedy
			if f.File == "local.db" {
				remedy = "stop the hub and run `hubcap doctor --repair`: the file is put aside and what is derived begins anew"
			}
			for _, flaw := range f.Flaws {
				e.wrong(f.File+": "+flaw, remedy)
			}
			if free := int64(f.Free) * f.Size; float64(f.Free) > emptyShare*float64(f.Pages) && free > emptyBytes {
				e.note(fmt.Sprintf("%s: %d MB of it are free pages", f.File, free>>20), "stop the hub and run `hubcap compact`")
			}
		}
		e.Facts = strings.Join(facts, "; ")
		return err
	}}
}

// private are files that nobody else may read.
func private(name string) bool {
	switch name {
	case "data.db", "local.db", "head", "run.json", vault.FileName, "hubcap.sock":
		return true
	}
	return false
}

// oldPart is how old an unfinished file is before it counts as left behind.
const oldPart = 24 * time.Hour

func fileCheck(dir string) check {
	return check{name: "files", title: "Files of the data folder", run: func(ctx context.Context, e *examination) error {
		var files, bytes int64
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				e.wrong(err.Error(), "give this user the right to read it")
				return nil
			}
			info, err := d.Info()
			if err != nil { // gone meanwhile
				return ctx.Err()
			}
			rel, err := filepath.Rel(dir, path)
			if err != nil {
				return err
			}
			open := runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
			switch {
			case open && (rel == "." || private(rel)):
				e.wrong(fmt.Sprintf("%s is open to other users (%s)", path, info.Mode().Perm()), "run `chmod go-rwx "+path+"`")
			case info.Mode()&fs.ModeSymlink != 0:
				e.note(path+" is a link", "Hubcap makes none; remove it if it is not yours")
			case leftBehind(rel, info):
				e.note(path+" was left behind by something that was cut off", "it may be removed while the hub is stopped")
			}
			if info.Mode().IsRegular() {
				files++
				bytes += info.Size()
			}
			return ctx.Err()
		})
		e.Facts = fmt.Sprintf("%d files, %.1f MB", files, float64(bytes)/1e6)
		return err
	}}
}

func leftBehind(rel string, info fs.FileInfo) bool {
	if strings.Contains(rel, ".damaged-") {
		return true
	}
	switch filepath.Ext(rel) {
	case ".new", ".compact", ".part":
		return info.Mode().IsRegular() && time.Since(info.ModTime()) > oldPart
	}
	return false
}

func (a *App) checkRecords(ctx context.Context, e *examination) error {
	db, ok := a.beneath.(*bolt.DB)
	if !ok {
		return a.readAll(ctx, e)
	}
	e.head = a.db.Head().Seq
	x, err := db.Examine(ctx)
	if err != nil {
		return err
	}
	e.examined = &x
	e.Facts = fmt.Sprintf("%d documents, %d index entries", x.Documents, x.Entries)
	for _, f := range x.Flaws {
		if f.Index != "" {
			e.reindex = true
			e.wrong(fmt.Sprintf("index %s of %s: %s (%s)", f.Index, f.Collection, f.Problem, f.Key), "stop the hub and run `hubcap doctor --repair`: indexes are built again from the documents")
			continue
		}
		e.wrong(fmt.Sprintf("%s %q: %s", f.Collection, f.Key, f.Problem), restoreRemedy)
	}
	if x.More > 0 {
		e.wrong(fmt.Sprintf("%d more like these", x.More), restoreRemedy)
	}
	return nil
}

// readAll reads every document, which compares it with its checksum.
func (a *App) readAll(ctx context.Context, e *examination) error {
	c, err := store.ContentOf(ctx, a.db, Collections(), nil)
	var damaged *store.Damaged
	if errors.As(err, &damaged) {
		e.wrong(damaged.Error(), restoreRemedy)
		return nil
	}
	n := 0
	for _, of := range c.Counts {
		n += of
	}
	e.Facts = fmt.Sprintf("%d documents, root %.16s", n, c.Root)
	return err
}

func (a *App) checkLog(ctx context.Context, e *examination) error {
	if err := a.db.Fault(); err != nil {
		e.wrong(err.Error(), remedyOf(err))
	}
	if db, ok := a.beneath.(*postgres.DB); ok {
		r, err := db.ExamineLog(ctx)
		for _, f := range r.Flaws {
			e.wrong(f, restoreRemedy)
		}
		e.Facts = fmt.Sprintf("changes %d to %d, epoch %s", r.Oldest, r.Newest, a.db.Head().Epoch)
		return err
	}
	db := a.beneath.(*bolt.DB)
	oldest, err := db.Oldest()
	if err != nil {
		return err
	}
	head := a.db.Head()
	after, last := oldest-1, time.Time{}
	for after < head.Seq {
		changes, err := a.db.Changes(ctx, after, 1000)
		var damaged *store.Damaged
		switch {
		case errors.As(err, &damaged):
			e.wrong(damaged.Error(), restoreRemedy)
			return nil
		case errors.Is(err, store.ErrTrimmed):
			if now, err := db.Oldest(); err != nil || now > oldest {
				e.Facts = "the log was trimmed while it was read"
				return err
			}
			e.wrong(fmt.Sprintf("change %d is missing in the log", after+1), restoreRemedy)
			after++
			continue
		case err != nil:
			return err
		case len(changes) == 0:
			e.wrong(fmt.Sprintf("the log ends at change %d, and its head is %d", after, head.Seq), restoreRemedy)
			return nil
		}
		for i := range changes {
			c := &changes[i]
			if c.Seq != after+1 {
				e.wrong(fmt.Sprintf("change %d is missing in the log", after+1), restoreRemedy)
			}
			if c.Time.Before(last) {
				e.wrong(fmt.Sprintf("change %d is older than the one before it", c.Seq), restoreRemedy)
			}
			after, last = c.Seq, c.Time
		}
	}
	e.Facts = fmt.Sprintf("changes %d to %d, epoch %s", oldest, head.Seq, head.Epoch)
	return nil
}

func (a *App) checkFollowers(ctx context.Context, e *examination) error {
	list, err := a.db.Followers(ctx)
	if err != nil {
		return err
	}
	head := a.db.Head()
	var facts []string
	for _, f := range list {
		lag := head.Seq - min(f.At.Seq, head.Seq)
		facts = append(facts, fmt.Sprintf("%s is %d changes behind", f.Name, lag))
		switch {
		case f.At.Epoch != head.Epoch:
			e.note(f.Name+" is of another line of history", "it builds itself again; look once more in a minute")
		case f.At.Seq > head.Seq:
			e.wrong(fmt.Sprintf("%s has seen change %d, and the log ends at %d", f.Name, f.At.Seq, head.Seq), "restore a backup, or accept the loss with `hubcap recover --accept-loss`")
		case f.MaxLag > 0 && lag > f.MaxLag:
			e.note(f.Name+" has been cut loose: it is too far behind", "it builds itself again; look once more in a minute")
		}
	}
	if e.Facts = strings.Join(facts, "; "); len(facts) == 0 {
		e.Facts = "none has saved its place yet"
	}
	return nil
}

// searchPatience is how long the doctor waits for an index that is catching
// up.
const searchPatience = 10 * time.Second

func (a *App) checkSearch(ctx context.Context, e *examination) error {
	soon, cancel := context.WithTimeout(ctx, searchPatience)
	defer cancel()
	t := time.NewTicker(50 * time.Millisecond)
	defer t.Stop()
	for a.searchLag() > 0 && soon.Err() == nil {
		select {
		case <-t.C:
		case <-soon.Done():
		}
	}
	n, err := a.search.Documents()
	if err != nil {
		return err
	}
	lag := a.searchLag()
	e.Facts = fmt.Sprintf("%d documents, %d changes behind", n, lag)
	if lag > 0 {
		e.note(fmt.Sprintf("the search index is %d changes behind", lag), "it catches up by itself; look once more in a minute")
		return nil
	}
	if e.examined == nil || a.db.Head().Seq != e.head {
		return nil // somebody writes: the counts are of different moments
	}
	if want := e.examined.Of[vehicle.VehiclesName]; int64(n) != want {
		e.wrong(fmt.Sprintf("the search index holds %d vehicles, the store %d", n, want), "run `hubcap doctor --repair`, or build the search index again in the settings")
	}
	return nil
}

func (a *App) repairSearch(ctx context.Context, e *examination) error {
	if err := a.search.RebuildNow(ctx, func(uint64, uint64) {}); err != nil {
		return err
	}
	e.Repaired = append(e.Repaired, "the search index was built again")
	return nil
}

func (a *App) checkMeaning(_ context.Context, e *examination) error {
	s := a.meaning.State()
	if s.Model == "" {
		e.Facts = "no model embeds now"
		return nil
	}
	e.Facts = fmt.Sprintf("%d texts in %d places, by %s", s.Texts, s.Pieces, s.Model)
	if err := a.meaning.Verify(); err != nil {
		e.wrong(err.Error(), "run `hubcap doctor --repair`, which has the vectors made again; they are made from what is saved, and nothing of yours is lost")
		return nil
	}
	if head := a.db.Head(); s.At.Epoch == head.Epoch && s.At.Seq < head.Seq {
		e.note(fmt.Sprintf("it is %d changes behind", head.Seq-s.At.Seq), "it catches up by itself")
	}
	return nil
}

func (a *App) repairMeaning(_ context.Context, e *examination) error {
	a.meaning.Renew()
	e.Repaired = append(e.Repaired, "the vectors were thrown away and are being made again")
	return nil
}

func (a *App) checkPacks(ctx context.Context, e *examination) error {
	list, err := a.shelf.List(ctx)
	if err != nil {
		return err
	}
	here := 0
	for _, p := range list {
		if !p.Present {
			continue
		}
		here++
		sum, err := digestOf(ctx, p.Path)
		switch {
		case err != nil && ctx.Err() != nil:
			return err
		case err != nil:
			e.wrong(fmt.Sprintf("%s can't be read: %v", p.Name, err), "import or pull the model again")
		case p.Digest != "" && sum != p.Digest:
			e.wrong(fmt.Sprintf("%s has the digest %s, want %s", p.Path, sum, p.Digest), "remove the model and bring it in again; one that comes with Hubcap: run `make models`")
		}
	}
	e.Facts = fmt.Sprintf("%d of %d are here", here, len(list))
	return nil
}

func digestOf(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	for {
		if err := ctx.Err(); err != nil {
			return "", context.Cause(ctx)
		}
		if _, err := io.CopyN(h, f, 16<<20); errors.Is(err, io.EOF) {
			return hex.EncodeToString(h.Sum(nil)), nil
		} else if err != nil {
			return "", err
		}
	}
}

func (a *App) checkIndex(_ context.Context, e *examination) error {
	findings, err := a.indexes.Verify()
	if err != nil {
		return err
	}
	for _, f := range findings {
		e.wrong(f, "bring the release in again with `hubcap vpic update FILE`, or choose the built-in index with `hubcap vpic revert`")
	}
	d := a.decoder.Get()
	e.Facts = fmt.Sprintf("release %s, sha256 %s", d.Release(), d.Digest())
	return nil
}

func (a *App) checkVault(_ context.Context, e *examination) error {
	from := a.keys.Source()
	path := filepath.Join(a.cfg.Data, vault.FileName)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		e.Facts = "there is none yet"
		return nil
	}
	v, err := a.keys.Vault()
	if err != nil {
		e.wrong(err.Error(), remedyOf(err))
		return nil
	}
	e.Facts = fmt.Sprintf("kept in the %s, sealing with %s", from.Where(), v.IDs()[0])
	if len(v.IDs()) > 1 {
		e.note(fmt.Sprintf("a change of keys is under way: %d keys are in use", len(v.IDs())), "finish it with `hubcap vault rotate`")
	}
	return nil
}
