package report

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Job is the kind of job that prints many.
const Job = "print"

// Result says what a job printed.
type Result struct {
	What    string   `json:"what"`
	Printed int      `json:"printed"`
	Forms   []string `json:"forms"` // that can be fetched: pdf, and zip with a file a sticker
}

// Run prints an order as a job. It has no checkpoint: one that was cut off
// prints again from the beginning, which takes seconds.
func (p *Printer) Run(ctx context.Context, r *job.Run) error {
	var o Order
	if err := r.Input(&o); err != nil {
		return err
	}
	if err := o.Check(); err != nil {
		return err
	}
	c := vehicle.Caller(r.Caller())
	if o.Intake != "" {
		r.Progress(0, 0, "looking for the vehicles of the list")
		var err error
		if o.IDs, err = p.taken(ctx, c, o.Intake, func() error { return r.Step(ctx) }); err != nil {
			return err
		}
		if len(o.IDs) == 0 {
			return fault.New(fault.NotFound, "nothing of this list was taken in").WithRemedy("take its rows in first")
		}
		if err := o.Check(); err != nil {
			return err
		}
	}
	h, err := p.head(ctx, c, o.Paper)
	if err != nil {
		return err
	}
	rounds := 1
	if o.Singles && o.What == OfStickers {
		rounds = 2
	}
	total := int64(rounds * len(o.IDs))
	done := Result{What: o.What, Forms: []string{"pdf"}}
	printed := 0
	each := func(round int) func(int) error {
		return func(at int) error {
			r.Progress(int64(round*len(o.IDs)+at), total, o.What)
			return r.Step(ctx)
		}
	}
	err = p.Shelf.put(r.ID(), "pdf", func(w io.Writer) error {
		return o.write(w, h, counted(p.subjects(ctx, c, o.IDs, each(0)), &printed))
	})
	if err != nil {
		return err
	}
	done.Printed = printed
	if rounds == 2 {
		done.Forms = append(done.Forms, "zip")
		err := p.Shelf.put(r.ID(), "zip", func(w io.Writer) error { return p.singles(ctx, c, w, h, o, each(1)) })
		if err != nil {
			return err
		}
	}
	r.Rows(int64(done.Printed))
	r.Progress(total, total, o.What)
	return r.Result(done)
}

func counted(of func(func(Subject, error) bool), n *int) func(func(Subject, error) bool) {
	return func(yield func(Subject, error) bool) {
		of(func(s Subject, err error) bool {
			if err == nil {
				*n++
			}
			return yield(s, err)
		})
	}
}

// singles writes each sticker as a file of its own.
func (p *Printer) singles(ctx context.Context, c vehicle.Caller, w io.Writer, h Head, o Order, each func(int) error) error {
	z := zip.NewWriter(w)
	n := 0
	for s, err := range p.subjects(ctx, c, o.IDs, each) {
		if err != nil {
			return err
		}
		n++
		f, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%04d-%s.pdf", n, fileName(s.VIN)), Method: zip.Store, Modified: h.Made})
		if err != nil {
			return fmt.Errorf("write the ZIP: %w", err)
		}
		if err := Stickers(f, h, func(yield func(Subject, error) bool) { yield(s, nil) }); err != nil {
			return err
		}
	}
	return z.Close()
}

// fileName makes a VIN, which may be anything that somebody wrote, a piece of
// a file's name.
func fileName(vin string) string {
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
			return r
		}
		return '_'
	}, vin)
	if len(out) > 40 {
		out = out[:40]
	}
	if out == "" {
		return "vehicle"
	}
	return out
}
