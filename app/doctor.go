package app

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
)

// A check looks at one part of an open hub. A part that comes to the house
// adds its own to App.examinations.
type check struct {
	name  string // stable
	title string
	run   func(ctx context.Context, e *examination) error

	// repair makes again what is derived, where run found something wrong; nil
	// where nothing can be.
	repair func(ctx context.Context, e *examination) error
}

// examination is one check under way.
type examination struct {
	rest.Diagnosis
	examined *bolt.Examined // of the check of records, for those after it
	head     uint64         // of the log when the records were read
	reindex  bool           // index entries are wrong: they are made again with the hub stopped
}

func (e *examination) wrong(what, remedy string) {
	e.Findings = append(e.Findings, rest.Complaint{Severity: rest.Wrong, What: what, Remedy: remedy})
}

func (e *examination) note(what, remedy string) {
	e.Findings = append(e.Findings, rest.Complaint{Severity: rest.Note, What: what, Remedy: remedy})
}

func (e *examination) isWrong() bool {
	for _, f := range e.Findings {
		if f.Severity == rest.Wrong {
			return true
		}
	}
	return false
}

// examine runs one check; one that can't be run is itself a finding.
func examine(ctx context.Context, c check, e *examination, repair bool) rest.Diagnosis {
	began := time.Now()
	e.Diagnosis = rest.Diagnosis{Name: c.name, Title: c.title, Findings: []rest.Complaint{}}
	if err := c.run(ctx, e); err != nil {
		e.wrong("this could not be looked at: "+err.Error(), remedyOf(err))
	}
	if repair && c.repair != nil && e.isWrong() && ctx.Err() == nil {
		if err := c.repair(ctx, e); err != nil {
			e.wrong("it could not be repaired: "+err.Error(), remedyOf(err))
		}
	}
	e.TookMS = time.Since(began).Milliseconds()
	return e.Diagnosis
}

func remedyOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Remedy != "" {
		return f.Remedy
	}
	return "look in the log, and try again"
}

// conclude says whether all is well. What was repaired counts as well.
func conclude(r *rest.Examination) {
	r.OK = true
	for _, d := range r.Checks {
		for _, f := range d.Findings {
			r.OK = r.OK && (f.Severity != rest.Wrong || len(d.Repaired) > 0)
		}
	}
}

// doctor examines the open hub.
func (a *App) doctor(ctx context.Context, repair bool) rest.Examination {
	r, _ := a.diagnose(ctx, repair, a.examinations())
	return r
}

func (a *App) diagnose(ctx context.Context, repair bool, checks []check) (r rest.Examination, reindex bool) {
	r.Data = a.cfg.Data
	e := &examination{}
	for _, c := range checks {
		if ctx.Err() != nil {
			break
		}
		r.Checks = append(r.Checks, examine(ctx, c, e, repair))
	}
	conclude(&r)
	return r, e.reindex
}

// Doctor examines a data folder: by the hub that runs on it, or, without one,
// here.
func Doctor(ctx context.Context, cfg config.Config, o Options, repair bool) (rest.Examination, error) {
	hub, err := hubBeside(cfg.Data)
	if err != nil {
		return rest.Examination{}, err
	}
	if hub != nil {
		defer hub.Close()
		var out rest.Examination
		if repair {
			err = hub.ask(ctx, http.MethodPost, "/api/v1/doctor/repair", nil, &out)
		} else {
			err = hub.ask(ctx, http.MethodGet, "/api/v1/doctor", nil, &out)
		}
		return out, err
	}
	return doctorHere(ctx, cfg, o, repair)
}

// doctorDatabase examines a stopped hub whose documents are in a database.
func doctorDatabase(ctx context.Context, cfg config.Config, o Options, repair bool) (rest.Examination, error) {
	a, err := Open(ctx, cfg, o)
	if err != nil {
		return rest.Examination{}, err
	}
	out, _ := a.diagnose(ctx, repair, a.examinations())
	return out, errors.Join(ctx.Err(), a.Close())
}

// doctorHere looks at the pages of the files before it opens them: a damaged
// page can end the process that maps it.
func doctorHere(ctx context.Context, cfg config.Config, o Options, repair bool) (rest.Examination, error) {
	o.still = true
	out := rest.Examination{Data: cfg.Data}
	e := &examination{}
	if cfg.DB != "" {
		return doctorDatabase(ctx, cfg, o, repair)
	}
	pages := pageCheck(func(ctx context.Context) ([]bolt.PageReport, error) { return bolt.Walk(ctx, cfg.Data) })
	pages.repair = func(_ context.Context, e *examination) error { return asideLocal(cfg.Data, e, o) }
	d := examine(ctx, pages, e, repair)
	out.Checks = append(out.Checks, d)
	if conclude(&out); !out.OK {
		out.Checks = append(out.Checks, examine(ctx, fileCheck(cfg.Data), e, false))
		return out, ctx.Err()
	}
	a, err := Open(ctx, cfg, o)
	if err != nil {
		e.Diagnosis = rest.Diagnosis{Name: "open", Title: "The data folder opens", Findings: []rest.Complaint{}}
		e.wrong(err.Error(), remedyOf(err))
		out.Checks = append(out.Checks, e.Diagnosis) // by itself: the next check writes over it
		out.Checks = append(out.Checks, examine(ctx, fileCheck(cfg.Data), e, false))
		conclude(&out)
		return out, ctx.Err()
	}
	checks := a.examinations()[1:] // the pages were looked at
	found, reindex := a.diagnose(ctx, repair, checks)
	err = a.Close()
	if repair && reindex && err == nil {
		if err = bolt.Reindex(ctx, cfg.Data); err == nil {
			if a, err = Open(ctx, cfg, o); err == nil { // builds the indexes
				found, reindex = a.diagnose(ctx, repair, checksOf(a, checks))
				for i := range found.Checks {
					if found.Checks[i].Name == "records" && !reindex {
						found.Checks[i].Repaired = append(found.Checks[i].Repaired, "the indexes of all collections were built again")
					}
				}
				err = a.Close()
			}
		}
	}
	out.Checks = append(out.Checks, found.Checks...)
	conclude(&out)
	return out, errors.Join(err, ctx.Err())
}

// checksOf are the same checks of another opening of the hub.
func checksOf(a *App, of []check) []check { return a.examinations()[len(a.examinations())-len(of):] }

// asideLocal puts a local.db with damaged pages aside: what it holds is made
// again, but for the sign-ins.
func asideLocal(dir string, e *examination, o Options) error {
	var others []string
	local := false
	for _, f := range e.Findings {
		if strings.HasPrefix(f.What, "local.db: ") {
			local = true
		} else {
			others = append(others, f.What)
		}
	}
	if !local || len(others) > 0 {
		return nil
	}
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	path := filepath.Join(dir, "local.db")
	if err := os.Rename(path, path+".damaged-"+now().UTC().Format("20060102T150405Z")); err != nil {
		return err
	}
	e.Repaired = append(e.Repaired, "local.db was put aside; sessions, jobs and what is derived begin anew")
	return nil
}
